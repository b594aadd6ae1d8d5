"""An item is followed by mail: with a yes, to an end, and without naming anybody."""

import asyncio
import re
from datetime import UTC, datetime

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Disposition, MailPurpose, Role
from app.models import SectionNews, Subscription
from app.premises import Premises
from app.services import replies
from app.services.citizen import news, subscriptions
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.following import talking

PATH = "2.1.2"
FOLLOW = f"/notices/{make.SLUG}/sections/{PATH}/follow"
READER = "reader@example.org"


async def ask(client: AsyncClient, email: str = READER, page: str = FOLLOW) -> Response:
    return await client.post(page, data={"email": email})


def links(body: str) -> list[str]:
    """Return the addresses of ours in a letter, without the host."""
    return re.findall(r"http://testserver(/\S+)", body)


async def invited(client: AsyncClient, premises: Premises, email: str = READER) -> str:
    """Return the address that confirms, out of the letter."""
    await ask(client, email)
    await talking.look_around(premises)
    letter = (await talking.letters(premises, MailPurpose.SUBSCRIPTION))[-1]
    (link,) = [each for each in links(letter.body) if "/confirm/" in each]
    return link


async def follow(client: AsyncClient, premises: Premises, email: str = READER) -> None:
    assert (
        await client.post(await invited(client, premises, email))
    ).status_code == 200


async def adopted(client: AsyncClient, premises: Premises, **changes: str) -> None:
    """Close a case of the item as adopted."""
    talk = await talking.begin(client, premises, **{"section": PATH} | changes)
    await talking.answered(talk, ending=Disposition.ADOPTED)


