"""Notices to read: the sample rewritten, and many of them."""

from datetime import date

from app.premises import Premises
from app.services import notices
from tests import make
from tests.fakes import START


def rewritten() -> bytes:
    """Return the sample with an item more, one less, and others in other words."""
    text = make.notice_source().decode()
    text = text.replace(
        "1.小学学位紧张。", "1.托育机构太少。新建两所。\n2.小学学位紧张。", 1
    )
    text = text.replace(
        "2.老城区停车难。划定路内泊位860个", "3.老城区停车难。划定路内泊位910个", 1
    )
    start = text.index("3.老旧电梯带病运行")
    return (text[:start] + text[text.index("4.城区高层供水") :]).encode()


async def publish_many(premises: Premises, number: int) -> None:
    """Publish ``number`` notices that take opinions."""
    async with premises.database.writing() as session:
        for turn in range(number):
            source = make.notice_source().decode().replace("青岚县", f"青岚县{turn}号")
            slug = f"notice-{turn}"
            await notices.import_notice(
                session, source.encode(), slug=slug, opens_on=date(2026, 10, 1),
                closes_on=None, today=START.date(), now=START,
            )  # fmt: skip
            await notices.publish(session, slug, now=START)
    premises.house.shelf.expire()
