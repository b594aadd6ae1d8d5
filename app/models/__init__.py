"""What is stored: tables and nothing else."""

from app.models.account import (
    CodeDevice,
    FactorRule,
    Invitation,
    KnownBrowser,
    LinkedIdentity,
    Passkey,
    RecoveryCode,
    SignInAttempt,
)
from app.models.answer import Answer, Note
from app.models.answering import (
    AnswerTemplate,
    CaseLook,
    KeptDraft,
    SubmittedAnswer,
)
from app.models.arrival import Arrival
from app.models.audit import AuditEvent
from app.models.base import Base
from app.models.case import Case, Classification, Strand, Suggestion
from app.models.clock import (
    CalendarEntry,
    ClockExtension,
    ClockPause,
    ClockRekinding,
    PolicyVersion,
)
from app.models.feature import FeatureSwitch
from app.models.figure import FigureReckoning, WeekFigure
from app.models.following import (
    MailGrant,
    MailRequest,
    Rating,
    ReviewRequest,
    SectionNews,
    Subscription,
)
from app.models.held_opinion import HeldOpinion
from app.models.hot_topic import HotTopic, HotTopicOpinion, HotTopicSurvey
from app.models.importing import ImportFile, ImportPart, ImportPiece
from app.models.learning import Confirmation, ModelVersion
from app.models.likeness import Joining, JoiningRule, Likeness, LikenessKey
from app.models.mailbox import Mailbox
from app.models.notice import Notice, NoticeVersion, Section, SectionText
from app.models.offices import (
    Dispute,
    Liaison,
    LiaisonFile,
    LiaisonLetter,
    LiaisonReply,
)
from app.models.opinion import Addition, Attachment, Contact, Opinion
from app.models.outbox import LetterWording, OutboxMessage, UnreachableAddress
from app.models.publishing import ApiClient, ProgressNote, Publication
from app.models.queue import (
    Batch,
    BatchCase,
    CaseWatch,
    DeskChoice,
    Mention,
    SavedView,
)
from app.models.routing import (
    CaseOffice,
    ComplainedOf,
    OfficeName,
    RoutedCase,
    RoutingRule,
    RoutingTable,
)
from app.models.staff import Office, Staff, StaffSession
from app.models.topic import TopicLink, TopicTable, TopicWords

__all__ = [
    "Addition",
    "Answer",
    "AnswerTemplate",
    "ApiClient",
    "Arrival",
    "Attachment",
    "AuditEvent",
    "Base",
    "Batch",
    "BatchCase",
    "CalendarEntry",
    "Case",
    "CaseLook",
    "CaseOffice",
    "CaseWatch",
    "Classification",
    "ClockExtension",
    "ClockPause",
    "ClockRekinding",
    "CodeDevice",
    "ComplainedOf",
    "Confirmation",
    "Contact",
    "DeskChoice",
    "Dispute",
    "FactorRule",
    "FeatureSwitch",
    "FigureReckoning",
    "HeldOpinion",
    "HotTopic",
    "HotTopicOpinion",
    "HotTopicSurvey",
    "ImportFile",
    "ImportPart",
    "ImportPiece",
    "Invitation",
    "Joining",
    "JoiningRule",
    "KeptDraft",
    "KnownBrowser",
    "LetterWording",
    "Liaison",
    "LiaisonFile",
    "LiaisonLetter",
    "LiaisonReply",
    "Likeness",
    "LikenessKey",
    "LinkedIdentity",
    "MailGrant",
    "MailRequest",
    "Mailbox",
    "Mention",
    "ModelVersion",
    "Note",
    "Notice",
    "NoticeVersion",
    "Office",
    "OfficeName",
    "Opinion",
    "OutboxMessage",
    "Passkey",
    "PolicyVersion",
    "ProgressNote",
    "Publication",
    "Rating",
    "RecoveryCode",
    "ReviewRequest",
    "RoutedCase",
    "RoutingRule",
    "RoutingTable",
    "SavedView",
    "Section",
    "SectionNews",
    "SectionText",
    "SignInAttempt",
    "Staff",
    "StaffSession",
    "Strand",
    "SubmittedAnswer",
    "Subscription",
    "Suggestion",
    "TopicLink",
    "TopicTable",
    "TopicWords",
    "UnreachableAddress",
    "WeekFigure",
]
