"""What is stored, for commands that mostly do without a database."""

from app.classify.ensemble import Classifier
from app.cli.opening import at_work
from app.domain.outline import Outline, outline_from_json
from app.errors import AppError
from app.premises import Premises
from app.services import lexicon, notices
from app.services.mailboxes import MailboxEntry
from app.services.punctuality import punctuality


class WorkLiesAbout(AppError):
    """What the worker does has not been done for a while."""

    code = "work_lies_about"


def stored_notice(slug: str) -> tuple[Outline, Classifier]:
    """Return the newest version of the notice ``slug``, and what places opinions on it.

    As in the service that is by the office's own topics and links; of models that were
    learned there nothing is known here.

    Raises:
        UnknownNotice: There is no such notice.
    """

    async def work(premises: Premises) -> tuple[Outline, Classifier]:
        async with premises.database.reading() as session:
            version = await notices.newest_version(session, slug)
            classifier = await lexicon.classifier_of(session, version)
        return outline_from_json(version.outline), classifier

    return at_work(work)


def ask_worker() -> list[str]:
    """Hold that the database answers and letters are read and sent in time.

    Return what else there is to tell, a line each: mailboxes that cannot be read.

    Raises:
        DatabaseTrouble: The database does not answer.
        UnsafeDatabase: It would lose what it took.
        WorkLiesAbout: Letters wait for so long that no worker can be at work.
    """

    async def work(premises: Premises) -> list[str]:
        await premises.database.check_durability()
        async with premises.database.reading() as session:
            found = await punctuality(session)
        now = premises.clock()
        if found.reads_late(now):
            raise WorkLiesAbout(f"letters are not read since {found.unread_since}")
        if premises.settings.relay_url is not None and found.sends_late(now):
            raise WorkLiesAbout(f"letters are not sent since {found.unsent_since}")
        return [_in_trouble(one) for one in found.failing]

    return at_work(work)


def _in_trouble(mailbox: MailboxEntry) -> str:
    return f"mailbox {mailbox.name}: {mailbox.trouble} since {mailbox.failing_since}"
