"""The roster: every account there is, for whoever sets the service up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Role
from app.models import Office, Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the roster shows it."""

    user_name: str
    display_name: str
    role: Role
    office: str
    active: bool


async def accounts(session: AsyncSession) -> Sequence[Account]:
    """Return all accounts, by office and name."""
    rows = await session.execute(
        select(
            Staff.user_name,
            Staff.display_name,
            Staff.role,
            Office.name.label("office"),
            Staff.active,
        )
        .join(Office, Office.id == Staff.office_id)
        .order_by(Office.leads.desc(), Office.name, Staff.user_name)
    )
    return [Account(**row) for row in rows.mappings()]
