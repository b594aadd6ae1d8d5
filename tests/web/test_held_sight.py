"""What a held letter's page tells of it: sign, limit, guess, and charset, in words."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.vocabulary import HoldReason, Method, Role
from app.models import Case, Classification, Opinion
from app.premises import Premises
from app.reading_room.room import conditions_of
from app.services.staff import Person
from tests import at_desk, make
from tests.gateways import post
from tests.holding import LETTER, hold
from tests.reading_room import poison

DEEP = b"From: wang@example.org\nSubject: deep\n" + b"X: y\n" * 6_000 + b"\nhello"


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


@pytest.mark.parametrize(
    ("more", "sender", "sign"),
    [
        (b"Auto-Submitted: auto-replied\n", "li@example.org", "Auto-Submitted"),
        (b"X-Autoreply: yes\n", "li@example.org", "X-Autoreply"),
        (b"", "", "信封发件人为空"),
        (b"Content-Type: multipart/report\n", "li@example.org", "含有退信报告"),
    ],
)
async def test_the_sign_of_a_machine_is_told_on_the_page_and_in_the_list(
    client: AsyncClient, premises: Premises, more: bytes, sender: str, sign: str
) -> None:
    key = await hold(
        premises, more + LETTER, reason=HoldReason.AUTOMATIC, sender=sender
    )

    assert sign in (await client.get(f"/desk/held/{key}")).text
    assert sign in (await client.get("/desk/held")).text


async def test_a_letter_past_a_limit_shows_its_header_and_the_limit(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, DEEP, reason=HoldReason.UNREADABLE)
    most = conditions_of(premises.settings).limits.header_fields

    page = (await client.get(f"/desk/held/{key}")).text
    listed = (await client.get("/desk/held")).text

    assert f"信头字段超过了 {most} 个的上限" in page
    for words in ("wang@example.org", "deep"):
        assert words in page
        assert words in listed


async def test_a_letter_too_large_to_be_fetched_says_how_large_one_may_be(
    client: AsyncClient, premises: Premises
) -> None:
    head = LETTER.partition(b"\n\n")[0] + b"\n\n"
    key = await hold(premises, head, reason=HoldReason.TOO_LARGE)

    page = (await client.get(f"/desk/held/{key}")).text

    most = premises.settings.max_letter_bytes / 2**20
    assert f"上限是 {most:.1f} MB，只保存了信头" in page
    assert "路灯" in page


async def test_a_letter_that_broke_its_reader_says_by_what(
    client: AsyncClient, premises: Premises
) -> None:
    premises.reading_room = poison.room()
    key = await hold(premises, post.letter("raise"), reason=HoldReason.BROKE_READER)

    page = (await client.get(f"/desk/held/{key}")).text

    assert "读取的程序出错" in page
    assert make.EMAIL in page


async def test_the_guess_of_the_intake_is_shown_with_its_words(
    client: AsyncClient, premises: Premises
) -> None:
    text = "老城区放学时停车太难，没有车位，希望增加公共停车场。"
    opened = await at_desk.open_case(premises, subject="停车", text=text)
    async with premises.database.reading() as session:
        case = await session.get_one(Case, opened.case_id)
        said = await session.scalar(select(Classification))
    assert said is not None
    notice = premises.house.shelf.notices[0]
    key = await hold(premises, post.letter(text, Subject="=?utf-8?B?5YGc6L2m?="))

    page = (await client.get(f"/desk/held/{key}")).text
    guess = page.partition('<div class="guess">')[2].partition("</div>")[0]

    assert case.section_id is not None
    assert notice.paths[case.section_id] in guess
    assert said.evidence
    for item in said.evidence:
        assert f"<mark>{item['term']}</mark>" in guess
    print(page[page.index('<div class="guess') :][:3000])
    likely = re.findall(rf'value="{make.SLUG}/([0-9.]+)" lang="zh-CN">[^<]*%<', page)
    assert likely[0] == notice.paths[said.candidates[0]["section_id"]]


async def test_a_section_that_a_clerk_chose_is_the_clerks_choice(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    key = await hold(premises)
    path = next(iter(premises.house.shelf.notices[0].section_ids))

    await client.post(
        f"/desk/held/{key}/release",
        data={"about": f"{make.SLUG}/{path}", "kind": "complaint"},
    )

    async with premises.database.reading() as session:
        methods = dict(
            (await session.execute(
                select(Classification.method, Classification.staff_id)
            )).all()
        )  # fmt: skip
        said = await session.scalar(select(Opinion.kind))
        taken = await session.scalar(select(Case.kind))
    assert methods == {Method.MODEL: None, Method.STAFF: clerk.staff_id}
    assert (said, taken) == (None, "complaint")


async def test_a_charset_that_changes_nothing_is_said_to(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)

    page = (await client.get(f"/desk/held/{key}?charset=gb18030")).text

    assert "按 GB18030（简体中文） 重读，内容没有任何变化" in page
    assert "原来按 utf-8 读，现在按 utf-8 读" in page.replace("utf_8", "utf-8")


async def test_bytes_that_are_no_character_in_a_charset_are_told_of(
    client: AsyncClient, premises: Premises
) -> None:
    raw = b"From: a@b.example\nSubject: x\n\n" + "路灯坏了，请修。".encode("gb18030")
    key = await hold(premises, raw)

    page = (await client.get(f"/desk/held/{key}?charset=shift_jis")).text

    assert "内容与原来读出的不同" in page
    assert "原来按 gb18030 读" in page


async def test_what_is_no_letter_at_all_has_a_page(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, b"\xff" * 100, reason=HoldReason.UNREADABLE)

    assert (await client.get(f"/desk/held/{key}")).status_code == 200


async def test_a_report_of_wrongdoing_is_said_to_become_one(
    client: AsyncClient, premises: Premises
) -> None:
    text = "实名举报村支书贪污挪用扶贫资金，收受贿赂，请纪委调查。"
    key = await hold(premises, post.letter(text, Subject="=?utf-8?B?5Li+5oql?="))

    page = (await client.get(f"/desk/held/{key}")).text

    assert "内容像是举报，会移交受限办理" in page
