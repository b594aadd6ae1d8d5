"""A notice's text as it comes from a form: typed, or in a file."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from starlette.datastructures import FormData

from app.domain.outline import NotANotice, Outline, decode_notice, parse_outline
from app.errors import InvalidInput
from app.web.forms import files_of, text_of

MOST_TEXT: Final = 2**20
"""Bytes of a notice; one has some hundred thousand."""

MOST_TITLE: Final = 200

_NO_TEXT: Final = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files begin that people take for texts: PDF, and Word of now and of old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A text on somebody's screen, with what they say about it."""

    text: str = ""
    title: str = ""
    slug: str = ""
    opens_on: str = ""
    closes_on: str = ""

    looked: str = ""
    """The digest of the text whose outline was seen; empty: none was."""

    seen: str = ""
    """The version that it would follow, as ``SLUG/NUMBER``; empty: a new notice."""

    @property
    def name(self) -> str:
        """The digest of what the outline is read from."""
        said = f"{self.title}\0{self.text}"
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def source(self) -> bytes:
        """The text as it is stored."""
        return self.text.encode("utf-8", "replace")


def typed(form: FormData) -> Sheet:
    """Return what was typed into the fields."""
    fields: Mapping[str, str] = {
        name: text_of(form, name).strip()
        for name in ("title", "slug", "opens_on", "closes_on", "looked", "seen")
    }
    return Sheet(text=text_of(form, "text").replace("\r\n", "\n"), **fields)


async def sheet_of(form: FormData) -> Sheet:
    """Return what was typed; a file that was chosen takes the place of the text.

    Raises:
        NotANotice: The file is no text.
        InvalidInput: It is too large.
    """
    sheet = typed(form)
    for file in files_of(form, "file"):
        content = await file.read(MOST_TEXT + 1)
        if len(content) > MOST_TEXT:
            raise InvalidInput("too long", field="text", code="notice_too_long")
        text = _text_of(content)
        sheet = replace(sheet, text=text, looked="")
    return sheet


def _text_of(content: bytes) -> str:
    """Return the text of a file.

    Raises:
        InvalidInput: It is no plain text, such as a PDF or what a word processor keeps.
    """
    no_text = InvalidInput("no text", field="text", code="no_plain_text")
    if content.startswith(_NO_TEXT):
        raise no_text
    try:
        return decode_notice(content).replace("\r\n", "\n")
    except NotANotice:
        raise no_text from None


async def outline_of(sheet: Sheet) -> Outline:
    """Read the text.

    Raises:
        NotANotice: It is none.
        InvalidInput: It, or its title, is too long.
    """
    if len(sheet.source) > MOST_TEXT:
        raise InvalidInput("too long", field="text", code="notice_too_long")
    if len(sheet.title) > MOST_TITLE:
        raise InvalidInput("too long", field="title", code="title_too_long")
    outline = await asyncio.to_thread(parse_outline, sheet.text)
    return replace(outline, title=sheet.title) if sheet.title else outline
