"""Clerks who confirm what opinions are about, so that a model can learn from it."""

from collections.abc import Sequence
from typing import Any

from app.domain.submission import ContactDetails
from app.domain.teaching import ModelState
from app.domain.vocabulary import Role
from app.models import Confirmation, ModelVersion
from app.premises import Premises
from app.services import intake, triage
from app.services.drafting import draw_up
from app.services.intake import Registration
from app.services.shelf import ShelvedNotice
from tests import at_desk, make

LAMPS = "2.1.4"
"""Where clerks put street lamps, of which the sample notice says nothing."""

FAIR = "2.2.1"
"""Where they put the flower fair, of which it says nothing either."""

NOWHERE = None

_WHERE = (
    "东门",
    "西街",
    "桥头",
    "城南",
    "河滨路",
    "老城区",
    "二中门口",
    "车站旁",
    "花园小区",
    "北坡",
)
_LAMP = (
    "{}的路灯又不亮了，晚上走路看不见",
    "{}一排路灯坏了没人修",
    "请给{}装几盏路灯，夜里太黑",
    "{}的灯杆歪了，灯泡一闪一闪的",
)
_FLOWER = (
    "{}的花市今年还办不办，想去买年花",
    "{}花市摊位太挤，盆栽都摆到路上了",
    "盼望{}的迎春花市多留几天",
    "{}花市散场以后落下一地花盆",
)
_OTHER = (
    "{}看到的晚霞真好看",
    "我在{}丢了一把雨伞",
    "{}的合唱队什么时候招人",
    "想知道{}的地名是怎么来的",
)

Lesson = tuple[str, str | None]
"""What a citizen wrote, and where a clerk put it."""


def lessons(number: int) -> list[Lesson]:
    """Return so many lessons, on lamps, the fair and other things in turn."""
    kinds = ((_LAMP, LAMPS), (_FLOWER, FAIR), (_OTHER, NOWHERE))
    found = []
    for index in range(number):
        texts, path = kinds[index % 3]
        round_ = index // 3
        said = texts[round_ % len(texts)].format(_WHERE[round_ // len(texts) % 10])
        found.append((f"{said}。第{index}次说。", path))
    return found


async def confirm(
    premises: Premises, some: Sequence[Lesson], *, slug: str = make.SLUG
) -> list[Registration]:
    """Let citizens write, and a clerk decide what each of them means."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    await premises.shelf()
    now, house = premises.clock(), premises.house
    drafts = [
        draw_up(house, make.submission(
            notice=slug, subject="", text=text, received_at=now,
            contact=ContactDetails(),
        ))
        for text, _ in some
    ]  # fmt: skip
    async with premises.database.writing() as session:
        registered = await intake.register_all(session, drafts)
        found = [each for each in registered if isinstance(each, Registration)]
        for registration, (_, path) in zip(found, some, strict=True):
            await triage.classify(
                session, clerk, house, registration.receipt_number,
                revision=1, section=path, now=now,
            )  # fmt: skip
    return found


def renumbered() -> bytes:
    """Return the sample notice with an item more, so that others have new numbers."""
    text = make.notice_source().decode()
    headings = (
        "小学学位紧张",
        "老城区停车难",
        "老旧电梯带病运行",
        "城区高层供水压力不够",
    )
    for number, heading in reversed(list(enumerate(headings, start=1))):
        text = text.replace(f"{number}.{heading}", f"{number + 1}.{heading}")
    bus = "1.公交班次太少。新增三条线路，高峰时每八分钟一班。\n\n"
    return text.replace("2.小学学位紧张", f"{bus}2.小学学位紧张").encode()


def sample(premises: Premises) -> ShelvedNotice:
    """Return the sample notice as it stands on the shelf."""
    return premises.house.shelf.notice(make.SLUG)


def first_guess(premises: Premises, text: str) -> str | None:
    """Return the path that the classifier now puts first."""
    found = sample(premises).classifier.classify(subject="", text=text)
    return found.candidates[0].section if found.candidates else None


async def confirmation_of(premises: Premises, number: str) -> Confirmation | None:
    """Return what a case is confirmed to be about; None: it is not confirmed."""
    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        return await session.get(Confirmation, case.id)


async def decided(
    premises: Premises, *, section: str | None, guessed: str | None, **facts: Any
) -> None:
    """Put down a decision, beside what the model had put first."""
    opened = await at_desk.open_case(premises)
    case = await at_desk.case_of(premises, opened.receipt_number)
    keys = sample(premises).section_ids
    values = {
        "case_id": case.id,
        "opinion_id": case.opinion_id,
        "notice_id": case.notice_id,
        "section_id": keys[section] if section else None,
        "said": True,
        "decided_at": premises.clock(),
        "guessed_id": keys[guessed] if guessed else None,
        "placed": guessed is not None,
        "confidence": 0.9,
        "place": int(section == guessed),
    }
    async with premises.database.writing() as session:
        session.add(Confirmation(**(values | facts)))


async def version(premises: Premises, **facts: Any) -> None:
    """Store a model that says nothing we could read."""
    sealed = premises.house.seal.close(b"of another time", purpose="model")
    measured = {"accuracy": 0.8, "macro_f1": 0.7, "calibration_error": 0.05}
    values = {
        "notice_id": sample(premises).id,
        "number": 1,
        "state": ModelState.RETIRED,
        "made_at": premises.clock(),
        "examples": 120,
        "learned_until": premises.clock(),
        "measures": {
            "opinions": 24,
            "candidate": measured,
            "before": measured | {"accuracy": 0.5},
            "before_number": 0,
        },
        "sealed": sealed,
        "replaced_at": None,
        "staff_id": None,
    }
    async with premises.database.writing() as session:
        session.add(ModelVersion(**(values | facts)))
