"""A search in a notice renders what it finds, and nothing else anew."""

import re
import time

import pytest
from httpx import AsyncClient

from app.domain.marking import Sought
from app.premises import Premises
from app.web.notices.shown import SearchableNotice
from app.web.outcome.figures import STALE_AFTER
from tests import at_desk, make
from tests.fakes import FakeClock

NOTICE = f"/notices/{make.SLUG}"
OTHER = "2.2.1"
ITEM = re.compile(r'<section id="s-([\d.]+)".*?</section>', re.DOTALL)


def items(page: str) -> dict[str, str]:
    """Return what stands on a page of each item."""
    return {found[1]: found[0] for found in ITEM.finditer(page)}


@pytest.mark.parametrize("prefix", ["", "/en"])
async def test_what_a_search_does_not_find_is_as_on_the_plain_page(
    client: AsyncClient, prefix: str
) -> None:
    plain = items((await client.get(prefix + NOTICE)).text)
    page = (await client.get(prefix + NOTICE, params={"q": "停车"})).text
    searched = items(page)
    hits = {path for path, text in searched.items() if "<mark" in text}

    assert list(searched) == list(plain)
    assert 0 < len(hits) < len(plain)
    for path in set(plain) - hits:
        assert searched[path] == plain[path]


async def test_only_items_that_are_found_are_made_anew(premises: Premises) -> None:
    searchable = SearchableNotice(premises.house.shelf.notice(make.SLUG).outline)

    shown = searchable.searched(Sought("停车"))

    found = {hit.place for hit in shown.hits}
    same = [
        section.path
        for section, plain in zip(
            shown.sections, searchable.plain.sections, strict=True
        )
        if section is plain
    ]
    assert found
    assert set(same) == {section.path for section in shown.sections} - found


async def test_what_is_prepared_tells_of_those_who_wrote_meanwhile(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    before = items((await client.get(NOTICE, params={"q": "停车"})).text)
    for turn in range(3):
        await at_desk.open_case(premises, section=OTHER, text=f"第{turn}次说。")
    clock.advance(seconds=STALE_AFTER.total_seconds() + 1)
    after = items((await client.get(NOTICE, params={"q": "停车"})).text)

    assert "<mark" not in before[OTHER]
    assert before[OTHER] != after[OTHER]
    assert {path for path in before if before[path] != after[path]} == {OTHER}


async def test_a_search_costs_less_than_the_whole_page(client: AsyncClient) -> None:
    async def cost(**query: str) -> float:
        await client.get(NOTICE, params=query)
        began = time.process_time()
        for _ in range(20):
            await client.get(NOTICE, params=query)
        return time.process_time() - began

    whole, searched = await cost(x="1"), await cost(q="停车")

    assert searched < whole
