"""Reading a letter: from its bytes to the verdict that settles its fate.

Three steps, of which the first and the last do no I/O: `opened` reads the bytes,
`leads.look_up` asks the store about what the letter refers to, `read` decides.
"""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from email_validator import EmailNotValidError, validate_email

from app.domain.intake_address import IntakeAddress
from app.domain.receipt import parse_query_code
from app.domain.submission import (
    MOST_NAME,
    MOST_SUBJECT,
    MOST_TEXT,
    ContactDetails,
    File,
    Submission,
    clean,
)
from app.domain.vocabulary import Channel, HoldReason, Language, RefuseReason
from app.errors import InvalidInput
from app.mail.automatic import automatic_reason, may_be_answered
from app.mail.identity import content_key
from app.mail.letter import Letter, read_letter
from app.mail.limits import UnreadableLetter
from app.mail.signs import AutomaticReason
from app.models import OutboxMessage
from app.services.additions import Addendum
from app.services.arrivals import RawLetter, WaitingLetter
from app.services.drafting import Draft, draw_up
from app.services.house import House
from app.services.leads import Known, Leads, leads_of, receivers, writer_address
from app.services.settling import Verdict
from app.services.shelf import ShelvedNotice

MOST_HOPS: Final = 50
"""Mail systems that a letter may have passed; one with more travels in circles."""

MOST_ACKNOWLEDGED: Final = 10
"""Acknowledgements to one writer within `leads.RECENTLY`: two machines that know
nothing of each other would else write for ever."""

