"""A house in which every page has something to show, for the walk over all of them."""

import asyncio
from datetime import date, datetime
from typing import Any, Final

from httpx import ASGITransport, AsyncClient
from sqlalchemy import select, update

from app.domain.importing.words import ImportState, PieceFate
from app.domain.submission import File
from app.domain.vocabulary import Channel, HoldReason, MailState, Role, Status
from app.main import create_app
from app.models import (
    Arrival,
    Attachment,
    Batch,
    ImportFile,
    ImportPiece,
    OutboxMessage,
    ProgressNote,
)
from app.premises import Premises
from app.services import passwords, replies
from app.services.accounts import codes, invitations
from app.services.answering import countersigning
from app.services.staff import Person
from app.workers import figures
from app.workers.hot_topics import Surveyor
from tests import accounts, at_desk, holding, make, outcome
from tests.classify import topic_letters
from tests.clocks.acting import enter_year
from tests.following import test_items as following
from tests.importing import bringing
from tests.services import campaigning
from tests.web import citizen, publishing, test_not_me
from tests.web.notices.publications import rewritten

PASSWORD: Final = "kettle window barley"
ITEM: Final = "2.1.2"
CLOSED: Final = "closed"
SOON: Final = "soon"

_PNG: Final = b"\x89PNG\r\n\x1a\n.."
_FILES: Final = (
    File(file_name="灯.png", media_type="image/png", content=_PNG),
    File(file_name="说明.txt", media_type="text/plain", content="路灯".encode()),
)


class House:
    """What was prepared: ``facts`` fill in addresses, ``tokens`` sign people in."""

    def __init__(self, premises: Premises) -> None:
        """Begin with nothing."""
        self.premises = premises
        self.facts: dict[str, str] = {
            "slug": make.SLUG, "closed": CLOSED, "soon": SOON, "path": ITEM,
        }  # fmt: skip
        self.tokens: dict[str, str] = {}

    @property
    def now(self) -> datetime:
        """The moment at which all of it happens."""
        return self.premises.clock()

    async def employ(self, name: str, role: Role, **changes: Any) -> Person:
        """Hire somebody and sign them in under ``name``."""
        person = await at_desk.hire(self.premises, role, **changes)
        self.tokens[name] = await at_desk.signed_in(self.premises, person)
        return person


async def furnish(premises: Premises) -> House:
    """Return the house: each corner of it has something to show."""
    house = House(premises)
    async with premises.database.writing() as session:
        await make.house(session)
        await make.notice(session, slug=CLOSED, closes_on=date(2026, 10, 9))
        await make.notice(session, slug=SOON, opens_on=date(2026, 12, 1))
    await publishing.renew(premises, rewritten())
    await premises.shelf()
    transport = ASGITransport(create_app(premises))
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        await _let_the_public_write(house, client)
        boss = await house.employ(
            "administrator",
            Role.ADMINISTRATOR,
            display_name="周主任",
            user_name="boss",
            password_hash=passwords.hash_password(PASSWORD),
        )
        await _employ_others(house, boss)
        await _work(house, boss)
        await _hold(house)
        await _crowd(house)
        await at_desk.sit(client, premises, boss)
        await _say_more(house, client)
    return house


async def _let_the_public_write(house: House, client: AsyncClient) -> None:
    premises, facts = house.premises, house.facts
    facts["number"], facts["code"] = await citizen.written(client, section=ITEM)
    facts["not_me"] = (await test_not_me.link(premises)).rpartition("/")[2]
    confirm = await following.invited(client, premises)
    facts["confirm"] = confirm.rpartition("/")[2]
    facts["case"], facts["case_code"] = await citizen.written(
        client, section=ITEM, subject="灯杆歪了"
    )
    facts["fresh"], facts["fresh_code"] = await citizen.written(client, section=ITEM)


async def _employ_others(house: House, boss: Person) -> None:
    premises, facts = house.premises, house.facts
    await house.employ("clerk", Role.CLERK, display_name="王芳")
    await house.employ("officer", Role.OFFICER, office=at_desk.UNIT)
    await house.employ("auditor", Role.AUDITOR)
    newcomer = await house.employ("newcomer", Role.CLERK)
    careful = await at_desk.hire(
        premises, Role.CLERK, user_name="careful",
        password_hash=passwords.hash_password(PASSWORD),
    )  # fmt: skip
    await accounts.set_up_device(premises, careful)
    async with premises.database.writing() as session:
        await codes.begin(session, premises.house, newcomer, now=house.now)
        invited = await invitations.invite(
            session, boss, premises.house, display_name="赵某", role=Role.AUDITOR,
            office_id=boss.office_id, now=house.now,
        )  # fmt: skip
        facts["invited"] = invited.token
        facts["mailbox"] = str(await at_desk.mailbox(session, premises))
    facts["staff_id"] = str(careful.staff_id)
    await _bring_in(house, boss)


