"""The schema's history, walked both ways on both databases."""

import ast
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Engine,
    MetaData,
    Table,
    create_engine,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from app import migrations
from app.database import with_driver
from app.migrations import NoSuchRevision, NoWayBack
from tests.fakes import START
from tests.postgres import cluster

VERSIONS = Path(migrations.__file__).with_name("versions")
REVISIONS = sorted(VERSIONS.glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with cluster() as url:
        yield url


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """A way to look at that database."""
    url = with_driver(empty_url, asynchronous=False)
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, object]:
    """Return tables with their columns, indexes and foreign keys."""
    with engine.connect() as connection:
        seen = inspect(connection)
        return {
            table: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in columns],
                sorted(str(index["name"]) for index in seen.get_indexes(table)),
                sorted(str(key["name"]) for key in seen.get_foreign_keys(table)),
            )
            for table in seen.get_table_names()
            if (columns := seen.get_columns(table))
        }


def put(engine: Engine, table: str, **values: Any) -> None:
    """Insert a row as the schema wants it now; what is not given is 1, or like it."""
    with engine.begin() as connection:
        known = Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
        given = {
            column.name: _something(column.type)
            for column in known.columns
            if not column.nullable and column.server_default is None
        }
        connection.execute(known.insert(), given | values)


def _something(kind: Any) -> object:
    if isinstance(kind, JSON):
        return []
    python = kind.python_type
    return (
        START
        if python.__name__ == "datetime"
        else (START.date() if python.__name__ == "date" else python(1))
    )


def with_cases(engine: Engine, *opinions: int, **values: Any) -> None:
    """Insert a case of each of ``opinions``; their keys count from 1."""
    for table in ("notice", "notice_version", "office"):
        put(engine, table, id=1)
    for opinion in sorted(set(opinions)):
        put(engine, "opinion", id=opinion, receipt_number=f"{opinion}",
            query_digest=b"%d" % opinion)  # fmt: skip
    for key, opinion in enumerate(opinions, start=1):
        put(engine, "case", id=key, opinion_id=opinion, **values)


def column(engine: Engine, name: str) -> list[object]:
    """Return what the cases have in a column, in the order of their keys."""
    with engine.connect() as connection:
        case = Table("case", MetaData(), autoload_with=connection, resolve_fks=False)
        return list(connection.scalars(select(case.c[name]).order_by(case.c.id)))


def test_accounts_and_sessions_from_before_come_through(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url, "0009")
    put(engine, "office", id=1)
    for key in (1, 2):
        put(engine, "staff", id=key, user_name=f"{key}", role="clerk", language="zh")
    put(engine, "staff_session", id=1, staff_id=1)

    migrations.upgrade(empty_url)

    with engine.connect() as connection:
        seen = connection.execute(text("SELECT seen_at FROM staff ORDER BY id"))
        assert [row[0] is not None for row in seen] == [True, False]
        kept = connection.execute(text("SELECT proof, confirmed_at FROM staff_session"))
        assert [tuple(row) for row in kept] == [("password", None)]


def test_cases_of_one_opinion_are_numbered_by_their_keys(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url, "0005")
    with_cases(engine, 7, 8, 7, 7)

    migrations.upgrade(empty_url)

    assert column(engine, "ordinal") == [1, 1, 2, 3]
    assert not any(column(engine, "restricted"))


def test_a_database_with_plain_cases_goes_back_and_forth(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url)
    with_cases(engine, 7, 8)

    migrations.downgrade(empty_url, "0003")
    migrations.upgrade(empty_url)

    assert column(engine, "opinion_id") == [7, 8]
    assert column(engine, "ordinal") == [1, 1]


def test_nobody_said_of_older_contact_details_that_they_are_for_one_desk(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url, "0009")
    with_cases(engine, 7)
    put(engine, "contact", opinion_id=7)

    migrations.upgrade(empty_url)

    with engine.connect() as connection:
        assert not connection.scalar(text("SELECT desk_only FROM contact"))


