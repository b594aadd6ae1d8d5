"""The citizen: from reading the notice to having one's own data deleted."""

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.story.roles.album import Album
from tests.story.roles.town import NOTICE, At, Town, link_in

EMAIL = "zhou@example.org"
FOLLOWER = "neighbour@example.org"
WISH = "河滨小学门口放学时没有护学岗，三年级的孩子自己过马路，请尽快安排人。"
MORE = "补充一下：是每天下午四点半那一趟，照片在附件里。"
QUESTION = "请问是东门还是西门？"
GATE = "是西门，靠菜场那一侧。"
ANSWER = "您好，护学岗已经从本周一起在西门设置，每天下午四点到五点有人值守。"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)


def test_a_citizen_reads_writes_follows_judges_and_leaves_nothing_behind(
    town: Town, at: At, album: Album
) -> None:
    page = at("")
    _read_the_notice(page, album)
    number, code = _write(page, town, album)
    _keep_the_receipt(page, album)
    _track(page, number, code)
    album.take_both(page, "tracking")
    _say_more(page, album)

    clerk = at("lin")
    _at_the_desk(clerk, number, "q", QUESTION)
    _track(page, number, code)
    expect(page.locator("main")).to_contain_text(QUESTION)
    album.take(page, "asked")
    page.locator("#text").fill(GATE)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("main")).to_contain_text(GATE)
    _at_the_desk(clerk, number, "r", ANSWER)

    _judge(page, number, code, album)
    code = _find_a_lost_receipt(page, town, number, album)
    _erase(page, number, code, album)


def test_a_neighbour_follows_an_item_by_mail(town: Town, at: At, album: Album) -> None:
    page = at("")
    page.goto(f"{NOTICE}/sections/2.1.2")
    page.get_by_role("link", name="用邮件关注这一项的进展").click()
    page.locator("#email").fill(FOLLOWER)
    album.take_both(page, "follow")
    page.get_by_role("button", name="关注", exact=True).click()
    expect(page.locator("#email")).to_have_count(0)

    letter = town.mail.wait_for(FOLLOWER).get_content()
    page.goto(link_in(letter, "/following/confirm/"))
    page.get_by_role("button", name="确认关注").click()
    expect(page.locator("h1")).to_have_text("已经关注")
    album.take(page, "follow-confirmed")


def _read_the_notice(page: Page, album: Album) -> None:
    page.goto("/")
    album.take_both(page, "home")
    page.get_by_role("link", name="阅读通报").first.click()
    album.take_both(page, "notice")
    page.locator("#q").fill("学位")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("学位")
    expect(page.locator("mark").first).to_be_visible()
    album.take(page, "notice-search")
    page.goto(f"{NOTICE}/sections/2.1.1")
    album.take(page, "item")


def _write(page: Page, town: Town, album: Album) -> tuple[str, str]:
    """Write in four steps on an item, with the name for one desk alone."""
    page.goto(f"{NOTICE}/write")
    album.take(page, "write-item")
    page.goto(f"{NOTICE}/sections/2.1.1")
    page.get_by_role("link", name="提意见").first.click()
    onward = page.get_by_role("button", name="下一步")
    page.locator("#text").fill(WISH)
    expect(page.locator(".likely").first).to_be_visible()
    album.take_both(page, "write-said")
    onward.click()
    page.locator("#files").set_input_files(_picture("路口.png"))
    expect(page.locator(".chosen li")).to_have_count(1)
    album.take(page, "write-files")
    onward.click()
    page.locator("#desk_only").check()
    page.locator("#name").fill("周女士")
    page.locator("#email").fill(EMAIL)
    album.take_both(page, "write-who")
    onward.click()
    page.locator("#consent").check()
    album.take(page, "write-check")
    page.get_by_role("button", name="提交", exact=True).click()
    number = page.locator("#receipt-number").inner_text().strip()
    code = re.sub(r"\s", "", page.locator("#query-code").inner_text())
    receipt = town.mail.wait_for(EMAIL).get_content()
    assert number in receipt
    return number, code


