"""Feeds as they are written: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from app.web.outcome.feed_items import Entry, Feed

ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(feed: Feed) -> bytes:
    """Return ``feed`` in Atom."""
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": feed.language})
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "updated", moment(feed.changed_at))
    SubElement(root, "link", rel="self", type=ATOM, href=feed.address)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.home)
    _put(root, "generator", "Huiyin")
    for entry in feed.entries:
        _put_entry(root, entry)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(feed: Feed) -> bytes:
    """Return ``feed`` as JSON Feed."""
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def moment(at: datetime) -> str:
    """Return ``at`` as feeds write it (RFC 3339)."""
    written = at.astimezone(UTC).isoformat(timespec="seconds")
    return written.replace("+00:00", "Z")


def xml_text(text: str) -> str:
    """Return ``text`` without the signs that no XML may hold."""
    return _NO_XML.sub("", text)


def _put_entry(root: Element, entry: Entry) -> None:
    node = SubElement(root, "entry")
    _put(node, "id", entry.id)
    _put(node, "title", entry.title)
    _put(node, "published", moment(entry.published_at))
    _put(node, "updated", moment(entry.changed_at))
    SubElement(node, "link", rel="alternate", type="text/html", href=entry.address)
    _put(SubElement(node, "author"), "name", entry.author)
    if entry.item:
        SubElement(node, "category", term=xml_text(entry.item))
    _put(node, "summary", entry.summary)
    _put(node, "content", entry.text).set("type", "text")


def _put(parent: Element, name: str, text: str) -> Element:
    node = SubElement(parent, name)
    node.text = xml_text(text)
    return node


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "summary": entry.summary,
        "content_text": entry.text,
        "date_published": moment(entry.published_at),
        "date_modified": moment(entry.changed_at),
        "authors": [{"name": entry.author}],
        "tags": [entry.item] if entry.item else [],
    }
