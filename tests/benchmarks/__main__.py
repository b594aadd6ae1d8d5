"""The benchmark: submissions and letters through the full path, beside their floors.

    python -m tests.benchmarks [--seconds 6] [--databases sqlite,postgresql]
                               [--concurrency 1,8,32] [--paths api,form,mail,case]
    python -m tests.benchmarks --paths classify,topics

``mail`` counts letters that are taken; ``case`` those that were read, too, and opened
a case: the clock stops when the last one has. ``classify`` and ``topics`` have no
server and no database, but a table each.

Every row of the printed table was measured with its floor in turns, in the same run:
floor, full path, floor. A ratio holds across machines; a rate does not.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text

from app import migrations
from app.domain.vocabulary import Fate
from app.premises import Premises
from app.sealing import Seal
from app.services import arrivals
from app.settings import Settings
from app.web.forms import new_token
from tests import make
from tests.benchmarks import classifying, load, topics
from tests.benchmarks.processes import cpu_ms, postgres_cpu_ms, served
from tests.ports import free_port
from tests.postgres import cluster

SECRET = "a secret that is long enough for a benchmark"
TEXT = (
    "我们小区门口的路灯坏了三个多月,打了好几次电话都说在排队。晚上孩子放学看不见路,"
    "上周还有老人摔了一跤。另外菜市场门前占道停车很严重,早上根本走不过去,"
    "希望有关部门尽快安排人来修,也把停车管一管,给个准话什么时候能弄好。谢谢。"
)
_BY_MAIL = {"mail", "case"}
BOUNDARY = "huiyin-benchmark"
_WAITS = text("SELECT 1 FROM arrival WHERE fate IS NULL LIMIT 1")
"""Asked so often that it must cost next to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    path: str
    database: str
    concurrency: int
    floor: float
    full: float
    p99_ms: float
    cpu_ms: float
    floor_cpu_ms: float

    @property
    def ratio(self) -> float:
        """The full path's throughput, as a share of the floor's."""
        return self.full / self.floor


def main() -> None:
    """Measure what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--concurrency", default="1,8,32")
    parser.add_argument("--paths", default="api,form,mail,case")
    args = parser.parse_args()
    paths = args.paths.split(",")
    if "classify" in paths:
        paths.remove("classify")
        print(classifying.measure(args.seconds))
    if "topics" in paths:
        paths.remove("topics")
        print(topics.measure())
    if not paths:
        return
    rows = []
    for name in args.databases.split(","):
        with _database(name) as url:
            for path in paths:
                for concurrency in map(int, args.concurrency.split(",")):
                    rows.append(_measure(name, url, path, concurrency, args.seconds))
                    print(_line(rows[-1]), flush=True)
    print()
    print(_table(rows))


@contextmanager
def _database(name: str) -> Iterator[str]:
    """Yield the URL of a fresh database with the sample notice published."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-benchmark-"))
    try:
        if name == "sqlite":
            url = f"sqlite:///{folder / 'huiyin.db'}"
            _prepare(url)
            yield url
            return
        with cluster("synchronous_commit=on", "fsync=on") as url:
            _prepare(url)
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(url: str) -> None:
    migrations.upgrade(url)

    async def fill() -> None:
        async with Premises(_settings(url)) as premises:
            async with premises.database.writing() as session:
                await make.house(session)
            async with premises.database.writing() as session:
                await session.execute(
                    text("UPDATE notice SET opens_on = :day"), {"day": date(2020, 1, 1)}
                )

    asyncio.run(fill())


def _settings(url: str) -> Settings:
    return Settings(database_url=SecretStr(url), secret_key=SecretStr(SECRET))


def _measure(
    database: str, url: str, path: str, concurrency: int, seconds: float
) -> Row:
    """Measure the floor, the full path and the floor again, each after a warm-up."""
    floors = [_run("floor", url, path, concurrency, seconds / 2)]
    full, cost = _run("full", url, path, concurrency, seconds)
    floors.append(_run("floor", url, path, concurrency, seconds / 2))
    return Row(
        path=path,
        database=database,
        concurrency=concurrency,
        floor=statistics.mean(measured.per_second for measured, _ in floors),
        full=full.per_second,
        p99_ms=full.slowest_ms,
        cpu_ms=cost,
        floor_cpu_ms=statistics.mean(cost for _, cost in floors),
    )


