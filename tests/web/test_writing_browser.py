"""The form in a browser: steps, suggestions, drafts, files, and what a flood asks."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import (
    Browser,
    Dialog,
    FilePayload,
    Page,
    expect,
)
from sqlalchemy import select

from app.domain.vocabulary import Fate
from app.models import Arrival, Attachment, Case, Opinion, SectionText
from app.premises import Premises
from app.web.writing.watch import UNUSUAL
from tests import make
from tests.web import accessibility, browsing
from tests.web.accessibility import axe_faults, sideways
from tests.web.citizen import PNG, WRITE

PARKING = "人民医院门口停车太难了，绕了四圈都没有车位。"
DRAFT = f"huiyin-draft:{make.SLUG}"
RULES = (*accessibility.RULES, "best-practice")

Writer = Callable[..., Awaitable[Page]]


@pytest.fixture
def flood(website: FastAPI, premises: Premises) -> Callable[[], None]:
    """Let much more come in by form than is usual."""

    def come_in() -> None:
        watch, usual = website.state.watch, premises.settings.submissions_per_minute
        for _ in range(UNUSUAL * usual + 1):
            watch.note(premises.clock())

    return come_in


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser."""
    async with browsing.launched() as browser:
        yield browser


@pytest.fixture
def writer(browser: Browser, site: str) -> Writer:
    """Open the form in a browser of somebody's own."""

    async def open_form(at: str = WRITE, **how: Any) -> Page:
        context = await browser.new_context(**how)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        await page.goto(f"{site}{at}")
        return page

    return open_form


async def onward(page: Page, steps: int = 1) -> None:
    for _ in range(steps):
        await page.get_by_role("button", name="下一步").click()


async def heading(page: Page) -> str:
    """Return the heading that has the focus."""
    return str(await page.evaluate("document.activeElement.textContent"))


async def agree_and_send(page: Page) -> None:
    await page.locator("#consent").check()
    await page.get_by_role("button", name="提交", exact=True).click()


async def opinions(premises: Premises) -> list[Opinion]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Opinion)))


async def test_one_step_is_shown_at_a_time_and_announced(writer: Writer) -> None:
    page = await writer()
    await onward(page)

    assert await heading(page) == "想说什么"
    assert await page.locator(".progress [role=status]").inner_text() == (
        "第 2 步，共 5 步： 想说什么"
    )
    assert await page.locator(".step:visible").count() == 1


async def test_a_step_is_heard_once_its_number_and_then_its_name(
    writer: Writer,
) -> None:
    page = await writer()
    await onward(page)

    shown = await page.locator(".progress").aria_snapshot()
    assert shown.splitlines()[0] == "- status: 第 2 步，共 5 步："
    assert "progressbar" not in shown


async def test_what_appears_while_somebody_writes_is_said_and_named_by_itself(
    writer: Writer,
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)

    await page.locator(".likely button").first.wait_for()

    count = await page.locator(".likely button").count()
    assert await page.locator("[data-likely-said]").inner_text() == (
        f"正文下面列出了 {count} 个可能的事项，可以不选。"
    )
    name = await page.locator(".likely button span").first.inner_text()
    pick = page.get_by_role("button", name=name, exact=True)
    await expect(pick).to_have_attribute("aria-keyshortcuts", "1")


async def test_nothing_is_called_wrong_before_it_was_sent(writer: Writer) -> None:
    page = await writer()

    await expect(page.locator("#consent")).to_have_attribute("aria-invalid", "false")


async def test_the_browsers_own_keys_go_back_and_forth(writer: Writer) -> None:
    page = await writer()
    await onward(page, 2)
    await page.go_back()
    before = await heading(page)
    await page.go_forward()

    assert (before, await heading(page)) == ("想说什么", "附件")


