"""Trouble: what one server does or leaves undone harms no other mailbox."""

import asyncio
import time

import pytest

from app.domain.correspondence import MailboxTrouble
from app.domain.mailbox import Password
from app.gateways.imap_faults import Patience
from app.premises import Premises
from app.services import mailboxes, trouble
from app.workers.attendant import Pace
from app.workers.mailboxes import MailboxWatch
from tests.dovecot import Account
from tests.fakes import FakeClock
from tests.gateways import post
from tests.mailboxes.attending import (
    IMPATIENT,
    attended,
    checked,
    failed,
    kept,
    set_up,
    state,
    terms,
    until,
)  # fmt: skip
from tests.mailboxes.scripted import Scripted, scripted

PATIENT = Patience()
"""As patient as in service: nothing times out while a test runs."""


def three() -> dict[int, bytes]:
    """Return three letters by UID."""
    return {uid: post.letter(f"第 {uid} 封") for uid in (4, 5, 9)}


@pytest.mark.parametrize("step", ["GREETING", "CAPABILITY", "AUTHENTICATE", "SELECT"])
async def test_a_server_that_never_answers_holds_up_nobody_else(
    quick_premises: Premises, account: Account, step: str
) -> None:
    async with scripted(Scripted(silent_at=step)) as silent:
        await set_up(quick_premises, terms(silent))
        await set_up(quick_premises, terms(account))
        async with attended(quick_premises, patience=PATIENT):
            await until(lambda: talking(silent))
            account.drop(post.letter())
            await kept(quick_premises, 1)
            began = time.monotonic()

    assert time.monotonic() - began < 2


async def talking(server: Scripted) -> bool:
    """Return whether somebody talks with ``server``."""
    return server.connections > 0


@pytest.mark.parametrize(
    "step", ["GREETING", "AUTHENTICATE", "SELECT", "FETCH", "STORE", "IDLE", "DONE"]
)
async def test_a_server_that_never_answers_is_found_out(
    quick_premises: Premises, step: str
) -> None:
    server = Scripted(letters=three(), silent_at=step)
    pace = Pace(idle=0.1, first_pause=60)
    async with scripted(server):
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises, pace=pace):
            entry = await failed(quick_premises, key)

    assert entry.trouble is MailboxTrouble.SILENT
    assert entry.failing_since is not None


@pytest.mark.parametrize("poison", ["refuse", "nonsense", "cut"])
async def test_a_letter_that_cannot_be_fetched_is_held_and_the_next_ones_come(
    quick_premises: Premises, poison: str
) -> None:
    server = Scripted(letters=three(), poison={5: poison})
    async with scripted(server):
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            first, second, third = await kept(quick_premises, 3)
            entry = await checked(quick_premises, key)

    assert (first, second, third) == (three()[4], b"", three()[9])
    assert await post.fates(quick_premises) == ["None", "held not_fetched", "None"]
    assert entry.trouble is None


async def test_a_connection_that_breaks_off_within_a_letter_loses_nothing(
    quick_premises: Premises,
) -> None:
    server = Scripted(letters=three(), poison={5: "cut"})
    async with scripted(server):
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            assert (await failed(quick_premises, key)).trouble is MailboxTrouble.CUT
            server.poison.clear()
            letters = await kept(quick_premises, 3)

    assert letters == list(three().values())


async def test_a_server_that_lets_nobody_mark_does_not_give_letters_twice(
    quick_premises: Premises,
) -> None:
    server = Scripted(letters=three(), refused="STORE")
    async with scripted(server):
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            await kept(quick_premises, 3)
            await checked(quick_premises, key)
        async with attended(quick_premises):
            await until(lambda: connected(server, 2))

    assert len(await post.kept(quick_premises)) == 3


async def connected(server: Scripted, number: int) -> bool:
    """Return whether ``server`` was asked to wait on its so many-th connection."""
    return server.count("IDLE") >= number


async def test_a_wrong_password_is_told_and_not_tried_over_and_over(
    quick_premises: Premises, account: Account
) -> None:
    wrong = terms(account, secret=Password(password="wrong"))
    key = await set_up(quick_premises, wrong)
    async with attended(quick_premises, pace=Pace(), patience=PATIENT):
        entry = await failed(quick_premises, key)

    assert entry.trouble is MailboxTrouble.SIGN_IN_REFUSED
    assert "AUTHENTICATIONFAILED" in entry.said


async def test_the_log_calls_a_mailbox_that_fails_by_its_name(
    quick_premises: Premises, caplog: pytest.LogCaptureFixture
) -> None:
    async with scripted(Scripted()) as server:
        wrong = terms(server, secret=Password(password="wrong"))
        key = await set_up(quick_premises, wrong)
        async with attended(quick_premises, pace=Pace(), patience=PATIENT):
            await failed(quick_premises, key)

    told = [vars(one) for one in caplog.records if one.message == "a mailbox fails"]
    assert [(one["mailbox_id"], one["mailbox"]) for one in told] == [(key, wrong.name)]


async def test_a_sign_in_that_was_refused_is_tried_again_after_a_minute_at_least(
    quick_premises: Premises,
) -> None:
    async with scripted(Scripted()) as server:
        wrong = terms(server, secret=Password(password="wrong"))
        key = await set_up(quick_premises, wrong)
        async with attended(quick_premises, pace=Pace(first_pause=0.01)):
            await failed(quick_premises, key)
            await asyncio.sleep(0.3)

    assert server.count("AUTHENTICATE") == 1


