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
    SPLIT = "split"
    """An opinion on a second matter got a case for that."""

    MERGED = "merged"
    """Such a case was taken back into the one that it came from."""

    RESTRICTED = "restricted"
    """It was put before the restricted desk, as a report of wrongdoing."""

    UNRESTRICTED = "unrestricted"
    """The restricted desk let everybody see it again."""

    TAKEN_UP = "taken_up"
    """Somebody was handed a new case to work on next."""

    PUT_BACK = "put_back"
    """Whoever had taken it up went on without doing anything."""

    ASSIGNED = "assigned"
    ROUTED = "routed"
    """The table sent it to an office."""

    KEPT_BACK = "kept_back"
    """The table would have sent it to whom it complains of."""

    SNOOZED = "snoozed"
    """It was put out of the way until a day."""

    WOKEN = "woken"
    BATCH_UNDONE = "batch_undone"
    """A step that was taken on several cases was taken back on this one."""

    CO_OFFICE_ADDED = "co_office_added"
    CO_OFFICE_REMOVED = "co_office_removed"
    RETURNED = "returned"
    DISPUTED = "disputed"
    """Its office said that it is not its own."""

    DISPUTE_UPHELD = "dispute_upheld"
    DISPUTE_REJECTED = "dispute_rejected"
    CO_DUE_SET = "co_due_set"
    """Until when a co-office's opinion is wanted."""

    CONTRIBUTED = "contributed"
    """A co-office wrote what it thinks."""

    LIAISON_WRITTEN = "liaison_written"
    """It was sent to an office's liaison by mail."""

    LIAISON_REPLIED = "liaison_replied"
    LIAISON_AWAY = "liaison_away"
    """A machine answered in the liaison's place."""

    LIAISON_TAKEN_OVER = "liaison_taken_over"
    LIAISON_SET_ASIDE = "liaison_set_aside"
    LIAISON_CHANGED = "liaison_changed"
    """An office has another liaison, or none by mail any more."""

    NOTED = "noted"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    ANSWER_SUBMITTED = "answer_submitted"
    """An answer waits for a second signature."""

    ANSWER_SIGNED = "answer_signed"
    """A second person agreed to it, and so it left."""

    ANSWER_SENT_BACK = "answer_sent_back"
    ANSWER_WITHDRAWN = "answer_withdrawn"
    """Its writer took it back before anybody decided."""

    ANSWER_OVERTAKEN = "answer_overtaken"
    """The case was closed, or went elsewhere, before anybody decided."""

    NOTE_CHANGED = "note_changed"
    NOTE_DELETED = "note_deleted"
    QUESTION_ASKED = "question_asked"
    """The office asked the citizen for more."""

    RATED = "rated"
    """The citizen said whether an answer solved the matter."""

    REVIEW_ASKED = "review_asked"
    """The citizen asked for a second look at an answer (复查)."""

    WITHDRAWN = "withdrawn"
    """The citizen took the opinion back (撤回)."""

    CONTACT_CORRECTED = "contact_corrected"
    """The citizen changed the contact details."""

    ERASED = "erased"
    """The citizen had personal data erased."""

    CODE_RENEWED = "code_renewed"
    """The citizen set a new query code."""

    DISOWNED = "disowned"
    """The person whose address it bears said that they did not write it."""

    REINSTATED = "reinstated"
    SUGGESTION_SETTLED = "suggestion_settled"
    CONTACT_SEEN = "contact_seen"
    """Somebody of the staff looked at the citizen's contact details."""

    ATTACHMENT_SEEN = "attachment_seen"
    ORIGINAL_SEEN = "original_seen"
    CASE_JOINED = "case_joined"
    """It was joined into another case, which answers for both."""

    CASES_JOINED = "cases_joined"
    """Others were joined into it."""

    CASE_SEPARATED = "case_separated"
    """That was taken back: it stands for itself again."""

    CASES_SEPARATED = "cases_separated"
    SUGGESTED_AGAIN = "suggested_again"
    JOINING_RULE_CHANGED = "joining_rule_changed"
    REREAD = "reread"
    """The letter of a case was read in another charset, and that kept beside it."""

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
    FACTOR_ADDED = "factor_added"
    """Somebody set up a device for codes, or a passkey."""

    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    """An administrator took away the second factors of somebody who lost them."""

    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTOR_RULE_CHANGED = "factor_rule_changed"
    """An administrator said whether a role needs a second factor."""

    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    SESSIONS_ENDED = "sessions_ended"
    """Somebody signed other browsers out."""

    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    STAFF_CLOSED = "staff_closed"
    """An account was closed: its owner has left."""

    STAFF_REOPENED = "staff_reopened"
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    OFFICE_ADDED = "office_added"
    OFFICE_CHANGED = "office_changed"
    COUNTERSIGNING_CHANGED = "countersigning_changed"
    """An office's answers need a second signature from now on, or no more."""

    TEMPLATE_CHANGED = "template_changed"
    ROUTING_CHANGED = "routing_changed"
    """Somebody changed the table."""

    OFFICE_NAMES_CHANGED = "office_names_changed"
    EXPORTED = "exported"
    """A list of cases was taken out of the house."""

    FIGURES_EXPORTED = "figures_exported"
    """The report was, as a workbook."""

    RECORD_EXPORTED = "record_exported"
    """This record was."""

    IMPORT_REPORT_EXPORTED = "import_report_exported"
    """What became of a file of earlier opinions was, with what was set aside."""

    EXPORT_ENDED = "export_ended"
    """Such a file was sent to its end, or broken off before that. Where it is missing,
    the service was killed meanwhile."""

    WORDING_CHANGED = "wording_changed"
    TOPIC_ADDED = "topic_added"
    TOPIC_CHANGED = "topic_changed"
    """Somebody changed what it is recognised by, or what it belongs to."""

    TOPIC_REMOVED = "topic_removed"
    MODEL_LEARNED = "model_learned"
    """A model learned from what clerks confirmed, and was taken into use or not."""

    MODEL_SWITCHED = "model_switched"
    """Somebody chose another model, or the notice's words alone."""

    MAILBOX_ADDED = "mailbox_added"
    MAILBOX_CHANGED = "mailbox_changed"
    MAILBOX_REMOVED = "mailbox_removed"
    ANSWER_PUBLISHED = "answer_published"
    """Question and answer were put before the public, or worded anew there."""

    ANSWER_UNPUBLISHED = "answer_unpublished"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """The citizen no longer wants question and answer to be published."""

    PROGRESS_NOTED = "progress_noted"
    PROGRESS_TAKEN_BACK = "progress_taken_back"
    API_CLIENT_ADDED = "api_client_added"
    API_CLIENT_REVOKED = "api_client_revoked"
    IMPORT_BEGUN = "import_begun"
    """A file of earlier opinions was brought in, to be looked at."""

    IMPORT_STARTED = "import_started"
    IMPORT_REMOVED = "import_removed"
    """The file and its report were taken away; what came of it stays."""

    IMPORTED = "imported"
    """It came out of such a file."""

    FEATURE_SWITCHED = "feature_switched"
    """Something that the service offers was turned off, or on again."""

    NOTICE_IMPORTED = "notice_imported"
    NOTICE_PUBLISHED = "notice_published"
    FELL_OVERDUE = "fell_overdue"
    """No answer was given in time; the supervision office was told."""

    SUPERVISED = "supervised"
    """The supervision office chased it."""

    CITIZEN_REMINDED = "citizen_reminded"
    """Whoever was asked, and was silent, was reminded; or could not be."""

    DUE_RECKONED = "due_reckoned"
    """It became one of another kind, and is due by that kind's policy."""

    CLOCK_RESUMED = "clock_resumed"
    DUE_CONFIRMED = "due_confirmed"
    """The calendar of a year became known by which it had been guessed."""

    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    CALENDAR_CHANGED = "calendar_changed"
    POLICY_CHANGED = "policy_changed"
    NOTICE_CHANGED = "notice_changed"
    """Opinions are taken on other days."""

    NOTICE_WITHDRAWN = "notice_withdrawn"
    """A version that nobody outside had read was taken away."""
