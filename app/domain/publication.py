"""Publication: what of a question and its answer may be put before the public."""

import re
import secrets
from dataclasses import dataclass
from typing import Final, Self

from app.domain.submission import MOST_TEXT, clean, says_something
from app.errors import InvalidInput

MOST_TITLE: Final = 120
MOST_SUMMARY: Final = 1_000
MOST_PROGRESS: Final = 1_000

QUOTED: Final = 16
"""So many signs in a row that stand in the opinion, too, are the citizen's words."""

_BLANK: Final = re.compile(r"[\W_]+")
_SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_NAME: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a publication says."""

    title: str
    summary: str
    """What was asked, in the office's words."""

    question: str
    """What was asked, in the citizen's words, redacted; empty: these are left out."""

    answer: str

    def cleaned(self) -> Self:
        """Return the same without what no reader sees."""
        return type(self)(
            title=clean(self.title, lines=False),
            summary=clean(self.summary),
            question=clean(self.question),
            answer=clean(self.answer),
        )


class BadWording(InvalidInput):
    """A publication cannot say this."""

    code = "bad_wording"

    def __init__(self, faults: dict[str, str]) -> None:
        """Name what is wrong: codes by field."""
        super().__init__(f"a publication cannot say this: {faults}")
        self.faults = faults


def check(wording: Wording, *, may_quote: bool, opinion: str) -> None:
    """Hold that a cleaned wording may be published.

    ``opinion`` is what the citizen wrote. Without consent (``may_quote``) neither that
    nor a stretch of it is published, whichever field it stands in.

    Raises:
        BadWording: It may not, with all that is wrong.
    """
    limits = {
        "title": MOST_TITLE, "summary": MOST_SUMMARY,
        "question": MOST_TEXT, "answer": MOST_TEXT,
    }  # fmt: skip
    faults: dict[str, str] = {}
    for field, most in limits.items():
        said = getattr(wording, field)
        if len(said) > most:
            faults[field] = "too_long"
        elif field != "question" and not says_something(said):
            faults[field] = "missing"
        elif not may_quote and field != "answer" and quotes(said, opinion):
            faults[field] = "quotes"
    if wording.question and not may_quote:
        faults["question"] = "no_consent"
    if faults:
        raise BadWording(faults)


def quotes(said: str, opinion: str, *, least: int = QUOTED) -> bool:
    """Return whether ``least`` signs in a row of ``said`` stand in ``opinion``, too.

    Blanks and punctuation count for nothing.
    """
    said, opinion = (_BLANK.sub("", each).casefold() for each in (said, opinion))
    runs = range(len(said) - least + 1)
    return any(said[start : start + least] in opinion for start in runs)


def new_name() -> str:
    """Return a name for a publication's address, which nothing can be read from."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_NAME))
