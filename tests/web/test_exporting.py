"""A list that is taken away is watched to its last line, and leaves nothing behind."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, RemoteProtocolError
from sqlalchemy import delete, select, update

from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AuditEvent, Staff, StaffSession
from app.premises import Premises
from app.services.figures import docket
from app.services.staff import Person
from app.web.server import web_server
from tests import at_desk
from tests.serving import a_port

WORDS = "东桥的栏杆断了。"
FORMS = ("xlsx", "csv")

Meanwhile = Callable[[], Awaitable[None]]


@pytest.fixture(autouse=True)
def temporary(
    premises: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A place for temporary files that nobody else uses, once a database is there."""
    assert premises
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    """Somebody who may take lists away, in a house with three cases."""
    for _ in range(3):
        await at_desk.open_case(premises, text=WORDS)
    return await at_desk.hire(premises, Role.SUPERVISOR)


@pytest.fixture
async def browser(
    premises: Premises, site: str, supervisor: Person
) -> AsyncIterator[AsyncClient]:
    """The supervisor's browser, at a server that knows when somebody hangs up."""
    token = await at_desk.signed_in(premises, supervisor)
    headers = {"Origin": site, "Sec-Fetch-Site": "same-origin"}
    async with AsyncClient(
        base_url=site, cookies={at_desk.COOKIE: token}, headers=headers
    ) as client:
        yield client


@pytest.fixture
def before_the_second_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Meanwhile], None]:
    """Say what happens while a docket is on its way, a line at a time."""
    real = docket.batch

    def let(meanwhile: Meanwhile) -> None:
        async def batch(*args: Any, **facts: Any) -> Sequence[docket.Line]:
            if facts["after"] is not None:
                await meanwhile()
            return await real(*args, **facts)

        monkeypatch.setattr(docket, "BATCH", 1)
        monkeypatch.setattr(docket, "batch", batch)

    return let


def within(folder: Path) -> list[Path]:
    """Return what lies in ``folder``."""
    return list(folder.iterdir())


async def ends(premises: Premises, *, many: int = 1) -> list[dict[str, Any]]:
    """Return what the record says of ends of exports, once there are ``many``."""
    async with asyncio.timeout(10):
        while True:
            async with premises.database.reading() as session:
                found = await session.scalars(
                    select(AuditEvent.facts)
                    .where(AuditEvent.action == Action.EXPORT_ENDED)
                    .order_by(AuditEvent.id)
                )
                facts = [dict(each) for each in found]
            if len(facts) >= many:
                return facts
            await asyncio.sleep(0.02)


async def ask(browser: AsyncClient, form: str) -> bytes:
    """Take a docket away with what citizens wrote."""
    found = await browser.post("/desk/docket", data={"form": form, "words": "true"})
    return found.content


@pytest.mark.parametrize("form", FORMS)
async def test_a_docket_that_was_sent_to_its_end_says_so_on_record(
    premises: Premises, browser: AsyncClient, form: str, temporary: Path
) -> None:
    await ask(browser, form)

    (end,) = await ends(premises)
    assert (end["of"], end["rows"]) == (Action.EXPORTED, 3)
    assert "cut_short" not in end
    assert not within(temporary)


def stuck(before_the_second_batch: Callable[[Meanwhile], None]) -> asyncio.Event:
    """Let an export wait for ever before its second batch; return what says it does."""
    reached = asyncio.Event()

    async def wait_for_ever() -> None:
        reached.set()
        await asyncio.Event().wait()

    before_the_second_batch(wait_for_ever)
    return reached


@pytest.mark.parametrize("form", FORMS)
async def test_who_hangs_up_leaves_no_file_behind_and_the_record_says_it(
    premises: Premises, browser: AsyncClient, form: str, temporary: Path,
    before_the_second_batch: Callable[[Meanwhile], None],
) -> None:  # fmt: skip
    reached = stuck(before_the_second_batch)
    download = asyncio.create_task(ask(browser, form))
    await asyncio.wait_for(reached.wait(), 10)
    open_meanwhile = within(temporary)
    download.cancel()

    (end,) = await ends(premises)
    assert end["cut_short"] is True
    assert end["rows"] == 1
    assert bool(open_meanwhile) == (form == "xlsx")
    assert not within(temporary)


