"""Makers: whatever a test needs, valid unless told otherwise."""

from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.submission import ContactDetails, Submission
from app.domain.vocabulary import Channel, Kind
from app.services import notices, staff
from tests.fakes import START

SLUG = "sample"
EMAIL = "zhang@example.org"
TWO_MATTERS = (
    "老城区停车太难，人民医院门口绕了四圈都没有车位。"
    "另外，小学学位又满了，孩子要去五公里外读，请给个说法。"
)
REPORT = "实名举报：某镇国土所副所长罗某每批一宗宅基地收三万元好处费，我有转账记录。"
TEXT = "小区门口的路灯坏了三个月,晚上孩子放学看不见路,请尽快修好。"


def notice_source() -> bytes:
    """Return the sample notice that ships with the package."""
    return resources.files("app").joinpath("sample", "notice.txt").read_bytes()


async def house(session: AsyncSession) -> str:
    """Set up office, first account and the sample notice; return the password."""
    password = await staff.set_up(session, now=START)
    await notice(session)
    return password or ""


async def notice(
    session: AsyncSession, *, publish: bool = True, **changes: Any
) -> None:
    """Import and publish the sample notice."""
    facts: dict[str, Any] = {
        "slug": SLUG, "opens_on": date(2026, 10, 1), "closes_on": None,
        "today": START.date(), "now": START,
    }  # fmt: skip
    await notices.import_notice(session, notice_source(), **(facts | changes))
    if publish:
        await notices.publish(session, changes.get("slug", SLUG), now=START)


def submission(**changes: Any) -> Submission:
    """Return an opinion that came by web form."""
    facts: dict[str, Any] = {
        "channel": Channel.WEB,
        "notice": SLUG,
        "kind": Kind.COMPLAINT,
        "subject": "路灯不亮",
        "text": TEXT,
        "contact": ContactDetails(name="张三", email=EMAIL),
        "consent_version": "test",
        "received_at": START,
    }
    return Submission(**(facts | changes))