async def test_whoever_asks_has_it_tried_at_once(quick_premises: Premises) -> None:
    async with scripted(Scripted()) as server:
        wrong = terms(server, secret=Password(password="wrong"))
        key = await set_up(quick_premises, wrong)
        async with attended(quick_premises, pace=Pace()) as watch:
            await failed(quick_premises, key)
            await ask(quick_premises, watch, key)
            await failed(quick_premises, key)

    assert server.count("AUTHENTICATE") == 2


async def ask(premises: Premises, watch: MailboxWatch, key: int) -> None:
    """Have a mailbox looked through."""
    async with premises.database.writing() as session:
        await mailboxes.ask_for(session, key)
    await watch.look_around()


async def test_trouble_that_is_over_is_forgotten(quick_premises: Premises) -> None:
    server = Scripted(letters=three(), silent_at="SELECT")
    async with scripted(server):
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            await failed(quick_premises, key)
            server.silent_at = ""
            await kept(quick_premises, 3)
            entry = await checked(quick_premises, key)

    assert (entry.trouble, entry.failing_since) == (None, None)


async def test_trouble_lasts_from_its_first_sign_and_worries_after_half_an_hour(
    quick_premises: Premises, clock: FakeClock
) -> None:
    began = clock.now
    async with scripted(Scripted(cut_at="SELECT")) as server:
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            await failed(quick_premises, key)
            tried = server.connections
            clock.advance(minutes=31)
            await until(lambda: connected_more(server, tried + 1))
        entry = await state(quick_premises, key)

    assert entry.failing_since == began
    async with quick_premises.database.reading() as session:
        house = quick_premises.house
        assert (await trouble.read(session, house, now=clock.now)).unread
        assert not (await trouble.read(session, house, now=began)).unread


async def connected_more(server: Scripted, number: int) -> bool:
    """Return whether more than ``number`` connections were made."""
    return server.connections > number


async def test_a_mailbox_that_is_put_out_of_use_is_left_within_a_round(
    quick_premises: Premises,
) -> None:
    async with scripted(Scripted(letters=three())) as server:
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises) as watch:
            await kept(quick_premises, 3)
            async with quick_premises.database.writing() as session:
                await mailboxes.enable(
                    session, key, enabled=False, now=quick_premises.clock()
                )
            await watch.look_around()
            server.letters[10] = post.letter("第 10 封")
            await asyncio.sleep(0.2)

    assert len(await post.kept(quick_premises)) == 3


async def test_a_server_that_tells_of_no_news_is_asked_now_and_then(
    quick_premises: Premises,
) -> None:
    server = Scripted(letters=three(), capabilities="IMAP4rev1 AUTH=PLAIN")
    async with scripted(server):
        await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            await kept(quick_premises, 3)
            server.letters[10] = post.letter("第 10 封")
            await kept(quick_premises, 4)

    assert server.count("IDLE") == 0


async def test_a_server_that_forgets_to_tell_is_asked_all_the_same(
    quick_premises: Premises,
) -> None:
    async with scripted(Scripted(letters=three())) as server:
        await set_up(quick_premises, terms(server))
        async with attended(quick_premises, pace=Pace(idle=0.05)):
            await kept(quick_premises, 3)
            server.letters[10] = post.letter("第 10 封")
            await kept(quick_premises, 4)

    last = (await post.kept(quick_premises))[-1]
    assert last.content == post.letter("第 10 封")


async def test_a_server_out_of_reach_is_told(quick_premises: Premises) -> None:
    async with scripted(Scripted()) as server:
        pass
    key = await set_up(quick_premises, terms(server))
    async with attended(quick_premises, patience=IMPATIENT):
        entry = await failed(quick_premises, key)

    assert entry.trouble is MailboxTrouble.UNREACHABLE


async def test_a_server_that_cannot_tell_how_large_letters_are_is_read(
    quick_premises: Premises,
) -> None:
    server = Scripted(letters=three(), refused="RFC822.SIZE")
    async with scripted(server):
        await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            assert await kept(quick_premises, 3) == list(three().values())


async def test_a_letter_larger_than_was_said_is_found_out_and_held(
    quick_premises: Premises,
) -> None:
    large = post.letter("x" * (2**20))
    server = Scripted(letters={4: large, 5: post.letter()}, understated=2**20)
    async with scripted(server):
        await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            await kept(quick_premises, 2)

    assert await post.fates(quick_premises) == ["held too_large", "None"]


async def test_a_letter_that_was_taken_away_meanwhile_is_passed_over(
    quick_premises: Premises,
) -> None:
    server = Scripted(letters=three(), poison={5: "vanish"})
    async with scripted(server):
        key = await set_up(quick_premises, terms(server))
        async with attended(quick_premises):
            await kept(quick_premises, 2)
            entry = await checked(quick_premises, key)

    assert entry.trouble is None
    assert len(await post.kept(quick_premises)) == 2


async def test_a_server_that_cannot_move_copies_and_takes_away(
    quick_premises: Premises,
) -> None:
    capabilities = "IMAP4rev1 IDLE AUTH=PLAIN UIDPLUS"
    server = Scripted(letters={4: post.letter()}, capabilities=capabilities)
    async with scripted(server):
        await set_up(quick_premises, terms(server, filed_in="Done"))
        async with attended(quick_premises):
            await until(lambda: connected(server, 1))

    assert [line for line in server.said if "4" in line][-4:] == [
        r"UID STORE 4 +FLAGS.SILENT (\Seen)",
        'UID COPY 4 "Done"',
        r"UID STORE 4 +FLAGS.SILENT (\Deleted)",
        "UID EXPUNGE 4",
    ]
