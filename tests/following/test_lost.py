"""A lost receipt comes back by mail, and nobody learns whose address is known."""

import re
from collections.abc import Iterator

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import event

from app.domain.receipt import query_code
from app.domain.record import Action
from app.domain.vocabulary import MailPurpose
from app.models import MailGrant, MailRequest
from app.premises import Premises
from tests import make
from tests.fakes import FakeClock
from tests.following import talking
from tests.web import citizen

NEVER_SENT = query_code(bytes(15))
CODE = re.compile(r"^  ([0-9A-Z-]{29})$", re.MULTILINE)


async def ask(client: AsyncClient, email: str = make.EMAIL) -> Response:
    return await client.post("/track/lost", data={"email": email})


async def the_letter(client: AsyncClient, premises: Premises) -> str:
    """Return what the letter says that was asked for now."""
    await ask(client)
    await talking.look_around(premises)
    return (await talking.letters(premises, MailPurpose.RECEIPTS))[-1].body


async def renew(client: AsyncClient, number: str, code: str) -> Response:
    return await client.post("/track/renew", data={"number": number, "code": code})


@pytest.fixture
def statements(premises: Premises) -> Iterator[list[str]]:
    """What is asked of the database."""
    said: list[str] = []
    engines = {
        premises.database._writer.sync_engine,  # noqa: SLF001 - all that is sent
        premises.database._reader.sync_engine,  # noqa: SLF001 - all that is sent
    }

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_known_and_an_unknown_address_get_the_same_answer_for_the_same_work(
    client: AsyncClient, statements: list[str]
) -> None:
    await citizen.written(client)
    await client.get("/track/lost")
    work = []
    pages = []
    for email in (make.EMAIL, "nobody@example.org"):
        statements.clear()
        pages.append((await ask(client, email)).text.replace(email, "…"))
        work.append(list(statements))

    assert pages[0] == pages[1]
    assert work[0] == work[1]
    assert not any("contact" in statement for statement in work[0])


async def test_the_letter_goes_to_a_known_address_alone(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await citizen.written(client)
    for email in (make.EMAIL.upper(), "nobody@example.org"):
        await ask(client, email)

    assert await talking.look_around(premises) == 2

    (letter,) = await talking.letters(premises, MailPurpose.RECEIPTS)
    assert number in letter.body
    assert code not in letter.body
    assert make.TEXT not in letter.body
    assert not await talking.rows(premises, MailRequest)


async def test_the_one_time_code_sets_a_new_code_once(
    client: AsyncClient, premises: Premises
) -> None:
    number, old = await citizen.written(client)
    (once,) = CODE.findall(await the_letter(client, premises))
    assert (await citizen.tracked(client, number, old)).status_code == 200

    page = await renew(client, number, once)
    _, fresh = citizen.receipt(page)
    again = await renew(client, number, once)

    assert (page.status_code, again.status_code) == (201, 404)
    assert (await citizen.tracked(client, number, fresh)).status_code == 200
    assert (await citizen.tracked(client, number, old)).status_code == 404
    assert (await citizen.tracked(client, number, once)).status_code == 404
    assert await talking.events(premises, Action.CODE_RENEWED) == [{}]
    assert fresh not in str(page.url)


async def test_a_one_time_code_is_good_for_two_days_after_its_own(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    number, _ = await citizen.written(client)
    (once,) = CODE.findall(await the_letter(client, premises))
    clock.advance(days=3)
    late = await renew(client, number, once)
    clock.advance(days=-1)

    assert late.status_code == 404
    assert (await renew(client, number, once)).status_code == 201


async def test_a_one_time_code_renews_its_own_opinion_alone(
    client: AsyncClient, premises: Premises
) -> None:
    first, _ = await citizen.written(client)
    second, _ = await citizen.written(client, text="公园的椅子坏了，没有人修。")
    codes = CODE.findall(await the_letter(client, premises))

    assert len(set(codes)) == 2
    assert (await renew(client, first, codes[0])).status_code == 404
    assert (await renew(client, second, codes[0])).status_code == 201


@pytest.mark.parametrize(
    ("step", "fields"),
    [("contact", {"email": "new@example.org"}), ("erasure", {"erase": "yes"})],
)
async def test_an_address_that_was_corrected_or_erased_opens_nothing_any_more(
    client: AsyncClient, premises: Premises, step: str, fields: dict[str, str]
) -> None:
    talk = await talking.begin(client, premises)
    (once,) = CODE.findall(await the_letter(client, premises))
    await talk.send(step, **fields)

    assert (await renew(client, talk.number, once)).status_code == 404


async def test_the_receipt_page_sent_again_shows_no_code_that_opens_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await citizen.form(client)
    number, old = citizen.receipt(await citizen.send(client, fields))
    (once,) = CODE.findall(await the_letter(client, premises))
    await renew(client, number, once)

    page = await citizen.send(client, fields)

    assert number in page.text
    assert old not in page.text.replace("<wbr>", "")


@pytest.mark.parametrize("typed", ["", "mistyped", NEVER_SENT])
async def test_what_is_wrong_with_a_one_time_code_is_said_of_the_letter(
    client: AsyncClient, typed: str
) -> None:
    number, _ = await citizen.written(client)

    page = await renew(client, number, typed)
    (said,) = re.findall(r'class="summary".*?</div>', page.text, re.DOTALL)

    assert "验证码" in said
    assert "查询码" not in said


async def test_guessing_one_time_codes_is_slowed_down(client: AsyncClient) -> None:
    number, code = await citizen.written(client)
    for _ in range(10):
        assert (await renew(client, number, code)).status_code == 404

    assert (await renew(client, number, code)).status_code == 429


async def test_an_address_gets_so_many_letters_a_day(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await citizen.written(client)
    for _ in range(5):
        await ask(client)
        await talking.look_around(premises)
    assert len(await talking.letters(premises, MailPurpose.RECEIPTS)) == 3

    clock.advance(days=2)
    await ask(client)
    await talking.look_around(premises)

    assert len(await talking.letters(premises, MailPurpose.RECEIPTS)) == 4
    assert [row.number for row in await talking.rows(premises, MailGrant)] == [1]


async def test_a_network_asks_so_often_and_no_more(
    client: AsyncClient, premises: Premises
) -> None:
    most = premises.settings.submissions_per_minute
    pages = [await ask(client, "a@example.org") for _ in range(most + 1)]

    assert pages[-2].status_code == 200

    assert pages[-1].status_code == 429
    assert pages[-1].headers["retry-after"]
    assert 'value="a@example.org"' in pages[-1].text


@pytest.mark.parametrize("email", ["", "  ", "nothing", "a@b@c"])
async def test_what_is_no_address_is_asked_about(
    client: AsyncClient, premises: Premises, email: str
) -> None:
    page = await ask(client, email)

    assert page.status_code == 422
    assert 'id="email-wrong"' in page.text
    assert not await talking.rows(premises, MailRequest)


async def test_nobody_is_told_of_an_opinion_that_was_disowned_or_erased(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talk.send("erasure", erase="yes")
    await ask(client)
    await talking.look_around(premises)

    assert not await talking.letters(premises, MailPurpose.RECEIPTS)


async def test_both_languages_have_their_letter(
    client: AsyncClient, premises: Premises
) -> None:
    await citizen.written(client)
    await client.post("/en/track/lost", data={"email": make.EMAIL})
    await talking.look_around(premises)

    (letter,) = await talking.letters(premises, MailPurpose.RECEIPTS)
    assert "one-time code" in letter.body
    assert "http://testserver/en/track/renew" in letter.body
