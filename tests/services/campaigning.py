"""A campaign: the same letter from many people, each with an address of his own."""

from collections.abc import Sequence

from app.domain.submission import ContactDetails
from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import unions
from app.services.staff import Person
from app.workers.likeness import compare_new
from tests import at_desk, make
from tests.classify.campaign_letters import LETTERS

TEXT = LETTERS[0]


async def write(premises: Premises, text: str = TEXT, *, by: str = "a") -> str:
    """Return the receipt number of an opinion by whoever has that address."""
    contact = ContactDetails(name=by, email=f"{by}@example.org")
    said = make.submission(text=text, contact=contact, received_at=premises.clock())
    number = (await premises.register(said)).receipt_number
    await compare_new(premises)
    return number


async def campaign(premises: Premises, *texts: str) -> tuple[Person, Sequence[str]]:
    """Return a clerk and the numbers of a campaign of those texts, or of three."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    written = texts or (TEXT, TEXT, TEXT)
    return clerk, [
        await write(premises, text, by=f"citizen{place}")
        for place, text in enumerate(written)
    ]


async def join(
    premises: Premises, person: Person, number: str, other: str | None = None
) -> int:
    """Join cases as they now stand; return how many were."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        united = await unions.join(
            session, person, premises.house, number,
            revision=revision, other=other, now=premises.clock(),
        )  # fmt: skip
    return united.joined
