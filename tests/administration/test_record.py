"""The record, searched by who, what, which case and when; and taken away."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app import keys
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AuditEvent
from app.premises import Premises
from app.services import audit
from app.services.staff import Person
from tests import at_desk, make
from tests.fakes import FakeClock


@pytest.fixture
async def supervisor(client: AsyncClient, premises: Premises) -> Person:
    """A supervisor who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, person)
    return person


async def opened(premises: Premises) -> str:
    return (await at_desk.open_case(premises)).receipt_number


async def test_what_one_person_did_is_found(
    client: AsyncClient, premises: Premises, supervisor: Person
) -> None:
    one, other = await opened(premises), await opened(premises)
    await at_desk.take(client, premises, one, "kind", kind="praise")

    theirs = await client.get(f"/desk/audit?by={supervisor.staff_id}&action=kind_set")
    nobodys = await client.get("/desk/audit?by=0&action=registered")
    strangers = await client.get("/desk/audit?by=1")

    assert at_desk.numbers(theirs) == [one]
    assert at_desk.numbers(nobodys) == [other, one]
    assert "没有符合条件的记录" in strangers.text


async def test_what_was_done_is_listed_in_the_order_of_pinyin(
    client: AsyncClient, supervisor: Person
) -> None:
    assert supervisor

    page = await client.get("/desk/audit")

    listed = page.text.split('<select name="action">')[1].split("</select>")[0]
    places = [listed.index(f">{name}<") for name in ("办结", "登记", "答复", "转办")]
    assert places[0] < places[2] < places[1] < places[3]


async def test_an_item_that_is_confirmed_did_not_change(
    client: AsyncClient, premises: Premises, supervisor: Person
) -> None:
    assert supervisor
    number = await opened(premises)
    for section in ("2.1", "2.1"):
        await at_desk.take(client, premises, number, "classify", section=section)

    page = await client.get(f"/desk/audit?number={number}&action=classified")

    assert "归类：确认 2.1" in page.text
    assert "→ 2.1<" in page.text
    assert "2.1 → 2.1" not in page.text


async def test_a_period_includes_both_of_its_days(
    client: AsyncClient, premises: Premises, clock: FakeClock, supervisor: Person
) -> None:
    assert supervisor
    today = datetime.now(UTC)
    clock.now = today - timedelta(days=2)
    early = await opened(premises)
    clock.now = today
    late = await opened(premises)
    await at_desk.sit(client, premises, supervisor)
    zone = premises.settings.zone
    first = (today - timedelta(days=2)).astimezone(zone).date().isoformat()
    last = today.astimezone(zone).date().isoformat()
    asked = "/desk/audit?action=registered"

    both = await client.get(f"{asked}&since={first}&until={last}")
    of_late = await client.get(f"{asked}&since={last}")
    of_early = await client.get(f"{asked}&until={first}")

    assert at_desk.numbers(both) == [late, early]
    assert at_desk.numbers(of_late) == [late]
    assert late not in at_desk.numbers(of_early)


@pytest.mark.parametrize(
    ("query", "field"),
    [("since=2026-13-01", "since"), ("until=x", "until"),
     ("since=2026-11-02&until=2026-11-01", "since"), ("until=9999-12-31", "until"),
     ("since=9999-12-31", "since"), ("since=0001-01-01", "since")],
)  # fmt: skip
async def test_a_day_that_is_none_is_told_beside_its_field(
    client: AsyncClient, supervisor: Person, query: str, field: str
) -> None:
    assert supervisor

    page = await client.get(f"/desk/audit?{query}")

    assert page.status_code == 422
    assert f'id="wrong-{field}"' in page.text


async def test_the_file_holds_what_was_searched_for_and_is_on_record(
    client: AsyncClient, premises: Premises, supervisor: Person
) -> None:
    one, other = await opened(premises), await opened(premises)

    file = await client.post("/desk/audit/export", data={"number": one})

    assert file.headers["content-type"].startswith("text/csv")
    text = file.content.decode("utf-8-sig")
    assert text.startswith("时间,人员,做了什么,受理编号,来件")
    assert one in text
    assert other not in text
    async with premises.database.reading() as session:
        noted = (
            await session.scalars(
                select(AuditEvent).where(AuditEvent.action == Action.RECORD_EXPORTED)
            )
        ).one()
    assert (noted.staff_id, noted.facts) == (
        supervisor.staff_id,
        {"sought": {"number": one}},
    )


async def test_the_file_goes_on_where_a_batch_ends_and_runs_no_formula(
    client: AsyncClient, premises: Premises, supervisor: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert supervisor
    monkeypatch.setattr("app.web.administration.record._BATCH", 3)
    async with premises.database.writing() as session:
        for number in range(7):
            audit.record(
                session, Action.MAILBOX_ADDED, at=premises.clock(), name=f"={number}"
            )

    file = await client.post("/desk/audit/export", data={"action": "mailbox_added"})

    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 7
    assert not [line for line in lines if ",=" in line]


async def test_neither_page_nor_file_tells_of_a_report_to_who_may_not_know(
    client: AsyncClient, premises: Premises
) -> None:
    report = await at_desk.open_case(premises, text=make.REPORT, kind=None)
    number = report.receipt_number
    assert (await at_desk.case_of(premises, number)).restricted
    stranger = await at_desk.hire(premises, Role.ADMINISTRATOR, office=at_desk.UNIT)
    await at_desk.sit(client, premises, stranger)

    page = await client.get("/desk/audit")
    file = await client.post("/desk/audit/export", data={})
    of_it = await client.post("/desk/audit/export", data={"number": number})

    assert number not in page.text
    assert number not in file.text
    assert len(of_it.content.decode("utf-8-sig").splitlines()) == 1


@given(
    st.integers(1, 60 * 365 * 24 * 3600 * 1000).map(
        lambda elapsed: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(0, 0, 0, elapsed)
    )
)
def test_keys_of_a_moment_begin_with_its_first(moment: datetime) -> None:
    first = keys.first_of(moment)

    assert keys.made_at(first) == moment
    assert keys.made_at(first - 1) < moment


async def test_the_record_says_whose_account_was_changed_and_to_what(
    client: AsyncClient, premises: Premises
) -> None:
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, boss)
    clerk = await at_desk.hire(premises, Role.CLERK, display_name="钱某")
    path = f"/desk/people/{clerk.staff_id}"
    form = {"display_name": "钱某", "role": "auditor", "office": clerk.office_id}

    await client.post(path, data=form)
    await client.post(f"{path}/close")

    page = (await client.get("/desk/audit")).text
    export = (await client.post("/desk/audit/export")).content.decode("utf-8-sig")
    changed = f"修改账号：钱某 {clerk.user_name}，角色 经办员 → 审计员，单位"
    for told in (page, export):
        assert changed in told
        assert f"停用账号：钱某 {clerk.user_name}" in told


async def test_the_record_says_which_mailbox_was_changed_and_whom_one_invited(
    client: AsyncClient, premises: Premises
) -> None:
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, boss)
    async with premises.database.writing() as session:
        key = await at_desk.mailbox(session, premises, name="来信一")
    form = {"display_name": "赵某", "role": "auditor", "office": boss.office_id}

    await client.post("/desk/mailboxes/use", data={"mailbox": key, "enabled": "false"})
    await client.post("/desk/people/invitations", data=form)

    page = (await client.get("/desk/audit")).text
    assert "邮箱 来信一 收信：否" in page
    assert "邀请人员：审计员，" in page
