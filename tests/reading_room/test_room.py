"""Letters are read by processes that may die of it, and the next letter is read."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.mail.parts.limits import Excess, Limits
from app.mail.reading import Reading, read
from app.reading_room import process
from app.reading_room.conditions import Broken, Cause, Conditions
from app.reading_room.room import ReaderUnavailable, ReadingRoom
from tests.gateways.post import letter
from tests.reading_room import poison

ROOT = Path(__file__).parents[2]
_SERVICE = """
import asyncio
from tests.reading_room import poison
from tests.reading_room.test_room import readers

async def serve():
    await poison.room().read_one(b"")
    print(readers()[0], flush=True)
    await asyncio.sleep(60)

asyncio.run(serve())
"""

pytestmark = pytest.mark.anyio


@pytest.fixture
async def room() -> AsyncIterator[ReadingRoom]:
    """A reading room whose letters may be poison."""
    room = poison.room()
    yield room
    await room.close()


def said(found: Reading | Broken) -> str:
    """Return what a letter says, or what it broke its reader by."""
    if isinstance(found, Broken):
        return f"broken by {found.cause}"
    return found.letter.text.strip() if found.letter else f"too much: {found.excess}"


def readers() -> list[int]:
    """Return the process ids of the readers that this process has."""
    me = os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"reading_room" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def is_running(process: int) -> bool:
    """Return whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


async def test_a_letter_is_read_as_in_this_process(room: ReadingRoom) -> None:
    content = letter("路灯坏了", Received="by a.example")

    assert await room.read_one(content) == read(content, limits=Limits())


async def test_files_come_back_with_every_byte(room: ReadingRoom) -> None:
    body = bytes(range(256)).hex() * 5_000
    part = f"--b\r\nContent-Type: application/pdf\r\n\r\n{body}\r\n--b--"
    content = letter(part, Content_Type="multipart/mixed; boundary=b")

    found = await room.read_one(content)

    assert isinstance(found, Reading)
    assert found.letter is not None
    assert found.letter.attachments[0].content == body.encode()


@pytest.mark.parametrize(
    ("word", "cause"),
    [
        ("loop", Cause.CPU),
        ("eat", Cause.MEMORY),
        ("abort", Cause.CRASH),
        ("kill", Cause.CRASH),
        ("leave", Cause.CRASH),
        ("lie", Cause.CRASH),
        ("raise", Cause.ERROR),
    ],
)
async def test_a_letter_breaks_its_reader_and_its_neighbours_are_read(
    room: ReadingRoom, word: str, cause: Cause
) -> None:
    found = await room.read([letter("before"), letter(word), letter("after")])

    assert [*map(said, found)] == ["before", f"broken by {cause}", "after"]


async def test_a_letter_that_never_ends_without_working_is_given_up() -> None:
    room = poison.room(within=1.0)
    found = await room.read([letter("sleep"), letter("after")])
    await room.close()

    assert [*map(said, found)] == ["broken by time", "after"]


async def test_of_an_error_only_its_kind_and_its_way_are_told(
    room: ReadingRoom,
) -> None:
    found = await room.read_one(letter("raise Zhang San"))

    assert isinstance(found, Broken)
    assert found.trace.startswith("RecursionError at reading_room/poison.py:")
    assert "Zhang" not in found.trace


async def test_limits_of_structure_hold_within_the_room(room: ReadingRoom) -> None:
    parts = "--b\r\n\r\nx\r\n" * 20

    found = await room.read_one(
        letter(parts, Content_Type="multipart/mixed; boundary=b")
    )

    assert isinstance(found, Reading)
    assert (found.letter, found.excess) == (None, Excess.PARTS)


async def test_a_reader_knows_no_secret_and_may_not_do_anything(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_SECRET_KEY", "a secret of the house")

    told = said(await room.read_one(letter("tell")))

    assert "secret" not in told
    assert told.endswith("[(0, 0), (0, 0), (0, 0)]")


async def test_a_reader_writes_no_file(room: ReadingRoom, tmp_path: Path) -> None:
    path = tmp_path / "written"

    found = await room.read_one(letter(f"write {path}"))

    assert isinstance(found, Broken)
    assert not path.exists() or path.stat().st_size == 0


async def test_one_reader_reads_batch_after_batch(room: ReadingRoom) -> None:
    await room.read([letter("one"), letter("two")])
    first = readers()
    await room.read([letter("three")])

    assert readers() == first
    assert len(first) == 1


async def test_a_reader_that_was_killed_meanwhile_is_replaced(
    room: ReadingRoom,
) -> None:
    await room.read_one(letter("one"))
    os.kill(readers()[0], signal.SIGKILL)

    assert said(await room.read_one(letter("two"))) == "two"


async def test_many_may_ask_at_once(room: ReadingRoom) -> None:
    found = await asyncio.gather(
        *(room.read([letter(f"{number}"), letter("loop")]) for number in range(4))
    )

    assert [[*map(said, each)] for each in found] == [
        [f"{number}", "broken by cpu"] for number in range(4)
    ]


async def test_whoever_goes_away_leaves_no_reader_at_work(room: ReadingRoom) -> None:
    asking = asyncio.create_task(room.read_one(letter("sleep")))
    while not readers():  # noqa: ASYNC110 - it is another process that begins
        await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    assert readers() == []
    assert said(await room.read_one(letter("after"))) == "after"


async def test_a_tired_reader_is_relieved(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_TIRED_AFTER", 10)
    await room.read_one(letter("one"))

    assert readers() == []
    assert said(await room.read_one(letter("two"))) == "two"


async def test_closing_sends_the_readers_home(room: ReadingRoom) -> None:
    await asyncio.gather(*(room.read_one(letter("one")) for _ in range(2)))
    await room.close()

    assert readers() == []


def test_readers_end_with_the_service_however_that_ends() -> None:
    service = subprocess.Popen(
        [sys.executable, "-c", _SERVICE], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert service.stdout is not None
    reader = int(service.stdout.readline())
    service.kill()
    service.communicate()

    deadline = time.monotonic() + 20
    while is_running(reader):
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_letters_wait_when_the_program_was_replaced_meanwhile(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reading_room.process.READY", bytes(32))

    with pytest.raises(ReaderUnavailable, match="another version"):
        await room.read([letter("one")])

    assert readers() == []


async def test_without_a_reader_letters_have_to_wait() -> None:
    room = ReadingRoom(Conditions(read="app.mail.reading:nobody"))

    with pytest.raises(ReaderUnavailable):
        await room.read([letter("one")])

    assert readers() == []
