"""A filled-in form that is held: what it said, sealed, and what it would become."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from app.domain.submission import ContactDetails, Submission
from app.domain.vocabulary import Channel, Kind, Language
from app.sealing import Seal
from app.services.enclosing import contact_facts

PURPOSE = "held opinion"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """What a held form said, without its files, and the receipt that it was given."""

    receipt_number: str
    said: Submission

    @classmethod
    def opened(
        cls, seal: Seal, sealed: bytes, *, receipt_number: str, received_at: datetime
    ) -> Self:
        """Return the form that ``sealed`` holds.

        Raises:
            BrokenSealError: It was kept under another secret.
        """
        facts = json.loads(seal.open(sealed, purpose=PURPOSE))
        kind = facts.pop("kind")
        said = Submission(
            channel=Channel(facts.pop("channel")),
            kind=Kind(kind) if kind else None,
            contact=ContactDetails(**facts.pop("contact")),
            language=Language(facts.pop("language")),
            received_at=received_at,
            **facts,
        )
        return cls(receipt_number=receipt_number, said=said)


def sealed(seal: Seal, submission: Submission) -> bytes:
    """Return what is kept of a form beside the letter that shows text and files."""
    facts = {
        "channel": submission.channel,
        "notice": submission.notice,
        "section": submission.section,
        "kind": submission.kind,
        "subject": submission.subject,
        "text": submission.text,
        "contact": contact_facts(submission.contact),
        "anonymous": submission.anonymous,
        "desk_only": submission.desk_only,
        "may_publish": submission.may_publish,
        "language": submission.language,
        "consent_version": submission.consent_version,
        "retry_token": submission.retry_token,
    }
    return seal.close(json.dumps(facts, ensure_ascii=False).encode(), purpose=PURPOSE)
