"""Switches: what an administrator turned off that the service would offer."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.features import Feature
from app.models.base import Base


class FeatureSwitch(Base):
    """Something that is turned off; no row: it is on."""

    __tablename__ = "feature_switch"

    feature: Mapped[Feature] = mapped_column(primary_key=True)
    turned_off_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
