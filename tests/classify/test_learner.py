from functools import cache

import pytest

from app.classify.ensemble import Classifier
from app.classify.labelling import Labeller
from app.classify.learned import Document, Example, Learned
from app.classify.learner import learn
from tests.classify.samples import OPINIONS, SECTIONS

EXAMPLES = [Example(subject="", text=text, label=label) for text, label in OPINIONS]
NONE = [
    Example(subject="", text=text, label=None)
    for text in ("早上好", "试一下能不能发", "祝大家节日快乐", "快递弄丢了，卖家不赔")
]


@cache
def learned() -> Learned:
    return learn([*EXAMPLES, *NONE])


@cache
def cold() -> Classifier:
    return Classifier.from_sections(SECTIONS)


def likeliest(model: Learned, text: str) -> str | None:
    chances = model.probabilities(subject="", text=text)
    return max(chances, key=lambda label: chances[label])


@pytest.mark.parametrize(("text", "label"), OPINIONS)
def test_what_was_confirmed_is_learned(text: str, label: str) -> None:
    assert likeliest(learned(), text) == label


def test_none_of_these_is_learned_like_a_label() -> None:
    assert learned().counts[None] > 0
    assert likeliest(learned(), "大家早上好") is None


def test_without_examples_of_it_none_of_these_is_no_answer() -> None:
    model = learn(EXAMPLES)
    assert None not in model.counts
    assert None not in model.probabilities(subject="", text="早上好")


def test_probabilities_add_up_to_one() -> None:
    chances = learned().probabilities(subject="学位", text="名单能不能贴出来")
    assert sum(chances.values()) == pytest.approx(1)


def test_it_is_known_what_was_learned_from() -> None:
    assert learned().labels == tuple(sorted({label for _, label in OPINIONS}))
    assert learned().counts["2.1"] == 2
    assert learned().examples == len(EXAMPLES) + len(NONE)


def test_the_same_examples_teach_the_same() -> None:
    assert learn([*EXAMPLES, *NONE]).to_bytes() == learned().to_bytes()


def test_traditional_characters_teach_simplified_ones() -> None:
    model = learn(
        [
            Example(subject="", text="圖書館幾時開門", label="書"),
            Example(subject="", text="燈泡壞了", label="燈"),
        ]
    )
    assert likeliest(model, "图书馆周末开不开门") == "書"


def test_a_label_with_no_example_is_known_by_its_description() -> None:
    model = learn(EXAMPLES, [Document(label="岸", text="江边栈道的栏杆和夜里的照明")])
    assert likeliest(model, "江边栈道的栏杆晃得厉害") == "岸"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("公交车半个小时不来一班", "交通运输"),
        ("老板欠了我们半年工资", "劳动和社会保障"),
        ("医生态度差，挂号排了一上午", "卫生计生"),
        ("孩子上小学没有学位", "教育文体"),
    ],
)
def test_a_name_that_means_an_area_of_public_affairs_is_enough(
    text: str, label: str
) -> None:
    names = ["交通运输", "劳动和社会保障", "卫生计生", "教育文体"]
    model = learn([], [Document(label=name, text=name) for name in names])
    assert likeliest(model, text) == label


def test_nothing_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        learn(NONE)


def test_what_clerks_corrected_is_placed_so_the_next_time() -> None:
    said = "渡口的船票涨了一倍"
    examples = [
        Example(subject="", text=f"{said}，{more}", label="2.7")
        for more in ("学生也一样", "没有人解释", "老人也要买", "天天坐的人怎么办")
    ]
    warm = cold().with_learned(learn(examples, before=cold()))
    assert cold().classify(subject="", text=said).section != "2.7"
    assert warm.classify(subject="", text=said).candidates[0].section == "2.7"


def test_what_was_learned_leaves_other_opinions_where_they_were() -> None:
    model = learn([*EXAMPLES, *NONE], before=cold())
    warm = cold().with_learned(model)
    right = sum(
        warm.classify(subject="", text=text).section == label
        for text, label in OPINIONS
    )
    assert right == len(OPINIONS)


def test_labels_that_are_no_sections_correct_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        learn([Example(subject="", text="船票", label="9.9")], before=cold())


def test_a_model_learned_for_itself_is_a_view_of_a_notice_too() -> None:
    warm = Classifier.from_sections(SECTIONS, learned=learned())
    text = "一个班坐六十多个人"
    confidence = warm.classify(subject="", text=text).candidates[0].confidence
    assert confidence > cold().classify(subject="", text=text).candidates[0].confidence


def test_sections_that_a_newer_notice_no_longer_has_are_passed_over() -> None:
    fewer = [section for section in SECTIONS if section.path != "2.8"]
    model = learn(EXAMPLES, before=cold())
    found = Classifier.from_sections(fewer, learned=model).classify(
        subject="", text="豆腐作坊有老鼠"
    )
    assert "2.8" not in [candidate.section for candidate in found.candidates]


def test_labels_alone_are_given_as_sections_are() -> None:
    found = Labeller(learned()).classify(subject="", text="小学划片")
    assert found.section == found.candidates[0].section == "2.1"
    assert found.confidence == found.candidates[0].confidence


def test_an_empty_text_has_no_label() -> None:
    assert Labeller(learned()).classify(subject="", text=" ！").section is None
