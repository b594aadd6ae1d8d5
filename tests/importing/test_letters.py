"""Letters of earlier years in the browser: each becomes what it would have by mail."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.domain.vocabulary import Fate, MailState
from app.models import Arrival, Case, Opinion, OutboxMessage
from app.premises import Premises
from app.services.importing import batches, files, pieces
from tests.importing.bringing import letter, mbox, send, start

pytestmark = pytest.mark.usefixtures("administrator")


def packed(**files: bytes) -> bytes:
    """Return a zip that holds ``files``; two lines stand for a dot."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(name.replace("__", "."), file)
    return content.getvalue()


def other(number: int = 2) -> bytes:
    """Return another letter."""
    text = f"第 {number} 号公交站台没有雨棚。"
    return letter(text, Message_ID=f"<{number}@example.org>", Subject="站台")


async def fates(premises: Premises) -> list[Fate | None]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Arrival.fate).order_by(Arrival.id)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2025.mbox", mbox(letter(), other())),
        ("信件.zip", packed(a__eml=letter(), b__eml=other(), c__txt=b"no letter")),
        ("信件.zip", packed(a__mbox=mbox(letter(), other()))),
    ],
)
async def test_letters_are_taken_out_of_an_archive_and_become_cases(
    client: AsyncClient, premises: Premises, name: str, content: bytes
) -> None:
    page = await send(client, premises, name, content)
    assert "文件里有 2 封信" in (await client.get(page)).text
    assert await fates(premises) == []

    over = await start(client, premises, page)

    assert "新存入 2，以前已有 0，没有接收 0" in over
    assert await fates(premises) == [Fate.OPENED, Fate.OPENED]


async def test_a_letter_is_as_old_as_it_is_and_its_case_is_not_late(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "a.eml", letter())

    await start(client, premises, page)

    async with premises.database.reading() as session:
        received = await session.scalar(select(Arrival.received_at))
        case = (await session.scalars(select(Case))).one()
    assert received == datetime(2025, 3, 3, 1, tzinfo=UTC)
    assert case.due_at > premises.clock()


async def test_nobody_gets_a_receipt_for_an_old_letter(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "2025.mbox", mbox(letter(), other()))

    await start(client, premises, page)

    async with premises.database.reading() as session:
        waiting = select(func.count()).where(OutboxMessage.state == MailState.WAITING)
        assert await session.scalar(waiting) == 0


async def test_a_letter_that_is_there_is_not_kept_again(
    client: AsyncClient, premises: Premises
) -> None:
    first = await send(client, premises, "2025.mbox", mbox(letter(), letter()))
    over = await start(client, premises, first)
    second = await send(client, premises, "again.zip", packed(a__eml=letter()))

    again = await start(client, premises, second)

    assert "新存入 1，以前已有 1" in over
    assert "新存入 0，以前已有 1" in again
    assert len(await fates(premises)) == 1


async def test_the_report_says_what_became_of_each_letter(
    client: AsyncClient, premises: Premises
) -> None:
    machine = letter("Out of office", Message_ID="<m@x>", Auto_Submitted="auto-replied")
    page = await send(client, premises, "2025.mbox", mbox(letter(), machine))
    await start(client, premises, page)

    report = (await client.get(f"{page}/report.csv")).text.splitlines()

    async with premises.database.reading() as session:
        number = await session.scalar(select(Opinion.receipt_number))
    assert report[1] == f"1,新存入,{number},,已立办件"
    assert report[2] == "2,新存入,,,待甄别"


async def test_a_letter_that_is_too_large_is_refused_and_the_others_are_not(
    client: AsyncClient, premises: Premises
) -> None:
    large = letter("长" * premises.settings.max_letter_bytes)
    page = await send(
        client, premises, "2025.zip", packed(a__eml=large, b__eml=other())
    )

    over = await start(client, premises, page)

    assert "新存入 1，以前已有 0，没有接收 1" in over
    assert "这封信超过大小上限" in over


async def test_large_letters_are_not_all_in_memory_together(
    client: AsyncClient, premises: Premises
) -> None:
    several = [letter("lamp\n" * 600_000, Message_ID=f"<{key}@x>") for key in range(4)]
    page = await send(client, premises, "2025.mbox", mbox(*several))
    key = int(page.rpartition("/")[2])

    async with premises.database.reading() as session:
        row = await files.seen(session, key)
        some = await batches.batch_of(session, premises.house, row)

    together = sum(len(each.content or b"") for each in some)
    assert 0 < together <= pieces.BYTES_AT_ONCE < 4 * len(several[0])
