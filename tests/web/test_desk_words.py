"""Words of the desk: marks in a text, deeds as sentences, names of files."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.record import Action
from app.domain.submission import File
from app.domain.vocabulary import Language
from app.services import next_case
from app.web.desk_pages import download
from app.web.desk_words import marked, masked, section_name, told
from app.web.pages import size_in_words
from app.web.wording import catalogue

ZH = catalogue(Language.ZH)


@given(text=st.text(), terms=st.lists(st.text(max_size=4), max_size=6))
def test_marking_loses_no_sign_of_a_text(text: str, terms: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, terms)) == text


def test_the_longest_term_is_marked_whatever_its_case() -> None:
    pieces = marked("校门口停车太乱,WIFI也慢", ["停车", "校门口停车", "wifi", "慢"])

    assert [piece.text for piece in pieces if piece.marked] == ["校门口停车", "WIFI"]


@given(name=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_name_of_a_file_breaks_out_of_its_header(name: str) -> None:
    file = File(file_name=name, media_type="text/html", content=b"")

    header = download(file).headers["content-disposition"]

    assert re.fullmatch(
        r"attachment; filename=\"[\w.\- ]*\"; filename\*=UTF-8''[\w.~%-]*",
        header,
        re.ASCII,
    )


@pytest.mark.parametrize("action", Action)
def test_every_deed_has_a_sentence_even_without_its_facts(action: Action) -> None:
    assert told(ZH, action, {}, offices=())


def test_what_was_open_before_is_called_so() -> None:
    facts = {"before": None, "after": "2.1"}

    assert told(ZH, Action.CLASSIFIED, facts, offices=()) == "归类：未定 → 2.1"


def test_of_an_address_only_the_host_is_shown() -> None:
    said = masked("550 <zhang@example.org>: no; wang@localhost, too")

    assert said == "550 <…@example.org>: no; …@localhost, too"


def test_a_long_name_of_a_section_is_cut() -> None:
    assert section_name("2.1", "关于\n群众" * 20).endswith("…")


def test_the_help_says_how_long_a_case_is_kept() -> None:
    minutes = next_case.KEPT_FOR // timedelta(minutes=1)

    for language in Language:
        for key in ("keys.next", "queue.next_hint"):
            assert str(minutes) in catalogue(language).text(key)


@pytest.mark.parametrize(
    ("count", "chinese", "english"),
    [
        (335, "335 字节", "335 bytes"),
        (1024, "1.0 KB", "1.0 KB"),
        (12_345, "12.1 KB", "12.1 KB"),
        (5 * 2**20, "5.0 MB", "5.0 MB"),
    ],
)
def test_sizes_are_said_in_the_words_of_the_page(
    count: int, chinese: str, english: str
) -> None:
    assert size_in_words(ZH, count) == chinese
    assert size_in_words(catalogue(Language.EN), count) == english
