"""Whether a machine wrote a letter, and whether a machine may answer it (RFC 3834)."""

from app.mail.letter import Letter
from app.mail.signs import AutomaticReason, SilenceReason, takes_no_reply


def automatic_reason(letter: Letter, envelope_sender: str | None) -> str | None:
    """Return why ``letter`` counts as written by a machine; None: a person wrote it.

    ``envelope_sender`` is what MAIL FROM said: empty or ``<>`` for the null sender,
    None where it is not known.
    """
    if letter.automatic is not None:
        return letter.automatic
    if envelope_sender is not None and envelope_sender.strip() in {"", "<>"}:
        return AutomaticReason.NULL_SENDER
    return None


def may_be_answered(letter: Letter, envelope_sender: str | None) -> tuple[bool, str]:
    """Return whether a machine may answer ``letter``, and why not; '' where it may.

    Beside what machines wrote this spares lists, bulk mail, senders that nobody reads
    and those who ask for no automatic answer; each of them may yet open a case.
    """
    if automatic_reason(letter, envelope_sender) is not None:
        return False, SilenceReason.AUTOMATIC
    if letter.silence is not None:
        return False, letter.silence
    receiver = letter.reply_to or letter.sender
    if receiver is None:
        return False, SilenceReason.NO_SENDER
    local_parts = [receiver.local_part]
    if letter.sender is not None:
        local_parts.append(letter.sender.local_part)
    if envelope_sender:
        local_parts.append(envelope_sender.strip("<> ").rpartition("@")[0])
    if any(takes_no_reply(local_part) for local_part in local_parts):
        return False, SilenceReason.NO_REPLY_SENDER
    return True, ""
