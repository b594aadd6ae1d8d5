"""A notice as plain text: every sign of it, in lines that fit."""

from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from app.domain.outline import decode_notice, parse_outline
from app.web.notices.plain_text import WIDTH, columns, notice_lines, wrapped
from tests import make, needs

NOTICE = f"/notices/{make.SLUG}"


def bare(text: str) -> str:
    return "".join(text.split())


@given(st.text("停车难，。（《 abc12%", max_size=300))
def test_a_wrapped_text_loses_nothing_and_fits(text: str) -> None:
    lines = list(wrapped(text, first="- ", rest="  "))

    assert bare("".join(lines))[1:] == bare(text)
    assert all(columns(line) <= WIDTH for line in lines)


@given(st.lists(st.sampled_from(["停车", "难。", "位，", "（院）", "5%"])))
def test_no_line_begins_with_a_mark_that_closes(parts: list[str]) -> None:
    lines = list(wrapped("字" + "".join(parts)))

    assert all(line[0] not in "。，）%" for line in lines)
    assert all(line[-1] != "（" for line in lines)


def test_a_word_of_letters_stays_whole() -> None:
    lines = list(wrapped("停" * 36 + " unbroken"))

    assert lines == ["停" * 36, "unbroken"]


def test_every_sign_of_the_real_notices_is_there() -> None:
    for file in sorted(needs.shared("notices").glob("0[0-6]*.txt")):
        outline = parse_outline(decode_notice(file.read_bytes()))
        text = bare("".join(notice_lines(outline))).replace("-", "")
        for node in outline.nodes():
            assert bare(node.heading).replace("-", "") in text
            for line in node.body.split("。"):
                assert bare(line).replace("-", "")[:20] in text


async def test_a_notice_is_to_be_had_as_text(client: AsyncClient) -> None:
    page = await client.get(f"{NOTICE}.txt")

    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.text.startswith("中共青岚县委")
    assert "[2.1.2] 2. 老城区停车难" in page.text
    assert f"http://testserver{NOTICE}" in page.text
    assert "第 1 版" in page.text


async def test_an_item_is_to_be_had_as_text_with_those_below_it(
    client: AsyncClient,
) -> None:
    item = await client.get(f"/en{NOTICE}/sections/2.1.txt")

    assert "[2.1] " in item.text
    assert "[2.1.4] " in item.text
    assert "[2.2]" not in item.text
    assert f"http://testserver/en{NOTICE}/sections/2.1\n" in item.text


async def test_text_of_what_is_not_there_is_not_found(client: AsyncClient) -> None:
    assert (await client.get("/notices/nothing.txt")).status_code == 404
    assert (await client.get(f"{NOTICE}/sections/9.9.txt")).status_code == 404