WHOLE_TEXT: Final = "letter.txt"
"""The file that holds all of a text of which an opinion shows the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLetter:
    """A letter that was read, or found to be unreadable."""

    arrival_id: int
    arrival_key: str
    raw: RawLetter

    letter: Letter | None
    """None: it cannot be read."""

    leads: Leads


def opened(house: House, waiting: WaitingLetter) -> OpenedLetter:
    """Open the seal and read what is in the letter.

    Raises:
        BrokenSealError: It was kept under another secret.
    """
    raw = waiting.opened(house.seal)
    try:
        letter = read_letter(raw.content)
        leads = leads_of(house, letter, raw.envelope)
    except UnreadableLetter:
        letter = None
        leads = Leads(letters=frozenset(), opinions=(), numbers=(), writer=None)
    key = house.seal.digest(content_key(raw.content, letter), purpose="letter")
    return OpenedLetter(
        arrival_id=waiting.arrival_id,
        arrival_key=key.hex(),
        raw=raw,
        letter=letter,
        leads=leads,
    )


def read(house: House, opened: OpenedLetter, known: Known) -> Verdict:
    """Decide what becomes of a letter.

    Raises:
        NotSetUp: There is no supervision office yet.
    """
    verdict = partial(
        Verdict, arrival_id=opened.arrival_id, arrival_key=opened.arrival_key
    )
    letter = opened.letter
    if letter is not None and _is_loop(opened, letter, known):
        return verdict(refused=RefuseReason.LOOP)
    reason = _hold_reason(opened)
    if letter is None or reason is not None:
        return verdict(held=reason)
    opinion_id = known.opinion(opened.leads, letter)
    if opinion_id is not None:
        return verdict(addendum=_addendum(house, letter, opinion_id))
    if writer_address(letter, opened.raw.envelope) is None:
        return verdict(held=HoldReason.NO_SENDER)
    notice = _notice(house, opened, letter)
    if notice is None:
        return verdict(held=HoldReason.NO_NOTICE)
    return verdict(draft=_draft(house, opened, letter, notice, known))


def _hold_reason(opened: OpenedLetter) -> HoldReason | None:
    """Return why a letter is for a person to look at, whatever it refers to."""
    letter = opened.letter
    if letter is None:
        return HoldReason.UNREADABLE
    if automatic_reason(letter, opened.raw.envelope.sender) is not None:
        return HoldReason.AUTOMATIC
    if not letter.text.strip() and not letter.attachments:
        return HoldReason.EMPTY
    return None


def _is_loop(opened: OpenedLetter, letter: Letter, known: Known) -> bool:
    """Return whether we wrote the letter ourselves, or it never comes to rest."""
    own = letter.automatic == AutomaticReason.OWN or letter.message_id in known.letters
    return own or _hops(opened.raw.content) > MOST_HOPS


def _hops(raw: bytes) -> int:
    """Return how many mail systems say that they passed the letter on."""
    end = _BLANK_LINE.search(raw)
    return len(_HOP.findall(raw, 0, end.start() if end else len(raw)))


def _notice(house: House, opened: OpenedLetter, letter: Letter) -> str | None:
    """Return the notice that a letter is about.

    The one whose own address it was sent to; else, of those that are open, the one
    that it sounds most like; else the newest.
    """
    intake = IntakeAddress.of(house.settings.intake_address)
    shelved = {notice.slug: notice for notice in house.shelf.notices}
    for address in receivers(letter, opened.raw.envelope):
        slug = intake.extension(address)
        if slug in shelved:
            return slug
    day = opened.raw.received_at.astimezone(house.settings.zone).date()
    still_open = [notice for notice in shelved.values() if notice.open_on(day)]
    if len(still_open) > 1:
        return max(still_open, key=partial(_likeness, letter)).slug
    return still_open[0].slug if still_open else next(iter(shelved), None)


def _likeness(letter: Letter, notice: ShelvedNotice) -> float:
    """Return how surely a letter is about some item of ``notice``."""
    guess = notice.classifier.classify(subject=letter.subject, text=letter.text)
    return guess.candidates[0].confidence if guess.candidates else 0.0


def submission_of(
    house: House, raw: RawLetter, letter: Letter, *, notice: str
) -> Submission:
    """Return what a letter says about ``notice``, as anything else that comes in."""
    address = writer_address(letter, raw.envelope) or ""
    name = clean(letter.sender.name, lines=False) if letter.sender else ""
    text, files = _text_and_files(letter)
    intake = IntakeAddress.of(house.settings.intake_address)
    answerable, _why_not = may_be_answered(letter, raw.envelope.sender)
    return Submission(
        channel=Channel.EMAIL,
        notice=notice,
        subject=_without_codes(clean(letter.subject, lines=False))[:MOST_SUBJECT],
        text=text,
        contact=ContactDetails(name=name[:MOST_NAME] or None, email=address or None),
        language=_language(text),
        files=files,
        received_at=raw.received_at,
        may_mail=answerable and _is_reachable(address) and not intake.takes(address),
        letter_id=letter.message_id,
    )


def _draft(
    house: House, opened: OpenedLetter, letter: Letter, notice: str, known: Known
) -> Draft:
    submission = submission_of(house, opened.raw, letter, notice=notice)
    draft = draw_up(house, submission, arrival_key=opened.arrival_key)
    sent_often = known.recent.get(opened.leads.writer or b"", 0) >= MOST_ACKNOWLEDGED
    if opened.raw.envelope.acknowledge and not sent_often:
        return draft
    rows = {table: rows for table, rows in draft.rows.items() if table != OutboxMessage}
    return replace(draft, rows=rows)


def _addendum(house: House, letter: Letter, opinion_id: int) -> Addendum:
    text, files = _text_and_files(letter)
    return Addendum(
        opinion_id=opinion_id,
        channel=Channel.EMAIL,
        text=text,
        files=files,
        seal=house.seal,
    )


def _text_and_files(letter: Letter) -> tuple[str, tuple[File, ...]]:
    """Return what the letter says, and its files; a text too long becomes one, too."""
    text = _without_codes(clean(letter.text) or clean(letter.subject))
    files = [
        File(file_name=part.file_name, media_type=part.media_type, content=part.content)
        for part in letter.attachments
    ]
    if len(text) > MOST_TEXT:
        whole = File(
            file_name=WHOLE_TEXT,
            media_type="text/plain; charset=utf-8",
            content=text.encode(),
        )
        files.insert(0, whole)
        text = text[: MOST_TEXT - 1] + "…"
    return text, tuple(files)


def _without_codes(text: str) -> str:
    """Cover query codes, which stand in the letters of ours that a reply quotes.

    The code opens the tracking page, and nobody here is to know it.
    """
    return _CODE.sub(_covered, text)


def _covered(found: re.Match[str]) -> str:
    try:
        parse_query_code(found[0])
    except InvalidInput:
        return found[0]
    return "*" * len(found[0])


def _language(text: str) -> Language:
    """Return the language that a letter is answered in: English without Chinese."""
    chinese = len(_HAN.findall(text))
    letters = sum(map(str.isalpha, text))
    return Language.EN if chinese * 20 < letters else Language.ZH


def _is_reachable(address: str) -> bool:
    """Return whether a letter can be addressed so, within an intranet, too."""
    try:
        validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return True


_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_HOP: Final = re.compile(rb"^received:", re.IGNORECASE | re.MULTILINE)
_CODE: Final = re.compile(r"(?<![\w-])[0-9A-Za-z]{5}(?:-[0-9A-Za-z]{5}){4}(?![\w-])")
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
