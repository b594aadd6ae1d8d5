"""A reading: all that is found out of a letter's bytes alone, by one pure function.

It is what the reading room (`app.reading_room`) has done in another process; whatever
untrusted bytes are looked at for goes in here.
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Self

from app.domain.submission import LEAST_TEXT, says_something
from app.domain.vocabulary import HoldReason
from app.mail.authentication import Authentication
from app.mail.identity import content_key, is_timeless
from app.mail.letter import Letter, read_letter
from app.mail.machinery.report import Report, read_report
from app.mail.parts.faults import Fault
from app.mail.parts.limits import Excess, Limits, UnreadableLetter
from app.mail.view import View, Wish, view_of

NOTHING_MORE: Final = Wish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the bytes of one letter came to."""

    letter: Letter | None
    """None: its structure goes past the limits."""

    excess: Excess | None
    """What it has too much of, where it was not read."""

    content_key: str
    """Equal for two copies of the same letter."""

    hops: int
    """How many mail systems say that they passed the letter on."""

    report: Report | None
    """What a mail system reports in it; None: nothing, or a person wrote it."""

    timeless: bool = False
    """Whether ``content_key`` is equal for the same words of another day, too."""

    view: View | None = None
    """What its page shows beside it; None: nobody wished for that."""

    def with_word(self, word: Authentication) -> Self:
        """Return it with what was found about the letter's sender in another way."""
        if self.letter is None:
            return self
        said = (*self.letter.authentication, word)
        return replace(self, letter=replace(self.letter, authentication=said))


def read(raw: bytes, *, limits: Limits, wish: Wish = NOTHING_MORE) -> Reading:
    """Read ``raw``, whatever the bytes are."""
    letter, excess = None, None
    try:
        letter = read_letter(raw, limits=limits, as_charset=wish.as_charset)
    except UnreadableLetter as error:
        excess = error.reason
    return Reading(
        letter=letter,
        excess=excess,
        content_key=content_key(raw, letter),
        timeless=is_timeless(letter),
        hops=_hops(raw),
        report=read_report(raw, limits=limits) if letter and letter.automatic else None,
        view=view_of(raw, limits=limits, wish=wish) if letter and wish.view else None,
    )


def blank_reason(letter: Letter) -> HoldReason | None:
    """Return why a letter that shows nothing is held; None: it says something.

    Written on a telephone, a letter may be all subject.
    """
    if letter.text.strip() or letter.attachments:
        return None
    if Fault.TEXT_CUT in letter.faults:
        return HoldReason.UNREADABLE
    if says_something(letter.subject, least=LEAST_TEXT):
        return None
    return HoldReason.EMPTY


def _hops(raw: bytes) -> int:
    end = _BLANK_LINE.search(raw)
    return len(_HOP.findall(raw, 0, end.start() if end else len(raw)))


_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_HOP: Final = re.compile(rb"^received:", re.IGNORECASE | re.MULTILINE)
