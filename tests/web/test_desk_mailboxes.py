"""Mailboxes, as a page of the desk."""

import asyncio
from collections.abc import Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.correspondence import MailboxTrouble
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AuditEvent
from app.premises import Premises
from app.services import fetching, mailboxes
from app.web import desk_mailboxes
from tests import at_desk
from tests.fakes import FakeClock

SAID = f"{MailboxTrouble.SIGN_IN_REFUSED}: [AUTHENTICATIONFAILED] no"


@pytest.fixture
async def key(client: AsyncClient, premises: Premises) -> int:
    """A mailbox, and an administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)
    async with premises.database.writing() as session:
        return await at_desk.mailbox(session, premises)


async def fail(premises: Premises, key: int) -> None:
    """Note that something is in the way of a mailbox."""
    async with premises.database.writing() as session:
        await fetching.note_trouble(session, key, SAID, now=premises.clock())


async def test_a_mailbox_is_shown_with_what_is_in_its_way_in_words(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    await fail(premises, key)

    page = await client.get("/desk/mailboxes")

    assert "登录被拒绝" in page.text
    assert "[AUTHENTICATIONFAILED] no" in page.text
    assert "2026-11-02 09:00 起" in page.text
    assert "open sesame" not in page.text


async def test_a_mailbox_can_be_taken_out_of_use_and_back(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    off = {"mailbox": key, "enabled": "false"}
    page = await client.post("/desk/mailboxes/use", data=off, follow_redirects=True)
    assert "已停用" in page.text
    assert "立即检查" not in page.text

    await client.post("/desk/mailboxes/use", data=off | {"enabled": "true"})

    async with premises.database.reading() as session:
        assert await fetching.attended(session) == {key: True}
        actions = list(await session.scalars(select(AuditEvent.action)))
    assert actions.count(Action.MAILBOX_CHANGED) == 2


async def well(premises: Premises, key: int) -> None:
    """Note that a mailbox was looked through."""
    async with premises.database.writing() as session:
        await fetching.note_checked(session, key, now=premises.clock())


@pytest.mark.parametrize(
    ("outcome", "words"), [(well, "已检查，收信正常"), (fail, "已检查，收信失败")]
)
async def test_whoever_asks_hears_what_the_worker_found(
    client: AsyncClient,
    premises: Premises,
    key: int,
    outcome: Callable[[Premises, int], "asyncio.Future[None]"],
    words: str,
) -> None:
    asking = asyncio.ensure_future(
        client.post(
            "/desk/mailboxes/check", data={"mailbox": key}, follow_redirects=True
        )
    )
    await asyncio.sleep(0.3)
    await outcome(premises, key)

    assert words in (await asking).text


async def test_whoever_asks_while_no_worker_runs_is_told(
    client: AsyncClient,
    premises: Premises,
    key: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk_mailboxes, "LOOKED_WITHIN", 0.1)
    await well(premises, key)

    page = await client.post(
        "/desk/mailboxes/check", data={"mailbox": key}, follow_redirects=True
    )

    assert "后台任务还没有回应" in page.text


async def test_a_mailbox_that_is_not_there_is_not_found(
    client: AsyncClient, key: int
) -> None:
    page = await client.post("/desk/mailboxes/check", data={"mailbox": key + 1})

    assert page.status_code == 404


async def test_everybody_is_told_of_a_mailbox_that_fails_for_half_an_hour(
    client: AsyncClient, premises: Premises, key: int, clock: FakeClock
) -> None:
    await fail(premises, key)
    assert "收不到信" not in (await client.get("/desk")).text
    clock.advance(minutes=31)
    assert "收不到信" in (await client.get("/desk")).text

    async with premises.database.writing() as session:
        await mailboxes.enable(session, key, enabled=False, now=clock.now)

    assert "收不到信" not in (await client.get("/desk")).text


async def test_without_a_mailbox_the_page_says_how_to_add_one(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    async with premises.database.writing() as session:
        await mailboxes.remove(session, key, now=premises.clock())

    page = await client.get("/en/desk/mailboxes")

    assert "No mailbox is set up." in page.text
    assert "huiyin mailbox" in page.text
