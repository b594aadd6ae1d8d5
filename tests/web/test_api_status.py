"""What the API tells of an opinion: every step that its citizen is told of."""

from typing import get_args

from httpx import AsyncClient

from app.domain.record import Action
from app.premises import Premises
from app.services import tracking
from app.services.citizen import withdrawing
from app.web.api_status import StepAction
from tests import at_desk
from tests.web.citizen import KEY, opinion


def test_every_step_of_the_tracking_page_has_its_word() -> None:
    # By whose decision it went to an office is told as its being assigned.
    told = set(tracking._STEPS) - {Action.ROUTED}  # noqa: SLF001 - the page's own list

    assert told < set(get_args(StepAction))


async def test_an_opinion_that_was_withdrawn_can_be_read(
    client: AsyncClient, premises: Premises
) -> None:
    sent = await client.post(
        "/api/v1/opinions", json=opinion(), headers={"Idempotency-Key": KEY}
    )
    receipt = sent.json()
    case = await at_desk.case_of(premises, receipt["receipt_number"])
    async with premises.database.writing() as session:
        await withdrawing.withdraw(session, case.opinion_id, now=premises.clock())

    found = await client.get(
        f"/api/v1/opinions/{receipt['receipt_number']}",
        headers={"Query-Code": receipt["query_code"]},
    )

    assert found.status_code == 200
    done = [step["action"] for step in found.json()["history"]]
    assert {"registered", "withdrawn"} < set(done)
