"""From one held letter to the next: where a step leads, and the way back from it."""

import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Fate, HoldReason, Role
from app.premises import Premises
from tests import at_desk, make
from tests.holding import LETTER, hold, kept


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> None:
    """A clerk sits at the desk."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))


@pytest.mark.parametrize("step", ["release", "join", "discard"])
async def test_behind_a_step_stands_the_next_letter_with_what_was_done(
    client: AsyncClient, premises: Premises, step: str
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    form = {"release": {"about": make.SLUG}, "join": {"number": number},
            "discard": {"ground": "spam"}}[step]  # fmt: skip
    first, second = [await hold(premises, LETTER + b"%d" % n) for n in range(2)]

    page = await client.post(
        f"/desk/held/{first}/{step}", data=form, follow_redirects=True
    )

    assert page.url.path == f"/desk/held/{second}"
    flash = re.findall(r'<p class="flash".*?</p>', page.text, re.DOTALL)[0]
    assert "data-focus" in flash
    led = 'form="undo"' if step == "discard" else "/desk/cases/"
    assert led in flash


async def test_what_was_just_discarded_is_taken_back_from_the_next_letter(
    client: AsyncClient, premises: Premises
) -> None:
    first, _ = [await hold(premises, LETTER + b"%d" % n) for n in range(2)]
    page = await client.post(
        f"/desk/held/{first}/discard", data={"ground": "spam"}, follow_redirects=True
    )

    (undo,) = re.findall(r'<form id="undo" method="post" action="(.*?)"', page.text)
    await client.post(undo)

    assert (await kept(premises, first)).fate is Fate.HELD


async def test_behind_the_last_comes_the_first_and_behind_the_only_one_the_list(
    client: AsyncClient, premises: Premises
) -> None:
    first = await hold(premises)
    alone = await client.get(f"/desk/held/next?after={first}", follow_redirects=True)
    last = await hold(premises, LETTER + b"x")

    begun = await client.get(f"/desk/held/next?after={last}")

    assert alone.url.path == "/desk/held"
    assert "没有别的待甄别原件了" in alone.text
    assert begun.headers["location"] == f"/desk/held/{first}"


async def test_whoever_narrowed_the_list_stays_with_that_reason(
    client: AsyncClient, premises: Premises
) -> None:
    first = await hold(premises, reason=HoldReason.EMPTY)
    await hold(premises)
    second = await hold(premises, reason=HoldReason.EMPTY)
    listed = (await client.get("/desk/held?reason=empty")).text
    assert f'href="/desk/held/{first}?only=empty"' in listed

    form = {"ground": "spam", "only": "empty"}
    page = await client.post(
        f"/desk/held/{first}/discard", data=form, follow_redirects=True
    )
    assert page.url.path == f"/desk/held/{second}"
    done = await client.post(f"/desk/held/{second}/discard", data=form)
    assert done.headers["location"].startswith("/desk/held?reason=empty&done=discarded")


@pytest.mark.parametrize("language", ["", "/en"])
async def test_the_help_about_keys_tells_those_of_the_pen_to_whoever_reads_it(
    client: AsyncClient, premises: Premises, language: str
) -> None:
    key = await hold(premises)
    page = (await client.get(f"{language}/desk/held/{key}")).text
    helped = page.partition('<dialog id="keys"')[2]
    marked = set(re.findall(r'data-keys="([a-z])"', page.partition("<dialog")[0]))
    assert {"n", "c", "x", "a", "e", "w", "u"} <= marked
    assert {k for k in marked if f"<kbd>{k}</kbd>" not in helped} == set()

    officer = await at_desk.hire(premises, Role.OFFICER)
    await at_desk.sit(client, premises, officer)
    assert "取回刚剔除的" not in (await client.get("/desk")).text
