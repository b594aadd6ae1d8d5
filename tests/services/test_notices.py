import hashlib
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.outline import NotANotice
from app.domain.vocabulary import NoticeState
from app.errors import InvalidInput
from app.models import Notice, NoticeVersion, Opinion
from app.premises import Premises
from app.services import notices
from app.services.arrivals import Envelope, RawLetter
from app.services.notices import (
    AnotherNotice,
    Imported,
    NothingToPublish,
    UnknownNotice,
)
from app.services.shelf import NoSuchNotice
from app.workers import letters
from tests import make
from tests.fakes import START, FakeClock
from tests.needs import shared

LAMPS = ("路灯和道路养护不及时", "已更换路灯三百盏,剩余的年底前完成。")
MARKET = ("农贸市场秩序乱", "重新划线,每天巡查两次。")
DESKS = ("办事要跑多次", "窗口合并,一次办成。")
CANTEEN = ("学校食堂采购不公开", "每月公示菜价,家长可到场查看。")

Item = tuple[str, str]


def written(*items: Item, town: str = "云溪县") -> bytes:
    """Return a notice with one chapter of ``items``."""
    numbered = "\n\n".join(
        f"({'一二三四五六'[n]}){heading}。{body}"
        for n, (heading, body) in enumerate(items)
    )
    return (
        f"关于{town}巡察整改进展情况的通报\n\n"
        "现将整改进展情况通报如下,欢迎干部群众提出意见建议。\n\n"
        f"一、民生保障方面\n\n{numbered}\n\n"
        f"联系电话:0600-1234567\n\n中共{town}委巡察办\n2026年10月1日\n"
    ).encode()


async def imported(premises: Premises, source: bytes, **changes: Any) -> Imported:
    facts: dict[str, Any] = {"opens_on": date(2026, 10, 1), "closes_on": None}
    async with premises.database.writing() as session:
        return await notices.import_notice(
            session, source, today=START.date(), now=START,
            **({"slug": "yunxi"} | facts | changes),
        )  # fmt: skip


async def published(premises: Premises, source: bytes) -> dict[str, int]:
    """Import and publish ``source``; return the key of each item by its heading."""
    await imported(premises, source)
    async with premises.database.writing() as session:
        await notices.publish(session, "yunxi", now=START)
    premises.house.shelf.expire()
    notice = (await premises.shelf()).notice("yunxi")
    return {
        node.heading: notice.section_ids[path] for path, node in notice.nodes.items()
    }


async def test_a_draft_is_not_for_the_public(premises: Premises) -> None:
    await imported(premises, written(LAMPS))
    premises.house.shelf.expire()

    with pytest.raises(NoSuchNotice):
        (await premises.shelf()).notice("yunxi")


async def test_a_published_notice_stands_on_the_shelf(premises: Premises) -> None:
    keys = await published(premises, written(LAMPS, MARKET))

    assert set(keys) == {"民生保障方面", LAMPS[0], MARKET[0]}


async def test_another_process_sees_it_soon(
    premises: Premises, clock: FakeClock
) -> None:
    await imported(premises, written(LAMPS))
    async with premises.database.writing() as session:
        await notices.publish(session, "yunxi", now=START)
    clock.advance(seconds=3)

    assert (await premises.shelf()).notice("yunxi").version == 1


async def test_items_keep_their_keys_through_every_kind_of_change(
    premises: Premises,
) -> None:
    before = await published(premises, written(LAMPS, MARKET, DESKS))
    edited = (LAMPS[0], "路灯已经全部更换,经过验收。")

    after = await published(premises, written(DESKS, CANTEEN, edited))

    assert after[DESKS[0]] == before[DESKS[0]]
    assert after[LAMPS[0]] == before[LAMPS[0]]
    assert after[CANTEEN[0]] not in before.values()


async def test_an_opinion_stays_with_its_item_when_numbers_change(
    premises: Premises,
) -> None:
    before = await published(premises, written(LAMPS, MARKET))
    await premises.register(make.submission(notice="yunxi", section="1.2"))

    await published(premises, written(MARKET, LAMPS))

    shelved = (await premises.shelf()).notice("yunxi")
    assert shelved.paths[before[MARKET[0]]] == "1.1"


async def test_an_opinion_remembers_the_text_it_was_about(premises: Premises) -> None:
    await published(premises, written(LAMPS))
    await premises.register(make.submission(notice="yunxi"))
    await published(premises, written(LAMPS, MARKET))

    async with premises.database.reading() as session:
        number = await session.scalar(
            select(NoticeVersion.number).join(
                Opinion, Opinion.version_id == NoticeVersion.id
            )
        )
    assert number == 1


async def test_the_public_reads_the_old_text_until_the_new_one_is_published(
    premises: Premises,
) -> None:
    await published(premises, written(LAMPS))
    await imported(premises, written(MARKET))
    premises.house.shelf.expire()

    notice = (await premises.shelf()).notice("yunxi")

    assert LAMPS[0] in {node.heading for node in notice.nodes.values()}