async def test_what_is_wrong_is_jumped_to_in_its_step(writer: Writer) -> None:
    page = await writer()
    await page.locator("#section").focus()
    await onward(page, 4)
    await agree_and_send(page)
    await expect(page.locator(".summary")).to_be_focused()
    await page.locator(".summary a[href='#text']").click()

    await expect(page.locator("#text")).to_be_focused()
    assert await page.locator(".step:visible h2").inner_text() == "想说什么"


async def test_all_of_it_can_be_shown_on_one_page(writer: Writer) -> None:
    page = await writer()
    await page.get_by_role("button", name="全部显示在一页").click()

    assert await page.locator(".step:visible").count() == 5
    assert not await page.locator(".turns:visible").count()


async def test_one_page_stays_one_page_when_something_is_wrong(writer: Writer) -> None:
    page = await writer()
    await page.get_by_role("button", name="全部显示在一页").click()
    await agree_and_send(page)
    await page.locator(".summary").wait_for()
    shown = await page.locator(".step:visible").count()
    await page.get_by_role("button", name="一步一步填").click()
    await page.reload()

    assert shown == 5
    assert await page.locator(".step:visible").count() == 1


async def test_enter_that_ends_composing_a_word_does_not_go_on(writer: Writer) -> None:
    page = await writer()
    await onward(page)
    composing = {"key": "Enter", "isComposing": True, "bubbles": True}
    await page.locator("#subject").dispatch_event("keydown", composing)
    stayed = await page.locator(".step:visible h2").inner_text()
    await page.locator("#subject").press("Enter")

    assert stayed == "想说什么"
    assert await page.locator(".step:visible h2").inner_text() == "附件"


async def test_the_last_step_shows_all_that_was_written(writer: Writer) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await onward(page, 3)
    review = page.locator("[data-review]")

    await expect(review).to_contain_text(PARKING)
    await review.get_by_role("button", name="修改 您的意见").click()
    await expect(page.locator("#text")).to_be_focused()


