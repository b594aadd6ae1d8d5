"""Letters written for the tests: valid unless told otherwise."""

import base64
from pathlib import Path

from app.mail.letter import Letter, read_letter

SAMPLES = Path(__file__).parent / "samples"


def letter(
    body: bytes | str = "Please mend the lamp.\n", **fields: str | bytes
) -> bytes:
    """Return a letter; ``content_type="text/html"`` makes that header."""
    headers = {"From": "li@mail.example", "Subject": "a lamp", "Message-Id": "<1@m.x>"}
    named = {name.replace("_", "-").title(): value for name, value in fields.items()}
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in ({**headers, **named}).items()
    ]
    content = body if isinstance(body, bytes) else body.encode()
    return b"\n".join(lines) + b"\n\n" + content


def multipart(*parts: bytes | str, kind: str = "mixed", **fields: str) -> bytes:
    """Return a letter of ``parts``, each with its own headers."""
    pieces = [part if isinstance(part, bytes) else part.encode() for part in parts]
    body = b"".join(b"--edge\n" + piece + b"\n" for piece in pieces) + b"--edge--\n"
    return letter(body, content_type=f"multipart/{kind}; boundary=edge", **fields)


def word(text: str, charset: str, codec: str | None = None) -> str:
    """Return ``text`` as an encoded word, labelled ``charset``."""
    content = base64.b64encode(text.encode(codec or charset)).decode()
    return f"=?{charset}?B?{content}?="


def sample(name: str) -> Letter:
    """Read one of the sample files."""
    return read_letter((SAMPLES / f"{name}.eml").read_bytes())
