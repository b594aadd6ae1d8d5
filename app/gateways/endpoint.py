"""The endpoint: an administrator's own model, asked over HTTP (the OpenAI protocol).

The library for it is an extra of the package, so it is looked for only where a setting
asks for it.  Nothing of what was asked or answered is ever logged.
"""

import asyncio
import json
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Self

from app.settings import Settings, SettingsError

MOST: Final = 2**16
"""Bytes of an answer that are read; a useful one has some hundred."""

_OK: Final = 200
_ABOUT_THE_REQUEST: Final = frozenset({400, 413, 422, 451})
"""Refusals that concern what was asked, so that asking it again is of no use; some
providers refuse texts that way."""


class Trouble(StrEnum):
    """Why a call came to nothing."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    REFUSED = "refused"
    """It does not answer us, or not now."""

    DECLINED = "declined"
    """It does not answer this."""

    ODD = "odd"
    """What it answered is not what such an endpoint answers."""


class EndpointFault(Exception):
    """A call came to nothing; the message holds nothing that was sent."""

    def __init__(self, trouble: Trouble, said: str = "") -> None:
        """Say what is wrong, and what stands for it in a word."""
        super().__init__(trouble)
        self.trouble = trouble
        self.said = said

    @property
    def is_final(self) -> bool:
        """Whether the same is not to be asked again: it may have been worked on."""
        return self.trouble not in {Trouble.UNREACHABLE, Trouble.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Asks a model."""

    url: str
    model: str
    within: float
    """Seconds for a whole call."""

    key: str | None = field(default=None, repr=False)
    library: ModuleType = field(repr=False)
    trusted: ssl.SSLContext = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return whom to ask; None: nobody is to be asked.

        Raises:
            SettingsError: The library for it is not there.
        """
        if settings.endpoint_url is None or settings.endpoint_model is None:
            return None
        try:
            library = import_module("httpx")
        except ImportError:
            raise SettingsError(
                "HUIYIN_ENDPOINT_URL: needs the extra `endpoint`;"
                " pip install --require-hashes -r requirements/postgres.txt"
            ) from None
        key = settings.endpoint_key
        return cls(
            url=f"{settings.endpoint_url}/chat/completions",
            model=settings.endpoint_model,
            within=settings.endpoint_timeout.total_seconds(),
            key=key.get_secret_value() if key else None,
            library=library,
            trusted=ssl.create_default_context(),
        )

    async def ask(self, *, told: str, shown: str) -> str:
        """Return what the model says to ``shown``, having been ``told`` what to do.

        Raises:
            EndpointFault: It says nothing, or not in time, or too much.
        """
        asked = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": told},
                {"role": "user", "content": shown},
            ],
            "temperature": 0,
            "stream": False,
        }
        try:
            async with asyncio.timeout(self.within):
                status, body = await self._post(json.dumps(asked).encode("ascii"))
        except TimeoutError:
            raise EndpointFault(Trouble.SLOW) from None
        except (self.library.HTTPError, OSError) as error:
            said = type(error).__name__
            raise EndpointFault(Trouble.UNREACHABLE, said) from None
        if status != _OK:
            declined = status in _ABOUT_THE_REQUEST
            trouble = Trouble.DECLINED if declined else Trouble.REFUSED
            raise EndpointFault(trouble, f"HTTP {status}")
        return _content(body)

    async def _post(self, content: bytes) -> tuple[int, bytes]:
        """Post ``content``, and return status and body of the answer.

        Neither a redirect nor a proxy of the environment leads it elsewhere, and what
        comes back packed is not unpacked.
        """
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        body = b""
        async with (
            self.library.AsyncClient(
                verify=self.trusted,
                follow_redirects=False,
                trust_env=False,
                timeout=self.library.Timeout(None, connect=self.within / 2),
            ) as client,
            client.stream("POST", self.url, content=content, headers=headers) as said,
        ):
            async for part in said.aiter_raw():
                body += part
                if len(body) > MOST:
                    raise EndpointFault(Trouble.ODD, "too large")
        return said.status_code, body


def _content(body: bytes) -> str:
    """Return what the model said, out of the envelope it comes in.

    Raises:
        EndpointFault: There is no such envelope.
    """
    try:
        said: Any = json.loads(body)
        content = said["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        raise EndpointFault(Trouble.ODD, "no answer in it") from None
    if not isinstance(content, str):
        raise EndpointFault(Trouble.ODD, "no words in it")
    return content
