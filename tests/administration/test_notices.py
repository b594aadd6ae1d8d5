"""Notices in the browser: looked at, corrected, kept, published, withdrawn."""

import re
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AuditEvent, Notice, NoticeVersion, Section, SectionText
from app.premises import Premises
from app.services import notices
from tests import at_desk, make
from tests.fakes import START, FakeClock
from tests.services.test_notices import CANTEEN, DESKS, LAMPS, MARKET, written
from tests.stored import count

SHEET: dict[str, Any] = {"opens_on": "2026-11-01", "closes_on": "2026-11-30"}


@pytest.fixture(autouse=True)
async def _administrator(client: AsyncClient, premises: Premises) -> None:
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)


def hidden(page: Response, name: str) -> str:
    """Return what the page's form bears in the hidden field ``name``."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


async def look(client: AsyncClient, source: bytes, *, at: str, **said: Any) -> Response:
    form = SHEET | {"text": source.decode(), "do": "look"} | said
    return await client.post(f"/desk/notices/{at}", data=form)


async def save(
    client: AsyncClient, source: bytes, *, at: str = "new", **said: Any
) -> Response:
    """Look at a text, and keep what was seen."""
    seen = await look(client, source, at=at, **said)
    form = SHEET | {"text": source.decode(), "do": "save"} | said
    for name in ("looked", "seen"):
        form.setdefault(name, hidden(seen, name))
    return await client.post(f"/desk/notices/{at}", data=form)


async def published(client: AsyncClient, source: bytes) -> None:
    """Put a notice called ``yunxi`` in and publish it."""
    assert (await save(client, source, slug="yunxi")).status_code == 303
    sure = {"version": "1", "sure": "true"}
    page = await client.post("/desk/notices/yunxi/publish", data=sure)
    assert page.status_code == 303


async def test_looking_shows_what_was_read_and_stores_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    before = await count(premises, NoticeVersion)

    page = await look(client, written(LAMPS, MARKET), at="new")

    assert LAMPS[0] in page.text
    assert "0600-1234567" in page.text
    assert "存为草稿" in page.text
    assert await count(premises, NoticeVersion) == before


async def test_a_fault_in_the_numbers_is_told_in_words(client: AsyncClient) -> None:
    source = written(LAMPS, MARKET, DESKS).decode().replace("(二)", "(四)", 1)

    page = await look(client, source.encode(), at="new")

    assert "缺少编号" in page.text


async def test_a_file_takes_the_place_of_the_text(client: AsyncClient) -> None:
    file = {"file": ("notice.txt", written(DESKS).decode().encode("gb18030"))}

    page = await client.post(
        "/desk/notices/new", data={"do": "look", "text": "x"}, files=file
    )

    assert page.text.count(DESKS[0]) >= 2


async def test_what_is_no_notice_is_given_back_with_a_reason(
    client: AsyncClient,
) -> None:
    page = await look(client, "今天天气很好。".encode(), at="new")

    assert page.status_code == 422
    assert "今天天气很好。" in page.text
    assert 'id="wrong-text"' in page.text


async def test_a_kept_notice_is_a_draft_that_the_public_does_not_see(
    client: AsyncClient, premises: Premises
) -> None:
    page = await save(client, written(LAMPS), slug="yunxi")

    assert page.headers["location"] == "/desk/notices/yunxi?done=notice_saved"
    assert (await client.get("/notices/yunxi")).status_code == 404
    async with premises.database.reading() as session:
        notice = (
            await session.scalars(select(Notice).where(Notice.slug == "yunxi"))
        ).one()
    assert notice.opens_on == date(2026, 11, 1)
    assert notice.closes_on == date(2026, 11, 30)


async def test_a_notice_without_a_date_is_named_by_the_day_that_it_is_at_the_office(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    clock.advance(hours=16)  # one in the morning there, while it is Monday in UTC
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)

    page = await save(client, written(LAMPS).replace("2026年10月1日".encode(), b""))

    local = clock().astimezone(premises.settings.zone).date().isoformat()
    assert local == "2026-11-03"
    assert page.headers["location"].startswith(f"/desk/notices/{local}?")


async def test_a_form_sent_twice_makes_one_version(
    client: AsyncClient, premises: Premises
) -> None:
    seen = await look(client, written(LAMPS), at="new", slug="yunxi")
    form = SHEET | {
        "text": written(LAMPS).decode(), "do": "save", "slug": "yunxi",
        "looked": hidden(seen, "looked"), "seen": hidden(seen, "seen"),
    }  # fmt: skip
    before = await count(premises, NoticeVersion)

    pages = [await client.post("/desk/notices/new", data=form) for _ in range(2)]

    assert [page.status_code for page in pages] == [303, 303]
    assert await count(premises, NoticeVersion) == before + 1


async def test_a_text_that_was_changed_after_it_was_read_is_read_again_first(
    client: AsyncClient, premises: Premises
) -> None:
    seen = await look(client, written(LAMPS), at="new")
    before = await count(premises, NoticeVersion)

    page = await save(client, written(MARKET), looked=hidden(seen, "looked"))

    assert page.status_code == 422
    assert "又改过" in page.text
    assert await count(premises, NoticeVersion) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"opens_on": ""}, "opens_on"),
        ({"opens_on": "2026-13-01"}, "opens_on"),
        ({"closes_on": "2026-10-01"}, "closes_on"),
        ({"slug": "Yun Xi"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"slug": make.SLUG}, "slug"),
        ({"title": "题" * 201}, "title"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    client: AsyncClient, said: dict[str, str], field: str
) -> None:
    seen = await look(client, written(LAMPS), at="new")
    form = SHEET | {"text": written(LAMPS).decode(), "do": "save"} | said

    page = await client.post(
        "/desk/notices/new",
        data=form | {"looked": hidden(seen, "looked"), "seen": ""},
    )

    assert page.status_code == 422
    assert f'id="wrong-{field}"' in page.text


async def test_before_a_version_is_published_it_says_what_becomes_of_each_item(
    client: AsyncClient, premises: Premises
) -> None:
    await published(client, written(LAMPS, MARKET, DESKS))
    await premises.shelf()
    await at_desk.open_case(premises, notice="yunxi", section="1.2")
    moved = written(CANTEEN, LAMPS, DESKS)
    await save(client, moved, at="yunxi/text")

    page = await client.get("/desk/notices/yunxi")

    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert re.search(rf"不再有的事项：1 项 .*{MARKET[0]} 已有意见 1 条", text)
    assert re.search(rf"新增的事项：1 项 .*{CANTEEN[0]}", text)
    assert re.search(r"换了编号的事项：1 项", text)
    assert MARKET[0] in (await client.get("/notices/yunxi")).text


async def test_only_the_version_that_was_seen_is_published_and_only_if_sure(
    client: AsyncClient,
) -> None:
    await save(client, written(LAMPS), slug="yunxi")
    await save(client, written(LAMPS, MARKET), at="yunxi/text")

    unsure = await client.post("/desk/notices/yunxi/publish", data={"version": "2"})
    stale = await client.post(
        "/desk/notices/yunxi/publish", data={"version": "1", "sure": "true"}
    )

    assert (unsure.status_code, stale.status_code) == (422, 409)
    assert (await client.get("/notices/yunxi")).status_code == 404


async def test_of_two_who_correct_the_same_version_the_second_is_told(
    client: AsyncClient,
) -> None:
    await save(client, written(LAMPS), slug="yunxi")
    seen = await look(client, written(LAMPS, DESKS), at="yunxi/text")
    await save(client, written(LAMPS, MARKET), at="yunxi/text")

    page = await save(
        client, written(LAMPS, DESKS), at="yunxi/text", seen=hidden(seen, "seen")
    )

    assert page.status_code == 409
    assert DESKS[0] in page.text


async def test_a_title_that_was_misread_can_be_said(
    client: AsyncClient, premises: Premises
) -> None:
    await save(client, written(LAMPS), slug="yunxi", title="云溪县整改通报")
    sheet = await client.get("/desk/notices/yunxi/text")

    await client.post(
        "/desk/notices/yunxi/publish", data={"version": "1", "sure": "true"}
    )

    assert 'value="云溪县整改通报"' in sheet.text
    assert "<h1" in (await client.get("/notices/yunxi")).text
    await premises.shelf()
    assert premises.house.shelf.notice("yunxi").title == "云溪县整改通报"


async def test_a_withdrawn_draft_leaves_nothing_and_the_public_text_stays(
    client: AsyncClient, premises: Premises
) -> None:
    await published(client, written(LAMPS))
    before = await count(premises, Section), await count(premises, SectionText)
    await save(client, written(LAMPS, MARKET), at="yunxi/text")

    refused = await client.post("/desk/notices/yunxi/withdraw", data={"version": "2"})
    await client.post(
        "/desk/notices/yunxi/withdraw", data={"version": "2", "sure": "true"}
    )
    again = await client.post(
        "/desk/notices/yunxi/withdraw", data={"version": "1", "sure": "true"}
    )

    assert (refused.status_code, again.status_code) == (422, 409)
    after = await count(premises, Section), await count(premises, SectionText)
    assert after == before
    assert LAMPS[0] in (await client.get("/notices/yunxi")).text


async def test_a_notice_that_was_only_a_draft_is_gone_with_it(
    client: AsyncClient, premises: Premises
) -> None:
    before = await count(premises, Notice), await count(premises, Section)
    await save(client, written(LAMPS), slug="yunxi")

    page = await client.post(
        "/desk/notices/yunxi/withdraw", data={"version": "1", "sure": "true"}
    )

    assert page.headers["location"] == "/desk/notices?done=notice_withdrawn"
    assert (await count(premises, Notice), await count(premises, Section)) == before
    assert (await client.get("/desk/notices/yunxi")).status_code == 404


async def test_the_window_is_changed_unless_somebody_was_faster(
    client: AsyncClient, premises: Premises
) -> None:
    await published(client, written(LAMPS))
    seen = {"seen_opens_on": "2026-11-01", "seen_closes_on": "2026-11-30"}
    longer = seen | {"opens_on": "2026-11-01", "closes_on": "2026-12-31"}

    done = await client.post("/desk/notices/yunxi/window", data=longer)
    late = await client.post(
        "/desk/notices/yunxi/window", data=longer | {"closes_on": "2026-11-15"}
    )

    assert (done.status_code, late.status_code) == (303, 409)
    await premises.shelf()
    shelved = premises.house.shelf.notice("yunxi")
    assert shelved.closes_on == date(2026, 12, 31)


async def test_every_step_is_on_record(client: AsyncClient, premises: Premises) -> None:
    await published(client, written(LAMPS))
    await client.post(
        "/desk/notices/yunxi/window",
        data={"opens_on": "2026-11-02", "seen_opens_on": "2026-11-01",
              "seen_closes_on": "2026-11-30"},
    )  # fmt: skip

    async with premises.database.reading() as session:
        rows = await session.execute(
            select(AuditEvent.action, AuditEvent.staff_id).order_by(AuditEvent.id)
        )
    of_staff = [action for action, staff_id in rows if staff_id is not None]
    assert of_staff[-3:] == [
        Action.NOTICE_IMPORTED, Action.NOTICE_PUBLISHED, Action.NOTICE_CHANGED
    ]  # fmt: skip


async def test_the_same_text_with_the_command_is_no_new_version(
    client: AsyncClient, premises: Premises
) -> None:
    await save(client, written(LAMPS), slug="yunxi", title="云溪县整改通报")

    async with premises.database.writing() as session:
        again = await notices.import_notice(
            session, written(LAMPS), slug="yunxi", opens_on=date(2026, 11, 1),
            closes_on=None, today=START.date(), now=START,
        )  # fmt: skip

    assert not again.changed


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n1 0 obj", b"PK\x03\x04word/document.xml", b"\xff\x00" * 900]
)
async def test_what_is_no_plain_text_is_told_with_what_to_do(
    client: AsyncClient, content: bytes
) -> None:
    page = await client.post(
        "/desk/notices/new",
        data=SHEET | {"do": "look"},
        files={"file": ("notice.docx", content)},
    )

    assert page.status_code == 422
    assert "另存为纯文本" in page.text


@pytest.mark.parametrize("path", ["/desk/notices/a%00b", "/desk/notices/a%00b/text"])
async def test_an_address_that_no_database_holds_is_nobodys_fault(
    client: AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code in {404, 422}
