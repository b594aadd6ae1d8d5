"""Who brings earlier years in."""

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk


@pytest.fixture
async def administrator(client: AsyncClient, premises: Premises) -> Person:
    """An administrator who sits at the desk with ``client``, and the office `UNIT`."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        await at_desk.office_named(session, at_desk.UNIT)
    await at_desk.sit(client, premises, person)
    return person
