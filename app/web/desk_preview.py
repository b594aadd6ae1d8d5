"""A letter's preview at the desk: text and page that can do nothing, and what is odd.

It shows a stranger's letter, held or of a case, to somebody of the staff.
"""

import logging
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Final

from fastapi import Request, Response
from markupsafe import Markup
from pydantic import BaseModel

from app.domain.passages import Passage, passages
from app.domain.submission import Submission
from app.domain.vocabulary import HoldReason
from app.mail.letter import Letter
from app.mail.parts.faults import Fault
from app.mail.parts.labels import Charset
from app.mail.parts.limits import Excess, Limits
from app.mail.quoting.quoted import MarkKind
from app.mail.reading import Reading
from app.mail.sanitised import is_harmless
from app.mail.view import Wish
from app.premises import Premises
from app.reading_room.conditions import Cause
from app.reading_room.room import conditions_of
from app.services.transcribing import without_codes_within
from app.settings import Settings
from app.web.desk_forms import Blank
from app.web.desk_reading import Sight, sight_of
from app.web.pages import page

NO_POWER: Final = (
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)
"""The policy of what a stranger wrote: nothing is loaded, run, sent or opened."""

_TELLING: Final = (MarkKind.QUOTE, MarkKind.HEADER, MarkKind.SIGNATURE)
"""Of parts that are folded away as one, the first of these names it."""

_MEASURES: Final = {
    Excess.SIZE: "size",
    Excess.DEPTH: "depth",
    Excess.PARTS: "parts",
    Excess.HEADER_FIELDS: "header_fields",
    Excess.HEADER_BYTES: "header_bytes",
    Excess.LINE: "line",
}
"""The limit that a letter goes past, by what it has too much of."""

_IN_BYTES: Final = frozenset({Excess.SIZE, Excess.HEADER_BYTES, Excess.LINE})

_log = logging.getLogger(__name__)


class PreviewQuery(BaseModel):
    """How an address asks for a letter to be shown."""

    charset: Annotated[Charset | None, Blank] = None
    page: bool = False
    """As the page that its HTML makes."""

    @property
    def asked(self) -> str:
        """What follows the address of everything of the letter."""
        return f"?charset={self.charset}" if self.charset else ""

    def wish(self, *, page: bool = False) -> Wish:
        """Return what is asked of the reader."""
        return Wish(as_charset=self.charset or "", view=True, page=page)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedLimit:
    """A limit that a letter goes past."""

    name: str
    """``letter``, ``text``, an `Excess` or a `Cause`."""

    most: int
    in_bytes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """What reading a letter in another charset changes."""

    before: tuple[str, ...]
    """What its texts were read in by themselves."""

    now: tuple[str, ...]
    is_same: bool
    """Whether it says the very same."""

    is_broken: bool
    """Whether some bytes are no character there, and were one before."""


def passed_limit(
    settings: Settings, sight: Sight, *, reason: HoldReason
) -> PassedLimit | None:
    """Return the limit for which a letter was not read; None: it was."""
    conditions = conditions_of(settings)
    excess = sight.reading.excess if sight.reading else None
    if excess is not None:
        most = getattr(conditions.limits, _MEASURES[excess])
        return PassedLimit(name=excess, most=most, in_bytes=excess in _IN_BYTES)
    if sight.cause is not None:
        numbers = {
            Cause.CPU: round(conditions.cpu_seconds),
            Cause.MEMORY: conditions.memory_mb,
        }
        most = numbers.get(sight.cause, 0)
        return PassedLimit(name=sight.cause, most=most, in_bytes=False)
    if reason is HoldReason.TOO_LARGE:
        most = settings.max_letter_bytes
        return PassedLimit(name="letter", most=most, in_bytes=True)
    letter = sight.letter
    if letter is not None and Fault.TEXT_CUT in letter.faults:
        return PassedLimit(name="text", most=Limits().text, in_bytes=False)
    return None


async def rereading(
    premises: Premises, content: bytes, sight: Sight, query: PreviewQuery
) -> Rereading | None:
    """Return what the chosen charset changes; None: none was, or it cannot be read.

    Raises:
        ReaderUnavailable: No reader can be started.
    """
    if query.charset is None or sight.letter is None:
        return None
    before = (await sight_of(premises, content)).letter
    if before is None:
        return None
    return Rereading(
        before=before.charsets,
        now=sight.letter.charsets,
        is_same=_said(before) == _said(sight.letter),
        is_broken=Fault.BROKEN_CHARACTERS in sight.letter.faults
        and Fault.BROKEN_CHARACTERS not in before.faults,
    )


def harmless_page(request: Request, reading: Reading | None) -> Response:
    """Return the page that a letter's HTML makes, as a frame may show it."""
    written = reading.view.page if reading and reading.view else ""
    if not is_harmless(written):
        # The reader has had hostile bytes in its hands: its word is not enough.
        _log.error("a reader sent a page that is not harmless")
        written = ""
    content = without_codes_within(written)
    response = page(
        request, "desk/held_page.html",
        content=Markup(content),  # noqa: S704 - `is_harmless` holds what it may be
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = NO_POWER
    return response


def folded(said: Submission) -> list[Passage]:
    """Return what a letter says, with all that stands together of others as one."""
    found = []
    parts = (part for part in passages(said.text, said.marks) if part.text.strip())
    for is_own, group in groupby(parts, key=lambda part: part.what is None):
        several = list(group)
        kinds = {part.what for part in several}
        what = next((kind for kind in _TELLING if kind in kinds), several[0].what)
        text = "".join(part.text for part in several)
        found.append(Passage(text, None if is_own else what))
    return found


def _said(letter: Letter) -> tuple[object, ...]:
    files = tuple(part.file_name for part in letter.attachments)
    return letter.subject, letter.text, letter.sender, letter.to, files
