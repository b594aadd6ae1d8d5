"""A receipt is kept: as a picture, as a file; its code stands in no address."""

import re

import pytest
from httpx import AsyncClient

from app.domain.receipt import new_query_code
from app.web.following import qr
from tests.web import citizen


async def test_the_receipt_has_a_picture_that_leads_to_the_tracking_page(
    client: AsyncClient,
) -> None:
    page = await citizen.send(client, await citizen.form(client))
    number, code = citizen.receipt(page)

    assert "<svg" in page.text
    assert " style=" not in page.text
    assert f"http://testserver/track?number={number}" in page.text
    assert code not in str(re.findall(r'(?:href|action|src)="([^"]*)"', page.text))


async def test_where_the_picture_leads_the_number_stands_there_already(
    client: AsyncClient,
) -> None:
    number, _ = await citizen.written(client)

    page = await client.get(f"/track?number={number}")

    assert f'id="number" name="number" value="{number}"' in page.text
    assert 'id="code" name="code" value=""' in page.text


async def test_a_link_with_anything_else_for_a_number_shows_it_harmlessly(
    client: AsyncClient,
) -> None:
    page = await client.get("/track", params={"number": '"><script>x</script>'})

    assert page.status_code == 200
    assert "<script>x" not in page.text


async def test_the_receipt_is_saved_as_a_file(client: AsyncClient) -> None:
    number, code = await citizen.written(client)

    file = await client.post("/track/receipt", data={"number": number, "code": code})

    assert file.headers["content-disposition"] == (
        f'attachment; filename="receipt-{number}.txt"'
    )
    said = file.content.decode("utf-8-sig")
    assert number in said
    assert code in said
    assert file.headers["cache-control"] == "no-store"


async def test_no_file_is_made_for_a_code_that_opens_nothing(
    client: AsyncClient,
) -> None:
    number, _ = await citizen.written(client)
    code = new_query_code()

    page = await client.post("/track/receipt", data={"number": number, "code": code})

    assert page.status_code == 404
    assert "content-disposition" not in page.headers


@pytest.mark.parametrize("length", [1, 40, 200])
def test_a_picture_is_one_that_readers_know(length: int) -> None:
    drawn = qr.svg("https://example.org/" + "a" * length)

    (box,) = re.findall(r'viewBox="0 0 (\d+) \1"', drawn)
    size = int(box) - 8
    assert (size - 17) % 4 == 0
    assert 'class="qr"' in drawn
