"""Where an administrator begins: the list of all that can be set up."""

import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from tests import at_desk

PLACE = re.compile(r'<li><a href="([^"]+)" data-row>([^<]+)</a>')
HEADING = re.compile(r"<h1[^>]*>([^<]+)</h1>")


@pytest.mark.parametrize("at", ["/desk", "/en/desk"])
async def test_every_page_is_called_what_the_list_calls_it(
    client: AsyncClient, premises: Premises, at: str
) -> None:
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)

    places = PLACE.findall((await client.get(f"{at}/administration")).text)

    assert len(places) > 10
    for address, name in places:
        heading = HEADING.search((await client.get(address)).text)
        assert heading, address
        assert heading[1].strip() == name, address
