"""Drawing up: from a submission to the rows that registering it will insert.

All the thinking of the intake is here and none of its I/O: classification, routing
to the supervision office, the receipt, sealing, the acknowledgement. It runs before a
transaction is open, so that the transaction is short.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.classify.thought import Thought
from app.domain import receipt, search
from app.domain.deadlines.moments import Due
from app.domain.passages import marks_as_json
from app.domain.record import Action
from app.domain.submission import Submission
from app.domain.vocabulary import Fate, Kind, Status
from app.keys import new_key
from app.models import (
    Arrival,
    Attachment,
    AuditEvent,
    Base,
    Case,
    Classification,
    Contact,
    Opinion,
    OutboxMessage,
    Strand,
)
from app.sealing import Seal
from app.services import audit, letters, routing
from app.services.enclosing import (
    as_sent,
    attachment_rows,
    contact_row,
    may_acknowledge,
    query_digest,
)
from app.services.house import House
from app.services.placing import Placing, place
from app.services.shelf import ShelvedNotice

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A submission ready to be stored."""

    submission: Submission
    opinion_id: int
    case_id: int
    receipt_number: str
    query_code: str
    arrival_key: str
    content_digest: str

    restricted: bool
    """Whether it is a report of wrongdoing, which few may see."""

    tokens: str
    """What the search index will hold."""

    rows: Mapping[type[Base], list[Row]]

    @property
    def has_letter(self) -> bool:
        """Whether an acknowledgement will be promised."""
        return bool(self.rows.get(OutboxMessage))

    def without_letter(self) -> "Draft":
        """Return the same without its acknowledgement."""
        kept = {table: rows for table, rows in self.rows.items()
                if table is not OutboxMessage}  # fmt: skip
        return replace(self, rows=kept)

    def with_row(self, table: type[Base], row: Row) -> "Draft":
        """Return the same with one row more."""
        return replace(
            self, rows={**self.rows, table: [*self.rows.get(table, ()), row]}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What the rows of one draft have in common."""

    submission: Submission
    notice: ShelvedNotice
    late: bool
    opinion: int
    case: int
    """The first of its cases."""

    number: str
    code: str
    sent: bytes
    """Everything that the person sent, in one canonical form."""

    digest: str


def draw_up(
    house: House,
    submission: Submission,
    *,
    arrival_key: str | None = None,
    thought: Thought | None = None,
    given: tuple[str, str] | None = None,
) -> Draft:
    """Return what registering ``submission`` will store.

    ``given`` are the number and the code that the citizen has already.

    ``arrival_key`` is given where the bytes were stored before (a letter); otherwise
    the draft brings the arrival, and its key is made of the retry token. ``thought``:
    what somebody has thought before.

    Raises:
        NoSuchNotice: No published notice has that name.
        NoSuchSection: The citizen chose a section that the notice does not have.
        NotSetUp: There is no supervision office yet.
    """
    sheet = _sheet(house, submission, given)
    placed = place(house, sheet.notice, submission, thought)
    opened = [
        _case(house, sheet, placing, ordinal=ordinal, restricted=placed.restricted)
        for ordinal, placing in enumerate(placed.matters, start=1)
    ]
    rows: dict[type[Base], list[Row]] = {
        Opinion: [_opinion(house.seal, sheet)],
        Case: opened,
        Strand: placed.strands(sheet.opinion, [case["id"] for case in opened]),
        Classification: [row for placing in placed.matters for row in placing.rows],
        Attachment: attachment_rows(
            house.seal, submission.files, opinion_id=sheet.opinion
        ),
        AuditEvent: [_registered(sheet, case) for case in opened],
    }
    if submission.contact and not submission.anonymous:
        rows[Contact] = [contact_row(house.seal, submission, sheet.opinion)]
    if arrival_key is None:
        arrival_key = house.seal.digest(
            submission.retry_token or sheet.number, purpose="arrival key"
        ).hex()
        rows[Arrival] = [_arrival(house.seal, sheet, arrival_key)]
    if may_acknowledge(submission):
        rows[OutboxMessage] = [
            _acknowledgement(house, sheet, opened[0], reported=placed.restricted)
        ]
    routing.route_all(house, sheet.notice, submission, rows, placed.matters)
    return Draft(
        submission=submission,
        opinion_id=sheet.opinion,
        case_id=sheet.case,
        receipt_number=sheet.number,
        query_code=sheet.code,
        arrival_key=arrival_key,
        content_digest=sheet.digest,
        tokens=search.tokens(f"{submission.subject}\n{submission.own_words}"),
        restricted=placed.restricted,
        rows=rows,
    )


def _sheet(
    house: House, submission: Submission, given: tuple[str, str] | None
) -> _Sheet:
    sent = as_sent(submission)
    digest = hashlib.sha256(sent).hexdigest()
    seal, token = house.seal, submission.retry_token
    if token is None:
        code = receipt.new_query_code()
    else:
        # A retry must get the same code, although only its digest is stored.
        entropy = seal.digest(submission.channel, token, digest, purpose="new code")
        code = receipt.query_code(entropy[:15])
    number, code = given or (receipt.new_receipt_number(), code)
    notice = house.shelf.notice(submission.notice)
    day = submission.received_at.astimezone(house.settings.zone).date()
    return _Sheet(
        submission=submission,
        notice=notice,
        late=notice.closed_on(day),
        opinion=new_key(),
        case=new_key(),
        number=number,
        code=code,
        sent=sent,
        digest=seal.digest(digest, purpose="content").hex(),
    )


def _opinion(seal: Seal, sheet: _Sheet) -> Row:
    submission = sheet.submission
    return {
        "id": sheet.opinion,
        "receipt_number": sheet.number,
        "query_digest": query_digest(seal, sheet.code),
        "channel": submission.channel,
        "notice_id": sheet.notice.id,
        "version_id": sheet.notice.version_id,
        "subject": submission.subject,
        "text": submission.text,
        "marks": marks_as_json(submission.marks),
        "kind": submission.kind,
        "language": submission.language,
        "anonymous": submission.anonymous,
        "consent_version": submission.consent_version,
        "may_publish": submission.may_publish,
        "late": sheet.late,
        "registered_at": submission.registered_at,
    }


def _case(
    house: House, sheet: _Sheet, placing: Placing, *, ordinal: int, restricted: bool
) -> Row:
    """Open a case in the supervision office's queue, due from registration on.

    One that is restricted goes to the office that receives reports.
    """
    opened_at = sheet.submission.registered_at
    lead = house.shelf.lead_office_id
    office = house.shelf.report_office_id if restricted else lead
    kind = Kind.REPORT if restricted else sheet.submission.kind
    return {
        "id": sheet.case if ordinal == 1 else new_key(),
        "notice_id": sheet.notice.id,
        "opinion_id": sheet.opinion,
        "ordinal": ordinal,
        "section_id": placing.section_id,
        "kind": sheet.submission.kind,
        "sounds": sheet.submission.kind or placing.guess.kind,
        "channel": sheet.submission.channel,
        "late": sheet.late,
        "has_files": bool(sheet.submission.files),
        "office_id": office,
        "assignee_id": None,
        "status": Status.REGISTERED if office == lead else Status.ASSIGNED,
        "disposition": None,
        "opened_at": opened_at,
        **house.clocks.facts(house.settings, kind, opened_at),
        "restricted": restricted,
        "merged_at": None,
        "unread": False,
        "snoozed_until": None,
        "revision": 1,
    }


def _arrival(seal: Seal, sheet: _Sheet, arrival_key: str) -> Row:
    at = sheet.submission.received_at
    return {
        "id": new_key(),
        "channel": sheet.submission.channel,
        "arrival_key": arrival_key,
        "content_digest": sheet.digest,
        "sealed": seal.close(sheet.sent, purpose="arrival"),
        "size": len(sheet.sent),
        "sealed_envelope": None,
        "received_at": at,
        "fate": Fate.OPENED,
        "reason": None,
        "fated_at": at,
        "opinion_id": sheet.opinion,
    }


def _registered(sheet: _Sheet, case: Row) -> Row:
    return audit.event(
        Action.REGISTERED,
        at=sheet.submission.registered_at,
        case_id=case["id"],
        channel=sheet.submission.channel,
        receipt_number=sheet.number,
    )


def _acknowledgement(house: House, sheet: _Sheet, case: Row, *, reported: bool) -> Row:
    sent = sheet.submission
    regarding = letters.Regarding(
        opinion_id=sheet.opinion,
        case_id=sheet.case,
        receipt_number=sheet.number,
        notice_title=sheet.notice.title,
        email=sent.contact.email or "",
        language=sent.language,
        letter_id=sent.letter_id,
    )
    return letters.acknowledgement(
        house, regarding, query_code=sheet.code,
        due=Due(at=case["due_at"], provisional=case["provisional"]),
        reported=reported, now=sent.registered_at,
    )  # fmt: skip
