"""Tracking: a citizen reads where an opinion stands, and adds to it.

Number and code travel in the bodies of requests and in no address. The page after
them is the answer to the form, so it is nowhere kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from app.domain.submission import ContactDetails, File, clean, problems
from app.domain.vocabulary import Channel
from app.errors import AppError, InvalidInput
from app.premises import Premises
from app.services import additions, tracking
from app.services.additions import Addendum
from app.services.citizen import conversation
from app.services.intake import KeyReused
from app.services.tracking import NoSuchOpinion
from app.web import files
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.errors import status_of
from app.web.forms import (
    StaleForm,
    Wrong,
    check_token,
    files_of,
    in_words,
    new_token,
    received,
    text_of,
)
from app.web.gate import gate_of
from app.web.pages import language_of, page, premises_of
from app.web.security import from_same_site
from app.web.writing import held

router = APIRouter(include_in_schema=False)

_MOST_SIGNS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What opens a case to its citizen, as it was typed."""

    number: str
    code: str

    def missing(self) -> list[InvalidInput]:
        """Return what was left empty."""
        fields = {"number": self.number, "code": self.code}
        return [
            InvalidInput("this is empty", field=field, code=f"{field}_missing")
            for field, typed in fields.items()
            if not typed
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionForm:
    """What a citizen adds, and with which key."""

    key: Key
    token: str = ""
    text: str = ""
    files: tuple[File, ...] = ()
    refused: tuple[InvalidInput, ...] = ()

    def problems(self, premises: Premises, now: datetime) -> list[InvalidInput]:
        """Return what is wrong, the token first."""
        found = [
            *problems(subject="", text=self.text, contact=ContactDetails()),
            *self.refused,
        ]
        try:
            check_token(premises.house.seal, self.token, now=now)
        except StaleForm as stale:
            return [stale, *found]
        return found

    def addendum(self, premises: Premises, opinion_id: int) -> Addendum:
        """Return what is to be joined to the opinion."""
        return Addendum(
            opinion_id=opinion_id,
            channel=Channel.WEB,
            text=self.text,
            files=self.files,
            seal=premises.house.seal,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that the citizen took on the page, and what came of it."""

    done: str = ""
    """What the page says of it; empty: it was refused, or speaks for itself."""

    wrong: tuple[Wrong, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed into a form that was refused, by the ids of its fields."""

    form: AdditionForm | None = None
    """What was to be added, and was refused."""

    added: bool | None = None
    """Whether it was added; False: it came before, None: nothing was to be."""

    status: int = HTTPStatus.OK


NOTHING_TAKEN: Final = Taken()


class TooMany(AppError):
    """This source sends in too much; it may be sent again in a while."""

    code = "too_many"


async def _key(request: Request, premises: PremisesDep) -> Key:
    await premises.shelf()
    async with received(request, premises.settings) as form:
        return key_of(form)


async def _addition(request: Request, premises: PremisesDep) -> AdditionForm:
    """Read the form before a transaction is open: it may come slowly."""
    settings = premises.settings
    await premises.shelf()
    async with received(request, settings) as form:
        taken, refused = await files.taken(files_of(form, "files"), settings)
        return AdditionForm(
            key=key_of(form),
            token=text_of(form, "token"),
            text=clean(text_of(form, "text")),
            files=taken,
            refused=refused,
        )


KeyDep = Annotated[Key, Depends(_key)]
AdditionDep = Annotated[AdditionForm, Depends(_addition)]


@router.get("/track")
async def ask(
    request: Request, number: Annotated[str, Query(max_length=_MOST_SIGNS)] = ""
) -> Response:
    """Ask for number and code; the number stands there where a receipt's link led."""
    return asked(request, Key(number=clean(number, lines=False), code=""))


@router.post("/track", dependencies=[Depends(from_same_site)])
async def track(
    request: Request, key: KeyDep, premises: PremisesDep, session: ReadingDep, *,
    now: NowDep,
) -> Response:  # fmt: skip
    """Show what became of an opinion."""
    missing = key.missing()
    if missing:
        return asked(request, key, missing)
    gate_of(request).check_guess(request, now)
    try:
        opinion_id = await identified(request, session, key, now)
    except NoSuchOpinion as unknown:
        return await held.shown(request, session, key.number, key.code) or asked(
            request, key, [unknown]
        )
    except InvalidInput as problem:
        return asked(request, key, [problem])
    return await shown(request, premises, session, opinion_id, key=key)


@router.post("/track/additions", dependencies=[Depends(from_same_site)])
async def add(
    request: Request, form: AdditionDep, premises: PremisesDep, session: WritingDep, *,
    now: NowDep,
) -> Response:  # fmt: skip
    """Join what the citizen adds to the case, once or as often as it is sent."""
    gate = gate_of(request)
    gate.check_guess(request, now)
    try:
        opinion_id = await identified(request, session, form.key, now)
    except (InvalidInput, NoSuchOpinion) as problem:
        return asked(request, form.key, [problem])
    wrong: list[AppError] = [*form.problems(premises, now)]
    if not wrong and gate.wait_to_submit(request, now) is not None:
        wrong = [TooMany("this source sends in too much")]
    added = None
    if not wrong:
        try:
            added = await additions.add(
                session, form.addendum(premises, opinion_id),
                retry_token=form.token, now=now,
            )  # fmt: skip
        except KeyReused as reused:
            wrong = [reused]
    taken = Taken(
        wrong=tuple(in_words(
            wrong, language=language_of(request), settings=premises.settings
        )),
        form=form if wrong else None, added=added, status=_status(added, wrong),
    )  # fmt: skip
    return await shown(
        request, premises, session, opinion_id, key=form.key, taken=taken
    )


async def identified(
    request: Request, session: AsyncSession, key: Key, now: datetime
) -> int:
    """Return the opinion that ``key`` opens; a wrong one is counted."""
    seal = premises_of(request).house.seal
    try:
        return await tracking.identify(session, seal, key.number, key.code)
    except NoSuchOpinion:
        gate_of(request).count_wrong_guess(request, now)
        raise


def asked(request: Request, key: Key, found: Sequence[AppError] = ()) -> Response:
    """Ask for number and code, again where something was wrong with them."""
    status = max((status_of(problem) for problem in found), default=HTTPStatus.OK)
    wrong = in_words(
        found,
        language=language_of(request),
        settings=premises_of(request).settings,
    )
    return page(
        request,
        "public/track.html",
        status=status,
        key=key,
        wrong=wrong,
        wrong_by_field={item.field: item.words for item in wrong},
    )


async def shown(
    request: Request,
    premises: Premises,
    session: AsyncSession,
    opinion_id: int,
    *,
    key: Key,
    taken: Taken = NOTHING_TAKEN,
) -> Response:
    """Show the case, what the citizen can do about it, and what came of a step."""
    settings, now = premises.settings, premises.clock()
    tracked = await tracking.follow(session, premises.house, opinion_id)
    return page(
        request,
        "public/tracked.html",
        status=taken.status,
        tracked=tracked,
        talk=await conversation.read(session, premises.house, tracked, now=now),
        taken=taken,
        key=key,
        token=new_token(premises.house.seal, now=now),
        form=taken.form,
        wrong=taken.wrong,
        wrong_by_field={item.field: item.words for item in taken.wrong},
        added=taken.added,
        endings=sorted(files.TYPES),
        most_files=settings.max_files,
        most_bytes=settings.max_file_bytes,
    )


def _status(added: bool | None, wrong: list[AppError]) -> HTTPStatus:  # noqa: FBT001 - None is a third answer
    if not wrong:
        return HTTPStatus.CREATED if added else HTTPStatus.OK
    if isinstance(wrong[0], TooMany):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(wrong[0], KeyReused):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


def key_of(form: FormData) -> Key:
    """Return number and code as they were typed."""
    return Key(
        number=clean(text_of(form, "number")[:_MOST_SIGNS], lines=False),
        code=clean(text_of(form, "code")[:_MOST_SIGNS], lines=False),
    )
