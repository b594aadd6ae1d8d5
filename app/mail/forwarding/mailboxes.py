"""Mailboxes as mail programs write them into a text, which is not as in a header."""

import re
from typing import Final

from app.mail.parts.addresses import Address


def sender_in(value: str) -> tuple[Address | None, str]:
    """Return the writer named by a sender field, and the name alone.

    Of "one on behalf of another" the other wrote it. The address is None where the
    program wrote only the name.
    """
    value = _plain(value)
    spoken_for = _ON_BEHALF.split(value, maxsplit=1)
    if len(spoken_for) > 1 and spoken_for[1].strip(_AROUND):
        value = spoken_for[1]
    address = _mailbox(value)
    if address is not None:
        return address, address.name
    return None, _bare(value.partition("<")[0] or value)


def mailboxes(value: str) -> tuple[Address, ...]:
    """Return the mailboxes of a list of recipients; names alone are left out."""
    found = []
    held = ""
    pieces, by_commas = _pieces(_plain(value))
    for piece in pieces:
        address = _mailbox(f"{held}, {piece}" if held else piece)
        held = ""
        if address is not None:
            found.append(address)
        elif by_commas and piece.isascii():
            held = piece
    return tuple(found)


def _plain(value: str) -> str:
    return value.translate(_NARROW)


def _pieces(value: str) -> tuple[list[str], bool]:
    """Cut a list at its semicolons, or at its commas where it has none."""
    for sign in (_SEMICOLON, _COMMA):
        pieces = [found[0].strip(_BETWEEN) for found in sign.finditer(value)]
        pieces = [piece for piece in pieces if piece]
        if len(pieces) > 1:
            return pieces, sign is _COMMA
    return [value], False


def _mailbox(value: str) -> Address | None:
    """Return the mailbox in ``value``; what stands in angle brackets counts most."""
    places = [found.start() for found in _SIGN.finditer(value)]
    first: tuple[int, int] | None = None
    for place in places[:_MOST_SIGNS]:
        bounds = _bounds(value, place)
        if bounds is None:
            continue
        if value.endswith("<", 0, bounds[0]):
            first = bounds
            break
        first = first or bounds
    if first is None:
        return None
    address = value[first[0] : first[1]].strip("'").rstrip(".")
    return Address(_name(value, first, address), address)


def _bounds(value: str, place: int) -> tuple[int, int] | None:
    """Return where the address around the sign at ``place`` begins and ends."""
    start = place
    while start > max(0, place - _LONGEST_LOCAL) and _LOCAL.match(value[start - 1]):
        start -= 1
    found = _HOST.match(value, place + 1)
    if start == place or found is None:
        return None
    return start, found.end()


def _name(value: str, bounds: tuple[int, int], address: str) -> str:
    """Return the name beside an address: before it, else in brackets behind it."""
    before = _bare(_MAILTO.sub("", value[: bounds[0]]))
    if not before or before == address:
        behind = _BRACKETED.match(value, bounds[1])
        before = _bare(behind[1]) if behind else ""
    return "" if "@" in before else before


def _bare(name: str) -> str:
    """Return a name without the marks around it; brackets that it closes stay."""
    name = name.strip(_AROUND)
    if name.startswith("'") and name.endswith("'"):
        name = name.strip("'")
    return f"{name})" if name.count("(") > name.count(")") else name


_NARROW: Final = str.maketrans("＜＞〈〉＠；，、：（）［］", "<><>@;,,:()[]")
_AROUND: Final = ' \t\xa0\u3000"“”‘’„«»<>[](),;:*_|'
_BETWEEN: Final = " \t\xa0\u3000,;"
_SEMICOLON: Final = re.compile(r'(?:"[^"]*+"|[^;"]|")+?(?=;|$);?')
_COMMA: Final = re.compile(r'(?:"[^"]*+"|[^,"]|")+?(?=,|$),?')
_SIGN: Final = re.compile("@")
_LOCAL: Final = re.compile(r"""[^\s<>()\[\]"“”‘’„«»,;:@|]""")
_HOST: Final = re.compile(r"""[^\s<>()\[\]"“”‘’„«»,;:@|&*]++""")
_MAILTO: Final = re.compile(r"[<\[(]?mailto:[^<>\[\]\s]*+[>\])]?", re.IGNORECASE)
_BRACKETED: Final = re.compile(r">?[ \xa0]*+\(([^()@]{1,100})\)")
_ON_BEHALF: Final = re.compile(
    r"[>)\]\"][ \xa0]?(?:代表|代理)|[ \xa0](?:代表|代理)[ \xa0:]|"
    r"[> \xa0](?:on behalf of|im auftrag von|de la part de|namens|en nombre de|"
    r"per conto di|em nome de|w imieniu|på vegne af|от имени)[ \xa0:]",
    re.IGNORECASE,
)
_MOST_SIGNS: Final = 50
_LONGEST_LOCAL: Final = 64
