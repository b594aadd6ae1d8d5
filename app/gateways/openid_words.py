"""What a sign-in service says of itself and of people, read with suspicion."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

from app.services.accounts.identities import Identity, ProviderFault

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Signatures with a key pair: neither ``none``, nor what the client's secret makes."""

LEEWAY: Final = timedelta(minutes=1)
"""By how much two clocks may differ."""

_MOST_SUBJECT: Final = 255
"""OpenID Connect Core 1.0, section 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a sign-in service wants to be asked."""

    authorization: str
    token: str
    keys: str


def parsed(body: bytes) -> dict[str, Any]:
    """Return the object that ``body`` is.

    Raises:
        ProviderFault: It is none.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise ProviderFault("what the sign-in service says is no JSON") from None
    if not isinstance(said, dict):
        raise ProviderFault("what the sign-in service says is no object")
    return said


def terms(said: Mapping[str, Any], *, issuer: str) -> Terms:
    """Return what the service at ``issuer`` says of itself (Discovery 1.0, 4.3).

    Raises:
        ProviderFault: It is another, or leaves something out.
    """
    if said.get("issuer") != issuer:
        raise ProviderFault("the sign-in service calls itself something else")
    addresses = [
        said.get(name)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ]
    schemes = {"https"} if issuer.startswith("https:") else {"https", "http"}
    for address in addresses:
        if not isinstance(address, str) or urlsplit(address).scheme not in schemes:
            raise ProviderFault("the sign-in service does not say how to be asked")
    authorization, token, keys = (str(address) for address in addresses)
    return Terms(authorization=authorization, token=token, keys=keys)


def signed(token: str, keys: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the claims of a token that one of ``keys`` signed; None: none of them did.

    Raises:
        ProviderFault: The keys are none.
    """
    jwk, jwt = import_module("joserfc.jwk"), import_module("joserfc.jwt")
    fault = import_module("joserfc.errors").JoseError
    try:
        known = jwk.KeySet.import_key_set(_public(keys))
    except (fault, ValueError, KeyError, TypeError, AttributeError):
        raise ProviderFault("the keys of the sign-in service are none") from None
    try:
        claims = jwt.decode(token, known, algorithms=list(ALGORITHMS)).claims
    except (fault, ValueError, KeyError, TypeError):
        return None
    return claims if isinstance(claims, dict) else None


def check(
    claims: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
) -> None:
    """Hold that claims are for us, now, and answer what was asked (Core 1.0, 3.1.3.7).

    Raises:
        ProviderFault: They are not.
    """
    audience = _listed(claims.get("aud"))
    party = claims.get("azp")
    for holds, what in (
        (claims.get("iss") == issuer, "is from another sign-in service"),
        (client_id in audience, "is for another client"),
        (party == client_id or (party is None and len(audience) <= 1),
         "was asked for by another client"),
        (claims.get("nonce") == nonce, "answers another question"),
        (now - LEEWAY < _moment(claims, "exp", now), "is no longer good"),
        (_moment(claims, "iat", now) < now + LEEWAY, "is from the future"),
    ):  # fmt: skip
        if not holds:
            raise ProviderFault(f"the token {what}")


def identity(claims: Mapping[str, Any], *, claim: str | None) -> Identity:
    """Return who the claims are about.

    Raises:
        ProviderFault: They do not say.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _MOST_SUBJECT:
        raise ProviderFault("the token does not say whom it is about")
    named = claims.get(claim) if claim else None
    return Identity(
        issuer=str(claims["iss"]),
        subject=subject,
        user_name=named if isinstance(named, str) else None,
        second_factor="mfa" in _listed(claims.get("amr")),
    )


def credentials(client_id: str, secret: str | None) -> tuple[str, str]:
    """Return name and password as the header takes them (RFC 6749, section 2.3.1)."""
    return quote_plus(client_id), quote_plus(secret or "")


def _public(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return those keys that sign and are of a kind that we know."""
    return {
        "keys": [
            key
            for key in keys["keys"]
            if key.get("kty") in {"RSA", "EC", "OKP"}
            and key.get("use") in {None, "sig"}
        ]
    }


def _listed(value: object) -> Collection[str]:
    if isinstance(value, str):
        return [value]
    return (
        [each for each in value if isinstance(each, str)]
        if isinstance(value, list)
        else []
    )


def _moment(claims: Mapping[str, Any], name: str, now: datetime) -> datetime:
    """Return the moment that a claim names, in the zone of ``now``.

    Raises:
        ProviderFault: It names none.
    """
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProviderFault(f"the token has no {name}")
    try:
        return datetime.fromtimestamp(value, tz=now.tzinfo)
    except (ValueError, OverflowError, OSError):
        raise ProviderFault(f"the token has no {name}") from None
