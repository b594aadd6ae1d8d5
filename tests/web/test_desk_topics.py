"""Topics, as pages of the desk."""

import re

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import topic_links
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.web.citizen import hidden

LIST = "/desk/topics"
PAGE = "/desk/topics/parking"
SLANG = "转角亭又满了，转角亭收得太贵。"


@pytest.fixture(autouse=True)
async def keeper(client: AsyncClient, premises: Premises) -> None:
    """An administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)


async def send(
    client: AsyncClient, do: str = "save", *, at: str = PAGE, **fields: str
) -> Response:
    """Send the form as the page now stands, with some fields filled in."""
    form = hidden(await client.get(at)) | {"do": do} | fields
    return await client.post(at, data=form, follow_redirects=True)


def key_of(premises: Premises, path: str) -> int:
    return premises.house.shelf.notice(make.SLUG).section_ids[path]


def box(page: Response, name: str) -> str:
    """Return what stands in a field for words."""
    found = re.search(
        rf'<textarea id="{name}".*?>\n(.*?)</textarea>', page.text, re.DOTALL
    )
    return found[1] if found else ""


def trial(page: Response) -> str:
    """Return the result of a trial as text."""
    found = re.search(r'id="trial".*?</section>', page.text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""


async def test_every_topic_is_listed_with_what_it_belongs_to(
    client: AsyncClient,
) -> None:
    page = await client.get(LIST)

    assert len(set(re.findall(r"/desk/topics/[a-z_]+", page.text))) > 70
    _, _, behind = page.text.partition('/desk/topics/parking"')
    assert "老城区停车难" in behind.partition("</tr>")[0]


async def test_a_topic_is_sought_by_a_word(client: AsyncClient) -> None:
    page = await client.get(LIST, params={"q": "咪表"})
    nothing = await client.get(LIST, params={"q": "没有这样的词"})

    assert "/desk/topics/parking" in page.text
    assert "没有这样的主题" in nothing.text


async def test_a_topic_shows_the_words_that_came_with_it_and_why_it_is_tied(
    client: AsyncClient,
) -> None:
    page = await client.get(PAGE)

    assert "系统自带，本单位没有改动过" in page.text
    assert "立体停车" in page.text
    assert re.search(r"老城区停车难.*?100%.*?停车、泊位", page.text, re.DOTALL)


async def test_an_opinion_is_tried_with_words_that_are_not_saved(
    client: AsyncClient,
) -> None:
    page = await send(client, "try", added_strong="转角亭", text=SLANG)

    now, then = trial(page).split("改动之后")
    assert "拿不准" in now
    assert "老城区停车难" in then
    assert "转角亭" in then
    assert box(page, "added_strong") == "转角亭"
    assert box(await client.get(PAGE), "added_strong") == ""
    assert SLANG not in (await client.get("/desk/audit")).text


async def test_links_are_tried_too(client: AsyncClient, premises: Premises) -> None:
    schools = key_of(premises, "2.1.1")

    page = await send(
        client, "try", text="停车场收费太贵，停车费没有票。",
        **{f"tie_{key_of(premises, '2.1.2')}": "none", f"tie_{schools}": "main"},
    )  # fmt: skip

    now, then = trial(page).split("改动之后")
    assert "2.1.2" in now
    assert "2.1.1" in then


async def test_without_an_opinion_only_the_words_are_looked_at(
    client: AsyncClient,
) -> None:
    page = await send(client, "try", added_strong="转角亭")

    assert "词语没有问题" in page.text


async def test_what_is_saved_stays_on_the_page_and_is_used(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, added_strong="转角亭", struck_terms="停车费")

    assert "已保存" in page.text
    assert box(page, "added_strong") == "转角亭"
    notice = premises.house.shelf.notice(make.SLUG)
    assert notice.classifier.classify(subject="", text=SLANG).section == "2.1.2"
    assert "加 1，划 1" in (await client.get(LIST)).text


async def test_a_section_is_added_and_then_shown_as_said_by_hand(
    client: AsyncClient, premises: Premises
) -> None:
    notice, key = premises.house.shelf.notices[0], key_of(premises, "2.1.1")

    page = await send(client, **{f"more_{notice.id}": str(key),
                                 f"how_{notice.id}": "partly"})  # fmt: skip

    assert "人工指定" in page.text
    assert re.search(
        rf'name="tie_{key}">.*?value="partly" selected', page.text, re.DOTALL
    )
    found = topic_links.shares_of(premises.house.shelf.notice(make.SLUG))["parking"]
    assert found["2.1.1"] == pytest.approx(0.3)


@pytest.mark.parametrize("do", ["save", "try"])
async def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(
    client: AsyncClient, do: str
) -> None:
    page = await send(
        client, do, added_words="（甲|乙 丙", struck_terms="没有这个词", text=SLANG
    )

    assert page.status_code == 422
    assert "括号或竖线不成对" in page.text
    assert "自带的词里没有“没有这个词”" in page.text
    assert 'aria-describedby="wrong-added_words-1 "' in page.text
    assert box(page, "added_words") == "（甲|乙 丙"
    assert box(page, "text") == SLANG


async def test_somebody_elses_change_is_shown_before_it_is_overwritten(
    client: AsyncClient, clock: FakeClock
) -> None:
    await send(client, added_strong="别人的词")
    clock.advance(seconds=1)

    stale = await send(client, added_strong="转角亭", revision="0")
    again = await client.post(
        PAGE, data=hidden(stale) | {"do": "save", "added_strong": "转角亭"},
        follow_redirects=True,
    )  # fmt: skip

    assert stale.status_code == 409
    assert "别人的词" in stale.text
    assert box(stale, "added_strong") == "转角亭"
    assert "已保存" in again.text


async def test_a_topic_of_our_own_is_added_and_removed(client: AsyncClient) -> None:
    page = await client.post(
        LIST, data={"zh": "渡口", "en": "Ferry"}, follow_redirects=True
    )
    listed = await client.get(LIST)
    removed = await send(client, "remove", at=f"{LIST}/own_ferry")

    assert "已新建" in page.text
    assert page.url.path == f"{LIST}/own_ferry"
    assert box(page, "added_strong") == ""
    assert "struck_terms" not in page.text
    assert "自建" in listed.text
    assert "已删除" in removed.text
    assert (await client.get(f"{LIST}/own_ferry")).status_code == 404


async def test_a_name_that_cannot_be_is_given_back_with_the_reason(
    client: AsyncClient,
) -> None:
    page = await client.post(LIST, data={"zh": "渡口", "en": ""})

    assert page.status_code == 422
    assert 'id="wrong-en-1">名称不能空着' in page.text
    assert 'value="渡口"' in page.text


async def test_two_topics_whose_names_look_the_same_are_not_added(
    client: AsyncClient,
) -> None:
    await client.post(LIST, data={"zh": "渡口", "en": "Ferry"})

    page = await client.post(LIST, data={"zh": "渡\u200b口", "en": "Landing"})

    assert page.status_code == 422
    assert "已经有主题叫“渡口”" in page.text


async def test_who_only_reads_gets_no_button(
    client: AsyncClient, premises: Premises
) -> None:
    person = await at_desk.hire(premises, Role.AUDITOR)
    await at_desk.sit(client, premises, person)

    page, listed = await client.get(PAGE), await client.get(LIST)

    assert 'value="save"' not in page.text
    assert '<fieldset class="bare word-lists" disabled>' in page.text
    assert "新建主题" not in listed.text


async def test_what_was_typed_cannot_run_in_the_page(client: AsyncClient) -> None:
    page = await send(client, "try", added_strong="<b>x</b>", text="<script>1</script>")

    assert "<script>1" not in page.text
    assert "<b>x" not in page.text


async def test_the_record_tells_of_it_in_both_languages(client: AsyncClient) -> None:
    await send(client, added_strong="转角亭、飞线")

    chinese = await client.get("/desk/audit")
    english = await client.get("/en/desk/audit")

    assert "停车场所与泊位收费（增加的词 0 → 2，划掉的词 0 → 0" in chinese.text
    assert "words added 0 → 2" in english.text


async def test_a_name_that_is_no_topic_is_not_found(client: AsyncClient) -> None:
    seen = await client.get(f"{LIST}/nowhere")
    sent = await client.post(f"{LIST}/nowhere", data={"do": "save"})

    assert (seen.status_code, sent.status_code) == (404, 404)
