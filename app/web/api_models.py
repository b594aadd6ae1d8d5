"""What goes over the JSON API, in and out; the reference page is made from it."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from app.domain.submission import (
    LEAST_TEXT,
    MOST_NAME,
    MOST_PHONE,
    MOST_SUBJECT,
    MOST_TEXT,
    ContactDetails,
    Submission,
    clean,
)
from app.domain.vocabulary import Channel, Kind, Language
from app.web.writing.consent import version_now

_MOST_EMAIL = 254
_MOST_SLUG = 80

Text = Annotated[str, Field(min_length=LEAST_TEXT, max_length=MOST_TEXT)]


def _agreed(consent: bool) -> bool:  # noqa: FBT001 - it is the field's value
    if not consent:
        raise ValueError("must be true")
    return consent


Consent = Annotated[
    bool,
    AfterValidator(_agreed),
    WithJsonSchema({"type": "boolean", "const": True}),
]


def moment(at: datetime) -> str:
    """Return ``at`` as all answers write it, which is how Pydantic does."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _In(BaseModel):
    """What a client sends: nothing is converted, and nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Out(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Contact(_In):
    """How to reach the person; every part may be left out."""

    name: Annotated[str, Field(max_length=MOST_NAME)] | None = None
    email: Annotated[str, Field(max_length=_MOST_EMAIL)] | None = None
    phone: Annotated[str, Field(max_length=MOST_PHONE)] | None = None

    def details(self) -> ContactDetails:
        """Return it cleaned."""
        return ContactDetails(
            name=_line(self.name), email=_line(self.email), phone=_line(self.phone)
        )


class NewOpinion(_In):
    """An opinion to be sent in."""

    notice: Annotated[str, Field(max_length=_MOST_SLUG)]
    section: Annotated[str, Field(max_length=_MOST_SLUG)] | None = None
    kind: Kind | None = None
    subject: Annotated[str, Field(max_length=MOST_SUBJECT)] = ""
    text: Text
    contact: Contact = Contact()
    anonymous: bool = False
    desk_only: bool = False
    """Whether one desk alone may open the contact details."""

    language: Language = Language.ZH
    consent: Consent
    may_publish: bool = False

    def submission(self, *, key: str, now: datetime) -> Submission:
        """Return what is to be registered."""
        return Submission(
            channel=Channel.API,
            notice=self.notice,
            section=self.section,
            kind=self.kind,
            subject=clean(self.subject, lines=False),
            text=clean(self.text),
            contact=self.contact.details(),
            anonymous=self.anonymous,
            desk_only=self.desk_only,
            language=self.language,
            consent_version=version_now(),
            may_publish=self.may_publish,
            retry_token=key,
            received_at=now,
        )


class NewAddition(_In):
    """Something to be added to an opinion."""

    text: Text


class Receipt(Out):
    """What the citizen gets for an opinion."""

    receipt_number: str
    query_code: str
    registered_at: datetime
    due_at: datetime
    repeated: bool


class HeldReceipt(Out):
    """What the citizen gets for an opinion that a person looks at first."""

    receipt_number: str
    query_code: str
    received_at: datetime
    held: Literal[True]
    repeated: bool


class AdditionReceipt(Out):
    """That an addition was joined to its opinion."""

    receipt_number: str
    repeated: bool


class NoticeSummary(Out):
    """A published notice."""

    slug: str
    title: str
    issuer: str | None
    published_on: date | None
    version: int
    opens_on: date
    closes_on: date | None
    window: Literal["open", "closed", "soon"]


class NoticeList(Out):
    """The published notices, newest first."""

    notices: list[NoticeSummary]


class NoticeContact(Out):
    """How else the notice says it can be answered."""

    phones: list[str]
    emails: list[str]
    address: str | None
    postcode: str | None
    period: str | None


class NoticeText(NoticeSummary):
    """A published notice with what stands around its sections."""

    preamble: str
    closing: str | None
    contact: NoticeContact


class Section(Out):
    """One item of a notice."""

    path: str
    label: str
    heading: str
    body: str
    measures: list[str]
    parent: str | None
    children: list[str]


class SectionList(Out):
    """The sections of a notice in printed order, parents before their children."""

    notice: str
    version: int
    sections: list[Section]


class FieldError(Out):
    """What is wrong with one field."""

    field: str
    code: str
    message: str | None = None


class Problem(Out):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = []


def _line(text: str | None) -> str | None:
    return clean(text, lines=False) or None if text else None
