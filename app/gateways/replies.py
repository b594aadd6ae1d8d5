"""Replies: what the mail intake says, with enhanced status codes (RFC 3463)."""

from typing import Final

TAKEN: Final = "250 2.0.0 the letter was taken"
CLOSING: Final = "421 4.3.2 the service is closing; nothing was taken"
CROWDED: Final = "421 4.3.2 too many connections; try again later"
TOO_MANY: Final = "421 4.7.0 too many connections from your address"
BROKEN: Final = "421 4.3.0 a fault of ours; nothing was taken"
SLOW: Final = "421 4.4.2 nothing came for too long"
TIRED: Final = "421 4.7.0 too many commands were refused"
HASTY: Final = "421 4.7.0 nothing may be sent in advance of TLS"
TOO_OFTEN: Final = "450 4.7.1 too many letters from your address; try again later"
TROUBLE: Final = "451 4.3.0 the letter could not be stored; try again later"
FULL: Final = "452 4.3.1 there is no room for the letter; try again later"
TOO_MANY_RECIPIENTS: Final = "452 4.5.3 too many recipients for one letter"
UNENCRYPTED: Final = "530 5.7.0 say STARTTLS first"
NOBODY: Final = "550 5.1.1 nobody of that name is here"
TOO_LARGE: Final = "552 5.3.4 the letter is larger than {most} bytes"

_ENHANCED: Final = {
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.0.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "555": "5.5.4",
}
"""Enhanced status codes for replies that aiosmtpd gives without."""


def enhanced(reply: str) -> str:
    """Return ``reply`` with an enhanced status code, if it has none."""
    code = _ENHANCED.get(reply[:3])
    if code is None or reply[3:4] != " " or reply[5:6] == ".":
        return reply
    return f"{reply[:4]}{code} {reply[4:]}"
