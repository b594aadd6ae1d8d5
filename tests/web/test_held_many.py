"""Several held letters at once: first what would happen, then what did."""

import re

import pytest
from httpx import AsyncClient

from app.domain.record import Action
from app.domain.vocabulary import Fate, HoldReason, Role
from app.premises import Premises
from app.reading_room.conditions import Conditions
from app.reading_room.room import ReadingRoom
from app.services import held
from tests import at_desk, make
from tests.holding import LETTER, deeds, hold, kept


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> None:
    """A clerk sits at the desk."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))


def confirmed(page: str) -> list[int]:
    """Return the arrivals that the form of a preview would be sent with."""
    return [int(key) for key in re.findall(r'name="arrival" value="(\d+)"', page)]


async def test_a_preview_says_what_would_happen_and_changes_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    person = await hold(premises)
    machine = await hold(premises, b"Auto-Submitted: auto-replied\n" + LETTER)
    unread = await hold(premises, b"X: y\n" * 6000, reason=HoldReason.UNREADABLE)
    gone = await hold(premises)
    await client.post(f"/desk/held/{gone}/discard", data={"ground": "spam"})

    page = await client.get(
        "/desk/held/many",
        params={"arrival": [person, machine, unread, gone],
                "step": f"release:{make.SLUG}"},
    )  # fmt: skip

    assert confirmed(page.text) == [person, machine]
    for words in ("将把 2 件", "发往 li@example.org", "不发：机器发出的信",
                  "请打开单独处理", "已经有人处理过了"):  # fmt: skip
        assert words in page.text
    assert {(await kept(premises, key)).fate for key in (person, machine, unread)} == {
        Fate.HELD
    }


async def test_confirmed_each_opens_a_case_and_the_page_says_which(
    client: AsyncClient, premises: Premises
) -> None:
    keys = [await hold(premises, LETTER + b"%d" % number) for number in range(3)]

    page = await client.post(
        "/desk/held/many", data={"arrival": keys, "step": f"release:{make.SLUG}"}
    )

    assert "已处理 3 件，未处理 0 件" in page.text
    assert len(set(re.findall(r"/desk/cases/([0-9A-Z-]+)", page.text))) == 3
    assert {(await kept(premises, key)).fate for key in keys} == {Fate.OPENED}


async def test_what_was_dealt_with_meanwhile_keeps_no_other_back(
    client: AsyncClient, premises: Premises
) -> None:
    first, second = [await hold(premises) for _ in range(2)]
    await client.post(f"/desk/held/{first}/discard", data={"ground": "spam"})

    page = await client.post(
        "/desk/held/many", data={"arrival": [first, second], "step": "discard:machine"}
    )

    assert "已处理 1 件，未处理 1 件" in page.text
    assert "已经有人处理过了" in page.text
    assert f"/desk/held/{second}/take-back" in page.text
    assert (await kept(premises, second)).fate is Fate.REFUSED
    assert (await deeds(premises))[0] is Action.HELD_DISCARDED


async def test_what_cannot_be_released_together_stays_held(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "LARGEST_LISTED", 10)
    key = await hold(premises)

    page = await client.post(
        "/desk/held/many", data={"arrival": [key], "step": f"release:{make.SLUG}"}
    )

    assert "请打开单独处理" in page.text
    assert (await kept(premises, key)).fate is Fate.HELD


async def test_without_a_reader_letters_can_still_be_discarded(
    client: AsyncClient, premises: Premises
) -> None:
    premises.reading_room = ReadingRoom(Conditions(read="nowhere:read"))
    key = await hold(premises)

    for step, status in ((f"release:{make.SLUG}", 503), ("discard:spam", 200)):
        page = await client.post(
            "/desk/held/many", data={"arrival": [key], "step": step}
        )
        assert page.status_code == status

    assert (await kept(premises, key)).fate is Fate.REFUSED


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 303),
        ("?arrival=1", 303),
        ("?arrival=1&step=discard:boredom", 422),
        ("?arrival=1&step=burn:all", 422),
        ("?arrival=1&step=release:nothing", 404),
        ("?arrival=x&step=discard:spam", 422),
        (f"?{'&'.join(['arrival=1'] * 51)}&step=discard:spam", 422),
        ("?arrival=1&step=discard:spam", 200),
    ],
)
async def test_only_what_can_be_meant_is_previewed(
    client: AsyncClient, query: str, status: int
) -> None:
    assert (await client.get(f"/desk/held/many{query}")).status_code == status