async def _bring_in(house: House, boss: Person) -> None:
    """Have one list wait, one be checked, one run, and one be over."""
    premises, facts = house.premises, house.facts
    for name in ("import_ready", "import_checked", "import_running", "import_done"):
        content = f"{bringing.LIST}{name},\n"
        facts[name] = str(await bringing.waiting(premises, boss, content))
    async with premises.database.writing() as session:
        checked = await session.get_one(ImportFile, int(facts["import_checked"]))
        checked.notice_id = premises.house.shelf.notice(make.SLUG).id
        checked.channel = Channel.LETTER
        for name, state in (
            ("import_running", ImportState.RUNNING),
            ("import_done", ImportState.DONE),
        ):
            row = await session.get_one(ImportFile, int(facts[name]))
            row.state, row.stored, row.refused = state, 1, 1
            row.pieces = 3
        line = await session.scalar(
            select(ImportPiece).where(
                ImportPiece.import_id == int(facts["import_done"]),
                ImportPiece.number == 4,
            )
        )
        assert line is not None
        line.fate, line.fault, line.at_column = (
            PieceFate.REFUSED,
            "text_missing",
            "text",
        )


async def _work(house: House, boss: Person) -> None:
    """Answer, publish, draft, note, and have an answer wait for its signature."""
    premises, facts = house.premises, house.facts
    number = facts["number"]
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.answer(
            session, boss, premises.house, number,
            revision=revision, text=outcome.ANSWER, now=house.now,
        )  # fmt: skip
    entry = await outcome.published(premises, boss, section=ITEM, words="灯坏了。")
    facts["answer"] = entry.name
    with_files = await at_desk.open_case(premises, files=_FILES, channel=Channel.EMAIL)
    facts["filed"] = with_files.receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK, display_name="李某")
    async with premises.database.writing() as session:
        keys = list(await session.scalars(select(Attachment.id).order_by("id")))
        facts["picture"], facts["text_file"] = map(str, keys[:2])
        case = await at_desk.case_of(premises, facts["case"])
        key = await at_desk.working(session, case, office=at_desk.UNIT)
        facts["key"] = str(key)
        arrival = (await session.scalars(select(Arrival.id).limit(1))).one()
        await at_desk.liaising(
            session, premises, case, key=key, arrival=arrival, office=at_desk.UNIT
        )
        await countersigning.switch(
            session, boss, clerk.office_id, wanted=True, now=house.now
        )
        session.add(
            ProgressNote(
                retry_key="key",
                notice_id=case.notice_id,
                section_id=premises.house.shelf.notice(make.SLUG).section_ids[ITEM],
                done_on=date(2026, 11, 1),
                text="换了灯泡",
                written_at=house.now,
                staff_id=boss.staff_id,
            )
        )
        await session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == select(OutboxMessage.id).limit(1).scalar_subquery()
            )
            .values(state=MailState.PARKED)
        )


async def _hold(house: House) -> None:
    held = [
        await holding.hold(house.premises, reason=reason)
        for reason in (HoldReason.NO_NOTICE, HoldReason.EMPTY)
    ]
    house.facts["arrival_id"] = str(held[0])
    house.facts["unread_id"] = str(held[1])


async def _crowd(house: House) -> None:
    """Have many write the same, and several about one topic."""
    premises = house.premises
    _, numbers = await campaigning.campaign(premises)
    house.facts["alike"] = numbers[-1]
    for subject, text in (*topic_letters.MILL, *topic_letters.OTHERS):
        await at_desk.open_case(premises, subject=subject, text=text)
    await _hand_over(house, numbers[0])
    split = await at_desk.open_case(premises, text=make.TWO_MATTERS)
    house.facts["two_matters"] = split.receipt_number
    report = await at_desk.open_case(premises, text=make.REPORT, kind=None)
    house.facts["restricted"] = report.receipt_number
    await Surveyor(premises, stop=asyncio.Event()).look_around()
    await figures.look_around(premises)
    await enter_year(premises)


async def _hand_over(house: House, number: str) -> None:
    """Put a case with the office that has an officer."""
    house.facts["local"] = number
    case = await at_desk.case_of(house.premises, number)
    async with house.premises.database.writing() as session:
        case = await session.merge(case)
        case.office_id = await at_desk.office_named(session, at_desk.UNIT)
        case.status = Status.ASSIGNED


async def _say_more(house: House, client: AsyncClient) -> None:
    """Keep a draft, and name a topic, by the pages themselves."""
    number = house.facts["fresh"]
    sent = await client.post(
        f"/desk/cases/{number}/drafts/answer",
        data={"do": "save", "text": "已经安排检修。", "version": "0", "revision": "1"},
    )
    assert sent.status_code < 400, sent.text
    made = await client.post(
        "/desk/many",
        data={"step": "watch", "case": f"{number}:1", "token": "walk"},
    )
    assert made.status_code < 400, made.text
    async with house.premises.database.reading() as session:
        house.facts["batch"] = str(await session.scalar(select(Batch.id)))
