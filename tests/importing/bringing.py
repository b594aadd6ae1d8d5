"""Bringing files in, as an administrator's browser and a worker do it together."""

import asyncio
import csv
import re
from email.message import EmailMessage
from typing import Any

from httpx import AsyncClient, Response

from app.domain.importing.words import ImportKind, ImportState
from app.keys import new_key
from app.models import ImportFile
from app.premises import Premises
from app.services.importing import files, pieces
from app.services.staff import Person
from app.workers.importing import Importer
from tests import make

LIST = (
    "序号,来信内容,姓名,联系电话,邮箱,收到日期,事项编号,承办单位,答复内容,答复日期\n"
    "2025-1,河边的护栏松了，孩子常在那里玩。,李四,13800000000,li@example.org,2025-03-01,2.1.4,市政管理所,护栏已经加固。,2025-03-20\n"
    "2025-2,菜市场门口早上堵车。,王五,,wang@example.org,2025/4/2,,,,\n"
)


def letter(text: str = "河堤的路灯坏了，请修一修。", **changes: str) -> bytes:
    """Return a letter of last year."""
    message = EmailMessage()
    fields = {
        "From": "赵六 <zhao@example.org>",
        "To": "opinions@localhost",
        "Subject": "路灯",
        "Date": "Mon, 03 Mar 2025 09:00:00 +0800",
        "Message-ID": "<march@example.org>",
    }
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    for name, value in (fields | named).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def mbox(*letters: bytes) -> bytes:
    """Return an mbox that holds ``letters``."""
    return b"".join(
        b"From somebody@example.org Mon Mar  3 09:00:00 2025\n" + each + b"\n"
        for each in letters
    )


async def waiting(premises: Premises, by: Person, content: str = LIST) -> int:
    """Have a list wait to be looked at; return the key of its import."""
    seal, now = premises.house.seal, premises.clock()
    rows = list(csv.reader(content.splitlines()))
    async with premises.database.writing() as session:
        row = ImportFile(
            id=new_key(), staff_id=by.staff_id, size=len(content), revision=1,
            sealed_name=seal.close("登记表.csv".encode(), purpose=files.PURPOSE),
            state=ImportState.READING, pieces=0, stored=0, known=0, refused=0,
            begun_at=now,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await pieces.add(
            session,
            [
                pieces.row_of(seal, row.id, number, cells)
                for number, cells in enumerate(rows, start=1)
            ],
        )
        await pieces.finish(session, seal, row.id, ImportKind.ROWS, len(rows))
    return row.id


async def work(premises: Premises) -> None:
    """Let a worker do everything that there is to do."""
    importer = Importer(premises, stop=asyncio.Event())
    while await importer.look_around():
        pass


async def send(
    client: AsyncClient, premises: Premises, name: str, content: bytes
) -> str:
    """Send a file in and let it be taken apart; return the address of its page."""
    sent = await client.post("/desk/imports", files={"file": (name, content)})
    assert sent.status_code == 303, sent.text
    await work(premises)
    return sent.headers["location"]


def columns_on(page: Response) -> list[str]:
    """Return what a page says that the columns hold."""
    boxes = re.findall(r'<select id="column-\d+".*?</select>', page.text, re.DOTALL)
    chosen = (re.search(r'value="(\w*)" selected', box) for box in boxes)
    return [found[1] if found else "" for found in chosen]


async def check(client: AsyncClient, page: str, **changes: Any) -> Response:
    """Say what the columns hold, as guessed unless told otherwise; return the check."""
    shown = await client.get(page)
    heading = re.search(r'name="heading".*?value="(\d+)"', shown.text)
    fields = {
        "notice": make.SLUG,
        "channel": "letter",
        "heading": heading[1] if heading else "0",
        "column": columns_on(shown),
    }
    said = await client.post(page, data=fields | changes)
    if said.status_code != 303:
        return said
    return await client.get(said.headers["location"])


async def start(client: AsyncClient, premises: Premises, page: str) -> str:
    """Start an import as its page shows it; return the page when it is over."""
    shown = await client.get(f"{page}?checked=true")
    seen = re.search(r'name="seen" value="(\d+)"', shown.text)
    begun = await client.post(f"{page}/start", data={"seen": seen[1] if seen else ""})
    assert begun.status_code == 303, begun.text
    await work(premises)
    return (await client.get(page)).text


async def bring(
    client: AsyncClient, premises: Premises, content: bytes, name: str = "list.csv"
) -> str:
    """Bring a list in from beginning to end; return its page."""
    page = await send(client, premises, name, content)
    await check(client, page)
    await start(client, premises, page)
    return page
