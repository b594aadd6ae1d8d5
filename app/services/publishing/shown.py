"""What the public is shown: the one condition that stands in every such statement."""

from sqlalchemy import ColumnElement, and_, or_

from app.domain.vocabulary import Disposition
from app.models import Case, Opinion, Publication
from app.services.cases import unrestricted
from app.services.disowning import counted


def publishable() -> ColumnElement[bool]:
    """Return the condition that holds for cases of which anything may be published.

    Reports of wrongdoing, what was denied and what was withdrawn never are, whatever
    somebody decided before they became that. It is about `Case` and its `Opinion`.
    """
    kept = or_(Case.disposition.is_(None), Case.disposition != Disposition.WITHDRAWN)
    return and_(unrestricted(), counted(), kept)


def shown() -> ColumnElement[bool]:
    """Return the condition that holds for what the public reads now.

    It is about `Publication`, its `Case` and that one's `Opinion`. Citizens' words go
    with their consent, whenever that is taken back.
    """
    agreed = or_(Publication.question.is_(None), Opinion.may_publish)
    return and_(Publication.unpublished_at.is_(None), agreed, publishable())
