"""Address fields, whatever they hold."""

import pytest

from app.mail.parts.addresses import read_addresses
from tests.mail.writing import word


def read(value: str | bytes) -> list[tuple[str, str]]:
    raw = value if isinstance(value, bytes) else value.encode()
    found = read_addresses((raw,), faults=set())
    return [(box.name, box.address) for box in found]


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("a@b.example", "", "a@b.example"),
        ("<a@b.example>", "", "a@b.example"),
        ("Li Yu <a@b.example>", "Li Yu", "a@b.example"),
        ('"Li, Yu" <a@b.example>', "Li, Yu", "a@b.example"),
        ("Li, Yu <a@b.example>", "Li, Yu", "a@b.example"),
        ("a@b.example (Li Yu)", "Li Yu", "a@b.example"),
        ("李雨 a@b.example", "李雨", "a@b.example"),
        ("李雨<a@b.example>", "李雨", "a@b.example"),
        (r'"Li \"Yu\"" <a@b.example>', 'Li "Yu', "a@b.example"),
        ("<@relay,@other:a@b.example>", "", "a@b.example"),
        ("<mailto:a@b.example>", "", "a@b.example"),
        ("Li <<a@b.example>>", "Li", "a@b.example"),
        ('"a@b.example" <>', "", "a@b.example"),
        ("a . c @ b . example", "", "a.c@b.example"),
        ('"odd one"@b.example', "", '"odd one"@b.example'),
        ('<"odd one"@b.example>', "", '"odd one"@b.example'),
        ("李雨 <李@例子.example>", "李雨", "李@例子.example"),
    ],
)
def test_a_mailbox_is_read(written: str, name: str, address: str) -> None:
    assert read(written) == ([(name, address)] if address else [])


def test_a_name_is_decoded_within_quotation_marks_too() -> None:
    assert read(f'"{word("李雨", "gb2312", "gbk")}" <a@b.example>') == [
        ("李雨", "a@b.example")
    ]


def test_commas_in_an_encoded_word_part_nobody() -> None:
    assert read("=?utf-8?Q?Li,_Yu?= <a@b.example>") == [("Li, Yu", "a@b.example")]


def test_an_encoded_word_is_never_decoded_within_an_address() -> None:
    assert read("=?utf-8?Q?agent?=@b.example") == [("", "=?utf-8?Q?agent?=@b.example")]


def test_a_raw_gbk_name_is_read() -> None:
    assert read("何平 <a@b.example>".encode("gbk")) == [("何平", "a@b.example")]


def test_groups_are_opened_up() -> None:
    assert read("Desk: a@b.example, C <c@d.example>; e@f.example") == [
        ("", "a@b.example"),
        ("C", "c@d.example"),
        ("", "e@f.example"),
    ]


@pytest.mark.parametrize(
    "written",
    [
        *("", "undisclosed-recipients:;", "<>", "Nobody", '"', "(c):", "@", "a@", "@b"),
        *("<a b@c.example>", "a@b@c.example", "((((", "<a@b\x00.example>"),
    ],
)
def test_what_reaches_nobody_is_nobody(written: str) -> None:
    assert read(written) == []


def test_an_address_after_an_unclosed_quotation_mark_is_found() -> None:
    assert read('"Li <a@b.example>') == [("Li", "a@b.example")]
