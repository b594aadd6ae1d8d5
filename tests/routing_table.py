"""Makers for the routing table: rules in use, and the offices that they name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Role
from app.models import RoutingTable
from app.premises import Premises
from app.services import routes
from app.services.rule_lines import Line, checked
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT

OTHER = "青岚县教育局"


async def office(premises: Premises, name: str = UNIT) -> int:
    """Return the key of the office ``name``, new or not."""
    async with premises.database.writing() as session:
        return await at_desk.office_named(session, name)


async def revision(session: AsyncSession) -> int:
    """Return the revision that the table is at."""
    row = await session.get(RoutingTable, 1)
    return row.revision if row else 0


async def use(premises: Premises, *lines: Line, person: Person | None = None) -> Person:
    """Let cases go by ``lines`` from now on; return who saw to it."""
    keeper = person or await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        atlas = await routes.atlas(session, premises.house)
        await routes.save(
            session, keeper, checked(atlas, lines),
            revision=await revision(session), now=premises.clock(),
        )  # fmt: skip
    premises.house.shelf.expire()
    await premises.shelf()
    return keeper


async def line(premises: Premises, *, to: str = UNIT, **changes: Any) -> Line:
    """Return a line that sends to the office ``to``; without changes: everything."""
    return Line(**({"lead": str(await office(premises, to))} | changes))


def positions(lines: Sequence[Line]) -> list[str]:
    """Return the sections that lines name, in their order."""
    return [each.section for each in lines]
