"""The page of the model: what it learned, how often it is right, and the way back."""

from httpx import AsyncClient
from sqlalchemy import select

from app.domain.record import Action
from app.domain.teaching import ModelState
from app.domain.vocabulary import Role
from app.models import AuditEvent
from app.premises import Premises
from tests import at_desk, make, teaching
from tests.web import publishing


async def audited(premises: Premises) -> AuditEvent | None:
    """Return the newest record of a model that was chosen."""
    async with premises.database.reading() as session:
        found: AuditEvent | None = await session.scalar(
            select(AuditEvent)
            .where(AuditEvent.action == Action.MODEL_SWITCHED)
            .order_by(AuditEvent.id.desc())
        )
        return found


async def page_for(client: AsyncClient, premises: Premises, role: Role) -> str:
    """Return the page as somebody of that role sees it."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, role))
    page = await client.get("/desk/model")
    assert page.status_code == 200
    return page.text


async def test_a_new_installation_is_told_when_there_will_be_numbers(
    client: AsyncClient, premises: Premises
) -> None:
    page = await page_for(client, premises, Role.SUPERVISOR)

    assert "还没有认定过事项的意见" in page
    assert "还没有学成的版本" in page


async def test_without_a_published_notice_there_is_nothing_to_show(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.withdraw(premises)

    assert "还没有发布通报" in await page_for(client, premises, Role.AUDITOR)


async def test_the_page_says_how_often_the_first_guess_was_right(
    client: AsyncClient, premises: Premises
) -> None:
    for guessed in ("2.1.2", "2.1.2", "2.1.2", "2.1.3"):
        await teaching.decided(premises, section="2.1.2", guessed=guessed)

    page = await page_for(client, premises, Role.SUPERVISOR)

    assert "75%" in page
    assert "2.1.2 老城区停车难" in page
    assert "2.1.3 老旧电梯带病运行" in page


async def test_an_item_that_is_gone_is_called_so(
    client: AsyncClient, premises: Premises
) -> None:
    await teaching.decided(premises, section="2.1.4", guessed="2.1.4")
    lines = make.notice_source().decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("4.城区高层")]
    await publishing.renew(premises, "".join(kept).encode())

    page = await page_for(client, premises, Role.SUPERVISOR)

    assert "通报新版本中已没有这一项" in page


async def test_the_results_of_a_trial_are_said_in_words(
    client: AsyncClient, premises: Premises
) -> None:
    await teaching.version(premises)

    page = await page_for(client, premises, Role.SUPERVISOR)

    assert "用 24 件没有学过的意见试：答对 80%，此前的 50%。" in page


async def test_a_version_that_could_not_be_tried_is_told_from_a_worse_one(
    client: AsyncClient, premises: Premises
) -> None:
    facts = {"state": ModelState.REJECTED, "sealed": None}
    measures = {
        "opinions": 0,
        "least": 10,
        "candidate": {"accuracy": 0.0},
        "before": {"accuracy": 0.0},
        "before_number": 0,
    }
    await teaching.version(premises, **facts, measures=measures)

    page = await page_for(client, premises, Role.SUPERVISOR)

    assert "未启用（可供试用的意见太少，至少要 10 件）" in page
    assert "不如当时的版本" not in page


async def test_an_administrator_goes_back_to_a_version_and_the_record_says_so(
    client: AsyncClient, premises: Premises
) -> None:
    await teaching.version(premises, number=1)
    await teaching.version(premises, number=2, state=ModelState.IN_USE)
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, administrator)

    form = {"notice": make.SLUG, "model": "1"}
    page = await client.post("/desk/model/use", data=form, follow_redirects=True)

    assert "正在使用第 1 版" in page.text
    assert "即刻起按这一版判断" in page.text
    event = await audited(premises)
    assert event is not None
    assert (event.staff_id, event.facts["before"], event.facts["after"]) == (
        administrator.staff_id, 2, 1,
    )  # fmt: skip


async def test_an_administrator_goes_back_to_the_words_of_the_notice(
    client: AsyncClient, premises: Premises
) -> None:
    await teaching.version(premises, state=ModelState.IN_USE)
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, Role.ADMINISTRATOR)
    )

    form = {"notice": make.SLUG, "model": "0"}
    page = await client.post("/desk/model/use", data=form, follow_redirects=True)

    assert "正在使用的只有通报的文字和主题词" in page.text


async def test_who_only_reads_sees_no_button(
    client: AsyncClient, premises: Premises
) -> None:
    await teaching.version(premises, state=ModelState.IN_USE)

    page = await page_for(client, premises, Role.SUPERVISOR)

    assert "/desk/model/use" not in page


async def test_a_version_of_which_only_the_results_are_left_cannot_be_chosen(
    client: AsyncClient, premises: Premises
) -> None:
    await teaching.version(premises, sealed=None, state=ModelState.REJECTED)
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, Role.ADMINISTRATOR)
    )

    page = await client.post(
        "/desk/model/use", data={"notice": make.SLUG, "model": "1"}
    )

    assert page.status_code == 409
    assert "只留下了结果" in page.text


async def test_older_versions_are_on_the_next_page(
    client: AsyncClient, premises: Premises
) -> None:
    for number in range(1, 22):
        await teaching.version(premises, number=number)

    first = await page_for(client, premises, Role.SUPERVISOR)
    second = await client.get("/desk/model", params={"below": 2})

    assert "第 2 版" in first
    assert "第 1 版" not in first
    assert "below=2" in first
    assert "第 1 版" in second.text


async def test_each_published_notice_has_its_model(
    client: AsyncClient, premises: Premises
) -> None:
    async with premises.database.writing() as session:
        await make.notice(session, slug="second")
    premises.house.shelf.expire()
    await teaching.version(premises)

    page = await page_for(client, premises, Role.SUPERVISOR)
    other = await client.get("/desk/model", params={"notice": make.SLUG})

    assert "还没有学成的版本" in page
    assert "第 1 版" in other.text
