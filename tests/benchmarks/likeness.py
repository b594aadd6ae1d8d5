"""Looking up what is like an opinion, among very many, beside a look-up by key.

    python -m tests.benchmarks.likeness [--rows 1000000] [--lookups 300]
                                        [--databases sqlite,postgresql]

The table is filled with keys of opinions that are like nothing, and with a campaign;
then letters of the campaign and letters of nobody else are looked up, in turns with the
floor: one row of the same database by its primary key.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import NullPool, create_engine, select, text

from app.database import with_driver
from app.keys import new_key
from app.models import Opinion
from app.premises import Premises
from app.services import likeness
from app.services.likeness import Unsigned
from app.settings import Settings
from app.workers.likeness import compare_new
from tests import make
from tests.benchmarks.__main__ import SECRET, _database
from tests.classify.campaign_letters import LETTERS, variants

KEYS: Final = 17
"""Rows of the index for one opinion: those of its text, and one of its writer."""

_SPACE: Final = 64 << 22
"""How far apart the keys of the opinions are: 64 ms."""

_NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    " WHERE i < :rows) ",
    "postgresql": "WITH n AS (SELECT i FROM"
    " generate_series(1::bigint, :rows) AS s(i)) ",
}
_RANDOM: Final = {
    "sqlite": "abs(random())",
    "postgresql": "(random() * 9223372036854774784)::bigint",
}
_HASTY: Final = {
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000"),
    "postgresql": ("SET session_replication_role = replica",),
}
_OPINIONS: Final = """
INSERT INTO opinion (id, receipt_number, query_digest, channel, notice_id, version_id,
    subject, text, language, anonymous, late, registered_at)
SELECT :first + n.i * :space, 'N' || n.i, o.query_digest, o.channel, o.notice_id,
    o.version_id, o.subject, o.text || n.i, o.language, o.anonymous, o.late,
    o.registered_at
FROM n, (SELECT * FROM opinion ORDER BY id LIMIT 1) AS o
"""
_LIKENESS: Final = """
INSERT INTO likeness (opinion_id, group_id, own_signs)
SELECT :first + i * :space, :first + i * :space, 0 FROM n
"""
_KEYS: Final = """
INSERT INTO likeness_key (key, opinion_id)
SELECT key, opinion_id FROM (
    SELECT {random} AS key, :first + n.i * :space AS opinion_id
    FROM n, (VALUES {times}) AS times
) AS made ORDER BY key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took, in milliseconds."""

    quick: float
    """The 10th percentile, which a busy machine changes least."""

    middle: float
    slowest: float
    """The 99th percentile."""


def main() -> None:
    """Measure what the command line asks for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=300)
    parser.add_argument("--databases", default="sqlite,postgresql")
    args = parser.parse_args()
    print("| database | opinions | what | p10 ms | p50 ms | p99 ms |")
    print("|---|--:|---|--:|--:|--:|")
    for name in args.databases.split(","):
        with _database(name) as url:
            found = asyncio.run(_measure(name, url, args.rows, args.lookups))
        for what, times in found.items():
            spent = " | ".join(
                f"{each:.2f}" for each in (times.quick, times.middle, times.slowest)
            )
            print(f"| {name} | {args.rows:,} | {what} | {spent} |", flush=True)


async def _measure(name: str, url: str, rows: int, lookups: int) -> dict[str, Times]:
    settings = Settings(
        database_url=SecretStr(url), secret_key=SecretStr(SECRET),
        base_url="http://localhost",
    )  # fmt: skip
    async with Premises(settings) as premises:
        await premises.shelf()
        before = new_key()
        for of, letter in variants(seed=1, count=200):
            if of < len(LETTERS) // 2:
                await premises.register(
                    make.submission(text=letter, received_at=premises.clock())
                )
        while await compare_new(premises):
            pass
        first = before - (rows + 1) * _SPACE
        await asyncio.to_thread(_fill, name, url, rows=rows, first=first)
        return await _times(premises, rows=rows, first=first, lookups=lookups)


def _fill(name: str, url: str, *, rows: int, first: int) -> None:
    """Fill the tables at once, without what makes it durable or looks up references."""
    engine = create_engine(with_driver(url, asynchronous=False), poolclass=NullPool)
    facts = {"rows": rows, "first": first, "space": _SPACE}
    times = ", ".join(f"({place})" for place in range(KEYS))
    keys = _split(name, _KEYS).format(random=_RANDOM[name], times=times)
    with engine.begin() as connection:
        for setting in _HASTY[name]:
            connection.execute(text(setting))
        for statement in (_OPINIONS, _LIKENESS):
            connection.execute(text(_split(name, statement)), facts)
        connection.execute(text(keys), facts)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _split(name: str, statement: str) -> str:
    """Return ``statement`` with the numbers where the database wants them."""
    numbers = _NUMBERS[name].replace("{", "{{")
    if name == "sqlite":
        return numbers + statement
    head, _, rest = statement.partition("\nSELECT")
    return f"{head}\n{numbers}SELECT{rest}"


async def _times(
    premises: Premises, *, rows: int, first: int, lookups: int
) -> dict[str, Times]:
    chance = Random(7)
    notice = premises.house.shelf.notices[0].id
    ours = [letter for _, letter in variants(seed=2, count=lookups)]
    alone = ["".join(chance.sample(letter, len(letter))) for letter in ours]

    def by_key() -> Any:
        return select(Opinion.id).where(
            Opinion.id == first + chance.randint(1, rows) * _SPACE
        )

    async def floor(_place: int) -> None:
        async with premises.database.reading() as session:
            await session.scalar(by_key())

    def looking(letters: Sequence[str]) -> Callable[[int], Awaitable[None]]:
        sheets = likeness.sheets(premises.house, [
            Unsigned(id=0, notice_id=notice, subject="", text=letter, marks=None,
                     contact=None)
            for letter in letters
        ])  # fmt: skip

        async def look(place: int) -> None:
            async with premises.database.reading() as session:
                await likeness.look_up(session, [sheets[place]])

        return look

    async def poll(_place: int) -> None:
        async with premises.database.reading() as session:
            await likeness.unsigned(session)

    doing = {
        "floor: a row by its key": floor,
        "look-up, letters of campaigns": looking(ours),
        "look-up, letters like no other": looking(alone),
        "asking for new opinions": poll,
    }
    taken: dict[str, list[float]] = {what: [] for what in doing}
    for place in range(lookups):
        for what, work in doing.items():
            start = time.perf_counter()
            await work(place)
            taken[what].append(1000 * (time.perf_counter() - start))
    return {what: _summary(some) for what, some in taken.items()}


def _summary(taken: Sequence[float]) -> Times:
    every = sorted(taken)
    tenth, half = len(every) // 10, len(every) // 2
    return Times(
        quick=every[tenth], middle=every[half], slowest=every[int(len(every) * 0.99)]
    )


if __name__ == "__main__":
    main()
