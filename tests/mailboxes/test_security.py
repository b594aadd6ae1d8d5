"""The way to a mailbox: private, to whoever is meant, and never guessed at."""

import pytest

from app.domain.correspondence import MailboxSecurity, MailboxTrouble
from app.domain.mailbox import BadMailbox, MailboxTerms, Password, check
from app.gateways import imap
from app.gateways.imap_faults import MailboxFault
from app.premises import Premises
from tests.dovecot import PASSWORD, Account
from tests.gateways import post
from tests.mailboxes.attending import IMPATIENT, attended, kept, set_up, terms
from tests.mailboxes.scripted import Scripted, scripted

BOTH = [MailboxSecurity.TLS, MailboxSecurity.STARTTLS]


def secure(account: Account, security: MailboxSecurity, **changes: str) -> MailboxTerms:
    """Return how a mailbox is opened over TLS."""
    server = account.server
    port = server.tls_port if security is MailboxSecurity.TLS else server.port
    facts = {"host": "localhost"} | changes
    return terms(account, security=security, port=port, **facts)


async def opening(terms: MailboxTerms) -> MailboxTrouble:
    """Return what is in the way of a mailbox."""
    with pytest.raises(MailboxFault) as told:
        async with imap.opened(terms, Password(password=PASSWORD), patience=IMPATIENT):
            pass
    return told.value.trouble


def can_be_meant(changes: dict[str, str], *, unprotected: bool = False) -> bool:
    """Say whether a mailbox without TLS may be set up so."""
    try:
        check(terms(Scripted(port=143), **changes), unprotected=unprotected)
    except BadMailbox:
        return False
    return True


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", BOTH)
async def test_letters_come_over_tls(
    quick_premises: Premises, account: Account, security: MailboxSecurity
) -> None:
    account.drop(post.letter())
    await set_up(quick_premises, secure(account, security))

    async with attended(quick_premises):
        await kept(quick_premises, 1)

    assert [one.content for one in await post.kept(quick_premises)] == [post.letter()]


@pytest.mark.parametrize("security", BOTH)
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    account: Account, security: MailboxSecurity
) -> None:
    assert await opening(secure(account, security)) is MailboxTrouble.INSECURE


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", BOTH)
async def test_a_certificate_for_somebody_else_is_refused(
    account: Account, security: MailboxSecurity
) -> None:
    elsewhere = secure(account, security, host="127.0.0.1")

    assert await opening(elsewhere) is MailboxTrouble.INSECURE


async def test_a_server_without_starttls_gets_no_password() -> None:
    async with scripted(Scripted(refused="STARTTLS")) as server:
        asked = terms(server, security=MailboxSecurity.STARTTLS)

        assert await opening(asked) is MailboxTrouble.INSECURE
    assert server.said == ["STARTTLS", "LOGOUT"]


async def test_what_was_put_in_before_tls_begins_is_not_heard() -> None:
    injected = "\r\n* CAPABILITY IMAP4rev1\r\nh2 OK injected"
    async with scripted(Scripted(behind_starttls=injected)) as server:
        asked = terms(server, security=MailboxSecurity.STARTTLS)

        assert await opening(asked) is MailboxTrouble.INSECURE


async def test_a_server_that_greets_as_if_we_were_known_is_not_believed() -> None:
    async with scripted(Scripted(greeting="* PREAUTH hello")) as server:
        asked = terms(server, security=MailboxSecurity.STARTTLS)

        assert await opening(asked) is MailboxTrouble.ODD


async def test_a_server_that_knows_login_only_gets_the_password_quoted() -> None:
    async with scripted(Scripted(capabilities="IMAP4rev1")) as server:
        proof = Password(password='a "b" \\c')
        async with imap.opened(terms(server), proof, patience=IMPATIENT):
            pass

    assert server.said[1] == r'LOGIN "opinions@example.org" "a \"b\" \\c"'


async def test_a_server_that_wants_to_know_who_asks_is_told() -> None:
    async with scripted(Scripted()) as server:
        proof = Password(password=PASSWORD)
        async with imap.opened(terms(server), proof, patience=IMPATIENT):
            pass

    assert server.count('ID ("name" "huiyin")') == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "mail.example.org"},
        {"host": "192.0.2.1"},
        {"user_name": "a\r\nA1 LOGOUT"},
        {"folder": "INBOX\n"},
        {"filed_in": "INBOX"},
        {"filed_in": "\x00"},
        {"name": " "},
        {"name": "名" * 61},
        {"port": 0},
    ],
)
def test_a_mailbox_that_cannot_be_meant_is_not_set_up(changes: dict[str, str]) -> None:
    assert not can_be_meant(changes)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_without_tls_this_machine_itself_is_asked(host: str) -> None:
    assert can_be_meant({"host": host})


def test_whoever_insists_goes_without_tls() -> None:
    elsewhere = {"host": "mail.example.org"}

    assert not can_be_meant(elsewhere)
    assert can_be_meant(elsewhere, unprotected=True)
