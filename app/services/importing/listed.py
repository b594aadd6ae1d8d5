"""Listed opinions: from a row of a list to what registering it will store.

Every one is drawn up like any other opinion (`drafting`). What is still open is
registered on the day of the import, and its clock begins then, as with old letters.
What was answered long ago keeps the days of the list: no clock of this house ever ran
for it, so it is due when it was answered and is never called late.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from app.domain import lifecycle
from app.domain.correspondence import WithholdGround
from app.domain.importing.rows import ListedOpinion
from app.domain.record import Action
from app.domain.submission import Submission
from app.domain.vocabulary import (
    Channel,
    Disposition,
    Language,
    MailPurpose,
    Move,
    Status,
)
from app.keys import new_key
from app.models import Answer, AuditEvent, Base, Case, Note
from app.services import audit
from app.services.drafting import Draft, Row, draw_up
from app.services.house import House
from app.services.importing.pieces import Piece

CHANNELS: Final = (Channel.LETTER, Channel.PHONE, Channel.WEB)
"""The doors through which what stands in a list can have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the rows of an import have in common."""

    import_id: int
    notice: str
    channel: Channel
    staff_id: int
    language: Language
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDraft:
    """A row that is ready to be stored."""

    piece: Piece
    draft: Draft
    after: tuple[tuple[type[Base], list[Row]], ...]
    """Rows that follow those of the intake."""


def draw_up_listed(
    house: House, batch: Batch, piece: Piece, listed: ListedOpinion
) -> ListedDraft:
    """Return what storing a row will store; nobody is sent anything for it.

    Raises:
        AppError: See `drafting.draw_up`.
    """
    draft = draw_up(house, _submission(batch, piece, listed))
    if draft.has_letter:
        draft = draft.without_letter().with_row(AuditEvent, _withheld(batch, draft))
    rows: dict[type[Base], list[Row]] = dict(draft.rows)
    rows[Case] = [dict(case) for case in rows[Case]]
    rows[AuditEvent] = list(draft.rows[AuditEvent])
    for case in rows[Case]:
        _assign(house, batch, listed, case, rows[AuditEvent])
    answers: list[Row] = []
    if listed.answer:
        for case in rows[Case]:
            answers.append(_answer(batch, listed, case))
            _close(batch, listed, case, rows[AuditEvent])
    rows[AuditEvent] += [_imported(batch, case) for case in rows[Case]]
    notes = [_note(house, batch, listed, case) for case in rows[Case]]
    return ListedDraft(
        piece=piece,
        draft=replace(draft, rows=rows),
        after=((Answer, answers), (Note, notes)),
    )


def _submission(batch: Batch, piece: Piece, listed: ListedOpinion) -> Submission:
    came_at = listed.received_at or listed.answered_at or batch.now
    number = listed.own_number
    named = f"{batch.notice} no {number}" if number else f"row {piece.digest.hex()}"
    return Submission(
        channel=batch.channel,
        notice=batch.notice,
        section=listed.item,
        kind=listed.kind,
        subject=listed.subject,
        text=listed.text,
        contact=listed.contact,
        anonymous=not listed.contact,
        language=batch.language,
        retry_token=f"import {named}",
        received_at=came_at,
        imported_at=None if listed.answer else batch.now,
    )


def _withheld(batch: Batch, draft: Draft) -> Row:
    return audit.event(
        Action.MAIL_WITHHELD, at=batch.now, case_id=draft.case_id,
        purpose=MailPurpose.ACKNOWLEDGEMENT, ground=WithholdGround.ARCHIVED,
    )  # fmt: skip


def _assign(
    house: House,
    batch: Batch,
    listed: ListedOpinion,
    case: Row,
    events: list[Row],
) -> None:
    """Give a case to the office that the list names; a report stays where it lies."""
    office, before = listed.office_id, case["office_id"]
    if office in {None, before, house.shelf.lead_office_id} or case["restricted"]:
        return
    case["office_id"] = office
    case["status"] = lifecycle.after(Status(case["status"]), Move.ASSIGN)
    events.append(
        audit.event(
            Action.ASSIGNED, at=case["opened_at"], staff_id=batch.staff_id,
            case_id=case["id"], before=before, office_id=office,
        )
    )  # fmt: skip


def _answer(batch: Batch, listed: ListedOpinion, case: Row) -> Row:
    named = None if case["restricted"] else listed.office_id
    return {
        "id": new_key(),
        "case_id": case["id"],
        "staff_id": batch.staff_id,
        "office_id": named or case["office_id"],
        "text": listed.answer,
        "answered_at": _answered_at(batch, listed),
    }


def _close(batch: Batch, listed: ListedOpinion, case: Row, events: list[Row]) -> None:
    """End a case with the answer that it was given before it came here."""
    at = _answered_at(batch, listed)
    answered = lifecycle.after(Status(case["status"]), Move.ANSWER)
    case |= {
        "status": lifecycle.after(answered, Move.CLOSE),
        "disposition": Disposition.EXPLAINED,
        "answered_at": at,
        "closed_at": at,
        "due_at": max(at, case["due_at"]),
        "acceptance_due_at": None,
        "contact_due_at": None,
        "policy": None,
        "provisional": False,
        "lapses_at": None,
    }
    facts: dict[str, Any] = {"staff_id": batch.staff_id, "case_id": case["id"]}
    events += [
        audit.event(Action.ANSWERED, at=at, mailed=False, **facts),
        audit.event(
            Action.CLOSED, at=at, mailed=False, disposition=Disposition.EXPLAINED,
            **facts,
        ),
    ]  # fmt: skip


def _answered_at(batch: Batch, listed: ListedOpinion) -> datetime:
    """Return when it was answered; a list that does not say means the day it came."""
    return listed.answered_at or listed.received_at or batch.now


def _imported(batch: Batch, case: Row) -> Row:
    return audit.event(
        Action.IMPORTED, at=batch.now, staff_id=batch.staff_id, case_id=case["id"],
        import_id=batch.import_id,
    )  # fmt: skip


def _note(house: House, batch: Batch, listed: ListedOpinion, case: Row) -> Row:
    words = _WORDS[batch.language]
    told = [words["head"]]
    if listed.own_number:
        told.append(words["number"].format(listed.own_number))
    for name in ("received", "answered"):
        at: datetime | None = getattr(listed, f"{name}_at")
        if at is not None:
            day = at.astimezone(house.settings.zone).date().isoformat()
            told.append(words[name].format(day))
    return {
        "id": new_key(),
        "case_id": case["id"],
        "staff_id": batch.staff_id,
        "text": "\n".join(told),
        "noted_at": batch.now,
    }


_WORDS: Final = {
    Language.ZH: {
        "head": "从以前的登记表导入。",
        "number": "原编号：{}",
        "received": "原收到日期：{}",
        "answered": "原答复日期：{}",
    },
    Language.EN: {
        "head": "Imported from an earlier list.",
        "number": "Its number there: {}",
        "received": "Received on: {}",
        "answered": "Answered on: {}",
    },
}
"""What the note on an imported case says, in the language of whoever imported it."""
