"""What was typed and what was read, for the administrator's pages: days, warnings."""

from datetime import MAXYEAR, MINYEAR, date

from fastapi import Request

from app.domain.outline import Outline
from app.errors import InvalidInput
from app.web.pages import language_of
from app.web.wording import Catalogue, catalogue


def date_of(text: str, *, field: str) -> date | None:
    """Return the day that was typed; None: none was.

    Raises:
        InvalidInput: It is no day.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("this is no day", field=field, code="bad_day") from None
    if day.year in {MINYEAR, MAXYEAR}:  # its midnight may be none that a clock has
        raise InvalidInput("nobody means that day", field=field, code="bad_day")
    return day


def first_day(text: str) -> date:
    """Return the first day of a window.

    Raises:
        InvalidInput: None was typed, or it is no day.
    """
    found = date_of(text, field="opens_on")
    if found is None:
        raise InvalidInput("no first day", field="opens_on", code="no_first_day")
    return found


def warnings_in_words(request: Request, outline: Outline) -> tuple[str, ...]:
    """Return what is odd about a text, as a reader of the page would say it."""
    words = catalogue(language_of(request))
    return tuple(warning_in_words(words, warning) for warning in outline.warnings)


def warning_in_words(words: Catalogue, warning: str) -> str:
    """Return a warning of `domain.outline.faults`, which speak English alone.

    They end in the number or mark at fault, where there is one.
    """
    fault = "_".join(warning.split()[:2]).replace("-", "_")
    key = f"outline_fault.{fault}"
    if key not in words:
        key = f"outline_fault.{'_'.join(warning.split()).replace('-', '_')}"
    if key not in words:
        return warning
    return words.text(key, mark=" ".join(warning.split()[2:]))
