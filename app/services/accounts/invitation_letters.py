"""The letter that brings an invitation to whoever is invited."""

from datetime import datetime

from app.domain.vocabulary import Language, MailPurpose
from app.mail.wordings import filled
from app.models import Invitation, OutboxMessage
from app.services import letters
from app.services.house import House

PURPOSE = "invitation"


def may_be_mailed(house: House) -> bool:
    """Return whether letters go out from here at all."""
    return house.settings.relay_url is not None


def invitation_url(house: House, language: Language, token: str) -> str:
    """Return the address that an invitation is taken up at."""
    return letters.page_url(house, language, f"desk/invited?token={token}")


def address_of(house: House, row: Invitation) -> str | None:
    """Return where an invitation is sent; None: it is handed over."""
    if row.sealed_email is None:
        return None
    return house.seal.open(row.sealed_email, purpose=PURPOSE).decode()


def letter(
    house: House,
    row: Invitation,
    *,
    token: str,
    office: str,
    inviter: str,
    language: Language,
    now: datetime,
) -> OutboxMessage:
    """Return the letter; what it says is sealed until it is sent, and then gone."""
    until = row.expires_at.astimezone(house.settings.zone)
    wording = filled(
        house.wordings.of(MailPurpose.INVITATION, language),
        {
            "invited": row.display_name,
            "inviter": inviter,
            "office": office,
            "invitation_url": invitation_url(house, language, token),
            "good_until": f"{until:%Y-%m-%d %H:%M}",
        },
    )
    content = letters.LetterContent(
        to=address_of(house, row) or "",
        subject=wording.subject,
        body=wording.body,
        reply_to=house.settings.intake_address,
        in_reply_to=None,
    )
    return OutboxMessage(
        **letters.promised(house, MailPurpose.INVITATION, content, now=now)
    )