@pytest.mark.parametrize("taken", ["session", "role", "account"])
async def test_who_may_no_more_gets_no_further_line(
    premises: Premises, browser: AsyncClient, supervisor: Person, taken: str,
    before_the_second_batch: Callable[[Meanwhile], None],
) -> None:  # fmt: skip
    async def take_away() -> None:
        mine = Staff.id == supervisor.staff_id
        change = {
            "session": delete(StaffSession),
            "role": update(Staff).where(mine).values(role=Role.CLERK),
            "account": update(Staff).where(mine).values(active=False),
        }[taken]
        async with premises.database.writing() as session:
            await session.execute(change)

    before_the_second_batch(take_away)
    with pytest.raises(RemoteProtocolError):
        await ask(browser, "csv")

    (end,) = await ends(premises)
    assert end["cut_short"] is True
    # Of three: the second was being read already.
    assert end["rows"] == 2


async def test_a_service_that_closes_says_which_exports_it_broke_off(
    premises: Premises, website: FastAPI, supervisor: Person,
    before_the_second_batch: Callable[[Meanwhile], None],
) -> None:  # fmt: skip
    reached = stuck(before_the_second_batch)
    token = await at_desk.signed_in(premises, supervisor)
    with a_port() as listening:
        server = web_server(website, premises.settings, timeout_graceful_shutdown=0)
        serving = asyncio.create_task(server.serve([listening]))
        site = "http://{}:{}".format(*listening.getsockname())
        async with AsyncClient(
            base_url=site, cookies={at_desk.COOKIE: token}, headers={"Origin": site}
        ) as client:
            download = asyncio.create_task(ask(client, "xlsx"))
            await asyncio.wait_for(reached.wait(), 10)
            server.close()
            await serving
            async with premises.database.reading() as session:
                ended = await session.scalar(
                    select(AuditEvent.facts).where(
                        AuditEvent.action == Action.EXPORT_ENDED
                    )
                )
            with pytest.raises(RemoteProtocolError):
                await download

    assert ended is not None
    assert ended["cut_short"] is True


async def test_after_one_that_was_broken_off_the_next_is_whole(
    premises: Premises, browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> Sequence[docket.Line]:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setattr(docket, "batch", fail)
        with pytest.raises(RemoteProtocolError):
            await ask(browser, "csv")
    some = await asyncio.gather(*(ask(browser, "csv") for _ in range(2)))

    assert [each.decode().count(WORDS) for each in some] == [3, 3]
    first, *others = await ends(premises, many=3)
    assert first["cut_short"] is True
    assert not any("cut_short" in each for each in others)
    assert len({each["export_id"] for each in (first, *others)}) == 3


async def test_the_report_for_the_leading_group_goes_on_record(
    premises: Premises, browser: AsyncClient
) -> None:
    await browser.get("/desk/figures/report.xlsx?since=2026-11-02&until=2026-11-08")

    (end,) = await ends(premises)
    assert end["of"] == Action.FIGURES_EXPORTED
    page = (await browser.get("/en/desk/audit")).text
    assert "Took a report away (xlsx): 2026-11-02 to 2026-11-08" in page
    assert re.search(r"Took a report away: sent in full, \d+ lines", page)


async def test_the_record_says_what_a_docket_was_of(
    premises: Premises, browser: AsyncClient
) -> None:
    await browser.post(
        "/desk/docket",
        data={"form": "csv", "since": "2026-11-01", "until": "2026-11-02"},
    )
    await ends(premises)

    page = (await browser.get("/desk/audit")).text
    assert "导出台账（csv）：2026-11-01 至 2026-11-02 登记的，含群众原文：否" in page
    assert "导出台账：已全部送出，共 3 行" in page
