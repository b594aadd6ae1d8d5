"""Mail from liaisons: whether a letter that answers one to a liaison counts."""

from collections.abc import Mapping
from typing import Final

from app.domain.passages import own_words
from app.domain.vocabulary import HoldReason
from app.mail.letter import Letter
from app.mail.quoting.quoted import mark, says_nothing
from app.sealing import Seal
from app.services.enclosing import file_row
from app.services.leads import Leads
from app.services.offices import correspondence
from app.services.offices.correspondence import Answered
from app.services.transcribing import text_and_files

FILE_PURPOSE: Final = "liaison file"
"""What files of liaisons are sealed for."""


def away(
    leads: Leads, known: Mapping[int, correspondence.Letter]
) -> correspondence.Letter | None:
    """Return the letter to a liaison whose mail program answers in their place.

    None: it is no such answer, or the case is with that office no more.
    """
    sent = next((known[each] for each in leads.liaisons if each in known), None)
    if sent is None or sent.void or leads.writer != sent.liaison:
        return None
    return sent


def answered(
    letter: Letter,
    leads: Leads,
    known: Mapping[int, correspondence.Letter],
    *,
    seal: Seal,
    is_doubtful: bool,
) -> Answered | HoldReason | None:
    """Return what a liaison says, without what is quoted of our letter.

    Nothing that we wrote may come back as an answer, its subject included. Or why a
    person has to look, for it comes from elsewhere, says nothing, or the case is with
    that office no more; None: the letter answers none of ours to a liaison. It is
    ``is_doubtful`` where a mail system that we trust does not vouch for its sender.
    """
    key = next((each for each in leads.liaisons if each in known), None)
    if key is None:
        return None
    sent = known[key]
    if leads.writer != sent.liaison or is_doubtful:
        return HoldReason.NOT_LIAISON
    if sent.void:
        return HoldReason.LIAISON_VOID
    text, marks, files = text_and_files(letter)
    is_silent = says_nothing(letter.text) and not letter.encryption
    said = "" if is_silent else unsigned(own_words(text, marks))
    if not said and not files:
        return HoldReason.EMPTY
    return Answered(
        letter_id=key,
        opinion_id=sent.opinion_id,
        case_id=sent.case_id,
        office_id=sent.office_id,
        helps=sent.helps,
        text=said,
        files=tuple(file_row(seal, file, purpose=FILE_PURPOSE) for file in files),
    )


def unsigned(said: str) -> str:
    """Return what a liaison says without their signature, as an answer begins with it.

    Above a quote the last lines of a letter are left to its writer, for they may be all
    that was asked for; once the quote is gone they are read as the end of a letter.
    """
    return own_words(said, mark(said)) or said
