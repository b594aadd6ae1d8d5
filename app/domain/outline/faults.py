"""What can be wrong with a notice: the refusal, and the words of the warnings.

The vocabulary is that of ``notices/README.md``, rule 12: a clerk reads these
before the outline is published, so each fault has exactly one wording.
"""

from typing import Final

from app.errors import InvalidInput

JOINED_PAGE_TURN: Final = "joined page turn"
MASKED_EMAIL: Final = "masked e-mail"
FLATTENED_TABLE: Final = "flattened table"
PERIOD_DOES_NOT_MATCH: Final = "period does not match"
DAMAGED_DATE: Final = "damaged date"


class NotANotice(InvalidInput):
    """The file is no rectification notice, so it has no outline."""

    code = "not_a_notice"

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        """Say why, and at which line (counted from 1) where there is one."""
        place = "" if line is None else f" (line {line})"
        super().__init__(f"This is not a rectification notice: {reason}{place}.")
        self.reason = reason
        self.line = line


def repeated_number(label: str) -> str:
    """Word the warning that a printed number stands twice among its siblings."""
    return f"repeated number {label}"


def missing_number(label: str) -> str:
    """Word the warning that no sibling has a number that should be there."""
    return f"missing number {label}"


def repeated_measure(mark: str) -> str:
    """Word the warning that a measure's mark stands twice in an item."""
    return f"repeated measure {mark}"


def missing_measure(mark: str) -> str:
    """Word the warning that a measure's mark was left out of an item."""
    return f"missing measure {mark}"
