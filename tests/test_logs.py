import io
import json
import logging
from collections.abc import Iterator

import pytest

from app import logs
from app.errors import Conflict

SECRET = "张三 zhang@example.org"
log = logging.getLogger("app.somewhere")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged; all loggers are left as they were."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    # Servers of other tests say how loud uvicorn is, for the whole process.
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.NOTSET)
    access.propagate = True
    yield io.StringIO()
    root.handlers[:], level = before
    root.setLevel(level)
    for name, kept in levels.items():
        logging.getLogger(name).setLevel(kept)
    access.filters.clear()


def failing() -> None:
    """Log a bug whose message holds what a citizen wrote."""
    try:
        int(SECRET)
    except ValueError:
        log.exception("a round failed", extra={"job": "letters"})


def test_a_line_says_when_how_bad_where_what_and_the_facts(
    written: io.StringIO,
) -> None:
    logs.set_up("info", stream=written)
    log.info("letters were settled", extra={"fates": {"opened": 2}})

    line = written.getvalue()
    assert line[10] == "T"
    assert 'info app.somewhere: letters were settled fates={"opened": 2}\n' in line


def test_a_line_for_programs_is_json(written: io.StringIO) -> None:
    logs.set_up("info", form="json", stream=written)
    log.warning("a letter has to wait", extra={"arrival_id": 7})

    line = json.loads(written.getvalue())
    assert (line["level"], line["event"]) == ("warning", "a letter has to wait")
    assert line["arrival_id"] == 7


@pytest.mark.parametrize("form", ["plain", "json"])
def test_of_a_bug_the_way_is_told_and_not_what_it_was_about(
    written: io.StringIO, form: logs.Form
) -> None:
    logs.set_up("info", form=form, stream=written)
    failing()

    assert "ValueError" in written.getvalue()
    assert "int(SECRET)" in written.getvalue()
    assert "zhang" not in written.getvalue()


def test_who_asks_for_debugging_is_told_more(written: io.StringIO) -> None:
    logs.set_up("debug", stream=written)
    failing()

    assert "zhang" in written.getvalue()


def test_what_is_expected_says_what_it_is(written: io.StringIO) -> None:
    logs.set_up("info", stream=written)
    log.error("refused", exc_info=Conflict("the window is closed"))

    assert "Conflict: the window is closed" in written.getvalue()


@pytest.mark.parametrize("form", ["plain", "json"])
def test_no_line_can_be_forged(written: io.StringIO, form: logs.Form) -> None:
    logs.set_up("info", form=form, stream=written)
    log.info("one\n2026-11-02T00:00:00Z error app: forged\x1b[2J", extra={"a": "b\nc"})

    assert written.getvalue().count("\n") == 1
    assert "\x1b" not in written.getvalue()


def test_mail_addresses_of_conversations_are_not_logged(written: io.StringIO) -> None:
    logs.set_up("debug", stream=written)
    logging.getLogger("mail.log").error("%r >> %r", ("10.0.0.1", 25), SECRET)

    assert written.getvalue() == ""


def test_a_request_is_logged_without_who_sent_it_and_its_query(
    written: io.StringIO,
) -> None:
    logs.set_up("info", stream=written)
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "10.0.0.1:5", "GET", "/track?code=1", "1.1", 200
    )

    assert "10.0.0.1" not in written.getvalue()
    assert "code" not in written.getvalue()
    assert 'path="/track"' in written.getvalue()


@pytest.mark.parametrize("path", ["/not-me/3f2a.9c1d", "/en/not-me/3f2a.9c1d?x=1"])
def test_the_link_of_one_who_did_not_write_is_not_logged(
    written: io.StringIO, path: str
) -> None:
    logs.set_up("info", form="json", stream=written)
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "10.0.0.1:5", "GET", path, "1.1", 200
    )

    assert json.loads(written.getvalue())["path"].endswith("/not-me/…")
    assert "3f2a" not in written.getvalue()
