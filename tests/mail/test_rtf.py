"""Rich text as the body of a letter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.packed.lzfu import NotCompressedRtf, decompress
from app.mail.packed.rtf import NotRichText, RichText, code_page, read_rtf
from app.mail.parts.html import Budget
from tests.mail.packed import rtf_as_it_is, rtf_bomb, rtf_compressed

_SIGNS = st.sampled_from(
    [
        *(b"{", b"}", b"\\*", b"\\par ", b"\\'b5", b"\\'", b"\\u-10179?", b"\\u56256 "),
        *(b"\\uc2", b"\\f1 ", b"{\\fonttbl{\\f1\\fcharset134 a;}}", b"\\bin4 ", b"\\"),
        *(b"\\htmlrtf ", b"\\htmlrtf0 ", b"{\\*\\htmltag64 <p>}", b"\\pict ", b"\0"),
        *(b"words", b"<&>", b"\xc2\xb7", b"\\u99999999999999 ", b"\\f-1", b"\r\n"),
    ]
)


def rich(content: bytes) -> RichText:
    return read_rtf(b"{\\rtf1\\ansi " + content, budget=Budget(10_000, 10_000))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\\ansicpg936 \\'c2\\'b7\\'b5\\'c6}", "路灯"),
        (b"\\ansicpg936 \\'81@\\'c2\\'b7}", "丂路"),
        (b"{\\fonttbl{\\f1\\fcharset136 x;}}\\f1 \\'b8\\'f4\\'bfO}", "路燈"),
        (b"{\\fonttbl{\\f1\\fcharset204 x;}}{\\f1\\'e4\\'e0} \\'e4}", "да ä"),
        (b"\\uc1\\u-29201?\\u28783\\'b5}", "路灯"),
        (b"\\uc2\\u36335\\'c2\\'b7\\uc0\\u28783 !}", "路灯!"),
        (b"\\u-10176?\\u-9100?}", "\U00020074"),
        (b"one\\par two\\line three\\tab four}", "one\ntwo\nthree\tfour"),
        (
            b"a\\~b \\{c\\} \\\\ \\ldblquote d\\rdblquote\\emdash e}",
            "a\xa0b {c} \\ “d”—e",
        ),
        (b"{\\info{\\title no}}{\\*\\gen no;}{\\pict 00ff}{\\b yes}}", "yes"),
        (b"a\\bin5 }}}}}b}", "ab"),
        (b"never {closed", "never closed"),
    ],
)
def test_rich_text_is_read_in_the_charset_of_its_font(
    content: bytes, text: str
) -> None:
    assert rich(content).text == text


def test_the_html_that_was_kept_in_rich_text_comes_out() -> None:
    found = rich(
        rb"\ansicpg936\fromhtml1 {\fonttbl{\f0\fcharset134 x;}}"
        rb"{\*\htmltag19 <html>}{\*\htmltag64 <p title=\'22\'c2\'b7\'22>}"
        rb"\htmlrtf {\f0 \htmlrtf0 \'b5\'c6 1 < 2"
        rb"\htmlrtf }\htmlrtf0 {\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0"
        rb"{\*\mhtmltag64 no}{\*\htmltag72 </p>}}"
    )

    assert found.is_html
    assert found.text == '<html><p title="路">灯 1 &lt; 2&nbsp;</p>'


def test_plain_text_that_was_kept_in_rich_text_is_plain() -> None:
    found = rich(b"\\fromtext \\fs20 1 < 2\\par}")

    assert not found.is_html
    assert found.text == "1 < 2\n"


def test_what_is_no_rich_text_says_so() -> None:
    with pytest.raises(NotRichText):
        read_rtf(b"words", budget=Budget(9, 9))


def test_rich_text_past_the_budget_is_cut_and_says_so() -> None:
    found = read_rtf(b"{\\rtf1 " + b"a\\par " * 100, budget=Budget(10, 10))

    assert found.is_cut
    assert found.text == "a\na\na\na\na"


@pytest.mark.parametrize(
    ("page", "codec"),
    [(936, "gb18030"), (950, "big5hkscs"), (65001, "utf-8"), (99_999, ""), (0, "")],
)
def test_a_code_page_is_the_charset_that_is_meant(page: int, codec: str) -> None:
    assert code_page(page) == codec


@settings(deadline=None)
@given(st.lists(st.one_of(_SIGNS, st.binary(max_size=4)), max_size=60).map(b"".join))
def test_any_rich_text_is_read_to_an_end_and_can_be_stored(content: bytes) -> None:
    text = rich(content).text

    text.encode()
    assert "\0" not in text
    assert len(text) <= 16 * len(content) + 20


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"\\par ", b"{", b"a", b"\0\xff"]), max_size=400))
def test_what_is_compressed_comes_back(pieces: list[bytes]) -> None:
    content = b"".join(pieces)

    assert decompress(rtf_compressed(content), most=10_000) == content
    assert decompress(rtf_as_it_is(content), most=10_000) == content


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"LZFu", b"MELA", b"none"]))
def test_unpacking_any_bytes_gives_no_more_than_was_asked(
    content: bytes, kind: bytes
) -> None:
    packed = bytes(8) + kind + bytes(4) + content
    try:
        assert len(decompress(packed, most=500)) <= 500
    except NotCompressedRtf:
        assert kind == b"none"


def test_a_run_that_repeats_itself_is_unpacked_only_as_far_as_asked() -> None:
    assert len(decompress(rtf_bomb(10_000_000), most=1_000)) == 1_000


def test_a_header_cut_short_is_no_compressed_rich_text() -> None:
    with pytest.raises(NotCompressedRtf):
        decompress(b"\0" * 15, most=9)
