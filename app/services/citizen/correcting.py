"""Correcting (更正): a citizen changes how to be reached.

What is kept is shown covered: whoever finds a receipt in the street may read the answer
and learns no telephone number by it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.following import covered
from app.domain.record import Action
from app.domain.submission import ContactDetails, clean, problems
from app.errors import Conflict, InvalidInput
from app.models import Contact, Opinion
from app.sealing import Seal
from app.services import audit, cases
from app.services.enclosing import contact_facts, email_digest
from app.services.house import House

FIELDS = ("name", "email", "phone")


class StaysAnonymous(Conflict):
    """An anonymous opinion has no contact details, and is promised to have none."""

    code = "stays_anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the citizen can be reached, covered; None: it is not known."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


def checked(house: House, typed: Mapping[str, str]) -> ContactDetails:
    """Return the details that were typed; what was left empty is None.

    Raises:
        InvalidInput: Nothing was typed, or something that cannot be.
    """
    said = {name: clean(typed.get(name, ""), lines=False) or None for name in FIELDS}
    contact = ContactDetails(**said)
    for problem in problems(subject="", text="-" * 20, contact=contact):
        raise problem
    if contact.email and house.is_ours(contact.email):
        raise InvalidInput("this is ours", field="email", code="bad_email")
    if not any(said.values()):
        raise InvalidInput("nothing was typed", field="name", code="contact_missing")
    return contact


_SEALED: Final = select(Contact.sealed).where(
    Contact.opinion_id == bindparam("opinion_id")
)


async def kept(session: AsyncSession, seal: Seal, opinion_id: int) -> Kept:
    """Return what is known of how to reach the citizen, covered."""
    sealed = await session.scalar(_SEALED, {"opinion_id": opinion_id})
    if sealed is None:
        return Kept()
    facts = json.loads(seal.open(sealed, purpose="contact"))
    return Kept(**{name: covered(facts[name]) for name in FIELDS if facts.get(name)})


async def correct(
    session: AsyncSession,
    house: House,
    opinion_id: int,
    said: ContactDetails,
    *,
    now: datetime,
) -> None:
    """Keep what was ``said``; what it leaves out stays as it is.

    Raises:
        StaysAnonymous: The citizen chose to be, or had everything erased.
    """
    opinion = await session.get_one(Opinion, opinion_id)
    if opinion.anonymous or opinion.erased_at is not None:
        raise StaysAnonymous("the opinion has no contact details")
    await _make_room(session, house.seal, opinion_id)
    contact = await session.get_one(
        Contact, opinion_id, with_for_update=True, populate_existing=True
    )
    facts = json.loads(house.seal.open(contact.sealed, purpose="contact"))
    changed = {name: words for name, words in contact_facts(said).items() if words}
    plain = json.dumps(facts | changed, ensure_ascii=False).encode()
    contact.sealed = house.seal.close(plain, purpose="contact")
    if said.email:
        contact.email_digest = email_digest(house.seal, said.email)
        contact.may_mail = True
    brought_up = await cases.bring_up_all(session, opinion_id)
    for case_id in brought_up:
        audit.record(
            session, Action.CONTACT_CORRECTED, at=now, case_id=case_id,
            fields=sorted(changed),
        )  # fmt: skip
    await session.flush()


async def _make_room(session: AsyncSession, seal: Seal, opinion_id: int) -> None:
    """See that there is a row, which a citizen who left no details has not."""
    if await session.get(Contact, opinion_id) is not None:
        return
    empty = json.dumps(contact_facts(ContactDetails())).encode()
    row = {
        "opinion_id": opinion_id, "sealed": seal.close(empty, purpose="contact"),
        "email_digest": None, "may_mail": False, "letter_id": None, "claimed": False,
    }  # fmt: skip
    try:
        async with session.begin_nested():
            await session.execute(insert(Contact), [row])
    except IntegrityError:
        return
