"""Subscriptions (关注): who wants to hear by mail what comes of an item.

An address counts once whoever has it has said yes (double opt-in), and ends it with one
click. Addresses are sealed; a digest keeps the same one from following an item twice.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Disposition, Language, MailPurpose
from app.errors import NotFound
from app.keys import new_key
from app.mail.wordings import filled
from app.models import Case, Opinion, SectionNews, Subscription
from app.sealing import Seal
from app.services import letters
from app.services.enclosing import email_digest
from app.services.house import House
from app.services.shelf import ShelvedNotice

Row = dict[str, Any]

UNCONFIRMED_FOR: Final = timedelta(days=3)
"""How long somebody has to say yes."""

MOST: Final = 50
"""Items that one address may follow."""

_TOLD_AT: Final = time(9)
"""When those who follow an item are told, in the office's zone."""

_TOLD_OF: Final = {Disposition.ADOPTED, Disposition.PARTLY_ADOPTED}
_TOKEN_BYTES: Final = 16
_MOST_HEX: Final = 16
_CONFIRM: Final = "confirm subscription"
_END: Final = "end subscription"


class NoSuchSubscription(NotFound):
    """The link was not made by us, or what it leads to is over."""

    code = "no_such_subscription"


class BrokenEndLink(NotFound):
    """The link that should end a subscription was not made by us, or is cut off."""

    code = "broken_end_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item that can be followed, as its letters call it."""

    section_id: int
    notice: ShelvedNotice
    path: str

    @property
    def name(self) -> str:
        """Its number and heading."""
        node = self.notice.nodes[self.path]
        return f"{node.label} {node.heading or node.path}".strip()


def item(house: House, section_id: int) -> Item | None:
    """Return the item of a notice that the public reads now; None: it has gone."""
    for notice in house.shelf.notices:
        path = notice.paths.get(section_id)
        if path is not None:
            return Item(section_id=section_id, notice=notice, path=path)
    return None


async def invite(
    session: AsyncSession,
    house: House,
    email: str,
    *,
    section_id: int,
    language: Language,
    now: datetime,
) -> Row | None:
    """Return the letter that asks whether it was them; None: there is nothing to ask.

    Who follows the item already, or as many as anybody may, is not asked again.
    """
    about = item(house, section_id)
    if about is None:
        return None
    address = email_digest(house.seal, email)
    key = await _noted(session, house.seal, email, section_id, language, now=now)
    row = await session.get_one(Subscription, key, populate_existing=True)
    if row.confirmed_at is not None or await _has_most(session, address):
        return None
    row.asked_at, row.language = now, language
    facts = {"confirm_url": _url(house, language, "confirm", key, _CONFIRM)}
    return _letter(house, MailPurpose.SUBSCRIPTION, row, about, facts, now=now)


async def find(
    session: AsyncSession, seal: Seal, token: str, *, end: bool
) -> Subscription:
    """Return the subscription that a link is about.

    Raises:
        BrokenEndLink: It should end one and is none of ours: nothing has ended.
        NoSuchSubscription: The link is none of ours, or it is over.
    """
    key = _to_end(seal, token) if end else _named(seal, token, _CONFIRM)
    # Asked for a wrong link as well, so that it takes as long.
    found = await session.get(Subscription, key or 0)
    if found is None:
        raise NoSuchSubscription("there is no such subscription")
    return found


async def confirm(
    session: AsyncSession, seal: Seal, token: str, *, now: datetime
) -> Subscription:
    """Let the letters begin.

    Raises:
        NoSuchSubscription: See `find`.
    """
    found = await find(session, seal, token, end=False)
    if found.confirmed_at is None:
        found.confirmed_at = now
        await session.flush()
    return found


async def end(session: AsyncSession, seal: Seal, token: str) -> bool:
    """Forget the address; False: it was forgotten before.

    Raises:
        BrokenEndLink: See `find`.
    """
    key = _to_end(seal, token)
    gone = await session.scalars(
        delete(Subscription).where(Subscription.id == key).returning(Subscription.id)
    )
    return gone.first() is not None


