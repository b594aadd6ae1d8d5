"""The main job, end to end: a citizen writes, a clerk answers, the citizen reads."""

import smtplib
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.story.conftest import picture
from tests.story.running import MailServer, Service

PASSWORD = "a river runs north 7"
WISH = "城关小学今年又没排上号,孩子只能去十里外上学,请多建几个班。"
COMPLAINT = "县医院门口路边全是乱停的车,救护车都开不进去,停车位到底什么时候能划好?"
ANSWER = "您好,城东小学新增的学位已经分配到您所在的片区,请于本月底前到学校登记。"


def test_a_citizen_writes_and_reads_the_answer(
    page: Page, service: Service, mail: MailServer
) -> None:
    number, code = _send_by_form(page, mail)
    _sign_in_the_first_time(page, service)
    _work_the_case(page, number)

    letter = mail.wait_for("wang@example.org", number=2)
    text = letter.get_content()
    assert ANSWER in text
    assert number in str(letter["Subject"])
    assert letter["Auto-Submitted"] == "no"

    _read_the_answer(page, number, code)


def test_a_letter_becomes_a_case_and_its_writer_gets_a_receipt(
    page: Page, service: Service, mail: MailServer
) -> None:
    letter = EmailMessage()
    letter["From"] = "李四 <li@example.org>"
    letter["To"] = "opinions@localhost"
    letter["Subject"] = "医院门口停车难"
    letter["Message-ID"] = "<first@example.org>"
    letter.set_content(COMPLAINT)

    with smtplib.SMTP("127.0.0.1", service.mail_port) as client:
        client.send_message(letter)
        client.send_message(letter)

    receipt = mail.wait_for("li@example.org")
    assert receipt["In-Reply-To"] == "<first@example.org>"
    assert receipt["Auto-Submitted"] == "auto-replied"
    number, code = _number_and_code(receipt)
    _track(page, number, code)
    expect(page.locator("main")).to_contain_text(COMPLAINT)
    expect(page.locator("main")).to_contain_text("停车")
    assert len(mail.to("li@example.org")) == 1


def test_the_form_works_without_javascript(page: Page, service: Service) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=service.url, java_script_enabled=False)
    bare = context.new_page()
    bare.goto("/notices/sample/write")
    bare.get_by_role("button", name="提交").click()
    expect(bare.locator(".summary").first).to_be_visible()
    bare.locator("#text").fill(WISH)
    bare.locator("#consent").check()
    bare.get_by_role("button", name="提交").click()
    expect(bare.locator("#receipt-number")).to_be_visible()
    context.close()


def _send_by_form(page: Page, mail: MailServer) -> tuple[str, str]:
    page.goto("/")
    picture(page, "home")
    page.get_by_role("link", name="阅读通报").first.click()
    picture(page, "notice")
    page.goto("/notices/sample/write")
    onward = page.get_by_role("button", name="下一步")
    onward.click()
    page.locator("#text").fill(WISH)
    picture(page, "write-said")
    onward.click()
    onward.click()
    page.locator("#email").fill("wang")
    onward.click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#text")).to_have_value(WISH)
    picture(page, "write-wrong")
    page.locator(".summary a[href='#email']").click()
    page.locator("#email").fill("wang@example.org")
    onward.click()
    page.locator("#consent").check()
    picture(page, "write")
    page.get_by_role("button", name="提交").dblclick()
    number = page.locator("#receipt-number").inner_text().strip()
    code = page.locator("#query-code").inner_text().strip()
    picture(page, "receipt")
    page.reload()
    expect(page.locator("#receipt-number")).to_have_text(number)

    receipt = mail.wait_for("wang@example.org")
    assert _number_and_code(receipt) == (number, code)
    return number, code


def _sign_in_the_first_time(page: Page, service: Service) -> None:
    page.goto("/desk")
    picture(page, "sign-in")
    page.locator("#user_name").fill(service.user_name)
    page.locator("#password").fill(service.password)
    page.keyboard.press("Enter")
    expect(page.locator("#new_password")).to_be_visible()
    page.locator("#password").fill(service.password)
    page.locator("#new_password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#new_password")).to_have_count(0)


def _work_the_case(page: Page, number: str) -> None:
    """Correct, assign, answer and close, with the keyboard alone."""
    page.goto("/desk")
    picture(page, "queue")
    page.keyboard.press("/")
    page.keyboard.type("十里外上学")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".case-head .number")).to_have_text(number)
    picture(page, "case")

    page.keyboard.press("x")
    page.locator("#kind").select_option("suggestion")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".history")).to_contain_text("性质")

    page.keyboard.press("a")
    office = page.locator("#to option").nth(1).get_attribute("value")
    page.locator("#to").select_option(office)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-head .mark").first).to_contain_text("已转办")

    page.keyboard.press("r")
    page.keyboard.type(ANSWER)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-head .mark").first).to_contain_text("已答复")

    page.keyboard.press("e")
    page.locator("#disposition").select_option("adopted")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-head .mark").first).to_contain_text("已办结")
    picture(page, "case-closed")


def _read_the_answer(page: Page, number: str, code: str) -> None:
    _track(page, number, code)
    expect(page.locator("main")).to_contain_text(ANSWER)
    expect(page.locator("main")).to_contain_text("采纳")
    picture(page, "tracked")
    page.locator("textarea#text").fill("收到了,谢谢,已经登记。")
    page.locator("form", has=page.locator("textarea#text")).get_by_role(
        "button"
    ).last.click()
    expect(page.locator("main")).to_contain_text("收到了,谢谢")


def _track(page: Page, number: str, code: str) -> None:
    page.goto("/track")
    page.locator("#number").fill(number.lower().replace("-", " "))
    page.locator("#code").fill(code)
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text(number)


def _number_and_code(receipt: EmailMessage) -> tuple[str, str]:
    words = receipt.get_content().split()
    number = words[words.index("受理编号:") + 1]
    return number, words[words.index("查询码:") + 1]
