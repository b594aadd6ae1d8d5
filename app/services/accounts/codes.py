"""Codes: the device that shows one every half minute, and those kept on paper.

A code is taken once: the step that it belongs to is noted in the same statement that
finds it to be newer than the last (RFC 6238, section 5.2). The step before and the step
after count as well, for clocks that differ.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.errors import Conflict, InvalidInput
from app.models import CodeDevice, RecoveryCode, Staff
from app.services import audit
from app.services.accounts import shown_once
from app.services.accounts.shown_once import ShownBefore
from app.services.house import House
from app.services.staff import Person

RECOVERY_CODES: Final = 10

_STEP: Final = 30
_DIGITS: Final = 6
_KEY_BYTES: Final = 20
_DRIFT: Final = 1
_SEAL: Final = "code device"
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without what looks alike. Twelve signs of them are 59 bits."""

_GROUP: Final = 4
_GROUPS: Final = 3
_BETWEEN: Final = re.compile(r"[\s-]+")


class WrongCode(InvalidInput):
    """This is no code that could be taken now."""

    code = "wrong_code"

    def __init__(self) -> None:
        """Say so, beside the field."""
        super().__init__("this code is not right, or was used before", field="code")


class CodeDeviceThere(Conflict):
    """There is a device already; it has to be removed first."""

    code = "code_device_there"


class NoCodeDevice(Conflict):
    """No device was begun to be set up."""

    code = "no_code_device"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """What a device has to know."""

    key: str = field(repr=False)
    """In base 32, as people type it."""

    address: str = field(repr=False)
    """The same as an address that devices read from a picture (``otpauth:``)."""


async def begin(
    session: AsyncSession, house: House, person: Person, *, now: datetime
) -> None:
    """Make a key for a device; it does not count before `confirm`.

    Raises:
        CodeDeviceThere: One counts already.
    """
    del now
    known = await session.get(CodeDevice, person.staff_id)
    if known is not None and known.confirmed_at is not None:
        raise CodeDeviceThere("there is a device already")
    sealed = house.seal.close(secrets.token_bytes(_KEY_BYTES), purpose=_SEAL)
    if known is None:
        known = CodeDevice(staff_id=person.staff_id, last_step=0, sealed_key=sealed)
        session.add(known)
    known.sealed_key = sealed


async def new_device(
    session: AsyncSession, house: House, person: Person, *, issuer: str
) -> NewDevice:
    """Return what the device that is being set up has to know.

    Raises:
        NoCodeDevice: None is being set up.
    """
    known = await session.get(CodeDevice, person.staff_id)
    if known is None or known.confirmed_at is not None:
        raise NoCodeDevice("no device is being set up")
    raw = house.seal.open(known.sealed_key, purpose=_SEAL)
    key = base64.b32encode(raw).decode()
    label = quote(f"{issuer}:{person.user_name}", safe=":")
    asked = urlencode({"secret": key, "issuer": issuer}, quote_via=quote)
    return NewDevice(key=key, address=f"otpauth://totp/{label}?{asked}")


async def confirm(
    session: AsyncSession, house: House, person: Person, code: str, *, now: datetime
) -> None:
    """Let a device count, for it shows the right code.

    Raises:
        NoCodeDevice: None is being set up.
        WrongCode: It does not.
    """
    known = await session.get(CodeDevice, person.staff_id, with_for_update=True)
    if known is None or known.confirmed_at is not None:
        raise NoCodeDevice("no device is being set up")
    step = _matching(house, known, code, now=now)
    if step is None:
        raise WrongCode
    known.confirmed_at, known.last_step = now, step
    audit.record(
        session, Action.FACTOR_ADDED, at=now, staff_id=person.staff_id, factor="codes"
    )


