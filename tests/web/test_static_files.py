"""Static files on the line: packed for whoever can unpack them."""

import re

import pytest
from httpx import AsyncClient

from tests import make

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILE = "/static/desk.css"
NOTICE = f"/notices/{make.SLUG}"


async def test_a_static_file_goes_out_packed_to_whoever_can_unpack(
    client: AsyncClient,
) -> None:
    plain = await client.get(FILE, headers={"Accept-Encoding": "identity"})
    packed = await client.get(FILE, headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert packed.headers["cache-control"] == plain.headers["cache-control"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


async def test_a_browser_that_has_the_packed_file_is_not_sent_it_again(
    client: AsyncClient,
) -> None:
    first = await client.get(FILE, headers={"Accept-Encoding": "gzip"})

    again = await client.get(FILE, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/track", "/notices/sample/write", "/desk/sign-in"])
async def test_a_page_with_a_form_of_ones_own_is_never_packed(
    client: AsyncClient, path: str
) -> None:
    page = await client.get(path, headers={"Accept-Encoding": "gzip"})

    assert page.status_code == 200
    assert "content-encoding" not in page.headers


@pytest.mark.parametrize("page", ["/", "/track", NOTICE, f"{NOTICE}/write"])
async def test_an_old_telephone_can_read_every_script_of_a_public_page(
    client: AsyncClient, page: str
) -> None:
    scripts = re.findall(r'<script src="([^"]+)"', (await client.get(page)).text)
    for script in scripts:
        text = (await client.get(script)).text

        # What came after ES2017 and Chrome 60: the whole script would not run.
        assert not re.search(r"\?\.[a-zA-Z\[(]|\?\?|catch \{", text), script
        assert "replaceChildren" not in text, script
