"""The tracking page reads as a conversation: who said what, in the order of time."""

from collections.abc import Sequence

from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from tests import at_desk, make
from tests.at_desk import take
from tests.fakes import FakeClock
from tests.following import talking
from tests.web import citizen

QUESTION = "是哪一盏灯？"
REPLY = "是门口那一盏。"
LATER = "昨天晚上又灭了。"


def stand_in_this_order(text: str, words: Sequence[str]) -> bool:
    """Return whether all of it stands in the conversation, one after the other."""
    heard = text[text.index('id="conversation"') :]
    places = [heard.index(each) for each in words]
    return places == sorted(places)


async def test_what_was_said_stands_in_the_order_of_time(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    talk = await talking.begin(client, premises)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    clock.advance(hours=1)
    await take(client, premises, talk.number, "ask", text=QUESTION)
    clock.advance(hours=1)
    await add(talk, REPLY)
    clock.advance(hours=1)
    await talking.answered(talk)
    clock.advance(hours=1)
    await add(talk, LATER)

    page = (await talk.page()).text

    assert stand_in_this_order(
        page, [make.TEXT, QUESTION, REPLY, talking.ANSWER, LATER, 'id="add"']
    )


async def test_a_question_that_waits_is_said_at_the_head_and_in_its_place(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    talk = await talking.begin(client, premises)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    await take(client, premises, talk.number, "ask", text=QUESTION)

    waiting = (await talk.page()).text
    clock.advance(hours=1)
    await add(talk, REPLY)
    replied = (await talk.page()).text

    assert waiting.index("请您补充情况。</strong>") < waiting.index("请您补充</h3>")
    assert "请您补充情况。</strong>" not in replied
    assert "我们问过您</h3>" in replied


async def add(talk: talking.Talk, text: str) -> None:
    """Add ``text`` by the form of the tracking page."""
    fields = citizen.hidden(await talk.page()) | {"text": text}
    page = await citizen.send(talk.client, fields, to="/track/additions")
    assert page.status_code == 201
