"""Suspicion: what makes an opinion by form wait for a person to look at it (待甄别).

Nothing here turns anybody away. How fast somebody wrote is no sign by itself: a text
may have been ready in the clipboard.
"""

import re
from datetime import timedelta
from typing import Final

from app.domain.vocabulary import HoldReason

MOST_LINKS: Final = 4
"""Web addresses that an opinion may have; whoever has evidence has some."""

QUICK: Final = timedelta(seconds=3)
"""In less than this nobody opens a page and sends it; with a link it is a machine."""

_LINK: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
_MARKUP: Final = re.compile(r"\[url[=\]]|\[link[=\]]|<a\s+href", re.IGNORECASE)
"""Links as forums write them: a person writes the address."""


def suspect(
    *, subject: str, text: str, trapped: bool, unproven: bool, took: timedelta
) -> HoldReason | None:
    """Return why a person should look at it before it opens a case; None: no reason.

    ``trapped`` says that a field was filled in which nobody sees; ``unproven`` that the
    site is flooded and the browser did not do the work that is asked for meanwhile.
    """
    if trapped:
        return HoldReason.TRAPPED
    if unproven:
        return HoldReason.UNPROVEN
    said = f"{subject}\n{text}"
    links = len(_LINK.findall(said))
    if _MARKUP.search(said) or links > MOST_LINKS or (links and took < QUICK):
        return HoldReason.ADVERTISING
    return None
