"""The queue among ten thousand cases and among a million, by every filter and search.

    python -m tests.benchmarks.queue [--few 10000] [--many 1000000] [--rounds 15]
                                     [--databases sqlite,postgresql] [--only WORD]
                                     [--at FEW_URL,MANY_URL]

Both databases are filled by the database itself, with the same mixture; then each
question is asked of both in turns. What is told is the CPU time from the question to
the lines that a page shows, that of PostgreSQL's own processes with it; the databases
lie in memory, so nothing is waited for. A list has a whole page to show in both, and
so has its last page: more lines cost more, in any number of cases. The ratio is that of
the quickest, which a busy machine changes least; what is asked for is 1.5 at most.
``--at`` names two databases that have a published notice, or were filled by an earlier
run, and are left as they are; without it each run fills new ones and removes them.
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from app.domain.views import Mark, Order
from app.domain.vocabulary import Channel, Kind, Role, Status, Tab
from app.keys import new_key
from app.models import Case, Office, Staff
from app.premises import Premises
from app.services import queues, tabs
from app.services.paging import FIRST, Place, Turn
from app.services.queue.wanted import Wanted
from app.services.staff import Person, person
from app.settings import Settings
from tests import at_desk, make
from tests.benchmarks.__main__ import SECRET, _database
from tests.benchmarks.filling import fill
from tests.benchmarks.processes import postgres_work

RARE, FREQUENT = "卯榫结构", "路灯"
NEVER, APART = "天外飞仙", "路灯停车"
"""Words of three texts, of every third one, of none; and frequent ones never joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A database with cases, and people to whom it is shown."""

    premises: Premises
    clerk: Person
    officer: Person
    asked: dict[str, dict[str, Any]]
    """What may be asked, by its name: what hits much, and what hits nothing."""

    middle: Place
    last: Place
    now: datetime
    clock: Callable[[], float] = time.process_time
    """Tells the CPU seconds that were spent on it so far."""


def main() -> None:
    """Measure what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--only", default="")
    parser.add_argument("--at", default="")
    args = parser.parse_args()
    print("| database | question | few ms | many ms | ratio |")
    print("|---|---|--:|--:|--:|")
    for name in args.databases.split(","):
        with ExitStack() as stack:
            urls = args.at.split(",") if args.at else [
                stack.enter_context(_database(name)) for _ in range(2)
            ]  # fmt: skip
            asyncio.run(_measure(name, urls, args))


async def _measure(name: str, urls: Sequence[str], args: argparse.Namespace) -> None:
    settings = [
        Settings(database_url=SecretStr(url), secret_key=SecretStr(SECRET),
                 base_url="http://localhost")
        for url in urls
    ]  # fmt: skip
    async with Premises(settings[0]) as few, Premises(settings[1]) as many:
        both = [
            _clocked(await filled(premises, rows), url)
            for premises, rows, url in zip(
                (few, many), (args.few, args.many), urls, strict=True
            )
        ]
        worst = (0.0, "")
        for question, ask in _questions(both[0]):
            if args.only not in question:
                continue
            times = await _in_turns(both, ask, rounds=args.rounds)
            ratio = times[1] / times[0]
            worst = max(worst, (ratio, question))
            line = " | ".join(f"{each:.2f}" for each in (*times, ratio))
            print(f"| {name} | {question} | {line} |", flush=True)
        print(f"\nworst on {name}: {worst[0]:.2f} ({worst[1]})\n", flush=True)


def _clocked(filled: Filled, url: str) -> Filled:
    """Return it with a clock that counts what its database works in other processes."""
    if filled.premises.database.sqlite:
        return filled
    theirs = postgres_work(url)
    return replace(filled, clock=lambda: time.process_time() + theirs())


Ask = Callable[[Filled], Awaitable[object]]


async def _in_turns(
    both: Sequence[Filled], ask: Ask, *, rounds: int
) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for place in range(rounds + 2):
        for filled, times in zip(both, taken, strict=True):
            start = filled.clock()
            await ask(filled)
            if place > 1:
                times.append(1000 * (filled.clock() - start))
    few, many = map(min, taken)
    return few, many


def _questions(model: Filled) -> Iterator[tuple[str, Ask]]:
    for tab in Tab:
        yield f"tab {tab}", _page(tab=tab)
        yield f"tab {tab}, officer", _page(tab=tab, officer=True)
    for order, where in itertools.product(Order, ("first", "middle", "last")):
        yield f"all, {order}, {where}", _page(tab=Tab.ALL, order=order, where=where)
    yield "counters", _counters
    yield "counters, officer", _counters_of_officer
    for tab, name in itertools.product((Tab.NEW, Tab.ALL), model.asked):
        yield f"{tab}: {name}", _page(tab=tab, names=(name,))
    yield from _searches()
    for pair in itertools.combinations(model.asked, 2):
        if pair[0].partition(" ")[0] != pair[1].partition(" ")[0]:
            yield f"all: {pair[0]} + {pair[1]}", _page(tab=Tab.ALL, names=pair)


