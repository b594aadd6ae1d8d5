"""Formed: what came by form as a letter, so that the holding pen shows it like one.

It names nobody: how to reach the writer is kept apart from it, as of any opinion.
"""

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

from app.domain.submission import File


def letter_of(
    *, subject: str, text: str, files: Sequence[File], sent_at: datetime
) -> bytes:
    """Return the letter that says what the form said."""
    letter = EmailMessage(policy=SMTP)
    letter["Date"] = sent_at
    letter["Subject"] = subject
    letter.set_content(text, charset="utf-8", cte="base64")
    for file in files:
        kind, _, what = file.media_type.partition(";")[0].partition("/")
        letter.add_attachment(
            file.content, maintype=kind, subtype=what, filename=file.file_name
        )
    return letter.as_bytes()


def files_in(letter: bytes) -> tuple[File, ...]:
    """Return the files of a letter that `letter_of` made, in their order."""
    message = message_from_bytes(letter, policy=SMTP)
    return tuple(
        File(
            file_name=part.get_filename() or "file",
            media_type=part.get_content_type(),
            content=cast("bytes", part.get_payload(decode=True)),
        )
        for part in message.iter_attachments()
    )
