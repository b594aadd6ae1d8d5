"""The porter: looks at passwords, and lets nobody try too many of them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Request

from app.domain.record import Action
from app.domain.submission import clean
from app.errors import AppError
from app.models import Staff
from app.premises import Premises
from app.services import audit, passwords, staff
from app.services.staff import WrongPassword
from app.web.dependencies import NowDep, PremisesDep
from app.web.gate import Bucket, network
from app.web.throttle import Throttle

_QUARTER: Final = timedelta(minutes=15)


class TooManyTries(AppError):
    """Wrong passwords were given too often; the right one has to wait as well."""

    code = "too_many_tries"

    def __init__(self, pause: timedelta) -> None:
        """Say how long."""
        super().__init__(f"wait {pause}")
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Doors:
    """How often wrong passwords are taken: for one account, and in all.

    Both go by where they come from, so that no stranger locks anybody out. Second
    steps go by the account alone: whoever comes to one has given the right password.
    """

    account: Throttle = field(default_factory=lambda: Throttle(5, _QUARTER))
    source: Throttle = field(default_factory=lambda: Throttle(30, _QUARTER))
    second: Throttle = field(default_factory=lambda: Throttle(5, _QUARTER))
    questions: Bucket = field(default_factory=lambda: Bucket(30))
    """How often a stranger may begin what is finished elsewhere: each is a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Porter:
    """Whoever looks at one request's password."""

    premises: Premises
    doors: Doors
    source: str
    """Where the request comes from."""

    now: datetime

    async def verified(self, user_name: str, password: str) -> Staff:
        """Return the account whose password this is.

        Raises:
            TooManyTries: Nothing was looked at.
            WrongPassword: There is no such account, or it has another password.
        """
        user_name = clean(user_name[:200], lines=False)
        door = f"{user_name}\n{self.source}"
        self._hold(door)
        # Counted before it is known to be wrong: a hundred at once are a hundred.
        self.doors.account.count(door, self.now)
        self.doors.source.count(self.source, self.now)
        async with self.premises.database.reading() as session:
            known = await staff.account(session, user_name)
        right = await asyncio.to_thread(_is_right, password, known)
        if known is not None and right:
            self.doors.account.forget(door)
            self.doors.source.take_back(self.source)
            return known
        staff_id = known.id if known else None
        async with self.premises.database.writing() as session:
            audit.record(session, Action.SIGN_IN_FAILED, at=self.now, staff_id=staff_id)
        raise WrongPassword("no such account, or not its password")

    def count_question(self) -> None:
        """Note that somebody who says no name began to sign in.

        Raises:
            TooManyTries: They begin too often.
        """
        pause = self.doors.questions.take(self.source, self.now)
        if pause is not None:
            raise TooManyTries(pause)

    @contextmanager
    def second_try(self, staff_id: int) -> Iterator[None]:
        """Let a second step be tried; it counts unless what is within goes well.

        Raises:
            TooManyTries: Nothing was looked at.
        """
        door = str(staff_id)
        pause = self.doors.second.blocked(door, self.now)
        if pause is not None:
            raise TooManyTries(pause)
        # Counted before it is known to be wrong: a hundred at once are a hundred.
        self.doors.second.count(door, self.now)
        yield
        self.doors.second.forget(door)

    @contextmanager
    def stranger_try(self) -> Iterator[None]:
        """Let somebody who says no name show something; it counts unless it goes well.

        Raises:
            TooManyTries: Nothing was looked at.
        """
        pause = self.doors.source.blocked(self.source, self.now)
        if pause is not None:
            raise TooManyTries(pause)
        self.doors.source.count(self.source, self.now)
        yield
        self.doors.source.take_back(self.source)

    def _hold(self, door: str) -> None:
        for throttle, key in (
            (self.doors.account, door), (self.doors.source, self.source),
        ):  # fmt: skip
            pause = throttle.blocked(key, self.now)
            if pause is not None:
                raise TooManyTries(pause)


async def _porter(request: Request, premises: PremisesDep, now: NowDep) -> Porter:
    source = network(request.client.host).hex() if request.client else ""
    return Porter(
        premises=premises, doors=request.app.state.doors, source=source, now=now
    )


PorterDep = Annotated[Porter, Depends(_porter)]


def _is_right(password: str, known: Staff | None) -> bool:
    """Compare at the same cost whether or not there is such an account."""
    kept = known.password_hash if known else passwords.nobodys_hash()
    return passwords.verify_password(password[: passwords.MOST_PASSWORD + 1], kept)
