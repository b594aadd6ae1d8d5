"""Names of people and offices: which can be one, and which are taken."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.naming import alike, plain_name
from app.errors import Conflict, InvalidInput
from app.models import Staff

MOST_NAME: Final = 100


class NameTaken(Conflict):
    """That name is in use."""

    code = "name_taken"


def check_name(name: str, *, one_word: bool = False, field: str | None = None) -> None:
    """Hold that ``name`` may be one; ``field`` is where somebody wrote it.

    Raises:
        InvalidInput: It may not.
    """
    words = name.split()
    if not words or (one_word and len(words) > 1) or len(name) > MOST_NAME:
        what = "one word" if one_word else "something"
        raise _no_name(f"a name is {what} of at most {MOST_NAME} signs", field)
    if plain_name(name) != " ".join(words):
        raise _no_name("a name has no signs that nobody sees", field)


async def check_user_name(session: AsyncSession, name: str) -> None:
    """Hold that somebody could be set up under ``name``.

    A name that reads like another's is taken: in the record nobody could tell the two
    apart. There are few accounts, and one is seldom made, so all names are looked at;
    of two that come at the same moment the database stops the very same one.

    Raises:
        InvalidInput: It is none that somebody could sign in with.
        NameTaken: There is an account of that name, in whatever letters.
    """
    check_name(name, one_word=True)
    taken = {alike(each) for each in await session.scalars(select(Staff.user_name))}
    if alike(name) in taken:
        raise NameTaken(f"there is an account {name} already")


def _no_name(why: str, field: str | None) -> InvalidInput:
    return InvalidInput(why, field=field, code="bad_display_name" if field else None)
