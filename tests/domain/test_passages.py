"""What is the writer's own in a text, and what is somebody else's."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.passages import (
    Mark,
    Passage,
    blanked,
    cut_off,
    marks_as_json,
    marks_from_json,
    own_words,
    passages,
)

TEXT = "路灯坏了。\n\n> 收到您的来信\n\n请尽快修。\n-- \n李明"
QUOTE = Mark("quote", 7, 16)
SIGNATURE = Mark("signature", 23, len(TEXT))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[Mark, ...]]:
    """Draw a text, and marks in order."""
    text = draw(st.text(alphabet="路灯 \n>-", max_size=60))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    ends = zip(places[::2], places[1::2], strict=False)
    return text, tuple(Mark("quote", start, stop) for start, stop in ends)


def test_own_words_leave_out_what_is_marked() -> None:
    assert own_words(TEXT, (QUOTE, SIGNATURE)) == "路灯坏了。\n\n请尽快修。"


def test_without_marks_all_of_it_is_the_writers_own() -> None:
    assert own_words(" 路灯坏了。 ", ()) == " 路灯坏了。 "


def test_each_passage_says_what_it_is() -> None:
    assert list(passages("甲乙丙", (Mark("quote", 1, 2),))) == [
        Passage("甲", None),
        Passage("乙", "quote"),
        Passage("丙", None),
    ]


def test_marks_end_where_their_text_was_cut_off() -> None:
    assert cut_off((QUOTE, SIGNATURE), at=10) == (Mark("quote", 7, 10),)


def test_marks_are_stored_as_plain_values_and_none_as_nothing() -> None:
    assert marks_from_json(marks_as_json((QUOTE,))) == (QUOTE,)
    assert marks_as_json(()) is None
    assert marks_from_json(None) == ()


@given(marked())
def test_all_passages_together_are_the_text(
    given_text: tuple[str, tuple[Mark, ...]],
) -> None:
    text, marks = given_text

    assert "".join(part.text for part in passages(text, marks)) == text


@given(marked())
def test_a_blanked_text_has_its_own_words_where_they_were(
    given_text: tuple[str, tuple[Mark, ...]],
) -> None:
    text, marks = given_text

    found = blanked(text, marks)

    marked_places = {place for mark in marks for place in range(mark.start, mark.stop)}
    assert len(found) == len(text)
    assert all(
        found[place].isspace()
        if place in marked_places
        else found[place] == text[place]
        for place in range(len(text))
    )
