"""Access tokens: asked for when one is due, and never more often."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.correspondence import MailboxTrouble
from app.domain.mailbox import BadMailbox, TokenGrant
from app.gateways import oauth
from app.gateways.imap import AccessToken, xoauth2
from app.gateways.imap_faults import MailboxFault
from app.models import Mailbox
from app.premises import Premises
from app.services import mailboxes
from app.workers.attendant import Pace
from tests.fakes import START, FakeClock
from tests.gateways import post
from tests.mailboxes.attending import (
    attended,
    checked,
    failed,
    kept,
    set_up,
    terms,
    until,
)
from tests.mailboxes.scripted import Scripted, scripted
from tests.mailboxes.token_server import refusal, token, token_server

LETTERS = {1: post.letter()}


async def refresh_token(premises: Premises) -> str:
    """Return the refresh token that is kept of the only mailbox."""
    async with premises.database.reading() as session:
        row = (await session.scalars(select(Mailbox))).one()
    secret = mailboxes.terms_of(premises.house.seal, row).secret
    assert isinstance(secret, TokenGrant)
    return secret.refresh_token


def test_a_token_is_shown_as_the_providers_document_it() -> None:
    shown = xoauth2("zhang@example.org", AccessToken("ya29.x"))

    assert base64.b64decode(shown) == (
        b"user=zhang@example.org\x01auth=Bearer ya29.x\x01\x01"
    )


async def test_a_mailbox_is_opened_with_an_access_token(
    quick_premises: Premises,
) -> None:
    async with (
        token_server(token("t1")) as giver,
        scripted(Scripted(letters=LETTERS, tokens={"t1"})) as server,
    ):
        grant = giver.grant(client_secret="s", scope="imap offline")
        await set_up(quick_premises, terms(server, secret=grant))
        async with attended(quick_premises):
            await kept(quick_premises, 1)

    assert giver.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "r1",
            "client_id": "huiyin",
            "client_secret": "s",
            "scope": "imap offline",
        }
    ]


async def test_a_token_serves_many_connections_until_shortly_before_its_end(
    quick_premises: Premises, clock: FakeClock
) -> None:
    async with (
        token_server(token("t1")) as giver,
        scripted(Scripted(tokens={"t1"}, cut_at="IDLE")) as server,
    ):
        await set_up(quick_premises, terms(server, secret=giver.grant()))
        async with attended(quick_premises):
            await until(lambda: connections(server, 5))
            assert len(giver.asked) == 1
            clock.advance(minutes=56)
            many = server.connections + 3
            await until(lambda: connections(server, many))

    assert len(giver.asked) == 2


async def connections(server: Scripted, number: int) -> bool:
    """Return whether as many connections were made."""
    return server.connections >= number


async def test_a_refresh_token_that_is_replaced_is_kept(
    quick_premises: Premises,
) -> None:
    async with (
        token_server(token("t1", refresh_token="r2")) as giver,
        scripted(Scripted(tokens={"t1"})) as server,
    ):
        key = await set_up(quick_premises, terms(server, secret=giver.grant()))
        async with attended(quick_premises):
            await checked(quick_premises, key)
        async with attended(quick_premises):
            await until(lambda: connections(server, 2))

    assert await refresh_token(quick_premises) == "r2"
    assert [asked["refresh_token"] for asked in giver.asked] == ["r1", "r2"]


async def test_a_consent_that_is_withdrawn_is_told_in_words_and_left_in_peace(
    quick_premises: Premises,
) -> None:
    async with (
        token_server(refusal("invalid_grant")) as giver,
        scripted(Scripted()) as server,
    ):
        key = await set_up(quick_premises, terms(server, secret=giver.grant()))
        async with attended(quick_premises, pace=Pace()):
            entry = await failed(quick_premises, key)

    assert (entry.trouble, entry.said) == (
        MailboxTrouble.TOKEN_REFUSED,
        "invalid_grant",
    )
    assert (len(giver.asked), server.connections) == (1, 0)


async def test_a_token_that_the_mail_server_refuses_is_not_shown_again(
    quick_premises: Premises,
) -> None:
    async with (
        token_server(token("revoked"), token("t2")) as giver,
        scripted(Scripted(letters=LETTERS, tokens={"t2"})) as server,
    ):
        await set_up(quick_premises, terms(server, secret=giver.grant()))
        async with attended(quick_premises):
            await kept(quick_premises, 1)

    assert len(giver.asked) == 2


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (refusal("invalid_client"), MailboxTrouble.TOKEN_REFUSED),
        (refusal("temporarily_unavailable"), MailboxTrouble.TOKEN_UNREACHABLE),
        ((503, b"<html>"), MailboxTrouble.TOKEN_UNREACHABLE),
        ((200, []), MailboxTrouble.TOKEN_UNREACHABLE),
        ((200, {"access_token": 7}), MailboxTrouble.TOKEN_UNREACHABLE),
        ((200, b"x" * 2**17), MailboxTrouble.TOKEN_UNREACHABLE),
    ],
)
async def test_an_answer_without_a_token_is_trouble(
    answer: tuple[int, Any], trouble: MailboxTrouble
) -> None:
    async with token_server(answer) as giver:
        with pytest.raises(MailboxFault) as told:
            await oauth.ask_token(giver.grant(), now=START)

    assert told.value.trouble is trouble
    assert "personal" not in str(told.value)


async def test_nobody_there_is_trouble() -> None:
    async with token_server(token("t")) as giver:
        grant = giver.grant()

    with pytest.raises(MailboxFault, match="token_unreachable"):
        await oauth.ask_token(grant, now=START)


@pytest.mark.parametrize(
    ("life", "seconds"),
    [(3600, 3300), ("3600", 3300), (60, 30), (None, 3300), ("soon", 3300), (-1, 3300)],
)
async def test_another_token_is_asked_for_a_little_early(
    life: object, seconds: float
) -> None:
    async with token_server(token("t", expires_in=life)) as giver:
        issued = await oauth.ask_token(giver.grant(), now=START)

    assert issued.renew_at == START + timedelta(seconds=seconds)


async def test_tokens_are_asked_for_in_private_only() -> None:
    grant = TokenGrant(
        token_url="http://example.org/token", client_id="a", refresh_token="b"
    )

    with pytest.raises(BadMailbox):
        await oauth.ask_token(grant, now=START)
