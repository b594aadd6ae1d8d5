"""Whether a machine wrote a letter, and whether a machine may answer it (RFC 3834)."""

from collections.abc import Callable

from app.mail.letter import Letter
from app.mail.machinery.machines import (
    asks_for_no_reply,
    is_mail_system,
    takes_no_reply,
)
from app.mail.machinery.signs import AutomaticReason, SilenceReason


def automatic_reason(letter: Letter, envelope_sender: str | None) -> str | None:
    """Return why ``letter`` counts as written by a machine; None: a person wrote it.

    ``envelope_sender`` is what MAIL FROM said: empty or ``<>`` for the null sender,
    None where it is not known.
    """
    if letter.automatic is not None:
        return letter.automatic
    if envelope_sender is None:
        return None
    if envelope_sender.strip() in {"", "<>"}:
        return AutomaticReason.NULL_SENDER
    if is_mail_system(envelope_sender):
        return AutomaticReason.MAIL_SYSTEM
    return None


def may_be_answered(
    letter: Letter,
    envelope_sender: str | None,
    *,
    is_ours: Callable[[str], bool] = lambda _address: False,
) -> tuple[bool, str]:
    """Return whether a machine may answer ``letter``, and why not; '' where it may.

    Beside what machines wrote this spares lists, bulk mail, senders that nobody reads
    and those who ask for no automatic answer; each of them may yet open a case.
    ``is_ours`` says of an address whether an answer to it would come back to us.
    """
    if automatic_reason(letter, envelope_sender) is not None:
        return False, SilenceReason.AUTOMATIC
    if letter.silence is not None:
        return False, letter.silence
    if letter.sender is None and letter.reply_to is None:
        return False, SilenceReason.NO_SENDER
    addresses = _addresses(letter, envelope_sender)
    if any(is_ours(address) for address in addresses):
        return False, SilenceReason.OWN_ADDRESS
    local_parts = (address.rpartition("@")[0] for address in addresses)
    name = letter.sender.name if letter.sender else ""
    if any(takes_no_reply(part) for part in local_parts) or asks_for_no_reply(name):
        return False, SilenceReason.NO_REPLY_SENDER
    return True, ""


def _addresses(letter: Letter, envelope_sender: str | None) -> list[str]:
    """Return every address that the letter says it is from or wants answers at."""
    boxes = (letter.sender, letter.reply_to)
    addresses = [box.address for box in boxes if box is not None]
    return [*addresses, *([envelope_sender.strip("<> ")] if envelope_sender else ())]
