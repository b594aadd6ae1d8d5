"""What is stored: tables and nothing else."""

from app.models.arrival import Arrival
from app.models.audit import AuditEvent
from app.models.base import Base
from app.models.case import Answer, Case, Classification, Note, Strand, Suggestion
from app.models.mailbox import Mailbox
from app.models.notice import Notice, NoticeVersion, Section, SectionText
from app.models.opinion import Addition, Attachment, Contact, Opinion
from app.models.outbox import LetterWording, OutboxMessage, UnreachableAddress
from app.models.staff import Office, Staff, StaffSession

__all__ = [
    "Addition",
    "Answer",
    "Arrival",
    "Attachment",
    "AuditEvent",
    "Base",
    "Case",
    "Classification",
    "Contact",
    "LetterWording",
    "Mailbox",
    "Note",
    "Notice",
    "NoticeVersion",
    "Office",
    "Opinion",
    "OutboxMessage",
    "Section",
    "SectionText",
    "Staff",
    "StaffSession",
    "Strand",
    "Suggestion",
    "UnreachableAddress",
]
