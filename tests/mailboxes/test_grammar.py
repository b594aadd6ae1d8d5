"""What an IMAP server says, whatever it says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.imap_grammar import (
    Fetched,
    OddAnswer,
    Response,
    announced,
    fetched,
    folder_name,
    quoted,
    read_response,
)
from app.workers.arriving import return_path

ATOMS = st.from_regex(rb"\A[a-zA-Z0-9.\\$]{1,8}\Z").filter(
    lambda atom: atom.upper() != b"NIL"
)
FIELDS = st.recursive(
    ATOMS | st.none(), lambda each: st.lists(each).map(tuple), max_leaves=20
)


def written(value: object) -> bytes:
    """Return a field as a server writes it."""
    if value is None:
        return b"NIL"
    if isinstance(value, tuple):
        return b"(" + b" ".join(map(written, value)) + b")"
    assert isinstance(value, bytes)
    return value


@given(st.lists(FIELDS).map(tuple))
def test_what_is_written_is_read(fields: tuple[object, ...]) -> None:
    line = b"* SEARCH " + b" ".join(map(written, fields))

    assert read_response([line]).fields == fields


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5))
def test_any_bytes_are_a_response_or_odd(pieces: list[bytes]) -> None:
    try:
        response = read_response(pieces)
        list(fetched([response]))
    except OddAnswer:
        return
    assert isinstance(response, Response)


@given(st.binary(max_size=60))
def test_whatever_stands_in_a_fetch_is_read_or_odd(middle: bytes) -> None:
    try:
        letters = list(fetched([read_response([b"* 1 FETCH (UID 7 " + middle + b")"])]))
    except OddAnswer:
        return
    assert all(isinstance(letter, Fetched) for letter in letters)


@given(st.binary(max_size=60))
def test_any_bytes_begin_with_a_return_path_or_not(content: bytes) -> None:
    assert return_path(content) is None or b"return-path:" in content.lower()


def test_a_letter_is_read_with_all_that_is_said_of_it() -> None:
    pieces = [
        (
            b"* 12 FETCH (UID 345 FLAGS (\\Seen $x) RFC822.SIZE 6"
            b' INTERNALDATE " 7-Jul-2026 02:44:25 +0800" BODY[]<0> {6}'
        ),
        b"a) {9}",
        b")",
    ]

    (letter,) = fetched([read_response(pieces)])

    assert letter == Fetched(
        uid=345,
        size=6,
        at=datetime(2026, 7, 6, 18, 44, 25, tzinfo=UTC),
        flags=frozenset({b"\\SEEN", b"$X"}),
        content=b"a) {9}",
        partial=True,
    )


def test_a_flag_that_changed_is_no_letter() -> None:
    assert list(fetched([read_response([rb"* 3 FETCH (FLAGS (\Seen))"])])) == []


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (b"* 1 FETCH (BODY[] {310}", 310),
        (b"* 1 FETCH (BODY[] ~{310}", 310),
        (b"* 1 FETCH (BODY[] {310+}", 310),
        (b"* OK letters for {310}", None),
        (b"h1 NO no place for {310}", None),
        (b"* 1 FETCH (BODY[] {99999999999}", None),
        (b"* 3 EXISTS", None),
    ],
)
def test_a_literal_is_announced_by_all_but_statuses(
    line: bytes, size: int | None
) -> None:
    assert announced(line) == size


@pytest.mark.parametrize(
    "line", [b"* 1 FETCH (a", b"* 1 FETCH a)", b"", b"* X " + b"(" * 99]
)
def test_what_is_no_list_is_odd(line: bytes) -> None:
    with pytest.raises(OddAnswer):
        read_response([line])


def test_a_status_has_a_code() -> None:
    status = read_response([b"* OK [UIDVALIDITY 1257842737] UIDs valid"])

    assert status.code() == (b"UIDVALIDITY", b"1257842737")


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("INBOX", '"INBOX"'),
        ("R&D", '"R&-D"'),
        ('a"\\', '"a\\"\\\\"'),
        ("收件箱", '"&ZTZO9nux-"'),
        ("~peter/台北/日本語", '"~peter/&U,BTFw-/&ZeVnLIqe-"'),
    ],
)
def test_a_folder_is_named_as_servers_write_it(name: str, sent: str) -> None:
    assert folder_name(name) == sent


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_a_quoted_string_is_read_as_it_was_meant(text: str) -> None:
    line = f"* X {quoted(text)}".encode()

    assert read_response([line]).fields == (text.encode(),)


@pytest.mark.parametrize(
    ("content", "sender"),
    [
        (b"Return-Path: <a@b.c>\r\nReceived: x\r\n\r\n", "a@b.c"),
        (b"RETURN-PATH: <>\nFrom: a@b\n\n", ""),
        (b"Delivered-To: x\nReturn-Path:<a@b.c>\n\n", "a@b.c"),
        (b"Received: x\nReturn-Path: <forged@b.c>\n\n", None),
        (b"From: a@b\n\nReturn-Path: <a@b.c>\n", None),
        (b"", None),
    ],
)
def test_the_envelopes_sender_stands_above_what_came_with_the_letter(
    content: bytes, sender: str | None
) -> None:
    assert return_path(content) == sender
