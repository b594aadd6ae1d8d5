import json
from pathlib import Path

import pytest

from app.settings import Settings
from tests.classify import topic_letters as letters
from tests.command import Office


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Office(Settings())


def lines(pairs: tuple[tuple[str, str], ...]) -> bytes:
    return b"".join(
        json.dumps({"id": f"o{at}", "subject": subject, "text": text}).encode() + b"\n"
        for at, (subject, text) in enumerate(pairs)
    )


def test_topics_are_printed_the_hottest_first(shell: Office) -> None:
    Path("opinions.jsonl").write_bytes(lines(letters.EVERYTHING))

    mill, bus, *_ = map(json.loads, shell.said("topics", "opinions.jsonl"))

    assert (mill["topic"], mill["heat"], bus["topic"]) == (1, 5.0, 2)
    assert sorted(mill["ids"]) == ["o0", "o1", "o2", "o3", "o4"]
    assert "石料厂" in mill["terms"]
    assert set(mill) == {"topic", "ids", "terms", "heat"}


def test_topics_are_found_in_what_a_pipe_brings(shell: Office) -> None:
    said = shell.said("topics", "-", stdin=lines(letters.BUS))

    assert [json.loads(line)["topic"] for line in said] == [1]


def test_half_a_character_in_a_text_is_passed_over(shell: Office) -> None:
    stdin = b"".join(
        b'{"id": %d, "text": "\xe7\x9f\xb3\xe6\x96\x99\xe5\x8e\x82\\ud83d"}\n' % number
        for number in range(3)
    )

    (topic,) = map(json.loads, shell.said("topics", "-", stdin=stdin))

    assert sorted(topic["ids"]) == [0, 1, 2]


def test_in_nothing_there_are_no_topics(shell: Office) -> None:
    assert shell.said("topics", "-", stdin=b"\n \n") == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"nonsense", "line 2 is no JSON"),
        (b"[1]", "line 2 is no object"),
        (b'{"id": 1, "text": 5}', 'line 2: "text" is no text'),
        (b'{"text": "x"}', 'opinion 2 has no "id"'),
        (b'{"id": "\\ud800", "text": "x"}', "line 2 holds half a character"),
        (b'{"id": 1e999, "text": "x"}', "1e999 is no number that JSON has"),
        (b'{"id": NaN, "text": "x"}', "NaN is no number that JSON has"),
    ],
)
def test_a_line_that_is_no_opinion_is_complained_of(
    shell: Office, line: bytes, word: str
) -> None:
    stdin = b'{"id": 1, "text": "x"}\n' + line + b"\n"

    assert word in shell.complaint("topics", "-", stdin=stdin)


def test_a_file_that_is_not_there_is_complained_of(shell: Office) -> None:
    assert "nothing.jsonl" in shell.complaint("topics", "nothing.jsonl")
