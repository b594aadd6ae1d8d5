"""Policies at the desk: how long each step may take, what was, and a new version."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel

from app.domain.deadlines.moments import Due
from app.domain.deadlines.policy import APPROVERS, Milestone, Policy, Term, Unit
from app.domain.permission import Duty
from app.domain.vocabulary import Kind
from app.errors import AppError
from app.services.clocks import policies
from app.services.clocks.at_hand import SetPolicy
from app.services.clocks.policies import (
    MOST_WAIT,
    BadPolicy,
    PolicyEntry,
    StalePolicy,
)
from app.services.house import House
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

router = APIRouter(prefix="/policies")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_CLOCKS))]
KeeperDep = Annotated[Person, Depends(on_duty(Duty.CLOCKS))]


class PolicyQuery(BaseModel):
    """Which policy somebody wants to change."""

    kind: Annotated[Kind | None, Blank] = None
    edit: bool = False


class PolicyForm(BaseModel):
    """The terms of a policy, and what is to be done with them."""

    do: Literal["preview", "save"] = "preview"
    kind: Annotated[Kind | None, Blank] = None
    newest: Key = 0
    acceptance: str = ""
    acceptance_unit: Unit = Unit.WORKING_DAYS
    contact: str = ""
    contact_unit: Unit = Unit.WORKING_DAYS
    answer: str = ""
    answer_unit: Unit = Unit.WORKING_DAYS
    extension: str = "0"
    approver: Annotated[Literal[Duty.ASSIGN, Duty.EXTEND] | None, Blank] = None
    wait: str = "0"

    @property
    def policy(self) -> Policy:
        """The policy; what is no number is one that no office may set."""
        return Policy(
            acceptance=Term(amount=_int(self.acceptance), unit=self.acceptance_unit),
            contact=Term(amount=_int(self.contact), unit=self.contact_unit),
            answer=Term(amount=_int(self.answer), unit=self.answer_unit),
            extension=_int(self.extension),
            approver=self.approver,
            wait=_int(self.wait),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """What is in force for a kind, and when one registered now would be due."""

    chosen: SetPolicy
    due: Mapping[Milestone, Due]


@router.get("")
async def show_policies(
    request: Request,
    query: Annotated[PolicyQuery, Query()],
    person: ReaderDep,
    now: NowDep,
) -> Response:
    """Show what is in force and what was, and a form for a new version."""
    form = None
    if query.edit:
        form = _as_stands(premises_of(request).house, query.kind)
    return await _page(request, person, form, now=now)


@router.post("")
async def set_policy(
    request: Request,
    form: Annotated[PolicyForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Show what a policy would come to, or set it."""
    premises = premises_of(request)
    try:
        policies.check(form.policy)
        if form.do == "preview":
            return await _page(request, person, form, preview=True, now=now)
        async with premises.database.writing() as session:
            await policies.put(
                session, person, form.kind, form.policy, newest=form.newest, now=now
            )
    except (BadPolicy, StalePolicy) as error:
        return await _page(request, person, form, error=error, now=now)
    premises.house.shelf.expire()
    return see(request, "/desk/policies", done="policy_set")


async def _page(
    request: Request,
    person: Person,
    form: PolicyForm | None,
    *,
    preview: bool = False,
    error: AppError | None = None,
    now: datetime,
) -> Response:
    premises = premises_of(request)
    house = premises.house
    async with premises.database.reading() as session:
        versions = await policies.history(session, person)
    rule = house.clocks.rule(house.settings)
    status = HTTPStatus.OK
    if error is not None:
        stale = isinstance(error, StalePolicy)
        status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return desk_page(
        request, person, "desk/policies.html",
        status=status,
        lines=[
            PolicyLine(chosen=each, due=rule.milestones(now, each.policy))
            for each in policies.in_force(house)
        ],
        versions=versions,
        # Whoever looks first has still not seen what another set meanwhile.
        newest=form.newest if form and preview else _newest(versions),
        form=form,
        preview=rule.milestones(now, form.policy) if form and preview else None,
        extended=_extended(house, form, now) if form and preview else None,
        units=list(Unit),
        milestones=list(Milestone),
        approvers=APPROVERS,
        most_wait=MOST_WAIT,
        today=rule.day(now),
        calendar=str(rule.calendar.version),
        faults=_faults(request, error),
    )  # fmt: skip


def _newest(versions: Sequence[PolicyEntry]) -> int:
    return versions[0].number if versions else 0


def _as_stands(house: House, kind: Kind | None) -> PolicyForm:
    """Return the form as the policy in force would fill it."""
    policy = house.clocks.in_force(house.settings, kind).policy
    return PolicyForm(
        kind=kind,
        acceptance=str(policy.acceptance.amount),
        acceptance_unit=policy.acceptance.unit,
        contact=str(policy.contact.amount),
        contact_unit=policy.contact.unit,
        answer=str(policy.answer.amount),
        answer_unit=policy.answer.unit,
        extension=str(policy.extension),
        approver=policy.approver,  # type: ignore[arg-type]  # one of APPROVERS
        wait=str(policy.wait),
    )


def _extended(house: House, form: PolicyForm, now: datetime) -> Due | None:
    """Return when an answer would be due that got more time; None: it gets none."""
    policy = form.policy
    if not policy.extension:
        return None
    rule = house.clocks.rule(house.settings)
    answer = rule.due(now, policy.answer)
    more = Term(amount=policy.extension, unit=policy.answer.unit)
    return rule.extended(answer.at, more)


def _faults(request: Request, error: AppError | None) -> Mapping[str, Sequence[str]]:
    """Return what is wrong, in words, by field."""
    if error is None:
        return {}
    if not isinstance(error, BadPolicy):
        return {"": (explained(request, error.code, str(error)),)}
    words = catalogue(language_of(request))
    return {
        field: (words.text(f"policy.{code}", most=MOST_WAIT),)
        for field, code in error.fields.items()
    }


def _int(typed: str) -> int:
    """Return the number that was typed; -1: it is none."""
    typed = unicodedata.normalize("NFKC", typed).strip()
    return int(typed) if re.fullmatch(r"[0-9]{1,5}", typed) else -1
