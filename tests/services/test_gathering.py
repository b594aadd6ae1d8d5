"""Gathering, on real commits of both databases; offices are what is gathered."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.gathering import MOST, Gathering, ShuttingDown
from app.keys import new_key
from app.models import Office
from app.premises import Premises
from tests.fakes import START


class Registry:
    """Stores offices by name; can be told to pause, and to fail at the commit."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.doomed = False

    async def store(
        self, session: AsyncSession, names: Sequence[str]
    ) -> list[str | Exception]:
        self.batches.append(len(names))
        self.begun.set()
        await self.may_go_on.wait()
        if self.doomed:
            await make_the_commit_fail(session)
        return [await self._store_one(session, name) for name in names]

    async def _store_one(self, session: AsyncSession, name: str) -> str | Exception:
        try:
            async with session.begin_nested():
                await session.execute(insert(Office).values(office(name)))
        except DBAPIError as error:
            return error
        return name


def office(name: str) -> dict[str, Any]:
    return {"id": new_key(), "name": name, "leads": False, "created_at": START}


async def make_the_commit_fail(session: AsyncSession) -> None:
    """Break a constraint that is looked at only when the transaction ends."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
        await session.execute(text("INSERT INTO section VALUES (1, 1)"))
        return
    await session.execute(
        text(
            "CREATE TEMPORARY TABLE doubtful"
            " (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP"
        )
    )
    await session.execute(text("INSERT INTO doubtful VALUES (1), (1)"))


async def names(premises: Premises) -> set[str]:
    """Return the offices that somebody else can see, that is: those committed."""
    async with premises.database.reading() as session:
        return set(await session.scalars(select(Office.name)))


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
async def gathering(
    bare_premises: Premises, registry: Registry
) -> AsyncIterator[Gathering[str, str]]:
    gathering = Gathering(bare_premises.database, registry.store)
    yield gathering
    registry.may_go_on.set()
    await gathering.close()


@pytest.fixture
def commits() -> Iterator[list[object]]:
    """One entry for every commit that any engine makes."""
    seen: list[object] = []

    def note(connection: object) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


async def test_many_at_once_are_few_commits(
    gathering: Gathering[str, str], commits: list[object]
) -> None:
    wanted = [f"第{n}科" for n in range(3 * MOST)]

    answers = await asyncio.gather(*map(gathering.add, wanted))

    assert answers == wanted
    assert len(commits) == 3


async def test_those_who_come_during_a_commit_share_the_next(
    gathering: Gathering[str, str], registry: Registry
) -> None:
    registry.may_go_on.clear()
    first = asyncio.create_task(gathering.add("一科"))
    await registry.begun.wait()
    later = [asyncio.create_task(gathering.add(name)) for name in "甲乙丙"]
    await asyncio.sleep(0)
    registry.may_go_on.set()
    await asyncio.gather(first, *later)

    assert registry.batches == [1, 3]


async def test_nobody_is_answered_before_others_can_see_it(
    gathering: Gathering[str, str], bare_premises: Premises
) -> None:
    async def add(name: str) -> bool:
        await gathering.add(name)
        return name in await names(bare_premises)

    assert all(await asyncio.gather(*map(add, "甲乙丙丁")))


async def test_an_item_that_fails_takes_no_other_with_it(
    gathering: Gathering[str, str], bare_premises: Premises
) -> None:
    answers = await asyncio.gather(
        *map(gathering.add, ["甲", "乙", "甲", "丙"]), return_exceptions=True
    )

    assert [answers[0], answers[1], answers[3]] == ["甲", "乙", "丙"]
    assert isinstance(answers[2], IntegrityError)
    assert await names(bare_premises) == {"甲", "乙", "丙"}


async def test_when_the_commit_fails_nobody_hears_of_success(
    gathering: Gathering[str, str], registry: Registry, bare_premises: Premises
) -> None:
    registry.doomed = True

    answers = await asyncio.gather(
        *map(gathering.add, "甲乙丙"), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [IntegrityError] * 3
    assert await names(bare_premises) == set()


async def test_a_failed_commit_does_not_stop_the_next(
    gathering: Gathering[str, str], registry: Registry, bare_premises: Premises
) -> None:
    registry.doomed = True
    with pytest.raises(IntegrityError):
        await gathering.add("甲")

    registry.doomed = False
    await gathering.add("乙")

    assert await names(bare_premises) == {"乙"}


async def test_one_who_gives_up_waiting_disturbs_nobody(
    gathering: Gathering[str, str], registry: Registry, bare_premises: Premises
) -> None:
    registry.may_go_on.clear()
    gone, stays = (asyncio.create_task(gathering.add(name)) for name in "甲乙")
    await registry.begun.wait()
    gone.cancel()
    registry.may_go_on.set()

    assert await stays == "乙"
    assert await names(bare_premises) == {"甲", "乙"}


async def test_what_was_taken_is_settled_before_the_doors_close(
    gathering: Gathering[str, str], registry: Registry, bare_premises: Premises
) -> None:
    registry.may_go_on.clear()
    taken = [asyncio.create_task(gathering.add(f"{n}科")) for n in range(MOST + 1)]
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.05, registry.may_go_on.set)
    await gathering.close()

    assert len(await names(bare_premises)) == MOST + 1
    assert all(task.done() for task in taken)


async def test_nothing_is_taken_once_the_doors_are_closed(
    gathering: Gathering[str, str], bare_premises: Premises
) -> None:
    await gathering.close()

    with pytest.raises(ShuttingDown):
        await gathering.add("甲")
    assert await names(bare_premises) == set()


async def test_a_store_that_answers_too_few_stores_nothing(
    bare_premises: Premises,
) -> None:
    async def forgetful(session: AsyncSession, names: Sequence[str]) -> list[str]:
        await session.execute(insert(Office), [office(name) for name in names])
        return []

    gathering: Gathering[str, str] = Gathering(bare_premises.database, forgetful)

    with pytest.raises(ValueError, match="shorter"):
        await asyncio.wait_for(gathering.add("甲"), timeout=5)
    assert await names(bare_premises) == set()
