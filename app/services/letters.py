"""Letters to citizens: what they say, and where a reply to one comes back to."""

import hmac
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from app.domain.deadlines.moments import Due
from app.domain.vocabulary import Disposition, Language, MailPurpose, MailState
from app.keys import new_key
from app.mail.wordings import channels, due_day, filled, outcome
from app.sealing import Seal
from app.services.house import House

_TOKEN_BYTES: Final = 10
_REPLY: Final = "r"
_RETURN: Final = "b"
_NOT_ME: Final = "n"
_LIAISON: Final = "l"
_PURPOSES: Final = {_REPLY: "reply address", _RETURN: "return path",
                    _NOT_ME: "not me", _LIAISON: "liaison address"}  # fmt: skip
"""What tokens are made for: one does not do for the other."""

_OUR_ID: Final = re.compile(r"<(?P<name>[0-9a-f]{1,16})\.(?P<token>[0-9a-f]{20})@")
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
    unsubscribe_url: str | None = None


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
    """Message-ID of the letter that this one follows: the citizen's own, or ours."""


def acknowledgement(
    house: House,
    regarding: Regarding,
    *,
    query_code: str,
    due: Due,
    reported: bool = False,
    now: datetime,
) -> dict[str, Any]:
    """Return the outbox row of the letter that tells number and code.

    Whoever ``reported`` wrongdoing is told how else to reach discipline inspection.
    """
    facts = {
        "query_code": query_code,
        "not_me_url": not_me_url(house, regarding),
        "due_on": due_day(due, regarding.language, zone=house.settings.zone),
        "channels": channels(regarding.language) if reported else "",
    }
    return _row(house, MailPurpose.ACKNOWLEDGEMENT, regarding, facts, now=now)


def answer(
    house: House, regarding: Regarding, *, office: str, text: str, now: datetime
) -> dict[str, Any]:
    """Return the outbox row of the letter that brings an answer."""
    facts = {"office": office, "answer": text}
    return _row(house, MailPurpose.ANSWER, regarding, facts, now=now)


