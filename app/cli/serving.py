"""Serving: the parts of the service, started together and stopped together."""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from app.cli.jobs import jobs_of
from app.cli.opening import premises_of, trouble
from app.cli.parts import WEB, WORKER
from app.errors import AppError
from app.gateways.dkim import Checker, Signer
from app.gateways.endpoint import Endpoint
from app.gateways.openid import OpenIdProvider
from app.gateways.smtp import MailIntake
from app.main import create_app
from app.premises import Premises
from app.services import notices, staff
from app.services.names import NameTaken
from app.settings import Settings
from app.web.server import WebServer, web_server
from app.workers import loop
from app.workers.mailboxes import MailboxWatch

SAMPLE: Final = "sample"
SAMPLE_OFFICES: Final = ("县教育局", "县市场监督管理局")
WORKERS_STOP_WITHIN: Final = 20.0
_BACKLOG: Final = 2048
"""Connections that may wait to be taken."""

Work = Coroutine[Any, Any, None]


class AddressTaken(AppError):
    """Nothing can listen at that address."""

    code = "address_taken"


class PartEnded(AppError):
    """A part of the service ended by itself."""

    code = "part_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """The sockets that the parts listen on."""

    web: socket.socket | None
    mail: socket.socket | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What there is to tell when the service opens."""

    settings: Settings
    listeners: Listeners

    user_name: str
    password: str | None
    """The first account's; None: there was one before."""


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens at that address; it is served when all is ready.

    It listens at once: two services could bind the same port, but not listen there.

    Raises:
        AddressTaken: Somebody else listens there, or nobody may.
    """
    with ExitStack() as undone:
        try:
            family, *_, address = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listener = undone.enter_context(socket.socket(family, socket.SOCK_STREAM))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setblocking(False)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError as error:
            raise AddressTaken(
                f"cannot listen on {host}, port {port}: {error.strerror}"
            ) from None
        undone.pop_all()
    return listener


async def serve_until_told(
    settings: Settings,
    *,
    parts: frozenset[str],
    listeners: Listeners,
    sample: bool,
    tell: Callable[[Opened], None],
) -> None:
    """Open the premises and run ``parts`` there until a signal comes.

    Raises:
        AppError: It cannot be done, or a part ended by itself.
    """
    signer = Signer.of(settings)
    checker = Checker.of(settings)
    endpoint = Endpoint.of(settings)
    provider = OpenIdProvider.of(settings)
    try:
        async with premises_of(settings) as premises:
            premises.signature_check = checker.check if checker else None
            premises.provider = provider
            await premises.database.check_durability()
            password = None
            if WEB in parts:
                password = await _set_up(premises, sample=sample)
            tell(
                Opened(
                    settings=settings,
                    listeners=listeners,
                    user_name=staff.FIRST_USER,
                    password=password,
                )
            )
            await _Service(premises, parts, listeners, signer, endpoint).run()
    except DBAPIError as error:
        raise trouble(error) from error


async def _set_up(premises: Premises, *, sample: bool) -> str | None:
    """Set up what a first start needs; return the first account's password."""
    now = premises.clock()
    async with premises.database.writing() as session:
        password = await staff.set_up(session, now=now)
    async with premises.database.writing() as session:
        if not sample or await notices.list_notices(session):
            return password
        source = resources.files("app").joinpath("sample", "notice.txt").read_bytes()
        today = now.astimezone(premises.settings.zone).date()
        await notices.import_notice(
            session, source, slug=SAMPLE, opens_on=today, closes_on=None,
            today=today, now=now,
        )  # fmt: skip
        await notices.publish(session, SAMPLE, now=now)
        for office in SAMPLE_OFFICES:
            with suppress(NameTaken):
                await staff.add_office(session, office, now=now)
    return password


class _Service:
    """The parts, while they run."""

    def __init__(
        self,
        premises: Premises,
        parts: frozenset[str],
        listeners: Listeners,
        signer: Signer | None,
        endpoint: Endpoint | None,
    ) -> None:
        self._premises = premises
        self._signer = signer
        self._endpoint = endpoint
        self._parts = parts
        self._listeners = listeners
        self._told = asyncio.Event()
        self._stop_workers = asyncio.Event()
        self._intake = MailIntake(premises) if listeners.mail else None
        self._web: WebServer | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Start all parts, wait to be told, and stop them in good order."""
        self._listen_to_signals()
        await self._start()
        told = asyncio.create_task(self._told.wait())
        await asyncio.wait([told, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        await self._stop()
        for task in self._tasks:
            if not task.cancelled() and (error := task.exception()):
                raise error
        if not self._told.is_set():
            raise PartEnded("a part of the service ended by itself")

    async def _start(self) -> None:
        listeners = self._listeners
        if self._intake is not None and listeners.mail is not None:
            await self._intake.start(listeners.mail)
        if listeners.web is not None:
            app = create_app(self._premises)
            self._web = web_server(app, self._premises.settings)
            self._begin(self._web.serve(sockets=[listeners.web]))
        if WORKER in self._parts:
            self._begin(self._work())

    async def _stop(self) -> None:
        """Take nothing new, finish what is under way, and let nobody wait long."""
        self._premises.closing = True
        if self._web is not None:
            self._web.close()
        if self._intake is not None:
            await self._intake.close()
        self._stop_workers.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=WORKERS_STOP_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work(self) -> None:
        """Do what the worker does, until it is to stop."""
        watch = MailboxWatch(self._premises)
        jobs = jobs_of(
            self._premises, watch=watch, signer=self._signer,
            endpoint=self._endpoint, stop=self._stop_workers,
        )  # fmt: skip
        try:
            await loop.run(jobs, stop=self._stop_workers)
        finally:
            await watch.close()

    def _begin(self, work: Work) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._be_told)

    def _be_told(self) -> None:
        """Stop; whoever says it twice ends the process at once."""
        self._told.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)
