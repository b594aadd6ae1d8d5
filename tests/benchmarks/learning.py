"""How long a model learns from 10,000 confirmed opinions, and whom that keeps waiting.

    .venv/bin/python -m tests.benchmarks.learning

The opinions lie in a SQLite file. While a process of its own learns, a clock ticks in
the event loop of the service: what is counted is how long the loop was kept from it by
work of its own (CPU time of its thread), so that a busy machine is not blamed on us.
"""

import asyncio
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import insert

from app import migrations
from app.domain.submission import ContactDetails
from app.models import Confirmation
from app.premises import Premises
from app.services import intake
from app.services.drafting import draw_up
from app.settings import Settings
from app.workers import training
from tests import make
from tests.fakes import START

NUMBER = 10_000
BATCH = 250
TICK = 0.002

_SIGNS = (
    "路灯停车学校医院市场价格房屋土地供水执法干部企业资金党建公交噪音垃圾绿化电梯物业"
)


def words_of(chance: random.Random, number: int) -> list[str]:
    """Return words that nobody ever said."""
    return [
        "".join(chance.choices(_SIGNS, k=chance.randint(2, 4))) for _ in range(number)
    ]


async def fill(premises: Premises, number: int) -> None:
    """Register opinions, and have each confirmed."""
    chance = random.Random(1)
    notice = (await premises.shelf()).notice(make.SLUG)
    sections = [notice.section_ids[path] for path in notice.words.model.paths]
    labels: list[int | None] = [*sections, None]
    own = {label: words_of(chance, 60) for label in labels}
    shared = words_of(chance, 600)
    for _ in range(number // BATCH):
        places = chance.choices(labels, k=BATCH)
        drafts = [
            draw_up(premises.house, make.submission(
                subject="", contact=ContactDetails(), received_at=START,
                text="，".join(
                    chance.choices(own[place], k=8) + chance.choices(shared, k=12)
                ),
            ))
            for place in places
        ]  # fmt: skip
        rows = [
            confirmed(draft.case_id, draft.opinion_id, notice.id, place)
            for draft, place in zip(drafts, places, strict=True)
        ]
        async with premises.database.writing() as session:
            await intake.register_all(session, drafts)
            await session.execute(insert(Confirmation), rows)


def confirmed(
    case_id: int, opinion_id: int, notice_id: int, section_id: int | None
) -> dict[str, Any]:
    """Return the row of a confirmation."""
    return {
        "case_id": case_id, "opinion_id": opinion_id, "notice_id": notice_id,
        "section_id": section_id, "said": True, "decided_at": START,
        "guessed_id": None, "placed": False, "confidence": 0.5, "place": 0,
    }  # fmt: skip


async def tick(stalls: list[float]) -> None:
    """Note for how long, in seconds, the loop was busy between two ticks."""
    before = time.thread_time()
    while True:
        await asyncio.sleep(TICK)
        now = time.thread_time()
        stalls.append(now - before)
        before = now


async def measure(settings: Settings) -> None:
    """Learn, and print how that went."""
    async with Premises(settings, clock=lambda: START) as premises:
        async with premises.database.writing() as session:
            await make.house(session)
        await fill(premises, NUMBER)
        notice = (await premises.shelf()).notice(make.SLUG)
        stalls: list[float] = []
        ticking = asyncio.create_task(tick(stalls))
        began, cpu = time.perf_counter(), time.process_time()
        learnt = await training.learn(premises, notice)
        took, spent = time.perf_counter() - began, time.process_time() - cpu
        learned = len(stalls)
        await premises.shelf()
        ticking.cancel()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        sys.stdout.write(
            f"learned from {learnt.trial.examples} opinions,"
            f" tried on {learnt.trial.opinions}:"
            f" {learnt.trial.candidate.accuracy:.3f} right\n"
            f"wall {took:.1f} s; CPU of the service {spent:.2f} s,"
            f" of the learner {children.ru_utime + children.ru_stime:.1f} s,"
            f" its memory {children.ru_maxrss / 1024:.0f} MB\n"
            f"longest stall while learning {1000 * max(stalls[:learned]):.1f} ms,"
            f" while taking it up {1000 * max(stalls[learned:], default=0):.1f} ms\n"
        )


def main() -> None:
    """Measure in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'huiyin.db'}"
        migrations.upgrade(url)
        asyncio.run(
            measure(
                Settings(
                    database_url=SecretStr(url), secret_key=SecretStr("benchmark" * 4)
                )
            )
        )


if __name__ == "__main__":
    main()
