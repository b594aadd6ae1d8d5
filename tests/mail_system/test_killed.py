"""A service that is killed again and again while a stock mail system sends to it."""

import asyncio
import random
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

import pytest
from sqlalchemy import select

from app.domain.vocabulary import Fate
from app.models import Arrival
from app.premises import Premises
from app.services.arrivals import WaitingLetter
from app.settings import Settings
from tests import make
from tests.gateways import post
from tests.mail_system.serving import PATIENCE, service, wait_for
from tests.mail_system.town import INTAKE, whole_domain
from tests.postfix import Postfix, postfix

LETTERS = 5_000
SENDERS = 4
KILLS = 6
MOST_BETWEEN_KILLS = 700
CONNECTIONS = 20
"""Letters that postfix hands over at once: so many are in doubt when all is cut."""

_MESSAGE_ID = re.compile(rb"(?m)^Message-ID: (<[^>]*>)")


def has_handed_over(mail: Postfix, number: int) -> bool:
    return mail.handed_over() >= number


async def furnish(settings: Settings) -> None:
    """Set up what letters need for more than to be held."""
    async with (
        Premises(settings) as premises,
        premises.database.writing() as session,
    ):
        await make.house(session)


@contextmanager
def sending(mail: Postfix) -> Iterator[set[str]]:
    """Have the mail system take letters in meanwhile; yield their Message-IDs."""
    numbers = [range(start, LETTERS, SENDERS) for start in range(SENDERS)]

    def send(some: range) -> None:
        letters = (letter(number) for number in some)
        mail.take(*letters, sender="zhang@citizens.example", to=INTAKE)

    threads = [threading.Thread(target=send, args=(some,)) for some in numbers]
    for thread in threads:
        thread.start()
    try:
        yield {message_id(number) for number in range(LETTERS)}
    finally:
        for thread in threads:
            thread.join(PATIENCE)


def message_id(number: int) -> str:
    return f"<{number}@citizens.example>"


def letter(number: int) -> bytes:
    return post.letter(
        f"第{number}号路灯坏了三个月，晚上孩子放学看不见路。",
        to=INTAKE,
        From=f"Citizen <citizen{number}@citizens.example>",
        Message_ID=message_id(number),
    )


def fates(settings: Settings) -> list[tuple[str, Fate | None]]:
    """Return the Message-ID and the fate of every letter that is kept."""

    async def look() -> list[tuple[str, Fate | None]]:
        async with (
            Premises(settings) as premises,
            premises.database.reading() as session,
        ):
            rows = await session.scalars(select(Arrival))
            return [(_named(row, premises), row.fate) for row in rows]

    return asyncio.run(look())


def _named(row: Arrival, premises: Premises) -> str:
    raw = WaitingLetter(
        arrival_id=row.id,
        sealed=row.sealed,
        sealed_envelope=None,
        received_at=row.received_at,
    ).opened(premises.house.seal)
    found = _MESSAGE_ID.search(raw.content)
    assert found
    return found[1].decode()


def check_nothing_lost(mail: Postfix, settings: Settings) -> None:
    """Fail unless each letter is kept here or still queued there; nothing runs here."""
    taken = set(mail.taken_in().values())
    kept = {name for name, _ in fates(settings)}
    assert mail.delivered() <= kept
    queued: set[str] = set()

    def all_found() -> bool:
        # It is asked until each was seen: nothing leaves its queues meanwhile.
        queued.update(mail.queued())
        return taken <= kept | queued

    wait_for(all_found)


def waiting(settings: Settings) -> int:
    """Return how many letters have no fate yet."""
    path = settings.database_url.get_secret_value().removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as database:
        found = database.execute("SELECT count(*) FROM arrival WHERE fate IS NULL")
        number: int = found.fetchone()[0]
        return number


@pytest.mark.slow
def test_a_service_killed_while_postfix_sends_keeps_each_letter_once(
    settings: Settings,
) -> None:
    seed = random.randrange(2**32)
    print(f"the moments of the kills come from the seed {seed}")
    moments = random.Random(seed)
    asyncio.run(furnish(settings))

    with postfix(**whole_domain(settings)) as mail, sending(mail) as sent:
        for _ in range(KILLS):
            enough = mail.handed_over() + moments.randint(20, MOST_BETWEEN_KILLS)
            with service(settings) as running:
                wait_for(partial(has_handed_over, mail, enough), running)
                time.sleep(moments.uniform(0, 0.1))
                running.kill()
            check_nothing_lost(mail, settings)
        with service(settings) as running:
            wait_for(partial(has_handed_over, mail, LETTERS), running)
            wait_for(lambda: waiting(settings) == 0, running)
        assert mail.delivered() == sent

    found = fates(settings)
    kept = [name for name, fate in found if fate is not Fate.DUPLICATE]
    assert sorted(kept) == sorted(sent)
    assert all(fate is not None for _, fate in found)
    assert len(found) - len(kept) <= KILLS * CONNECTIONS
