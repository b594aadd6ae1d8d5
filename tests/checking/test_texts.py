"""Forwards and replies are compared as the collections of crisp and talon mean it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checking import forwards, replies
from tests.checking.agreement import letter, wrong

FORWARD = (
    "请转有关处室。\n\n---------- Forwarded message ---------\n"
    "From: Wang Fang <wang@example.org>\nDate: Mon, Nov 2, 2026 at 9:00 AM\n"
    "Subject: The lift\nTo: <office@example.org>\n\nIt stands still.\n"
)


def forward_case(**changes: Any) -> forwards.ForwardCase:
    """Return a case that agrees with `FORWARD`, unless told otherwise."""
    email = {
        "from": {"name": "Wang Fang", "address": "wang@example.org"},
        "to": [{"name": None, "address": "office@example.org"}],
        "cc": [],
        "subject": "The lift",
        "date": "Mon, Nov 2, 2026 at 9:00 AM",
        "body": "It stands still.",
    }
    result = {"forwarded": True, "message": "请转有关处室。", "email": email | changes}
    (case,) = forwards.cases([{"body": "b", "subject": None, "result": result}])
    return case


def test_a_forward_that_is_read_as_expected_agrees_on_every_point() -> None:
    points = forward_case().compare(FORWARD, subject="")

    assert wrong(points) == []
    assert [point.name for point in points] == list(forwards.POINTS[:-1])


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"from": {"name": "Wang Fang", "address": "li@example.org"}}, "from_address"),
        ({"from": {"name": "Li", "address": "wang@example.org"}}, "from_name"),
        ({"to": []}, "to"),
        ({"cc": [{"name": "Li", "address": "li@example.org"}]}, "cc"),
        ({"subject": "The lifts"}, "subject"),
        ({"date": "yesterday"}, "date"),
        ({"body": "It stands."}, "body"),
    ],
)
def test_what_is_read_otherwise_disagrees(changes: Any, name: str) -> None:
    assert wrong(forward_case(**changes).compare(FORWARD, subject="")) == [
        f"forwards.{name}"
    ]


def test_what_a_case_skips_is_not_compared() -> None:
    result = {"forwarded": True, "email": {"from": {"address": "wang@example.org"}}}
    skip = dict.fromkeys(("to", "cc", "subject", "date", "message", "body"), True)
    (case,) = forwards.cases([{"body": "b", "result": result, "skip": skip}])

    assert wrong(case.compare(FORWARD, subject="")) == ["forwards.from_name"]


def test_a_forward_where_none_should_be_is_a_false_one() -> None:
    (case,) = forwards.cases([{"body": "b", "result": {"forwarded": False}}])

    assert wrong(case.compare(FORWARD, subject="")) == ["forwards.no_false_forward"]
    assert wrong(case.compare("Good day.", subject="Fwd: x")) == []


def test_a_forward_that_is_not_found_disagrees_on_all_points() -> None:
    points = forward_case().compare("Good day.", subject="")

    assert {*forwards.POINTS[:-1]} - {*wrong(points)} == set()


@given(
    st.recursive(
        st.none() | st.text(),
        lambda one: (
            st.lists(one) | st.dictionaries(st.sampled_from(["body", "result"]), one)
        ),
    )
)
def test_a_document_of_any_form_has_cases_or_none(document: Any) -> None:
    assert all(isinstance(one.body, str) for one in forwards.cases(document))


def test_only_what_is_asserted_of_a_reply_is_compared() -> None:
    text = (
        "Yes.\n\nOn Mon, Nov 2, 2026 at 9:00 AM Li <li@example.org> wrote:\n> Ready?\n"
    )

    assert wrong(replies.compare(text, {"asserted_first": "Yes.\n"})) == []
    assert len(replies.compare(text, {"asserted_first": None, "ref_visible": ""})) == 1
    assert wrong(replies.compare(text, {"ref_visible": "Yes. No."}))


def test_a_reply_in_a_letter_and_a_signature_below_a_text_are_compared() -> None:
    said = letter("From: a@example.org\n\nHello\n\n-- \nAnna\n")

    assert wrong(replies.compare_letter(said, "Hello")) == []
    assert wrong(replies.compare_letter(said, "Good bye"))
    assert wrong(replies.compare_signature("Hello\n\n-- \nAnna\n", "-- \nAnna")) == []
    assert wrong(replies.compare_signature("Hello\n\n-- \nAnna\n", ""))
