"""Ceremonies (Web Authentication): what a browser is asked, and what it shows.

A passkey is told from others by what it signs, never by a name. The library is an
extra of the package, so it is looked for only where somebody uses a passkey.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.models import Passkey
from app.services.accounts import passkeys
from app.services.accounts.passkeys import MOST_PASSKEYS, PasskeyThere, WrongPasskey
from app.services.house import House
from app.services.staff import Person

_CHALLENGE: Final = 32


async def new_options(
    session: AsyncSession, house: House, person: Person
) -> tuple[str, dict[str, str]]:
    """Return what the browser is asked for a new passkey, and what to remember of it.

    Raises:
        PasskeyThere: There are as many as there may be.
    """
    known = list(
        await session.scalars(
            select(Passkey.credential_id).where(Passkey.staff_id == person.staff_id)
        )
    )
    if len(known) >= MOST_PASSKEYS:
        raise PasskeyThere("there are as many passkeys as there may be")
    library, structs = _library(), _structs()
    challenge = secrets.token_bytes(_CHALLENGE)
    options = library.generate_registration_options(
        rp_id=_host(house),
        rp_name=house.settings.sender_name,
        # A digest, so that the key of a row is told to nobody.
        user_id=house.seal.digest(str(person.staff_id), purpose="passkey owner"),
        user_name=person.user_name,
        user_display_name=person.display_name,
        challenge=challenge,
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=i) for i in known
        ],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return library.options_to_json(options), {"challenge": challenge.hex()}


async def add(
    session: AsyncSession,
    house: House,
    person: Person,
    *,
    shown: str,
    asked: Mapping[str, str],
    name: str,
    now: datetime,
) -> None:
    """Keep a new passkey.

    Raises:
        WrongPasskey: What the browser showed does not answer what it was asked.
        PasskeyThere: It is kept already.
        InvalidInput: Its name is empty or too long.
    """
    made = _checked(
        "verify_registration_response",
        credential=shown,
        expected_challenge=bytes.fromhex(asked["challenge"]),
        **_expected(house),
    )
    passkey = Passkey(
        staff_id=person.staff_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=passkeys.named(name),
        created_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(passkey)
    except IntegrityError:
        raise PasskeyThere("this passkey is kept already") from None
    passkeys.record(session, Action.FACTOR_ADDED, person, now=now)


async def options(
    session: AsyncSession, house: House, staff_id: int | None
) -> tuple[str, dict[str, str]]:
    """Return what the browser is asked to show, and what to remember of that.

    ``staff_id`` is whose passkeys will do; None: anybody's, without a name.
    """
    known: Sequence[bytes] = ()
    if staff_id is not None:
        known = (
            await session.scalars(
                select(Passkey.credential_id).where(Passkey.staff_id == staff_id)
            )
        ).all()
    library, structs = _library(), _structs()
    challenge = secrets.token_bytes(_CHALLENGE)
    options = library.generate_authentication_options(
        rp_id=_host(house),
        challenge=challenge,
        allow_credentials=_described(known),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return library.options_to_json(options), {"challenge": challenge.hex()}


async def verify(
    session: AsyncSession,
    house: House,
    *,
    shown: str,
    asked: Mapping[str, str],
    staff_id: int | None,
    now: datetime,
) -> int:
    """Return whose passkey was shown; ``staff_id`` says whose it has to be, if known.

    Raises:
        WrongPasskey: It is unknown, somebody else's, does not answer what was asked,
            or was copied: its count went back.
    """
    known = await session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == _credential_id(shown))
        .with_for_update()
    )
    if known is None or staff_id not in {None, known.staff_id}:
        raise WrongPasskey("this passkey opens nothing here")
    proven = _checked(
        "verify_authentication_response",
        credential=shown,
        expected_challenge=bytes.fromhex(asked["challenge"]),
        credential_public_key=known.public_key,
        credential_current_sign_count=known.sign_count,
        **_expected(house),
    )
    known.sign_count, known.used_at = proven.new_sign_count, now
    return known.staff_id


def _checked(check: str, **facts: Any) -> Any:
    """Return what the library reads from what a browser showed.

    Raises:
        WrongPasskey: It does not hold.
    """
    fault = import_module("webauthn.helpers.exceptions").WebAuthnException
    try:
        return getattr(_library(), check)(**facts, require_user_verification=True)
    except (fault, ValueError, KeyError):
        raise WrongPasskey("this passkey does not answer what was asked") from None


def _credential_id(shown: str) -> bytes:
    helpers = import_module("webauthn.helpers")
    fault = import_module("webauthn.helpers.exceptions").WebAuthnException
    try:
        read = helpers.parse_authentication_credential_json(shown)
    except (fault, ValueError, KeyError):
        raise WrongPasskey("this is no passkey") from None
    raw_id: bytes = read.raw_id
    return raw_id


def _described(credential_ids: Sequence[bytes]) -> list[Any]:
    describe = _structs().PublicKeyCredentialDescriptor
    return [describe(id=credential_id) for credential_id in credential_ids]


def _expected(house: House) -> dict[str, str]:
    parts = urlsplit(house.settings.base_url)
    return {
        "expected_rp_id": _host(house),
        "expected_origin": f"{parts.scheme}://{parts.netloc}",
    }


def _host(house: House) -> str:
    return urlsplit(house.settings.base_url).hostname or ""


def _library() -> Any:
    return import_module("webauthn")


def _structs() -> Any:
    return import_module("webauthn.helpers.structs")
