"""Sealing: what the database holds of a person is unreadable without the secret.

AES-256-GCM under keys derived by HKDF (RFC 5869), one for each purpose, so that a
sealed value moved to another column does not open. Digests are keyed BLAKE2b (RFC 7693,
section 2.9).
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import AppError

_NONCE = 12
_DIGEST = 32


class BrokenSealError(AppError):
    """A sealed value does not open: another secret, or it was changed."""

    code = "broken_seal"


class Seal:
    """The keys of one installation, derived from its secret."""

    def __init__(self, secret: str) -> None:
        """Derive from ``secret``; the same secret always gives the same keys."""
        self._secret = secret.encode()
        self._ciphers: dict[str, AESGCM] = {}
        self._keys: dict[str, bytes] = {}

    def close(self, plain: bytes, *, purpose: str) -> bytes:
        """Seal ``plain``; only `open` with the same purpose reads it."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher(purpose).encrypt(nonce, plain, None)

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Open what `close` sealed.

        Raises:
            BrokenSealError: It was sealed otherwise, or changed since.
        """
        try:
            return self._cipher(purpose).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError):
            raise BrokenSealError(f"a sealed {purpose} does not open") from None

    def digest(self, *parts: str, purpose: str) -> bytes:
        """Return 32 bytes that only the holder of the secret can make of ``parts``."""
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        key = self._key(purpose)
        return hashlib.blake2b(text, key=key, digest_size=_DIGEST).digest()

    def _cipher(self, purpose: str) -> AESGCM:
        if purpose not in self._ciphers:
            self._ciphers[purpose] = AESGCM(self._key(f"seal {purpose}"))
        return self._ciphers[purpose]

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._keys:
            kdf = HKDF(SHA256(), 32, salt=None, info=f"huiyin {purpose}".encode())
            self._keys[purpose] = kdf.derive(self._secret)
        return self._keys[purpose]
