"""Forms of the desk, as the browser sends them."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from app.domain.receipt import MOST_CASES
from app.domain.vocabulary import (
    Channel,
    ContactGround,
    DiscardGround,
    Disposition,
    HoldReason,
    Kind,
)
from app.errors import InvalidInput
from app.mail.parts.labels import Charset
from app.services.answering.written import Written
from app.services.held import MOST_AT_ONCE

Value = TypeVar("Value")

Blank = BeforeValidator(lambda value: value or None)
"""Reads a field that was left empty as none."""

Key = Annotated[int, Field(ge=0, lt=1 << 63)]
"""A key of a row."""


def chosen(value: Value | None, *, field: str) -> Value:
    """Return what was chosen in a field of a step.

    Raises:
        InvalidInput: Nothing was.
    """
    if value is None:
        raise InvalidInput("nothing is chosen", field=field, code="choose_one")
    return value


class StepForm(BaseModel):
    """What every step says: the revision that the person saw."""

    revision: Key
    seen: Key = 0
    """The newest record that stood on the page; 0: the page told of none."""


class SectionForm(StepForm):
    """A section, or none of them."""

    section: str

    @property
    def path(self) -> str | None:
        """The path; None: none of the sections."""
        return None if self.section == "none" else self.section


class KindForm(StepForm):
    """What an opinion wants."""

    kind: Annotated[Kind | None, Blank] = None


class AssignForm(StepForm):
    """An office, a person there, or whoever there has the fewest open cases."""

    to: Annotated[str, Field(pattern=r"^(office|staff|load):\d{1,18}$")]
    despite: bool = False
    """Whether it is known that the text complains of them."""

    @property
    def keys(self) -> dict[str, int]:
        """The key of whichever is meant, by the name that `triage.assign` has."""
        which, _, key = self.to.partition(":")
        return {"office_id" if which == "office" else "assignee_id": int(key)}

    @property
    def by_load(self) -> int | None:
        """The office of which whoever has the fewest is meant; None: somebody named."""
        which, _, key = self.to.partition(":")
        return int(key) if which == "load" else None


class TextForm(StepForm):
    """An answer or a note."""

    text: str = ""


class AnswerForm(TextForm):
    """An answer, the other cases of the opinion that get the same, and the end."""

    disposition: Annotated[Disposition | None, Blank] = None
    """How the case ends with it; None: it stays open."""

    also: Annotated[
        list[Annotated[str, Field(pattern=r"^[1-9]:\d{1,18}$")]],
        Field(max_length=MOST_CASES),
    ] = []

    @property
    def written(self) -> Written:
        """The answer as services take it."""
        return Written(
            revision=self.revision, text=self.text, also=self.others,
            disposition=self.disposition,
        )  # fmt: skip

    @property
    def others(self) -> dict[int, int]:
        """Revisions of those cases, as the person saw them, by their ordinals."""
        pairs = (each.split(":") for each in self.also)
        return {int(ordinal): int(revision) for ordinal, revision in pairs}


class SplitForm(StepForm):
    """The section of a further matter."""

    section: Annotated[str | None, Blank] = None


class ReasonForm(StepForm):
    """Why."""

    reason: str = ""


class CloseForm(StepForm):
    """How it ended, and whether the citizen is told by a letter."""

    disposition: Annotated[Disposition | None, Blank] = None
    tell: bool = False


class ContactForm(BaseModel):
    """Why somebody looks."""

    ground: Annotated[ContactGround | None, Blank] = None
    why: str = ""
    """The same in words, which the citizen reads."""


class SiftForm(BaseModel):
    """Where somebody who deals with a held arrival goes on."""

    only: Annotated[HoldReason | None, Blank] = None
    """The reason that the list was narrowed to; None: it was not."""


class CharsetForm(SiftForm):
    """What a held arrival was read in when somebody decided."""

    charset: Annotated[Charset | None, Blank] = None

    @property
    def as_charset(self) -> str:
        """The charset that was chosen; empty: none was."""
        return self.charset or ""


class ReleaseForm(CharsetForm):
    """What a held arrival is about."""

    about: str
    """`SLUG`, or `SLUG/PATH` where the section is known."""

    kind: Annotated[Kind | None, Blank] = None


class JoinForm(CharsetForm):
    """The case that a held arrival belongs to."""

    number: str


class DiscardForm(SiftForm):
    """Why an arrival is set aside."""

    ground: DiscardGround


class ManyForm(BaseModel):
    """Held arrivals that are dealt with in one go."""

    arrival: Annotated[list[Key], Field(max_length=MOST_AT_ONCE)] = []
    step: str = ""
    """``discard:GROUND``, or ``release:SLUG``."""


class RetryForm(BaseModel):
    """Which letters are tried again."""

    letter: Annotated[list[Key], Field(max_length=100)]


class GiveUpForm(BaseModel):
    """The letter that is tried no more."""

    letter: Key


class EntryForm(BaseModel):
    """A call or a letter on paper."""

    token: str
    channel: Literal[Channel.PHONE, Channel.LETTER] = Channel.PHONE
    about: str = ""
    """`SLUG`, or `SLUG/PATH` where the section is known."""

    kind: Annotated[Kind | None, Blank] = None
    subject: str = ""
    text: str = ""
    dated: str = ""
    """The day of the call or on the postmark, as ``YYYY-MM-DD``."""

    may_publish: bool = False
    consent_version: str = ""
    """The version of the consent text that the page showed."""

    anonymous: bool = False
    name: str = ""
    phone: str = ""
    email: str = ""


def whither(about: str) -> tuple[str, str | None]:
    """Return notice and section of `SLUG/PATH`; the section is None: not sure."""
    slug, _, path = about.partition("/")
    return slug, path or None
