"""Features: which of them are offered, at hand for every page.

What is off is read together with the shelf, so that no request needs a query for it;
another process knows of a change as soon as it looks at its shelf again.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.features import Feature
from app.errors import NotFound
from app.models import FeatureSwitch


class FeatureOff(NotFound):
    """This office does not offer that."""

    code = "feature_off"


class Features:
    """What one process offers."""

    def __init__(self) -> None:
        """Offer everything; `refresh` looks for what is off."""
        self.off: frozenset[Feature] = frozenset()

    def offers(self, feature: str) -> bool:
        """Return whether ``feature`` is offered."""
        return Feature(feature) not in self.off

    def check(self, feature: Feature) -> None:
        """Hold that ``feature`` is offered.

        Raises:
            FeatureOff: It is not.
        """
        if not self.offers(feature):
            raise FeatureOff("this office does not offer that")

    async def refresh(self, session: AsyncSession) -> None:
        """Take in what was switched since the last time."""
        self.off = frozenset(await session.scalars(select(FeatureSwitch.feature)))
