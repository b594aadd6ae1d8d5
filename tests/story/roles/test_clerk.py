"""The clerk: the queue by keyboard, templates, drafts, a colleague, publishing."""

from playwright.sync_api import expect

from tests.story.roles import desk
from tests.story.roles.album import Album
from tests.story.roles.town import At, Town

PARKING = "人民医院立体停车楼什么时候开工？周一早上绕了四圈没有车位。"
LIFT = "文庙街七号楼的旧电梯上周停了两次，住在顶楼的老人下不来。"
WATER = "东门片区傍晚水压还是上不去，四楼以上做饭时没有水。"
MARKET = "桥头市场收市后没有冲洗，第二天一早还是一地菜叶。"
SHORT = "已经核实，本周内处理，完成后再告知您。"
DRAFT = "东门片区的管网本月动工，具体时间我们正在向水务公司核对"
HERS = "何平的答复：市场明天起每天收市后冲洗。"
HIS = "林晓的答复：已经约谈市场开办者。"


def test_a_clerk_clears_the_queue_with_the_keyboard(
    town: Town, at: At, album: Album
) -> None:
    for text in (PARKING, LIFT):
        town.opinion(text)
    page = at("lin")
    page.goto("/desk")
    album.take_both(page, "queue")
    page.keyboard.press("?")
    album.take(page, "keys")
    page.keyboard.press("Escape")
    for words, name in (("绕了四圈", "case"), ("顶楼的老人", "next-case")):
        page.goto("/desk")
        page.keyboard.press("/")
        page.keyboard.insert_text(words)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        album.take_both(page, name)
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.keyboard.press("r")
        page.keyboard.insert_text(SHORT)
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        desk.send(page)
        expect(page.locator("[data-done]")).to_contain_text("已答复并办结")


def test_a_clerk_keeps_a_template_and_a_draft(town: Town, at: At, album: Album) -> None:
    number = town.opinion(WATER)
    page = at("lin")
    page.goto("/desk/templates/new")
    page.locator("#title").fill("供水答复")
    page.locator("#body").fill("您好，您反映的供水问题已转水务公司核实。")
    page.get_by_role("button", name="看看效果").click()
    album.take(page, "template")
    page.get_by_role("button", name="保存", exact=True).click()

    desk.open_case(page, number)
    page.keyboard.press("r")
    desk.choose(page, "#template", "供水答复")
    page.get_by_role("button", name="填入").click()
    expect(page.locator("#answer")).to_have_value(
        "您好，您反映的供水问题已转水务公司核实。"
    )
    album.take(page, "template-filled-in")
    page.locator("#answer").fill(DRAFT)
    expect(page.locator("form[action$='/answer'] [data-draft-said]")).to_contain_text(
        "保存"
    )
    page.reload()
    expect(page.locator("#answer")).to_have_value(DRAFT)
    page.goto("/desk/drafts")
    expect(page.locator("main")).to_contain_text(number)
    album.take(page, "drafts")


def test_two_clerks_answer_at_once_and_both_texts_are_shown(
    town: Town, at: At, album: Album
) -> None:
    number = town.opinion(MARKET)
    page, colleague = at("lin"), at("he")
    desk.open_case(colleague, number)
    desk.open_case(page, number)
    page.keyboard.press("r")
    page.keyboard.insert_text(HIS)
    desk.write(colleague, "r", HERS)

    desk.send(page)
    expect(page.locator("h1")).to_have_text("您写的时候，这一件有了变化")
    expect(page.locator("#theirs")).to_contain_text(HERS)
    expect(page.locator("#mine-text")).to_have_value(HIS)
    album.take_both(page, "collision")
    page.locator("#merged").fill(f"{HERS}{HIS}")
    page.get_by_role("button", name="发出合并后的文字").click()
    expect(page.locator("main")).to_contain_text(f"{HERS}{HIS}")


def test_a_clerk_publishes_an_answer(town: Town, at: At, album: Album) -> None:
    number = town.opinion(
        "农贸市场公平秤坏了一台，希望修好。联系我：13900001111。", may_publish=True
    )
    page = at("lin")
    desk.open_case(page, number)
    desk.write(page, "r", "您好，公平秤已经修好并重新检定。")
    desk.open_case(page, number)
    page.get_by_role("link", name="公开这条答复").click()
    page.locator("#title").fill("西街市场公平秤检修")
    page.locator("#summary").fill("群众反映公平秤损坏。")
    album.take(page, "publish")
    page.get_by_role("button", name="预览").click()
    album.take(page, "publish-preview")
    expect(page.locator(".preview")).not_to_contain_text("13900001111")
    page.get_by_role("button", name="公开", exact=True).click()

    citizen = at("")
    citizen.goto("/answers")
    citizen.get_by_role("link", name="西街市场公平秤检修").click()
    expect(citizen.locator("main")).to_contain_text("重新检定")
    album.take_both(citizen, "published")
