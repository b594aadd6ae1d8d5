"""Proofs: how our letters show that they are ours, and whose word on others counts.

These settings are a part of `Settings` with a page of their own.
"""

import re
from typing import Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

_SELECTOR: Final = re.compile(
    r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII | re.IGNORECASE
)
_SYSTEM: Final = re.compile(r"[^\s,;=\"()<>@]+")
_FORWARDER: Final = re.compile(r"[^\s,;<>@]*@[^\s,;<>@]+")


class Proofs(BaseModel):
    """The part of the settings that is about who wrote a letter."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    dkim_key: SecretStr | None = None
    """The private key that letters to citizens are signed with (DKIM, RFC 6376): a PEM
    file without a password, or the PEM itself; RSA of at least 2048 bits, or Ed25519.
    Unset: they are not signed here; many mail servers do it on the way out."""

    dkim_selector: str | None = Field(default=None, validate_default=True)
    """The name under which the public key stands in the DNS, at
    `SELECTOR._domainkey.` and the host of the sender address."""

    check_dkim: bool = False
    """Whether the signatures of letters that come in are checked here. That asks the
    DNS; a mail system in front that does it saves it (see
    `HUIYIN_TRUSTED_MAIL_SYSTEMS`)."""

    trusted_mail_systems: str = ""
    """Mail systems whose `Authentication-Results` are believed (RFC 8601), by the
    name that stands first there, separated by commas: yours, that take away what
    strangers wrote in their name."""

    trusted_forwarders: str = ""
    """Who may send on letters of others so that these are answered themselves, if a
    trusted mail system vouches for the sender: addresses, or `@host` for all of one,
    separated by commas."""

    @property
    def believed_systems(self) -> frozenset[str]:
        """The names of the mail systems that are believed, in lower case."""
        return frozenset(map(str.casefold, listed(self.trusted_mail_systems)))

    @property
    def believed_forwarders(self) -> frozenset[str]:
        """Who may send on letters of others: addresses and ``@host``, in lower case."""
        return frozenset(map(str.casefold, listed(self.trusted_forwarders)))

    @field_validator("dkim_selector")
    @classmethod
    def _with_a_key(cls, value: str | None, facts: ValidationInfo) -> str | None:
        if value is not None and not all(map(_SELECTOR.fullmatch, value.split("."))):
            raise ValueError("must be a name in the DNS such as huiyin-2026")
        if (value is None) != (facts.data.get("dkim_key") is None):
            raise ValueError("goes with HUIYIN_DKIM_KEY: set both or neither")
        return value

    @field_validator("trusted_mail_systems")
    @classmethod
    def _names(cls, value: str) -> str:
        if not all(map(_SYSTEM.fullmatch, listed(value))):
            raise ValueError("must be names such as mx.example.org, without addresses")
        return value

    @field_validator("trusted_forwarders")
    @classmethod
    def _addresses(cls, value: str) -> str:
        if not all(map(_FORWARDER.fullmatch, listed(value))):
            raise ValueError("must be addresses, or hosts such as @example.org")
        return value


def listed(value: str) -> list[str]:
    """Return what stands between the commas of a setting."""
    return [each for each in map(str.strip, value.split(",")) if each]
