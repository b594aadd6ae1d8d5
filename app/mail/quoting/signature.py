"""Where a writer's signature begins: below "-- ", or name, telephone and office.

Hiding somebody's own words is worse than showing a signature: without a line that sets
it off it must have a form in which nobody writes anything else.
"""

import re
from collections.abc import Iterator
from typing import Final

from app.mail.quoting.page import Page
from app.mail.quoting.signing import Sign, is_sentence, sign_of


def signature_start(page: Page, first: int, stop: int, *, is_last: bool) -> int | None:
    """Return the line where the signature begins that ends the lines given; or None.

    It may be all of them only below something else, a quote.

    Unless they end the letter (``is_last``), only one that is set off counts: above a
    quote the last lines of a short answer may be all it says, as a telephone number is
    that somebody was asked for.
    """
    while stop > first and page.is_blank(stop - 1):
        stop -= 1
    start = _set_off(page, first, stop)
    if start is None and is_last:
        start = _closing(page, first, stop)
        if start is None:
            start = _card(page, first, stop)
    if start is None:
        return None
    is_below = first > 0
    return start if is_below or any(page.said[first:start]) else None


def _set_off(page: Page, first: int, stop: int) -> int | None:
    """Return the uppermost line that sets off what is below it as a signature."""
    start = None
    below: list[int] = []
    for number in range(stop - 1, first - 1, -1):
        if len(below) > _MOST_BELOW:
            break
        said = page.said[number]
        if _RULE.fullmatch(said) and _is_signature(page, number, below):
            start = number
        if not page.is_blank(number):
            below.append(number)
    return start


def _is_signature(page: Page, number: int, below: list[int]) -> bool:
    """Return whether the lines below a rule are a signature."""
    written = page.written(number)
    if written.rstrip("\r") == "-- ":
        return True
    lines = [page.lines.said(line) for line in below]
    if written.strip() == _RULE_OF_QQ and lines and all(map(sign_of, lines)):
        return len(lines) <= _MOST_WITHOUT_SIGN
    signs = {sign_of(line) for line in lines} & _OF_A_CARD
    is_short = len(lines) <= _MOST_OF_A_SIGNATURE
    if signs and is_short and not any(map(is_sentence, lines)):
        return True if _SHORT_RULE.fullmatch(written.strip()) else len(signs) > 1
    if not _SHORT_RULE.fullmatch(written.strip()):
        return False
    return len(lines) <= _MOST_WITHOUT_SIGN and not any(map(is_sentence, lines))


def _closing(page: Page, first: int, stop: int) -> int | None:
    """Return the first of the closing lines above a name and what belongs to it."""
    start = None
    named = False
    for number, sign in _signs(page, first, stop):
        if sign is Sign.CLOSING and named:
            start = number
        named = named or sign is not Sign.CLOSING
    return start


def _card(page: Page, first: int, stop: int) -> int | None:
    """Return where some lines begin that say in two ways how to reach somebody."""
    top = stop
    seen = set()
    for number, sign in _signs(page, first, stop):
        seen.add(sign)
        top = number
    if len(seen & _OF_A_CARD) < _ENOUGH or top == first:
        return None
    above = top - 1
    while above > first and page.is_blank(above):
        above -= 1
    announced = page.said[above].endswith((":", ",")) or above == top - 1
    return None if announced else top


def _signs(page: Page, first: int, stop: int) -> Iterator[tuple[int, Sign]]:
    """Yield, from the last line upward, those that may belong to a signature."""
    seen = 0
    for number in range(stop - 1, first - 1, -1):
        if page.is_blank(number) or _RULE.fullmatch(page.said[number]):
            continue
        sign = sign_of(page.lines.said(number))
        seen += 1
        if sign is None or seen > _MOST_OF_A_SIGNATURE:
            return
        yield number, sign


_RULE: Final = re.compile(
    r"(?:- ?){2,}+|_{2,}+|={2,}+|\*{3,}+|~{2,}+|\+{2,}+|[—–]{1,}+|\| \|"
)
_SHORT_RULE: Final = re.compile(r"--|- -|—|__|___|\| \|")
_RULE_OF_QQ: Final = "-" * 18
"""It stands above signatures of QQ Mail, and above nothing else that is a card."""

_OF_A_CARD: Final = frozenset({Sign.PHONE, Sign.FAX, Sign.MAIL, Sign.WEB, Sign.CHAT})
_ENOUGH: Final = 2
_MOST_BELOW: Final = 40
_MOST_OF_A_SIGNATURE: Final = 15
_MOST_WITHOUT_SIGN: Final = 8
