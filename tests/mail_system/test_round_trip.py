"""Letters on a real way: postfix, our doors, postfix again, and a dovecot."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from app.domain.vocabulary import MailState
from app.premises import Premises
from app.settings import Settings
from tests import make
from tests.dovecot import Account, Dovecot, dovecot
from tests.mail_system.desk import Desk
from tests.mail_system.serving import service
from tests.mail_system.town import (
    GONE,
    HOTLINE,
    INTAKE,
    LI,
    MAYOR,
    WANG,
    ZHANG,
    Town,
    mail_system,
)
from tests.mailboxes.attending import set_up, terms

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(settings: Settings) -> Iterator[Town]:
    """Everything, up and running."""
    with dovecot() as mailboxes, mail_system(mailboxes, settings) as mail:
        asyncio.run(furnish(settings, mailboxes))
        relay = SecretStr(f"smtp://127.0.0.1:{mail.port}?starttls=never")
        with service(settings.model_copy(update={"relay_url": relay})) as running:
            yield Town(mail, mailboxes, running)


async def furnish(settings: Settings, mailboxes: Dovecot) -> None:
    """Set up an office, a notice, and the mailbox that is read."""
    async with Premises(settings) as premises:
        async with premises.database.writing() as session:
            await make.house(session)
        await set_up(premises, terms(Account(mailboxes, HOTLINE)))


@pytest.fixture
async def desk(settings: Settings, town: Town) -> AsyncIterator[Desk]:
    """A desk of the staff."""
    async with Premises(settings) as premises:
        yield Desk(premises, town)


async def test_a_letter_that_an_alias_forwards_is_acknowledged_to_its_writer(
    desk: Desk, town: Town
) -> None:
    written = town.write(ZHANG, to=MAYOR, text="体育馆的灯坏了。")
    about = await desk.opinion(written)

    (letter,) = await town.received(ZHANG)
    assert (letter["To"], letter["In-Reply-To"]) == (ZHANG, written)
    assert about.receipt_number in letter.get_content()


async def test_an_answer_reaches_the_citizen_whose_reply_joins_the_case(
    desk: Desk, town: Town
) -> None:
    written = town.write(LI, to=INTAKE, text="河边的路灯坏了。")
    about = await desk.opinion(written)
    await town.received(LI)
    await desk.answer(about, text="已经修好了。")

    _, answer = await town.received(LI, number=2)
    assert answer["In-Reply-To"] == written
    assert "已经修好了。" in answer.get_content()

    town.write(LI, to=answer["Reply-To"], text="还有一盏没亮。")
    assert "还有一盏没亮。" in await desk.addition(about)


async def test_a_reply_to_the_plain_address_is_known_by_the_letter_it_answers(
    desk: Desk, town: Town
) -> None:
    about = await desk.opinion(town.write(WANG, to=INTAKE, text="河边的路灯坏了。"))
    (letter,) = await town.received(WANG)

    town.write(WANG, to=INTAKE, text="是东岸。", In_Reply_To=letter["Message-ID"])
    assert "是东岸。" in await desk.addition(about)


async def test_a_letter_in_a_mailbox_that_is_read_opens_a_case(
    desk: Desk, town: Town
) -> None:
    about = await desk.opinion(town.write(ZHANG, to=HOTLINE, text="菜市场积水。"))

    async def marked() -> bool:
        return Account(town.mailboxes, HOTLINE).seen() == 1

    await town.until(marked)
    assert about.text.strip() == "菜市场积水。"


async def test_what_postfix_sends_back_is_recorded_and_nothing_more_goes_there(
    desk: Desk, town: Town
) -> None:
    about = await desk.opinion(town.write(GONE, to=INTAKE, text="井盖松了。"))
    assert await desk.letters(about, number=1) == [MailState.BOUNCED]
    assert await desk.shunned() == ["5.1.1"]

    await desk.answer(about, text="已经换了。")
    assert await desk.letters(about, number=2) == [
        MailState.BOUNCED,
        MailState.WITHHELD,
    ]
    assert await desk.bounces() == ["5.1.1"]
