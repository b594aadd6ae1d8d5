"""The table of pages has every route that can be read, and none that is gone."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from app.main import create_app
from app.premises import Premises
from app.settings import Settings
from tests.web.walk.pages import NO_PAGES, PAGES


def readable(app: FastAPI) -> Iterator[str]:
    """Yield the path of each route that takes GET."""
    for route in app.routes:
        contexts = getattr(route, "effective_route_contexts", None)
        for one in contexts() if contexts else (route,):
            if "GET" in (getattr(one, "methods", None) or ()):
                yield str(getattr(one, "path", one))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_knows_every_route(settings: Settings) -> None:
    walked = {stop.route for stop in PAGES if stop.route.startswith("/")}

    found = set(readable(create_app(Premises(settings))))

    assert found == walked | NO_PAGES
    assert not walked & NO_PAGES


def test_every_stop_of_the_walk_is_another_page() -> None:
    seen = [(stop.address, stop.who, str(stop.sends)) for stop in PAGES]

    assert len(set(seen)) == len(seen)
