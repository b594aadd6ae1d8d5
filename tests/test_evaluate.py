import json
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests import make
from tests.command import Office, office

NOTICE = """关于整改情况的通报

一、停车收费混乱的整改

取消无手续的停车收费点，泊位统一编号。

二、农贸市场陈旧的整改

改造农贸市场的档口和排水。

某县委

2025年1月2日
"""

LINES = (
    {"id": 1, "subject": "", "text": "路边停车收费没有票据", "section": "1"},
    {"id": 2, "text": "农贸市场的档口漏雨，地上全是水", "label": "2"},
    {"id": 3, "text": "停车位被人用地锁占了", "label": "停车收费混乱的整改"},
    {"id": 4, "text": "祝大家新年快乐，身体健康！", "section": None},
)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A shell in a folder with a notice and labelled opinions."""
    monkeypatch.chdir(tmp_path)
    Path("notice.txt").write_text(NOTICE, encoding="utf-8")
    write(*LINES)
    return Office(Settings())


def write(*lines: dict[str, Any]) -> None:
    printed = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    Path("labelled.jsonl").write_text(printed, encoding="utf-8")


def evaluate(shell: Office, *more: str) -> list[str]:
    notice = ("--notice", "notice.txt")
    return shell.said("classify", "evaluate", *notice, *more, "labelled.jsonl")


def test_all_measures_are_printed_as_json(shell: Office) -> None:
    (line,) = evaluate(shell, "--json")
    printed = json.loads(line)

    assert (printed["opinions"], printed["placed"]) == (4, 3)
    assert printed["top_1"] == printed["macro_f1"] == printed["none_auc"] == 1.0
    assert {"top_3", "answered", "ece", "coverage_at_95"} < set(printed)
    assert printed["confusions"] == []


def test_each_item_has_a_line_of_its_own(shell: Office) -> None:
    printed = json.loads(evaluate(shell, "--json")[0])

    numbers = [(item["section"], item["number"]) for item in printed["items"]]
    assert numbers == [("1", 2), ("2", 1), (None, 1)]
    assert set(printed["items"][0]) == {
        "section", "number", "precision", "recall", "f1"
    }  # fmt: skip


def test_people_get_a_table_with_the_headings(shell: Office) -> None:
    printed = "\n".join(evaluate(shell))

    assert "4 opinions, 3 of them on an item" in printed
    assert "停车收费混乱的整改" in printed
    assert "nothing was confused" in printed


def test_what_was_confused_is_named(shell: Office) -> None:
    write({"id": 1, "text": "路边停车收费没有票据", "section": "2"})

    assert any(line.split() == ["1", "2", "->", "1"] for line in evaluate(shell))


@pytest.mark.parametrize(
    ("line", "words"),
    [({"id": 7, "text": "停车"}, "7"), ({"id": 8, "text": "a", "section": "9"}, "9")],
)
def test_a_label_that_is_missing_or_unknown_is_named(
    shell: Office, line: dict[str, Any], words: str
) -> None:
    write(line)
    notice = ("--notice", "notice.txt")

    said = shell.complaint("classify", "evaluate", *notice, "labelled.jsonl")

    assert said.startswith("huiyin: ")
    assert words in said


def test_a_stored_notice_can_be_measured_on(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    clerk = office(monkeypatch, settings)
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps({"text": make.TEXT, "section": None}), encoding="utf-8")

    (line,) = clerk.said(
        "classify", "evaluate", "--notice", make.SLUG, "--json", str(file)
    )

    assert json.loads(line)["placed"] == 0


def test_what_was_learned_first_counts(shell: Office) -> None:
    lessons = [{"text": f"咪表坏了第{n}回", "section": "2"} for n in range(40)]
    Path("lessons.jsonl").write_text("\n".join(map(json.dumps, lessons)))
    write({"id": 1, "text": "咪表坏了又一回", "section": "2"})

    (line,) = evaluate(shell, "--learn", "lessons.jsonl", "--json")

    assert json.loads(line)["top_1"] == 1.0


def test_labels_alone_can_be_measured_without_a_notice(shell: Office) -> None:
    lines = [{"text": f"{word}{n}", "label": word} for word in "车船" for n in range(9)]
    write(*lines)
    learn = ("--learn", "labelled.jsonl", "--json", "labelled.jsonl")

    (line,) = shell.said("classify", "evaluate", *learn)

    assert [item["section"] for item in json.loads(line)["items"]] == ["船", "车"]


def test_without_a_notice_or_lessons_there_is_nothing_to_measure(shell: Office) -> None:
    assert "--notice" in shell.complaint("classify", "evaluate", "labelled.jsonl")


def test_classifying_asks_for_a_notice(shell: Office) -> None:
    assert "--notice" in shell.complaint("classify")
