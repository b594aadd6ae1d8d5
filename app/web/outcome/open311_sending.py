"""Open311: a request that is sent in goes the way of every opinion, once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData

from app.domain.open311 import (
    MOST_DESCRIPTION,
    media_of,
    name_of,
    parse_code,
    place_of,
    token_of,
)
from app.domain.submission import (
    ContactDetails,
    Submission,
    clean,
    problems,
)
from app.domain.vocabulary import Channel, Kind, Language
from app.errors import InvalidInput
from app.models import ApiClient
from app.premises import Premises
from app.services.publishing import clients
from app.services.publishing.clients import BadKey
from app.web.gate import gate_of
from app.web.limits import MOST_JSON
from app.web.pages import premises_of
from app.web.wording import catalogue
from app.web.writing.consent import version_now

_MOST_FIELDS: Final = 60
_WHO: Final = ("device_id", "account_id", "email", "phone")
"""What tells two people apart who send the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it was sent in."""

    fields: Mapping[str, str]
    attributes: Mapping[str, str]

    @classmethod
    def of(cls, form: FormData) -> "Sent":
        """Return what ``form`` says, files left out."""
        said = {
            name: clean(value) for name, value in form.items() if isinstance(value, str)
        }
        attributes = {
            name[len("attribute[") :].partition("]")[0]: value
            for name, value in said.items()
            if name.startswith("attribute[")
        }
        return cls(fields=said, attributes=attributes)

    def token(self, premises: Premises, client: ApiClient, *, now: datetime) -> str:
        """Return what makes this request, sent again, the same.

        Raises:
            InvalidInput: The token that was sent cannot be one.
        """
        said = token_of(self.attributes.get("retry_token", ""))
        if said is not None:
            return said
        if not any(self.fields.get(name) for name in _WHO):
            return secrets.token_urlsafe(24)
        # The same person does not say the same twice on one day at the office.
        today = now.astimezone(premises.settings.zone).date()
        content = repr((client.id, today, sorted(self.fields.items())))
        return premises.house.seal.digest(content, purpose="open311 request").hex()

    def submission(self, *, token: str, now: datetime) -> Submission:
        """Return the opinion that this is.

        Raises:
            InvalidInput: Something is missing, or is not what it should be.
        """
        code = parse_code(self.fields.get("service_code", ""))
        contact = ContactDetails(
            name=name_of(self.fields),
            email=self.fields.get("email") or None,
            phone=self.fields.get("phone") or None,
        )
        subject = clean(self.attributes.get("subject", ""), lines=False)
        text = self._text()
        for wrong in problems(subject=subject, text=text, contact=contact):
            raise wrong
        return Submission(
            channel=Channel.API,
            notice=code.slug,
            section=code.path,
            kind=self._kind(),
            subject=subject,
            text=text,
            contact=contact,
            anonymous=not contact,
            language=Language.ZH,
            consent_version=self._consent(),
            may_publish=self.attributes.get("may_publish") == "yes",
            retry_token=token,
            received_at=now,
        )

    def _text(self) -> str:
        """Return the description, with what the protocol has apart from it."""
        description = self.fields.get("description", "")
        if len(description) > MOST_DESCRIPTION:
            raise InvalidInput("description has up to 4000 signs", field="description")
        words = catalogue(Language.ZH)
        parts = [description]
        if place := place_of(self.fields):
            parts.append(words.text("open311.place_line", place=place))
        if url := media_of(self.fields):
            parts.append(words.text("open311.media_line", url=url))
        return "\n\n".join(filter(None, parts)) if description else ""

    def _kind(self) -> Kind | None:
        said = self.attributes.get("kind", "")
        if said and said not in set(Kind):
            raise InvalidInput("attribute[kind] is none of its values", field="kind")
        return Kind(said) if said else None

    def _consent(self) -> str:
        if self.attributes.get("consent") != "yes":
            raise InvalidInput(
                "attribute[consent]=yes is needed: the person knows how personal data"
                " are used, and agrees",
                field="consent",
            )
        return version_now()


async def sent_by(request: Request) -> Sent:
    """Return what was sent in, read before any transaction is open."""
    async with request.form(
        max_files=0, max_fields=_MOST_FIELDS, max_part_size=MOST_JSON
    ) as form:
        return Sent.of(form)


async def client_of(request: Request, key: str) -> ApiClient:
    """Return the system whose ``key`` was sent; wrong ones are counted.

    Raises:
        BadKey: It is nobody's.
        HTTPException: There were too many wrong ones.
    """
    premises, gate = premises_of(request), gate_of(request)
    now = premises.clock()
    gate.check_guess(request, now)
    async with premises.database.reading() as session:
        try:
            return await clients.identify(session, premises.house.seal, key)
        except BadKey:
            gate.count_wrong_guess(request, now)
            raise


def kept_token(premises: Premises, client: ApiClient, token: str) -> str:
    """Return the token as it is kept: no two systems have the same."""
    seal = premises.house.seal
    return seal.digest(str(client.id), token, purpose="open311 token").hex()
