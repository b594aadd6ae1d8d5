"""What was decided before there were confirmations is confirmed by the migration."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from app import migrations
from app.database import with_driver
from app.keys import new_key
from tests.fakes import START
from tests.postgres import cluster

NOTICE, VERSION, OFFICE = new_key(), new_key(), new_key()
PARKING, LIFTS = new_key(), new_key()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as it was before confirmations."""
    if request.param == "sqlite":
        yield from prepared(f"sqlite:///{tmp_path / 'old.db'}")
        return
    with cluster() as url:
        yield from prepared(url)


def prepared(url: str) -> Iterator[Engine]:
    """Give a database at the revision before, with a notice in it."""
    migrations.upgrade(url, "0002")
    engine = create_engine(with_driver(url, asynchronous=False), poolclass=NullPool)
    with engine.begin() as connection:
        put(connection, "notice", id=NOTICE, slug="a", title="a", state="published",
            opens_on=START.date(), created_at=START)  # fmt: skip
        put(connection, "notice_version", id=VERSION, notice_id=NOTICE, number=1,
            source=b"", source_digest="", outline={}, imported_at=START)  # fmt: skip
        put(connection, "office", id=OFFICE, name="a", leads=True, created_at=START)
        for section in (PARKING, LIFTS):
            put(connection, "section", id=section, notice_id=NOTICE)
    yield engine
    engine.dispose()


def put(connection: Connection, table: str, **values: Any) -> None:
    """Insert a row as the schema then wanted it."""
    tables = MetaData()
    tables.reflect(connection, only=[table], resolve_fks=False)
    connection.execute(tables.tables[table].insert(), [values])


def decided(
    engine: Engine,
    *,
    guess: int | None,
    candidates: tuple[int, ...] = (),
    by_staff: bool = False,
    disowned: bool = False,
    **case: Any,
) -> int:
    """Put down a case as it was; return its key."""
    opinion, key, strand = new_key(), new_key(), new_key()
    said = {"strand_id": strand, "evidence": [], "made_at": START}
    with engine.begin() as connection:
        put(connection, "opinion", id=opinion, receipt_number=str(opinion),
            query_digest=b"", channel="web", notice_id=NOTICE, version_id=VERSION,
            subject="", text="", language="zh", anonymous=False, late=False,
            registered_at=START, disowned_at=START if disowned else None)  # fmt: skip
        put(connection, "case", **({
            "id": key, "notice_id": NOTICE, "opinion_id": opinion,
            "office_id": OFFICE, "status": "assigned", "opened_at": START,
            "due_at": START, "unread": False, "revision": 1,
        } | case))  # fmt: skip
        put(connection, "strand", id=strand, opinion_id=opinion, case_id=key)
        put(connection, "classification", id=new_key(), method="model",
            section_id=guess, confidence=0.7, candidates=[
                {"section_id": one, "confidence": 0.1} for one in candidates
            ], **said)  # fmt: skip
        if by_staff:
            put(connection, "classification", id=new_key(), method="staff",
                section_id=case.get("section_id"), confidence=1.0, candidates=[],
                **said)  # fmt: skip
    return key


def confirmed(engine: Engine) -> list[tuple[Any, ...]]:
    """Go on to the newest schema; return what is confirmed."""
    url = engine.url.render_as_string(hide_password=False)
    migrations.upgrade(url.replace("+psycopg", ""))
    columns = "case_id, section_id, said, guessed_id, placed, place"
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {columns} FROM confirmation"))  # noqa: S608 - our own names
        return [tuple(row) for row in rows]


def test_a_clerks_choice_is_confirmed_beside_the_guess(engine: Engine) -> None:
    case = decided(
        engine, guess=LIFTS, candidates=(LIFTS, PARKING), section_id=PARKING,
        by_staff=True,
    )  # fmt: skip

    assert confirmed(engine) == [(case, PARKING, True, LIFTS, True, 2)]


def test_a_section_that_stood_at_the_answer_is_confirmed(engine: Engine) -> None:
    case = decided(
        engine, guess=None, candidates=(PARKING,), section_id=PARKING,
        answered_at=START,
    )  # fmt: skip

    assert confirmed(engine) == [(case, PARKING, False, PARKING, False, 1)]


def test_none_of_the_items_is_confirmed_where_a_clerk_said_so(engine: Engine) -> None:
    case = decided(engine, guess=None, section_id=None, by_staff=True)

    assert confirmed(engine) == [(case, None, True, None, False, 1)]


def test_what_nobody_decided_or_does_not_count_is_not_confirmed(
    engine: Engine,
) -> None:
    decided(engine, guess=PARKING, section_id=PARKING)
    decided(engine, guess=None, section_id=None, answered_at=START)
    decided(engine, guess=PARKING, section_id=PARKING, by_staff=True, disowned=True)
    decided(
        engine, guess=PARKING, section_id=PARKING, by_staff=True,
        disposition="withdrawn",
    )  # fmt: skip

    assert confirmed(engine) == []
