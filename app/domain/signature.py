"""The signature with which a mail system posts a letter over HTTP."""

import hashlib
import hmac
from base64 import b64encode


def content_digest(content: bytes) -> str:
    """Return the ``Content-Digest`` of a letter (RFC 9530, section 2)."""
    return f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:"


def signature(secret: str, *, time: str, query: str, digest: str) -> str:
    """Return what is to stand in ``Huiyin-Signature``.

    ``time`` is the value of ``Huiyin-Timestamp``, ``digest`` that of
    ``Content-Digest``, ``query`` the address after its question mark, as it is sent.
    None of them can have a line feed, so no two requests have the same text signed.
    """
    signed = f"{time}\n{query}\n{digest}".encode("latin-1")
    return hmac.new(secret.encode(), signed, "sha256").hexdigest()
