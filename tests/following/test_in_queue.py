"""What a citizen said of an answer is found in the queue."""

from httpx import AsyncClient

from app.domain.record import Action
from app.domain.views import Mark
from app.domain.vocabulary import Role, Tab
from app.premises import Premises
from app.services import queues
from app.services.queue.wanted import Wanted
from tests import at_desk
from tests.following import talking

GOOD = {"solved": "solved", "score": "5", "words": ""}


async def test_cases_with_a_rating_are_found_and_say_so(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talking.answered(talk)
    await at_desk.open_case(premises, text="第二盏路灯也坏了。")
    clerk = await at_desk.hire(premises, Role.CLERK)
    rated = Wanted(tab=Tab.ALL, marks=frozenset({Mark.RATED}))

    found = []
    for _ in range(2):
        async with premises.database.reading() as session:
            page = await queues.page(session, clerk, rated, now=premises.clock())
        found.append([row.came for row in page.rows])
        await talk.send("rating", answer=await talk.answer_id(), **GOOD)

    assert found == [[], [Action.RATED]]
