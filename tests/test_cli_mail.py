import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from app.models import Arrival, Case, Opinion, OutboxMessage
from app.premises import Premises
from app.settings import Settings
from tests.command import Office, office
from tests.conftest import SECRET
from tests.gateways import post
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


def piped(*where: str) -> subprocess.Popen[bytes]:
    """Begin to receive a letter as a mail server does; its words go to ``where``."""
    command = f"set -o pipefail; {sys.executable} -m app mail receive {' '.join(where)}"
    process = subprocess.Popen(
        ["/bin/bash", "-c", command], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin
    process.stdin.write(letter())
    process.stdin.close()
    return process


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

    assert postman.complaint("mail", "receive", stdin=letter(), code=75)


@pytest.mark.parametrize("sender", ["<>", "", "MAILER-DAEMON"])
def test_each_mail_server_calls_the_null_sender_in_its_way(
    postman: Office, monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    monkeypatch.setenv("SENDER", sender)
    monkeypatch.setenv("RECIPIENT", "opinions+sample@localhost")

    assert postman.said("mail", "receive", stdin=letter()) == ["held (automatic)"]


@pytest.mark.parametrize("nothing", [b"", b"\r\n \t\n"])
def test_a_pipe_that_brings_nothing_is_no_success(
    postman: Office, nothing: bytes
) -> None:
    said = postman.complaint("mail", "receive", stdin=nothing, code=75)

    assert said == "huiyin: there is no letter in standard input"
    assert postman.said("mail", "fates") == ["arrivals        0"]


def test_a_letter_to_nobody_goes_back(postman: Office) -> None:
    nobody = "nobody@localhost"

    assert postman.complaint(
        "mail", "receive", "--recipient", nobody, stdin=letter(), code=67
    )
    assert postman.said("mail", "fates") == ["arrivals        0"]


@pytest.mark.parametrize("other", ["opinions@localhost", "opinions@mx.internal"])
def test_a_letter_to_one_who_is_here_or_elsewhere_does_not(
    postman: Office, other: str
) -> None:
    (said,) = postman.said(
        "mail", "receive", "--recipient", "nobody@localhost", "--recipient", other,
        stdin=letter(),
    )  # fmt: skip

    assert said.startswith("opened ")


def test_a_bug_of_ours_loses_no_letter(
    postman: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(Premises, "keep", broken)
    said = postman.complaint("mail", "receive", stdin=letter(), code=75)
    assert said == "huiyin: a fault of ours: ZeroDivisionError"


def test_a_database_that_is_busy_is_waited_for(postman: Office, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "huiyin.db", isolation_level=None) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with piped(">", os.devnull) as process:
            time.sleep(1.0)
            busy.execute("COMMIT")
            assert process.wait(timeout=20) == 0
    busy.close()

    assert postman.said("mail", "fates")[0].split() == ["opened", "1"]


@pytest.mark.parametrize("where", [("|", "true"), (">", "/dev/full"), (">&-",)])
def test_that_nobody_reads_what_is_said_does_not_bring_the_letter_again(
    postman: Office, where: tuple[str, ...]
) -> None:
    with piped(*where) as process:
        assert process.wait(timeout=20) == 0

    assert postman.said("mail", "fates")[0].split() == ["opened", "1"]


def test_a_slip_in_the_mail_servers_settings_loses_no_letter(postman: Office) -> None:
    told = postman.complaint("mail", "receive", "--bogus", stdin=letter(), code=75)

    assert "--bogus" in told


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
    assert [line.split() for line in again] == [
        ["arrivals", "0"],
        ["passed", "over,", "taken", "before:", "6"],
    ]


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


def test_files_that_are_no_letters_are_counted_and_some_of_them_named(
    postman: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(letter())
    for number in range(21):
        (folder / f"note-{number}.txt").write_bytes(b"Dear all: a text")
    result = postman.run("mail", "import", folder)

    assert result.exit_code == 1
    assert "21 files passed over: no letters" in result.stdout
    assert "opened" in result.stdout
    assert result.stderr.count("begins like no letter") == 20
    assert "and 1 more" in result.stderr


def test_where_no_letters_are_one_line_says_so(postman: Office, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.eml").touch()
    os.mkfifo(tmp_path / "pipe")

    said = [
        postman.complaint("mail", "import", tmp_path / name).rpartition(": ")[2]
        for name in ("folder", "empty.eml", "pipe")
    ]
    assert said == [
        "no eml, mbox or Maildir is there", "is empty", "is no file and no folder",
    ]  # fmt: skip


def test_an_old_letter_is_as_old_as_it_is_and_registered_today(
    postman: Office, tmp_path: Path
) -> None:
    (tmp_path / "old.mbox").write_bytes(FROM + letter(Date="") + b"\n")
    postman.said("mail", "import", tmp_path / "old.mbox")

    async def look() -> tuple[Any, ...]:
        async with (
            Premises(postman.settings) as premises,
            premises.database.reading() as session,
        ):
            found = [
                (await session.scalars(select(table))).one()
                for table in (Arrival, Opinion, Case)
            ]
            return tuple(found)

    arrival, opinion, case = asyncio.run(look())
    assert arrival.received_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert opinion.registered_at > datetime.now(UTC) - timedelta(minutes=1)
    zone = postman.settings.zone
    due_on = opinion.registered_at.astimezone(zone).date() + timedelta(days=15)
    assert case.due_at.astimezone(zone).date() == due_on


def test_an_import_that_was_killed_goes_on_where_it_was(
    postman: Office, tmp_path: Path
) -> None:
    count = 200
    letters = (letter(str(n), Message_ID=f"<{n}@a>") for n in range(count))
    path = tmp_path / "old.mbox"
    path.write_bytes(b"".join(FROM + one + b"\n" for one in letters))
    command = [sys.executable, "-m", "app", "mail", "import", str(path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and postman.said("mail", "fates")[0][-1] == "0":
            time.sleep(0.01)
        process.kill()

    said = postman.said("mail", "import", path)
    assert re.search(r"passed over, taken before: \d+", said[-1] + said[-2])
    assert [line.split() for line in postman.said("mail", "fates")] == [
        ["opened", str(count)],
        ["arrivals", str(count)],
    ]


def test_letters_that_were_left_waiting_are_settled_by_the_next_import(
    postman: Office, tmp_path: Path
) -> None:
    async def leave() -> None:
        settings = postman.settings.model_copy(update={"secret_key": SecretStr(SECRET)})
        async with Premises(settings) as premises:
            await post.keep(premises, letter())

    asyncio.run(leave())
    (tmp_path / "one.eml").write_bytes(letter())

    said = postman.said("mail", "import", tmp_path / "one.eml")
    assert said[-2:] == [
        "passed over, taken before: 1",
        "settled, waiting from before: 1",
    ]


def test_all_real_letters_end_in_fates_that_add_up(postman: Office) -> None:
    folder = shared("mail")
    said = postman.run("mail", "import", folder).stdout.splitlines()

    counted = [line for line in said if "passed over" not in line]
    *fates, total = [int(line.split()[-1]) for line in counted]
    assert sum(fates) == total
    assert total >= len(list(folder.rglob("*.eml")))
    assert postman.said("mail", "fates")[-1].split() == ["arrivals", str(total)]


def test_a_worker_that_leaves_letters_unread_is_not_well(clerk: Office) -> None:
    clerk.said("mail", "receive", stdin=letter())
    assert clerk.said("check", "--only", "worker") == ["worker: well"]

    eleven_minutes = 11 * 60 * 1000 << 22

    async def forget() -> None:
        async with (
            Premises(clerk.settings) as premises,
            premises.database.writing() as session,
        ):
            await session.execute(
                update(Arrival).values(id=Arrival.id - eleven_minutes, fate=None)
            )

    asyncio.run(forget())
    complaint = clerk.complaint("check", "--only", "worker", code=1)

    assert "letters are not read since" in complaint
