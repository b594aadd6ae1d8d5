"""What an outside model is asked, and how little of its answer counts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.advice import LONGEST_TEXT, Advice, prompt_for, read_advice
from app.classify.prior import SectionText

PATHS = ("2.1.1", "2.1.2")
SECTIONS = [
    SectionText(
        path=path,
        heading=heading,
        body="正文很长。",
        measures=(),
        ancestors=("民生", "交通"),
        is_leaf=True,
    )
    for path, heading in zip(PATHS, ("老城区停车难", "路灯不亮"), strict=True)
]


def test_the_sections_are_listed_by_path_and_heading() -> None:
    shown = json.loads(prompt_for(SECTIONS, subject="", text="…").shown)

    assert [(each["path"], each["heading"]) for each in shown["sections"]] == [
        ("2.1.1", "老城区停车难"), ("2.1.2", "路灯不亮")
    ]  # fmt: skip
    assert "正文" not in str(shown)


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_in_an_opinion_leads_out_of_its_quotes(subject: str, text: str) -> None:
    prompt = prompt_for(SECTIONS, subject=subject, text=text)

    assert json.loads(prompt.shown)["opinion"] == {"subject": subject, "text": text}
    assert prompt.told == prompt_for([], subject="", text="").told


def test_a_long_opinion_is_cut() -> None:
    shown = json.loads(prompt_for(SECTIONS, subject="", text="路" * 9_000).shown)

    assert len(shown["opinion"]["text"]) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ('{"section": "2.1.1", "confidence": 0.7}', Advice("2.1.1", 0.7)),
        ('\n{"confidence": 1, "section": "2.1.2"}\n', Advice("2.1.2", 1.0)),
        ('{"section": null, "confidence": 0.9}', Advice(None, 0.9)),
        ('```json\n{"section": "2.1.1", "confidence": 0}\n```', Advice("2.1.1", 0.0)),
        ('```{"section": "2.1.1", "confidence": 0.5}```', Advice("2.1.1", 0.5)),
    ],
)
def test_an_answer_as_it_was_asked_for_is_read(answer: str, advice: Advice) -> None:
    assert read_advice(answer, PATHS) == advice


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "2.1.1",
        "我认为是 2.1.1",
        '答案：{"section": "2.1.1", "confidence": 0.7}',
        '{"section": "9.9.9", "confidence": 1}',
        '{"section": "2.1", "confidence": 1}',
        '{"section": " 2.1.1", "confidence": 1}',
        '{"section": 2.1, "confidence": 1}',
        '{"section": ["2.1.1"], "confidence": 1}',
        '{"section": "2.1.1"}',
        '{"confidence": 0.7}',
        '{"section": "2.1.1", "confidence": 1.1}',
        '{"section": "2.1.1", "confidence": -0.1}',
        '{"section": "2.1.1", "confidence": "0.7"}',
        '{"section": "2.1.1", "confidence": true}',
        '{"section": "2.1.1", "confidence": NaN}',
        '{"section": "2.1.1", "confidence": Infinity}',
        '{"section": "2.1.1", "confidence": 1e999}',
        '{"section": "2.1.1", "confidence": null}',
        '{"section": "2.1.1", "confidence": 0.7, "office": "公安局"}',
        '{"section": "2.1.1", "section": "2.1.2", "confidence": 0.7}',
        '[{"section": "2.1.1", "confidence": 0.7}]',
        '{"section": "2.1.1", "confidence": 0.7} {"section": null}',
        "[" * 3_000,
        '{"a":' * 700,
        "null",
        "```",
    ],
)
def test_any_other_answer_counts_for_nothing(answer: str) -> None:
    assert read_advice(answer, PATHS) is None


@given(st.text())
def test_whatever_comes_back_is_read_or_is_nothing(answer: str) -> None:
    assert read_advice(answer, PATHS) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["section", "confidence", "x"]), inner)
    ),
)


@given(JSON | st.fixed_dictionaries({"section": JSON, "confidence": JSON}))
def test_only_what_was_offered_ever_comes_of_it(said: object) -> None:
    advice = read_advice(json.dumps(said), PATHS)

    assert advice is None or advice.section in {None, *PATHS}
    assert advice is None or 0 <= advice.confidence <= 1
