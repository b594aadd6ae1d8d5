"""The office's own sign-in service: asked by OpenID Connect, and never just believed.

Authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636). The
libraries are an extra of the package, so they are looked for only where a setting asks
for them. Nothing that was asked or answered is ever logged.
"""

import base64
import hashlib
import secrets
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Self
from urllib.parse import urlencode, urlsplit

from app.gateways import openid_words
from app.gateways.openid_words import Terms
from app.services.accounts.identities import Identity, ProviderFault, Question
from app.settings import Settings, SettingsError

WITHIN: Final = 10.0
"""Seconds for one call."""

_MOST: Final = 2**18
_OK: Final = 200
_DISCOVERY: Final = "/.well-known/openid-configuration"
_KNOWN_FOR: Final = timedelta(hours=1)
_SCOPE: Final = "openid profile"


@dataclass(slots=True, kw_only=True)
class OpenIdProvider:
    """A sign-in service. What it says of itself is asked for once an hour."""

    name: str
    issuer: str
    client_id: str
    secret: str | None = field(default=None, repr=False)
    claim: str | None
    httpx: ModuleType = field(repr=False)
    trusted: ssl.SSLContext = field(repr=False)
    _terms: Terms | None = field(default=None, repr=False)
    _keys: dict[str, Any] | None = field(default=None, repr=False)
    _asked_at: datetime | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the sign-in service; None: there is none.

        Raises:
            SettingsError: The libraries for it are not there, or half of it is not set.
        """
        if settings.oidc_issuer is None:
            return None
        if settings.oidc_client_id is None:
            raise SettingsError("HUIYIN_OIDC_CLIENT_ID: needed with HUIYIN_OIDC_ISSUER")
        try:
            httpx, _ = import_module("httpx"), import_module("joserfc.jwt")
        except ImportError:
            raise SettingsError(
                "HUIYIN_OIDC_ISSUER: needs the extra `oidc`;"
                " pip install --require-hashes -r requirements/postgres.txt"
            ) from None
        secret = settings.oidc_client_secret
        return cls(
            name=settings.oidc_name,
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            secret=secret.get_secret_value() if secret else None,
            claim=settings.oidc_user_name_claim,
            httpx=httpx,
            trusted=ssl.create_default_context(),
        )

    async def question(self, *, back: str, now: datetime) -> Question:
        """Return how to ask it who somebody is.

        Raises:
            ProviderFault: It does not say how it wants to be asked.
        """
        terms = await self._known_terms(now)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        between = "&" if urlsplit(terms.authorization).query else "?"
        return Question(
            address=f"{terms.authorization}{between}{urlencode(asked)}",
            asked={"state": state, "nonce": nonce, "verifier": verifier},
        )

    async def answer(
        self, *, code: str, back: str, asked: dict[str, str], now: datetime
    ) -> Identity:
        """Return who it says somebody is.

        Raises:
            ProviderFault: It does not answer, or its word does not hold.
        """
        if not code:
            raise ProviderFault("the sign-in service gave no code")
        terms = await self._known_terms(now)
        said = await self._call(
            terms.token,
            form={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "client_id": self.client_id,
                "code_verifier": asked["verifier"],
            },
        )
        token = said.get("id_token")
        if not isinstance(token, str):
            raise ProviderFault("the sign-in service gave no token")
        claims = await self._claims(terms, token)
        openid_words.check(
            claims,
            issuer=self.issuer, client_id=self.client_id, nonce=asked["nonce"], now=now,
        )  # fmt: skip
        return openid_words.identity(claims, claim=self.claim)

    async def _claims(self, terms: Terms, token: str) -> dict[str, Any]:
        """Return what a token says, whose signature holds.

        A key that we do not know may be new: they are asked for once more.
        """
        if self._keys is not None:
            claims = openid_words.signed(token, self._keys)
            if claims is not None:
                return claims
        self._keys = await self._call(terms.keys)
        claims = openid_words.signed(token, self._keys)
        if claims is None:
            raise ProviderFault("the token bears no signature of the sign-in service")
        return claims

    async def _known_terms(self, now: datetime) -> Terms:
        stale = self._asked_at is None or now - self._asked_at > _KNOWN_FOR
        if self._terms is None or stale:
            said = await self._call(f"{self.issuer.rstrip('/')}{_DISCOVERY}")
            self._terms = openid_words.terms(said, issuer=self.issuer)
            self._asked_at = now
        return self._terms

    async def _call(
        self, address: str, *, form: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the JSON that an address answers with.

        Neither a redirect nor a proxy of the environment leads it elsewhere.

        Raises:
            ProviderFault: It answers with something else, or not at all.
        """
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        basic = (
            self.httpx.BasicAuth(*openid_words.credentials(self.client_id, self.secret))
            if form is not None and self.secret is not None
            else None
        )
        try:
            async with (
                self.httpx.AsyncClient(
                    verify=self.trusted, follow_redirects=False, trust_env=False,
                    timeout=WITHIN,
                ) as client,
                client.stream(
                    "GET" if form is None else "POST", address,
                    data=form, headers=headers, auth=basic,
                ) as said,
            ):  # fmt: skip
                body = await _body(said)
        except (self.httpx.HTTPError, self.httpx.InvalidURL, OSError):
            raise ProviderFault("the sign-in service does not answer") from None
        if said.status_code != _OK:
            raise ProviderFault(f"the sign-in service answers {said.status_code}")
        return openid_words.parsed(body)


async def _body(said: Any) -> bytes:
    """Return the body of an answer, which has some kilobytes.

    Raises:
        ProviderFault: It has more.
    """
    body = b""
    async for part in said.aiter_raw():
        body += part
        if len(body) > _MOST:
            raise ProviderFault("the sign-in service says too much")
    return body