def _picture(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": PICTURE}


def _keep_the_receipt(page: Page, album: Album) -> None:
    """As a file, and on the device; the picture on the page holds the address."""
    expect(page.locator("main svg, main img").first).to_be_attached()
    album.take_both(page, "receipt")
    with page.expect_download() as begun:
        page.get_by_role("button", name="保存为文件").click()
    assert begun.value.path().stat().st_size > 0
    page.get_by_role("button", name="存在这台设备上").click()
    expect(page.locator("#said")).to_contain_text("已存在这台设备上")
    page.goto("/track")
    page.locator("#kept-here").get_by_role("button", name="填入").first.click()
    album.take(page, "receipt-kept")


def _track(page: Page, number: str, code: str) -> None:
    page.goto("/track")
    page.locator("#number").fill(number)
    page.locator("#code").fill(code)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("h1")).to_contain_text(number)


def _say_more(page: Page, album: Album) -> None:
    page.get_by_text("期限是怎么算的").first.click()
    album.take(page, "tracking-due")
    page.locator("#text").fill(MORE)
    page.locator("input[type=file]").first.set_input_files(_picture("放学.png"))
    page.get_by_role("button", name="提交").click()
    expect(page.locator("main")).to_contain_text(MORE)
    album.take(page, "added")


def _at_the_desk(clerk: Page, number: str, key: str, text: str) -> None:
    """Have the office ask (``q``) or answer (``r``)."""
    clerk.goto(f"/desk/cases/{number}")
    clerk.keyboard.press(key)
    clerk.keyboard.type(text)
    with clerk.expect_navigation():
        clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("[data-done]")).to_be_visible()


def _judge(page: Page, number: str, code: str, album: Album) -> None:
    """Say whether it helped, and ask for a review."""
    _track(page, number, code)
    expect(page.locator("main")).to_contain_text(ANSWER)
    album.take_both(page, "answered")
    rating = page.locator("form[action$='/track/rating']")
    rating.locator("input[name=solved]").nth(1).check()
    rating.locator("input[name=score]").nth(2).check()
    rating.locator("textarea").fill("有人值守了，但只到五点。")
    album.take(page, "rating")
    rating.get_by_role("button").click()
    expect(page.locator(".done")).to_contain_text("您的评价已经记下")
    page.locator("form[action$='/track/review']").locator("xpath=..").locator(
        "summary"
    ).click()
    page.locator("form[action$='/track/review'] textarea").fill(
        "低年级五点二十才放学，请复查时间。"
    )
    album.take(page, "review")
    page.locator("form[action$='/track/review'] button").click()
    expect(page.locator(".done")).to_contain_text("复查申请已经收到")


def _find_a_lost_receipt(page: Page, town: Town, number: str, album: Album) -> str:
    """Have a one-time code mailed, and set a new query code with it."""
    before = len(town.mail.to(EMAIL))
    page.goto("/track/lost")
    page.locator("#email").fill(EMAIL)
    album.take(page, "lost")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#email")).to_have_count(0)
    letter = town.mail.wait_for(EMAIL, number=before + 1).get_content()
    page.goto("/track/renew")
    page.locator("#number").fill(number)
    page.locator("#code").fill(_one_time_code(letter, number))
    album.take(page, "lost-code")
    page.get_by_role("button", name="重新设置").click()
    expect(page.locator("h1")).to_have_text("新的查询码")
    album.take(page, "lost-found")
    return re.sub(r"\s", "", page.locator("#query-code").inner_text())


def _one_time_code(letter: str, number: str) -> str:
    """Return the code that stands below the receipt number."""
    lines = [line.strip() for line in letter.splitlines()]
    return lines[lines.index(number) + 1]


def _erase(page: Page, number: str, code: str, album: Album) -> None:
    _track(page, number, code)
    erasing = page.locator("form[action$='/track/erasure']")
    page.locator("summary", has_text="删除个人信息").click()
    erasing.locator("#erase").check()
    album.take(page, "erase")
    erasing.get_by_role("button", name="永久删除").click()
    expect(page.locator(".done")).to_contain_text("已经删除")
    expect(page.locator("main")).not_to_contain_text(EMAIL)
    album.take_both(page, "erased")
