"""Addresses as an SMTP conversation writes them (RFC 5321, section 4.1.2)."""

import re
from typing import Final

NULL_SENDER: Final = "<>"
"""What MAIL FROM says where nobody wants to hear of what becomes of the letter."""

MOST_ADDRESS: Final = 512

_PATH: Final = re.compile(
    r"""
    <(?:@[^:<>\s]*+:)?+                   # a source route, which nobody follows
    (?P<address>(?:"(?:[^"\\]|\\.)*+"|[^<>"\s@]*+)(?:@[^<>"\s@]++)?+)
    >(?P<rest>.*+)
    """,
    re.VERBOSE | re.DOTALL,
)
_BARE: Final = re.compile(
    r"(?P<address>[^<>\"\s@]++@[^<>\"\s@]++)(?P<rest>.*+)", re.DOTALL
)


def parse_path(argument: str) -> tuple[str, str] | None:
    """Return the address at the start of ``argument`` and what follows it.

    The null sender comes back as `NULL_SENDER`; None: there is no address there.
    """
    argument = argument.lstrip()
    found = _PATH.match(argument) or _BARE.match(argument)
    if found is None or len(found["address"]) > MOST_ADDRESS:
        return None
    rest = found["rest"]
    if rest and not rest.startswith(" "):
        return None
    return found["address"] or NULL_SENDER, rest.strip()


def storable(address: str) -> str:
    """Return ``address`` as text, also where its bytes were not UTF-8."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
