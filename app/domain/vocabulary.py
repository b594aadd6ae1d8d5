"""The words of the house: every enumeration that is stored, sent or shown.

The values are what the database, the API and the logs say; the Chinese and English
labels stand in ``app/web/locales``.
"""

from enum import StrEnum


class Channel(StrEnum):
    """The door an opinion came through (渠道)."""

    WEB = "web"
    API = "api"
    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"


class Kind(StrEnum):
    """What an opinion wants (性质)."""

    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    INQUIRY = "inquiry"
    REPORT = "report"
    """A report of wrongdoing (举报)."""

    PRAISE = "praise"


class Fate(StrEnum):
    """What became of an arrival (去向): each ends in exactly one of these."""

    OPENED = "opened"
    """It opened a case."""

    JOINED = "joined"
    """It joined a case that was there."""

    DUPLICATE = "duplicate"
    """The same arrival came before."""

    HELD = "held"
    """It waits for a person (待甄别); the reason says why."""

    REFUSED = "refused"
    """It was turned down, and its sender or the reason column knows why."""


class HoldReason(StrEnum):
    """Why an arrival is held for a person to look at."""

    AUTOMATIC = "automatic"
    """A machine wrote it (RFC 3834, a bounce, an out-of-office reply)."""

    EMPTY = "empty"
    """It has neither text nor an attachment."""

    NO_NOTICE = "no_notice"
    """No published notice it could be about."""

    NO_SENDER = "no_sender"
    """It names no sender whom an answer could reach."""

    POSTMASTER = "postmaster"
    """It is for whoever runs the mail here (RFC 5321, section 4.5.1)."""

    UNREADABLE = "unreadable"
    """It could not be read; the original is kept."""

    TOO_LARGE = "too_large"
    NOT_FETCHED = "not_fetched"
    """Its mail server does not give it out; only its beginning is kept."""

    BROKE_READER = "broke_reader"
    """Reading it took too much time or memory, or failed; the original is kept."""

    TAKEN_BACK = "taken_back"
    TRAPPED = "trapped"
    """A field of the form was filled in that nobody sees; its writer has a receipt."""

    UNPROVEN = "unproven"
    """It came by form in a flood, from a browser that did not do the sum asked for."""

    ADVERTISING = "advertising"
    """It came by form, with links as advertisers write them."""

    NOT_LIAISON = "not_liaison"
    """It answers a letter to an office's liaison, from another address than that."""

    LIAISON_VOID = "liaison_void"
    """A liaison answers for a case that is with that office no more, or is over."""


class RefuseReason(StrEnum):
    """Why an arrival is turned down."""

    LOOP = "loop"
    """We sent it ourselves, or it has travelled in circles."""

    DISCARDED = "discarded"
    """A person of the staff looked at it and set it aside."""


class Method(StrEnum):
    """Who or what said which section an opinion is about."""

    CITIZEN = "citizen"
    MODEL = "model"
    STAFF = "staff"
    ENDPOINT = "endpoint"
    """A model outside, asked beside ours (外部模型): a vote that places nothing."""


class Status(StrEnum):
    """Where a case stands (办理状态). Overdue is no status: it is computed."""

    REGISTERED = "registered"
    """In the supervision office's queue, nobody's yet (已登记)."""

    ASSIGNED = "assigned"
    """With an office or a person (已转办)."""

    ANSWERED = "answered"
    """The citizen has an answer; the case is still open (已答复)."""

    CLOSED = "closed"
    """The procedure is over (已办结)."""

    JOINED = "joined"
    """Its opinions are dealt with in another case, as one with others (已并案)."""


class Move(StrEnum):
    """A step in a case's life that somebody takes."""

    ASSIGN = "assign"
    RETURN = "return"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    REVIEW = "review"
    """The citizen asks for a second look at an answer (复查)."""

    JOIN = "join"
    SEPARATE = "separate"


class Disposition(StrEnum):
    """How a closed case ended (办理结果)."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    EXPLAINED = "explained"
    REFERRED = "referred"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What a member of the staff may do."""

    CLERK = "clerk"
    """Works the supervision office's queue."""

    OFFICER = "officer"
    """Answers for one office and sees only its cases."""

    SUPERVISOR = "supervisor"
    """Leads the supervision office."""

    ADMINISTRATOR = "administrator"
    """Does all of it, and sets the service up."""

    AUDITOR = "auditor"
    """Reads everything and changes nothing."""


class Language(StrEnum):
    """A language the interface speaks; Chinese first."""

    ZH = "zh"
    EN = "en"


class MailPurpose(StrEnum):
    """Why a letter goes out."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    QUESTION = "question"
    """The office asks for more."""

    CLOSING = "closing"
    """The procedure is over."""

    EXTENSION = "extension"
    """The answer will take longer."""

    REMINDER = "reminder"
    """Whoever was asked, and is silent, is asked once more."""

    RECEIPTS = "receipts"
    """Whoever lost receipt or code is told the numbers, and how to set new codes."""

    SUBSCRIPTION = "subscription"
    """Somebody wants to hear of an item: was it whoever has the address?"""

    PROGRESS = "progress"
    """Something came of an item that somebody follows."""

    LIAISON = "liaison"
    """A case goes to an office's liaison; no citizen gets it."""

    INVITATION = "invitation"
    """A colleague is invited; no citizen gets it."""


class MailState(StrEnum):
    """Where an outbox message stands (待发邮件)."""

    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"
    """Tried too often; a person has to look."""

    WITHHELD = "withheld"
    """Not sent: an earlier letter to the same address came back."""

    BOUNCED = "bounced"
    """Sent, and word came back that it did not reach its receiver."""


class NoticeState(StrEnum):
    """Whether the public sees a notice."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Tab(StrEnum):
    """A part of the queue."""

    NEW = "new"
    """Nobody's yet: to be assigned, or to be taken up within the own office."""

    MINE = "mine"
    DUE_SOON = "due_soon"
    """An answer is due within two working days."""

    OVERDUE = "overdue"
    SUPERVISED = "supervised"
    """The supervision office chases them, and they wait for an answer still."""

    UNREAD = "unread"
    """The citizen added something, perhaps after the case was closed."""

    CO = "co"
    """Open cases of other offices on which the own office is asked what it thinks."""

    WATCHED = "watched"
    MENTIONED = "mentioned"
    """Cases with a note that names the person, who has not seen it yet."""

    SNOOZED = "snoozed"
    RESTRICTED = "restricted"
    """Reports of wrongdoing that are open, for those alone who may see them."""

    ALL = "all"


class ContactGround(StrEnum):
    """Why somebody of the staff looks at a citizen's contact details."""

    CLARIFY = "clarify"
    """To ask what was meant."""

    REPLY = "reply"
    """To bring the answer by telephone or on paper."""

    OTHER = "other"


class DiscardGround(StrEnum):
    """Why a held arrival is set aside for good."""

    SPAM = "spam"
    MACHINE = "machine"
    """A machine wrote it, and nobody waits for an answer."""

    OFF_TOPIC = "off_topic"
    """It is about no notice and no matter of this office."""

    REPEAT = "repeat"
    """The same has been said in a case that is open."""

    NOTHING = "nothing"
    """It holds nothing that could be worked on."""
