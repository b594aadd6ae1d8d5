"""What is stored, for commands that mostly do without a database."""

from app.cli.opening import at_work
from app.domain.outline import Outline, outline_from_json
from app.premises import Premises
from app.services import notices


def stored_outline(slug: str) -> Outline:
    """Return the outline of the newest version of the notice ``slug``.

    Raises:
        UnknownNotice: There is no such notice.
    """

    async def work(premises: Premises) -> Outline:
        async with premises.database.reading() as session:
            return outline_from_json(await notices.newest_outline(session, slug))

    return at_work(work)


def ask_database() -> None:
    """Hold that the database answers, and keeps what it is given.

    Raises:
        DatabaseTrouble: It does not answer.
        UnsafeDatabase: It would lose what it took.
    """

    async def work(premises: Premises) -> None:
        await premises.database.check_durability()

    at_work(work)
