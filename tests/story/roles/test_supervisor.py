"""The supervisor: signs, looks after time, reads the figures, writes down progress."""

import sqlite3
from contextlib import closing

from playwright.sync_api import Page, expect

from tests.story.roles import desk
from tests.story.roles.album import Album
from tests.story.roles.town import MARKETS, NOTICE, At, Town

SCALES = "桥头市场的公平秤短斤少两，称两次差一两。"
FIRST = "已处理。"
BETTER = "您好，三号摊的公平秤误差超标，已停用并重新检定，结果贴在市场入口。"
REMARK = "请写明查了什么、怎么处理。"
LATE = "西街市场活禽区的气味一直没有改善。"
CHASE = "请于两日内报办理情况。"
LONG = "自建房审批材料重复提交，希望打通数据。"
REASON = "需要同省平台对接，正在排期。"
EMAIL = "builder@example.org"
DONE = "新增公平秤十四台，全部检定合格。"


def test_a_supervisor_sends_an_answer_back_and_signs_the_better_one(
    town: Town, at: At, album: Album
) -> None:
    number = town.opinion(SCALES)
    desk.want_signatures(at("admin"), MARKETS)
    desk.assign(at("lin"), number, MARKETS)
    officer = at("gao")
    desk.open_case(officer, number)
    desk.write(officer, "r", FIRST)

    page = at("zhao")
    page.goto("/desk/approvals")
    expect(page.locator("main")).to_contain_text(number)
    album.take_both(page, "approvals")
    page.locator("tr", has_text=number).locator("a.row").click()
    page.locator("#remark").fill(REMARK)
    album.take(page, "approval")
    page.get_by_role("button", name="退回修改").click()

    desk.open_case(officer, number)
    expect(officer.locator("main")).to_contain_text(REMARK)
    if not officer.locator("#answer").is_visible():
        officer.keyboard.press("r")
    officer.locator("#answer").fill(BETTER)
    desk.send(officer)
    page.goto("/desk/approvals")
    page.locator("tr", has_text=number).locator("a.row").click()
    page.get_by_role("button", name="签发并发出").click()
    desk.open_case(page, number)
    expect(page.locator("main")).to_contain_text(BETTER)


def test_a_supervisor_chases_what_is_overdue(town: Town, at: At, album: Album) -> None:
    number = town.opinion(LATE)
    desk.assign(at("lin"), number, MARKETS)
    _let_it_be_overdue(town, number)

    page = at("zhao")
    page.goto("/desk/supervision")
    album.take_both(page, "overdue")
    page.get_by_role("link", name=number).click()
    page.locator("summary", has_text="督办").click()
    page.locator("#chased").fill(CHASE)
    album.take(page, "chase")
    page.get_by_role("button", name="发出").last.click()
    expect(page.locator(".chased").first).to_be_visible()


def test_a_supervisor_grants_more_time_and_the_citizen_is_told(
    town: Town, at: At, album: Album
) -> None:
    number = town.opinion(LONG, contact={"email": EMAIL})
    desk.assign(at("lin"), number, MARKETS)
    officer = at("gao")
    desk.open_case(officer, number)
    officer.locator("summary", has_text="申请延期").click()
    officer.locator("#extended").fill(REASON)
    officer.get_by_role("button", name="提交申请").click()

    page = at("zhao")
    page.goto("/desk/supervision")
    expect(page.locator("main")).to_contain_text(REASON)
    album.take(page, "more-time-asked")
    desk.open_case(page, number)
    page.get_by_role("button", name="同意延期").click()
    expect(page.locator("#clock")).to_contain_text("延期")
    assert REASON in town.mail.wait_for(EMAIL, number=2).get_content()


def test_a_supervisor_reads_the_figures_and_writes_down_progress(
    town: Town, at: At, album: Album
) -> None:
    town.opinion(SCALES + "上周又有一次。")
    page = at("zhao")
    _wait_for_figures(page)
    expect(page.locator("main")).to_contain_text("按期答复率")
    album.take_both(page, "figures")
    page.get_by_role("link", name="打印用报告").click()
    album.take(page, "report")

    page.goto("/desk/progress")
    desk.choose(page, "#section", "农贸市场")
    page.locator("#done_on").fill(page.locator("#done_on").get_attribute("max") or "")
    page.locator("#text").fill(DONE)
    album.take(page, "progress")
    page.get_by_role("button", name="写入").click()
    expect(page.locator(".history").first).to_contain_text(DONE)
    citizen = at("")
    citizen.goto(f"{NOTICE}/board")
    expect(citizen.locator("h1")).to_contain_text("办理情况一览")
    album.take_both(citizen, "public-board")
    citizen.goto(f"{NOTICE}/sections/2.2.1")
    expect(citizen.locator("main")).to_contain_text(DONE)


def _let_it_be_overdue(town: Town, number: str) -> None:
    """Put the due date into the past: a test cannot wait for thirty working days."""
    with closing(sqlite3.connect(town.folder / "huiyin.db", timeout=30)) as database:
        database.execute(
            "UPDATE \"case\" SET due_at = '2026-01-05 10:00:00.000000'"
            " WHERE opinion_id = (SELECT id FROM opinion WHERE receipt_number = ?)",
            [number],
        )
        database.commit()


def _wait_for_figures(page: Page) -> None:
    """The figures of a minute ago are what there is; wait for the first."""
    for _ in range(40):
        page.goto("/desk/figures")
        if page.locator("main table").count():
            return
        page.wait_for_timeout(2_000)
