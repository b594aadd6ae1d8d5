"""The signs by which a letter shows that a machine wrote it, or wants no answer."""

from enum import StrEnum
from typing import Final

from app.mail.machinery.machines import (
    is_answering_machines,
    is_delivery_reports,
    is_mail_system,
    may_be_a_persons,
    takes_no_reply,
)
from app.mail.machinery.parts import parts_of, texts_of
from app.mail.machinery.report_phrases import (
    above_letter,
    addresses_in,
    tells_of_failure,
)
from app.mail.outgoing import MARKER
from app.mail.parts.headers import Headers
from app.mail.parts.structure import Node
from app.mail.parts.words import read_words


class AutomaticReason(StrEnum):
    """Why a letter counts as written by a machine (RFC 3834, sections 2 and 5)."""

    OWN = "own"
    """It bears our own mark."""

    FEEDBACK = "feedback"
    """Somebody called a letter of ours a nuisance (RFC 5965)."""

    RECEIPT = "receipt"
    """Somebody opened, or threw away, a letter of ours (RFC 8098)."""

    REPORT = "report"
    """A mail system tells what became of a letter (RFC 3464)."""

    CALENDAR = "calendar"
    """A calendar invites, accepts or calls off (RFC 6047)."""

    FAILED_RECIPIENTS = "failed_recipients"

    MAIL_SYSTEM = "mail_system"
    """From mailer-daemon, postmaster or their like."""

    AUTO_REPLY_HEADER = "auto_reply_header"
    AUTO_SUBMITTED = "auto_submitted"

    NULL_SENDER = "null_sender"
    """The envelope names no sender: bounces and the like (RFC 5321, section 4.5.5)."""

    SUBJECT = "subject"
    TEXT = "text"
    """It begins by saying so of itself, and nothing else shows it."""


class SilenceReason(StrEnum):
    """Why a letter must not be answered by a machine, whoever wrote it."""

    AUTOMATIC = "automatic"
    LIST = "list"
    BULK = "bulk"
    RESPONSE_SUPPRESSED = "response_suppressed"
    """X-Auto-Response-Suppress, which Exchange sets."""

    OWN_ADDRESS = "own_address"
    """The answer would come back to us."""

    NO_REPLY_SENDER = "no_reply_sender"
    NO_SENDER = "no_sender"


def automatic_sign(root: Node, *, subject: str) -> AutomaticReason | None:
    """Return the most telling sign in ``root`` that a machine wrote it.

    None: a person did.
    """
    headers = root.headers
    if MARKER.casefold() in headers:
        return AutomaticReason.OWN
    structure = _sign_of_structure(root)
    if structure is not None:
        return structure
    sender = read_words(headers.first("from"), faults=set())
    signs = {
        AutomaticReason.FAILED_RECIPIENTS: "x-failed-recipients" in headers,
        AutomaticReason.MAIL_SYSTEM: is_mail_system(sender)
        or is_mail_system(headers.first("return-path").decode("ascii", "ignore")),
        AutomaticReason.AUTO_REPLY_HEADER: _is_auto_reply(headers),
        AutomaticReason.AUTO_SUBMITTED: headers.word("auto-submitted")
        not in {"", "no"},
        AutomaticReason.NULL_SENDER: headers.first("return-path").strip() == b"<>",
        AutomaticReason.SUBJECT: _subject_tells(root, subject),
    }
    return next((reason for reason, seen in signs.items() if seen), None)


def silence_sign(headers: Headers) -> SilenceReason | None:
    """Return the header's sign that no machine should answer; None: there is none.

    Lists carry the letters of people, which is why this is no sign of a machine.
    """
    if any(name in headers for name in _LIST_FIELDS):
        return SilenceReason.LIST
    if headers.word("precedence") in {"bulk", "junk", "list"}:
        return SilenceReason.BULK
    suppressed = headers.first("x-auto-response-suppress").lower()
    if any(kind in suppressed for kind in (b"all", b"autoreply", b"oof")):
        return SilenceReason.RESPONSE_SUPPRESSED
    return None


