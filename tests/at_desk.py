"""People at the desk, and what they see and send."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.correspondence import MailboxSecurity
from app.domain.mailbox import MailboxTerms, Password
from app.domain.receipt import new_query_code, parse_case_number
from app.domain.submission import File
from app.domain.vocabulary import Disposition, Kind, Language, Role
from app.keys import new_key
from app.models import (
    AnswerTemplate,
    Case,
    CaseOffice,
    Invitation,
    Liaison,
    LiaisonFile,
    LiaisonLetter,
    LiaisonReply,
    Note,
    Office,
    Opinion,
    Staff,
    SubmittedAnswer,
)
from app.premises import Premises
from app.services import mailboxes, replies, staff, triage
from app.services.accounts import invitations
from app.services.enclosing import email_digest, file_row
from app.services.intake import Registration
from app.services.offices.liaison_mail import FILE_PURPOSE
from app.services.staff import Person
from tests import make
from tests.fakes import START

UNIT = "市政管理所"
COOKIE = "huiyin-desk"


async def office_named(session: AsyncSession, name: str | None) -> int:
    """Return the key of the office ``name``, new or not; None: of the leading one."""
    wanted = Office.leads if name is None else Office.name == name
    found = await session.scalar(select(Office.id).where(wanted))
    if found is None:
        found = (await staff.add_office(session, name or "", now=START)).id
    return found


async def hire(
    premises: Premises, role: Role, *, office: str | None = None, **changes: Any
) -> Person:
    """Return a new member of the staff, who has a password that nobody knows."""
    async with premises.database.writing() as session:
        facts = {
            "id": new_key(),
            "user_name": f"{role}-{new_query_code()[:8]}".lower(),
            "display_name": f"{role} 某",
            "role": role,
            "office_id": await office_named(session, office),
            "password_hash": "",
            "must_change_password": False,
            "language": Language.ZH,
            "active": True,
            "created_at": START,
        }
        member = Staff(**(facts | changes))
        session.add(member)
    return staff.person(member)


async def signed_in(premises: Premises, person: Person) -> str:
    """Sign ``person`` in; return the token that a browser keeps as `COOKIE`."""
    now = premises.clock()
    async with premises.database.writing() as session:
        member = await session.get_one(Staff, person.staff_id)
        return await staff.sign_in(session, premises.house, member, now=now)


async def sit(client: AsyncClient, premises: Premises, person: Person) -> None:
    """Sign ``person`` in with the browser ``client``."""
    token = await signed_in(premises, person)
    client.cookies.set(COOKIE, token, domain="testserver.local")


async def invitation(premises: Premises, by: Person) -> int:
    """Have somebody invited as an auditor; return the key of the invitation."""
    now = premises.clock()
    row = Invitation(
        id=new_key(),
        token_digest=new_query_code().encode(),
        display_name="赵某",
        role=Role.AUDITOR,
        office_id=by.office_id,
        invited_by=by.staff_id,
        invited_at=now,
        expires_at=now + invitations.LIFETIME,
    )
    async with premises.database.writing() as session:
        session.add(row)
    return row.id


async def open_case(premises: Premises, **changes: Any) -> Registration:
    """Return the registration of an opinion that opened a case."""
    registration = await premises.register(
        make.submission(**({"received_at": premises.clock()} | changes))
    )
    await premises.shelf()
    return registration


async def mailbox(session: AsyncSession, premises: Premises, **changes: Any) -> int:
    """Set up a mailbox on a server that is not there; return its key."""
    facts: dict[str, Any] = {
        "name": "来信",
        "host": "mail.example.org",
        "port": 993,
        "security": MailboxSecurity.TLS,
        "user_name": "opinions@example.org",
        "secret": Password(password="open sesame"),
    }
    terms = MailboxTerms(**(facts | changes))
    return await mailboxes.add(session, premises.house, terms, now=premises.clock())


async def working(session: AsyncSession, case: Case, *, office: str) -> int:
    """Have a note, a template and a waiting answer; return the key of all three."""
    key = new_key()
    writer = await session.scalar(select(Staff.id).limit(1))
    session.add_all([
        Note(
            id=key, case_id=case.id, staff_id=writer, text="问过了", noted_at=START,
            contributed_by=await office_named(session, office),
        ),
        AnswerTemplate(
            id=key, language=Language.ZH, title="收悉", body="{称呼}", position=1,
            used=0, version=1, staff_id=writer, changed_at=START,
        ),
        SubmittedAnswer(
            id=key, case_id=case.id, office_id=await office_named(session, office),
            staff_id=writer, text="已经修好。", also=[], submitted_at=START,
        ),
    ])  # fmt: skip
    return key


async def liaising(
    session: AsyncSession, premises: Premises, case: Case, *, key: int, arrival: int,
    office: str,
) -> None:  # fmt: skip
    """Have a liaison, a letter there, its answer and a file, all called ``key``.

    And the supervision office asked what it thinks.
    """
    staff_id = await session.scalar(select(Staff.id).limit(1))
    office_id = await office_named(session, office)
    address = "liaison@example.org"
    session.add_all([
        Liaison(
            id=key, office_id=office_id, staff_id=staff_id, since=START, active=True,
            sealed=premises.house.seal.close(address.encode(), purpose="liaison"),
            email_digest=email_digest(premises.house.seal, address),
        ),
        CaseOffice(
            case_id=case.id, office_id=await office_named(session, None), since=START
        ),
    ])  # fmt: skip
    await session.flush()
    session.add(
        LiaisonLetter(
            id=key, case_id=case.id, office_id=office_id, liaison_id=key, helps=False,
            promised_at=START, written_at=START,
        )
    )  # fmt: skip
    await session.flush()
    session.add(
        LiaisonReply(
            id=key, case_id=case.id, office_id=office_id, letter_id=key,
            arrival_id=arrival, helps=False, text="拟答复", files=1, replied_at=START,
        )
    )  # fmt: skip
    await session.flush()
    paper = File(file_name="检修单.txt", media_type="text/plain", content=b"done")
    row = file_row(premises.house.seal, paper, purpose=FILE_PURPOSE)
    session.add(LiaisonFile(**(row | {"id": key, "reply_id": key})))


async def case_of(premises: Premises, number: str) -> Case:
    """Return the case as it now stands."""
    printed, ordinal = parse_case_number(number)
    async with premises.database.reading() as session:
        return (
            await session.scalars(
                select(Case)
                .join(Opinion, Opinion.id == Case.opinion_id)
                .where(Opinion.receipt_number == printed, Case.ordinal == ordinal)
            )
        ).one()


async def take(
    client: AsyncClient, premises: Premises, number: str, step: str, **form: Any
) -> Response:
    """Send the form of ``step`` from the newest page, unless told otherwise."""
    revision = (await case_of(premises, number)).revision
    return await client.post(
        f"/desk/cases/{number}/{step}", data={"revision": revision} | form
    )


def numbers(page: Response) -> list[str]:
    """Return the receipt numbers that a list links to, in its order."""
    return re.findall(r'class="row[^>]*/desk/cases/([0-9A-Z-]+)"', page.text)


Step = Callable[[AsyncSession, int], Awaitable[object]]


def steps(premises: Premises, person: Person, number: str) -> dict[str, Step]:
    """Return every step by its name, each ready to be taken at some revision."""
    house = premises.house

    def step(act: Callable[..., Awaitable[object]], **facts: Any) -> Step:
        return lambda session, revision: act(
            session, person, number, revision=revision, now=START, **facts
        )

    def in_house(act: Callable[..., Awaitable[object]], **facts: Any) -> Step:
        return lambda session, revision: act(
            session, person, house, number, revision=revision, now=START, **facts
        )

    return {
        "classify": in_house(triage.classify, section=None),
        "set_kind": in_house(triage.set_kind, kind=Kind.PRAISE),
        "assign": step(triage.assign, assignee_id=person.staff_id),
        "return": in_house(triage.return_case, reason="不是我们的"),
        "note": step(triage.note, text="问过了"),
        "mark_read": step(triage.mark_read),
        "answer": in_house(replies.answer, text="已经修好"),
        "ask": in_house(replies.ask, text="是哪一盏灯？"),
        "close": in_house(replies.close, disposition=Disposition.REFERRED),
        "reopen": in_house(replies.reopen, reason="又坏了"),
    }


async def go(premises: Premises, step: Step, *, revision: int) -> None:
    """Take ``step`` in a transaction of its own."""
    async with premises.database.writing() as session:
        await step(session, revision)
