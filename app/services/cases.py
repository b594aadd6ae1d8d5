"""Cases: who may see one, what it is called, and how one is taken in hand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, and_, case, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes
from sqlalchemy.orm.exc import StaleDataError

from app.domain import lifecycle, permission, receipt
from app.domain.permission import Duty
from app.errors import Conflict, InvalidInput, NotFound
from app.models import Case, Opinion, Strand
from app.services.helping import check_leading, helped_by
from app.services.staff import Person


class NoSuchCase(NotFound):
    """There is no case of that number, or none that this person may know of."""

    code = "no_such_case"


class StaleCase(Conflict):
    """Somebody changed the case after the page was opened."""

    code = "stale_case"


def seen_by(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for the cases which ``person`` may see.

    It stands in every statement that shows the staff a case, or anything of one.
    """
    return and_(Case.merged_at.is_(None), _shared_with(person), _open_to(person))


def led_by(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for cases which ``person`` may work on.

    Of those that `seen_by` holds for, the ones of the own office. It lets a list go by
    one index, whose order is the list's.
    """
    return and_(Case.merged_at.is_(None), _of_office(person), _open_to(person))


def known_to(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for the cases of which ``person`` may know.

    That is more than `seen_by`: an auditor knows of each report of wrongdoing that
    there is one, and nobody has to lose sight of what was merged.
    """
    if permission.knows_of_restricted(person.role):
        return true()
    return and_(_shared_with(person), _open_to(person))


def restricted_to(person: Person) -> ColumnElement[bool]:
    """Return the condition for reports of wrongdoing that ``person`` may read.

    It is said so that a list of them finds them by their own index.
    """
    if not permission.may(person.role, Duty.READ_RESTRICTED):
        return ~true()
    return and_(Case.restricted, Case.office_id == person.office_id)


def unrestricted() -> ColumnElement[bool]:
    """Return the condition that holds for cases which may be shown beyond their office.

    It stands in every statement that counts or compares what cases say.
    """
    return and_(Case.merged_at.is_(None), ~Case.restricted)


def about_visible(
    person: Person, opinion_id: ColumnElement[int] | ColumnElement[int | None]
) -> ColumnElement[bool]:
    """Return whether an opinion is none that is kept from ``person`` as a report."""
    hidden = (
        select(Case.id)
        .join(Strand, Strand.case_id == Case.id)
        .where(Strand.opinion_id == opinion_id, ~_open_to(person))
        .correlate_except(Case, Strand)
    )
    return ~hidden.exists()


def parsed_number(number: str) -> str:
    """Return what a case is called that an address names, as printed.

    Raises:
        NoSuchCase: It cannot be one.
    """
    return receipt.case_number(*_parsed(number))


async def find(session: AsyncSession, person: Person, number: str) -> Case:
    """Return the case called ``number``: a receipt number, or one with an ordinal.

    Raises:
        NotAllowed: The role reads no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    permission.check(person.role, Duty.READ)
    found: Case | None = await session.scalar(_called(number).where(seen_by(person)))
    if found is None:
        raise NoSuchCase("there is no such case")
    return found


async def known(session: AsyncSession, person: Person, number: str) -> int:
    """Return the key of the case called ``number``, if ``person`` may know of it.

    Raises:
        NoSuchCase: There is none, or it is kept from the person.
    """
    found = await session.scalar(
        _called(number).with_only_columns(Case.id).where(known_to(person))
    )
    if found is None:
        raise NoSuchCase("there is no such case")
    return found


async def take_in_hand(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    duty: Duty,
    revision: int,
    helping: bool = False,
) -> Case:
    """Return the case for a change, with its row held until the transaction ends.

    ``revision`` is that of the page on which the change was decided; ``helping`` says
    that a co-office may make it too.

    Raises:
        NotAllowed: The role has not that duty.
        NoSuchCase: There is none, or it is another office's.
        NotLeading: The office is only asked what it thinks.
        StaleCase: Somebody was faster.
    """
    permission.check(person.role, duty)
    found: Case | None = await session.scalar(
        _called(number).where(seen_by(person)).with_for_update(of=Case)
    )
    if found is None:
        raise NoSuchCase("there is no such case")
    if not helping:
        check_leading(person, found)
    if found.revision != revision:
        raise StaleCase(f"the case is at revision {found.revision}, not {revision}")
    lifecycle.check_alone(found.status, waived=duty is Duty.REINSTATE)
    return found


async def take_together(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    duty: Duty,
    revision: int,
    also: Mapping[int, int],
) -> Sequence[Case]:
    """Return the case called ``number`` and those of its siblings, in hand.

    ``also`` has the siblings' revisions by their ordinals. Rows are held in the order
    of the ordinals, whichever of them somebody began with.

    Raises:
        AppError: See `take_in_hand`.
    """
    printed, own = _parsed(number)
    taken = {
        ordinal: await take_in_hand(
            session, person, receipt.case_number(printed, ordinal),
            duty=duty, revision=known,
        )
        for ordinal, known in sorted({**also, own: revision}.items())
    }  # fmt: skip
    return [taken.pop(own), *taken.values()]


async def siblings(
    session: AsyncSession, case: Case, *, hold: bool = False
) -> Sequence[Case]:
    """Return the other cases that the same opinion opened, whoever may see them."""
    statement = (
        select(Case)
        .where(
            Case.opinion_id == case.opinion_id,
            Case.id != case.id,
            Case.merged_at.is_(None),
        )
        .order_by(Case.ordinal)
    )
    held = statement.with_for_update(of=Case) if hold else statement
    return (await session.scalars(held)).all()


async def put_back(session: AsyncSession, case: Case, *, wakes: bool = True) -> None:
    """Store what was changed about ``case`` as a new revision.

    Whoever changes a case has its newest page before him, with all that the citizen
    added, so nothing of it is unread any more. A step that ``wakes`` ends its being
    snoozed, too.

    Raises:
        StaleCase: Somebody was faster after all.
    """
    case.unread = False
    if wakes:
        case.snoozed_until = None
    attributes.flag_modified(case, "unread")
    try:
        await session.flush()
    except StaleDataError:
        raise StaleCase("somebody changed the case at the same moment") from None


async def bring_up(session: AsyncSession, case_id: int) -> None:
    """Show staff that something came to the case that nobody here has looked at.

    A page opened before this knows nothing of it: what is sent from there is stale.
    """
    await _bring_up(session, [case_id])


async def bring_up_all(session: AsyncSession, opinion_id: int) -> Sequence[int]:
    """Do that to every open case of the opinion, or to all if none is; return which."""
    found = (
        await session.execute(
            select(Case.id, Case.status)
            .join(Strand, Strand.case_id == Case.id)
            .where(Strand.opinion_id == opinion_id, Case.merged_at.is_(None))
            .order_by(Strand.id)
        )
    ).all()
    still_open = [row.id for row in found if row.status in lifecycle.OPEN]
    keys = still_open or [row.id for row in found]
    await _bring_up(session, keys)
    return keys


async def _bring_up(session: AsyncSession, keys: Sequence[int]) -> None:
    await session.execute(
        update(Case)
        .where(Case.id.in_(keys))
        .values(
            unread=True,
            revision=Case.revision + 1,
            # What was snoozed is back at once, as if its day had come.
            snoozed_until=case((Case.snoozed_until.is_not(None), Case.opened_at)),
        )
        .execution_options(synchronize_session=False)
    )


def _of_office(person: Person) -> ColumnElement[bool]:
    if permission.sees_all_offices(person.role):
        return true()
    return Case.office_id == person.office_id


def _shared_with(person: Person) -> ColumnElement[bool]:
    if permission.sees_all_offices(person.role):
        return true()
    return or_(_of_office(person), helped_by(person))


def _open_to(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for cases that are not kept from ``person``."""
    if not permission.may(person.role, Duty.READ_RESTRICTED):
        return ~Case.restricted
    return or_(~Case.restricted, Case.office_id == person.office_id)


def _called(number: str) -> Select[Case]:
    printed, ordinal = _parsed(number)
    return (
        select(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Opinion.receipt_number == printed, Case.ordinal == ordinal)
    )


def _parsed(number: str) -> tuple[str, int]:
    try:
        return receipt.parse_case_number(number)
    except InvalidInput:
        raise NoSuchCase("this is no receipt number") from None
