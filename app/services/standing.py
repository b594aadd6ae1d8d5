"""Standing: where cases stand, as a condition that finds them by its small indexes."""

from collections.abc import Collection

from sqlalchemy import ColumnElement

from app.domain.vocabulary import Status
from app.models import Case
from app.models.spelt import Spelt


def stands_in(statuses: Collection[Status]) -> ColumnElement[bool]:
    """Return the condition that holds for cases which have one of ``statuses``.

    They are spelt out, in the order of the vocabulary, as the small indexes have them.
    """
    spelt = [Spelt(each, Case.status.type) for each in Status if each in statuses]
    return Case.status == spelt[0] if len(spelt) == 1 else Case.status.in_(spelt)