async def test_the_same_text_again_makes_no_version(premises: Premises) -> None:
    first = await imported(premises, written(LAMPS))
    again = await imported(premises, written(LAMPS))

    assert (first.version, first.changed) == (1, True)
    assert (again.version, again.changed) == (1, False)


async def test_an_import_says_how_many_items_it_knew(premises: Premises) -> None:
    await imported(premises, written(LAMPS, MARKET))

    again = await imported(premises, written(MARKET, CANTEEN))

    assert (again.version, again.kept) == (2, 2)


async def test_a_notice_without_a_name_is_known_by_its_title_and_issuer(
    premises: Premises,
) -> None:
    first = await imported(premises, written(LAMPS), slug=None)
    same = await imported(premises, written(LAMPS, MARKET), slug=None)
    other = await imported(premises, written(LAMPS, town="东川县"), slug=None)

    assert (first.slug, same.slug, other.slug) == (
        "2026-10-01", "2026-10-01", "2026-10-01-2",
    )  # fmt: skip
    assert (same.version, other.version) == (2, 1)


async def test_the_file_is_kept_as_it_was(premises: Premises) -> None:
    source = written(LAMPS).decode().encode("gb18030")
    await imported(premises, source)

    async with premises.database.reading() as session:
        version = await session.scalar(
            select(NoticeVersion)
            .join(Notice, Notice.id == NoticeVersion.notice_id)
            .where(Notice.slug == "yunxi")
        )
    assert version is not None
    assert version.source == source
    assert version.source_digest == hashlib.sha256(source).hexdigest()


async def test_what_is_published_is_not_published_again(premises: Premises) -> None:
    await published(premises, written(LAMPS))

    async with premises.database.writing() as session:
        with pytest.raises(NothingToPublish):
            await notices.publish(session, "yunxi", now=START)


async def test_a_notice_that_is_not_there_cannot_be_published(
    premises: Premises,
) -> None:
    async with premises.database.writing() as session:
        with pytest.raises(UnknownNotice):
            await notices.publish(session, "no-such", now=START)


async def test_a_text_that_is_no_notice_is_not_stored(premises: Premises) -> None:
    with pytest.raises(NotANotice):
        await imported(premises, "红烧肉的做法\n\n先把肉切块。\n".encode())

    async with premises.database.reading() as session:
        assert (
            await session.scalar(select(Notice).where(Notice.slug == "yunxi")) is None
        )


@pytest.mark.parametrize("slug", ["Yunxi", "yun xi", "-yunxi", "云溪", "a" * 61, "a/b"])
async def test_a_name_that_would_not_do_in_an_address_is_refused(
    premises: Premises, slug: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await imported(premises, written(LAMPS), slug=slug)
    assert refused.value.field == "slug"


async def test_a_window_that_closes_before_it_opens_is_refused(
    premises: Premises,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await imported(premises, written(LAMPS), closes_on=date(2026, 9, 30))
    assert refused.value.field == "closes_on"


async def test_a_second_import_may_move_the_window(premises: Premises) -> None:
    await imported(premises, written(LAMPS))
    await imported(premises, written(LAMPS), closes_on=date(2026, 12, 1))

    async with premises.database.reading() as session:
        notice = await session.scalar(select(Notice).where(Notice.slug == "yunxi"))
    assert notice is not None
    assert notice.closes_on == date(2026, 12, 1)
    assert notice.state is NoticeState.DRAFT


async def test_every_item_of_the_real_notice_is_known_again(
    premises: Premises,
) -> None:
    source = (shared("notices") / "00-guangzhou-2015.txt").read_bytes()
    first = await imported(premises, source)
    items = len(list(first.outline.nodes()))

    again = await imported(premises, source + b"\n")

    assert (again.version, again.kept) == (2, items)


async def test_a_text_is_no_version_of_a_notice_that_it_has_nothing_of(
    premises: Premises,
) -> None:
    with pytest.raises(AnotherNotice):
        await imported(premises, written(LAMPS), slug=make.SLUG)
    assert (await premises.shelf()).notice(make.SLUG).version == 1


async def test_a_letter_to_no_notice_goes_to_the_one_it_sounds_like(
    premises: Premises,
) -> None:
    await published(premises, written(LAMPS, CANTEEN))
    raw = make_letter("老旧电梯", "我们楼的旧电梯三天两头停,什么时候能换?")
    await premises.keep(raw)
    await letters.settle_waiting(premises)

    async with premises.database.reading() as session:
        opinion = (await session.scalars(select(Opinion))).one()
    assert opinion.notice_id == premises.house.shelf.notice(make.SLUG).id


def make_letter(subject: str, text: str) -> RawLetter:
    content = (
        f"From: li@example.org\r\nTo: opinions@localhost\r\nSubject: {subject}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    return RawLetter(
        content=content.encode(),
        envelope=Envelope(sender="li@example.org", recipients=("opinions@localhost",)),
        received_at=START,
    )
