"""A small sign-in service (OpenID Connect) that says what a test wants it to say."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.clock import Clock
from tests.serving import a_port, served

CLIENT = "huiyin"
SECRET = "a secret between the two: 50% & more"


def new_key(name: str) -> RSAKey:
    """Return a key pair."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"}, private=True)


@dataclass
class SignInService:
    """What it knows, and what it is to say."""

    clock: Clock
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("first"))
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims that differ from those that are right; None leaves one out."""

    unsigned: bool = False
    forger: RSAKey | None = None
    """Who signs in its place, under the name of its own key."""

    cancels: bool = False
    """Whether whoever is led there goes no further."""

    keys_asked: int = 0
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """By code: what the browser asked."""

    async def discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, _request: Request) -> Response:
        self.keys_asked += 1
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if self.cancels:
            back = urlencode({"error": "access_denied", "state": asked["state"]})
            return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=303)
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=303)

    async def token(self, request: Request) -> Response:
        form = dict(await request.form())
        asked = self.asked.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        shown = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        name = base64.b64decode(request.headers["authorization"].split()[1]).decode()
        if (
            asked is None
            or shown != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or name != "huiyin:a+secret+between+the+two%3A+50%25+%26+more"
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse({"id_token": self._id_token(asked["nonce"])})

    def _id_token(self, nonce: str) -> str:
        now = self.clock()
        right = {
            "iss": self.issuer,
            "sub": "person-7",
            "aud": CLIENT,
            "nonce": nonce,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
        }
        claims = {k: v for k, v in (right | self.claims).items() if v is not None}
        if self.unsigned:
            parts = ({"alg": "none"}, claims)
            return (
                ".".join(
                    base64.urlsafe_b64encode(json.dumps(part).encode())
                    .rstrip(b"=")
                    .decode()
                    for part in parts
                )
                + "."
            )
        head = {"alg": "RS256", "kid": self.key.kid}
        return jwt.encode(head, claims, self.forger or self.key, algorithms=["RS256"])

    def moment(self, **away: float) -> int:
        """Return a moment so far away from now, as claims have it."""
        moment: datetime = self.clock() + timedelta(**away)
        return int(moment.timestamp())


@asynccontextmanager
async def running(service: SignInService) -> AsyncIterator[SignInService]:
    """Run the service on a free port."""
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", service.discovery),
            Route("/keys", service.keys),
            Route("/authorize", service.authorize),
            Route("/token", service.token, methods=["POST"]),
        ]
    )
    with a_port() as listening:
        async with served(app, listening) as service.issuer:
            yield service
