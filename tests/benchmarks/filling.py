"""Filling: very many opinions and cases in a database, made by the database itself."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import URL, Connection, NullPool, create_engine, text

from app.domain.search import tokens

_SPACE: Final = 64 << 22
"""How far apart the keys of the opinions are: 64 ms."""

_TROUBLES: Final = (("路灯", "灯不亮"), ("停车", "车位难找"), ("垃圾", "没人清运"))
_TEXTS: Final = [
    f"{place}我们{thing}这里的{trouble}，已经{months}个月了，请派人来修。{word}"
    for place in ("小区门口", "学校旁边", "市场东侧", "河边步道")
    for thing, trouble in (
        ("路灯", "灯不亮"),
        ("停车", "车位难找"),
        ("垃圾", "没人清运"),
    )
    for months in "一二三四五六七八九"
    for word in ("bus", "希望回复", "谢谢", "盼复")
]
_RARE: Final = "老屋的卯榫结构要保护"

_NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    " WHERE i < :rows) ",
    "postgresql": "WITH n AS"
    " (SELECT i FROM generate_series(1::bigint, :rows) AS s(i)) ",
}
_HASTY: Final = {
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -600000",
               "PRAGMA foreign_keys = OFF"),
    "postgresql": ("SET session_replication_role = replica",
                   "SET maintenance_work_mem = '400MB'",
                   "DROP INDEX ix_opinion_search"),
}  # fmt: skip
_MOMENT: Final = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', :start,"
    " '+' || CAST({seconds} AS INTEGER) || ' seconds') || '.000000'",
    "postgresql": "CAST(:start AS timestamptz) + make_interval(secs => {seconds})",
}
_OPINIONS: Final = """
INSERT INTO opinion (id, receipt_number, query_digest, channel, notice_id, version_id,
    subject, text, language, anonymous, late, registered_at)
SELECT :first + n.i * :space, 'N' || n.i, o.query_digest, {channel}, o.notice_id,
    o.version_id, o.subject, t.said || n.i, o.language, o.anonymous, {late}, {opened}
FROM n JOIN said t ON t.id = n.i % :texts,
    (SELECT * FROM opinion ORDER BY id DESC LIMIT 1) AS o
"""
_CASES: Final = """
INSERT INTO "case" (id, notice_id, opinion_id, ordinal, section_id, kind, sounds,
    channel, late, has_files, office_id, assignee_id, status, disposition, opened_at,
    due_at, answered_at, closed_at, restricted, unread, revision)
SELECT :first + n.i * :space + 1, o.notice_id, :first + n.i * :space, 1, s.id,
    CASE WHEN n.i % 3 = 0 THEN {kind} END, {kind}, {channel}, {late}, {files},
    w.office_id, CASE WHEN {status} <> 'registered' AND n.i % 4 > 0 THEN w.id END,
    {status},
    CASE WHEN {status} = 'closed' THEN 'explained' END, {opened}, {due},
    CASE WHEN {status} IN ('answered', 'closed') THEN {due} END,
    CASE WHEN {status} = 'closed' THEN {due} END, {restricted}, {unread}, 1
FROM n
JOIN worker w ON w.place = CASE WHEN {status} = 'registered' THEN 0
    ELSE 1 + (n.i * 7) % 20 END
LEFT JOIN item s ON s.place = (n.i * 11) % (:items + 2),
    (SELECT * FROM opinion ORDER BY id LIMIT 1) AS o
"""
_STRANDS: Final = """
INSERT INTO strand (id, opinion_id, case_id, kind)
SELECT :first + n.i * :space + 2, :first + n.i * :space, :first + n.i * :space + 1,
    {kind}
FROM n
"""
_GUESSES: Final = """
INSERT INTO classification (id, strand_id, method, section_id, confidence, candidates,
    evidence, made_at)
SELECT :first + n.i * :space + 3, :first + n.i * :space + 2, 'model', NULL, 0.7, '[]',
    '[]', {opened}
