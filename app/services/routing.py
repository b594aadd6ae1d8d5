"""Routing: the table says whose a new case is, and why; a clerk may ask it again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.complaint import Complained, complained_of
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.routing import Facts, Routed, as_facts, route
from app.domain.submission import Submission
from app.domain.vocabulary import Kind, Move, Status
from app.errors import Conflict
from app.keys import new_key
from app.models import (
    AuditEvent,
    Base,
    Case,
    CaseOffice,
    ComplainedOf,
    Opinion,
    RoutedCase,
)
from app.services import audit, cases, co_offices
from app.services.accused import (
    accused_in,
    check_not_accused,
    complaints,
    receiver_of_report,
    said,
)
from app.services.house import House
from app.services.offices import moving
from app.services.placing import Placing
from app.services.routing_rules import RoutingRules, folded
from app.services.shelf import Shelf, ShelvedNotice
from app.services.staff import Person

Row = dict[str, Any]


class NotByTheTable(Conflict):
    """The table does not send the case where the page said that it would."""

    code = "not_by_the_table"


def route_all(
    house: House,
    notice: ShelvedNotice,
    submission: Submission,
    rows: dict[type[Base], list[Row]],
    matters: Sequence[Placing],
) -> None:
    """Send the new cases among ``rows`` where the table has them, each by itself.

    ``matters`` are what they are about. What was done, and why, is added to ``rows``.
    A case that is with another office already stays as it is, and so does one that is
    restricted, unless it complains of the office that receives it.
    """
    rules = house.shelf.routing
    text = folded(f"{submission.subject}\n{submission.own_words}")
    for case, matter in zip(rows[Case], matters, strict=True):
        said_kind = case["kind"] or matter.guess.kind
        kind = Kind.REPORT if case["restricted"] else said_kind
        accused = complained_of(text, rules.names, kind=kind)
        rows.setdefault(ComplainedOf, []).extend(complaints(case["id"], accused))
        if case["restricted"]:
            case.update(_kept_from(house.shelf, case, accused, rows=rows))
            continue
        facts = Facts(
            sections=_with_ancestors(notice, case["section_id"]),
            kind=case["kind"],
            channel=submission.channel,
            text=text,
            waiting=rules.waiting,
            complained_of=accused,
        )
        case.update(_routed(house.shelf, case, facts, rows=rows))


def _kept_from(
    shelf: Shelf,
    case: Row,
    accused: Sequence[Complained],
    *,
    rows: dict[type[Base], list[Row]],
) -> Row:
    """Return what changes about a report if it complains of whoever receives it."""
    office, by = receiver_of_report(shelf, accused)
    if by is None:
        return {}
    rows[AuditEvent].append(
        audit.event(
            Action.KEPT_BACK, at=case["opened_at"], case_id=case["id"],
            receiver=by.office_id, office_id=office, name=by.name, sign=by.sign,
        )
    )  # fmt: skip
    return {"office_id": office, "status": Status.REGISTERED}


def _routed(
    shelf: Shelf, case: Row, facts: Facts, *, rows: dict[type[Base], list[Row]]
) -> Row:
    """Add what routing ``case`` writes to ``rows``; return what changes about it."""
    lead = shelf.lead_office_id
    if case["office_id"] != lead or not shelf.routing.rules:
        return {}
    way, at = route(shelf.routing.rules, facts), case["opened_at"]
    if way.decided is None and way.kept is None:
        return {}
    office = lead if way.lead is None else way.lead
    rows[AuditEvent].append(
        audit.event(
            Action.KEPT_BACK if way.kept else Action.ROUTED,
            at=at, case_id=case["id"], before=lead, office_id=office,
            co_office_ids=list(way.co), **as_facts(way),
        )
    )  # fmt: skip
    if way.decided is None:
        return {}
    rows.setdefault(CaseOffice, []).extend(
        {"case_id": case["id"], "office_id": key, "since": at} for key in way.co
    )
    rows.setdefault(RoutedCase, []).append(_sent(case["id"], way, office=office, at=at))
    status = Status.REGISTERED if office == lead else Status.ASSIGNED
    return {"office_id": office, "status": status}


def would_go(house: House, case: Case, opinion: Opinion) -> Routed:
    """Return where the table in use would send ``case``, and the way there."""
    rules = house.shelf.routing
    return route(rules.rules, facts_of(house, rules, case, opinion))


def facts_of(house: House, rules: RoutingRules, case: Case, opinion: Opinion) -> Facts:
    """Return what is known of a case that is there, for the table."""
    notice = next(
        (each for each in house.shelf.notices if each.id == case.notice_id), None
    )
    return Facts(
        sections=_with_ancestors(notice, case.section_id) if notice else frozenset(),
        kind=case.kind,
        channel=opinion.channel,
        text=said(opinion),
        waiting=rules.waiting,
        complained_of=accused_in(case, opinion, rules.names),
    )


async def send(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    office_id: int,
    despite: Collection[int] = (),
    now: datetime,
) -> None:
    """Send a case of the supervision office's queue where the table would have it.

    ``office_id`` is what the page offered. ``despite``: of these offices the person
    knows that the text complains of them, as one who assigns by hand may.

    Raises:
        NotByTheTable: The table has changed, or the case, or what the office can take.
        IllegalTransition: It is with an office already.
        ComplainsOfThem: Something joined, or added later, complains of one of the
            offices, and nobody said that this is known.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.ASSIGN, revision=revision
    )
    opinion = await session.get_one(Opinion, case.opinion_id)
    way = would_go(house, case, opinion)
    away = case.status is not Status.REGISTERED or case.restricted
    if away or way.lead != office_id or way.lead == case.office_id:
        raise NotByTheTable("the table does not send the case there now")
    # The table went by the opinion that opened the case alone.
    given = (office_id, *way.co)
    for each in given:
        if each not in despite:
            await check_not_accused(session, case, office_id=each, assignee_id=None)
    case.move(Move.ASSIGN)
    before = case.office_id
    case.office_id, case.assignee_id = office_id, None
    session.add(RoutedCase(**_sent(case.id, way, office=office_id, at=now)))
    audit.record(
        session, Action.ROUTED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, office_id=office_id, co_office_ids=list(way.co),
        despite=any(each in despite for each in given), **as_facts(way),
    )  # fmt: skip
    await cases.put_back(session, case)
    await moving.on(session, case, before=before, by=person.staff_id, now=now)
    await co_offices.add_all(session, case, way.co, now=now)


async def came_back(session: AsyncSession, case: Case, *, now: datetime) -> int | None:
    """Note that its office gives the case back; return the rule that had sent it."""
    found = (
        await session.scalars(
            select(RoutedCase)
            .where(
                RoutedCase.case_id == case.id,
                RoutedCase.office_id == case.office_id,
                RoutedCase.returned_at.is_(None),
            )
            .order_by(RoutedCase.id.desc())
            .limit(1)
        )
    ).first()
    if found is None:
        return None
    found.returned_at = now
    return found.position


def _with_ancestors(notice: ShelvedNotice, section_id: int | None) -> frozenset[int]:
    """Return the key of a section and of all above it, in the notice as it is now."""
    path = notice.paths.get(section_id) if section_id is not None else None
    if path is None:
        return frozenset()
    parts = path.split(".")
    above = (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return frozenset(
        notice.section_ids[each] for each in above if each in notice.section_ids
    )


def _sent(case_id: int, way: Routed, *, office: int, at: datetime) -> Row:
    step = way.steps[-1]
    return {
        "id": new_key(),
        "case_id": case_id,
        "rule_id": step.rule.id,
        "position": step.position,
        "office_id": office,
        "routed_at": at,
        "returned_at": None,
    }
