import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.addresses import NULL_SENDER, parse_path, storable


@pytest.mark.parametrize(
    ("argument", "address", "rest"),
    [
        ("<a@example.org>", "a@example.org", ""),
        (" <a@example.org> SIZE=5", "a@example.org", "SIZE=5"),
        ("<>", NULL_SENDER, ""),
        ("<> BODY=8BITMIME", NULL_SENDER, "BODY=8BITMIME"),
        ("<@relay.example:a@example.org>", "a@example.org", ""),
        ('<"a b"@example.org>', '"a b"@example.org', ""),
        ('<"a>@\\"b"@example.org>', '"a>@\\"b"@example.org', ""),
        ("<张三@例子.中国>", "张三@例子.中国", ""),
        ("<a@[127.0.0.1]>", "a@[127.0.0.1]", ""),
        ("<postmaster>", "postmaster", ""),
        ("a@example.org SIZE=5", "a@example.org", "SIZE=5"),
    ],
)
def test_addresses_are_read_as_they_are_written(
    argument: str, address: str, rest: str
) -> None:
    assert parse_path(argument) == (address, rest)


@pytest.mark.parametrize(
    "argument",
    ["", "<a@example.org", "<a@b@c>", "<a b@c>", "<a@b>x", "a", '<"a@b>', "<" * 9],
)
def test_what_is_no_address_is_none(argument: str) -> None:
    assert parse_path(argument) is None


def test_an_address_that_is_too_long_is_none() -> None:
    assert parse_path(f"<{'a' * 600}@example.org>") is None


@given(st.text(alphabet='<>@":\\ab.\u0000 張', max_size=60))
def test_whatever_is_said_an_address_has_no_brackets_outside_quotes(said: str) -> None:
    found = parse_path(said)
    if found is not None and '"' not in found[0] and found[0] != NULL_SENDER:
        assert not set(found[0]) & set("<> ")


def test_bytes_that_are_no_text_can_be_stored() -> None:
    broken = b"\xd5\xc5@example.org".decode("utf-8", "surrogateescape")

    assert storable(broken).encode() == "\ufffd\ufffd@example.org".encode()