FROM n
"""
_SAID: Final = {
    "sqlite": "INSERT INTO opinion_search (rowid, tokens)"
    " SELECT :first + n.i * :space, t.tokens FROM n JOIN said t ON t.id = n.i % :texts",
    "postgresql": "INSERT INTO opinion_search (opinion_id, tokens)"
    " SELECT :first + n.i * :space, to_tsvector('simple', t.tokens)"
    " FROM n JOIN said t ON t.id = n.i % :texts",
}


_SAID_TABLE: Final = (
    "CREATE TABLE said (id INTEGER PRIMARY KEY, said TEXT, tokens TEXT)"
)
_WORKER_TABLE: Final = """
CREATE TABLE worker AS
SELECT row_number() OVER (ORDER BY leads DESC, name) - 1 AS place, id, office_id
FROM (
    SELECT min(s.id) AS id, o.id AS office_id, o.leads, o.name
    FROM staff s JOIN office o ON o.id = s.office_id GROUP BY o.id, o.leads, o.name
) AS w
"""
_ITEM_TABLE: Final = """
CREATE TABLE item AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM section
"""


def fill(url: URL, *, rows: int, now: datetime, first: int) -> None:
    """Add ``rows`` opinions with a case each, of the two years before ``now``.

    Nine of ten cases are closed; of kinds, offices, items, channels and marks there are
    frequent ones, rare ones, and some that no case has.
    """
    sync = with_sync(url)
    name = sync.get_backend_name()
    engine = create_engine(sync, poolclass=NullPool)
    start = now - timedelta(days=730)
    facts: dict[str, Any] = {
        "rows": rows, "first": first, "space": _SPACE, "texts": len(_TEXTS),
        "start": start if name == "postgresql" else f"{start:%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip
    with engine.begin() as connection:
        for setting in _HASTY[name]:
            connection.execute(text(setting))
        facts["items"] = _prepare(connection)
        for statement in (_OPINIONS, _CASES, _STRANDS, _GUESSES, _SAID[name]):
            connection.execute(text(_written(name, statement, rows)), facts)
        _add_rare(connection, name, facts, rows)
        for table in ("said", "worker", "item"):
            connection.execute(text(f"DROP TABLE {table}"))
        if name == "postgresql":
            connection.execute(text(
                "CREATE INDEX ix_opinion_search ON opinion_search USING gin (tokens)"
            ))  # fmt: skip
    with engine.connect() as connection:
        settled = connection.execution_options(isolation_level="AUTOCOMMIT")
        settled.execute(text("ANALYZE" if name == "sqlite" else "VACUUM ANALYZE"))
    engine.dispose()


def with_sync(url: URL) -> URL:
    """Return ``url`` with the driver that waits."""
    sqlite = url.get_backend_name() == "sqlite"
    return url.set(drivername="sqlite" if sqlite else "postgresql+psycopg")


def _prepare(connection: Connection) -> int:
    """Make tables of what the rows are mixed from; return how many items there are."""
    for statement in (_SAID_TABLE, _WORKER_TABLE, _ITEM_TABLE):
        connection.execute(text(statement))
    connection.execute(
        text("INSERT INTO said VALUES (:id, :said, :tokens)"),
        [{"id": place, "said": said, "tokens": tokens(said)}
         for place, said in enumerate(_TEXTS)],
    )  # fmt: skip
    # The last item is one that no case has.
    found: int = connection.scalar(text("SELECT count(*) - 2 FROM item")) or 0
    return found


def _add_rare(
    connection: Connection, name: str, facts: dict[str, Any], rows: int
) -> None:
    """Let three opinions among all say something that no other says."""
    for place in (rows // 7, rows // 3, rows - 5):
        key = facts["first"] + place * _SPACE
        said = {"id": key, "tokens": tokens(_RARE), "texts": tokens(
            _TEXTS[place % len(_TEXTS)])}  # fmt: skip
        if name == "sqlite":
            connection.execute(text(
                "INSERT INTO opinion_search (opinion_search, rowid, tokens)"
                " VALUES ('delete', :id, :texts)"), said)  # fmt: skip
            connection.execute(text(
                "INSERT INTO opinion_search (rowid, tokens) VALUES (:id, :tokens)"
            ), said)  # fmt: skip
        else:
            connection.execute(text(
                "UPDATE opinion_search SET tokens = to_tsvector('simple', :tokens)"
                " WHERE opinion_id = :id"), said)  # fmt: skip


def _written(name: str, statement: str, rows: int) -> str:
    """Return ``statement`` with the mixture and the numbers, as the database has it."""
    span, waits = 730 * 86_400, 15 * 86_400
    seconds = f"(n.i * {span / rows!r})"
    true, false = ("1", "0") if name == "sqlite" else ("TRUE", "FALSE")

    def one_of(number: int) -> str:
        return f"CASE WHEN n.i % {number} = 0 THEN {true} ELSE {false} END"

    mixture = {
        "channel": "CASE n.i % 5 WHEN 0 THEN 'api' WHEN 1 THEN 'email'"
        " WHEN 2 THEN 'phone' ELSE 'web' END",
        "kind": "CASE n.i % 7 WHEN 0 THEN 'praise' WHEN 1 THEN 'inquiry'"
        " WHEN 2 THEN 'suggestion' ELSE 'complaint' END",
        "status": "CASE WHEN n.i % 100 < 3 THEN 'registered'"
        " WHEN n.i % 100 < 7 THEN 'assigned' WHEN n.i % 100 < 10 THEN 'answered'"
        " ELSE 'closed' END",
        "late": one_of(50), "files": one_of(6), "restricted": one_of(500),
        "unread": one_of(150),
        "opened": _MOMENT[name].format(seconds=seconds),
        "due": _MOMENT[name].format(seconds=f"({seconds} + {waits})"),
    }  # fmt: skip
    for key, value in mixture.items():
        statement = statement.replace(f"{{{key}}}", f"({value})")
    head, _, rest = statement.partition("SELECT")
    return f"{head}{_NUMBERS[name]}SELECT{rest}"
