"""The checks that all pages are held to find what they are there to find."""

from tests.web.accessibility import html_faults

WHOLE = """<!doctype html>
<html lang="zh-CN"><head><title>x</title></head><body>
<a href="#main">skip</a><main id="main"><h1>x</h1><h2>y</h2></main></body></html>"""


def test_a_whole_page_has_no_fault() -> None:
    assert html_faults(WHOLE) == []


def test_the_check_itself_finds_what_is_wrong() -> None:
    page = (
        "<!doctype html><html><head><title>x</title></head><body>"
        '<h1 id="a">x</h1><h3 id="a">y</h3><img src="/x"><p style="x">z<div></p>'
        '<label for="b">l</label><script>1</script></body></html>'
    )

    faults = " ".join(html_faults(page))

    for part in (
        "unexpected-end-tag", "'a' stands 2 times", "'b', which is not there",
        "no language", "0 main", "way to skip", "level 3 follows", "picture",
        "p carries", "a script stands",
    ):  # fmt: skip
        assert part in faults
