"""Cases: who may see one, and how one is taken in hand for a change."""

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes
from sqlalchemy.orm.exc import StaleDataError

from app.domain import permission, receipt
from app.domain.permission import Duty
from app.errors import Conflict, InvalidInput, NotFound
from app.models import Case, Opinion
from app.services.staff import Person


class NoSuchCase(NotFound):
    """There is no case of that number, or none that this person may know of."""

    code = "no_such_case"


class StaleCase(Conflict):
    """Somebody changed the case after the page was opened."""

    code = "stale_case"


def seen_by(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for the cases which ``person`` may see."""
    if permission.sees_all_offices(person.role):
        return true()
    return Case.office_id == person.office_id


def parsed_number(number: str) -> str:
    """Return the receipt number that an address names, as printed.

    Raises:
        NoSuchCase: It cannot be one.
    """
    try:
        return receipt.parse_receipt_number(number)
    except InvalidInput:
        raise NoSuchCase("this is no receipt number") from None


async def find(session: AsyncSession, person: Person, number: str) -> Case:
    """Return the case that the opinion called ``number`` opened.

    Raises:
        NotAllowed: The role reads no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    permission.check(person.role, Duty.READ)
    found: Case | None = await session.scalar(
        select(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Opinion.receipt_number == parsed_number(number), seen_by(person))
    )
    if found is None:
        raise NoSuchCase("there is no such case")
    return found


async def take_in_hand(
    session: AsyncSession, person: Person, number: str, *, duty: Duty, revision: int
) -> Case:
    """Return the case for a change, with its row held until the transaction ends.

    ``revision`` is that of the page on which the change was decided.

    Raises:
        NotAllowed: The role has not that duty.
        NoSuchCase: There is none, or it is another office's.
        StaleCase: Somebody was faster.
    """
    permission.check(person.role, duty)
    found: Case | None = await session.scalar(
        select(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Opinion.receipt_number == parsed_number(number), seen_by(person))
        .with_for_update(of=Case)
    )
    if found is None:
        raise NoSuchCase("there is no such case")
    if found.revision != revision:
        raise StaleCase(f"the case is at revision {found.revision}, not {revision}")
    return found


async def put_back(session: AsyncSession, case: Case) -> None:
    """Store what was changed about ``case`` as a new revision.

    Whoever changes a case has its newest page before him, with all that the citizen
    added, so nothing of it is unread any more.

    Raises:
        StaleCase: Somebody was faster after all.
    """
    case.unread = False
    attributes.flag_modified(case, "unread")
    try:
        await session.flush()
    except StaleDataError:
        raise StaleCase("somebody changed the case at the same moment") from None


async def bring_up(session: AsyncSession, case_id: int) -> None:
    """Show staff that something came to the case that nobody here has looked at.

    A page opened before this knows nothing of it: what is sent from there is stale.
    """
    await session.execute(
        update(Case)
        .where(Case.id == case_id)
        .values(unread=True, revision=Case.revision + 1)
        .execution_options(synchronize_session=False)
    )
