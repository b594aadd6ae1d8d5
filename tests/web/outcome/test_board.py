"""The board: what came of each item, with small numbers protected."""

import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk, make, outcome
from tests.fakes import FakeClock
from tests.web import citizen

BOARD = f"/notices/{make.SLUG}/board"
ITEM = "2.1.2"
LINE = "本周修好路灯 12 盏。"


@pytest.fixture
async def leader(premises: Premises) -> Person:
    """Somebody who leads the supervision office."""
    return await outcome.clerk(premises)


def row(page: str, path: str) -> list[str]:
    """Return what stands in the cells of an item's row."""
    (found,) = re.findall(rf'<tr[^>]* id="i-{path}".*?</tr>', page, re.DOTALL)
    cells = re.findall(r"<td.*?</td>", found, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", cell) for cell in cells]


async def write(client: AsyncClient, **changes: str) -> int:
    """Write a line at the desk; return the status."""
    page = await client.get("/desk/progress")
    facts = {"section": ITEM, "done_on": "2026-11-01", "text": LINE}
    sent = await client.post(
        "/desk/progress", data=citizen.hidden(page) | facts | changes
    )
    return sent.status_code


async def test_a_notice_on_which_nobody_wrote_says_so(client: AsyncClient) -> None:
    page = await client.get(BOARD)

    assert page.status_code == 200
    assert "还没有收到意见" in page.text
    assert row(page.text, ITEM)[:2] == ["0", "0"]


async def test_each_item_has_its_numbers_and_small_ones_are_withheld(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    for _ in range(3):
        await outcome.answered(premises, leader, section=ITEM)
    for _ in range(4):
        await outcome.opinion(premises, section="2.1.3")
    await outcome.opinion(premises, section="2.1.4")

    page = await client.get(BOARD)

    withheld = "—不到3或为保护小数字而不公开"
    assert row(page.text, "2.1.4")[0] == withheld
    # The one is not to be found by subtracting either.
    assert withheld in {row(page.text, ITEM)[0], row(page.text, "2.1.3")[0]}
    assert row(page.text, "2.1.3")[5] == "尚未征询"


async def test_a_chapter_is_one_cell_and_no_empty_ones(client: AsyncClient) -> None:
    page = await client.get(BOARD)

    columns = page.text.count('role="columnheader"')
    body = page.text.partition("<tbody")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr[^>]*chapter.*?</tr>", body, re.DOTALL)
    assert rows
    assert {f'colspan="{columns}"' in row and "<td" not in row for row in rows} == {
        True
    }
    assert not re.search(r"<td[^>]*></td>", body)


async def test_large_numbers_are_shown_with_a_picture_and_a_table(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    for _ in range(3):
        await outcome.answered(premises, leader, section=ITEM)
    await outcome.published(premises, leader, section=ITEM)

    page = await client.get(BOARD)

    assert row(page.text, ITEM)[:5] == ["4", "0", "4", "0", "0"]
    assert row(page.text, ITEM)[6] == "1公开答复"
    assert 'class="fill-in_time" x="0.0" y="0" width="100.0"' in page.text
    assert (
        '<time datetime="2026-11-02">2026-11-02</time></th><td class="count">4'
        in page.text
    )


async def test_reports_of_wrongdoing_are_in_no_number(
    client: AsyncClient, premises: Premises
) -> None:
    for _ in range(3):
        await at_desk.open_case(premises, text=make.REPORT, kind=None)

    page = await client.get(BOARD)

    assert "还没有收到意见" in page.text


async def test_the_board_is_counted_at_most_every_ten_minutes(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await client.get(BOARD)
    for _ in range(3):
        await outcome.opinion(premises, section=ITEM)
    before = await client.get(BOARD)
    clock.advance(minutes=11)

    after = await client.get(BOARD)

    assert row(before.text, ITEM)[0] == "0"
    assert row(after.text, ITEM)[0] == "3"
    known = await client.get(BOARD, headers={"If-None-Match": after.headers["etag"]})
    assert known.status_code == 304


async def test_a_supervisor_says_what_was_done_and_the_public_reads_it(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    await client.get(BOARD)
    await at_desk.sit(client, premises, leader)

    assert await write(client) == 303

    assert LINE in (await client.get(BOARD)).text
    assert LINE in (await client.get(f"/notices/{make.SLUG}/sections/{ITEM}")).text
    assert leader.display_name not in (await client.get(BOARD)).text


async def test_what_was_done_earlier_and_written_later_is_not_the_last(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    await at_desk.sit(client, premises, leader)
    await write(client)
    await write(client, done_on="2026-10-01", text="旧事一件。")

    board = row((await client.get(BOARD)).text, ITEM)
    item = (await client.get(f"/notices/{make.SLUG}/sections/{ITEM}")).text
    feed = (await client.get(f"/feeds/progress/{make.SLUG}/{ITEM}.json")).json()

    assert board[-1].startswith("2026-11-01")
    assert item.index(LINE) < item.index("旧事一件。")
    assert feed["items"][0]["content_text"] == "旧事一件。"


async def test_the_same_form_sent_twice_is_one_line(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    await at_desk.sit(client, premises, leader)
    page = await client.get("/desk/progress")
    line = citizen.hidden(page) | {
        "section": ITEM, "done_on": "2026-11-01", "text": LINE,
    }  # fmt: skip

    for _ in range(2):
        assert (await client.post("/desk/progress", data=line)).status_code == 303

    assert (await client.get("/desk/progress")).text.count(LINE) == 1


async def test_a_line_taken_back_stays_in_the_history_alone(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    await at_desk.sit(client, premises, leader)
    await write(client)
    page = await client.get("/desk/progress")
    (address,) = re.findall(r'action="([^"]+take-back[^"]*)"', page.text)

    taken = await client.post(address, data={"notice": make.SLUG})
    again = await client.post(address, data={"notice": make.SLUG})

    assert (taken.status_code, again.status_code) == (303, 409)
    assert f"<s>{LINE}</s>" in (await client.get("/desk/progress")).text
    assert LINE not in (await client.get(BOARD)).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": " "}, "请写做了什么"),
        ({"text": "长" * 1001}, "请缩短"),
        ({"done_on": "2026-11-03"}, "今天或以前"),
        ({"done_on": "昨天"}, "今天或以前"),
        ({"section": "9.9"}, "请选一项"),
    ],
)
async def test_what_cannot_be_written_is_said_beside_its_field(
    client: AsyncClient,
    premises: Premises,
    leader: Person,
    changes: dict[str, str],
    said: str,
) -> None:
    await at_desk.sit(client, premises, leader)
    page = await client.get("/desk/progress")
    line = {"section": ITEM, "done_on": "2026-11-01", "text": LINE} | changes

    answer = await client.post("/desk/progress", data=citizen.hidden(page) | line)

    assert answer.status_code == 422
    assert said in answer.text


async def test_a_clerk_reads_what_was_done_and_writes_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    page = await client.get("/desk/progress")

    assert "不能填写" in page.text
    assert 'name="text"' not in page.text
