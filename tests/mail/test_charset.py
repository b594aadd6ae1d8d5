"""Which characters some bytes are."""

import pytest

from app.mail.parts.charset import decode
from app.mail.parts.labels import codec_named

LONG = "关于整改事项的意见建议，请贵单位尽快落实并公布进度。"
TRADITIONAL = "關於整改事項的意見建議，請貴單位儘快落實並公佈進度。"


@pytest.mark.parametrize("label", ["gb2312", "GBK", "x-gbk", "cp936", "gb_2312-80"])
def test_a_label_of_the_gb_family_is_read_as_gb18030(label: str) -> None:
    assert decode("㐂 – 镕".encode("gb18030"), label=label).text == "㐂 – 镕"


def test_a_big5_label_is_read_with_the_hong_kong_characters() -> None:
    assert decode("啲嘅".encode("big5hkscs"), label="big5").text == "啲嘅"


@pytest.mark.parametrize("label", ["gb2312", "big5", "iso-8859-1", "us-ascii"])
def test_utf8_bytes_beat_a_label_that_says_otherwise(label: str) -> None:
    found = decode(LONG.encode(), label=label)

    assert found.text == LONG
    assert found.fault == "wrong_charset"


@pytest.mark.parametrize("label", ["gb2312", ""])
def test_thanks_in_gbk_is_not_taken_for_cyrillic(label: str) -> None:
    assert decode("谢谢".encode("gbk"), label=label).text == "谢谢"


@pytest.mark.parametrize("text", ["Müller", "José", "ça va"])
def test_western_names_in_utf8_need_no_label(text: str) -> None:
    assert decode(text.encode()).text == text


def test_cyrillic_under_a_gb_label_stays_cyrillic() -> None:
    assert decode("Пишите нам".encode(), label="gb2312").text == "Пишите нам"


@pytest.mark.parametrize("text", [LONG, TRADITIONAL, "路灯坏了", "谢谢您"])
def test_chinese_without_a_label_is_told_from_big5_and_utf8(text: str) -> None:
    assert decode(text.encode("gb18030")).text == text
    assert decode(text.encode()).text == text


def test_traditional_chinese_without_a_label_is_told_from_gb() -> None:
    assert decode(TRADITIONAL.encode("big5")).text == TRADITIONAL


def test_gbk_under_a_western_label_is_read_as_chinese() -> None:
    found = decode(LONG.encode("gbk"), label="iso-8859-1")

    assert (found.text, found.fault) == (LONG, "wrong_charset")


def test_rare_hanzi_are_rather_chinese_than_western() -> None:
    assert decode("冇電佢話".encode("gbk")).text == "冇電佢話"


@pytest.mark.parametrize("text", ["café", "Müller", "“Grüße” – ça va"])
def test_western_letters_stay_western(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text
    assert decode(text.encode("cp1252"), label="iso-8859-1").text == text


@pytest.mark.parametrize(
    "label", ["hex", "zlib", "idna", "rot13", "unicode_escape", "../../etc", "y", "\0"]
)
def test_a_label_that_names_no_charset_is_ignored(label: str) -> None:
    assert codec_named(label) == ""
    assert decode(LONG.encode(), label=label).text == LONG
    assert decode(b"6161", label=label).text == "6161"


@pytest.mark.parametrize("label", ["utf-8\0", '"utf-8"', "utf-8, gbk", "charset=utf8"])
def test_a_label_with_something_around_it_is_understood(label: str) -> None:
    assert codec_named(label) == "utf-8"


def test_shift_jis_under_an_iso_2022_label_is_read() -> None:
    assert decode("返信です".encode("cp932"), label="iso-2022-jp").text == "返信です"


def test_one_broken_byte_does_not_spoil_the_text() -> None:
    found = decode(LONG.encode() + b"\xe6" + LONG.encode(), label="utf-8")

    assert found.text == LONG + "\ufffd" + LONG
    assert found.fault == "broken_characters"


def test_a_replacement_character_that_was_sent_is_no_fault() -> None:
    assert decode(b"\xef\xbf\xbd", label="iso-8859-1").text == "\ufffd"


def test_plain_text_under_a_wide_label_is_plain() -> None:
    assert decode(b"plain", label="utf-16").text == "plain"
    assert decode("宽".encode("utf-16"), label="utf-16").text == "宽"
