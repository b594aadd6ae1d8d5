"""The scene of the pages' benchmark: a long notice, many cases, and who visits them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from pydantic import SecretStr

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import notices
from app.settings import Settings
from tests import at_desk, make
from tests.benchmarks import queue

_NUMBERS: Final = "一二三四五六七八九"
_PEOPLE: Final = 10
_TRACKED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What visitors ask for."""

    keys: list[tuple[str, str]]
    """Receipt numbers and codes of opinions that were asked about and answered."""

    clerks: list[str]
    officers: list[str]
    """Tokens of sessions."""


def long_notice() -> bytes:
    """Return the sample notice with three times as many items: thirty, and chapters."""
    head, _, rest = make.notice_source().decode().partition("（一）")
    middle, _, tail = rest.partition("三、下一步")
    chapters = [each.split("）", 1)[-1] for each in f"（一）{middle}".split("\n（")]
    shown = "\n".join(
        f"（{number}）{chapters[place % len(chapters)]}"
        for place, number in enumerate(_NUMBERS)
    )
    return f"{head}{shown}\n三、下一步{tail}".encode()


async def set_scene(settings: Settings, *, cases: int) -> Scene:
    """Publish the notice, fill the queue, and let people come."""
    async with Premises(settings) as premises:
        now = datetime.now(UTC)
        async with premises.database.writing() as session:
            await notices.import_notice(
                session, long_notice(), slug=make.SLUG,
                opens_on=date(2020, 1, 1), closes_on=None, today=now.date(), now=now,
            )  # fmt: skip
            await notices.publish(session, make.SLUG, now=now)
        await queue.filled(premises, cases)
        return Scene(
            keys=[await _tracked(premises, number) for number in range(_TRACKED)],
            clerks=[await _session(premises, Role.CLERK) for _ in range(_PEOPLE)],
            officers=[
                await _session(premises, Role.OFFICER, office="承办单位3")
                for _ in range(_PEOPLE)
            ],
        )


def settings_at(url: str, secret: str) -> Settings:
    """Return the settings of a service that works on the database at ``url``."""
    return Settings(
        database_url=SecretStr(url), secret_key=SecretStr(secret),
        base_url="http://localhost",
    )  # fmt: skip


async def _session(premises: Premises, role: Role, *, office: str | None = None) -> str:
    person = await at_desk.hire(premises, role, office=office)
    return await at_desk.signed_in(premises, person)


async def _tracked(premises: Premises, number: int) -> tuple[str, str]:
    """Have an opinion that was assigned, asked about and answered."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    said = await at_desk.open_case(premises, text=f"{make.TEXT}（{number}）")
    for name in ("assign", "ask", "answer"):
        step = at_desk.steps(premises, clerk, said.receipt_number)[name]
        case = await at_desk.case_of(premises, said.receipt_number)
        await at_desk.go(premises, step, revision=case.revision)
    return said.receipt_number, said.query_code or ""
