"""At the desk: what complains of an office joins its case only if somebody says so."""

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role, Status
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.services.campaigning import write
from tests.services.test_accusing import ACCUSING, give, status

pytestmark = pytest.mark.usefixtures("supervisor")


@pytest.fixture
async def supervisor(client: AsyncClient, premises: Premises) -> Person:
    """A supervisor who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, person)
    return person


@pytest.fixture
async def first(premises: Premises) -> str:
    """The number of a case of the office that is complained of."""
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    number = await write(premises, by="first")
    await give(premises, number, office_id=officer.office_id)
    return number


async def test_joining_one_asks_first_and_then_joins_it(
    client: AsyncClient, premises: Premises, first: str
) -> None:
    second = await write(premises, ACCUSING, by="b")
    form = {"revision": 1, "other": second}

    asked = await client.post(f"/desk/cases/{first}/join", data=form)
    done = await client.post(
        f"/desk/cases/{first}/join", data={**form, "despite": "true"}
    )

    assert (asked.status_code, done.status_code) == (409, 303)
    assert f'name="other" value="{second}"' in asked.text
    assert 'name="despite"' in asked.text
    assert await status(premises, second) is Status.JOINED


async def test_joining_into_another_asks_on_the_page_of_the_case(
    client: AsyncClient, premises: Premises, first: str
) -> None:
    second = await write(premises, ACCUSING, by="b")
    form = {"revision": 1, "into": first}

    asked = await client.post(f"/desk/cases/{second}/join-into", data=form)
    await client.post(
        f"/desk/cases/{second}/join-into", data={**form, "despite": "true"}
    )

    assert 'id="join-despite"' in asked.text
    assert await status(premises, second) is Status.JOINED


async def test_joining_all_says_how_many_were_left_out_and_joins_them_if_told(
    client: AsyncClient, premises: Premises, first: str
) -> None:
    await write(premises, by="b")
    accusing = await write(premises, ACCUSING, by="c")

    done = await client.post(f"/desk/cases/{first}/join", data={"revision": 1})
    page = await client.get(done.headers["location"])

    assert "有 1 件可能反映的就是承办单位" in page.text
    assert accusing in page.text
    revision = (await at_desk.case_of(premises, first)).revision
    await client.post(
        f"/desk/cases/{first}/join", data={"revision": revision, "despite": "true"}
    )
    assert await status(premises, accusing) is Status.JOINED
