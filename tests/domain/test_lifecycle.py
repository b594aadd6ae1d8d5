from contextlib import suppress
from itertools import product

import pytest

from app.domain import lifecycle
from app.domain.lifecycle import AnswerFirst, CaseJoined, IllegalTransition
from app.domain.vocabulary import Disposition, Move, Status

LEGAL = {
    ("registered", "assign", "assigned"),
    ("registered", "answer", "answered"),
    ("registered", "close", "closed"),
    ("assigned", "assign", "assigned"),
    ("assigned", "return", "registered"),
    ("assigned", "answer", "answered"),
    ("assigned", "close", "closed"),
    ("answered", "assign", "assigned"),
    ("answered", "answer", "answered"),
    ("answered", "close", "closed"),
    ("closed", "reopen", "registered"),
    ("answered", "review", "registered"),
    ("closed", "review", "registered"),
    ("registered", "join", "joined"),
    ("assigned", "join", "joined"),
    ("joined", "separate", "registered"),
}
"""Every step there is, written down a second time, from the office's rules."""


def test_of_all_pairs_of_status_and_move_exactly_the_legal_ones_lead_anywhere() -> None:
    found = set()
    for status, move in product(Status, Move):
        try:
            found.add((status, move, lifecycle.after(status, move)))
        except IllegalTransition:
            continue

    assert found == LEGAL


def test_an_illegal_move_names_where_the_case_stands_and_what_was_tried() -> None:
    with pytest.raises(IllegalTransition, match="closed has no move answer") as error:
        lifecycle.after(Status.CLOSED, Move.ANSWER)

    assert (error.value.status, error.value.move) == (Status.CLOSED, Move.ANSWER)


def test_every_status_can_be_reached_and_left() -> None:
    reached = {
        target for moves in lifecycle.MOVES.values() for target in moves.values()
    }

    assert reached == set(Status)
    assert all(lifecycle.MOVES[status] for status in Status)


def test_a_case_is_open_until_it_is_closed_or_dealt_with_in_another() -> None:
    assert set(Status) - lifecycle.OPEN == {Status.CLOSED, Status.JOINED}


def test_what_is_dealt_with_in_another_case_takes_no_step_alone() -> None:
    lifecycle.check_alone(Status.ASSIGNED)

    with pytest.raises(CaseJoined):
        lifecycle.check_alone(Status.JOINED)


def test_only_a_case_whose_citizen_waits_can_fall_overdue() -> None:
    assert {Status.REGISTERED, Status.ASSIGNED} == lifecycle.WAITING


def endings(*, answered: bool) -> set[Disposition]:
    """Return how a case may end."""
    possible = set()
    for disposition in Disposition:
        with suppress(AnswerFirst):
            lifecycle.check_ending(disposition, answered=answered)
            possible.add(disposition)
    return possible


def test_what_was_answered_may_end_in_any_way() -> None:
    assert endings(answered=True) == set(Disposition)


def test_what_is_adopted_or_explained_was_answered_first() -> None:
    assert endings(answered=False) == {
        Disposition.REFERRED, Disposition.NOT_ACCEPTED, Disposition.WITHDRAWN,
    }  # fmt: skip
