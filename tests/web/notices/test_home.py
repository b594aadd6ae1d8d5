"""The home page: notices by what can be done with them, searched and turned over."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from app.premises import Premises
from app.services.shelf import ShelvedNotice
from app.web.notices.home import MOST_LISTED, in_order, listing
from app.web.public import state_on
from tests import make
from tests.web import publishing
from tests.web.notices.publications import publish_many

TODAY = date(2026, 11, 2)


def shelved(premises: Premises, **days: Any) -> ShelvedNotice:
    return replace(premises.house.shelf.notice(make.SLUG), **days)


async def test_notices_are_grouped_by_what_can_be_done_with_them(
    client: AsyncClient, premises: Premises
) -> None:
    states = {}
    for days in (
        {"opens_on": date(2026, 12, 1)}, {"closes_on": date(2026, 10, 20)},
        {"closes_on": date(2026, 11, 9)},
    ):  # fmt: skip
        await publishing.set_window(
            premises, **({"opens_on": date(2026, 10, 1)} | days)
        )
        page = await client.get("/")
        states[re.findall('<h2 id="(open|soon|closed)">', page.text)[0]] = page.text

    assert "2026年12月1日开始" in states["soon"]
    assert "注明逾期" in states["closed"]
    assert "还有 7 天" in states["open"]
    assert "/write" not in states["soon"] + states["closed"]


async def test_the_one_that_closes_soonest_comes_first(premises: Premises) -> None:
    def closing(day: int, month: int = 11) -> ShelvedNotice:
        return shelved(premises, closes_on=date(2026, month, day))

    soon = shelved(premises, opens_on=date(2026, 12, 1))
    notices = [
        soon,
        closing(1),
        closing(20),
        shelved(premises),
        closing(5),
        closing(9, 10),
    ]

    ordered = in_order(notices, TODAY)

    assert ordered == [notices[i] for i in (4, 2, 3, 0, 1, 5)]


async def test_many_notices_are_turned_over_without_losing_one(
    client: AsyncClient, premises: Premises
) -> None:
    await publish_many(premises, MOST_LISTED * 2)
    seen: list[str] = []
    address: str | None = "/"
    while address:
        page = await client.get(address)
        seen += re.findall(r'<h3><a href="/notices/([\w-]+)"', page.text)
        later = re.search(r'rel="next" class="after" href="([^"]+)"', page.text)
        address = later[1].replace("&amp;", "&") if later else None
    back = re.search(r'rel="prev" href="([^"]+)"', page.text)

    assert len(seen) == len(set(seen)) == MOST_LISTED * 2 + 1
    assert back
    assert seen[MOST_LISTED] in (await client.get(back[1].replace("&amp;", "&"))).text


async def test_titles_are_searched_when_there_are_many(
    client: AsyncClient, premises: Premises
) -> None:
    assert 'type="search"' not in (await client.get("/")).text
    await publish_many(premises, 8)

    found = await client.get("/", params={"q": "岚县3号"})
    none = await client.get("/", params={"q": "<b>"})

    assert re.findall(r'<h3><a href="/notices/([\w-]+)"', found.text) == ["notice-3"]
    assert "找到 1 份通报" in found.text
    assert "含有“&lt;b&gt;”的通报" in none.text


async def test_a_place_that_is_not_in_the_list_is_not_found(
    client: AsyncClient,
) -> None:
    assert (await client.get("/?after=nothing")).status_code == 404


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=70))
def test_every_notice_is_on_exactly_one_page(premises_days: list[int]) -> None:
    notices = [
        _bare(turn, opens_on=TODAY + timedelta(days=day))
        for turn, day in enumerate(premises_days)
    ]
    seen: list[ShelvedNotice] = []
    after: str | None = ""
    while after is not None:
        page = listing(notices, TODAY, after=after)
        for group in page.groups:
            assert {state_on(each, TODAY) for each in group.notices} == {group.state}
        seen += [each for group in page.groups for each in group.notices]
        after = page.later

    assert sorted(each.id for each in seen) == list(range(len(notices)))


def _bare(key: int, *, opens_on: date) -> ShelvedNotice:
    """Return a notice of which only name and days matter."""
    notice = object.__new__(ShelvedNotice)
    facts = {"id": key, "slug": f"n-{key}", "opens_on": opens_on, "closes_on": None}
    for name, value in facts.items():
        object.__setattr__(notice, name, value)
    return notice
