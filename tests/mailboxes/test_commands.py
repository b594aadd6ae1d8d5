"""``huiyin mailbox``, as an administrator types it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models import Mailbox
from app.premises import Premises
from app.services import mailboxes
from app.settings import Settings
from tests.command import Office, office
from tests.dovecot import PASSWORD, Account
from tests.gateways import post


@pytest.fixture
def administrator(monkeypatch: pytest.MonkeyPatch, quick_settings: Settings) -> Office:
    """An administrator of an office with the sample notice."""
    return office(monkeypatch, quick_settings)


def add(
    administrator: Office, account: Account, *options: str, name: str = "来信"
) -> list[str]:
    """Set up the mailbox of ``account``."""
    return administrator.said(
        "mailbox", "add", name, "--host", "localhost", "--port", account.server.port,
        "--user", account.user, "--security", "none", *options,
        stdin=f"{PASSWORD}\n".encode(),
    )  # fmt: skip


def stored(settings: Settings) -> Mailbox:
    """Return the only mailbox as it is stored."""

    async def read() -> Mailbox:
        async with (
            Premises(settings) as premises,
            premises.database.reading() as session,
        ):
            return (await session.scalars(select(Mailbox))).one()

    return asyncio.run(read())


def test_a_mailbox_that_was_added_can_be_opened(
    administrator: Office, account: Account
) -> None:
    account.drop(post.letter())
    add(administrator, account)

    (said,) = administrator.said("mailbox", "test", "来信")

    assert "INBOX holds 1 letters" in said
    assert "tells of new letters" in said


def test_a_password_is_stored_sealed(administrator: Office, account: Account) -> None:
    add(administrator, account)
    row = stored(administrator.settings)

    assert PASSWORD.encode() not in row.sealed_secret
    assert PASSWORD[-2:].encode() not in row.sealed_secret


def test_a_mailbox_that_cannot_be_opened_is_told_in_one_line(
    administrator: Office, account: Account, tmp_path: Path
) -> None:
    add(administrator, account)
    wrong = tmp_path / "password"
    wrong.write_text("wrong\n")
    administrator.said("mailbox", "secret", "来信", "--secret-file", wrong)

    told = administrator.complaint("mailbox", "test", "来信", code=1)

    assert "sign_in_refused" in told
    assert "wrong" not in told


def test_mailboxes_are_listed_with_their_state(
    administrator: Office, account: Account
) -> None:
    add(administrator, account)
    (waiting,) = administrator.said("mailbox", "list")
    administrator.said("mailbox", "disable", "来信")
    (disabled,) = administrator.said("mailbox", "list")

    assert waiting.split("\t")[0] == "来信"
    assert waiting.endswith("to be looked through")
    assert disabled.endswith("disabled")
    assert "is disabled" in administrator.complaint("mailbox", "test", "来信")


def test_a_mailbox_that_is_enabled_again_has_forgotten_its_trouble(
    administrator: Office, account: Account
) -> None:
    add(administrator, account)
    administrator.said("mailbox", "disable", "来信")
    administrator.said("mailbox", "enable", "来信")

    (line,) = administrator.said("mailbox", "list")
    assert line.endswith("to be looked through")


def test_a_mailbox_that_is_removed_is_gone(
    administrator: Office, account: Account
) -> None:
    add(administrator, account)
    administrator.said("mailbox", "remove", "来信")

    assert administrator.said("mailbox", "list") == ["no mailboxes"]
    assert "no mailbox" in administrator.complaint("mailbox", "remove", "来信")


def test_two_mailboxes_have_two_names(administrator: Office, account: Account) -> None:
    add(administrator, account)

    told = administrator.complaint(
        "mailbox", "add", "来信", "--host", "localhost", "--user", "a", stdin=b"x\n"
    )

    assert "already" in told


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--security", "none", "--host", "mail.example.org"], "without TLS"),
        (["--token-url", "https://x/"], "belong together"),
        (["--token-url", "http://x.example/", "--client-id", "a"], "https://"),
    ],
)
def test_what_cannot_be_meant_is_told(
    administrator: Office, options: list[str], what: str
) -> None:
    told = administrator.complaint(
        "mailbox", "add", "a", "--host", "localhost", "--user", "b", *options,
        stdin=b"x\n",
    )  # fmt: skip

    assert what in told
    assert administrator.said("mailbox", "list") == ["no mailboxes"]


def test_without_a_secret_nothing_is_added(administrator: Office) -> None:
    told = administrator.complaint(
        "mailbox", "add", "a", "--host", "localhost", "--user", "b"
    )

    assert "no secret" in told


def test_consent_is_kept_with_all_that_tokens_are_asked_for_with(
    administrator: Office, tmp_path: Path
) -> None:
    (tmp_path / "ours").write_text("our secret\n")
    administrator.said(
        "mailbox", "add", "a", "--host", "mail.example.org", "--user", "b",
        "--token-url", "https://login.example.org/token", "--client-id", "huiyin",
        "--client-secret-file", tmp_path / "ours", "--scope", "imap",
        "--from", "all", "--file-in", "已受理",
        stdin=b"refresh me\n",
    )  # fmt: skip
    row = stored(administrator.settings)
    premises = Premises(administrator.settings)

    kept = mailboxes.terms_of(premises.house.seal, row)

    assert (kept.port, kept.filed_in, kept.old_letters) == (993, "已受理", True)
    assert kept.secret.__class__.__name__ == "TokenGrant"
    assert "our secret" not in repr(kept)
    assert "refresh me" not in repr(kept)
