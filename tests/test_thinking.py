"""Thinking in a process of its own: the same answers, and none that is missed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from app.classify.ensemble import Classifier
from app.classify.lexicon import Topic
from app.classify.prior import SectionText
from app.classify.thought import Question, answer
from app.thinking import Thinking

LAMPS = Topic(name="lamps", zh="路灯", en="lamps", terms={"路灯": 2.0})
SCHOOLS = Topic(name="schools", zh="学位", en="schools", terms={"学位": 2.0})
QUESTIONS = [
    Question("", "巷口的路灯坏了。", (), ("town",)),
    Question("上学", "小区没有学位，孩子怎么办？", (), ("town",)),
    Question("", "", (), ("town",)),
]


LIGHTING = SectionText("1", "路灯照明", "修好路灯")
SCHOOLING = SectionText("2", "学位供给", "增加学位")


def classifier(
    *topics: Topic, sections: Sequence[SectionText] = (LIGHTING, SCHOOLING)
) -> Classifier:
    return Classifier.from_sections(sections, topics=topics or (LAMPS, SCHOOLS))


@pytest.fixture
async def thinking() -> AsyncIterator[Thinking]:
    found = Thinking(least=1)
    yield found
    await found.close()


async def test_the_process_thinks_what_the_service_would(thinking: Thinking) -> None:
    classifiers = {"town": classifier()}

    answers = await thinking.answers(classifiers, QUESTIONS)

    assert answers == [answer(classifiers, question) for question in QUESTIONS]


async def test_few_questions_are_left_to_whoever_asks() -> None:
    thinking = Thinking(least=len(QUESTIONS) + 1)

    assert await thinking.answers({"town": classifier()}, QUESTIONS) is None


async def test_a_changed_classifier_is_taken_up_at_once(thinking: Thinking) -> None:
    await thinking.answers({"town": classifier()}, QUESTIONS)
    changed = {"town": classifier(SCHOOLS)}

    answers = await thinking.answers(changed, QUESTIONS)

    assert answers == [answer(changed, question) for question in QUESTIONS]
    assert answers[0].thought != answer({"town": classifier()}, QUESTIONS[0]).thought


async def test_a_text_is_thought_about_by_the_notice_it_sounds_like(
    thinking: Thinking,
) -> None:
    both = {
        "lighting": classifier(sections=[LIGHTING]),
        "schooling": classifier(sections=[SCHOOLING]),
    }
    asked = Question("", "小区没有学位。", (), ("lighting", "schooling"))

    answers = await thinking.answers(both, [asked])

    assert answers is not None
    assert answers[0].by == "schooling"


async def test_a_process_that_dies_is_done_without_for_a_while(
    thinking: Thinking,
) -> None:
    classifiers = {"town": classifier()}
    await thinking.answers(classifiers, QUESTIONS)
    for child in children_of(os.getpid()):
        if "spawn_main" in command_of(child):
            os.kill(child, signal.SIGKILL)

    assert await thinking.answers(classifiers, QUESTIONS) is None
    assert await thinking.answers(classifiers, QUESTIONS) is None


async def test_after_a_while_another_process_is_begun() -> None:
    thinking = Thinking(least=1, idle=0.0)
    classifiers = {"town": classifier()}
    await thinking.answers(classifiers, QUESTIONS)

    answers = await thinking.answers(classifiers, QUESTIONS)

    assert answers == [answer(classifiers, question) for question in QUESTIONS]
    await thinking.close()


SERVICE = """
import asyncio, os, signal
from app.thinking import Thinking
from tests.test_thinking import QUESTIONS, children_of, classifier, command_of

async def main():
    await Thinking(least=1).answers({"town": classifier()}, QUESTIONS)
    for child in children_of(os.getpid()):
        if "spawn_main" in command_of(child):
            print(child, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_killed_service_leaves_no_process_behind() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVICE], capture_output=True, check=False, timeout=60
    )

    (child,) = map(int, done.stdout.split())
    assert done.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 30
    while command_of(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not command_of(child)


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in listed.split()]


def command_of(process: int) -> str:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""
