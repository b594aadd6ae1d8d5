import asyncio
import os
import signal
from contextlib import suppress

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.domain.vocabulary import Fate
from app.models import (
    Addition,
    Attachment,
    AuditEvent,
    Case,
    Opinion,
    OutboxMessage,
)
from app.premises import Premises
from app.reading_room.conditions import Conditions
from app.reading_room.room import TRIES, ReaderUnavailable, ReadingRoom
from app.sealing import Seal
from app.services import arrivals, letters, settling, staff
from app.services.house import House
from app.workers.letters import settle_waiting
from tests import make
from tests.gateways import post
from tests.gateways.post import fates, keep
from tests.make import EMAIL, TEXT
from tests.needs import shared
from tests.reading_room import poison
from tests.reading_room.test_room import readers
from tests.stored import count


async def first(premises: Premises) -> Opinion:
    """Return the first opinion."""
    async with premises.database.reading() as session:
        found = await session.scalar(select(Opinion).order_by(Opinion.id).limit(1))
    assert found is not None
    return found


async def test_a_letter_opens_a_case(premises: Premises) -> None:
    await keep(premises, post.letter(), post.INTAKE)

    assert await settle_waiting(premises) == 1
    assert await fates(premises) == ["opened"]
    opinion = await first(premises)
    assert (opinion.subject, opinion.text) == ("The street lamp", TEXT)
    assert await count(premises, Case) == 1


async def test_the_writer_gets_one_acknowledgement(premises: Premises) -> None:
    await keep(premises, post.letter())
    await settle_waiting(premises)

    async with premises.database.reading() as session:
        (row,) = await session.scalars(select(OutboxMessage))
    content = letters.unseal(premises.house.seal, row.sealed or b"")
    assert (content.to, content.in_reply_to) == (EMAIL, "<one@example.org>")
    assert premises.outbox_waiting.is_set()


async def test_the_same_letter_twice_is_one_case(premises: Premises) -> None:
    for _ in range(2):
        await keep(premises, post.letter())
        await settle_waiting(premises)

    assert await fates(premises) == ["opened", "duplicate"]
    assert await count(premises, OutboxMessage) == 1


async def test_the_same_letter_by_two_ways_at_once_is_one_case(
    premises: Premises,
) -> None:
    hop = b"Received: from a.example by b.example; Mon, 02 Nov 2026 09:00:00 +0800\r\n"
    await keep(premises, post.letter(), post.INTAKE)
    await keep(premises, hop + post.letter())

    assert await settle_waiting(premises) == 2
    assert await fates(premises) == ["opened", "duplicate"]


async def test_a_duplicate_leads_to_the_case_of_the_first(premises: Premises) -> None:
    first_id = await keep(premises, post.letter())
    second_id = await keep(premises, post.letter())
    await settle_waiting(premises)

    async with premises.database.reading() as session:
        settled = await arrivals.settled(session, [first_id, second_id])
    number = settled[first_id].receipt_number
    assert number is not None
    assert settled[second_id].receipt_number == number


async def test_the_same_words_in_another_letter_are_another_case(
    premises: Premises,
) -> None:
    await keep(premises, post.letter())
    await keep(premises, post.letter(Message_ID="<two@example.org>"))
    await settle_waiting(premises)

    assert await fates(premises) == ["opened", "opened"]


async def test_a_machines_letter_opens_no_case_and_is_not_answered(
    premises: Premises,
) -> None:
    await keep(premises, post.letter(Auto_Submitted="auto-replied"))
    await keep(premises, post.letter(Message_ID="<two@example.org>"), sender="")
    await settle_waiting(premises)

    assert await fates(premises) == ["held automatic", "held automatic"]
    assert await count(premises, Case) == 0
    assert await count(premises, OutboxMessage) == 0


async def test_a_reply_joins_the_case_and_is_not_acknowledged(
    premises: Premises,
) -> None:
    await keep(premises, post.letter())
    await settle_waiting(premises)
    opinion = await first(premises)
    address = letters.reply_address(premises.house, opinion.id)
    await keep(premises, post.letter("It is dark.", Message_ID="<2@a>"), address)
    await settle_waiting(premises)

    assert await fates(premises) == ["opened", "joined"]
    async with premises.database.reading() as session:
        (addition,) = await session.scalars(select(Addition))
        (case,) = await session.scalars(select(Case))
    assert (addition.text, addition.opinion_id) == ("It is dark.", opinion.id)
    assert case.unread
    assert await count(premises, OutboxMessage) == 1


@pytest.mark.parametrize(
    ("writer", "told"), [(EMAIL, None), ("somebody.else@example.org", True)]
)
async def test_the_record_tells_a_reply_from_another_address(
    premises: Premises, writer: str, *, told: bool | None
) -> None:
    await keep(premises, post.letter())
    await settle_waiting(premises)
    address = letters.reply_address(premises.house, (await first(premises)).id)
    reply = post.letter("It is dark.", Message_ID="<2@a>", From=writer)
    await keep(premises, reply, address, sender=writer)
    await settle_waiting(premises)

    async with premises.database.reading() as session:
        added = select(AuditEvent.facts).where(AuditEvent.action == Action.ADDED)
        facts = (await session.scalars(added)).one()
    assert facts.get("another_writer") is told


async def test_files_come_along(premises: Premises) -> None:
    boundary = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nlook\r\n"
    image = (
        "--b\r\nContent-Type: image/png\r\n"
        'Content-Disposition: attachment; filename="lamp.png"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--"
    )
    mixed = "multipart/mixed; boundary=b"
    await keep(premises, post.letter(boundary + image, Content_Type=mixed))
    await settle_waiting(premises)

    async with premises.database.reading() as session:
        (file,) = await session.scalars(select(Attachment))
    assert (file.file_name, file.media_type, file.size) == ("lamp.png", "image/png", 3)


