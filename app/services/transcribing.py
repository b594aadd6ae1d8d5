"""Transcribing: from a letter to the submission that it is; no I/O.

Who is answered hangs on who sent it: of a letter that was sent on, its writer, if it
was sent on by somebody whom staff trust and for whom a trusted mail system vouches.
"""

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email

from app.domain.correspondence import WithholdGround
from app.domain.passages import Marks, cut_off
from app.domain.receipt import parse_query_code
from app.domain.submission import (
    MOST_NAME,
    MOST_SUBJECT,
    MOST_TEXT,
    ContactDetails,
    File,
    Forwarding,
    Submission,
    clean,
)
from app.domain.vocabulary import Channel, Language
from app.errors import InvalidInput
from app.mail.authentication import SELF, Authentication, trusted_of
from app.mail.forwarding.prefixes import subject_without_prefixes
from app.mail.letter import Letter
from app.mail.machinery.automatic import may_be_answered
from app.mail.machinery.machines import takes_no_reply
from app.mail.machinery.signs import SilenceReason
from app.mail.sanitised import covered
from app.services.arrivals import RawLetter
from app.services.house import House
from app.services.leads import writer_address

WHOLE_TEXT: Final = "letter.txt"
"""The file that holds all of a text of which an opinion shows the beginning."""


def submission_of(
    house: House, raw: RawLetter, letter: Letter, *, notice: str
) -> Submission:
    """Return what a letter says about ``notice``, as anything else that comes in."""
    sender = ContactDetails(
        name=_name(letter.sender.name) if letter.sender else None,
        email=writer_address(letter, raw.envelope),
    )
    forwarding = _forwarding(house, letter, sender)
    contact = sender
    if forwarding is not None and forwarding.vouched:
        contact = ContactDetails(
            name=forwarding.writer_name, email=forwarding.writer_email
        )
    text, marks, files = text_and_files(letter)
    return Submission(
        channel=Channel.EMAIL,
        notice=notice,
        subject=_subject(letter),
        text=text,
        marks=marks,
        contact=contact,
        language=_language(text),
        files=files,
        received_at=raw.received_at,
        imported_at=raw.envelope.imported_at,
        may_mail=silence(house, raw, letter, to=contact.email or "") is None,
        letter_id=letter.message_id,
        forwarding=forwarding,
    )


def silence(
    house: House, raw: RawLetter, letter: Letter, *, to: str
) -> WithholdGround | None:
    """Return why nothing may be sent to ``to`` for this letter; None: it may."""
    answerable, why_not = may_be_answered(
        letter, raw.envelope.sender, is_ours=house.is_ours
    )
    if not answerable and why_not != SilenceReason.NO_SENDER:
        return WithholdGround(why_not)
    if not answerable or not _is_reachable(to):
        return WithholdGround.UNADDRESSABLE
    word = trusted_word(house, letter)
    if word is not None and word.denies(writer_address(letter, raw.envelope) or ""):
        return WithholdGround.DOUBTFUL
    return None


def trusted_word(house: House, letter: Letter) -> Authentication | None:
    """Return what a mail system that staff trust says of the letter's sender.

    Else what we found ourselves, where the settings ask for that.
    """
    found = trusted_of(letter.authentication, house.settings.believed_systems)
    return found or trusted_of(letter.authentication, {SELF})


def _forwarding(
    house: House, letter: Letter, sender: ContactDetails
) -> Forwarding | None:
    """Return who wrote the letter that this one sends on; None: it sends on none.

    Of letters within letters the innermost counts: that is where somebody began.
    """
    if not letter.sent_on:
        return None
    first = letter.sent_on[-1]
    email = first.writer.address if first.writer else ""
    if email and email.casefold() == (sender.email or "").casefold():
        return None
    return Forwarding(
        writer_name=_name(first.name),
        writer_email=email or None,
        by_name=sender.name,
        by_email=sender.email,
        vouched=_is_reachable(email)
        and not house.is_ours(email)
        and not takes_no_reply(email.rpartition("@")[0])
        and _is_trusted(house, letter, sender.email or ""),
    )


