"""Whether a page is for everybody: what the walk over all pages asks of each of them.

Each function returns what is wrong, in words, so that a test says all of it at once:

* `html_faults(text)`: not valid HTML, or without what every page of ours has;
* `axe_faults(page)`: what axe finds against WCAG 2.2 AA as the page stands;
* `contrast_faults(page)`: what of it cannot be told from its ground;
* `sideways(page)`: whether it is wider than its window;
* `Traffic(page)`: what it fetched; `foreign(site)` from elsewhere, its `weight()`;
* `page_faults(page, address)`: all of that, at 320, 768 and 1280 pixels.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from justhtml import Element, JustHTML
from playwright.async_api import Page, Request

WIDTHS: Final = (320, 768, 1280)
"""A small telephone (or 400 % zoom at a desk), a tablet, a desk."""

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""The tags of axe that make up WCAG 2.2 AA."""

COLOURS: Final[Sequence[tuple[Literal["dark", "light"], Literal["active", "none"]]]] = (
    ("dark", "none"), ("light", "active"), ("dark", "active"),
)  # fmt: skip
"""What a reader may have beside the usual: a scheme, and whether colours are forced."""

MOST_BYTES: Final = 60_000
"""What a page may weigh on first view, pictures left out."""

_HEIGHT: Final = 800
_REFERENCES: Final = (
    "for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details",
    "headers", "form", "list",
)  # fmt: skip
_HEADING: Final = re.compile("h[1-6]")


def html_faults(text: str) -> list[str]:
    """Return what is wrong with the HTML of a page that was sent as ``text``.

    The parser follows the HTML standard and names each of its parse errors. Beyond
    those: identifiers are unique and what refers to one finds it; there is a language,
    a title, one main part and one first heading; headings leave out no level; every
    picture says what it shows; nothing carries script or style.
    """
    document = JustHTML(
        text, sanitize=False, collect_errors=True, track_node_locations=True
    )
    elements = list(_elements(document.root))
    return [
        *(f"line {error.line}: {error.code}" for error in document.errors),
        *_identifier_faults(elements),
        *_frame_faults(elements),
        *_heading_faults(elements),
        *_inline_faults(elements),
    ]


async def axe_faults(page: Page, *, rules: Sequence[str] = RULES) -> list[str]:
    """Return the rules that ``page`` breaks as it stands, and where."""
    return await _asked(page, {"type": "tag", "values": list(rules)})


async def contrast_faults(page: Page) -> list[str]:
    """Return what of ``page``, in the colours that it now has, is hard to read."""
    return await _asked(page, {"type": "rule", "values": ["color-contrast"]})


async def sideways(page: Page) -> list[str]:
    """Return what of ``page`` juts out, so that it has to be moved sideways."""
    wide: list[str] = await page.evaluate(
        """() => {
            const most = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= most) return [];
            const wide = [...document.body.querySelectorAll("*")].filter(one =>
                one.getBoundingClientRect().left + one.scrollWidth > most + 1);
            return [document.documentElement, ...wide]
                .map(one => `${one.tagName.toLowerCase()}.${one.className}`);
        }"""
    )
    return [f"juts out: {name}" for name in dict.fromkeys(wide)][:5]


class Traffic:
    """What a page fetches from the moment on that this is made."""

    def __init__(self, page: Page) -> None:
        """Listen."""
        self._requests: list[Request] = []
        page.on("requestfinished", self._note)
        page.on("requestfailed", self._note)

    def _note(self, request: Request) -> None:
        self._requests.append(request)

    def foreign(self, site: str) -> list[str]:
        """Return the addresses that are not on ``site``, an origin."""
        host = urlsplit(site).netloc
        return [
            f"from elsewhere: {request.url}"
            for request in self._requests
            if urlsplit(request.url).scheme not in {"data", "blob"}
            and urlsplit(request.url).netloc != host
        ]

    async def weight(self) -> int:
        """Return how many bytes went over the line, pictures left out."""
        total = 0
        for request in self._requests:
            if request.resource_type != "image":
                sizes = await request.sizes()
                total += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        return total


