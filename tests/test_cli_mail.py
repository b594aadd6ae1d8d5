import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.models import OutboxMessage
from app.premises import Premises
from app.settings import Settings
from tests.command import Office, office
from tests.gateways.post import letter
from tests.needs import shared

FROM = b"From zhang@example.org Mon Nov  2 09:00:00 2026\n"


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Office:
    """A clerk of an office with the sample notice."""
    return office(monkeypatch, settings)


@pytest.fixture
def postman(
    monkeypatch: pytest.MonkeyPatch, sqlite_template: Path, tmp_path: Path
) -> Office:
    """The same on SQLite only, for what is said whatever the database."""
    path = tmp_path / "huiyin.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = SecretStr(f"sqlite:///{path}")
    return office(monkeypatch, Settings(database_url=url))


def promised(clerk: Office) -> int:
    """Return how many letters wait in the outbox."""

    async def count() -> int:
        async with (
            Premises(clerk.settings) as premises,
            premises.database.reading() as session,
        ):
            return len((await session.scalars(select(OutboxMessage.id))).all())

    return asyncio.run(count())


def test_a_letter_from_a_pipe_opens_a_case_once(clerk: Office) -> None:
    (first,) = clerk.said("mail", "receive", stdin=letter())
    (second,) = clerk.said("mail", "receive", stdin=letter())

    assert first.startswith("opened ")
    assert second == first.replace("opened", "duplicate")
    assert clerk.said("mail", "fates") == [
        "opened           1",
        "duplicate        1",
        "arrivals         2",
    ]
    assert promised(clerk) == 1


def test_the_envelope_of_a_letter_from_a_pipe_counts(postman: Office) -> None:
    bounce = postman.said("mail", "receive", "--sender", "<>", stdin=letter())
    sample = postman.said(
        "mail", "receive", "--sender", "li@example.org",
        "--recipient", "opinions+sample@localhost", stdin=letter(From=""),
    )  # fmt: skip

    assert bounce == ["held (automatic)"]
    assert sample[0].startswith("opened ")


def test_a_letter_that_cannot_be_read_is_kept_all_the_same(postman: Office) -> None:
    assert postman.said("mail", "receive", stdin=b"a: b\n" * 6_000) == [
        "held (unreadable)"
    ]


def test_a_letter_that_is_too_large_is_refused_for_good(
    postman: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_MAX_LETTER_BYTES", str(2**16))

    postman.complaint("mail", "receive", stdin=b"x" * (2**16 + 1), code=65)
    assert postman.said("mail", "fates") == ["arrivals        0"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIYIN_DATABASE_URL", "sqlite:///nowhere/huiyin.db"),
        ("HUIYIN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
        ("HUIYIN_WEB_PORT", "many"),
    ],
)
def test_in_trouble_the_mail_server_is_to_keep_the_letter(
    postman: Office, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    postman.complaint("mail", "receive", stdin=letter(), code=75)


def test_a_slip_in_the_mail_servers_settings_loses_no_letter(postman: Office) -> None:
    postman.complaint("mail", "receive", "--bogus", stdin=letter(), code=75)


def test_an_archive_is_taken_and_summed_up(clerk: Office, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail/one.eml").write_bytes(letter())
    letters = [letter(Message_ID=f"<{n}@a>", Auto_Submitted="no") for n in range(3)]
    bounce = letter(Message_ID="<9@a>", Auto_Submitted="auto-replied")
    mbox = b"".join(FROM + one + b"\n" for one in [*letters, bounce, letter()])
    (tmp_path / "mail/old.mbox").write_bytes(mbox)

    first = clerk.said("mail", "import", tmp_path / "mail")
    again = clerk.said("mail", "import", tmp_path / "mail")

    assert [line.split() for line in first] == [
        ["opened", "4"],
        ["duplicate", "1"],
        ["held", "(automatic)", "1"],
        ["arrivals", "6"],
    ]
    assert [line.split() for line in again] == [["duplicate", "6"], ["arrivals", "6"]]


def test_nobody_is_told_that_an_old_letter_came(
    postman: Office, tmp_path: Path
) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(letter())
    postman.said("mail", "import", path)
    assert promised(postman) == 0

    path.write_bytes(letter(Message_ID="<2@a>"))
    postman.said("mail", "import", "--acknowledge", path)
    assert promised(postman) == 1


def test_what_is_too_large_is_named_and_the_rest_is_taken(
    postman: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_MAX_LETTER_BYTES", str(2**16))
    mbox = b"".join(FROM + one + b"\n" for one in [letter("x" * 2**17), letter()])
    (tmp_path / "old.mbox").write_bytes(mbox)
    result = postman.run("mail", "import", tmp_path / "old.mbox")

    assert result.exit_code == 1
    assert "old.mbox:1 is larger than allowed" in result.stderr
    assert result.stdout.split() == ["opened", "1", "arrivals", "1"]


def test_a_folder_without_letters_says_so(postman: Office, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert "no eml" in postman.complaint("mail", "import", tmp_path / "empty")


def test_all_real_letters_end_in_fates_that_add_up(postman: Office) -> None:
    folder = shared("mail")
    said = postman.said("mail", "import", folder)

    *fates, total = [int(line.split()[-1]) for line in said]
    assert sum(fates) == total
    assert total >= len(list(folder.rglob("*.eml")))
    assert postman.said("mail", "fates")[-1].split() == ["arrivals", str(total)]
