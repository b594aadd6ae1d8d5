"""Steps of a citizen on the tracking page: rating, review, withdrawal, own data.

Each is one form with number and code in its body, and may be sent as often as somebody
clicks. What is refused shows the page again, with what was typed, and changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.features import Feature
from app.errors import AppError, Conflict, InvalidInput
from app.services.citizen import (
    consenting,
    correcting,
    erasing,
    ratings,
    reviewing,
    withdrawing,
)
from app.services.citizen.answered import NoSuchAnswer
from app.services.house import House
from app.services.tracking import NoSuchOpinion
from app.web.dependencies import NowDep, PremisesDep, WritingDep
from app.web.errors import status_of
from app.web.forms import Wrong, in_words, received, text_of
from app.web.gate import gate_of
from app.web.offered import offered
from app.web.pages import language_of, premises_of
from app.web.security import from_same_site
from app.web.tracking import (
    Key,
    Taken,
    TooMany,
    asked,
    identified,
    key_of,
    shown,
)

router = APIRouter(
    prefix="/track", include_in_schema=False, dependencies=[Depends(from_same_site)]
)

_FIELDS: Final = (
    "answer", "solved", "score", "words", "reason", "name", "email", "phone",
    "withdraw", "unpublish", "erase", "erase_words",
)  # fmt: skip
_ON_ANSWERS: Final = ("solved", "score", "words", "reason")
"""Fields that there is one of for each answer: their ids bear its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form of the tracking page."""

    key: Key
    typed: Mapping[str, str]

    @property
    def answer_id(self) -> int:
        """The answer that it is about.

        Raises:
            NoSuchAnswer: It names none.
        """
        typed = self.typed["answer"]
        if not (typed.isascii() and typed.isdigit()):
            raise NoSuchAnswer("there is no such answer")
        return int(typed)

    def check(self, field: str) -> None:
        """Hold that the box was ticked without which nothing is done.

        Raises:
            InvalidInput: It was not.
        """
        if self.typed[field] != "yes":
            raise InvalidInput("not ticked", field=field, code="unconfirmed")

    def field_id(self, field: str) -> str:
        """Return the id that a field has on the page."""
        return f"{field}-{self.typed['answer']}" if field in _ON_ANSWERS else field


async def _sent(request: Request, premises: PremisesDep) -> Sent:
    """Read the form before a transaction is open: it may come slowly."""
    await premises.shelf()
    async with received(request, premises.settings) as form:
        typed = {name: text_of(form, name) for name in _FIELDS}
        return Sent(key=key_of(form), typed=typed)


SentDep = Annotated[Sent, Depends(_sent)]
Step = Callable[[AsyncSession, House, int, Sent, datetime], Awaitable[str]]
"""Takes a step with an opinion; returns what the page says of it."""


async def _take(
    request: Request, session: AsyncSession, sent: Sent, step: Step, *, now: datetime
) -> Response:
    """Take ``step`` for whoever shows number and code, and show what came of it."""
    premises = premises_of(request)
    gate_of(request).check_guess(request, now)
    missing = sent.key.missing()
    if missing:
        return asked(request, sent.key, missing)
    try:
        opinion_id = await identified(request, session, sent.key, now)
    except (InvalidInput, NoSuchOpinion) as problem:
        return asked(request, sent.key, [problem])
    try:
        _check_pace(request, now)
        async with session.begin_nested():
            done = await step(session, premises.house, opinion_id, sent, now)
        taken = Taken(done=done)
    except (InvalidInput, Conflict, TooMany) as problem:
        taken = _refused(request, sent, problem)
    return await shown(
        request, premises, session, opinion_id, key=sent.key, taken=taken
    )


def _check_pace(request: Request, now: datetime) -> None:
    """Count what this source sends in.

    Raises:
        TooMany: It is too much.
    """
    if gate_of(request).wait_to_submit(request, now) is not None:
        raise TooMany("this source sends in too much")


def _refused(request: Request, sent: Sent, problem: AppError) -> Taken:
    """Return that a step was refused, with what was typed by the ids of the fields."""
    settings, language = premises_of(request).settings, language_of(request)
    wrong: list[Wrong] = in_words([problem], language=language, settings=settings)
    status: int = status_of(problem)
    if isinstance(problem, TooMany):
        status = HTTPStatus.TOO_MANY_REQUESTS
    return Taken(
        wrong=tuple(
            replace(each, field=each.field and sent.field_id(each.field))
            for each in wrong
        ),
        typed={sent.field_id(name): words for name, words in sent.typed.items()},
        status=status,
    )


async def _rate(
    session: AsyncSession, _house: House, opinion_id: int, sent: Sent, now: datetime
) -> str:
    said = ratings.checked(
        sent.typed["solved"], sent.typed["score"], sent.typed["words"]
    )
    await ratings.rate(session, opinion_id, sent.answer_id, said, now=now)
    return "rated"


async def _ask_review(
    session: AsyncSession, house: House, opinion_id: int, sent: Sent, now: datetime
) -> str:
    new = await reviewing.ask(
        session, house, opinion_id, sent.answer_id, reason=sent.typed["reason"], now=now
    )
    return "review_asked" if new else "review_before"


async def _withdraw(
    session: AsyncSession, _house: House, opinion_id: int, sent: Sent, now: datetime
) -> str:
    sent.check("withdraw")
    await withdrawing.withdraw(session, opinion_id, now=now)
    return "withdrawn"


async def _unpublish(
    session: AsyncSession, _house: House, opinion_id: int, sent: Sent, now: datetime
) -> str:
    sent.check("unpublish")
    await consenting.take_back(session, opinion_id, now=now)
    return "unpublished"


async def _correct(
    session: AsyncSession, house: House, opinion_id: int, sent: Sent, now: datetime
) -> str:
    said = correcting.checked(house, sent.typed)
    await correcting.correct(session, house, opinion_id, said, now=now)
    return "corrected"


async def _erase(
    session: AsyncSession, house: House, opinion_id: int, sent: Sent, now: datetime
) -> str:
    sent.check("erase")
    words = sent.typed["erase_words"] == "yes"
    await erasing.erase(session, house.seal, opinion_id, words=words, now=now)
    return "erased"


@router.post("/rating", dependencies=[offered(Feature.RATINGS)])
async def rate(
    request: Request, sent: SentDep, session: WritingDep, now: NowDep
) -> Response:
    """Keep whether an answer solved it."""
    return await _take(request, session, sent, _rate, now=now)


@router.post("/review")
async def ask_review(
    request: Request, sent: SentDep, session: WritingDep, now: NowDep
) -> Response:
    """Let the supervision office look at it again."""
    return await _take(request, session, sent, _ask_review, now=now)


@router.post("/withdrawal")
async def withdraw(
    request: Request, sent: SentDep, session: WritingDep, now: NowDep
) -> Response:
    """Take the opinion back."""
    return await _take(request, session, sent, _withdraw, now=now)


@router.post("/consent")
async def unpublish(
    request: Request, sent: SentDep, session: WritingDep, now: NowDep
) -> Response:
    """Take back that the citizen's words may be published."""
    return await _take(request, session, sent, _unpublish, now=now)


@router.post("/contact")
async def correct(
    request: Request, sent: SentDep, session: WritingDep, now: NowDep
) -> Response:
    """Change how the citizen can be reached."""
    return await _take(request, session, sent, _correct, now=now)


@router.post("/erasure")
async def erase(
    request: Request, sent: SentDep, session: WritingDep, now: NowDep
) -> Response:
    """Erase what leads to the citizen."""
    return await _take(request, session, sent, _erase, now=now)