def test_there_is_no_way_back_that_would_open_what_is_for_one_desk(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url)
    with_cases(engine, 7)
    put(engine, "contact", opinion_id=7, desk_only=True)

    with pytest.raises(NoWayBack, match="1 contact details are for one desk alone"):
        migrations.downgrade(empty_url, "0009")


@pytest.mark.parametrize(
    "told", [{"restricted": True}, {"ordinal": 2}, {"merged_at": START}], ids=str
)
def test_there_is_no_way_back_that_would_show_what_few_may_see(
    empty_url: str, engine: Engine, told: dict[str, Any]
) -> None:
    migrations.upgrade(empty_url)
    with_cases(engine, 7, **told)
    before = shape(engine)

    with pytest.raises(NoWayBack, match="before 0006: 1 cases"):
        migrations.downgrade(empty_url, "0005")

    assert shape(engine) == before
    migrations.upgrade(empty_url)


def test_there_is_no_way_back_while_cases_are_joined(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url)
    with_cases(engine, 7, 8)
    put(engine, "strand", id=1, opinion_id=7, case_id=2)
    joined = {"strand_id": 1, "from_case_id": 1, "into_case_id": 2}
    put(engine, "joining", id=1, separated_at=START, **joined)
    migrations.downgrade(empty_url, "0004")
    put(engine, "joining", id=2, **joined)

    with pytest.raises(NoWayBack, match="before 0004: 1 cases are joined"):
        migrations.downgrade(empty_url, "base")

    assert "joining" in shape(engine)


def test_an_upgrade_that_fails_half_way_changes_nothing(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url, "0004")
    with engine.begin() as connection:
        connection.execute(
            text("CREATE INDEX uq_office_receives_reports ON office (name)")
        )
    before = shape(engine)

    with pytest.raises(DBAPIError):
        migrations.upgrade(empty_url)
    after = shape(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_office_receives_reports"))
    migrations.upgrade(empty_url)

    assert after == before
    assert "topic_words" in shape(engine)


def test_a_revision_that_is_not_there_is_said_so(empty_url: str) -> None:
    with pytest.raises(NoSuchRevision, match="no revision 9999"):
        migrations.upgrade(empty_url, "9999")


def test_the_way_up_down_and_up_again_ends_where_it_began(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url)
    first = shape(engine)
    migrations.downgrade(empty_url)
    bare = shape(engine)
    migrations.upgrade(empty_url)

    assert set(bare) == {"alembic_version"}
    assert {"opinion", "case", "arrival"} < set(first)
    assert shape(engine) == first


def test_the_history_leads_to_what_the_code_says(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    config, said = migrations.config(empty_url), StringIO()
    config.stdout = said

    command.check(config)

    assert "No new upgrade operations" in said.getvalue()


def test_going_up_twice_is_harmless(empty_url: str, engine: Engine) -> None:
    migrations.upgrade(empty_url)
    before = shape(engine)

    migrations.upgrade(empty_url)

    assert shape(engine) == before


def test_there_is_one_supervision_office_at_most(
    empty_url: str, engine: Engine
) -> None:
    migrations.upgrade(empty_url)
    leading = text(
        "INSERT INTO office (id, name, leads, created_at)"
        " VALUES (:id, :name, TRUE, '2026-11-02 01:00:00')"
    )

    with engine.begin() as connection:
        connection.execute(leading, {"id": 1, "name": "督查室"})
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(leading, {"id": 2, "name": "第二督查室"})


def test_the_history_has_one_end() -> None:
    history = ScriptDirectory.from_config(migrations.config("sqlite://"))

    assert len(history.get_heads()) == 1


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda path: path.stem)
def test_a_revision_says_why_and_outlives_the_application(revision: Path) -> None:
    tree = ast.parse(revision.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
    }

    assert ast.get_docstring(tree)
    assert "app" not in imported
