"""The opinion form: what is registered, what is said when it is not, and how often."""

import asyncio
import re
from collections import Counter
from datetime import date

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.vocabulary import Channel, Kind, Language
from app.models import Attachment, Contact, Opinion, OutboxMessage
from app.premises import Premises
from app.web.forms import new_token
from tests import make
from tests.fakes import FakeClock
from tests.stored import count
from tests.web import citizen, publishing
from tests.web.citizen import PNG, WRITE, form, receipt, send, written

CANARY = "canary-4711"


async def stored(premises: Premises) -> list[Opinion]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Opinion).order_by(Opinion.id)))


def wrong_fields(page: Response) -> set[str]:
    """Return the fields that the list at the top of the page leads to."""
    summary = re.search(r'class="summary".*?</div>', page.text, re.DOTALL)
    assert summary, page.text
    return set(re.findall(r'href="#(\w+)"', summary[0]))


async def test_what_is_written_is_registered(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, await form(client, section="2.1.2"))
    (opinion,) = await stored(premises)

    assert page.status_code == 201
    assert receipt(page)[0] == opinion.receipt_number
    assert (opinion.text, opinion.subject) == (make.TEXT, "路灯不亮")
    assert (opinion.channel, opinion.kind) == (Channel.WEB, Kind.COMPLAINT)
    assert opinion.language is Language.ZH
    assert opinion.consent_version


async def test_an_english_form_makes_an_english_opinion(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, f"/en{WRITE}")
    page = await send(client, fields, to=f"/en{WRITE}")

    assert "Receipt number" in page.text
    assert (await stored(premises))[0].language is Language.EN


async def test_the_item_that_the_reader_came_from_is_chosen(
    client: AsyncClient,
) -> None:
    page = await client.get(f"{WRITE}?section=2.1.2")

    assert '<option value="2.1.2" selected>' in page.text


async def test_an_item_that_is_chosen_is_no_step_and_can_be_changed(
    client: AsyncClient,
) -> None:
    page = (await client.get(f"{WRITE}?section=2.1.2")).text
    unsure = (await client.get(WRITE)).text
    name, change = page.index('data-item="2.1.2"'), page.index("换一项</summary>")

    assert page.count("data-step ") == unsure.count("data-step ") - 1
    assert name < change < page.index('<select id="section"')
    assert "data-item=" not in unsure


async def test_an_item_that_is_none_is_asked_for_in_the_open(
    client: AsyncClient,
) -> None:
    page = await send(client, await form(client, section="9.9"))

    assert page.status_code == 422
    assert 'id="section-wrong"' in page.text
    assert "换一项</summary>" not in page.text


async def test_an_item_with_items_below_can_be_chosen_by_its_link(
    client: AsyncClient, premises: Premises
) -> None:
    page = await client.get(f"{WRITE}?section=2.1")
    await written(client, section="2.1")

    assert '<option value="2.1" selected>' in page.text
    assert len(await stored(premises)) == 1


async def test_items_stand_below_the_heading_that_holds_them(
    client: AsyncClient,
) -> None:
    page = (await client.get(WRITE)).text
    group = page[page.index("关于市场监管") : page.index("关于基层治理")]

    assert re.findall(r'<option value="([\d.]+)"', group) == [
        "2.2.1", "2.2.2", "2.2.3",
    ]  # fmt: skip
    assert page.count("<optgroup") == page.count("</optgroup>") == 3


