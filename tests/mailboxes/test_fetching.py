"""Letters out of a real mailbox: each once, marked after it is kept."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.correspondence import MailboxTrouble
from app.domain.vocabulary import Fate
from app.gateways.imap import STRETCH, ImapFolder
from app.premises import Premises
from app.workers import letters
from tests.dovecot import Account
from tests.fakes import FakeClock
from tests.gateways import post
from tests.mailboxes.attending import attended, checked, kept, set_up, terms, until

FILED = '"&XfJT13QG-"'
"""已受理, as a server writes it."""


def numbered(number: int, text: str = "路灯不亮") -> bytes:
    """Return a letter that is like no other."""
    return post.letter(f"{text} {number}", Message_ID=f"<{number}@example.org>")


async def seen(account: Account, number: int) -> None:
    """Wait until as many letters are marked."""
    await until(lambda: asyncio.to_thread(lambda: account.seen() == number))


async def test_a_letter_becomes_a_case_and_is_marked(
    premises: Premises, account: Account
) -> None:
    await set_up(premises, terms(account))
    account.drop(numbered(1))

    async with attended(premises):
        await kept(premises, 1)
        await seen(account, 1)
    await letters.settle_waiting(premises)

    assert await post.fates(premises) == [Fate.OPENED]


async def test_a_new_letter_is_there_at_once(
    quick_premises: Premises, account: Account
) -> None:
    key = await set_up(quick_premises, terms(account))

    async with attended(quick_premises):
        await checked(quick_premises, key)
        async with asyncio.timeout(2):
            await asyncio.to_thread(account.drop, numbered(1))
            await kept(quick_premises, 1)

    assert [one.content for one in await post.kept(quick_premises)] == [numbered(1)]


async def test_letters_come_in_their_order_and_as_they_were(
    quick_premises: Premises, account: Account
) -> None:
    sent = [numbered(number) for number in range(30)]
    account.drop(*sent)
    await set_up(quick_premises, terms(account))

    async with attended(quick_premises):
        assert await kept(quick_premises, 30) == sent


async def test_the_mailboxs_address_is_the_envelopes_recipient(
    quick_premises: Premises, account: Account
) -> None:
    account.drop(b"Return-Path: <>\r\n" + numbered(1))
    await set_up(quick_premises, terms(account))

    async with attended(quick_premises):
        await kept(quick_premises, 1)

    (letter,) = await post.kept(quick_premises)
    assert letter.envelope.recipients == (account.user,)
    assert letter.envelope.sender == ""
    assert letter.envelope.acknowledge


async def test_old_letters_are_left_alone_unless_asked_for(
    quick_premises: Premises, clock: FakeClock, account: Account
) -> None:
    account.drop(numbered(1))
    clock.now = datetime.now(UTC) + timedelta(hours=1)
    key = await set_up(quick_premises, terms(account))

    async with attended(quick_premises):
        await checked(quick_premises, key)

    assert await post.kept(quick_premises) == []
    assert account.seen() == 0


async def test_old_letters_that_are_asked_for_are_not_acknowledged(
    quick_premises: Premises, clock: FakeClock, account: Account
) -> None:
    account.drop(numbered(1))
    clock.now = datetime.now(UTC) + timedelta(hours=1)
    await set_up(quick_premises, terms(account, old_letters=True))

    async with attended(quick_premises):
        await kept(quick_premises, 1)

    (letter,) = await post.kept(quick_premises)
    assert not letter.envelope.acknowledge


async def test_a_letter_that_is_kept_and_not_marked_is_not_fetched_again(
    quick_premises: Premises, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_folder: ImapFolder, _uid: int, *, filed_in: str | None) -> None:
        raise asyncio.CancelledError(filed_in)

    await set_up(quick_premises, terms(account))
    account.drop(numbered(1))
    with monkeypatch.context() as patched:
        patched.setattr(ImapFolder, "mark", die)
        async with attended(quick_premises):
            await kept(quick_premises, 1)
    assert account.seen() == 0

    async with attended(quick_premises):
        await seen(account, 1)

    assert len(await post.kept(quick_premises)) == 1


async def test_a_letter_that_is_too_large_is_held_with_its_header(
    quick_premises: Premises, account: Account
) -> None:
    large = numbered(1, "路" * 2**19)
    account.drop(large, numbered(2))
    await set_up(quick_premises, terms(account))

    async with attended(quick_premises):
        header, second = await kept(quick_premises, 2)

    assert await post.fates(quick_premises) == ["held too_large", "None"]
    assert large.startswith(header)
    assert header.endswith(b"\r\n\r\n")
    assert second == numbered(2)


@pytest.mark.parametrize("size", [STRETCH - 1, STRETCH, STRETCH + 1, 2**20])
async def test_a_letter_is_whole_however_many_stretches_it_takes(
    quick_premises: Premises, account: Account, size: int
) -> None:
    start = numbered(1)
    large = start + b"x" * (size - len(start) - 2) + b"\r\n"
    account.drop(large)
    await set_up(quick_premises, terms(account))

    async with attended(quick_premises):
        assert await kept(quick_premises, 1) == [large]


async def test_when_uids_change_their_meaning_what_came_before_is_a_duplicate(
    quick_premises: Premises, account: Account
) -> None:
    await set_up(quick_premises, terms(account))
    account.drop(numbered(1), numbered(2))
    async with attended(quick_premises):
        await kept(quick_premises, 2)
    await letters.settle_waiting(quick_premises)
    account.renumber()
    account.drop(numbered(3))

    async with attended(quick_premises):
        await kept(quick_premises, 5)
    await letters.settle_waiting(quick_premises)

    fates = Counter(await post.fates(quick_premises))
    assert fates == {Fate.OPENED: 3, Fate.DUPLICATE: 2}


async def test_a_held_letter_that_is_met_again_is_a_duplicate(
    quick_premises: Premises, account: Account
) -> None:
    await set_up(quick_premises, terms(account))
    account.drop(numbered(1, "路" * 2**19))
    async with attended(quick_premises):
        await kept(quick_premises, 1)
    account.renumber()

    async with attended(quick_premises):
        await kept(quick_premises, 2)

    assert await post.fates(quick_premises) == ["held too_large", Fate.DUPLICATE]


async def test_letters_are_filed_where_the_office_wants_them(
    quick_premises: Premises, account: Account
) -> None:
    client = account.server.signed_in(account.user)
    client.create(FILED)
    client.logout()
    await set_up(quick_premises, terms(account, filed_in="已受理"))
    account.drop(numbered(1))

    async with attended(quick_premises):
        await kept(quick_premises, 1)
        await until(lambda: asyncio.to_thread(lambda: account.flags() == []))

    assert len(account.flags(FILED)) == 1


async def test_without_the_folder_to_file_them_in_letters_come_and_staff_are_told(
    quick_premises: Premises, account: Account
) -> None:
    key = await set_up(quick_premises, terms(account, filed_in="没有的"))
    account.drop(numbered(1))

    async with attended(quick_premises):
        await kept(quick_premises, 1)
        entry = await checked(quick_premises, key)
        await seen(account, 1)

    assert entry.trouble is MailboxTrouble.NOT_FILED
    assert "没有的" in entry.said


async def test_two_workers_keep_a_letter_once(
    quick_premises: Premises, account: Account
) -> None:
    await set_up(quick_premises, terms(account))
    async with attended(quick_premises), attended(quick_premises):
        account.drop(*map(numbered, range(20)))
        await kept(quick_premises, 20)
        await seen(account, 20)

    assert len(await post.kept(quick_premises)) == 20
