import json
from pathlib import Path
from typing import Any

import pytest

from app.classify.sections import sections_of
from app.domain.outline import decode_notice, parse_outline
from app.settings import Settings
from tests import make
from tests.command import Office

OPINION = json.dumps({"id": "a", "subject": "", "text": "路灯不亮"}).encode()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Office(Settings())


def _last_item() -> str:
    outline = parse_outline(decode_notice(make.notice_source()))
    return [each.path for each in sections_of(outline) if each.is_leaf][-1]


def teach(folder: Path, *lines: dict[str, Any]) -> None:
    (folder / "notice.txt").write_bytes(make.notice_source())
    written = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "taught.jsonl").write_text(written, encoding="utf-8")


def test_without_a_notice_the_labels_taught_are_the_answers(
    shell: Office, tmp_path: Path
) -> None:
    teach(
        tmp_path,
        {"id": 1, "subject": "", "text": "路灯坏了没人修", "label": "灯"},
        {"id": 2, "subject": "", "text": "公交车不准点", "section": "车"},
        {"label": "书", "description": "图书馆的开放时间"},
    )
    (line,) = shell.said("classify", "--learn", "taught.jsonl", stdin=OPINION)
    found = json.loads(line)

    assert set(found) == {"id", "section", "confidence", "candidates", "evidence"}
    assert found["section"] == found["candidates"][0]["section"] == "灯"
    assert {each["section"] for each in found["candidates"]} == {"灯", "车", "书"}


def test_lines_of_null_teach_that_none_of_these_is_an_answer(
    shell: Office, tmp_path: Path
) -> None:
    teach(
        tmp_path,
        {"id": 1, "subject": "", "text": "公交车不准点", "label": "车"},
        {"id": 2, "subject": "", "text": "路灯不亮了", "label": None},
    )
    (line,) = shell.said("classify", "--learn", "taught.jsonl", stdin=OPINION)

    assert json.loads(line)["section"] is None


def test_a_notice_learns_where_its_clerks_put_opinions(
    shell: Office, tmp_path: Path
) -> None:
    words = ("classify", "--notice", "notice.txt")
    teach(tmp_path)
    (before,) = map(json.loads, shell.said(*words, stdin=OPINION))
    path = _last_item()
    lines = [{"text": f"路灯不亮，{more}", "section": path} for more in "街巷桥路园"]
    teach(tmp_path, *lines)
    taught = (*words, "--learn", "taught.jsonl")
    (after,) = map(json.loads, shell.said(*taught, stdin=OPINION))

    assert before["section"] != path
    assert after["candidates"][0]["section"] == path


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"text": "a", "label": "9.9"}, "line 2: the notice has no item 9.9"),
        ({"text": "a"}, 'line 2: neither "section" nor "label"'),
        ({"text": "a", "label": 7}, 'line 2: "label" is neither a text nor null'),
        ({"text": 5, "label": None}, 'line 2: "text" is no text'),
        ({"label": None, "description": "a"}, "line 2: a description of nothing"),
        ({"label": None, "description": 5}, 'line 2: "description" is no text'),
    ],
)
def test_a_line_that_teaches_nothing_is_named(
    shell: Office, tmp_path: Path, line: dict[str, Any], complaint: str
) -> None:
    teach(tmp_path, {"text": "b", "label": None}, line)
    words = ("classify", "--notice", "notice.txt", "--learn", "taught.jsonl")

    assert complaint in shell.complaint(*words)


def test_labels_are_learned_or_there_is_nothing_to_say(
    shell: Office, tmp_path: Path
) -> None:
    teach(tmp_path, {"text": "b", "label": None})

    assert "no label to learn" in shell.complaint("classify", "--learn", "taught.jsonl")


def test_half_a_character_in_a_label_is_complained_of(
    shell: Office, tmp_path: Path
) -> None:
    (tmp_path / "taught.jsonl").write_bytes(b'{"text": "x", "label": "\\ud800"}\n')

    complaint = shell.complaint("classify", "--learn", "taught.jsonl", stdin=OPINION)

    assert "line 1 holds half a character" in complaint


def test_half_a_character_in_a_text_costs_no_answer(
    shell: Office, tmp_path: Path
) -> None:
    (tmp_path / "notice.txt").write_bytes(make.notice_source())
    stdin = b'{"id": "a", "text": "\\ud83d"}\n'

    (line,) = shell.said("classify", "--notice", "notice.txt", stdin=stdin)

    assert json.loads(line)["id"] == "a"
