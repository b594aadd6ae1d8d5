"""What came of opinions: answered, published, and counted, for tests."""

from typing import Any

from app.domain.publication import Wording
from app.domain.vocabulary import Role
from app.models import Publication
from app.premises import Premises
from app.services import replies, triage
from app.services.publishing import publications
from app.services.staff import Person
from tests import at_desk

ANSWER = "路灯已经修好，谢谢您的提醒。"


async def clerk(premises: Premises, role: Role = Role.SUPERVISOR) -> Person:
    """Return somebody who may answer and publish."""
    return await at_desk.hire(premises, role)


async def opinion(
    premises: Premises, *, section: str | None = None, **changes: Any
) -> str:
    """Register an opinion, on an item if one is given; return its number."""
    number = (await at_desk.open_case(premises, **changes)).receipt_number
    if section is not None:
        person = await clerk(premises)
        revision = (await at_desk.case_of(premises, number)).revision
        async with premises.database.writing() as session:
            await triage.classify(
                session, person, premises.house, number,
                revision=revision, section=section, now=premises.clock(),
            )  # fmt: skip
    return number


async def answered(
    premises: Premises, person: Person, *, reply: str = ANSWER, **changes: Any
) -> str:
    """Register an opinion and answer it; return its number."""
    number = await opinion(premises, **changes)
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.answer(
            session, person, premises.house, number,
            revision=revision, text=reply, now=premises.clock(),
        )  # fmt: skip
    return number


def wording(**changes: str) -> Wording:
    """Return what can be published of any case."""
    facts = {
        "title": "小区照明维修",
        "summary": "一位居民反映某小区夜间照明不足。",
        "question": "",
        "answer": "照明设施已经修复。",
    }
    return Wording(**(facts | changes))


async def publish(
    premises: Premises, person: Person, number: str, *, seen: int = 0, **changes: str
) -> Publication:
    """Publish the answer to ``number`` as it now stands."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await publications.publish(
            session, person, premises.house, number, wording(**changes),
            revision=revision, seen=seen, now=premises.clock(),
        )  # fmt: skip


async def published(
    premises: Premises, person: Person, *, words: str = "", **changes: Any
) -> Publication:
    """Register, answer and publish an opinion, with ``words`` of its writer's."""
    number = await answered(
        premises, person, **({"may_publish": bool(words)} | changes)
    )
    return await publish(premises, person, number, question=words)