def _run(
    side: str, url: str, path: str, concurrency: int, seconds: float
) -> tuple[load.Measured, float]:
    """Return what was measured, and the CPU milliseconds of server and database."""
    port = free_port()
    command = _floor(path, url, port) if side == "floor" else _full(path, port)
    environ = {
        "HUIYIN_DATABASE_URL": url,
        "HUIYIN_SECRET_KEY": SECRET,
        "HUIYIN_WEB_PORT": str(port),
        "HUIYIN_MAIL_PORT": str(port),
        "HUIYIN_LOG_LEVEL": "warning",
        "HUIYIN_SUBMISSIONS_PER_MINUTE": "0",
    }
    with served(command, port, environ=environ) as pid:
        fire = partial(_fire, side, path, port, concurrency=concurrency)
        asyncio.run(fire(seconds=1.0))
        settles = path == "case" and side == "full"
        if settles:
            asyncio.run(_all_settled(url))
        before = cpu_ms(pid) + postgres_cpu_ms(url)
        started = time.perf_counter()
        measured = asyncio.run(fire(seconds=seconds))
        if settles:
            asyncio.run(_all_settled(url))
            took = time.perf_counter() - started
            measured = replace(measured, seconds=took)
        spent = cpu_ms(pid) + postgres_cpu_ms(url) - before
    return measured, spent / measured.done


def _floor(path: str, url: str, port: int) -> list[str]:
    what = "mail" if path in _BY_MAIL else "web"
    return ["tests.benchmarks.floor", what, url, str(port)]


def _full(path: str, port: int) -> list[str]:
    del port
    only = {"mail": "mail", "case": "mail,worker"}.get(path, "web")
    return ["app", "serve", "--only", only, "--no-sample"]


async def _all_settled(url: str) -> None:
    """Return when every letter has its fate.

    Raises:
        RuntimeError: Some have another than that of opening a case.
    """
    async with Premises(_settings(url)) as premises:
        while True:
            async with premises.database.reading() as session:
                if await session.scalar(_WAITS) is None:
                    break
            await asyncio.sleep(0.2)
        async with premises.database.reading() as session:
            fates = await arrivals.count_fates(session)
    if fates[Fate.OPENED] != fates.total():
        raise RuntimeError(f"not every letter opened a case: {dict(fates)}")


async def _fire(
    side: str, path: str, port: int, *, concurrency: int, seconds: float
) -> load.Measured:
    if path in _BY_MAIL:
        return await load.letters(
            port, _letter, recipient="opinions@localhost",
            concurrency=concurrency, seconds=seconds,
        )  # fmt: skip
    make_request = {"api": _api_request, "form": _form_request}[path]
    return await load.requests(
        port,
        _floor_request if side == "floor" else make_request,
        concurrency=concurrency,
        seconds=seconds,
    )


def _opinion(number: int) -> bytes:
    body = {
        "notice": make.SLUG,
        "section": None,
        "kind": "complaint",
        "subject": "路灯和停车",
        "text": f"{TEXT}({number})",
        "contact": {"name": "张三", "email": f"citizen{number}@example.org"},
        "consent": True,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _post(path: str, content_type: str, body: bytes, *more: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _floor_request(number: int) -> bytes:
    return _post("/opinions", "application/json", _opinion(number))


def _api_request(number: int) -> bytes:
    return _post(
        "/api/v1/opinions", "application/json", _opinion(number),
        f"Idempotency-Key: benchmark-{time.time_ns()}-{number}",
    )  # fmt: skip


_seal = Seal(SECRET)


def _form_request(number: int) -> bytes:
    fields = {
        "token": new_token(_seal, now=datetime.now(UTC)),
        "section": "",
        "kind": "complaint",
        "subject": "路灯和停车",
        "text": f"{TEXT}({number})",
        "name": "张三",
        "email": f"citizen{number}@example.org",
        "phone": "",
        "consent": "yes",
    }
    parts = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
        f'name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()
    return _post(
        f"/notices/{make.SLUG}/write", f"multipart/form-data; boundary={BOUNDARY}", body
    )


def _letter(number: int) -> bytes:
    """Return a letter of about 8 KB."""
    lines = "\r\n".join([TEXT] * 16)
    return (
        f"From: citizen{number}@example.org\r\nTo: opinions@localhost\r\n"
        f"Subject: street lamps {number}\r\n"
        f"Message-ID: <{time.time_ns()}.{number}@example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{lines}\r\n"
    ).encode()


def _table(rows: list[Row]) -> str:
    head = (
        "| path | database | at once | floor /s | Huiyin /s | ratio | p99 ms"
        " | CPU ms | floor's CPU ms |\n|---|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    return (
        f"| {row.path} | {row.database} | {row.concurrency} | {row.floor:,.0f}"
        f" | {row.full:,.0f} | {row.ratio:.2f} | {row.p99_ms:.0f}"
        f" | {row.cpu_ms:.1f} | {row.floor_cpu_ms:.1f} |"
    )


if __name__ == "__main__":
    main()
