"""The service's configuration: one frozen value, read once from the environment."""

import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from app.adviser import Adviser
from app.errors import AppError
from app.identity import Identity
from app.letter_limits import LetterLimits
from app.proofs import Proofs, listed
from app.teaching import Teaching

Network = IPv4Network | IPv6Network

PREFIX = "HUIYIN_"
_DURATION: Final = re.compile(
    r"P(?:\d+W|(?=.)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)", re.ASCII
)
"""A duration by ISO 8601-1, 5.5.2, of parts that are always equally long."""


class SettingsError(AppError):
    """The environment does not describe a service that could start."""

    code = "bad_settings"


class Settings(LetterLimits, Proofs, Teaching, Adviser, Identity):
    """The service's configuration; every field is a ``HUIYIN_*`` variable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: SecretStr = SecretStr("sqlite:///huiyin.db")
    """Where everything is stored: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`."""

    secret_key: SecretStr | None = Field(default=None, min_length=32)
    """The secret that seals contact details, originals and letters, and signs tokens;
    at least 32 characters. Unset: made once and kept in `huiyin.key` beside the SQLite
    file. Every process on one database needs the same; without it, what is sealed
    cannot be opened again."""

    base_url: str = "http://localhost:8000"
    """The address under which the public reaches the site; it stands in letters.
    Unset: `localhost` with the port of the web server."""

    web_host: str = "127.0.0.1"
    """The address that the web server listens on."""

    web_port: int = Field(default=8000, ge=0, le=65535)
    """The port that the web server listens on."""

    trusted_proxies: str = "127.0.0.1"
    """Proxies whose `X-Forwarded-*` headers are believed, separated by commas."""

    mail_host: str = "127.0.0.1"
    """The address that the mail intake listens on."""

    mail_port: int = Field(default=8025, ge=0, le=65535)
    """The port that the mail intake listens on."""

    mail_protocol: Literal["smtp", "lmtp"] = "smtp"
    """What the mail intake speaks: `smtp`, or `lmtp` behind a mail server."""

    mail_tls_certificate: Path | None = None
    """The certificate, with its chain, that the mail intake shows for STARTTLS, a PEM
    file; unset: it speaks in the clear. A renewed one is noticed."""

    mail_tls_key: Path | None = None
    """The key of that certificate, a PEM file without a password; unset: it is in the
    certificate's file."""

    mail_tls_required: bool = False
    """Whether letters are taken over TLS only."""

    mail_trusted_peers: str = "127.0.0.1,::1"
    """Mail systems that hand on the letters of many: addresses or networks, separated
    by commas. No limit on a single peer counts for them."""

    mail_connections_per_peer: int = Field(default=20, ge=0)
    """How many connections one address may have to the mail intake at once; 0: any
    number."""

    mail_letters_per_minute: int = Field(default=120, ge=0)
    """How many letters one address may bring to the mail intake in a minute; 0: any
    number. Addresses are never stored."""

    letter_door_secret: SecretStr | None = Field(default=None, min_length=32)
    """The secret, at least 32 characters, with which mail systems sign the letters
    that they post to `/api/v1/letters`; unset: there is no such door."""

    intake_address: str = "opinions@localhost"
    """The address that opinions are sent or forwarded to. `NAME+SLUG@HOST` reaches one
    notice; replies come to `NAME+TOKEN@HOST`. Sent to `NAME@HOST`, a letter goes to
    the open notice that it sounds most like."""

    sender_name: str = "回音 Huiyin"
    """The name that letters to citizens bear."""

    sender_address: str | None = None
    """The address that letters to citizens come from; unset: the intake address."""

    relay_url: SecretStr | None = None
    """The mail server that takes our letters: `smtp://[USER:PASSWORD@]HOST[:PORT]`,
    `smtps://` for TLS from the start; `?starttls=never|try|must` (default `try`).
    Unset: letters wait in the outbox, and the console says so."""

    return_path: Literal["token", "sender"] = "token"
    """Where word of letters that did not arrive comes back to: `token` is an address
    of each letter's own, `NAME+TOKEN@HOST` of the intake address, so that nobody can
    make such word up; `sender` is the sender address, for mail servers that take no
    letters from another."""

    acknowledgements_per_sender: int = Field(default=10, ge=0)
    """How many acknowledgements one writer gets within a day; 0: any number. What comes
    beyond that is registered all the same. It ends the talk of two machines that
    answer each other."""

    acknowledgements_per_day: int = Field(default=5000, ge=0)
    """How many acknowledgements, of opinions by whatever door, go out within a day
    before those who write by mail get none; 0: any number. What they write is
    registered all the same, and the console says so."""

    max_files: int = Field(default=5, ge=0, le=50)
    """How many files may come with one opinion by form."""

    max_file_bytes: int = Field(default=10 * 2**20, ge=2**10)
    """The largest file that may come with an opinion by form, in bytes."""

    submissions_per_minute: int = Field(default=60, ge=0)
    """How many opinions one network address may send in by form or API in a minute,
    and as many at once; 0: any number. Addresses are never stored. Beyond four times
    as many by form from all, a browser has to do a sum; what comes without is held."""

    answer_within: timedelta = Field(default=timedelta(days=15), gt=timedelta(0))
    """The time an office has to answer, from registration (ISO 8601, e.g. `P15D`),
    where nobody has set a policy at the desk. Whole days end with the last of them."""

    sure_above: float = Field(default=0.6, ge=0, le=1)
    """An item guessed with less confidence than this is not taken: "not sure"."""

    time_zone: str = "Asia/Shanghai"
    """The zone in which times are shown."""

    outbox_attempts: int = Field(default=10, ge=1, le=100)
    """How often a letter is tried before it is parked and shown to staff."""

    session_idle: timedelta = Field(default=timedelta(hours=2), gt=timedelta(0))
    """How long a member of the staff stays signed in without doing anything."""

    session_lifetime: timedelta = Field(default=timedelta(hours=12), gt=timedelta(0))
    """How long a member of the staff stays signed in at most."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much the log says."""

    log_format: Literal["plain", "json"] = "plain"
    """What a line of the log looks like: `plain` for people, `json` for programs."""

    @field_validator("*", mode="before")
    @classmethod
    def _a_duration(cls, value: object, field: ValidationInfo) -> object:
        """Take for a duration only what the standard does: "15days" is a guess."""
        declared = cls.model_fields[field.field_name or ""].annotation
        written = isinstance(value, str) and declared is timedelta
        if written and not _DURATION.fullmatch(str(value)):
            raise ValueError("must be an ISO 8601 duration such as P15D or PT2H")
        return value

    @field_validator("base_url")
    @classmethod
    def _a_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("must be an address such as https://opinions.example.org")
        return value.rstrip("/")

    @field_validator("relay_url")
    @classmethod
    def _a_relay(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value() if value else "smtp://unset")
        starttls = parse_qs(parts.query).get("starttls", ["try"])
        known = starttls[0] in {"never", "try", "must"}
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not known:
            raise ValueError("must be an address such as smtp://mail.example.org:25")
        return value

    @field_validator("intake_address", "sender_address")
    @classmethod
    def _a_mail_address(cls, value: str | None) -> str | None:
        if value is not None and not all(value.partition("@")):
            raise ValueError("must be a mail address such as opinions@example.org")
        return value

    @field_validator("mail_trusted_peers")
    @classmethod
    def _networks(cls, value: str) -> str:
        _networks_in(value)
        return value

    @field_validator("time_zone")
    @classmethod
    def _a_known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("must be a time zone such as Asia/Shanghai") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.time_zone)

    @property
    def trusted_networks(self) -> list[Network]:
        """The peers whom no limit of the mail intake is for."""
        return _networks_in(self.mail_trusted_peers)

    @property
    def secure(self) -> bool:
        """Whether the public reaches the site over TLS."""
        return self.base_url.startswith("https:")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], **changes: object) -> Self:
        """Read settings, naming every bad variable at once; ``changes`` win.

        A variable that is empty is as good as unset.

        Raises:
            SettingsError: A variable is unknown or has a value that cannot be.
        """
        values: dict[str, object] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and value
        }
        values |= changes
        if "base_url" not in values and "web_port" in values:
            values["base_url"] = f"http://localhost:{values['web_port']}"
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = (
                f"{PREFIX}{str(item['loc'][0]).upper()}: {_problem(item['msg'])}"
                for item in error.errors(include_input=False, include_url=False)
            )
            raise SettingsError("; ".join(problems)) from None


def _networks_in(value: str) -> list[Network]:
    """Return the networks, or single addresses, that a setting lists.

    Raises:
        ValueError: One of them is none.
    """
    return [ip_network(network, strict=False) for network in listed(value)]


def _problem(message: str) -> str:
    if message.startswith("Extra inputs"):
        return "there is no such setting"
    return message.removeprefix("Value error, ")
