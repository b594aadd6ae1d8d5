"""Letters of cases (来信), looked at again by staff; what an opinion says stays.

A letter that was read in the wrong charset opened a case that says nothing. Whoever
reads it in another one can keep that beside the opinion, as a note.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.keys import new_key
from app.mail.letter import Letter
from app.models import Arrival, Note, Opinion
from app.services import audit, cases
from app.services.arrivals import RawLetter, open_envelope
from app.services.disclosure import NoSuchFile, is_letter_of
from app.services.helping import check_leading
from app.services.house import House
from app.services.staff import Person
from app.services.transcribing import text_and_files


class NothingNew(Conflict):
    """The letter, read so, says what the opinion says already."""

    code = "nothing_new"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLetter:
    """The letter that opened a case."""

    case_id: int
    arrival_id: int
    revision: int
    """Of the case, when it was read."""

    raw: RawLetter

    text: str
    """What the opinion says."""

    def says_more(self, letter: Letter) -> bool:
        """Whether ``letter``, read from the same bytes, says something else."""
        return reread_text(letter) != self.text


def reread_text(letter: Letter) -> str:
    """Return what an opinion would say that is made of ``letter``."""
    text, _marks, _files = text_and_files(letter)
    return text


async def read(
    session: AsyncSession, person: Person, house: House, number: str
) -> CaseLetter:
    """Return the letter that opened the case; it names its writer.

    Raises:
        NotAllowed: The role does not see contact details.
        NoSuchCase: There is none, or it is another office's.
        NotLeading: The office is only asked what it thinks.
        NoSuchFile: The case was not opened by a letter that came by mail.
    """
    permission.check(person.role, Duty.READ_CONTACT)
    case = await cases.find(session, person, number)
    check_leading(person, case)
    found = (
        await session.execute(
            select(Arrival, Opinion.text)
            .join(Opinion, Opinion.id == Arrival.opinion_id)
            .where(*is_letter_of(case))
            .limit(1)
        )
    ).first()
    if found is None:
        raise NoSuchFile("the case was not opened by a letter")
    arrival, text = found
    return CaseLetter(
        case_id=case.id,
        arrival_id=arrival.id,
        revision=case.revision,
        raw=RawLetter(
            content=house.seal.open(arrival.sealed, purpose="arrival"),
            envelope=open_envelope(house.seal, arrival),
            received_at=arrival.received_at,
        ),
        text=text,
    )


def note_seen(
    session: AsyncSession,
    person: Person,
    letter: CaseLetter,
    *,
    now: datetime,
    **how: Any,
) -> None:
    """Note that somebody looked at the letter itself."""
    audit.record(
        session, Action.ORIGINAL_SEEN, at=now, staff_id=person.staff_id,
        case_id=letter.case_id, arrival_id=letter.arrival_id, role=person.role,
        **how,
    )  # fmt: skip


async def keep_reading(
    session: AsyncSession,
    person: Person,
    number: str,
    letter: Letter,
    *,
    as_charset: str,
    revision: int,
    now: datetime,
) -> None:
    """Keep what the letter of a case says in another charset, as a note on the case.

    Raises:
        NothingNew: The opinion says that already.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    opinion = await session.get_one(Opinion, case.opinion_id)
    text = reread_text(letter)
    if text == opinion.text:
        raise NothingNew("the opinion says that already")
    session.add(
        Note(
            id=new_key(), case_id=case.id, staff_id=person.staff_id, noted_at=now,
            text=REREAD.format(charset=as_charset, subject=letter.subject, text=text),
        )
    )  # fmt: skip
    audit.record(
        session, Action.REREAD, at=now, staff_id=person.staff_id, case_id=case.id,
        charset=as_charset,
    )  # fmt: skip
    await cases.put_back(session, case)


REREAD = "（来信按 {charset} 重读）\n{subject}\n\n{text}"
"""The note, in the language that notes are written in."""
