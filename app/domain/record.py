"""What the record of a case and of the house can say: the actions of audit events."""

from enum import StrEnum


class Action(StrEnum):
    """What an audit event records (办理记录)."""

    REGISTERED = "registered"
    ADDED = "added"
    """The citizen added something."""

    ADDITION_SEEN = "addition_seen"
    """Somebody of the staff read what the citizen added."""

    CLASSIFIED = "classified"
    KIND_SET = "kind_set"
    TAKEN_UP = "taken_up"
    """Somebody was handed a new case to work on next."""

    PUT_BACK = "put_back"
    """Whoever had taken it up went on without doing anything."""

    ASSIGNED = "assigned"
    RETURNED = "returned"
    NOTED = "noted"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    QUESTION_ASKED = "question_asked"
    """The office asked the citizen for more."""

    DISOWNED = "disowned"
    """The person whose address it bears said that they did not write it."""

    REINSTATED = "reinstated"
    SUGGESTION_SETTLED = "suggestion_settled"
    CONTACT_SEEN = "contact_seen"
    """Somebody of the staff looked at the citizen's contact details."""

    ATTACHMENT_SEEN = "attachment_seen"
    ORIGINAL_SEEN = "original_seen"
    HELD_RELEASED = "held_released"
    HELD_DISCARDED = "held_discarded"
    HELD_JOINED = "held_joined"
    HELD_TAKEN_BACK = "held_taken_back"
    HELD_DECODED = "held_decoded"
    MAIL_PARKED = "mail_parked"
    MAIL_BOUNCED = "mail_bounced"
    """A letter of ours came back as undeliverable."""

    MAIL_WITHHELD = "mail_withheld"
    MAIL_RETRIED = "mail_retried"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an action, no password
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    OFFICE_ADDED = "office_added"
    WORDING_CHANGED = "wording_changed"
    MAILBOX_ADDED = "mailbox_added"
    MAILBOX_CHANGED = "mailbox_changed"
    MAILBOX_REMOVED = "mailbox_removed"
    NOTICE_IMPORTED = "notice_imported"
    NOTICE_PUBLISHED = "notice_published"
