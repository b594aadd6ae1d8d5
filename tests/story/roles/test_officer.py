"""The officer of an office: a case comes, goes back, is helped with, and is signed."""

from playwright.sync_api import expect

from tests.story.roles import desk
from tests.story.roles.album import Album
from tests.story.roles.town import MARKETS, SCHOOLS, At, Town

CANTEEN = "城南实验小学门口的小店卖过期牛奶，食堂也没有公示检查结果。"
LAMP = "文庙街口的路灯三个月没有亮，晚上放学看不清路。"
REASON = "路灯不归教育局管，请转有关单位。"
HELP = "已检查该小店，下架过期牛奶四箱，立案一件。"
ANSWER = "您好，食堂检查结果即日起在校门口公示；门口小店已由市场监管部门查处。"
EMAIL = "parent@example.org"


def test_an_officer_returns_what_is_not_theirs(
    town: Town, at: At, album: Album
) -> None:
    number = town.opinion(LAMP)
    clerk = at("lin")
    desk.assign(clerk, number, SCHOOLS)

    page = at("chen")
    page.goto("/desk")
    expect(page.locator("main")).to_contain_text(number)
    album.take_both(page, "queue")
    desk.open_case(page, number)
    page.keyboard.press("b")
    desk.choose(page, "#dispute-ground", "职责")
    page.locator("#dispute-words").fill(REASON)
    album.take(page, "return")
    desk.send(page)

    desk.open_case(clerk, number)
    expect(clerk.locator("main")).to_contain_text(REASON)


def test_an_officer_answers_with_another_offices_help_and_a_second_signature(
    town: Town, at: At, album: Album
) -> None:
    number = town.opinion(CANTEEN, contact={"email": EMAIL})
    desk.want_signatures(at("admin"), SCHOOLS)
    clerk = at("lin")
    desk.assign(clerk, number, SCHOOLS)
    desk.choose(clerk, "#co-office", MARKETS)
    clerk.get_by_role("button", name="请协办").click()

    helper = at("gao")
    desk.open_case(helper, number)
    helper.locator("#note").fill(HELP)
    album.take(helper, "contribution")
    helper.get_by_role("button", name="提出意见").click()

    page = at("chen")
    desk.open_case(page, number)
    expect(page.locator("main")).to_contain_text(HELP)
    page.keyboard.press("r")
    page.keyboard.insert_text(ANSWER)
    album.take_both(page, "answer")
    desk.send(page)
    desk.open_case(page, number)
    expect(page.locator("main")).to_contain_text("提交的答复在等待签发")
    album.take(page, "waits-for-signature")

    signer = at("zhao")
    desk.open_case(signer, number)
    signer.get_by_role("link", name="审阅答复").click()
    signer.get_by_role("button", name="签发并发出").click()
    letter = town.mail.wait_for(EMAIL, number=2)
    assert "食堂检查结果" in letter.get_content()
    desk.open_case(page, number)
    expect(page.locator(".case-head .mark").first).to_contain_text("已答复")
    album.take(page, "signed")