def _is_trusted(house: House, letter: Letter, address: str) -> bool:
    """Return whether ``address`` may speak for others, and it is truly who sent this.

    Anybody can write a trusted address into a letter.
    """
    trusted = house.settings.believed_forwarders
    folded = address.casefold()
    if folded not in trusted and f"@{folded.rpartition('@')[2]}" not in trusted:
        return False
    word = trusted_word(house, letter)
    return word is not None and word.vouches_for(address)


def _name(name: str) -> str | None:
    return clean(name, lines=False)[:MOST_NAME] or None


def subject_and_text(letter: Letter) -> tuple[str, str, Marks]:
    """Return what the submission will say that a letter is, and whose words it is."""
    text, marks, _ = text_and_files(letter)
    return _subject(letter), text, marks


def _subject(letter: Letter) -> str:
    subject = subject_without_prefixes(letter.subject) or letter.subject
    return without_codes(clean(subject, lines=False))[:MOST_SUBJECT]


def text_and_files(letter: Letter) -> tuple[str, Marks, tuple[File, ...]]:
    """Return what the letter says, whose words it is made of, and its files.

    A text too long becomes a file, too.
    """
    text, marks = without_codes(letter.text), letter.marks
    if not text:
        text, marks = clean(letter.subject), ()
    if letter.encryption:
        text += _ENCRYPTED
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
        marks = cut_off(marks, at=MOST_TEXT - 1)
    return text, marks, tuple(files)


def without_codes(text: str) -> str:
    """Cover the secrets that stand in the letters of ours which a reply quotes.

    The query code opens the tracking page, the link denies the opinion, the reply
    address lets whoever has it write as the citizen: nobody here is to know them.
    """
    for secret in (_LINK, _REPLY):
        text = secret.sub(_token_covered, text)
    return _CODE.sub(_covered, text)


def without_codes_within(page: str) -> str:
    """Cover them in a sanitised page, where markup stands within one, too."""
    return covered(without_codes(page), _without_joined_codes)


def _without_joined_codes(text: str) -> str:
    """Cover secrets in words that lost what stood between them.

    Nothing tells where a code begins there, but that it is one.
    """
    signs = list(without_codes(text))
    for found in _CODE_WITHIN.finditer(text):
        start, stop = found.span(1)
        if _covered_code(found[1]) != found[1]:
            signs[start:stop] = "*" * (stop - start)
    return "".join(signs)


def _token_covered(found: re.Match[str]) -> str:
    return found["page"] + "*" * len(found["token"])


def _covered(found: re.Match[str]) -> str:
    return _covered_code(found[0])


def _covered_code(words: str) -> str:
    """Return ``words`` covered, if they are a query code."""
    try:
        parse_query_code(words)
    except InvalidInput:
        return words
    return "*" * len(words)


def _language(text: str) -> Language:
    """Return the language that a letter is answered in: English without Chinese."""
    chinese = sum(map(len, _HAN.findall(text)))
    letters = sum(map(str.isalpha, text))
    return Language.EN if chinese * 20 < letters else Language.ZH


def _is_reachable(address: str) -> bool:
    """Return whether a letter can be addressed so, within an intranet, too."""
    try:
        validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return True


_LINK: Final = re.compile(r"(?P<page>/not-me/)(?P<token>[0-9a-f.]++)")
_REPLY: Final = re.compile(r"(?P<page>\+r[0-9a-f]{1,16}\.)(?P<token>[0-9a-f]{20})(?=@)")
_GROUPS: Final = r"[0-9A-Za-z]{5}(?:-[0-9A-Za-z]{5}){4}"
_CODE: Final = re.compile(rf"(?<![0-9A-Za-z_-]){_GROUPS}(?![0-9A-Za-z_-])")
"""Chinese stands beside a code without a blank."""

_CODE_WITHIN: Final = re.compile(rf"(?=({_GROUPS}))")
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")

_ENCRYPTED: Final = "\n\n（信中有加密内容，未能读取，见附件。）"
