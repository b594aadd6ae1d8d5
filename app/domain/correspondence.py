"""More words of the house: those of mailboxes, and of letters that answer others.

As in `vocabulary`, the values are what is stored and shown.
"""

from enum import StrEnum


class SuggestionGround(StrEnum):
    """Why something may belong to an older opinion; too weak to join it unasked."""

    NUMBER = "number"
    """It names the receipt number, and somebody else wrote it."""

    SUBJECT = "subject"
    """The same writer, and the subject of an opinion of theirs."""

    REPEAT = "repeat"
    """The same person, and nearly the same words."""

    CAMPAIGN = "campaign"
    """Others wrote nearly the same words."""


class JoinReason(StrEnum):
    """Why a machine's letter belongs to an opinion."""

    BOUNCE = "bounce"
    """A letter of ours came back (退信)."""

    REPORT = "report"
    """A mail system tells of a letter of ours that it is late, or has arrived."""


class JoinGround(StrEnum):
    """Why a held letter may belong to an older opinion."""

    REPLY = "reply"
    """It answers a letter of ours."""

    NUMBER = "number"
    """It names the receipt number."""

    WRITER = "writer"
    """The same person wrote it."""

    SUBJECT = "subject"
    """The older one speaks of what its subject says."""


class WithholdGround(StrEnum):
    """Why a letter of ours is not sent."""

    UNREACHABLE = "unreachable"
    """An earlier letter to the same address came back."""

    SENDER_CAP = "sender_cap"
    """The same writer had the most acknowledgements that one gets in a day."""

    GIVEN_UP = "given_up"
    """It could not be delivered, and somebody let it be."""

    DAY_CAP = "day_cap"
    """As many acknowledgements went out as may in a day."""

    DISOWNED = "disowned"
    """Whose address it is did not write the opinion."""

    ERASED = "erased"
    """The citizen had the address erased."""

    AUTOMATIC = "automatic"
    """A machine wrote the letter."""

    LIST = "list"
    BULK = "bulk"
    RESPONSE_SUPPRESSED = "response_suppressed"
    """The letter asks for no automatic answer."""

    OWN_ADDRESS = "own_address"
    """It would come back to us."""

    NO_REPLY_SENDER = "no_reply_sender"
    """Nobody reads what is sent to that address."""

    DOUBTFUL = "doubtful"
    """A mail system that we trust says that the address is not the writer's."""

    UNADDRESSABLE = "unaddressable"
    """No letter can be addressed so."""

    ARCHIVED = "archived"
    """The letter was brought in from an archive; nobody expects an answer."""


class MailboxSecurity(StrEnum):
    """How the way to a mailbox is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """Not at all: within one machine only."""


class MailboxSignIn(StrEnum):
    """How we show that a mailbox is ours to read."""

    PASSWORD = "password"  # noqa: S105 - a way to sign in, no password
    OAUTH = "oauth"
    """With an access token (XOAUTH2)."""


class MailboxTrouble(StrEnum):
    """What keeps us from reading a mailbox."""

    UNREACHABLE = "unreachable"
    """No connection comes about."""

    INSECURE = "insecure"
    """The server cannot show who it is, or offers no TLS."""

    SIGN_IN_REFUSED = "sign_in_refused"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a trouble, no password
    """No access token is given any more: somebody has to consent again."""

    TOKEN_UNREACHABLE = "token_unreachable"  # noqa: S105 - a trouble, no password
    """Whoever gives access tokens does not answer as it should."""

    NO_FOLDER = "no_folder"
    NOT_FILED = "not_filed"
    """Letters come in, and stay where they are: the folder for them is not there."""

    SILENT = "silent"
    """The server took the connection and does not answer."""

    CUT = "cut"
    """The connection broke off."""

    REFUSED = "refused"
    """The server will not do something that it was asked to."""

    ODD = "odd"
    """The server says something that is no IMAP."""

    SEALED = "sealed"
    """The secret was sealed by another installation."""

    FAULT = "fault"
    """A fault of ours; the log has it."""