async def test_old_letters_are_not_acknowledged_but_can_be_answered(
    premises: Premises,
) -> None:
    await keep(premises, post.letter(), acknowledge=False)
    await settle_waiting(premises)

    assert await count(premises, OutboxMessage) == 0
    async with premises.database.reading() as session:
        assert await session.scalar(text("SELECT may_mail FROM contact"))


@pytest.mark.parametrize("word", ["loop", "eat", "abort", "raise"])
async def test_a_letter_that_breaks_its_reader_is_held_and_its_neighbours_are_opened(
    premises: Premises, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    premises.reading_room = poison.room()
    for number, said in enumerate(["before", f"{word} of Zhang San", "after"]):
        await keep(premises, post.letter(said, Message_ID=f"<{number}@example.org>"))

    assert await settle_waiting(premises) == 3
    assert await fates(premises) == ["opened", "held broke_reader", "opened"]
    assert "a letter broke its reader" in caplog.messages
    assert "Zhang" not in caplog.text


async def test_letters_wait_until_a_reader_can_be_started(premises: Premises) -> None:
    able = premises.reading_room
    premises.reading_room = ReadingRoom(Conditions(read="nowhere:read"))
    await keep(premises, post.letter())
    with pytest.raises(ReaderUnavailable):
        await settle_waiting(premises)
    assert await fates(premises) == ["None"]

    premises.reading_room = able
    assert await settle_waiting(premises) == 1
    assert await fates(premises) == ["opened"]


async def test_readers_that_are_killed_cost_no_letter(premises: Premises) -> None:
    for number in range(60):
        await keep(premises, post.letter(Message_ID=f"<{number}@example.org>"))

    async def kill() -> None:
        # Once more, and the letter itself would be taken for what ends its readers.
        times = 0
        while times < TRIES - 1:
            if found := readers():
                times += 1
            for reader in found:
                os.kill(reader, signal.SIGKILL)
            killed.extend(found)
            await asyncio.sleep(0.1)

    done, killed = 0, list[int]()
    killing = asyncio.create_task(kill())
    while done < 60:
        with suppress(ReaderUnavailable):
            done += await settle_waiting(premises)
    killing.cancel()

    assert killed

    assert await count(premises, Case) == 60


async def test_a_letter_that_the_database_refuses_does_not_block_the_next(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusing(session: AsyncSession, *_args: object, **_facts: object) -> None:
        await session.execute(text("INSERT INTO addition (id) VALUES (1)"))

    await keep(premises, post.letter())
    await settle_waiting(premises)
    address = letters.reply_address(premises.house, (await first(premises)).id)
    monkeypatch.setattr(settling, "join", refusing)
    await keep(premises, post.letter("poison", Message_ID="<2@a>"), address)
    await keep(premises, post.letter(Message_ID="<3@a>"))
    await settle_waiting(premises)

    assert await fates(premises) == ["opened", "held broke_reader", "opened"]


async def test_a_letter_that_meets_a_database_in_trouble_waits(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_args: object, **_facts: object) -> dict[int, Fate]:
        raise OperationalError("COMMIT", {}, Exception("away"))

    await keep(premises, post.letter())
    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle_all", away)
        assert await settle_waiting(premises) == 0

    assert await fates(premises) == ["None"]
    assert await settle_waiting(premises) == 1


async def test_a_letter_sealed_with_another_secret_waits_and_blocks_nobody(
    premises: Premises,
) -> None:
    ours = premises.house
    premises.house = House(
        settings=ours.settings, seal=Seal("another secret"), shelf=ours.shelf
    )
    await keep(premises, post.letter())
    premises.house = ours
    await keep(premises, post.letter())

    assert await settle_waiting(premises) == 1
    assert await fates(premises) == ["None", "opened"]


async def test_letters_wait_until_an_office_is_set_up(bare_premises: Premises) -> None:
    async with bare_premises.database.writing() as session:
        await make.notice(session)
    await keep(bare_premises, post.letter())
    await settle_waiting(bare_premises)
    assert await fates(bare_premises) == ["None"]

    async with bare_premises.database.writing() as session:
        await staff.set_up(session, now=bare_premises.clock())
    bare_premises.house.shelf.expire()
    await settle_waiting(bare_premises)
    assert await fates(bare_premises) == ["opened"]


async def test_a_letter_about_nothing_published_is_held(
    bare_premises: Premises,
) -> None:
    await keep(bare_premises, post.letter())
    await settle_waiting(bare_premises)

    assert await fates(bare_premises) == ["held no_notice"]


async def test_two_workers_settle_each_letter_once(premises: Premises) -> None:
    for number in range(40):
        await keep(premises, post.letter(Message_ID=f"<{number % 20}@example.org>"))
    async with Premises(premises.settings, clock=premises.clock) as other:
        done = await asyncio.gather(settle_waiting(premises), settle_waiting(other))

    assert sum(done) == 40
    assert sorted(await fates(premises)) == ["duplicate"] * 20 + ["opened"] * 20
    assert await count(premises, Opinion) == 20


async def test_every_real_letter_has_exactly_one_fate(premises: Premises) -> None:
    files = [path for path in shared("mail").rglob("*") if path.is_file()]
    for path in files[:: 1 if premises.database.sqlite else 10]:
        await keep(premises, path.read_bytes(), sender=None)
    await settle_waiting(premises)

    async with premises.database.reading() as session:
        counted = await arrivals.count_fates(session)
    assert counted["waiting"] == 0
    assert counted.total() == len(await fates(premises))
    assert counted["opened"] == await count(premises, Opinion)