async def test_an_item_that_it_sounds_like_is_chosen_by_one_key(
    writer: Writer, premises: Premises
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await page.locator(".likely button").first.wait_for()
    await page.keyboard.press("Tab")
    await page.keyboard.press("1")
    await onward(page, 3)
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for()

    # The draft goes when the receipt has come, by a script that runs after the page.
    await page.wait_for_load_state("load")
    (opinion,) = await opinions(premises)
    assert opinion.text == PARKING
    assert await page.evaluate("localStorage.length") == 0


async def test_whoever_comes_from_an_item_begins_with_what_to_say(
    writer: Writer, premises: Premises
) -> None:
    page = await writer(f"{WRITE}?section=2.1.2")
    told = await page.locator(".progress [role=status]").inner_text()
    await page.locator("#text").fill(PARKING)
    await onward(page, 3)
    await page.get_by_role("button", name="修改 您说的是哪一项？").click()
    await expect(page.locator("#section")).to_be_focused()
    await page.locator("#section").select_option("2.2.1")
    shown = await page.locator("[data-item]").inner_text()
    option = await page.locator("#section option:checked").inner_text()
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for()

    assert told == "第 1 步，共 4 步： 想说什么"
    async with premises.database.reading() as session:
        chosen = await session.scalar(
            select(SectionText.path).join(
                Case, Case.section_id == SectionText.section_id
            )
        )
    assert chosen == "2.2.1"
    assert shown == option


async def test_a_number_typed_into_the_text_chooses_nothing(writer: Writer) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await page.locator(".likely button").first.wait_for()
    await page.locator("#text").press("1")

    assert await page.locator("#section").input_value() == ""
    assert (await page.locator("#text").input_value()).endswith("1")


async def test_a_draft_comes_back_on_this_device_without_who_wrote_it(
    writer: Writer,
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await onward(page, 2)
    await page.locator("#email").fill(make.EMAIL)
    await page.goto("about:blank")
    await page.go_back()
    await page.reload()

    kept = await page.evaluate(f"localStorage.getItem({json.dumps(DRAFT)})")
    assert await page.locator("#text").input_value() == PARKING
    assert make.EMAIL not in kept
    await expect(page.locator("[data-draft-said]")).to_contain_text("已经恢复")


async def test_a_draft_is_deleted_on_demand_and_not_kept_on_a_shared_computer(
    writer: Writer,
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await page.reload()
    kept = await page.evaluate(f"localStorage.getItem({json.dumps(DRAFT)})")
    await page.get_by_role("button", name="删除草稿").click()
    deleted = await page.evaluate(f"localStorage.getItem({json.dumps(DRAFT)})")
    await page.locator("#shared").check()
    await onward(page)
    await page.locator("#text").fill(f"{PARKING}还有")
    await page.reload()

    assert PARKING in kept
    assert deleted is None
    assert await page.locator("#text").input_value() == ""


async def test_a_draft_of_last_week_is_gone(writer: Writer) -> None:
    page = await writer()
    week = int(timedelta(days=7, minutes=1).total_seconds() * 1000)
    await page.evaluate(
        f"localStorage.setItem({json.dumps(DRAFT)},"
        f" JSON.stringify({{at: Date.now() - {week}, text: 'old', subject: ''}}))"
    )
    await page.reload()

    assert await page.locator("#text").input_value() == ""
    assert await page.evaluate(f"localStorage.getItem({json.dumps(DRAFT)})") is None


async def test_what_was_sent_with_a_file_is_no_draft_a_moment_later(
    writer: Writer,
) -> None:
    page = await writer()
    await page.get_by_role("button", name="全部显示在一页").click()
    await page.locator("#text").fill(PARKING)
    await page.locator("#files").set_input_files(
        FilePayload(name="照片.png", mimeType="image/png", buffer=PNG)
    )
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for()
    await page.wait_for_timeout(1_000)

    assert await page.evaluate("localStorage.length") == 0


async def test_a_draft_of_another_version_does_not_choose_by_its_numbers(
    writer: Writer,
) -> None:
    page = await writer()
    former = {"version": "0", "section": "2.1.2", "subject": "", "text": PARKING}
    await page.evaluate(
        f"localStorage.setItem({json.dumps(DRAFT)},"
        f" JSON.stringify({{at: Date.now(), ...{json.dumps(former)}}}))"
    )
    await page.reload()

    assert await page.locator("#text").input_value() == PARKING
    assert await page.locator("#section").input_value() == ""


async def test_a_file_that_is_not_taken_says_so_beside_it_and_stays_here(
    writer: Writer, premises: Premises
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await onward(page)
    await page.locator("#files").set_input_files([_file("灯.png"), _file("run.exe")])
    await page.locator("#camera").set_input_files([_file("拍照.jpg", b"\xff\xd8\xff.")])
    rows = page.locator(".chosen li")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(1)).to_contain_text("不会上传")
    await page.get_by_role("button", name="去掉 拍照.jpg").click()
    await onward(page, 2)
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for()

    async with premises.database.reading() as session:
        names = list(await session.scalars(select(Attachment.file_name)))
    assert names == ["灯.png"]


async def test_files_outlive_a_page_that_says_what_is_wrong(
    writer: Writer, premises: Premises
) -> None:
    page = await writer()
    await onward(page, 2)
    await page.locator("#files").set_input_files([_file("灯.png")])
    await onward(page, 2)
    await agree_and_send(page)
    await page.locator(".summary a[href='#text']").click()
    await page.locator("#text").fill(PARKING)
    await onward(page)
    await expect(page.locator(".chosen li")).to_have_count(1)
    await onward(page, 2)
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for()

    async with premises.database.reading() as session:
        names = list(await session.scalars(select(Attachment.file_name)))
    assert names == ["灯.png"]


async def test_what_is_wrong_is_said_before_files_are_sent(writer: Writer) -> None:
    page = await writer()
    sizes: list[int] = []
    page.on("request", lambda sent: sizes.append(len(sent.post_data_buffer or b"")))
    await page.get_by_role("button", name="全部显示在一页").click()
    await page.locator("#text").fill(PARKING)
    await page.locator("#files").set_input_files([_file("灯.png", PNG + bytes(10**6))])
    await page.get_by_role("button", name="提交", exact=True).click()
    await page.locator(".summary").wait_for()

    assert max(sizes) < 10**5
    await expect(page.locator(".chosen li")).to_have_count(1)


async def test_the_receipt_of_what_is_looked_at_first_is_not_reloaded_away(
    writer: Writer,
) -> None:
    page = await writer()
    asked: list[str] = []
    await page.get_by_role("button", name="全部显示在一页").click()
    await page.locator("#text").fill(f"{PARKING} {'https://example.org/ ' * 5}")
    await page.locator("#files").set_input_files([_file("灯.png")])
    await agree_and_send(page)
    await page.locator("#query-code").wait_for()

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", answer)
    await page.locator("main").click()
    await page.reload()

    assert asked == ["beforeunload"]


async def test_whoever_stays_anonymous_sends_no_contact_details(
    writer: Writer, premises: Premises
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await onward(page, 2)
    await page.locator("#email").fill(make.EMAIL)
    await page.locator("#anonymous").check()
    await expect(page.locator("#email")).to_be_hidden()
    await onward(page)
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for()

    (opinion,) = await opinions(premises)
    assert opinion.anonymous


async def _filled(page: Page) -> None:
    """Fill in all that a person may say of the matter and of themselves."""
    await page.get_by_role("button", name="全部显示在一页").click()
    await page.locator("#text").fill(PARKING)
    await page.locator("#name").fill("张三")
    await page.locator("#email").fill(make.EMAIL)


async def test_what_was_typed_outlives_sending_without_a_connection(
    writer: Writer, premises: Premises
) -> None:
    page = await writer()
    await _filled(page)
    await page.context.set_offline(True)
    await agree_and_send(page)
    said = page.locator("[data-sending-said]")
    await expect(said).to_contain_text("没有连上")
    await expect(said).to_contain_text("联系方式和附件没有另外保存")
    kept = await page.locator("#email").input_value()
    await page.context.set_offline(False)
    await page.get_by_role("button", name="提交", exact=True).click()
    await page.locator("#receipt-number").wait_for()

    (opinion,) = await opinions(premises)
    assert (opinion.text, kept) == (PARKING, make.EMAIL)


async def test_what_was_typed_outlives_an_error_of_what_stands_between_us(
    writer: Writer,
) -> None:
    page = await writer()
    await _filled(page)
    await page.route("**/write/proof", lambda route: route.fulfill(status=502))
    await page.route(
        f"**{WRITE}", lambda route: route.fulfill(status=502, body="Bad Gateway")
    )
    await agree_and_send(page)

    await expect(page.locator("[data-sending-said]")).to_contain_text("暂时不可用")
    assert await page.locator("#email").input_value() == make.EMAIL


async def test_without_a_draft_nothing_is_lost_where_the_connection_breaks_on_the_way(
    writer: Writer, premises: Premises
) -> None:
    page = await writer()
    await page.locator("#shared").check()
    await _filled(page)
    await page.route(f"**{WRITE}", lambda route: route.abort())
    await agree_and_send(page)
    await expect(page.locator("[data-sending-said]")).to_contain_text("没有连上")
    kept = await page.locator("#email").input_value()
    await page.unroute(f"**{WRITE}")
    await page.get_by_role("button", name="提交", exact=True).click()
    await page.locator("#receipt-number").wait_for()

    (opinion,) = await opinions(premises)
    assert (opinion.text, kept) == (PARKING, make.EMAIL)


async def test_where_the_connection_breaks_on_the_way_the_draft_has_the_text(
    writer: Writer, site: str
) -> None:
    page = await writer()
    await _filled(page)
    await page.route(f"**{WRITE}", lambda route: route.abort())
    async with page.expect_event("requestfailed"):
        await agree_and_send(page)
    await page.unroute(f"**{WRITE}")
    await page.goto(f"{site}{WRITE}")

    assert await page.locator("#text").input_value() == PARKING


async def test_a_draft_that_comes_back_says_what_is_to_be_typed_again(
    writer: Writer,
) -> None:
    page = await writer()
    await _filled(page)
    await page.reload()

    assert await page.locator("#text").input_value() == PARKING
    assert await page.locator("#email").input_value() == ""
    await expect(page.locator("[data-draft-said]")).to_contain_text(
        "联系方式、附件和同意的勾选不保存在设备上"
    )


async def test_in_a_flood_a_browser_does_its_sum_and_is_registered(
    writer: Writer, premises: Premises, flood: Callable[[], None]
) -> None:
    page = await writer()
    await onward(page)
    await page.locator("#text").fill(PARKING)
    await onward(page, 3)
    flood()
    await agree_and_send(page)
    await page.locator("#receipt-number").wait_for(timeout=60_000)

    assert len(await opinions(premises)) == 1


async def test_in_a_flood_a_browser_without_scripts_is_held_with_a_receipt(
    writer: Writer, premises: Premises, flood: Callable[[], None]
) -> None:
    page = await writer(java_script_enabled=False)
    await page.locator("#text").fill(PARKING)
    flood()
    await agree_and_send(page)
    await expect(page.locator("#query-code")).to_be_visible()

    async with premises.database.reading() as session:
        fates = list(await session.scalars(select(Arrival.fate)))
    assert fates == [Fate.HELD]


@pytest.mark.parametrize(
    ("width", "how"),
    [(320, {}), (768, {}), (1280, {}), (320, {"forced_colors": "active"})],
    ids=["320", "768", "1280", "320 forced"],
)
async def test_every_step_is_accessible_and_fits(
    writer: Writer, width: int, how: dict[str, str]
) -> None:
    page = await writer(viewport={"width": width, "height": 800}, **how)
    for step in range(5):
        if step == 1:
            await page.locator("#text").fill(PARKING)
            await page.locator(".likely button").first.wait_for()
        if step == 2:
            await page.locator("#files").set_input_files([_file("a.png"), _file("b")])
        assert await _faults(page) == []
        if step < 4:
            await onward(page)
    await page.get_by_role("button", name="提交", exact=True).click()
    await page.locator(".summary").wait_for()
    assert await _faults(page) == []


async def test_a_chosen_item_can_be_changed_without_scripts(writer: Writer) -> None:
    page = await writer(f"{WRITE}?section=2.1.2", java_script_enabled=False)
    shown = await page.locator("#section").is_visible()
    await page.get_by_text("换一项").click()

    assert not shown
    assert await page.locator("#section").is_visible()
    assert await page.locator(".step:visible").count() == 4


async def test_a_chosen_item_is_accessible_and_fits(writer: Writer) -> None:
    page = await writer(
        f"{WRITE}?section=2.1.2", viewport={"width": 320, "height": 800}
    )
    assert await _faults(page) == []
    await page.get_by_text("换一项").click()
    assert await _faults(page) == []


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_page_without_scripts_is_accessible_and_whole(
    writer: Writer, width: int
) -> None:
    page = await writer(
        java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    await page.locator("#text").fill(PARKING)
    await page.get_by_role("button", name="先检查一下").click()
    await page.locator(".summary").wait_for()

    assert await page.locator(".step:visible").count() == 5
    assert await page.locator("input[name=likely]").count() > 1
    assert not await page.locator("#homepage").is_visible()


def _file(name: str, content: bytes = PNG) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def _faults(page: Page) -> list[str]:
    return [*await axe_faults(page, rules=RULES), *await sideways(page)]
