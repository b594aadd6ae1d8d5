"""The opinion form: what a person wrote, what is wrong with it, and the submission."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from fastapi import Request

from app.domain.submission import (
    ContactDetails,
    File,
    Submission,
    clean,
    problems,
)
from app.domain.vocabulary import Channel, Kind, Language
from app.errors import InvalidInput
from app.sealing import Seal
from app.services.shelf import ShelvedNotice
from app.settings import Settings
from app.web import files
from app.web.forms import check_token, files_of, new_token, received, text_of
from app.web.writing.consent import version_now

AGREED: Final = "yes"
TRAP: Final = "homepage"
"""A field that no person sees; what fills it in is a machine."""

_ORDER: Final = (
    None, "section", "subject", "text", "kind", "files",
    "identity", "name", "email", "phone", "consent",
)  # fmt: skip
"""Fields as they stand on the page, for the list of what is wrong."""


class Identity(StrEnum):
    """The three ways in which a person may say who is writing."""

    NAMED = "named"
    DESK_ONLY = "desk_only"
    """Named, and one desk alone may open that."""

    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionForm:
    """The form as it was sent, cleaned and otherwise as the person left it."""

    token: str
    version: str = ""
    """The version of the notice that the page showed."""

    section: str = ""
    subject: str = ""
    text: str = ""
    kind: str = ""
    identity: str = Identity.NAMED
    name: str = ""
    email: str = ""
    phone: str = ""
    consent: bool = False
    consent_version: str = ""
    may_publish: bool = False
    checking: bool = False
    """Whether the person wants to see what is wrong, and not to send it yet."""

    proof: str = ""
    """What the browser worked out while the site was flooded (`writing.proof`)."""

    trapped: bool = False
    files: tuple[File, ...] = ()
    refused: tuple[InvalidInput, ...] = ()
    """What is wrong with files."""

    @classmethod
    def empty(cls, seal: Seal, *, section: str = "", now: datetime) -> Self:
        """Return a form that nobody has written in, with a token of its own."""
        return cls(token=new_token(seal, now=now), section=section)

    def afresh(self, seal: Seal, *, now: datetime) -> Self:
        """Return the same with a fresh token, so that it can be sent as a new one."""
        return replace(self, token=new_token(seal, now=now))

    @property
    def contact(self) -> ContactDetails:
        """How to reach the person."""
        return ContactDetails(
            name=self.name or None, email=self.email or None, phone=self.phone or None
        )

    def check_token(self, seal: Seal, *, now: datetime) -> None:
        """Hold that the form is one of ours.

        Raises:
            StaleForm: It is not, or was open for too long.
        """
        check_token(seal, self.token, now=now)

    def problems(self, notice: ShelvedNotice) -> list[InvalidInput]:
        """Return what is wrong, in the order of the fields."""
        found = [
            *problems(subject=self.subject, text=self.text, contact=self.contact),
            *self.refused,
            *self._choices(notice),
            *self._contact(),
        ]
        return sorted(found, key=lambda problem: _ORDER.index(problem.field))

    def submission(
        self, notice: ShelvedNotice, *, language: Language, now: datetime
    ) -> Submission:
        """Return what is to be registered, if there are no `problems`."""
        return Submission(
            channel=Channel.WEB,
            notice=notice.slug,
            section=self.section or None,
            kind=Kind(self.kind) if self.kind else None,
            subject=self.subject,
            text=self.text,
            contact=self.contact,
            anonymous=self.identity == Identity.ANONYMOUS,
            desk_only=self.identity == Identity.DESK_ONLY,
            language=language,
            consent_version=self.consent_version,
            may_publish=self.may_publish,
            files=self.files,
            retry_token=self.token,
            received_at=now,
        )

    def _choices(self, notice: ShelvedNotice) -> list[InvalidInput]:
        found = []
        if self.version not in {"", str(notice.version)}:
            # The same path may be another item now.
            found.append(_wrong("section", "new_version"))
        elif self.section and self.section not in notice.section_ids:
            found.append(_wrong("section", "no_such_section"))
        if self.kind and self.kind not in set(Kind):
            found.append(_wrong("kind", "bad_choice"))
        if self.identity not in set(Identity):
            found.append(_wrong("identity", "bad_choice"))
        if not self.consent:
            found.append(_wrong("consent", "consent_missing"))
        elif self.consent_version != version_now():
            found.append(_wrong("consent", "consent_changed"))
        return found

    def _contact(self) -> list[InvalidInput]:
        """Say which contact fields do not go with who the person wants to be."""
        if self.identity == Identity.DESK_ONLY and not self.contact:
            return [_wrong("identity", "desk_only_nobody")]
        if self.identity != Identity.ANONYMOUS:
            return []
        given = {"name": self.name, "email": self.email, "phone": self.phone}
        return [_wrong(field, "anonymous_contact") for field in given if given[field]]


async def read_opinion(request: Request, settings: Settings) -> OpinionForm:
    """Return the form that ``request`` brings."""
    async with received(request, settings) as form:

        def line(field: str) -> str:
            return clean(text_of(form, field), lines=False)

        taken, refused = await files.taken(files_of(form, "files"), settings)
        return OpinionForm(
            token=text_of(form, "token"),
            version=line("version"),
            section=line("likely") or line("section"),
            subject=line("subject"),
            text=clean(text_of(form, "text")),
            kind=line("kind"),
            identity=line("identity") or Identity.NAMED,
            name=line("name"),
            email=line("email"),
            phone=line("phone"),
            consent=text_of(form, "consent") == AGREED,
            consent_version=line("consent_version") or version_now(),
            may_publish=text_of(form, "may_publish") == AGREED,
            checking=bool(text_of(form, "check")),
            proof=line("proof"),
            trapped=bool(text_of(form, TRAP)),
            files=taken,
            refused=refused,
        )


def _wrong(field: str, code: str) -> InvalidInput:
    return InvalidInput(f"{field}: {code}", field=field, code=code)