def question(
    house: House,
    regarding: Regarding,
    *,
    office: str,
    text: str,
    again_until: datetime | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Return the outbox row of the letter that asks; or, ``again_until``, reminds."""
    facts = {"office": office, "question": text}
    if again_until is None:
        return _row(house, MailPurpose.QUESTION, regarding, facts, now=now)
    facts["last_on"] = _day(house, again_until)
    return _row(house, MailPurpose.REMINDER, regarding, facts, now=now)


def closing(
    house: House,
    regarding: Regarding,
    *,
    office: str,
    disposition: Disposition,
    now: datetime,
) -> dict[str, Any]:
    """Return the outbox row of the letter that tells how the case ended."""
    facts = {"office": office, "outcome": outcome(disposition, regarding.language)}
    return _row(house, MailPurpose.CLOSING, regarding, facts, now=now)


def extension(
    house: House,
    regarding: Regarding,
    *,
    office: str,
    due: Due,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the outbox row of the letter that says the answer will take longer."""
    due_on = due_day(due, regarding.language, zone=house.settings.zone)
    facts = {"office": office, "due_on": due_on, "reason": reason}
    return _row(house, MailPurpose.EXTENSION, regarding, facts, now=now)


def to_liaison(
    house: House,
    regarding: Regarding,
    *,
    key: int,
    facts: dict[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Return the outbox row of the letter ``key`` that brings a case to a liaison."""
    reply_to = _address(house, _LIAISON, key)
    return _row(
        house, MailPurpose.LIAISON, regarding, facts,
        key=key, reply_to=reply_to, now=now,
    )  # fmt: skip


def answered_liaison(house: House, address: str) -> int | None:
    """Return the letter to a liaison that a reply address names; None: none of ours."""
    return _addressed(house, _LIAISON, address)


def reply_address(house: House, opinion_id: int) -> str:
    """Return the address at which a reply finds the opinion by itself."""
    return _address(house, _REPLY, opinion_id)


def replied_opinion(house: House, address: str) -> int | None:
    """Return the opinion that a reply address names; None: it is not one of ours."""
    return _addressed(house, _REPLY, address)


def return_path(house: House, letter_id: int) -> str:
    """Return the address at which word of a letter that did not arrive finds it.

    A machine reads what comes there and never answers, as RFC 3834, section 3.3, asks
    of whoever sends automatic letters with a sender.
    """
    return _address(house, _RETURN, letter_id)


def not_me_url(house: House, regarding: Regarding) -> str:
    """Return where whose address it is can say "this was not me"."""
    key = regarding.opinion_id
    token = f"{key:x}.{_token(house.seal, key, sign=_NOT_ME)}"
    return page_url(house, regarding.language, f"not-me/{token}")


def denied_opinion(house: House, token: str) -> int | None:
    """Return the opinion that such a link denies; None: the link is none of ours."""
    name, _, token = token.partition(".")
    return _named(house, _NOT_ME, name, token)


def returned_letter(house: House, address: str) -> int | None:
    """Return the letter whose return path ``address`` is; None: of none of ours."""
    return _addressed(house, _RETURN, address)


def written_letter(house: House, message_id: str) -> int | None:
    """Return the letter that a Message-ID names; None: it is not one of ours."""
    found = _OUR_ID.match(message_id)
    if found is None:
        return None
    return _named(house, _REPLY, found["name"], found["token"])


def unseal(seal: Seal, sealed: bytes) -> LetterContent:
    """Return what an outbox row keeps sealed."""
    return LetterContent(**json.loads(seal.open(sealed, purpose="letter")))


def _day(house: House, at: datetime) -> str:
    return at.astimezone(house.settings.zone).date().isoformat()


def _address(house: House, sign: str, key: int) -> str:
    name, _, host = house.settings.intake_address.partition("@")
    return f"{name}+{sign}{key:x}.{_token(house.seal, key, sign=sign)}@{host}"


def _addressed(house: House, sign: str, address: str) -> int | None:
    extension = address.rpartition("@")[0].rpartition("+")[2].casefold()
    if not extension.startswith(sign):
        return None
    name, _, token = extension.removeprefix(sign).partition(".")
    return _named(house, sign, name, token)


def _named(house: House, sign: str, name: str, token: str) -> int | None:
    """Return the key ``name`` if the token is the one that we made for it."""
    if not token or len(name) > _MOST_HEX:
        return None
    try:
        key = int(name, 16)
    except ValueError:
        return None
    ours = _token(house.seal, key, sign=sign).encode()
    return key if hmac.compare_digest(token.encode(errors="replace"), ours) else None


def _token(seal: Seal, key: int, *, sign: str = _REPLY) -> str:
    return seal.digest(str(key), purpose=_PURPOSES[sign])[:_TOKEN_BYTES].hex()


def page_url(house: House, language: Language, page: str) -> str:
    """Return where ``page`` of the public site stands, as a letter says it."""
    prefix = "" if language is Language.ZH else f"/{language}"
    return f"{house.settings.base_url}{prefix}/{page}"


def _row(
    house: House,
    purpose: MailPurpose,
    regarding: Regarding,
    facts: dict[str, str],
    *,
    key: int | None = None,
    reply_to: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    language = regarding.language
    wording = filled(
        house.wordings.of(purpose, language),
        {
            "notice_title": regarding.notice_title,
            "receipt_number": regarding.receipt_number,
            "track_url": page_url(house, language, "track"),
            **facts,
        },
    )
    content = LetterContent(
        to=regarding.email,
        subject=wording.subject,
        body=wording.body,
        reply_to=reply_to or reply_address(house, regarding.opinion_id),
        in_reply_to=regarding.letter_id,
    )
    about = {"opinion_id": regarding.opinion_id, "case_id": regarding.case_id}
    return promised(house, purpose, content, key=key, now=now) | about


def promised(
    house: House,
    purpose: MailPurpose,
    content: LetterContent,
    *,
    key: int | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Return the outbox row of a letter with that content, about no opinion."""
    key = key or new_key()
    host = house.sender_address.partition("@")[2]
    plain = json.dumps(asdict(content), ensure_ascii=False).encode()
    return {
        "id": key,
        "opinion_id": None,
        "case_id": None,
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
