"""The schema's history, walked both ways on both databases."""

import ast
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from app import migrations
from app.database import with_driver
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