async def test_what_is_no_form_at_all_is_not_taken(client: AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    page = await client.post(WRITE, content=b"nothing of the kind", headers=headers)

    assert page.status_code == 400
    assert 'data-code="bad_request"' in page.text


async def test_an_unknown_item_in_the_address_means_not_sure(
    client: AsyncClient,
) -> None:
    page = await client.get(f"{WRITE}?section=9.9")

    assert page.status_code == 200
    assert " selected" not in page.text


async def test_sending_twice_shows_the_same_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    first, again = await send(client, fields), await send(client, fields)

    assert (first.status_code, again.status_code) == (201, 200)
    assert receipt(first) == receipt(again)
    assert "之前已经收到" in again.text
    assert await count(premises, Opinion) == 1
    assert await count(premises, OutboxMessage) == 1


async def test_twenty_clicks_at_once_are_one_opinion(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)

    pages = await asyncio.gather(*(send(client, fields) for _ in range(20)))

    assert Counter(page.status_code for page in pages) == {201: 1, 200: 19}
    assert len({receipt(page) for page in pages}) == 1
    assert await count(premises, Opinion) == 1


async def test_another_text_under_the_same_token_is_asked_about(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    number, _ = receipt(await send(client, fields))

    page = await send(client, fields | {"text": "另外,公园的长椅也坏了。"})
    fresh = citizen.hidden(page)["token"]
    second = await send(
        client, fields | {"text": "另外,公园的长椅也坏了。", "token": fresh}
    )

    assert page.status_code == 409
    assert number in page.text
    assert "公园的长椅" in page.text
    assert second.status_code == 201
    assert await count(premises, Opinion) == 2


async def test_an_old_page_keeps_what_was_typed(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    fields = await form(client)
    clock.advance(hours=25)

    page = await send(client, fields)
    again = await send(client, fields | citizen.hidden(page))

    assert page.status_code == 422
    assert make.TEXT in page.text
    assert "打开得太久" in page.text
    assert again.status_code == 201
    assert await count(premises, Opinion) == 1


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 50])
async def test_a_token_that_is_none_of_ours_is_not_taken(
    client: AsyncClient, premises: Premises, token: str
) -> None:
    page = await send(client, await form(client, token=token))

    assert page.status_code == 422
    assert await count(premises, Opinion) == 0


async def test_a_changed_token_is_not_taken(client: AsyncClient) -> None:
    token = (await form(client))["token"]
    changed = ("A" if token[0] != "A" else "B") + token[1:]

    assert (await send(client, await form(client, token=changed))).status_code == 422


async def test_what_is_wrong_stands_beside_its_field(client: AsyncClient) -> None:
    fields = await form(client, text=" ", email="zhang", subject="长" * 201)
    del fields["consent"]

    page = await send(client, fields)

    assert page.status_code == 422
    assert wrong_fields(page) == {"text", "email", "subject", "consent"}
    for field in ("text", "email", "subject", "consent"):
        assert f'id="{field}-wrong"' in page.text
        assert re.search(
            f'id="{field}"[^>]* aria-describedby="[^"]*{field}-wrong"'
            '[^>]* aria-invalid="?true', page.text,
        ), field  # fmt: skip


async def test_what_was_typed_is_kept(client: AsyncClient) -> None:
    fields = await form(
        client, section="2.1.2", kind="praise", email="zhang", phone="0610-1",
        subject='"<i>', text="<b>一行</b>\n\n另一行",
    )  # fmt: skip

    page = await send(client, fields)

    assert '<option value="2.1.2" selected>' in page.text
    assert 'value="praise" checked' in page.text
    assert 'value="0610-1"' in page.text
    assert 'value="&#34;&lt;i&gt;"' in page.text
    assert "&lt;b&gt;一行&lt;/b&gt;\n\n另一行</textarea>" in page.text
    assert 'name="consent" value="yes" required checked' in page.text


async def test_contact_details_of_an_anonymous_person_are_asked_about(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, await form(client, identity="anonymous", phone="1"))

    assert wrong_fields(page) == {"name", "email", "phone"}
    assert "请清空“电子邮箱”" in page.text
    assert make.EMAIL in page.text
    assert await count(premises, Opinion) == 0


async def test_an_anonymous_opinion_has_no_contact_and_no_letter(
    client: AsyncClient, premises: Premises
) -> None:
    await written(client, identity="anonymous", name="", email="")

    assert await count(premises, Opinion) == 1
    assert await count(premises, Contact) == 0
    assert await count(premises, OutboxMessage) == 0


async def test_a_choice_that_is_none_is_said(client: AsyncClient) -> None:
    page = await send(client, await form(client, kind="bribe", section="9.9"))

    assert wrong_fields(page) == {"kind", "section"}


async def test_a_text_that_was_agreed_to_before_it_changed_is_asked_about(
    client: AsyncClient,
) -> None:
    page = await send(client, await form(client, consent_version="2020-01"))

    assert wrong_fields(page) == {"consent"}


async def test_an_item_chosen_in_an_older_version_is_asked_about(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, section="2.1.2")
    source = make.notice_source().replace("停车".encode(), "泊车".encode())
    await publishing.renew(premises, source)

    page = await send(client, fields)

    assert wrong_fields(page) == {"section"}
    assert (await send(client, fields | citizen.hidden(page))).status_code == 201


@pytest.mark.parametrize(
    ("chosen", "now"), [("2.1.1", []), ("2.1.2", ["2.1.1"]), ("2.1.9", [])]
)
async def test_an_item_chosen_by_an_older_number_is_the_same_item_or_none(
    client: AsyncClient, premises: Premises, chosen: str, now: list[str]
) -> None:
    fields = await form(client, section=chosen)
    first = re.compile(r"^1\.小学学位.+\n\n2(?=\.老城区)", re.MULTILINE)
    source = first.sub("1", make.notice_source().decode(), count=1)
    await publishing.renew(premises, source.encode())

    page = await send(client, fields)

    assert wrong_fields(page) == {"section"}
    (choices,) = re.findall(r'<select id="section".+?</select>', page.text, re.DOTALL)
    assert re.findall(r'value="([^"]*)" selected', choices) == now


async def test_files_are_kept_with_the_opinion(
    client: AsyncClient, premises: Premises
) -> None:
    files = [("照片.png", PNG), ("../../说明.txt", "路灯在这里".encode("gb18030"))]
    page = await send(client, await form(client), files=files)

    async with premises.database.reading() as session:
        kept = await session.scalars(select(Attachment).order_by(Attachment.id))
        names = [(file.file_name, file.media_type) for file in kept]
    assert page.status_code == 201
    assert names == [("照片.png", "image/png"), ("说明.txt", "text/plain")]


async def test_files_have_to_be_chosen_again_and_the_page_says_so(
    client: AsyncClient,
) -> None:
    fields = await form(client, text="")
    page = await send(client, fields, files=[("照片.png", PNG)])

    assert "请重新选择" in page.text


async def test_files_that_cannot_be_taken_are_named(client: AsyncClient) -> None:
    files = [("run.exe", b"MZ"), ("photo.jpg", PNG), ("nothing.txt", b"")]
    page = await send(client, await form(client), files=files)

    assert wrong_fields(page) == {"files"}
    for name, _ in files:
        assert name in page.text


async def test_too_many_files_are_said(client: AsyncClient, premises: Premises) -> None:
    many = premises.settings.max_files + 1
    files = [(f"{n}.png", PNG) for n in range(many)]
    page = await send(client, await form(client), files=files)

    assert wrong_fields(page) == {"files"}
    assert await count(premises, Opinion) == 0


async def test_a_form_without_files_need_not_be_multipart(client: AsyncClient) -> None:
    page = await client.post(WRITE, data=await form(client))

    assert page.status_code == 201


async def test_after_closing_the_page_says_so_and_keeps_the_text(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    await publishing.set_window(premises, closes_on=date(2026, 11, 1))

    page = await send(client, fields)

    assert page.status_code == 409
    assert 'data-code="notice_closed"' in page.text
    assert "截止日期是2026年11月1日" in page.text
    assert make.TEXT in page.text
    assert await count(premises, Opinion) == 0


async def test_after_closing_no_way_is_announced_where_there_is_none(
    client: AsyncClient, premises: Premises
) -> None:
    closing = re.compile(r"^(联系电话|通信地址).+\n", re.MULTILINE)
    await publishing.renew(
        premises, closing.sub("", make.notice_source().decode()).encode()
    )
    await publishing.set_window(premises, closes_on=date(2026, 11, 1))

    page = await client.get(WRITE)

    assert 'data-code="notice_closed"' in page.text
    assert "还可以这样提" not in page.text
    assert not re.search(r"<ul>\s*</ul>", page.text)


async def test_a_form_from_another_site_is_refused(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    page = await client.post(
        WRITE, data=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert page.status_code == 403
    assert await count(premises, Opinion) == 0


async def test_a_flood_waits_and_loses_nothing(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    empty = await form(client, text="")
    for _ in range(premises.settings.submissions_per_minute):
        assert (await send(client, empty)).status_code == 422
    fields = await form(client)

    page = await send(client, fields)
    clock.advance(seconds=int(page.headers["retry-after"]))

    assert page.status_code == 429
    assert make.TEXT in page.text
    assert citizen.hidden(page)["token"] == fields["token"]
    assert (await send(client, fields)).status_code == 201


async def test_without_a_database_what_was_typed_is_kept(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    await premises.close()

    page = await send(client, fields)

    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert make.TEXT in page.text
    assert citizen.hidden(page)["token"] == fields["token"]


async def test_what_was_wrong_with_a_machines_request_is_not_repeated(
    client: AsyncClient,
) -> None:
    answer = await client.post(
        "/api/v1/opinions",
        json={"text": [CANARY], "notice": {CANARY: CANARY}, "consent": CANARY},
        headers={"Idempotency-Key": citizen.KEY},
    )

    assert answer.status_code == 422
    assert CANARY not in answer.text


async def test_the_token_is_of_this_installation(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    token = new_token(premises.house.seal, now=clock())
    page = await send(client, await form(client, token=token))

    assert page.status_code == 201


@pytest.mark.parametrize("language", ["", "/en"])
async def test_a_receipt_on_paper_says_where_to_track_it(
    client: AsyncClient, language: str
) -> None:
    page = await send(client, await form(client, language + WRITE), to=language + WRITE)
    box = page.text.split('class="receipt"')[1].split("</dl>")[0]

    assert f"http://testserver{language}/track<" in box
