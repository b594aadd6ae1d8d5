"""What a step at a case was refused for, and which field of the page that is about."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.vocabulary import Move
from app.errors import AppError, Conflict, InvalidInput

_FIELDS: Final = {
    "answer": {"text": "answer", "disposition": "ending"},
    "ask": {"text": "question"},
    "assign": {"to": "to"},
    "close": {"disposition": "disposition"},
    "co_due": {"day": "due-{office}"},
    "co_office": {"office": "co-office"},
    "contact": {"ground": "ground", "why": "why"},
    "dispute": {"ground": "dispute-ground", "words": "dispute-words"},
    "extend": {"reason": "extended"},
    "kind": {"kind": "kind"},
    "note": {"text": "note"},
    "reinstate": {"reason": "reinstated"},
    "reject": {"remark": "ruling-remark"},
    "reopen": {"reason": "reopened"},
    "return": {"reason": "returned"},
    "set_aside": {"remark": "aside-{reply}"},
    "split": {"section": "further"},
    "supervise": {"text": "chased"},
    "uphold": {"office": "ruled-office", "remark": "ruling-remark"},
}
"""What the fields of each step are called on the page, where many stand together."""

_NEEDS: Final = {
    "answer": Move.ANSWER, "ask": Move.ANSWER, "return": Move.RETURN,
    "reopen": Move.REOPEN,
}  # fmt: skip
"""The forms that a page has only while the case can make that move."""

_WRITTEN: Final = ("text", "reason", "words", "remark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upset:
    """What a step was refused for, and what was typed for it."""

    step: str
    error: AppError
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def beside(self) -> str | None:
        """The field that is at fault; None: it is no single one."""
        return self.error.field if isinstance(self.error, InvalidInput) else None

    @property
    def place(self) -> str | None:
        """What that field is called on the page; None: there is no such field."""
        found = _FIELDS.get(self.step, {}).get(self.beside or "")
        return found and found.format_map(self.typed)

    def adrift(self, moves: Container[Move | None]) -> str:
        """Return what was written into a form that may not be on the page any more."""
        there = self.step == "note" or _NEEDS.get(self.step) in moves
        if there or not isinstance(self.error, Conflict):
            return ""
        return next((self.typed[each] for each in _WRITTEN if self.typed.get(each)), "")
