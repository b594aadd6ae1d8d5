"""Switches: an administrator turns off what the service would offer, or on again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.features import Feature
from app.domain.permission import Duty
from app.domain.record import Action
from app.models import FeatureSwitch, Staff
from app.services import audit
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedOff:
    """Who turned something off, and when."""

    by: str
    at: datetime


async def turned_off(
    session: AsyncSession, person: Person
) -> Mapping[Feature, TurnedOff]:
    """Return what is off.

    Raises:
        NotAllowed: The role does not look after features.
    """
    permission.check(person.role, Duty.FEATURES)
    rows = await session.execute(
        select(
            FeatureSwitch.feature, FeatureSwitch.turned_off_at, Staff.display_name
        ).join(Staff, Staff.id == FeatureSwitch.staff_id)
    )
    return {feature: TurnedOff(by=by, at=at) for feature, at, by in rows}


async def switch(
    session: AsyncSession,
    person: Person,
    on: Collection[Feature],
    *,
    seen: Collection[Feature] | None = None,
    now: datetime,
) -> None:
    """Offer what is ``on`` and nothing else; each change goes on record.

    With what was ``seen`` to be on, only that is changed which is to be otherwise:
    what somebody else turned on or off meanwhile stays so.

    Raises:
        NotAllowed: The role does not look after features.
    """
    permission.check(person.role, Duty.FEATURES)
    off = frozenset(
        await session.scalars(select(FeatureSwitch.feature).with_for_update())
    )
    wanted = frozenset(Feature) - frozenset(on)
    if seen is not None:
        changed = frozenset(seen) ^ frozenset(on)
        wanted = wanted & changed | off - changed
    await session.execute(
        delete(FeatureSwitch).where(FeatureSwitch.feature.in_(off - wanted))
    )
    for feature in sorted(wanted - off):
        await session.merge(
            FeatureSwitch(feature=feature, turned_off_at=now, staff_id=person.staff_id)
        )
    for feature in sorted(wanted ^ off):
        audit.record(
            session, Action.FEATURE_SWITCHED, at=now, staff_id=person.staff_id,
            feature=feature, on=feature not in wanted,
        )  # fmt: skip
    await session.flush()
