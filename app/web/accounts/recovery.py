"""Codes for paper, shown once."""

from collections.abc import Sequence

from fastapi import Request, Response

from app.services.staff import Person
from app.web.desk_pages import desk_page


def show_recovery_codes(
    request: Request, person: Person, made: Sequence[str]
) -> Response:
    """Show codes that are nowhere kept, to be printed or written down."""
    return desk_page(request, person, "desk/account/recovery_codes.html", codes=made)
