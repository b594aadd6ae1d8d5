"""What came to a liaison's address and is joined to a case: never a citizen's words.

They were held for coming from elsewhere, too late, or from a machine. Whatever an
office wrote is for the office that answers to read; no tracking page tells it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.passages import own_words
from app.domain.submission import Submission
from app.models import Case
from app.sealing import Seal
from app.services.enclosing import file_row
from app.services.offices import correspondence
from app.services.offices.correspondence import Answered
from app.services.offices.liaison_mail import FILE_PURPOSE, unsigned


async def join(
    session: AsyncSession,
    case: Case,
    said: Submission,
    *,
    seal: Seal,
    answers: Collection[int],
    arrival_id: int,
    now: datetime,
) -> bool:
    """Keep what a letter says on ``case`` for the desk; False: no office wrote it.

    ``answers`` are the letters to liaisons that it may answer. It lies on the case
    that it was written about, where that is of the same opinion. What comes from an
    office that does not answer the case is its opinion on it.
    """
    known = await correspondence.letters(session, set(answers))
    key = next((each for each in answers if each in known), None)
    if key is None:
        return False
    sent = known[key]
    own = await session.get_one(Case, sent.case_id)
    fits = own.opinion_id == case.opinion_id and not own.restricted
    if fits and own.merged_at is None:
        case = own
    answered = Answered(
        letter_id=key,
        opinion_id=case.opinion_id,
        case_id=case.id,
        office_id=sent.office_id,
        helps=sent.helps or case.office_id != sent.office_id,
        text=unsigned(own_words(said.text, said.marks) or said.text),
        files=tuple(file_row(seal, file, purpose=FILE_PURPOSE) for file in said.files),
    )
    await correspondence.keep(session, answered, arrival_id=arrival_id, now=now)
    return True
