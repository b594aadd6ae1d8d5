"""Names that people give: one line, and nothing in it that nobody sees."""

import unicodedata

from app.domain.submission import clean


def plain_name(text: str) -> str:
    """Return ``text`` as a name: in one line, without signs that have no shape.

    Without that two names could look the same and be two.
    """
    line = clean(text, lines=False)
    seen = "".join(sign for sign in line if unicodedata.category(sign) != "Cf")
    return " ".join(seen.split())


def alike(name: str) -> str:
    """Return what names that read the same share, as ``Admin`` and ``admin`` do."""
    return unicodedata.normalize("NFKC", plain_name(name)).casefold()
