"""The auditor: reads everything that was done, and changes nothing."""

from playwright.sync_api import expect

from tests.story.roles import desk
from tests.story.roles.album import Album
from tests.story.roles.town import SCHOOLS, At, Town

TEXT = "河滨小学扩建工地夜里十一点还在施工。"


def test_an_auditor_follows_a_case_through_the_record_and_changes_nothing(
    town: Town, at: At, album: Album
) -> None:
    number = town.opinion(TEXT)
    desk.assign(at("lin"), number, SCHOOLS)

    page = at("sun")
    page.goto("/desk/audit")
    album.take_both(page, "audit")
    page.locator("input[name=number]").fill(number)
    page.get_by_role("button", name="筛选").click()
    rows = page.locator("table.queue tbody tr")
    expect(rows.filter(has_text="林晓")).not_to_have_count(0)
    expect(rows.filter(has_not_text=number)).to_have_count(0)
    album.take(page, "audit-of-a-case")

    rows.first.locator("a.row").click()
    expect(page.locator("main")).to_contain_text(TEXT)
    expect(page.locator("main form[method=post]")).to_have_count(0)
    album.take_both(page, "case")
    page.keyboard.press("r")
    expect(page.locator("textarea")).to_have_count(0)

    page.goto("/desk/arrivals")
    album.take(page, "arrivals")
    page.goto("/desk/supervision")
    expect(page.get_by_role("link", name="办理记录")).to_be_visible()
    refused = page.request.post(f"/desk/cases/{number}/note", form={"text": "x"})
    assert refused.status in {403, 422}


def test_an_auditor_takes_the_docket_away_and_that_is_on_record(
    at: At, album: Album
) -> None:
    page = at("sun")
    page.goto("/desk/docket")
    album.take(page, "docket")
    with page.expect_download() as begun:
        page.locator("main form[method=post] button").first.click()
    assert begun.value.path().stat().st_size > 0

    page.goto("/desk/audit")
    expect(page.locator("table.queue tbody tr").first).to_contain_text("孙倩")
    album.take(page, "taken-on-record")
