"""Wordings (措辞): what letters say here, at hand for every letter.

Most offices keep what came with the package. What an administrator put in its stead
(`rewording`) is read together with the shelf, so that no letter needs a query for it.
"""

import logging
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Language, MailPurpose
from app.mail.wordings import Wording, faults_of, packaged
from app.models import LetterWording

_log = logging.getLogger(__name__)


class Wordings:
    """The wordings that letters of one process have."""

    def __init__(self) -> None:
        """Start with those of the package; `refresh` looks for others."""
        self._own: Mapping[tuple[MailPurpose, Language], Wording] = {}

    def of(self, purpose: MailPurpose, language: Language) -> Wording:
        """Return what letters of ``purpose`` say."""
        return self._own.get((purpose, language)) or packaged(purpose, language)

    async def refresh(self, session: AsyncSession) -> None:
        """Take in what was changed since the last time.

        A wording that asks for what letters no longer tell is left out: a letter in
        the package's words is better than none.
        """
        own = {}
        for row in await session.scalars(select(LetterWording)):
            wording = own_wording(row)
            if faults_of(row.purpose, wording):
                _log.error("a wording cannot be used", extra={"purpose": row.purpose})
                continue
            own[row.purpose, row.language] = wording
        self._own = own


def own_wording(row: LetterWording) -> Wording:
    """Return what was put in the place of a wording of the package."""
    return Wording(subject=row.subject, body=row.body)
