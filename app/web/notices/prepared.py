"""Prepared: a notice's page in parts, so that a search renders anew what it finds.

Of thirty items a search marks a few; the others are the same on every page, and so are
the contents. They are rendered once for each version, day and number of opinions.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.web.notices.shown import SearchableNotice, ShownNotice

MOST: Final = 16
"""How many are kept; each takes about as much as two copies of its notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Parts of a page as they stand in it."""

    contents: Markup
    sections: Mapping[str, Markup]
    """By the paths of the items."""

    def without(self, shown: ShownNotice) -> "Ready":
        """Return those parts in which a search found nothing."""
        found = {hit.place for hit in shown.hits}
        kept = {path: part for path, part in self.sections.items() if path not in found}
        return Ready(contents=self.contents, sections=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A notice that is ready to be searched, and the parts of its page."""

    searchable: SearchableNotice
    ready: Ready


class PreparedNotices:
    """Those that were searched last, up to `MOST`."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: OrderedDict[Hashable, Prepared] = OrderedDict()

    def get(self, key: Hashable, prepare: Callable[[], Prepared]) -> Prepared:
        """Return what ``key`` names, prepared now if it is not at hand."""
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        prepared = prepare()
        self._kept[key] = prepared
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return prepared