async def tell_subscribers(
    session: AsyncSession, house: House, section_id: int, *, now: datetime
) -> None:
    """Let those who follow an item know that something came of it.

    They are told the next morning, once, whatever happens until then: no letter may
    name the hour at which somebody's case moved, nor whose it is.
    """
    followed = select(Subscription.id).where(
        Subscription.section_id == section_id, Subscription.confirmed_at.is_not(None)
    )
    if not await session.scalar(select(followed.exists())):
        return
    local = now.astimezone(house.settings.zone)
    due_at = datetime.combine(
        local.date() + timedelta(days=1), _TOLD_AT, tzinfo=local.tzinfo
    )
    row = {"section_id": section_id, "due_at": due_at, "told_upto": 0}
    try:
        async with session.begin_nested():
            await session.execute(insert(SectionNews), [row])
    except IntegrityError:
        return


async def tell_of_closing(
    session: AsyncSession, house: House, case: Case, *, now: datetime
) -> None:
    """Do so where a case ends with something done about its item.

    Nobody is told of a report of wrongdoing, nor of an opinion that does not count.
    """
    if case.disposition not in _TOLD_OF or case.section_id is None or case.restricted:
        return
    disowned_at = await session.scalar(
        select(Opinion.disowned_at).where(Opinion.id == case.opinion_id)
    )
    if disowned_at is None:
        await tell_subscribers(session, house, case.section_id, now=now)


def progress(house: House, row: Subscription, about: Item, *, now: datetime) -> Row:
    """Return the letter that tells one of those who follow an item."""
    return _letter(house, MailPurpose.PROGRESS, row, about, {}, now=now)


def _letter(
    house: House,
    purpose: MailPurpose,
    row: Subscription,
    about: Item,
    facts: dict[str, str],
    *,
    now: datetime,
) -> Row:
    end_url = _url(house, row.language, "end", row.id, _END)
    page = f"notices/{about.notice.slug}/sections/{about.path}"
    wording = filled(
        house.wordings.of(purpose, row.language),
        {
            "item": about.name,
            "notice_title": about.notice.title,
            "item_url": letters.page_url(house, row.language, page),
            "unsubscribe_url": end_url,
            **facts,
        },
    )
    told = purpose is MailPurpose.PROGRESS
    content = letters.LetterContent(
        to=house.seal.open(row.sealed, purpose="subscription").decode(),
        subject=wording.subject,
        body=wording.body,
        reply_to=house.settings.intake_address,
        in_reply_to=None,
        unsubscribe_url=end_url if told else None,
    )
    return letters.promised(house, purpose, content, now=now)


async def _noted(
    session: AsyncSession,
    seal: Seal,
    email: str,
    section_id: int,
    language: Language,
    *,
    now: datetime,
) -> int:
    """See that there is a row for the address and the item; return its key."""
    address, key = email_digest(seal, email), new_key()
    row = {
        "id": key, "section_id": section_id, "email_digest": address,
        "sealed": seal.close(email.encode(), purpose="subscription"),
        "language": language, "asked_at": now, "confirmed_at": None,
    }  # fmt: skip
    try:
        async with session.begin_nested():
            await session.execute(insert(Subscription), [row])
    except IntegrityError:
        known = select(Subscription.id).where(
            Subscription.section_id == section_id, Subscription.email_digest == address
        )
        before: int = (await session.scalars(known)).one()
        return before
    return key


async def _has_most(session: AsyncSession, address: bytes) -> bool:
    followed = await session.scalar(
        select(func.count(Subscription.id)).where(
            Subscription.email_digest == address, Subscription.confirmed_at.is_not(None)
        )
    )
    return (followed or 0) >= MOST


def _url(house: House, language: Language, page: str, key: int, purpose: str) -> str:
    token = f"{key:x}.{_token(house.seal, key, purpose)}"
    return letters.page_url(house, language, f"following/{page}/{token}")


def _to_end(seal: Seal, token: str) -> int:
    key = _named(seal, token, _END)
    if key is None:
        raise BrokenEndLink("the link to end a subscription is none of ours")
    return key


def _named(seal: Seal, token: str, purpose: str) -> int | None:
    """Return the key in a token that we made for ``purpose``; None: we made none."""
    name, _, signed = token.partition(".")
    if not signed or len(name) > _MOST_HEX:
        return None
    try:
        key = int(name, 16)
    except ValueError:
        return None
    ours = _token(seal, key, purpose).encode()
    return key if hmac.compare_digest(signed.encode(errors="replace"), ours) else None


def _token(seal: Seal, key: int, purpose: str) -> str:
    return seal.digest(str(key), purpose=purpose)[:_TOKEN_BYTES].hex()
