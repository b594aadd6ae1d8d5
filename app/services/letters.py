"""Letters to citizens: what they say, and where a reply to one comes back to."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from app.domain.vocabulary import Language, MailPurpose, MailState
from app.keys import new_key
from app.mail.outgoing import Wording, word
from app.sealing import Seal
from app.services.house import House

_TOKEN_BYTES: Final = 10
_REPLY: Final = "r"
_MOST_HEX: Final = 16
"""Digits of the longest key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """What the outbox keeps sealed until a letter is sent."""

    to: str
    subject: str
    body: str
    reply_to: str
    in_reply_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regarding:
    """The opinion that a letter is about, and whom it goes to."""

    opinion_id: int
    case_id: int
    receipt_number: str
    notice_title: str
    email: str
    language: Language

    letter_id: str | None
    """Message-ID of the citizen's own letter, where there was one."""


def acknowledgement(
    house: House, regarding: Regarding, *, query_code: str, now: datetime
) -> dict[str, Any]:
    """Return the outbox row of the letter that tells number and code."""
    due_at = now + house.settings.answer_within
    wording = word(
        MailPurpose.ACKNOWLEDGEMENT,
        regarding.language,
        notice_title=regarding.notice_title,
        receipt_number=regarding.receipt_number,
        query_code=query_code,
        track_url=_track_url(house, regarding.language),
        due_on=due_at.astimezone(house.settings.zone).date().isoformat(),
    )
    return _row(house, MailPurpose.ACKNOWLEDGEMENT, regarding, wording, now=now)


def answer(
    house: House, regarding: Regarding, *, office: str, text: str, now: datetime
) -> dict[str, Any]:
    """Return the outbox row of the letter that brings an answer."""
    wording = word(
        MailPurpose.ANSWER,
        regarding.language,
        notice_title=regarding.notice_title,
        receipt_number=regarding.receipt_number,
        office=office,
        answer=text,
        track_url=_track_url(house, regarding.language),
    )
    return _row(house, MailPurpose.ANSWER, regarding, wording, now=now)


def reply_address(house: House, opinion_id: int) -> str:
    """Return the address at which a reply finds the opinion by itself."""
    name, _, host = house.settings.intake_address.partition("@")
    return f"{name}+{_REPLY}{opinion_id:x}.{_token(house.seal, opinion_id)}@{host}"


def replied_opinion(house: House, address: str) -> int | None:
    """Return the opinion that a reply address names; None: it is not one of ours."""
    extension = address.rpartition("@")[0].rpartition("+")[2].casefold()
    name, _, token = extension.removeprefix(_REPLY).partition(".")
    if not extension.startswith(_REPLY) or not token or len(name) > _MOST_HEX:
        return None
    try:
        opinion_id = int(name, 16)
    except ValueError:
        return None
    return opinion_id if token == _token(house.seal, opinion_id) else None


def unseal(seal: Seal, sealed: bytes) -> LetterContent:
    """Return what an outbox row keeps sealed."""
    return LetterContent(**json.loads(seal.open(sealed, purpose="letter")))


def _token(seal: Seal, opinion_id: int) -> str:
    return seal.digest(str(opinion_id), purpose="reply address")[:_TOKEN_BYTES].hex()


def _track_url(house: House, language: Language) -> str:
    prefix = "" if language is Language.ZH else f"/{language}"
    return f"{house.settings.base_url}{prefix}/track"


def _row(
    house: House,
    purpose: MailPurpose,
    regarding: Regarding,
    wording: Wording,
    *,
    now: datetime,
) -> dict[str, Any]:
    key = new_key()
    host = house.sender_address.partition("@")[2]
    content = LetterContent(
        to=regarding.email,
        subject=wording.subject,
        body=wording.body,
        reply_to=reply_address(house, regarding.opinion_id),
        in_reply_to=regarding.letter_id,
    )
    plain = json.dumps(asdict(content), ensure_ascii=False).encode()
    return {
        "id": key,
        "opinion_id": regarding.opinion_id,
        "case_id": regarding.case_id,
        "purpose": purpose,
        "message_id": f"<{key:x}.{_token(house.seal, key)}@{host}>",
        "sealed": house.seal.close(plain, purpose="letter"),
        "state": MailState.WAITING,
        "attempts": 0,
        "next_attempt_at": now,
        "last_error": None,
        "created_at": now,
        "sent_at": None,
    }
