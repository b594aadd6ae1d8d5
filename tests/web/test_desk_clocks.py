"""The pages about time: the calendar, policies, supervision, and a case's clock."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AuditEvent, CalendarEntry, PolicyVersion
from app.premises import Premises
from app.services import replies
from tests import at_desk, make
from tests.at_desk import UNIT, take
from tests.clocks.acting import NEXT_YEAR, day_due, do, set_policy, working_days
from tests.fakes import FakeClock

YEAR = {"year": "2027", "source": "国办发明电〔2026〕某号", "text": NEXT_YEAR}
TERMS = {
    "kind": "complaint", "newest": "0", "acceptance": "2",
    "acceptance_unit": "working_days", "contact": "3", "contact_unit": "working_days",
    "answer": "10", "answer_unit": "working_days", "extension": "5",
    "approver": "extend", "wait": "7",
}  # fmt: skip


async def sit(client: AsyncClient, premises: Premises, role: Role) -> None:
    office = UNIT if role is Role.OFFICER else None
    person = await at_desk.hire(premises, role, office=office)
    await at_desk.sit(client, premises, person)


async def test_a_year_is_looked_at_before_it_is_saved(
    client: AsyncClient, premises: Premises
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)

    page = await client.post("/desk/calendar", data=YEAR | {"do": "preview"})

    assert page.status_code == 200
    assert "9 周六" in page.text
    async with premises.database.reading() as session:
        assert await session.scalar(select(CalendarEntry.id)) is None


async def test_a_saved_year_is_known_and_put_down(
    client: AsyncClient, premises: Premises
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)
    assert "2027 年的放假安排还没有录入" in (await client.get("/desk/calendar")).text

    saved = await client.post("/desk/calendar", data=YEAR | {"do": "save"})

    assert saved.status_code == 303
    page = await client.get(saved.headers["location"])
    assert "2027 年的放假安排还没有录入" not in page.text
    assert YEAR["source"] in page.text
    assert premises.house.clocks.calendar.version.own == 1
    async with premises.database.reading() as session:
        event = await session.scalar(
            select(AuditEvent).where(AuditEvent.action == Action.CALENDAR_CHANGED)
        )
    assert event is not None
    assert event.facts == {"year": 2027, "number": 1}
    assert "录入 2027 年放假安排" in (await client.get("/desk/audit")).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year": "27"}, "year"),
        ({"source": ""}, "source"),
        ({"text": "元旦：1月1日（周四）放假。"}, "text"),
    ],
)
async def test_what_is_wrong_with_a_year_stands_beside_its_field(
    client: AsyncClient, premises: Premises, changes: dict[str, str], field: str
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)

    page = await client.post("/desk/calendar", data=YEAR | changes | {"do": "save"})

    assert page.status_code == 422
    assert re.search(
        rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="wrong-{field}-1',
        page.text,
    )
    assert f'href="#{field}"' in page.text


async def test_a_policy_says_when_something_of_today_would_be_due(
    client: AsyncClient, premises: Premises
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)

    page = await client.post("/desk/policies", data=TERMS | {"do": "preview"})

    assert "投诉，如果 2026-11-02 登记（工作日历 2026），期限是：" in page.text
    assert "受理: 2026-11-04 23:59" in page.text
    assert "首次联系: 2026-11-05 23:59" in page.text
    assert "答复: 2026-11-16 23:59" in page.text
    assert "延期后答复: 2026-11-23 23:59" in page.text


async def test_a_policy_that_is_saved_holds_for_the_next_complaint(
    client: AsyncClient, premises: Premises
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)

    saved = await client.post("/desk/policies", data=TERMS | {"do": "save"})

    assert saved.status_code == 303
    await client.get(saved.headers["location"])
    opened = await at_desk.open_case(premises)
    assert await day_due(premises, opened.receipt_number) == "2026-11-16"
    again = await client.post("/desk/policies", data=TERMS | {"do": "save"})
    assert again.status_code == 409
    assert "您填的还在" in again.text
    async with premises.database.reading() as session:
        assert len((await session.scalars(select(PolicyVersion))).all()) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [("answer", "0"), ("answer", "ten"), ("contact", "366"), ("extension", "-1"),
     ("wait", "61")],
)  # fmt: skip
async def test_terms_that_cannot_be_stand_beside_their_field(
    client: AsyncClient, premises: Premises, field: str, typed: str
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)

    page = await client.post("/desk/policies", data=TERMS | {field: typed})

    assert page.status_code == 422
    assert f'aria-describedby="wrong-{field}-1' in page.text
    assert f'value="{typed}"' in page.text


async def test_an_answer_that_is_due_before_first_contact_is_refused_with_what_to_do(
    client: AsyncClient, premises: Premises
) -> None:
    await sit(client, premises, Role.ADMINISTRATOR)

    page = await client.post(
        "/desk/policies", data=TERMS | {"answer": "2", "do": "save"}
    )

    assert page.status_code == 422
    assert 'id="wrong-answer-1">答复的期限比首次联系还短。请放长' in page.text
    async with premises.database.reading() as session:
        assert await session.scalar(select(PolicyVersion.number)) is None


async def test_an_officer_asks_for_time_and_the_head_grants_it_on_the_page(
    client: AsyncClient, premises: Premises
) -> None:
    await set_policy(premises, working_days(10))
    number = (await at_desk.open_case(premises)).receipt_number
    await sit(client, premises, Role.CLERK)
    assert "申请延期" in (await client.get(f"/desk/cases/{number}")).text
    await take(client, premises, number, "extend", reason="灯杆还没有到货。")
    refused = await take(client, premises, number, "decide", granted="true")
    assert refused.status_code == 403

    await sit(client, premises, Role.SUPERVISOR)
    assert "灯杆还没有到货。" in (await client.get("/desk/supervision")).text
    granted = await take(client, premises, number, "decide", granted="true")

    assert granted.status_code == 303
    page = await client.get(granted.headers["location"])
    assert "延期 5 个工作日" in page.text
    assert await day_due(premises, number) == "2026-11-23"
    assert "没有延期申请" in (await client.get("/desk/supervision")).text


async def test_a_step_without_its_words_keeps_what_was_chosen(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await sit(client, premises, Role.SUPERVISOR)

    page = await take(
        client, premises, number, "supervise", level="escalated", text=" "
    )

    assert page.status_code == 422
    assert re.search(r'value="escalated" selected', page.text)


async def test_the_supervision_office_sees_what_is_overdue_and_chases_it(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    clock.advance(days=17)
    await sit(client, premises, Role.SUPERVISOR)

    listed = await client.get("/desk/supervision")
    await take(client, premises, number, "supervise", level="reminded", text="请办。")

    assert f"/desk/cases/{number}#clock" in listed.text
    assert "2 个工作日" in listed.text
    assert "催办" in (await client.get("/desk/supervision")).text
    assert at_desk.numbers(await client.get("/desk?tab=supervised")) == [number]
    case = await client.get(f"/desk/cases/{number}")
    assert "超期 2 个工作日" in case.text
    assert "请办。" in case.text


async def test_staff_and_citizen_read_the_same_reckoning(
    client: AsyncClient, premises: Premises
) -> None:
    await set_policy(premises, working_days(10))
    opened = await at_desk.open_case(premises)
    number = opened.receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises,
        lambda session, revision: replies.ask(
            session, clerk, premises.house, number,
            revision=revision, text="是哪一盏灯？", now=premises.clock(),
        ),
        number,
    )  # fmt: skip

    tracked = await client.post(
        "/track", data={"number": number, "code": opened.query_code or ""}
    )
    await at_desk.sit(client, premises, clerk)
    case = await client.get(f"/desk/cases/{number}")

    assert "等候期间暂停计时" in tracked.text
    head = case.text.split('<p class="facts">')[1].split("</p>")[0]
    assert "等补充，暂停计时" in head
    assert "<time" not in head
    for words in ("2026-11-02 登记，当天不计。",
                  "按第 1 号时限政策，10 个工作日内答复。",
                  "计时暂停；最晚到 2026-11-09"):  # fmt: skip
        assert words in tracked.text
        assert words in case.text


async def test_in_english_too(client: AsyncClient, premises: Premises) -> None:
    await set_policy(premises, working_days(10))
    opened = await at_desk.open_case(premises)

    page = await client.post(
        "/en/track",
        data={"number": opened.receipt_number, "code": opened.query_code or ""},
    )

    assert "By policy 1, an answer within 10 working day(s)." in page.text


async def test_a_report_is_in_no_supervision_list_of_those_who_may_not_see_it(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises, text=make.REPORT)).receipt_number
    clock.advance(days=20)

    await sit(client, premises, Role.CLERK)
    assert number not in (await client.get("/desk/supervision")).text
    await sit(client, premises, Role.SUPERVISOR)
    assert number in (await client.get("/desk/supervision")).text


async def test_a_row_of_the_queue_says_that_it_is_due_soon(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(5))
    number = (await at_desk.open_case(premises)).receipt_number
    clock.advance(days=5)
    await sit(client, premises, Role.CLERK)

    page = await client.get("/desk?tab=due_soon")

    assert at_desk.numbers(page) == [number]
    assert '<span class="mark soon">即将到期</span>' in page.text
