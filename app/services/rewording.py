"""Rewording: an administrator puts an office's own words in the place of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import clean
from app.domain.vocabulary import Language, MailPurpose
from app.errors import Conflict, InvalidInput
from app.mail.wordings import Fault, Wording, faults_of, look_alikes, packaged
from app.models import LetterWording, Staff
from app.services import audit
from app.services.staff import Person
from app.services.wordings import own_wording

PACKAGED: Final = ""
"""The version of a wording that nobody here has changed."""


class BadWording(InvalidInput):
    """Letters cannot say so: a place is misspelt, missing, or not for there."""

    code = "bad_wording"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Name all that is wrong."""
        codes = ", ".join(fault.code for fault in faults)
        super().__init__(f"letters cannot say so: {codes}", field=faults[0].field)
        self.faults = tuple(faults)


class StaleWording(Conflict):
    """Somebody changed the wording after the page was opened."""

    code = "stale_wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingEntry:
    """A wording as administrators see it."""

    purpose: MailPurpose
    language: Language
    wording: Wording
    version: str
    """Names this state of it; `PACKAGED`: the one that came with the package."""

    by: str | None = None
    changed_at: datetime | None = None

    @property
    def own(self) -> bool:
        """Whether somebody here changed it."""
        return self.version != PACKAGED


async def entries(session: AsyncSession, person: Person) -> list[WordingEntry]:
    """Return the wordings of all letters.

    Raises:
        NotAllowed: The role does not look after them.
    """
    permission.check(person.role, Duty.WORDINGS)
    rows = await session.execute(
        select(LetterWording, Staff.display_name).join(
            Staff, Staff.id == LetterWording.staff_id
        )
    )
    own = {(row.purpose, row.language): _entry(row, by) for row, by in rows}
    return [
        own.get((purpose, language)) or _of_package(purpose, language)
        for purpose in MailPurpose
        for language in Language
    ]


async def entry(
    session: AsyncSession, person: Person, purpose: MailPurpose, language: Language
) -> WordingEntry:
    """Return one wording.

    Raises:
        NotAllowed: The role does not look after them.
    """
    found = await entries(session, person)
    return next(
        each for each in found if (each.purpose, each.language) == (purpose, language)
    )


def checked(purpose: MailPurpose, wording: Wording) -> Wording:
    """Return ``wording`` as it is kept.

    Raises:
        BadWording: Letters cannot say so.
    """
    kept = Wording(
        subject=clean(wording.subject, lines=False),
        body=clean(wording.body) + "\n",
    )
    faults = [*faults_of(purpose, kept), *look_alikes(purpose, kept)]
    if faults:
        raise BadWording(faults)
    return kept


async def change(
    session: AsyncSession,
    person: Person,
    purpose: MailPurpose,
    language: Language,
    wording: Wording,
    *,
    version: str,
    now: datetime,
) -> None:
    """Let letters say ``wording`` from now on.

    ``version`` is that of the wording which the person saw.

    Raises:
        NotAllowed: The role does not look after them.
        BadWording: Letters cannot say so.
        StaleWording: Somebody was faster.
    """
    permission.check(person.role, Duty.WORDINGS)
    kept = checked(purpose, wording)
    row = await _current(session, purpose, language, version=version)
    facts = {
        "subject": kept.subject, "body": kept.body,
        "staff_id": person.staff_id, "changed_at": now,
    }  # fmt: skip
    if row is None:
        key = {"purpose": purpose, "language": language}
        await _put_in(session, key | facts)
    else:
        for name, value in facts.items():
            setattr(row, name, value)
    audit.record(
        session, Action.WORDING_CHANGED, at=now, staff_id=person.staff_id,
        purpose=purpose, language=language, packaged=False,
    )  # fmt: skip


async def reset(
    session: AsyncSession,
    person: Person,
    purpose: MailPurpose,
    language: Language,
    *,
    version: str,
    now: datetime,
) -> None:
    """Let letters say again what came with the package.

    Raises:
        NotAllowed: The role does not look after them.
        StaleWording: Somebody was faster.
    """
    permission.check(person.role, Duty.WORDINGS)
    row = await _current(session, purpose, language, version=version)
    if row is None:
        return
    await session.delete(row)
    audit.record(
        session, Action.WORDING_CHANGED, at=now, staff_id=person.staff_id,
        purpose=purpose, language=language, packaged=True,
    )  # fmt: skip


async def _current(
    session: AsyncSession, purpose: MailPurpose, language: Language, *, version: str
) -> LetterWording | None:
    """Return the row, held until the transaction ends; None: nobody changed it."""
    row = await session.get(LetterWording, (purpose, language), with_for_update=True)
    if version != (PACKAGED if row is None else _version(row)):
        raise StaleWording("somebody changed the wording in the meantime")
    return row


async def _put_in(session: AsyncSession, row: dict[str, object]) -> None:
    try:
        async with session.begin_nested():
            await session.execute(insert(LetterWording), [row])
    except IntegrityError:
        raise StaleWording("somebody changed the wording at the same moment") from None


def _entry(row: LetterWording, by: str) -> WordingEntry:
    return WordingEntry(
        purpose=row.purpose,
        language=row.language,
        wording=own_wording(row),
        version=_version(row),
        by=by,
        changed_at=row.changed_at,
    )


def _of_package(purpose: MailPurpose, language: Language) -> WordingEntry:
    return WordingEntry(
        purpose=purpose,
        language=language,
        wording=packaged(purpose, language),
        version=PACKAGED,
    )


def _version(row: LetterWording) -> str:
    return row.changed_at.isoformat()
