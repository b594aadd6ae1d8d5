"""What a template says, what may be wrong with it, and the one that ships with us."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

from app.domain.naming import plain_name
from app.domain.places import unknown
from app.domain.submission import MOST_TEXT, visible
from app.domain.vocabulary import Kind, Language
from app.errors import InvalidInput

PACKAGED: Final = 0
"""The key of the structure that came with the package."""

MOST_TITLE: Final = 80
MOST_POSITION: Final = 9_999


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a template, and in which field."""

    field: str
    code: str
    place: str = ""
    nearest: str = ""


class BadTemplate(InvalidInput):
    """A template cannot be kept like this."""

    code = "bad_template"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Hold what is wrong."""
        super().__init__("the template cannot be kept like this")
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A template as somebody wrote it."""

    office_id: int | None
    section_id: int | None
    kind: Kind | None
    language: Language
    title: str
    body: str
    position: int = 100


@cache
def packaged(language: Language) -> tuple[str, str]:
    """Return title and body of the formal structure."""
    file = resources.files("app.services.answering").joinpath("formal.toml")
    words = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    return words["title"], words["body"]


def checked(terms: Terms) -> Terms:
    """Return ``terms`` as they are kept.

    Raises:
        BadTemplate: Something is missing, too long, or asks for what nobody can fill.
    """
    title = plain_name(terms.title)
    body = visible(terms.body).strip("\n")
    faults = [
        *_empty_or_long("title", title, MOST_TITLE),
        *_empty_or_long("body", body, MOST_TEXT),
        *(
            Fault("body", "place_misspelt" if each.nearest else "place_unknown",
                  each.place, each.nearest)
            for each in unknown(body)
        ),
    ]  # fmt: skip
    if not 0 <= terms.position <= MOST_POSITION:
        faults.append(Fault("position", "position"))
    if faults:
        raise BadTemplate(faults)
    return replace(terms, title=title, body=body)


def _empty_or_long(field: str, text: str, most: int) -> list[Fault]:
    if not text.strip():
        return [Fault(field, "empty")]
    return [Fault(field, "too_long")] if len(text) > most else []