async def remove(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Let no device count any more."""
    gone = await session.scalar(
        delete(CodeDevice)
        .where(CodeDevice.staff_id == person.staff_id)
        .returning(CodeDevice.confirmed_at)
    )
    if gone is not None:
        audit.record(
            session, Action.FACTOR_REMOVED, at=now,
            staff_id=person.staff_id, factor="codes",
        )  # fmt: skip


async def spend(
    session: AsyncSession, house: House, staff_id: int, code: str, *, now: datetime
) -> None:
    """Take a code of the device, or one from paper: either counts once.

    Raises:
        WrongCode: It is neither, or was taken before.
    """
    said = _BETWEEN.sub("", code).lower()
    if len(said) == _DIGITS and said.isdecimal():
        taken = await _spend_shown(session, house, staff_id, said, now=now)
    else:
        taken = await _spend_kept(session, house, staff_id, said, now=now)
    if not taken:
        raise WrongCode


async def make_recovery_codes(
    session: AsyncSession,
    house: House,
    person: Person,
    *,
    form_token: str = "",
    now: datetime,
) -> list[str]:
    """Return new codes for paper; they are nowhere kept, and older ones are void.

    The same form sent twice gives the same codes.

    Raises:
        ShownBefore: The form gave codes that were replaced since.
    """
    staff_id = person.staff_id
    mark = shown_once.mark_of(house, form_token)
    # Locked, so that a form that comes twice at once is known the second time.
    await session.get(Staff, staff_id, with_for_update=True)
    made = [
        _code_of(shown_once.lot(house, form_token, str(staff_id), str(number)))
        for number in range(RECOVERY_CODES)
    ]
    digests = [_digest(house, staff_id, _BETWEEN.sub("", code)) for code in made]
    action = Action.RECOVERY_CODES_MADE
    if await shown_once.was_made(session, person, action, mark, now=now):
        kept = await session.scalars(
            select(RecoveryCode.code_digest).where(RecoveryCode.staff_id == staff_id)
        )
        if set(kept) != set(digests):
            raise ShownBefore("these codes were replaced since")
        return made
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.add_all(
        RecoveryCode(staff_id=staff_id, code_digest=digest) for digest in digests
    )
    audit.record(session, action, at=now, staff_id=staff_id, form=mark)
    return made


async def recovery_codes_left(session: AsyncSession, staff_id: int) -> int:
    """Return how many codes on paper are still good."""
    left = await session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    )
    return left or 0


async def _spend_shown(
    session: AsyncSession, house: House, staff_id: int, code: str, *, now: datetime
) -> bool:
    known = await session.get(CodeDevice, staff_id)
    if known is None or known.confirmed_at is None:
        return False
    step = _matching(house, known, code, now=now)
    taken = await session.scalar(
        update(CodeDevice)
        .where(CodeDevice.staff_id == staff_id, CodeDevice.last_step < (step or 0))
        .values(last_step=step or 0)
        .returning(CodeDevice.staff_id)
    )
    return taken is not None


async def _spend_kept(
    session: AsyncSession, house: House, staff_id: int, code: str, *, now: datetime
) -> bool:
    taken = await session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.code_digest == _digest(house, staff_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if taken is not None:
        audit.record(session, Action.RECOVERY_CODE_USED, at=now, staff_id=staff_id)
    return taken is not None


def _matching(
    house: House, device: CodeDevice, code: str, *, now: datetime
) -> int | None:
    """Return the step that ``code`` belongs to, newer than the last one taken."""
    key = house.seal.open(device.sealed_key, purpose=_SEAL)
    # SHA-1 is what devices can do; as a keyed hash it is sound (RFC 6238, section 1.2).
    totp = TOTP(key, _DIGITS, SHA1(), _STEP)  # noqa: S303 - see above
    said = _BETWEEN.sub("", code).encode("utf-8", "surrogatepass")
    present = int(now.timestamp()) // _STEP
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        right = hmac.compare_digest(totp.generate(step * _STEP), said)
        if right and step > device.last_step:
            return step
    return None


def _code_of(lot: bytes) -> str:
    """Return the code that is drawn by ``lot``."""
    left, signs = int.from_bytes(lot), []
    for _ in range(_GROUP * _GROUPS):
        left, drawn = divmod(left, len(_ALPHABET))
        signs.append(_ALPHABET[drawn])
    word = "".join(signs)
    return "-".join(word[at : at + _GROUP] for at in range(0, len(word), _GROUP))


def _digest(house: House, staff_id: int, code: str) -> bytes:
    return house.seal.digest(str(staff_id), code, purpose="recovery code")
