"""Items as what is published refers to them: by address, and by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.services.shelf import NoSuchNotice, Shelf, ShelvedNotice
from app.web.desk_pages import sections_below
from app.web.reading import short_name

_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a notice that is on the shelf, or the notice as a whole."""

    notice: ShelvedNotice
    path: str | None
    """None: the notice as a whole, or an item that it no longer has."""

    name: str | None

    @property
    def address(self) -> str:
        """Where it is read, without the language."""
        at = f"/notices/{self.notice.slug}"
        return at if self.path is None else f"{at}/sections/{self.path}"


def item_of(shelf: Shelf, notice_id: int, section_id: int | None) -> Item | None:
    """Return the item that keys stand for; None: the notice is not published."""
    try:
        notice = shelf.by_id(notice_id)
    except NoSuchNotice:
        return None
    path = notice.paths.get(section_id) if section_id is not None else None
    name = short_name(notice.nodes[path], _NAME) if path is not None else None
    return Item(notice=notice, path=path, name=name)


def keys_below(notice: ShelvedNotice, path: str) -> frozenset[int]:
    """Return the keys of an item and of all its parts.

    Raises:
        NoSuchSection: The notice has no such item.
    """
    notice.section_id(path)
    below = sections_below(list(notice.section_ids), path)
    return frozenset(notice.section_ids[each] for each in below)


def choices(notice: ShelvedNotice) -> Iterator[tuple[str, str]]:
    """Yield the items of a notice to choose from: path, and name moved in by depth."""
    for node in notice.outline.nodes():
        yield node.path, "　" * node.path.count(".") + short_name(node, _NAME)
