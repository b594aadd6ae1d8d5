"""Words of answering: what may be kept as a draft, and how an approver decides."""

from enum import StrEnum


class DraftPart(StrEnum):
    """What a draft is to become."""

    ANSWER = "answer"
    ASK = "ask"
    """A question to the citizen."""

    NOTE = "note"


class Verdict(StrEnum):
    """What became of an answer that waited for a second signature."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    """Its writer took it back, or submitted a newer one."""

    OVERTAKEN = "overtaken"
    """The case was closed, or went elsewhere, before anybody decided."""


class TemplateDeed(StrEnum):
    """What somebody did to a template."""

    ADDED = "added"
    CHANGED = "changed"
    ARCHIVED = "archived"
    """It is offered no more."""

    RESTORED = "restored"
