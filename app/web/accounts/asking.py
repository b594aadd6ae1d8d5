"""Asking for what is shown once: a form that is sent twice gets the same."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from app.premises import Premises
from app.services import passwords
from app.services.accounts import shown_once
from app.services.accounts.posts import PasswordGiven
from app.services.accounts.shown_once import ShownBefore
from app.services.house import House
from app.services.staff import Person
from app.web.forms import check_token

_BYTES: Final = 12


class AskingForm(BaseModel):
    """A button that makes something that is shown once."""

    token: str = ""
    """By which a form that is sent twice is known."""

    def check(self, house: House, *, now: datetime) -> None:
        """Hold that the form is not too old, if it has a token.

        Raises:
            StaleForm: It is.
        """
        if self.token:
            check_token(house.seal, self.token, now=now)


async def one_time_password(
    premises: Premises,
    person: Person,
    staff_id: int,
    step: Callable[..., Awaitable[str]],
    form_token: str,
    *,
    now: datetime,
) -> tuple[str, str]:
    """Take a step that gives somebody a new password; return their name, and it.

    Raises:
        ShownBefore: The form gave one that was used or replaced since.
        AppError: See the step.
    """
    house = premises.house
    drawn = shown_once.lot(
        house, form_token, str(person.staff_id), str(staff_id), step.__name__
    )
    password = base64.urlsafe_b64encode(drawn[:_BYTES]).decode()
    # Its digest is made before any transaction is open.
    new_hash = await asyncio.to_thread(passwords.hash_password, password)
    try:
        async with premises.database.writing() as session:
            user_name = await step(
                session, person, staff_id, password_hash=new_hash,
                form_mark=shown_once.mark_of(house, form_token), now=now,
            )  # fmt: skip
    except PasswordGiven as given:
        kept = given.password_hash
        if not await asyncio.to_thread(passwords.verify_password, password, kept):
            raise ShownBefore("it was used or replaced since") from None
        return given.user_name, password
    return user_name, password
