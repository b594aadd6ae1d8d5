"""The life of a case: which move may follow which status, in one table."""

from collections.abc import Mapping
from typing import Final

from app.domain.vocabulary import Disposition, Move, Status
from app.errors import Conflict

MOVES: Final[Mapping[Status, Mapping[Move, Status]]] = {
    Status.REGISTERED: {
        Move.ASSIGN: Status.ASSIGNED,
        Move.ANSWER: Status.ANSWERED,
        Move.CLOSE: Status.CLOSED,
        Move.JOIN: Status.JOINED,
    },
    Status.ASSIGNED: {
        Move.ASSIGN: Status.ASSIGNED,
        Move.RETURN: Status.REGISTERED,
        Move.ANSWER: Status.ANSWERED,
        Move.CLOSE: Status.CLOSED,
        Move.JOIN: Status.JOINED,
    },
    Status.ANSWERED: {
        Move.ASSIGN: Status.ASSIGNED,
        Move.ANSWER: Status.ANSWERED,
        Move.CLOSE: Status.CLOSED,
        Move.REVIEW: Status.REGISTERED,
    },
    Status.CLOSED: {
        Move.REOPEN: Status.REGISTERED,
        Move.REVIEW: Status.REGISTERED,
    },
    Status.JOINED: {
        Move.SEPARATE: Status.REGISTERED,
    },
}

OPEN: Final = frozenset({Status.REGISTERED, Status.ASSIGNED, Status.ANSWERED})
"""The statuses of a case whose procedure is not over."""

WAITING: Final = frozenset({Status.REGISTERED, Status.ASSIGNED})
"""The statuses of a case whose citizen still waits for an answer; only these fall
overdue."""

WITHOUT_ANSWER: Final = frozenset(
    {Disposition.REFERRED, Disposition.NOT_ACCEPTED, Disposition.WITHDRAWN}
)
"""How a case may end although the citizen was never answered."""


class IllegalTransition(Conflict):
    """The procedure has no step from here to there."""

    code = "illegal_transition"

    def __init__(self, status: Status, move: Move) -> None:
        """Name where the case stands and the move that was tried."""
        super().__init__(f"a case that is {status} has no move {move}")
        self.status = status
        self.move = move


class AnswerFirst(Conflict):
    """A case cannot end this way before its citizen has an answer."""

    code = "answer_first"


class CaseJoined(Conflict):
    """The case is dealt with as a part of another."""

    code = "case_joined"


def after(status: Status, move: Move) -> Status:
    """Return where ``move`` leads from ``status``.

    Raises:
        IllegalTransition: The table has no such move.
    """
    try:
        return MOVES[status][move]
    except KeyError:
        raise IllegalTransition(status, move) from None


def check_alone(status: Status, *, waived: bool = False) -> None:
    """Hold that a case is not dealt with in another, unless that is ``waived``.

    Raises:
        CaseJoined: It is.
    """
    if status is Status.JOINED and not waived:
        raise CaseJoined("the case was joined into another")


def check_ending(disposition: Disposition, *, answered: bool) -> None:
    """Hold that what is adopted or explained was answered to the citizen first.

    Raises:
        AnswerFirst: It was not.
    """
    if not answered and disposition not in WITHOUT_ANSWER:
        raise AnswerFirst(f"a case closed as {disposition} needs an answer first")
