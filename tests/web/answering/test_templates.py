"""Templates by their pages: faults beside the field, a preview, put away, searched."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import AnswerTemplate, AuditEvent
from app.premises import Premises
from tests import at_desk

TERMS = {
    "title": "路灯答复",
    "body": "{称呼}\n{事项}",
    "language": "zh",
    "position": "3",
}


@pytest.fixture
async def key(client: AsyncClient, premises: Premises) -> int:
    """A template of the house, with the administrator signed in who wrote it."""
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, Role.ADMINISTRATOR)
    )
    kept = await client.post("/desk/templates/new", data=TERMS | {"do": "save"})
    assert kept.status_code == 303
    async with premises.database.reading() as session:
        return (await session.scalars(select(AnswerTemplate.id))).one()


async def test_an_unknown_place_is_refused_beside_its_field_with_those_there_are(
    client: AsyncClient, key: int
) -> None:
    page = await client.post(
        f"/desk/templates/{key}",
        data=TERMS | {"do": "save", "version": "1", "body": "{受理编码}"},
    )

    assert page.status_code == 422
    beside = re.search(r'id="wrong-body-1">([^<]*)', page.text)
    assert beside is not None
    assert "{受理编号}" in beside[1]
    assert "{经办人}" in beside[1]
    assert 'href="#body"' in page.text
    assert "{受理编码}" in page.text.partition("<textarea")[2]


async def test_signs_that_no_database_holds_are_left_out(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    page = await client.post(
        f"/desk/templates/{key}",
        data=TERMS
        | {"do": "save", "version": "1", "title": "路\x00灯", "body": "　您\x00好"},
    )

    assert page.status_code == 303
    async with premises.database.reading() as session:
        kept = await session.get_one(AnswerTemplate, key)
    assert (kept.title, kept.body) == ("路灯", "　您好")


async def test_a_new_template_that_is_sent_twice_is_one(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    page = await client.get("/desk/templates/new")
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found is not None
    sent = TERMS | {"do": "save", "token": found[1]}

    answers = [
        await client.post("/desk/templates/new", data=each)
        for each in (sent, sent, sent | {"title": "井盖答复"})
    ]

    assert [each.status_code for each in answers] == [303, 303, 303]
    async with premises.database.reading() as session:
        titles = await session.scalars(
            select(AnswerTemplate.title).where(AnswerTemplate.id != key)
        )
        deeds = await session.scalars(
            select(AuditEvent.id).where(AuditEvent.action == Action.TEMPLATE_CHANGED)
        )
    assert sorted(titles) == ["井盖答复", "路灯答复"]
    assert len(list(deeds)) == 3


async def test_a_form_for_a_new_one_that_was_open_too_long_keeps_what_was_written(
    client: AsyncClient, key: int
) -> None:
    sent = TERMS | {"do": "save", "token": "none of ours", "title": "井盖答复"}

    page = await client.post("/desk/templates/new", data=sent)

    assert key
    assert page.status_code == 422
    assert 'value="井盖答复"' in page.text
    assert 'data-code="stale_form"' in page.text


async def test_the_record_names_the_template_and_what_was_done_to_it(
    client: AsyncClient, key: int
) -> None:
    at = f"/desk/templates/{key}"
    for version, changes in enumerate(
        ({"do": "save", "position": "4"}, {"do": "save", "title": "井盖答复"},
         {"do": "archive"}, {"do": "restore"}),
        start=1,
    ):  # fmt: skip
        await client.post(at, data=TERMS | {"version": str(version)} | changes)

    record = await client.get("/desk/audit?action=template_changed")

    told = re.findall("<td>(答复模板[^<]*)</td>", record.text)
    assert told == [
        "答复模板《井盖答复》：恢复使用", "答复模板《井盖答复》：停用",
        "答复模板改名：《路灯答复》→《井盖答复》", "答复模板《路灯答复》：修改",
        "答复模板《路灯答复》：新建",
    ]  # fmt: skip


async def test_a_template_of_an_office_that_is_not_there_is_not_kept(
    client: AsyncClient, key: int
) -> None:
    page = await client.post(
        "/desk/templates/new", data=TERMS | {"do": "save", "office": str(key)}
    )

    assert page.status_code == 404


@pytest.mark.parametrize("position", ["first", "-1", "10000"])
async def test_an_order_that_is_no_small_number_is_refused_beside_its_field(
    client: AsyncClient, key: int, position: str
) -> None:
    page = await client.post(
        f"/desk/templates/{key}",
        data=TERMS | {"do": "save", "version": "1", "position": position},
    )

    assert page.status_code == 422
    assert 'id="wrong-position-1"' in page.text


async def test_a_preview_shows_it_filled_with_examples_and_keeps_nothing(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    page = await client.post(
        f"/desk/templates/{key}", data=TERMS | {"do": "preview", "body": "{事项}！"}
    )

    assert "老城区停车难！" in page.text
    async with premises.database.reading() as session:
        assert (await session.get_one(AnswerTemplate, key)).body == TERMS["body"]


async def test_a_template_that_somebody_changed_meanwhile_is_not_overwritten(
    client: AsyncClient, key: int
) -> None:
    for title, status in (("甲", 303), ("乙", 409)):
        page = await client.post(
            f"/desk/templates/{key}",
            data=TERMS | {"do": "save", "version": "1", "title": title},
        )
        assert page.status_code == status

    assert 'value="乙"' in page.text
    assert "<strong>甲</strong>" in page.text
    assert 'name="version" value="2"' in page.text


async def test_what_is_put_away_is_found_there_and_taken_out_again(
    client: AsyncClient, key: int
) -> None:
    await client.post(f"/desk/templates/{key}", data={"do": "archive", "version": "1"})
    assert "路灯答复" not in (await client.get("/desk/templates")).text
    assert "路灯答复" in (await client.get("/desk/templates?archived=true")).text

    await client.post(f"/desk/templates/{key}", data={"do": "restore", "version": "2"})

    assert "路灯答复" in (await client.get("/desk/templates?q=路灯")).text
    assert "路灯答复" not in (await client.get("/desk/templates?q=停车")).text


async def test_an_officer_uses_templates_of_the_house_and_changes_none(
    client: AsyncClient, premises: Premises, key: int
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    await at_desk.sit(client, premises, officer)

    page = await client.get(f"/desk/templates/{key}")
    refused = await client.post(
        f"/desk/templates/{key}", data=TERMS | {"do": "save", "version": "1"}
    )

    assert "{称呼}" in page.text
    assert 'name="body"' not in page.text
    assert refused.status_code == 403