def _searches() -> Iterator[tuple[str, Ask]]:
    said = {"rare": RARE, "frequent": FREQUENT, "never": NEVER, "apart": APART,
            "one sign": "修", "letters": "bus"}  # fmt: skip
    for (name, words), tab in itertools.product(said.items(), (Tab.ALL, Tab.NEW)):
        yield f"{tab}: search {name}", _page(tab=tab, words=words)
        yield (
            f"{tab}: search {name} + kind none",
            _page(tab=tab, words=words, names=("kind none",)),
        )


def _page(
    *,
    names: Sequence[str] = (),
    officer: bool = False,
    where: str = "first",
    **wanted: Any,
) -> Ask:
    async def ask(filled: Filled) -> object:
        asked = Wanted(**wanted)
        for name in names:
            asked = replace(asked, **filled.asked[name])
        turn = FIRST
        if where != "first":
            turn = Turn(after=filled.middle if where == "middle" else filled.last)
        who = filled.officer if officer else filled.clerk
        async with filled.premises.database.reading() as session:
            return await queues.page(session, who, asked, turn=turn, now=filled.now)

    return ask


async def _counters(filled: Filled) -> object:
    async with filled.premises.database.reading() as session:
        return await tabs.counts(session, filled.clerk, now=filled.now)


async def _counters_of_officer(filled: Filled) -> object:
    async with filled.premises.database.reading() as session:
        return await tabs.counts(session, filled.officer, now=filled.now)


async def filled(premises: Premises, rows: int) -> Filled:
    """Fill a database with ``rows`` cases of many offices, kinds, items and people."""
    await premises.shelf()
    now = datetime.now(UTC)
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.reading() as session:
        there = await session.scalar(select(Case.id).limit(1))
    if there is None:
        for place in range(20):
            await at_desk.hire(premises, Role.OFFICER, office=f"承办单位{place}")
        await at_desk.hire(premises, Role.OFFICER, office="从未承办")
        await premises.register(make.submission(received_at=now - timedelta(days=900)))
        await asyncio.to_thread(fill, premises.database.url, rows=rows, now=now,
                                first=new_key() - (rows + 1) * (64 << 22))  # fmt: skip
    async with premises.database.reading() as session:
        offices = dict((await session.execute(select(Office.name, Office.id))).all())
        member = (await session.scalars(
            select(Staff).where(Staff.office_id == offices["承办单位3"])
        )).one()  # fmt: skip
        span = (await session.execute(
            select(func.min(Case.id), func.max(Case.id))
        )).one()  # fmt: skip
        key, opened_at = (await session.execute(
            select(Case.id, Case.opened_at)
            .order_by(Case.opened_at, Case.id).offset(queues.PAGE).limit(1)
        )).one()  # fmt: skip
        nobody = (await session.scalars(
            select(Staff.id).where(Staff.office_id == offices["从未承办"])
        )).one()  # fmt: skip
    middle = Place(key=(span[0] + span[1]) // 2, at=now - timedelta(days=365))
    notice = premises.house.shelf.notices[0]
    items = [key for path, key in notice.section_ids.items() if "." in path]
    return Filled(
        premises=premises, clerk=clerk, officer=person(member), now=now,
        middle=middle, last=Place(key=key, at=opened_at),
        asked={
            "notice": {"notice_id": notice.id},
            "notice none": {"notice_id": 1},
            "item": {"section_ids": frozenset({items[2]})},
            "item none": {"section_ids": frozenset({items[-1]})},
            "chapter": {"section_ids": frozenset(items[:9])},
            "unsure": {"unsure": True},
            "kind": {"kind": Kind.COMPLAINT},
            "kind none": {"kind": Kind.REPORT},
            "office": {"office_id": offices["承办单位3"]},
            "office none": {"office_id": offices["从未承办"]},
            "assignee": {"assignee_id": member.id},
            "assignee none": {"assignee_id": nobody},
            "nobody": {"unassigned": True},
            "status": {"status": Status.CLOSED},
            "status none": {"status": Status.JOINED},
            "channel": {"channel": Channel.EMAIL},
            "channel none": {"channel": Channel.LETTER},
            "days": {"opened_from": now - timedelta(days=40)},
            "days long ago": {"opened_before": now - timedelta(days=700)},
            "days none": {"opened_before": now - timedelta(days=2000)},
            "due": {"due_before": now - timedelta(days=300)},
            **{f"mark:{mark} any": {"marks": frozenset({mark})} for mark in Mark},
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
