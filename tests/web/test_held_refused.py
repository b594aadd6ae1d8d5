"""What was turned down, as the desk lists it: whose, why, by whom, page by page."""

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.domain.vocabulary import Fate, HoldReason, RefuseReason, Role
from app.models import Arrival
from app.premises import Premises
from app.services import refused
from app.services.staff import Person
from tests import at_desk
from tests.holding import LETTER, hold


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


async def loop(premises: Premises) -> int:
    """Return an arrival that the service turned down."""
    key = await hold(premises)
    async with premises.database.writing() as session:
        await session.execute(
            update(Arrival)
            .where(Arrival.id == key)
            .values(fate=Fate.REFUSED, reason=RefuseReason.LOOP)
        )
    return key


async def discard(client: AsyncClient, premises: Premises, more: bytes = b"") -> int:
    """Return an arrival that the clerk discarded."""
    key = await hold(premises, LETTER + more)
    await client.post(f"/desk/held/{key}/discard", data={"ground": "machine"})
    return key


@pytest.mark.parametrize("place", ["discarded", "refused"])
async def test_what_was_discarded_is_listed_with_subject_sender_ground_and_by_whom(
    client: AsyncClient, premises: Premises, clerk: Person, place: str
) -> None:
    key = await discard(client, premises)

    page = (await client.get(f"/desk/held/{place}")).text

    for words in ("路灯", "巷口的路灯", "李四 &lt;…@example.org&gt;", "机器",
                  clerk.display_name, f"/desk/held/{key}/take-back"):  # fmt: skip
        assert words in page
    assert "li@example.org" not in page


async def test_what_the_service_turned_down_is_listed_and_not_taken_back(
    client: AsyncClient, premises: Premises
) -> None:
    key = await loop(premises)

    page = (await client.get("/desk/held/refused")).text

    assert f"/desk/held/{key}" in page
    assert '<td class="why">循环邮件</td>' in page
    assert f"/desk/held/{key}/take-back" not in page
    assert "（循环邮件）" in (await client.get(f"/desk/held/{key}")).text


async def test_its_pages_follow_each_other_the_newest_first_and_keep_to_a_reason(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused, "PAGE", 1)
    keys = [await discard(client, premises, b"%d" % number) for number in range(3)]
    other = await loop(premises)

    seen, address = [], "/desk/held/refused?reason=discarded"
    while address:
        page = (await client.get(address.replace("&amp;", "&"))).text
        seen += [key for key in (*keys, other) if f'"/desk/held/{key}"' in page]
        address = page.partition('rel="next" href="')[2].partition('"')[0]
    back = page.partition('rel="prev" href="')[2].partition('"')[0]
    before = (await client.get(back.replace("&amp;", "&"))).text

    assert seen == keys[::-1]
    assert f'"/desk/held/{keys[1]}"' in before


async def test_what_broke_its_reader_is_not_read_again_for_a_list(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, reason=HoldReason.BROKE_READER)
    await client.post(f"/desk/held/{key}/discard", data={"ground": "nothing"})

    page = (await client.get("/desk/held/refused")).text

    assert f'"/desk/held/{key}"' in page
    assert "未读取" in page


async def test_nothing_turned_down_is_said_in_words(client: AsyncClient) -> None:
    assert "没有未收的原件" in (await client.get("/desk/held/refused")).text