async def end_of_following(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> str:
    """Return the address that ends it, out of the first letter to who follows."""
    await follow(client, premises)
    await adopted(client, premises)
    clock.advance(days=1)
    await talking.look_around(premises)
    (letter,) = await talking.letters(premises, MailPurpose.PROGRESS)
    (end,) = [each for each in links(letter.body) if "/end/" in each]
    return end


async def test_an_item_has_a_way_to_follow_it(client: AsyncClient) -> None:
    page = await client.get(FOLLOW.removesuffix("/follow"))

    assert f'href="{FOLLOW}"' in page.text
    assert (await client.get(FOLLOW)).status_code == 200
    assert (await client.get(FOLLOW.replace(PATH, "9.9"))).status_code == 404


async def test_nothing_is_sent_before_a_yes_but_the_question(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    link = await invited(client, premises)
    await adopted(client, premises)
    clock.advance(days=1)
    await talking.look_around(premises)

    shown = await client.get(link)

    assert not await talking.letters(premises, MailPurpose.PROGRESS)
    assert "确认关注" in shown.text
    (row,) = await talking.rows(premises, Subscription)
    assert row.confirmed_at is None
    assert READER.encode() not in row.sealed


async def test_news_come_the_next_morning_once_and_name_no_case(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await follow(client, premises)
    await adopted(client, premises)
    await adopted(client, premises, text="停车位太少，希望晚上开放单位的车位。")
    (news,) = await talking.rows(premises, SectionNews)
    assert news.due_at == datetime(2026, 11, 3, 1, 0, tzinfo=UTC)

    clock.advance(hours=23)
    await talking.look_around(premises)
    assert not await talking.letters(premises, MailPurpose.PROGRESS)
    clock.advance(hours=1)
    for _ in range(3):
        await talking.look_around(premises)

    (letter,) = await talking.letters(premises, MailPurpose.PROGRESS)
    assert letter.to == READER
    assert f"/notices/{make.SLUG}/sections/{PATH}" in letter.body
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", letter.body)
    assert not await talking.rows(premises, SectionNews)


@pytest.mark.parametrize(
    ("ending", "section"),
    [(Disposition.EXPLAINED, PATH), (Disposition.ADOPTED, "")],
)
async def test_of_other_endings_and_other_items_nobody_is_told(
    client: AsyncClient, premises: Premises, ending: Disposition, section: str
) -> None:
    await follow(client, premises)
    talk = await talking.begin(
        client, premises, section=section, text="公园的椅子坏了，没有人修。"
    )
    await talking.answered(talk, ending=ending)

    assert not await talking.rows(premises, SectionNews)


async def test_of_a_report_of_wrongdoing_nobody_is_told(
    client: AsyncClient, premises: Premises
) -> None:
    await follow(client, premises)
    talk = await talking.begin(
        client, premises, section=PATH, text=make.REPORT, kind="report"
    )
    chief = await at_desk.hire(premises, Role.SUPERVISOR)
    for step in ("answer", "close"):
        case = await at_desk.case_of(premises, talk.number)
        assert case.restricted
        async with premises.database.writing() as session:
            if step == "answer":
                await replies.answer(
                    session, chief, premises.house, talk.number,
                    revision=case.revision, text="已核实。", now=premises.clock(),
                )  # fmt: skip
            else:
                await replies.close(
                    session, chief, premises.house, talk.number, revision=case.revision,
                    disposition=Disposition.ADOPTED, now=premises.clock(),
                )  # fmt: skip

    assert not await talking.rows(premises, SectionNews)


async def test_the_letter_bears_the_one_click_end(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    end = await end_of_following(client, premises, clock)

    said = await talking.headers(premises, MailPurpose.PROGRESS)
    shown = await client.get(end)
    assert await talking.rows(premises, Subscription)
    # As a mail provider's server sends it (RFC 8058): from no page, with this body.
    clicked = await client.post(
        end, data={"List-Unsubscribe": "One-Click"},
        headers={"origin": "https://mail.example.com", "sec-fetch-site": "cross-site"},
    )  # fmt: skip

    assert said["List-Unsubscribe"] == f"<http://testserver{end}>"
    assert said["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert said["Auto-Submitted"] == "auto-generated"
    assert "取消关注" in shown.text
    assert clicked.status_code == 200
    assert not await talking.rows(premises, Subscription)
    assert (await client.post(end)).status_code == 200


async def test_a_known_and_an_unknown_address_get_the_same_answer(
    client: AsyncClient, premises: Premises
) -> None:
    await follow(client, premises)

    pages = [
        (await ask(client, email)).text.replace(email, "…")
        for email in (READER, "new@example.org")
    ]

    assert pages[0] == pages[1]


async def test_whoever_follows_already_is_not_asked_again(
    client: AsyncClient, premises: Premises
) -> None:
    await follow(client, premises)
    await ask(client)
    await talking.look_around(premises)

    assert len(await talking.letters(premises, MailPurpose.SUBSCRIPTION)) == 1
    assert len(await talking.rows(premises, Subscription)) == 1


async def test_an_address_follows_an_item_once_however_often_it_is_asked(
    client: AsyncClient, premises: Premises
) -> None:
    await asyncio.gather(*(ask(client) for _ in range(4)))
    await asyncio.gather(*(talking.look_around(premises) for _ in range(3)))

    assert len(await talking.rows(premises, Subscription)) == 1


async def test_who_never_says_yes_is_forgotten(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    link = await invited(client, premises)
    clock.advance(days=4)
    await talking.look_around(premises)

    page = await client.get(link)

    assert page.status_code == 404
    assert "三天内没有确认" in page.text
    assert not await talking.rows(premises, Subscription)


@pytest.mark.parametrize("token", ["1", "1.00", "zz.zz", "0.", "f" * 40 + ".00"])
async def test_a_link_that_is_not_ours_leads_nowhere(
    client: AsyncClient, token: str
) -> None:
    assert (await client.get(f"/following/confirm/{token}")).status_code == 404
    assert (await client.post(f"/following/confirm/{token}")).status_code == 404


async def test_a_link_to_end_that_is_cut_off_does_not_claim_an_end(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    end = await end_of_following(client, premises, clock)

    for answer in (await client.get(end[:-1]), await client.post(end[:-1])):
        assert answer.status_code == 404
        assert "没有取消" in answer.text
    assert await talking.rows(premises, Subscription)


async def test_a_link_that_confirms_ends_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    link = await invited(client, premises)
    await client.post(link.replace("/confirm/", "/end/"))

    assert await talking.rows(premises, Subscription)


async def test_many_are_told_each_once_in_several_steps(
    client: AsyncClient, premises: Premises, clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(news, "_MOST_AT_ONCE", 2)
    readers = [f"reader{count}@example.org" for count in range(5)]
    for reader in readers:
        await follow(client, premises, reader)
    section_id = premises.house.shelf.notice(make.SLUG).section_ids[PATH]
    async with premises.database.writing() as session:
        await subscriptions.tell_subscribers(
            session, premises.house, section_id, now=clock()
        )
    clock.advance(days=1)
    await talking.look_around(premises)

    told = await talking.letters(premises, MailPurpose.PROGRESS)
    assert sorted(letter.to for letter in told) == readers
