"""The pages that people open most, by a hundred visitors at once, beside a floor.

    python -m tests.benchmarks.pages [--seconds 10] [--visitors 100] [--reading 5]
                                     [--cases 10000] [--databases sqlite,postgresql]
                                     [--only WORD]

`huiyin serve` runs as it ships, its website alone, among ``--cases`` cases and with a
notice of thirty items. A hundred visitors, each on a connection of their own, read for
five seconds on average and open the page again: twenty pages a second, by chance. What
is told is the time from the request to the last byte as the visitor has it: that of
the server, with whatever waited for it there, and a little of the visitor's own.
``alone`` is the median for one visitor who never reads, whom nothing keeps waiting;
``most`` how many pages a second the server gives to sixteen who never read.

The floor is an answer on the same server that reads one row with the same driver; it
is measured in the same run. CPU is that of the server and of the database's own
processes; it changes less with what else the machine does than times do.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from tests import at_desk, make
from tests.benchmarks.__main__ import SECRET, _database, _form_request
from tests.benchmarks.load import Make
from tests.benchmarks.processes import cpu_ms, postgres_cpu_ms, served
from tests.benchmarks.scene import Scene, set_scene, settings_at
from tests.benchmarks.visitors import Visits, visit
from tests.ports import free_port

_HASTY: Final = 16
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one page came to."""

    page: str
    database: str
    visits: Visits
    alone_ms: float
    most: float
    cpu_ms: float


def main() -> None:
    """Measure what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--reading", type=float, default=5)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    print(
        "| page | database | pages/s | KB | p50 ms | p95 ms | p99 ms | alone ms"
        " | most /s | CPU ms | of floor's |\n"
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    for name in args.databases.split(","):
        with _database(name) as url:
            settings = settings_at(url, SECRET)
            scene = asyncio.run(set_scene(settings, cases=args.cases))
            _measure(name, url, scene, args)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all pages of one database are measured by."""

    name: str
    url: str
    port: int
    args: argparse.Namespace

    def visits(self, asked: Make, *, visitors: int, share: float = 1) -> Visits:
        """Return what some ``visitors`` have of a page; few of them never read."""
        reading = self.args.reading if visitors == self.args.visitors else 0
        return asyncio.run(
            visit(
                self.port, asked, visitors=visitors,
                seconds=self.args.seconds * share, reading=reading,
            )
        )  # fmt: skip

    def page(self, page: str, asked: Make, spent: Callable[[], float]) -> Row:
        """Return what a page came to, after a warm-up."""
        self.visits(asked, visitors=8, share=0.1)
        before = spent()
        visits = self.visits(asked, visitors=self.args.visitors)
        cost = (spent() - before) / max(len(visits.times), 1)
        return Row(
            page=page, database=self.name, visits=visits, cpu_ms=cost,
            alone_ms=self.visits(asked, visitors=1, share=0.2).ms(0.5),
            most=self.visits(asked, visitors=_HASTY, share=0.3).per_second,
        )  # fmt: skip


def _measure(name: str, url: str, scene: Scene, args: argparse.Namespace) -> None:
    run = _Run(name=name, url=url, port=free_port(), args=args)
    floor = ["tests.benchmarks.floor", "web", url, str(run.port)]
    (least,) = _visited(run, floor, {"floor": _floor})
    print(_line(least, least), flush=True)
    pages = {page: asked for page, asked in _pages(scene).items() if args.only in page}
    full = ["app", "serve", "--only", "web", "--no-sample"]
    for row in _visited(run, full, pages):
        print(_line(row, least), flush=True)


def _visited(run: _Run, command: list[str], pages: Mapping[str, Make]) -> Iterator[Row]:
    environ = {
        "HUIYIN_DATABASE_URL": run.url,
        "HUIYIN_SECRET_KEY": SECRET,
        "HUIYIN_WEB_PORT": str(run.port),
        "HUIYIN_LOG_LEVEL": "warning",
        "HUIYIN_SUBMISSIONS_PER_MINUTE": "0",
    }
    with served(command, run.port, environ=environ) as pid:
        for page, asked in pages.items():
            yield run.page(page, asked, lambda: cpu_ms(pid) + postgres_cpu_ms(run.url))


def _pages(scene: Scene) -> dict[str, Make]:
    """Return what each page is asked for by, the public ones first."""
    notice = f"/notices/{make.SLUG}"
    words = quote("路灯")
    return {
        "notice": lambda _: _get(notice),
        "notice, searched": lambda _: _get(f"{notice}?q={quote('电梯')}"),
        "form": lambda _: _get(f"{notice}/write?section=2.1.3"),
        "form, sent": _form_request,
        "tracking": lambda number: _tracking(scene, number),
        "queue": lambda number: _desk(scene.clerks, number, ""),
        "queue, filtered": lambda number: _desk(
            scene.clerks, number, "?tab=all&kind=complaint&channel=email"
        ),
        "queue, searched": lambda number: _desk(
            scene.clerks, number, f"?tab=all&q={words}"
        ),
        "queue of an office": lambda number: _desk(scene.officers, number, ""),
    }


def _floor(_number: int) -> bytes:
    return _get("/opinions")


def _get(path: str, *more: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def _desk(tokens: list[str], number: int, query: str) -> bytes:
    token = tokens[number % len(tokens)]
    return _get(f"/desk{query}", f"Cookie: {at_desk.COOKIE}={token}")


def _tracking(scene: Scene, number: int) -> bytes:
    printed, code = scene.keys[number % len(scene.keys)]
    body = urlencode({"number": printed, "code": code})
    return (
        f"POST /track HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {_FORM}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _line(row: Row, least: Row) -> str:
    visits = row.visits
    return (
        f"| {row.page} | {row.database} | {visits.per_second:.0f}"
        f" | {visits.size / 1024:.0f} | {visits.ms(0.5):.1f} | {visits.ms(0.95):.1f}"
        f" | {visits.ms(0.99):.1f} | {row.alone_ms:.1f} | {row.most:.0f}"
        f" | {row.cpu_ms:.1f} | {row.cpu_ms / least.cpu_ms:.1f} |"
    )


if __name__ == "__main__":
    main()
