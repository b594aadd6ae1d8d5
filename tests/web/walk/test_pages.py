"""Every page is for everybody: each one is opened, and all that it must show is asked.

The route that a page belongs to is in the test's name; `test_routes` holds the table to
the routes, so that a new page cannot be left out.
"""

import pytest

from tests.web.walk.conftest import Walk
from tests.web.walk.looking import english_faults, faults_of, scriptless_faults
from tests.web.walk.pages import PAGES, Stop

pytestmark = pytest.mark.slow


def name_of(stop: Stop) -> str:
    """Return what a failure calls the page."""
    sent = f" sent to {stop.sends.to} {stop.status}" if stop.sends else ""
    return f"{stop.who} {stop.address}{sent}"


@pytest.mark.parametrize("stop", PAGES, ids=name_of)
async def test_a_page_is_for_everybody(walk: Walk, stop: Stop) -> None:
    assert await faults_of(walk, stop) == []


@pytest.mark.parametrize("stop", PAGES, ids=name_of)
async def test_its_english_twin_is_too(walk: Walk, stop: Stop) -> None:
    assert await english_faults(walk, stop) == []


@pytest.mark.parametrize("stop", [one for one in PAGES if one.public], ids=name_of)
async def test_a_public_page_is_whole_without_javascript(
    walk: Walk, stop: Stop
) -> None:
    assert await scriptless_faults(walk, stop) == []
