"""Who may do what at the desk: every route, for every role, in one table."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pytest
from httpx import AsyncClient
from sqlalchemy import insert, select

from app.domain.submission import File
from app.domain.vocabulary import (
    Channel,
    Fate,
    HoldReason,
    MailState,
    Role,
    Status,
)
from app.keys import new_key
from app.models import Arrival, Attachment, OutboxMessage, ProgressNote, Staff
from app.premises import Premises
from app.services import mailboxes
from app.web import desk
from app.web.forms import new_token
from tests import at_desk, make
from tests.at_desk import UNIT
from tests.fakes import START
from tests.importing import bringing

WHAT_TO_DO: Final = {"notices": "look", "offices": "rename"}
"""Which button of several a form is sent by, by the first part of its address."""

NOTICE: Final = make.notice_source().decode()
OF_A_NOTICE: Final = (
    "text", "do", "title", "version", "sure", "opens_on", "seen_opens_on", "seen",
)  # fmt: skip
"""What a form about a notice has; it takes no more fields than that needs."""

ALL: Final = frozenset(Role)
WORKING: Final = ALL - {Role.AUDITOR}
LEADING: Final = WORKING - {Role.OFFICER}
READING_ALL: Final = LEADING | {Role.AUDITOR}
SIGNING: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
ADMINISTERING: Final = frozenset({Role.ADMINISTRATOR})
READING_RECORD: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})
SUPERVISING: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

FOR_EVERYBODY: Final = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/password"),
    ("POST", "/password"),
    ("GET", "/account"),
    ("POST", "/account/note"),
    ("POST", "/account/sessions/end"),
    ("POST", "/account/sessions/end-others"),
    ("POST", "/account/codes/begin"),
    ("GET", "/account/codes"),
    ("POST", "/account/codes"),
    ("POST", "/account/codes/remove"),
    ("POST", "/account/recovery-codes"),
    ("POST", "/account/passkeys/question"),
    ("POST", "/account/passkeys"),
    ("POST", "/account/passkeys/name"),
    ("POST", "/account/passkeys/remove"),
    ("POST", "/account/provider"),
    ("POST", "/account/provider/remove"),
    ("GET", "/confirm"),
    ("POST", "/confirm"),
    ("POST", "/confirm/question"),
    ("GET", "/invited"),
    ("POST", "/invited"),
    ("GET", "/sign-in/second"),
    ("POST", "/sign-in/second"),
    ("POST", "/sign-in/passkey/question"),
    ("POST", "/sign-in/passkey"),
    ("POST", "/sign-in/provider"),
    ("GET", "/sign-in/provider/back"),
}
"""What is asked of everybody, signed in or not, about themselves; see test_sign_in.py
and tests/web/accounts."""

TABLE: Final[dict[tuple[str, str], frozenset[Role]]] = {
    ("GET", ""): ALL,
    ("GET", "/cases"): ALL,
    ("GET", "/next"): ALL,
    ("GET", "/views"): ALL,
    ("POST", "/views"): ALL,
    ("POST", "/views/choices"): ALL,
    ("POST", "/views/{view_id}"): ALL,
    ("POST", "/views/{view_id}/delete"): ALL,
    ("GET", "/many"): WORKING,
    ("POST", "/many"): WORKING,
    ("GET", "/many/{batch_id}"): WORKING,
    ("POST", "/many/{batch_id}/undo"): WORKING,
    ("POST", "/cases/{number}/mine"): WORKING,
    ("POST", "/cases/{number}/snooze"): WORKING,
    ("POST", "/cases/{number}/wake"): WORKING,
    ("POST", "/cases/{number}/watch"): WORKING,
    ("POST", "/cases/{number}/unwatch"): WORKING,
    ("GET", "/cases/{number}"): ALL,
    ("GET", "/cases/{number}/files/{attachment_id}"): ALL,
    ("GET", "/cases/{number}/files/{attachment_id}/look"): ALL,
    ("GET", "/cases/{number}/files/{attachment_id}/content"): ALL,
    ("POST", "/cases/{number}/drafts/{part}"): WORKING,
    ("POST", "/cases/{number}/fill"): WORKING,
    ("POST", "/cases/{number}/looks"): WORKING,
    ("GET", "/cases/{number}/notes/{note_id}"): WORKING,
    ("POST", "/cases/{number}/notes/{note_id}"): WORKING,
    ("GET", "/drafts"): WORKING,
    ("GET", "/templates"): WORKING,
    ("GET", "/templates/new"): WORKING,
    ("POST", "/templates/new"): WORKING,
    ("GET", "/templates/{key}"): WORKING,
    ("POST", "/templates/{key}"): WORKING,
    ("GET", "/approvals"): SIGNING,
    ("GET", "/approvals/{key}"): SIGNING,
    ("POST", "/approvals/{key}"): SIGNING,
    ("POST", "/approvals/{key}/take-back"): WORKING,
    ("GET", "/countersigning"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/countersigning"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/cases/{number}/original"): WORKING,
    ("GET", "/cases/{number}/letter"): WORKING,
    ("GET", "/cases/{number}/letter/page"): WORKING,
    ("POST", "/cases/{number}/letter/keep"): WORKING,
    ("POST", "/cases/{number}/contact"): WORKING,
    ("POST", "/cases/{number}/read"): WORKING,
    ("POST", "/cases/{number}/classify"): WORKING,
    ("POST", "/cases/{number}/kind"): WORKING,
    ("POST", "/cases/{number}/note"): WORKING,
    ("POST", "/cases/{number}/answer"): WORKING,
    ("POST", "/cases/{number}/ask"): WORKING,
    ("POST", "/cases/{number}/close"): WORKING,
    ("POST", "/cases/{number}/return"): LEADING,
    ("GET", "/disputes"): LEADING,
    ("POST", "/cases/{number}/dispute"): WORKING,
    ("POST", "/cases/{number}/rule"): LEADING,
    ("POST", "/cases/{number}/co-office/due"): WORKING,
    ("POST", "/cases/{number}/contribution"): WORKING,
    ("POST", "/cases/{number}/replies/{key}"): WORKING,
    ("GET", "/liaisons"): SIGNING,
    ("POST", "/liaisons"): SIGNING,
    ("POST", "/liaisons/switch"): SIGNING,
    ("POST", "/liaisons/language"): SIGNING,
    ("GET", "/cases/{number}/reply-files/{file_id}"): ALL,
    ("GET", "/cases/{number}/reply-files/{file_id}/look"): ALL,
    ("GET", "/cases/{number}/reply-files/{file_id}/content"): ALL,
    ("POST", "/cases/{number}/assign"): LEADING,
    ("POST", "/cases/{number}/reopen"): LEADING,
    ("POST", "/cases/{number}/reinstate"): LEADING,
    ("GET", "/held"): READING_ALL,
    ("GET", "/held/next"): READING_ALL,
    ("GET", "/held/discarded"): READING_ALL,
    ("GET", "/held/refused"): READING_ALL,
    ("GET", "/held/many"): LEADING,
    ("POST", "/held/many"): LEADING,
    ("GET", "/held/{arrival_id}"): READING_ALL,
    ("GET", "/held/{arrival_id}/page"): READING_ALL,
    ("GET", "/held/{arrival_id}/files/{place}"): READING_ALL,
    ("GET", "/held/{arrival_id}/original"): READING_ALL,
    ("GET", "/figures"): ALL,
    ("GET", "/figures/report"): ALL,
    ("GET", "/figures/report.xlsx"): READING_RECORD,
    ("GET", "/board"): ALL,
    ("GET", "/docket"): READING_RECORD,
    ("POST", "/docket"): READING_RECORD,
    ("POST", "/held/{arrival_id}/release"): LEADING,
    ("POST", "/held/{arrival_id}/join"): LEADING,
    ("POST", "/held/{arrival_id}/discard"): LEADING,
    ("POST", "/held/{arrival_id}/take-back"): LEADING,
    ("GET", "/enter"): LEADING,
    ("POST", "/enter"): LEADING,
    ("GET", "/outbox"): READING_ALL,
    ("POST", "/outbox/retry"): LEADING,
    ("POST", "/outbox/give-up"): LEADING,
    ("GET", "/mailboxes"): READING_RECORD,
    ("POST", "/mailboxes/use"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/mailboxes/check"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/model"): READING_RECORD,
    ("POST", "/model/use"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/campaigns"): ALL,
    ("GET", "/hot"): READING_RECORD,
    ("POST", "/campaigns/rule"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/cases/{number}/campaign"): ALL,
    ("POST", "/cases/{number}/join"): LEADING,
    ("POST", "/cases/{number}/join-into"): LEADING,
    ("POST", "/cases/{number}/separate"): LEADING,
    ("POST", "/cases/{number}/take-back"): LEADING,
    ("POST", "/cases/{number}/apart"): WORKING,
    ("POST", "/cases/{number}/suggest-again"): WORKING,
    ("POST", "/cases/{number}/split"): WORKING,
    ("POST", "/cases/{number}/merge"): WORKING,
    ("POST", "/cases/{number}/restrict"): WORKING,
    ("POST", "/cases/{number}/unrestrict"): WORKING - {Role.CLERK},
    ("POST", "/cases/{number}/suggestion"): WORKING,
    ("POST", "/cases/{number}/address"): LEADING,
    ("GET", "/progress"): READING_ALL,
    ("POST", "/progress"): frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    ("POST", "/progress/{line_id}/take-back"): frozenset(
        {Role.SUPERVISOR, Role.ADMINISTRATOR}
    ),
    ("GET", "/routing"): READING_RECORD,
    ("GET", "/routing/table.csv"): READING_RECORD,
    ("POST", "/routing"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/routing/names"): READING_RECORD,
    ("POST", "/routing/names"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/cases/{number}/publish"): LEADING,
    ("POST", "/cases/{number}/publish"): LEADING,
    ("POST", "/cases/{number}/route"): LEADING,
    ("POST", "/cases/{number}/co-office"): LEADING,
    ("POST", "/cases/{number}/co-office/remove"): LEADING,
    ("GET", "/supervision"): READING_ALL,
    ("POST", "/cases/{number}/supervise"): SUPERVISING,
    ("POST", "/cases/{number}/extend"): WORKING,
    ("POST", "/cases/{number}/decide"): SUPERVISING,  # as the policy in force says
    ("GET", "/calendar"): READING_RECORD,
    ("POST", "/calendar"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/policies"): READING_RECORD,
    ("POST", "/policies"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/topics"): READING_RECORD,
    ("POST", "/topics"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/topics/{name}"): READING_RECORD,
    ("POST", "/topics/{name}"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/wordings"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/wordings/{purpose}/{in_language}"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/wordings/{purpose}/{in_language}"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/people"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/rules"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/people/{staff_id}"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/{staff_id}"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/{staff_id}/cases"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/{staff_id}/factors"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/{staff_id}/password"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/{staff_id}/close"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/{staff_id}/reopen"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/people/invitations"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/invitations"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/invitations/again"): frozenset({Role.ADMINISTRATOR}),
    ("POST", "/people/invitations/withdraw"): frozenset({Role.ADMINISTRATOR}),
    ("GET", "/audit"): READING_RECORD,
    ("GET", "/arrivals"): READING_RECORD,
    ("POST", "/audit/export"): READING_RECORD,
    ("GET", "/administration"): READING_RECORD,
    ("GET", "/mailboxes/new"): ADMINISTERING,
    ("POST", "/mailboxes/new"): ADMINISTERING,
    ("GET", "/mailboxes/{key}"): ADMINISTERING,
    ("POST", "/mailboxes/{key}"): ADMINISTERING,
    ("POST", "/mailboxes/{key}/remove"): ADMINISTERING,
    ("GET", "/imports"): ADMINISTERING,
    ("POST", "/imports"): ADMINISTERING,
    ("GET", "/imports/{import_id}"): ADMINISTERING,
    ("POST", "/imports/{import_id}"): ADMINISTERING,
    ("POST", "/imports/{import_id}/start"): ADMINISTERING,
    ("GET", "/imports/{import_id}/report.csv"): ADMINISTERING,
    ("POST", "/imports/{import_id}/remove"): ADMINISTERING,
    ("GET", "/features"): ADMINISTERING,
    ("POST", "/features"): ADMINISTERING,
    ("GET", "/offices"): ADMINISTERING,
    ("POST", "/offices"): ADMINISTERING,
    ("POST", "/offices/change"): ADMINISTERING,
    ("GET", "/notices"): ADMINISTERING,
    ("GET", "/notices/new"): ADMINISTERING,
    ("POST", "/notices/new"): ADMINISTERING,
    ("GET", "/notices/{slug}"): ADMINISTERING,
    ("GET", "/notices/{slug}/text"): ADMINISTERING,
    ("POST", "/notices/{slug}/text"): ADMINISTERING,
    ("POST", "/notices/{slug}/publish"): ADMINISTERING,
    ("POST", "/notices/{slug}/withdraw"): ADMINISTERING,
    ("POST", "/notices/{slug}/window"): ADMINISTERING,
}

OWN: Final = [route for route in TABLE if "view_id" in route[1] or "batch" in route[1]]
SENT: Final = [("POST", "/imports")]
"""What takes a file, which no form of this table has."""

OF_A_CASE: Final = [route for route in TABLE if "{number}" in route[1]]


@dataclass(frozen=True)
class Matter:
    """Something of each kind that a route may be about."""

    number: str
    attachment_id: int
    arrival_id: int
    letter_id: int
    mailbox_id: int
    office_id: int
    working_id: int
    """The key of a note, of a template and of an answer that waits for a signature."""

    staff_id: int
    invitation_id: int
    line_id: int
    import_id: int
    token: str

    def address(self, path: str) -> str:
        return "/desk" + path.format(
            number=self.number,
            attachment_id=self.attachment_id,
            arrival_id=self.arrival_id,
            line_id=self.line_id,
            import_id=self.import_id,
            place=0,
            purpose="answer",
            in_language="zh",
            name="parking",
            part="note",
            note_id=self.working_id,
            file_id=self.working_id,
            key=self.mailbox_id if path.startswith("/mailboxes") else self.working_id,
            staff_id=self.staff_id,
            slug=make.SLUG,
            view_id=1,
            batch_id=1,
        )

    def form(self, path: str) -> dict[str, Any]:
        """Return what the form of ``path`` would send, all fields there are."""
        fields = {
            "section": {
                "/cases/{number}/split": "2.1.4",
                "/progress": "2.1.4",
                "/templates/new": "",
                "/templates/{key}": "",
            }.get(path, "none"),
            "done_on": "2026-11-01",
            "summary": "照明不足。",
            "kind": "praise",
            "zh": "渡口",
            "en": "Ferry",
            "to": f"office:{self.office_id}",
            "office": str(self.office_id),
            "text": _text(path),
            "year": "2027",
            "source": "国办发明电",
            "do": _what_to_do(path),
            "level": "reminded",
            "granted": "true",
            "acceptance": "3",
            "contact": "5",
            "answer": "15",
            "subject": "答复",
            "body": "$receipt_number $answer",
            "reason": "不属于本单位。",
            "disposition": "referred",
            "ground": "spam" if path.endswith("discard") else "reply",
            "day": "2026-11-04",
            "until": "2026-11-04",
            "address": "liaison@example.org",
            "language": "en",
            "liaison": str(self.working_id),
            "contribution": str(self.working_id),
            "about": make.SLUG,
            "notice": make.SLUG,
            "model": "0",
            "number": self.number,
            "arrival": str(self.arrival_id),
            "step": "discard:spam",
            "letter": str(self.letter_id),
            "mailbox": str(self.mailbox_id),
            "enabled": "false",
            "into": self.number,
            "act": "0",
            "token": self.token,
            "charset": "gb18030",
            "template": "0",
            "title": "收悉",
            "remark": "请写明日期",
            "display_name": "李某",
            "role": "auditor",
            "needed": "auditor",
            "invitation": str(self.invitation_id),
            "name": "城管局",
            "seen": UNIT if path.startswith("/offices") else "0",
            "host": "mail.example.org",
            "user_name": "opinions@example.org",
            "secret": "open sesame",
            "version": "1",
            "sure": "true",
            "opens_on": "2026-10-01",
            "seen_opens_on": "2026-10-01",
        }
        if path.startswith("/notices"):
            return {name: fields[name] for name in OF_A_NOTICE}
        return fields | {
            "/cases/{number}/dispute": {"ground": "other", "words": "不归我们。"},
            "/cases/{number}/rule": {"do": "reject"},
            "/imports/{import_id}": {
                "column": "text",
                "channel": "letter",
                "heading": "1",
            },
            "/many": {"step": "watch", "case": f"{self.number}:1"},
            "/cases/{number}/replies/{key}": {"do": "set_aside"},
        }.get(path, {})


def _text(path: str) -> str:
    if path.startswith("/notices"):
        return NOTICE
    return "端午节：6月9日放假。" if path == "/calendar" else "已经安排检修。"


def _what_to_do(path: str) -> str:
    if path.endswith("_id}") or "drafts" in path:
        return "save"
    return WHAT_TO_DO.get(path.lstrip("/").partition("/")[0], "preview")


@pytest.fixture
async def matter(premises: Premises) -> Matter:
    """A case that came by mail and is with an office, a held letter, a parked one."""
    opened = await at_desk.open_case(
        premises,
        channel=Channel.EMAIL,
        files=(File(file_name="路灯.txt", media_type="text/plain", content=b"dark"),),
    )
    case = await at_desk.case_of(premises, opened.receipt_number)
    async with premises.database.writing() as session:
        attachment_id = await session.scalar(select(Attachment.id))
        letter_id = await session.scalar(select(OutboxMessage.id))
        mailbox_id = await at_desk.mailbox(session, premises)
        await mailboxes.enable(session, mailbox_id, enabled=False, now=START)
        line = ProgressNote(
            retry_key="key", notice_id=case.notice_id,
            section_id=premises.house.shelf.notice(make.SLUG).section_ids["2.1.4"],
            done_on=date(2026, 11, 1), text="换了灯泡", written_at=START,
            staff_id=await session.scalar(select(Staff.id)),
        )  # fmt: skip
        session.add(line)
        arrival_id = new_key()
        await session.execute(insert(Arrival), [held_row(premises, arrival_id)])
        working_id = await at_desk.working(session, case, office=UNIT)
        await at_desk.liaising(
            session, premises, case, key=working_id, arrival=arrival_id, office=UNIT
        )
    colleague = await at_desk.hire(premises, Role.AUDITOR)
    return Matter(
        number=opened.receipt_number,
        attachment_id=attachment_id or 0,
        arrival_id=arrival_id,
        letter_id=letter_id or 0,
        mailbox_id=mailbox_id,
        office_id=case.office_id,
        working_id=working_id,
        staff_id=colleague.staff_id,
        invitation_id=await at_desk.invitation(premises, colleague),
        line_id=line.id,
        import_id=await bringing.waiting(premises, colleague),
        token=new_token(premises.house.seal, now=premises.clock()),
    )


def held_row(premises: Premises, key: int) -> dict[str, Any]:
    seal = premises.house.seal
    envelope = json.dumps({"sender": "li@example.org", "recipients": []}).encode()
    letter = (
        b"From: li@example.org\r\nSubject: lamps\r\n"
        b"Content-Disposition: attachment; filename=lamps.txt\r\n\r\nall dark\r\n"
    )
    return {
        "id": key, "channel": Channel.EMAIL, "arrival_key": f"key {key}",
        "content_digest": "", "sealed": seal.close(letter, purpose="arrival"),
        "size": len(letter),
        "sealed_envelope": seal.close(envelope, purpose="envelope"),
        "received_at": START, "fate": Fate.HELD, "reason": HoldReason.NO_NOTICE,
        "fated_at": START, "opinion_id": None,
    }  # fmt: skip


async def renew(premises: Premises, matter: Matter, *, office: str | None) -> int:
    """Put everything back to where each step is possible; return the revision."""
    async with premises.database.writing() as session:
        office_id = await at_desk.office_named(session, office)
        case = await at_desk.case_of(premises, matter.number)
        case = await session.merge(case)
        case.office_id, case.status = office_id, Status.ASSIGNED
        case.restricted = False
        await session.flush()
        arrival = await session.get_one(Arrival, matter.arrival_id)
        arrival.fate, arrival.reason = Fate.HELD, HoldReason.NO_NOTICE
        letter = await session.get_one(OutboxMessage, matter.letter_id)
        letter.state = MailState.PARKED
        return case.revision


async def statuses(
    client: AsyncClient,
    premises: Premises,
    matter: Matter,
    routes: list[tuple[str, str]],
    *,
    office: str | None,
) -> dict[tuple[str, str], int]:
    """Return what each route answers."""
    found = {}
    for method, path in routes:
        revision = await renew(premises, matter, office=office)
        form = matter.form(path) | {"revision": str(revision)}
        page = await client.request(
            method, matter.address(path), data=form if method == "POST" else None
        )
        found[method, path] = page.status_code
    return found


def test_every_route_of_the_desk_stands_in_the_table() -> None:
    routes = {
        (method, route.path)
        for room in desk.ROOMS
        for route in room.routes
        for method in route.methods
    }

    assert routes == set(TABLE) | FOR_EVERYBODY


@pytest.mark.parametrize("role", Role)
async def test_each_role_gets_exactly_what_the_table_says(
    client: AsyncClient, premises: Premises, matter: Matter, role: Role
) -> None:
    person = await at_desk.hire(premises, role, office=UNIT)
    await at_desk.sit(client, premises, person)

    found = await statuses(client, premises, matter, list(TABLE), office=UNIT)

    refused = {route for route, status in found.items() if status == 403}
    assert refused == {route for route, roles in TABLE.items() if role not in roles}
    allowed = {found[route] for route in set(TABLE) - refused}
    # Views and batches are somebody's own, and nobody has one here.
    assert allowed <= {200, 201, 303, 409} | {found[route] for route in OWN + SENT}


async def test_nobody_gets_anything_without_signing_in(
    client: AsyncClient, premises: Premises, matter: Matter
) -> None:
    found = await statuses(client, premises, matter, list(TABLE), office=UNIT)

    # Whoever wrote something meanwhile is given it back; nobody is given anything else.
    assert set(found.values()) == {303, 401}
    assert {found[route] for route in TABLE if route[0] == "GET"} == {303}
    page = await client.get(matter.address("/cases/{number}"))
    assert "/desk/sign-in" in page.headers["location"]


async def test_an_officer_knows_nothing_of_another_offices_case(
    client: AsyncClient, premises: Premises, matter: Matter
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    await at_desk.sit(client, premises, officer)

    found = await statuses(client, premises, matter, OF_A_CASE, office=UNIT)

    mine = {route for route in OF_A_CASE if Role.OFFICER in TABLE[route]}
    assert {found[route] for route in mine} == {404}
    assert {found[route] for route in set(OF_A_CASE) - mine} == {403}


async def test_a_case_of_another_office_is_in_no_list_and_no_search(
    client: AsyncClient, premises: Premises, matter: Matter
) -> None:
    await renew(premises, matter, office=UNIT)
    officer = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    await at_desk.sit(client, premises, officer)

    for address in ("", "?tab=all", "?tab=all&q=路灯", "?tab=overdue", "?tab=unread",
                    f"?tab=all&q={matter.number}"):  # fmt: skip
        page = await client.get(f"/desk{address}")
        assert page.status_code == 200
        assert at_desk.numbers(page) == []


async def test_what_an_officer_may_open_of_offices_shows_no_foreign_case(
    client: AsyncClient, premises: Premises, matter: Matter
) -> None:
    await renew(premises, matter, office=UNIT)
    officer = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    await at_desk.sit(client, premises, officer)
    mine = [
        path
        for (method, path), roles in TABLE.items()
        if method == "GET" and "{" not in path and Role.OFFICER in roles
    ]

    assert len(mine) > 5
    for path in mine:
        page = await client.get(f"/desk{path}?tab=all")
        assert page.status_code in {200, 303}
        assert matter.number not in page.text
        assert "拟答复" not in page.text


async def test_a_form_of_another_site_is_refused(
    client: AsyncClient, premises: Premises, matter: Matter
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    note = {"revision": 1, "text": "x"}

    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.test"},
        {"Referer": "http://evil.test/desk"},
    ):
        page = await client.post(
            matter.address("/cases/{number}/note"), data=note, headers=headers
        )
        assert page.status_code == 403


async def test_the_auditor_sees_no_form_that_would_change_a_case(
    client: AsyncClient, premises: Premises, matter: Matter
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.AUDITOR))

    page = await client.get(matter.address("/cases/{number}"))

    assert page.text.count('method="post"') == 1
    assert "/desk/sign-out" in page.text
