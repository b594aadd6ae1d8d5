"""Spreadsheets: what is written to be opened in one, and never runs there."""

from typing import Final

FORMULA: Final = tuple("=+-@＝＋－＠\t\r\n")
"""What a spreadsheet takes for the beginning of a formula."""

BOM: Final = b"\xef\xbb\xbf"
"""By this Excel knows that a file is in UTF-8, and shows Chinese as it is."""


def guarded(cell: str) -> str:
    """Return ``cell`` so that a spreadsheet takes it for no formula (OWASP)."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell


def bare(cell: str) -> str:
    """Return a cell as it was before `guarded`."""
    was_guarded = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA)
    return cell[was_guarded:]
