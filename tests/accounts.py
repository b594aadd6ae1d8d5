"""Devices that show codes, as tests have them in hand."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from app.premises import Premises
from app.services.accounts import codes
from app.services.staff import Person


def code_at(key: str, moment: datetime) -> str:
    """Return what a device with ``key`` shows at that moment."""
    totp = TOTP(base64.b32decode(key.replace(" ", "")), 6, SHA1(), 30)  # noqa: S303 - what devices do
    return totp.generate(int(moment.timestamp())).decode()


async def set_up_device(premises: Premises, person: Person) -> str:
    """Give ``person`` a device that shows codes; return its key."""
    house, now = premises.house, premises.clock()
    async with premises.database.writing() as session:
        await codes.begin(session, house, person, now=now)
        device = await codes.new_device(session, house, person, issuer="x")
        await codes.confirm(session, house, person, code_at(device.key, now), now=now)
    return device.key
