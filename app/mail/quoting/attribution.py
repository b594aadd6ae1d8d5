"""The line above a quote that says who wrote it and when, in whatever language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.mail.quoting.page import Page
from app.mail.quoting.phrasebook import words


@dataclass(frozen=True, slots=True)
class Attribution:
    """Some lines that say who wrote what stands below them."""

    first: int
    stop: int
    is_certain: bool
    """Whether a program wrote it beyond doubt: no quotation sign is needed below."""


def attribution_ending(page: Page, number: int, *, lowest: int) -> Attribution | None:
    """Return the attribution whose last line is ``number``; None: there is none.

    It may be wrapped over some lines, none of them above line ``lowest``.
    """
    last = page.said[number].strip(_AROUND)
    if not last.endswith(":") and not _ends_with_verb(last):
        return None
    found = None
    for first, joined in _joined(page, number, lowest=lowest):
        if len(joined) > _LONGEST:
            break
        read = _read(joined)
        if not read.is_attribution:
            continue
        attribution = Attribution(first, number + 1, is_certain=read.is_certain)
        if found is None or read.is_led or attribution.is_certain > found.is_certain:
            found = attribution
        if read.is_dated and (read.is_led or read.is_certain):
            break
    if found is None or not _begins_above(page, found, lowest=lowest):
        return found
    return Attribution(found.first - 1, found.stop, is_certain=found.is_certain)


def _begins_above(page: Page, found: Attribution, *, lowest: int) -> bool:
    """Return whether an attribution lacks its beginning, and the line above is it."""
    above = found.first - 1
    if above < lowest or page.quoted[above]:
        return False
    said, before = page.said[found.first], page.said[above]
    if not 0 < len(before) <= _LONG_NAME or before.endswith(_ENDS):
        return False
    if before.endswith(",") and is_led(before):
        return True
    if above == lowest or not page.is_blank(above - 1):
        return False
    return said.startswith(("<", "(", "[")) or (said[0] in "于於" and "@" in before)


def _joined(page: Page, number: int, *, lowest: int) -> Iterator[tuple[int, str]]:
    """Yield the first line and the words of one line, of two, three and four."""
    joined = page.said[number].strip(_AROUND)
    yield number, joined
    for first in range(number - 1, max(lowest, number - _MOST_LINES + 1) - 1, -1):
        said = page.said[first]
        if page.is_blank(first) or page.quoted[first]:
            return
        if said.endswith(_ENDS):
            return
        joined = f"{said} {joined}".strip(_AROUND)
        yield first, joined


@dataclass(frozen=True, slots=True)
class _Reading:
    """What can be read in the words of a line that may be an attribution."""

    said: str
    verb: str
    """The last verb of writing in it, or ''."""

    before: str
    """What stands before the verb."""

    is_final: bool
    """Whether nothing stands behind the verb."""

    @property
    def is_attribution(self) -> bool:
        """Whether it is one if a quote with quotation signs stands below."""
        if not self.verb:
            return self._is_verbless
        if _HAN.match(self.verb):
            return self.is_final and (self.has_address or self.is_timed)
        if not self.is_final and not self.said.endswith(":"):
            return False
        if self.has_address or self.is_timed or (self.is_led and self.is_dated):
            return True
        return self.is_final and len(self.said) <= _SHORT and self.said.isascii()

    @property
    def is_certain(self) -> bool:
        """Whether nobody but a program writes so."""
        if not self.verb:
            return self._is_verbless
        if _HAN.match(self.verb):
            return self.is_final and self._is_chinese_form
        if not _BRACKETED.search(self.said):
            return self.is_led and self.is_timed and self.is_dated
        if self.is_led or self.is_final or self.before.endswith(_BEHIND_MAIL):
            return self.is_dated or self.is_timed
        return self.said.endswith(_MAIL_LAST) and self.is_dated and self.is_timed

    @property
    def _is_chinese_form(self) -> bool:
        if _TIME_BEFORE_VERB.search(self.before):
            return True
        is_dated = self.is_led and (self.is_timed or self.is_dated)
        if is_dated and _BRACKETED.search(self.before):
            return True
        found = _TIME_THEN_NAME.match(self.before)
        if found is None or len(self.before) - found.end() > _LONG_NAME:
            return False
        return found[1] != "" or _BRACKETED.search(self.before) is not None

    @property
    def _is_verbless(self) -> bool:
        """Whether it is a moment and an address, as Gmail and mail.ru write it."""
        return (
            self.said.endswith(_MAIL_LAST)
            and self.has_address
            and self.is_timed
            and self.is_dated
            and self.is_led
            and ("年" not in self.said or _HAN_DAY.search(self.said) is not None)
        )

    @property
    def is_led(self) -> bool:
        """Whether it begins as programs begin: with "On" and a date, or a date."""
        return is_led(self.said)

    @property
    def is_timed(self) -> bool:
        """Whether a time of day is in it."""
        return _TIME.search(self.said) is not None

    @property
    def is_dated(self) -> bool:
        """Whether a year is in it, alone or in a date."""
        return _YEAR.search(self.said) is not None

    @property
    def has_address(self) -> bool:
        """Whether a mailbox is in it."""
        return "@" in self.said


def _read(said: str) -> _Reading:
    place, verb = -1, ""
    for word in _verbs_in(said):
        at = said.rfind(word)
        if (at + len(word), -at) > (place + len(verb), -place):
            place, verb = at, word
    behind = said[place + len(verb) :] if verb else ""
    return _Reading(
        said=said,
        verb=verb,
        before=said[: max(place, 0)],
        is_final=bool(verb) and not behind.strip(_AROUND + ":."),
    )


def _verbs_in(said: str) -> Iterator[str]:
    """Yield the verbs that may be in a line; whole words, where words have blanks."""
    by_word, unspaced = _verbs()
    for word in by_word.keys() & set(_WORD.findall(said)):
        yield from (verb for verb in by_word[word] if verb in said)
    yield from (verb for verb in unspaced if verb in said)


def is_led(said: str) -> bool:
    """Return whether a line begins with a date, or with "On" and a date."""
    found = _leads().match(said)
    rest = said[found.end() :] if found else said
    start = rest[:_NEAR].replace(",", " ").replace(".", " ").split()[:4]
    if not start:
        return False
    if start[0][0].isdigit() or start[0] in _days() or start[0].startswith(_HAN_DAYS):
        return any(sign.isdigit() for word in start for sign in word)
    return found is not None and any(word[0].isdigit() for word in start[1:3])


def _ends_with_verb(said: str) -> bool:
    if not said or not _EVIDENCE.search(said):
        return False
    return said.endswith(_verb_words())


@cache
def _verb_words() -> tuple[str, ...]:
    return words("replies", "verbs")


@cache
def _verbs() -> tuple[Mapping[str, list[str]], tuple[str, ...]]:
    """Return the verbs by their longest word, and those of scripts without blanks."""
    by_word: dict[str, list[str]] = {}
    unspaced = []
    for verb in _verb_words():
        if _UNSPACED.search(verb):
            unspaced.append(verb)
        else:
            key = max(_WORD.findall(verb), key=len)
            by_word.setdefault(key, []).append(verb)
    return by_word, tuple(unspaced)


@cache
def _leads() -> re.Pattern[str]:
    spaced = [re.escape(word) for word in words("replies", "leads")]
    spaced.sort(key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(spaced)})(?: |(?=\d)|(?=星期|周|週))")


@cache
def _days() -> frozenset[str]:
    return frozenset(words("replies", "days"))


_MOST_LINES: Final = 4
"""Lines over which mail programs wrap an attribution."""

_LONGEST: Final = 500
_SHORT: Final = 60
_NEAR: Final = 60
_AROUND: Final = ' -‐–—_*~>|"'
_ENDS: Final = (":", ".", "!", "?", "。")
_EVIDENCE: Final = re.compile(r"[\d@]")
_TIME: Final = re.compile(
    r"(?<![\d.])\d{1,2}(?:[:h]|[时時点點시] ?)\d{2}(?!\d)"
    r"|(?<!\w)(?:kl\.?|klo|alle|pukul|um|om|à|at|ore|v|o) ?\d{1,2}\.\d{2}(?!\d)"
)
_YEAR: Final = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?!\d)|(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}(?!\d)"
    r"|(?<![\d/])\d{2}/\d{1,2}/\d{1,2}(?![\d/])"
)
_BRACKETED: Final = re.compile(r"@[^<>()\[\]]{1,200}+[>)\]]")
_MAIL_LAST: Final = (">:", "):", "]:")
_BEHIND_MAIL: Final = ("> ", ") ", "] ")
_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\uffdc]")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_HAN_DAYS: Final = ("星期", "周", "週")
_HAN_DAY: Final = re.compile(r"\([月火水木金土日]\)|[月火水木金土日]曜")
_CLOCK: Final = (
    r"\d{1,2}:\d{2}(?::\d{2})?+ ?(?:[ap]\.?m\.?)?(?: ?\(?(?:gmt|utc)[^ ,]{0,8}+)?"
)
_DATE: Final = r"(?:\d{4}|\d{1,2}/\d{1,2}/\d{2})"
_TIME_BEFORE_VERB: Final = re.compile(
    rf"[于於在] ?(?:{_DATE}|星期|周|週).{{1,40}}?{_CLOCK}[ ,]*$"
)
_TIME_THEN_NAME: Final = re.compile(
    rf"([在於于] ?|)(?:(?:星期|周|週).,? ?)?{_DATE}.{{1,30}}?{_CLOCK}(?:,| [\"<(]?+)"
)
_LONG_NAME: Final = 100
