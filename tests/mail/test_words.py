"""Header values as text."""

import pytest

from app.mail.parts.faults import Fault
from app.mail.parts.words import read_words
from tests.mail.writing import word


def read(value: bytes | str, hint: str = "") -> str:
    raw = value if isinstance(value, bytes) else value.encode()
    return read_words(raw, faults=set(), hint=hint)


def test_an_encoded_word_is_decoded() -> None:
    assert read(word("路灯", "utf-8")) == "路灯"
    assert read("=?iso-8859-1?Q?Fr=F6sche_im_Teich?=") == "Frösche im Teich"


def test_a_character_cut_in_two_between_words_is_whole_again() -> None:
    first, second = "意见".encode("gbk")[:3], "意见".encode("gbk")[3:]
    words = [
        f"=?gb2312?Q?{''.join(f'={b:02X}' for b in part)}?=" for part in (first, second)
    ]

    assert read("\r\n ".join(words)) == "意见"


def test_blanks_between_words_go_and_others_stay() -> None:
    assert read(f"Re: {word('甲', 'utf-8')} {word('乙', 'utf-8')} c") == "Re: 甲乙 c"


def test_neighbours_in_two_charsets_are_both_read() -> None:
    assert read(f"{word('简', 'gbk')} {word('繁', 'big5')}") == "简繁"


def test_a_gb2312_word_may_hold_what_gb2312_lacks() -> None:
    assert read(word("朱镕", "gb2312", "gbk")) == "朱镕"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?B?6Lev54Gv", "路灯"),
        ("=?utf-8?B?6Lev54Gv =?utf-8?B?5Z2P5LqG?=", "路灯坏了"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("=?utf-8*zh?Q?=E7=81=AF?=", "灯"),
        ("=?utf-8?Q?what??=", "what?"),
    ],
)
def test_a_broken_word_is_read_as_it_was_meant(written: str, meant: str) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    "written", ["=?", "a =? b", "=?x?y?z?=", "1 =?= 2", "=?utf-8?="]
)
def test_what_only_looks_like_a_word_stays(written: str) -> None:
    assert read(written) == written


def test_an_unknown_charset_is_told_by_its_bytes() -> None:
    assert read("=?unknown-8bit?Q?=D0=BB=D0=BB?=") == "谢谢"


def test_raw_bytes_are_read_and_told_of() -> None:
    faults: set[Fault] = set()

    assert read_words("河边的路灯".encode("gbk"), faults=faults) == "河边的路灯"
    assert faults == {Fault.RAW_HEADER}


def test_a_raw_header_in_two_characters_follows_the_body() -> None:
    assert read("謝謝".encode("big5"), hint="big5") == "謝謝"


def test_folds_and_control_characters_leave_one_line() -> None:
    assert read("a\r\n b\x00\x1b\tc\r\n\t d ") == "a b c d"
    assert read("=?utf-8?Q?a=0D=0ABcc:_x=00?=") == "a Bcc: x"
