"""Followed: an item that was chosen in a former version, wherever it stands now.

Whoever had the form open while a new version was published chose by the old numbers;
the same number may be another item by now, and nobody looks twice at what is chosen.
"""

from contextlib import suppress
from dataclasses import replace

from app.premises import Premises
from app.services.shelf import ShelvedNotice
from app.services.versions import history
from app.web.errors import NOT_STORED
from app.web.opinion_form import OpinionForm

_LONGEST = 7
"""Digits of a version's number."""


async def followed(
    premises: Premises, notice: ShelvedNotice, form: OpinionForm
) -> OpinionForm:
    """Return the form with its item as the present version numbers it.

    Where that has gone, or cannot be looked up, the form is "not sure" of the item.
    """
    if not form.section or form.version in {"", str(notice.version)}:
        return form
    number = form.version if len(form.version) <= _LONGEST else ""
    path = None
    if number.isascii() and number.isdecimal():
        with suppress(*NOT_STORED):
            async with premises.database.reading() as session:
                path = await history.path_now(
                    session, notice, form.section, of=int(number)
                )
    return replace(form, section=path or "")
