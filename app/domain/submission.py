"""A submission: what arrived, free of its channel's form; and what makes one whole."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from email_validator import EmailNotValidError, validate_email

from app.domain.passages import Marks, own_words
from app.domain.vocabulary import Channel, Kind, Language
from app.errors import InvalidInput

MOST_SUBJECT: Final = 200
MOST_TEXT: Final = 20_000
MOST_NAME: Final = 100
MOST_PHONE: Final = 40
LEAST_TEXT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """How to reach a person (联系方式); every part may be missing."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Who wrote a letter that another person sent on, and who that person is."""

    writer_name: str | None
    writer_email: str | None
    by_name: str | None
    by_email: str | None

    vouched: bool
    """Whether it was sent on by somebody whom staff trust, and provably so. Then the
    writer is the one to be answered; else only claimed to be the writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that came along."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one person said once (来件), whatever door it came through."""

    channel: Channel
    notice: str
    """The slug of the notice it is about."""

    section: str | None = None
    """The path of the section that the person chose; None: not sure."""

    kind: Kind | None = None
    subject: str = ""
    text: str

    marks: Marks = ()
    """The parts of ``text`` that are not the writer's own words."""

    contact: ContactDetails = ContactDetails()
    anonymous: bool = False
    desk_only: bool = False
    """Whether one desk alone may open the contact details (`permission`)."""

    language: Language = Language.ZH
    consent_version: str | None = None
    may_publish: bool = False
    """Whether the person agreed that question and answer are published."""

    files: tuple[File, ...] = ()

    retry_token: str | None = None
    """What makes a repeat the same arrival: the form's token, the client's key."""

    received_at: datetime
    imported_at: datetime | None = None
    """When it was brought in from an archive; None: it came by itself."""

    may_mail: bool = True
    """Whether an acknowledgement may go to the contact's address."""

    letter_id: str | None = None
    """Message-ID of the letter it came by."""

    forwarding: Forwarding | None = None
    """None: whoever sent it wrote it."""

    @property
    def own_words(self) -> str:
        """What the writer says, without what others do."""
        return own_words(self.text, self.marks)

    @property
    def registered_at(self) -> datetime:
        """When it is registered, and deadlines begin: not before anybody could see it.

        What comes from an archive is as old as it is, and registered today.
        """
        return self.imported_at or self.received_at


def clean(text: str, *, lines: bool = True) -> str:
    r"""Return ``text`` without what no reader sees and PostgreSQL refuses.

    Control signs, lone surrogates and marks that turn the writing direction go;
    line ends become ``\n``, or blanks where ``lines`` is false.
    """
    kept = visible(text)
    return kept.strip() if lines else " ".join(kept.split())


def visible(text: str) -> str:
    """Return ``text`` as `clean` does, with the blanks at its beginning and end."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def says_something(text: str, *, least: int = 1) -> bool:
    """Return whether ``text`` has ``least`` signs that leave a mark on paper."""
    marks = _MARK.finditer(text)
    return all(next(marks, None) for _ in range(least))


def problems(
    *, subject: str, text: str, contact: ContactDetails
) -> tuple[InvalidInput, ...]:
    """Return what is wrong with what a person wrote, each beside its field."""
    found = [
        _limit("subject", subject, MOST_SUBJECT),
        _text_problem(text),
        _limit("name", contact.name or "", MOST_NAME),
        _email_problem(contact.email),
        _limit("phone", contact.phone or "", MOST_PHONE),
    ]
    return tuple(problem for problem in found if problem is not None)


_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
"""Categories Cc and Cs but tab and line end, and the marks that turn the direction."""


_MARK: Final = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""A sign that is no blank and none that programs leave out when they show a text
(Unicode, Default_Ignorable_Code_Point), nor the blank pattern of Braille."""


def _limit(field: str, text: str, most: int) -> InvalidInput | None:
    if len(text) <= most:
        return None
    return InvalidInput(
        f"{field} has more than {most} signs", field=field, code="too_long"
    )


def _text_problem(text: str) -> InvalidInput | None:
    if not says_something(text, least=LEAST_TEXT):
        return InvalidInput("say what it is about", field="text", code="text_missing")
    return _limit("text", text, MOST_TEXT)


def is_mailbox(address: str) -> bool:
    """Return whether ``address`` can be written to as a mail address."""
    return bool(address) and _email_problem(address) is None


def _email_problem(address: str | None) -> InvalidInput | None:
    if not address:
        return None
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return InvalidInput(
            "this is no e-mail address", field="email", code="bad_email"
        )
    return None
