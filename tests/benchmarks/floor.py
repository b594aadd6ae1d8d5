"""The floors: the least that could be called doing it, on the same server and driver.

Run as ``python -m tests.benchmarks.floor web|mail DATABASE_URL PORT``. The web floor
validates one model and inserts one row, committed before the answer, or answers with
one row that it reads; the mail floor inserts one row for each letter, committed before
the "250".
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from pydantic import BaseModel, StringConstraints
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    select,
)
from sqlalchemy import insert as insert_into

from app.database import Database
from app.keys import new_key

_KEY = BigInteger().with_variant(Integer, "sqlite")
_metadata = MetaData()
OPINIONS = Table(
    "floor_opinion",
    _metadata,
    Column("id", _KEY, primary_key=True, autoincrement=False),
    Column("section", Text),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("email", Text),
)
LETTERS = Table(
    "floor_letter",
    _metadata,
    Column("id", _KEY, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)


class Contact(BaseModel):
    """How to reach somebody."""

    name: str | None = None
    email: str | None = None


class Opinion(BaseModel):
    """What the API's own model holds."""

    notice: str
    section: str | None = None
    kind: str | None = None
    subject: Annotated[str, StringConstraints(max_length=200)] = ""
    text: Annotated[str, StringConstraints(min_length=2, max_length=20_000)]
    contact: Contact = Contact()
    consent: bool


def web(database: Database) -> FastAPI:
    """Return the bare application."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await _create(database)
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/opinions", status_code=201)
    async def send_in(opinion: Opinion) -> dict[str, str]:
        key = new_key()
        row = {
            "id": key,
            "section": opinion.section,
            "subject": opinion.subject,
            "text": opinion.text,
            "email": opinion.contact.email,
        }
        async with database.writing() as session:
            await session.execute(insert_into(OPINIONS), [row])
        return {"id": str(key)}

    @app.get("/opinions")
    async def read() -> dict[str, str | None]:
        async with database.reading() as session:
            text = await session.scalar(select(OPINIONS.c.text).limit(1))
        return {"text": text}

    return app


class OneRow:
    """A mail listener's doing: one row a letter."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def handle_DATA(  # noqa: N802 - aiosmtpd asks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        row = {"id": new_key(), "content": envelope.content}
        async with self._database.writing() as session:
            await session.execute(insert_into(LETTERS), [row])
        return "250 2.0.0 taken"


async def mail(database: Database, port: int) -> None:
    """Run the bare listener."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    await _create(database)
    handler = OneRow(database)

    def factory() -> Any:
        return SMTP(handler, enable_SMTPUTF8=True)

    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", port)
    await server.serve_forever()


async def _create(database: Database) -> None:
    async with database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(_metadata.create_all)


def main() -> None:
    """Serve what the command line names."""
    what, url, port = sys.argv[1:]
    database = Database(url)
    if what == "mail":
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(mail(database, int(port)))
        return
    uvicorn.run(
        web(database), host="127.0.0.1", port=int(port), loop="uvloop",
        http="httptools", access_log=False, log_level="warning",
    )  # fmt: skip


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - only on the machines that have it

    return uvloop.new_event_loop()


if __name__ == "__main__":
    main()
