"""Tracking: what number and code open, and what a citizen adds."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from app.domain.receipt import new_query_code, new_receipt_number
from app.domain.vocabulary import Channel, Disposition, Fate, Role
from app.models import Addition, Arrival, Attachment, Case
from app.premises import Premises
from app.services import replies, triage
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.web import citizen
from tests.web.citizen import PNG, hidden, send, tracked, written

ADD = "/track/additions"
MORE = "昨天晚上灯又灭了。"


async def addition(
    client: AsyncClient, number: str, code: str, **changes: str
) -> dict[str, str]:
    """Return the form that the tracking page has for adding something."""
    return hidden(await tracked(client, number, code)) | {"text": MORE} | changes


async def additions(premises: Premises) -> list[Addition]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Addition)))


async def answered_and_closed(premises: Premises, number: str) -> None:
    """Answer the case and close it, with a note that is nobody's but the office's."""
    clerk = await at_desk.hire(premises, Role.CLERK, display_name="经办人甲")
    house, now = premises.house, premises.clock()
    async with premises.database.writing() as session:
        await triage.note(
            session, clerk, number, revision=1, text="这是内部批注", now=now
        )
        await replies.answer(
            session, clerk, house, number, revision=2, text="路灯已经修好。", now=now
        )
        await replies.close(
            session, clerk, premises.house, number,
            revision=3, disposition=Disposition.ADOPTED, now=now,
        )  # fmt: skip


@contextmanager
def failing_commits(premises: Premises) -> Iterator[None]:
    """Let every commit of a writing transaction fail."""
    engine = premises.database._writer.sync_engine  # noqa: SLF001 - where commits are

    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk is full"))

    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


def summary(page: Response) -> str:
    found = re.search(r'class="summary".*?</div>', page.text, re.DOTALL)
    assert found, page.text
    return found[0]


async def test_number_and_code_open_the_case(client: AsyncClient) -> None:
    number, code = await written(client, section="2.1.2")
    page = await tracked(client, number, code)

    assert page.status_code == 200
    assert make.TEXT in page.text
    assert "已登记" in page.text
    assert "督查室" in page.text
    assert "老城区停车难" in page.text
    assert "最晚 2026-11-17 答复" in page.text
    assert "按受理规定，15 天内答复。" in page.text


async def test_the_code_stands_in_no_address(client: AsyncClient) -> None:
    number, code = await written(client)
    page = await tracked(client, number, code)

    assert code not in re.sub(r'value="[^"]*"', "", page.text)
    assert code not in str(page.url)
    assert page.headers["cache-control"] == "no-store"


async def test_a_number_is_understood_however_it_is_typed(client: AsyncClient) -> None:
    number, code = await written(client)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.replace("-", ""))

    for typed in (number.lower(), number.replace("-", " "), wide, f" {number} "):
        assert (await tracked(client, typed, code.lower())).status_code == 200


async def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(
    client: AsyncClient,
) -> None:
    number, code = await written(client)
    wrong_code = await tracked(client, number, new_query_code())
    wrong_number = await tracked(client, new_receipt_number(), code)

    assert wrong_code.status_code == wrong_number.status_code == 404
    assert summary(wrong_code) == summary(wrong_number)


async def test_a_mistyped_sign_is_said_to_be_one(client: AsyncClient) -> None:
    number, code = await written(client)
    sign = "A" if code[-1] != "A" else "B"

    page = await tracked(client, number, code[:-1] + sign)

    assert page.status_code == 422
    assert "查询码输错了" in summary(page)
    assert f'value="{number}"' in page.text


async def test_guessing_is_slowed_down_and_ends_with_patience(
    client: AsyncClient, clock: FakeClock
) -> None:
    number, code = await written(client)
    for _ in range(10):
        assert (await tracked(client, number, new_query_code())).status_code == 404

    page = await tracked(client, number, code)
    clock.advance(seconds=int(page.headers["retry-after"]))

    assert page.status_code == 429
    assert "太频繁" in page.text
    assert (await tracked(client, number, code)).status_code == 200


async def test_a_mistyped_code_is_no_guess(client: AsyncClient) -> None:
    number, code = await written(client)
    for _ in range(20):
        await tracked(client, number, "A")

    assert (await tracked(client, number, code)).status_code == 200


async def test_the_answer_is_shown_and_the_note_is_not(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    await answered_and_closed(premises, number)

    page = await tracked(client, number, code)

    assert "路灯已经修好。" in page.text
    assert "采纳" in page.text
    assert "内部批注" not in page.text
    assert "经办人甲" not in page.text


async def test_the_way_of_a_case_is_told_without_names(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    clerk = await at_desk.hire(premises, Role.CLERK, display_name="经办人甲")
    now = premises.clock()
    async with premises.database.writing() as session:
        unit = await at_desk.office_named(session, at_desk.UNIT)
        await triage.assign(session, clerk, number, revision=1, office_id=unit, now=now)
    page = await tracked(client, number, code)

    assert f"转交{at_desk.UNIT}办理" in page.text
    assert "经办人甲" not in page.text


async def test_a_late_answer_is_called_late(
    client: AsyncClient, clock: FakeClock
) -> None:
    number, code = await written(client)
    clock.advance(days=16)

    assert "已经超期" in (await tracked(client, number, code)).text


async def test_what_is_added_joins_the_case(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    fields = await addition(client, number, code)

    page = await send(client, fields, files=[("灯.png", PNG)], to=ADD)

    (added,) = await additions(premises)
    async with premises.database.reading() as session:
        arrival = await session.get_one(Arrival, added.arrival_id)
        file = await session.scalar(select(Attachment))
        unread = await session.scalar(select(Case.unread))
    assert page.status_code == 201
    assert MORE in page.text
    assert "灯.png" in page.text
    assert (arrival.channel, arrival.fate) == (Channel.WEB, Fate.JOINED)
    assert file is not None
    assert file.addition_id == added.id
    assert unread


async def test_adding_twice_adds_once(client: AsyncClient, premises: Premises) -> None:
    number, code = await written(client)
    fields = await addition(client, number, code)

    pages = await asyncio.gather(*(send(client, fields, to=ADD) for _ in range(8)))

    assert Counter(page.status_code for page in pages) == {201: 1, 200: 7}
    assert len(await additions(premises)) == 1


async def test_another_text_under_the_same_token_is_kept_to_be_sent_again(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    fields = await addition(client, number, code)
    await send(client, fields, to=ADD)

    page = await send(client, fields | {"text": "还有一件事。"}, to=ADD)
    again = await send(client, hidden(page) | {"text": "还有一件事。"}, to=ADD)

    assert page.status_code == 409
    assert "还有一件事。</textarea>" in page.text
    assert again.status_code == 201
    assert len(await additions(premises)) == 2


async def test_a_closed_case_takes_an_addition_and_shows_it_as_new(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    await answered_and_closed(premises, number)

    page = await send(client, await addition(client, number, code), to=ADD)

    assert page.status_code == 201
    async with premises.database.reading() as session:
        assert await session.scalar(select(Case.unread))


async def test_an_empty_addition_is_asked_about(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    page = await send(client, await addition(client, number, code, text=" "), to=ADD)

    assert page.status_code == 422
    assert 'id="text-wrong"' in page.text
    assert not await additions(premises)


async def test_an_addition_needs_the_right_code(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    fields = await addition(client, number, code) | {"code": new_query_code()}

    assert (await send(client, fields, to=ADD)).status_code == 404
    assert not await additions(premises)


async def test_an_addition_from_an_old_page_is_kept_to_be_sent_again(
    client: AsyncClient, clock: FakeClock
) -> None:
    number, code = await written(client)
    fields = await addition(client, number, code)
    clock.advance(hours=25)

    page = await send(client, fields, to=ADD)
    again = await send(client, hidden(page) | {"text": MORE}, to=ADD)

    assert page.status_code == 422
    assert f"{MORE}</textarea>" in page.text
    assert again.status_code == 201


async def test_a_commit_that_fails_is_not_answered_with_a_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    """Without `scope="function"` the commit would come after the answer."""
    number, code = await written(client)
    fields = await addition(client, number, code)

    with failing_commits(premises):
        page = await send(client, fields, to=ADD)

    assert page.status_code == 503
    assert "补充已收到" not in page.text
    async with premises.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Addition)) == 0
    assert (await send(client, fields, to=ADD)).status_code == 201


async def test_an_opinion_whose_commit_fails_gets_no_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await citizen.form(client)

    with failing_commits(premises):
        page = await send(client, fields)

    assert page.status_code == 503
    assert "receipt-number" not in page.text
    assert (await send(client, fields)).status_code == 201


@pytest.mark.parametrize(
    ("typed", "fields"),
    [({}, {"number", "code"}), ({"number": " ", "code": "x"}, {"number"})],
)
async def test_what_was_left_empty_is_asked_for(
    client: AsyncClient, typed: dict[str, str], fields: set[str]
) -> None:
    page = await client.post("/track", data=typed)

    assert page.status_code == 422
    assert "输错" not in page.text
    for field in fields:
        assert f'id="{field}-wrong">请填写' in page.text


async def test_words_are_marked_with_the_language_that_they_were_written_in(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client, subject="路灯")
    await answered_and_closed(premises, number)
    await send(client, await addition(client, number, code), to=ADD)
    form = hidden(await client.get("/en/track"))

    page = await client.post("/en/track", data=form | {"number": number, "code": code})

    for words in (make.TEXT, MORE, "路灯已经修好。", "路灯"):
        marked = f'lang="zh-CN">{words}</'
        assert marked in page.text, words