async def page_faults(
    page: Page,
    address: str,
    *,
    widths: Sequence[int] = WIDTHS,
    most_bytes: int = MOST_BYTES,
) -> list[str]:
    """Open ``address`` and return all that is wrong with what stands there.

    The weight is that of a first view when ``page`` belongs to a fresh context.
    """
    traffic, faults = Traffic(page), []
    response = await page.goto(address)
    assert response is not None, address
    await page.wait_for_load_state("networkidle")
    weight = await traffic.weight()
    faults += html_faults(await response.text())
    for width in widths:
        await page.set_viewport_size({"width": width, "height": _HEIGHT})
        faults += [f"at {width}: {fault}" for fault in await axe_faults(page)]
        faults += [f"at {width}: {fault}" for fault in await sideways(page)]
    faults += traffic.foreign(address)
    if weight > most_bytes:
        faults.append(f"weighs {weight} bytes")
    return [f"{urlsplit(address).path}: {fault}" for fault in faults]


def _elements(node: Any) -> Iterator[Element]:
    """Yield every element below ``node``, in the order of the page."""
    for child in node.children or ():
        if isinstance(child, Element):
            yield child
            yield from _elements(child)


def _identifier_faults(elements: Sequence[Element]) -> Iterator[str]:
    count = Counter(one.attrs["id"] for one in elements if "id" in one.attrs)
    for name, times in count.items():
        if times > 1 or not name or re.search(r"\s", name):
            yield f"id {name!r} stands {times} times"
    for one in elements:
        wanted = [
            name for key in _REFERENCES for name in (one.attrs.get(key) or "").split()
        ]
        target = one.attrs.get("href") or ""
        wanted += [target[1:]] if target.startswith("#") and target[1:] else []
        for name in wanted:
            if name not in count:
                yield f"{one.name} refers to {name!r}, which is not there"


def _frame_faults(elements: Sequence[Element]) -> Iterator[str]:
    names = Counter(one.name for one in elements)
    root = next(one for one in elements if one.name == "html")
    if not root.attrs.get("lang"):
        yield "says no language"
    for name in ("title", "main", "h1"):
        if names[name] != 1:
            yield f"has {names[name]} {name}"
    links = [one for one in elements if one.name == "a" and "href" in one.attrs]
    if not links or not (links[0].attrs["href"] or "").startswith("#"):
        yield "does not begin with a way to skip to the content"
    for one in elements:
        if one.name == "img" and "alt" not in one.attrs:
            yield "a picture does not say what it shows"
    navigations = [one for one in elements if one.name == "nav"]
    if len(navigations) > 1:
        for one in navigations:
            if not {"aria-label", "aria-labelledby"} & set(one.attrs):
                yield "one of several navigations has no name"


def _heading_faults(elements: Sequence[Element]) -> Iterator[str]:
    levels = [int(one.name[1]) for one in elements if _HEADING.fullmatch(one.name)]
    for above, below in pairwise([0, *levels]):
        if below > above + 1:
            yield f"a heading of level {below} follows one of level {above}"


def _inline_faults(elements: Sequence[Element]) -> Iterator[str]:
    for one in elements:
        bad = [key for key in one.attrs if key == "style" or key.startswith("on")]
        if bad or one.name == "style":
            yield f"{one.name} carries script or style: {', '.join(bad)}"
        if one.name == "script" and "src" not in one.attrs:
            yield "a script stands in the page"


async def _asked(page: Page, run_only: dict[str, Any]) -> list[str]:
    options = {"resultTypes": ["violations"], "runOnly": run_only}
    found = await Axe().run(page, options=options)
    return [
        f"{violation['id']}: {_where(node['target'])}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def _where(target: Sequence[Any]) -> str:
    """Return the place that axe names: a selector, or a list of them."""
    return " ".join(map(str, target))
