"""What is offered: routes of a feature that is turned off are not there."""

from fastapi import Depends
from fastapi.params import Depends as Held

from app.domain.features import Feature
from app.premises import Premises
from app.web.dependencies import PremisesDep


def offered(feature: Feature) -> Held:
    """Return the dependency that lets nobody in where ``feature`` is off."""

    async def hold(premises: PremisesDep) -> None:
        await check_offered(premises, feature)

    held: Held = Depends(hold)
    return held


async def check_offered(premises: Premises, feature: Feature) -> None:
    """Hold that ``feature`` is offered, by a shelf that is not stale.

    Raises:
        FeatureOff: It is not.
    """
    await premises.shelf()
    premises.house.features.check(feature)
