"""Files of liaisons' answers: looked at as other files, and never the citizen's.

They are the office's papers: no tracking page names them, and no citizen has them
erased. A co-office sees what its own liaisons sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.domain.submission import File
from app.models import Case, LiaisonFile, LiaisonReply
from app.services import audit, cases
from app.services.answering.files import FileSight, noted, sight
from app.services.disclosure import NoSuchFile
from app.services.helping import leads
from app.services.house import House
from app.services.offices.liaison_mail import FILE_PURPOSE
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """A file as one line below the answer that it came with."""

    id: int
    file_name: str
    size: int


async def of_replies(
    session: AsyncSession, keys: Collection[int]
) -> Mapping[int, Sequence[FileEntry]]:
    """Return the files of answers, by the answers' keys, in one statement."""
    if not keys:
        return {}
    rows = await session.execute(
        select(
            LiaisonFile.reply_id, LiaisonFile.id, LiaisonFile.file_name,
            LiaisonFile.size,
        )
        .where(LiaisonFile.reply_id.in_(keys))
        .order_by(LiaisonFile.id)
    )  # fmt: skip
    found: dict[int, list[FileEntry]] = {}
    for reply_id, key, file_name, size in rows:
        entry = FileEntry(id=key, file_name=file_name, size=size)
        found.setdefault(reply_id, []).append(entry)
    return found


async def save(
    session: AsyncSession, person: Person, house: House, number: str, key: int, *,
    now: datetime,
) -> File:  # fmt: skip
    """Return a file of a liaison's answer, once it is noted who has it.

    Raises:
        NotAllowed: The role reads no cases.
        NoSuchCase: There is none, or it is another office's.
        NoSuchFile: The file came with none of the answers that they see.
    """
    case, kept = await _kept(session, person, number, key)
    _note(session, person, case, key, now=now)
    return _opened(house, kept)


async def look_at(
    session: AsyncSession, person: Person, house: House, number: str, key: int, *,
    now: datetime,
) -> FileSight:  # fmt: skip
    """Return a file as it is looked at, among those of its answer; it is noted, too.

    Raises:
        AppError: See `save`.
    """
    case, kept = await _kept(session, person, number, key)
    _note(session, person, case, key, now=now)
    keys = await session.scalars(
        select(LiaisonFile.id)
        .where(LiaisonFile.reply_id == kept.reply_id)
        .order_by(LiaisonFile.id)
    )
    return sight(_opened(house, kept), key=key, digest=kept.digest, keys=keys.all())


async def content(
    session: AsyncSession, person: Person, house: House, number: str, key: int, *,
    now: datetime,
) -> File:  # fmt: skip
    """Return a file to be shown within its page, whose opening was noted just now.

    Raises:
        AppError: See `save`.
    """
    case, kept = await _kept(session, person, number, key)
    if not await noted(session, person, case.id, now=now, liaison_file_id=key):
        _note(session, person, case, key, now=now)
    return _opened(house, kept)


async def _kept(
    session: AsyncSession, person: Person, number: str, key: int
) -> tuple[Case, LiaisonFile]:
    case = await cases.find(session, person, number)
    kept = await session.scalar(_seen(person, case).where(LiaisonFile.id == key))
    if kept is None:
        raise NoSuchFile("no answer of a liaison on the case has such a file")
    return case, kept


def _seen(person: Person, case: Case) -> Select[LiaisonFile]:
    """Return the selection of files of the case that ``person`` sees."""
    statement = (
        select(LiaisonFile)
        .join(LiaisonReply, LiaisonReply.id == LiaisonFile.reply_id)
        .where(LiaisonReply.case_id == case.id)
    )
    if leads(person, case):
        return statement
    return statement.where(LiaisonReply.office_id == person.office_id)


def _note(
    session: AsyncSession, person: Person, case: Case, key: int, *, now: datetime
) -> None:
    audit.record(
        session, Action.ATTACHMENT_SEEN, at=now, staff_id=person.staff_id,
        case_id=case.id, liaison_file_id=key,
    )  # fmt: skip


def _opened(house: House, kept: LiaisonFile) -> File:
    return File(
        file_name=kept.file_name,
        media_type=kept.media_type,
        content=house.seal.open(kept.sealed, purpose=FILE_PURPOSE),
    )
