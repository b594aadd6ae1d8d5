"""HTML as a reader sees it."""

import pytest

from app.mail.parts.html import Budget, html_to_text


def shown(html: str) -> str:
    return html_to_text(html, budget=Budget(tags=10_000, characters=100_000))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<p>one <b>two</b>three</p>", "one twothree"),
        ("a \n\t b&nbsp;&nbsp;c", "a b c"),
        ("中\n  文 a\nb", "中文 a b"),
        ("<pre>  a\n  b</pre>c", "  a\n  b\nc"),
        ("&lt;&amp;&#x4e2d;&hellip;", "<&中…"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_blocks_become_lines_and_blanks_are_folded(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="https://x.example/a">here</a>.', "here <https://x.example/a>."),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ("<a href=mailto:a@b.example>us</a>", "us <mailto:a@b.example>"),
        ('<a href="javascript:x()">go</a>', "go"),
        ('<img src="cid:1" alt="map"> there', "[map] there"),
    ],
)
def test_links_and_pictures_are_kept_as_text(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<script>if (a<b) x('</p>')</script>seen",
        "<STYLE>p {}</STYLE >seen",
        "<title>no</title>seen",
        "<!-- no > -->seen",
        "<!--[if mso]><p>no</p><![endif]-->seen",
        '<p style="DISPLAY: none">no<p>seen',
        '<div style="visibility:hidden">no<div>no</div>no</div>seen',
        "<span hidden>no</span>seen",
        "<span style='mso-hide:all'>no</span>seen",
        '<p title="no > no">seen',
        "<?xml version='1.0'?><!DOCTYPE html>seen",
        "seen<script>no",
    ],
)
def test_what_no_reader_sees_is_gone(html: str) -> None:
    assert shown(html) == "seen"


@pytest.mark.parametrize(
    "html",
    [
        '<div style="display:none">seen',
        "<!-- seen",
        "<title>seen",
        "<p title=\"it's>seen",
        "<style/>seen",
        '<a x="> "<p>seen</p>',
    ],
)
def test_what_is_never_closed_hides_nothing(html: str) -> None:
    assert "seen" in shown(html)


def test_reading_stops_where_the_budget_ends() -> None:
    budget = Budget(tags=3, characters=100)

    assert html_to_text("<p>a<p>b<p>c<p>d<p>e", budget=budget) == "a\n\nb\n\nc"
    assert budget.is_spent
