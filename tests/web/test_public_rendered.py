"""Pages kept at hand: rendered once, packed once, and not without end."""

from fastapi import Response
from httpx import AsyncClient

from app.web.rendered import RenderedPages
from tests import make

NOTICE = f"/notices/{make.SLUG}"


class Printer:
    """Renders pages of a size, and counts them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.printed = 0

    def __call__(self) -> Response:
        self.printed += 1
        return Response(bytes(self.size))


def test_a_page_is_rendered_once() -> None:
    pages, printer = RenderedPages(), Printer(10)

    assert pages.get("a", printer) is pages.get("a", printer)
    assert printer.printed == 1


def test_the_page_that_was_asked_for_longest_ago_gives_way() -> None:
    pages, printer = RenderedPages(most_bytes=25), Printer(10)
    for key in ("a", "b", "a", "c", "a"):
        pages.get(key, printer)
    assert printer.printed == 3

    pages.get("b", printer)

    assert printer.printed == 4


def test_a_page_larger_than_all_room_is_shown_nevertheless() -> None:
    assert len(RenderedPages(most_bytes=5).get("a", Printer(10)).body) == 10


async def test_a_page_goes_packed_to_those_who_unpack_it(client: AsyncClient) -> None:
    packed = await client.get(NOTICE)
    plain = await client.get(NOTICE, headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
