"""The administrator: a colleague, time limits, the calendar, wordings and routing."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.accounts import code_at
from tests.clocks.acting import NEXT_YEAR
from tests.story.roles import desk
from tests.story.roles.album import Album
from tests.story.roles.town import LEAD, SCHOOLS, At, Town

OWN_WORDS = "lanterns over quiet water"
SCHOOL = "城南实验小学什么时候公布剩余学位？"
GREETING = "感谢您关心青岚县的整改工作。"


def test_an_invited_colleague_sets_a_password_and_a_second_factor(
    at: At, album: Album
) -> None:
    link = _invite(at("admin"), album)
    page = at("")
    page.goto(link)
    page.locator("#user_name").fill("qin")
    page.locator("#new_password").fill(OWN_WORDS)
    page.locator("#again").fill(OWN_WORDS)
    album.take_both(page, "invited")
    page.get_by_role("button", name="设置并登录").click()
    expect(page.locator(".who")).to_contain_text("秦月")

    paper = _set_up_a_device(page, album)
    page.get_by_role("button", name="退出", exact=True).click()
    page.locator("#user_name").fill("qin")
    page.locator("#password").fill(OWN_WORDS)
    page.keyboard.press("Enter")
    album.take(page, "second-step")
    page.locator("#code").fill(paper)
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("秦月")


def test_time_limits_are_a_new_version_and_the_calendar_gets_a_year(
    at: At, album: Album
) -> None:
    page = at("admin")
    page.goto("/desk/policies")
    album.take_both(page, "policies")
    page.get_by_role("link", name="修改 投诉").click()
    page.locator("#answer").fill("12")
    page.get_by_role("button", name="看看效果").click()
    expect(page.locator("#preview")).to_contain_text("答复")
    album.take(page, "policy-preview")
    page.get_by_role("button", name="保存为新的一版").click()
    versions = page.locator("table[aria-labelledby=versions]")
    expect(versions).to_contain_text("12 天")

    page.goto("/desk/calendar")
    page.locator("#year").fill("2027")
    page.locator("#source").fill("国办发明电〔2026〕某号")
    page.locator("#text").fill(NEXT_YEAR)
    page.get_by_role("button", name="看看效果").click()
    album.take_both(page, "calendar")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text("国办发明电〔2026〕某号")


def test_wordings_and_routing_are_tried_before_they_are_saved(
    town: Town, at: At, album: Album
) -> None:
    town.opinion(SCHOOL)
    page = at("admin")
    page.goto("/desk/wordings")
    page.locator("a.row").first.click()
    page.locator("#body").fill(f"{page.locator('#body').input_value()}\n{GREETING}\n")
    page.get_by_role("button", name="看看效果").click()
    expect(page.locator("main")).to_contain_text(GREETING)
    album.take(page, "wording")
    page.get_by_role("button", name="保存", exact=True).click()

    page.goto("/desk/routing")
    page.get_by_role("button", name="加一条").click()
    page.locator("#section-0").fill("2.1.1")
    desk.choose(page, "#lead-0", SCHOOLS)
    page.get_by_role("button", name="试一试").click()
    expect(page.locator("main")).to_contain_text("试的结果")
    album.take_both(page, "routing")
    page.get_by_role("button", name="保存", exact=True).click()

    number = town.opinion(f"{SCHOOL}孩子明年上一年级。", section="2.1.1")
    desk.open_case(page, number)
    expect(page.locator(".facts")).to_contain_text(SCHOOLS)
    album.take(page, "routed")


def _invite(page: Page, album: Album) -> str:
    page.goto("/desk/people")
    album.take_both(page, "people")
    page.get_by_role("link", name="邀请新人员").click()
    page.locator("#display_name").fill("秦月")
    page.locator("#role").select_option("clerk")
    desk.choose(page, "#office", LEAD)
    page.get_by_role("button", name="生成链接").click()
    album.take(page, "invitation")
    return page.locator("#secret").inner_text().strip()


def _set_up_a_device(page: Page, album: Album) -> str:
    """Set up a device that shows codes; return one of the codes for paper."""
    page.goto("/desk/account")
    page.get_by_role("button", name="设置设备").click()
    key = page.locator("code.secret").inner_text()
    album.take(page, "device")
    page.locator("#code").fill(_code_now(key))
    page.get_by_role("button", name="完成").click()
    expect(page.locator("h1")).to_contain_text("恢复码")
    album.take(page, "recovery-codes")
    return page.locator("main code").first.inner_text().split()[0]


def _code_now(key: str) -> str:
    return code_at(key, datetime.now(UTC))
