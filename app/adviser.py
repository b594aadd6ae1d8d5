"""Adviser: an outside model that may be asked what an opinion is about.

These settings are a part of `Settings` with a page of their own.
"""

from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

LONGEST: Final = timedelta(minutes=5)


class Adviser(BaseModel):
    """The part of the settings that is about asking a model outside the service."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    endpoint_url: str | None = None
    """An OpenAI-compatible endpoint of yours that the worker asks what an opinion is
    about where our own model is not sure, such as `https://models.example.org/v1`; what
    leaves the house, redacted, stands in `docs/decisions`. Without TLS only on this
    machine or in your own network. Needs the extra `endpoint`. Unset: nobody is
    asked."""

    endpoint_key: SecretStr | None = Field(default=None, min_length=1)
    """The key that the endpoint knows you by, sent as a bearer token."""

    endpoint_model: str | None = Field(default=None, validate_default=True)
    """The name of the model that is asked there; goes with the URL."""

    endpoint_timeout: timedelta = Field(
        default=timedelta(seconds=20), gt=timedelta(0), le=LONGEST
    )
    """The time that the endpoint has to answer."""

    endpoint_calls_per_day: int = Field(default=500, ge=1)
    """How many opinions the endpoint is asked about within a day, by the office's
    calendar."""

    @field_validator("endpoint_url")
    @classmethod
    def _an_endpoint(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        more = parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in {"http", "https"} or not parts.hostname or more:
            raise ValueError("must be an address such as https://models.example.org/v1")
        if parts.scheme == "http" and not _is_near(parts):
            raise ValueError("must begin with https:// outside your own network")
        return value.rstrip("/")

    @field_validator("endpoint_key")
    @classmethod
    def _a_key(cls, value: SecretStr | None, facts: ValidationInfo) -> SecretStr | None:
        key = value.get_secret_value() if value else ""
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("must be a key as it stands in a header")
        if key and facts.data.get("endpoint_url") is None:
            raise ValueError("goes with HUIYIN_ENDPOINT_URL")
        return value

    @field_validator("endpoint_model")
    @classmethod
    def _with_an_endpoint(cls, value: str | None, facts: ValidationInfo) -> str | None:
        asked = facts.data.get("endpoint_url")
        if "endpoint_url" in facts.data and (value is None) != (asked is None):
            raise ValueError("goes with HUIYIN_ENDPOINT_URL: set both or neither")
        return value


def _is_near(parts: SplitResult) -> bool:
    """Whether a host is this machine or in a network of one's own."""
    host = parts.hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        # A name without a dot is one that only the network itself knows.
        return "." not in host
    return address.is_private or address.is_loopback