def _sign_of_structure(root: Node) -> AutomaticReason | None:
    """Return what the parts say; of a report the parts may be missing or damaged."""
    parts = list(parts_of(root))
    kinds = {part.media_type for part in parts}
    for kind, reason in _PARTS.items():
        if kind in kinds:
            return reason
    written = root.headers.first("content-type").strip().lower()
    if written.startswith(b"multipart/report"):
        return _reported(written)
    if any(_COMPLAINED in part.content[:_TOP].lower() for part in _enclosed(parts)):
        return AutomaticReason.FEEDBACK
    returns = kinds & _ENCLOSED and silence_sign(root.headers) is None
    if returns and _nobody_reads(root.headers):
        return AutomaticReason.REPORT
    beside = _attached(root)
    if any(_is_invitation(part) for part in parts if part not in beside):
        return AutomaticReason.CALENDAR
    return None


def _subject_tells(root: Node, subject: str) -> bool:
    """Whether the subject is a machine's; one that a person may choose needs more."""
    if is_answering_machines(subject):
        return True
    if not is_delivery_reports(subject):
        return False
    if not may_be_a_persons(subject):
        return True
    said = above_letter("\n".join(texts_of(list(parts_of(root)))))
    return not said.strip() or bool(tells_of_failure(said) and addresses_in(said))


def _reported(written: bytes) -> AutomaticReason:
    if b"disposition-notification" in written:
        return AutomaticReason.RECEIPT
    if b"feedback-report" in written:
        return AutomaticReason.FEEDBACK
    return AutomaticReason.REPORT


def _enclosed(parts: list[Node]) -> list[Node]:
    return [part for part in parts if part.media_type in _ENCLOSED]


def _nobody_reads(headers: Headers) -> bool:
    """Whether the letter comes from an address that takes no reply."""
    sender = headers.first("from").decode("ascii", "ignore").rpartition("<")[2]
    return takes_no_reply(sender.strip().partition("@")[0])


def _attached(root: Node) -> frozenset[Node]:
    """Return what hangs beside the letter: an invitation there was put by a person."""
    return frozenset(root.children if root.media_type == "multipart/mixed" else ())


def _is_invitation(part: Node) -> bool:
    written = part.headers.first("content-type").lower()
    return part.media_type == "text/calendar" and b"method" in written


def _is_auto_reply(headers: Headers) -> bool:
    if any(name in headers for name in _MACHINE_FIELDS):
        return True
    precedences = {headers.word(name).replace("-", "_") for name in _PRECEDENCE_FIELDS}
    if "auto_reply" in precedences:
        return True
    return headers.word("delivered-to") == "autoresponder"


_PARTS: Final = {
    "message/feedback-report": AutomaticReason.FEEDBACK,
    "message/disposition-notification": AutomaticReason.RECEIPT,
    "message/global-disposition-notification": AutomaticReason.RECEIPT,
    "message/delivery-status": AutomaticReason.REPORT,
    "message/global-delivery-status": AutomaticReason.REPORT,
    "text/rfc822-headers": AutomaticReason.REPORT,
    "message/global-headers": AutomaticReason.REPORT,
}
_ENCLOSED: Final = frozenset({"message/rfc822", "message/global"})
_COMPLAINED: Final = b"x-hmxmroriginalrecipient:"
"""Written into each letter that Outlook.com returns as somebody's complaint."""

_TOP: Final = 2_000
_LIST_FIELDS: Final = (
    "list-id",
    "list-post",
    "list-help",
    "list-unsubscribe",
    "list-subscribe",
    "list-owner",
    "list-archive",
    "mailing-list",
    "x-mailing-list",
)
_MACHINE_FIELDS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-auto-respond",
    "x-autoreply-from",
    "x-autoreply-domain",
    "x-mail-autoreply",
    "x-autogenerated",
    "x-vacation",
    "x-fc-machinegenerated",
    "x-ms-exchange-message-is-ndr",
    "x-amz-sns-message-id",
    "x-cron-env",
)
_PRECEDENCE_FIELDS: Final = ("precedence", "x-precedence", "preference")
