"""The web's front door: the application and everything that hangs on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

from fastapi import FastAPI

from app import __version__
from app.premises import Premises
from app.scratch import sweep
from app.web import desk, errors, exporting, health, site
from app.web.head import HeadRequests
from app.web.limits import BodyLimits
from app.web.pages import LanguagePrefix
from app.web.security import SecurityHeaders


def create_app(premises: Premises) -> FastAPI:
    """Return the application on ``premises``, which the caller opens and closes."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        sweep()
        await premises.database.check_durability()
        await premises.shelf()
        yield
        await exporting.all_ended(app)

    app = FastAPI(
        title="Huiyin",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        # It would send to whatever host the request names; `errors` does it instead.
        redirect_slashes=False,
    )
    app.state.premises = premises
    errors.install(app)
    app.include_router(health.router)
    site.install(app, premises)
    desk.install(app)
    folder = resources.files("app.web").joinpath("static")
    app.mount("/static", site.StaticSite(directory=str(folder)), name="static")
    app.add_middleware(BodyLimits, settings=premises.settings)
    app.add_middleware(LanguagePrefix)
    app.add_middleware(HeadRequests)
    app.add_middleware(SecurityHeaders, secure=premises.settings.secure)
    return app
