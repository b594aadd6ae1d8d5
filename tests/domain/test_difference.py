"""The difference of two texts: nothing is lost, nothing invented."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.difference import Change, Stretch, compared

TEXTS = st.text(alphabet="路灯坏了ab 1\n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_difference(old: str, new: str) -> None:
    found = compared(old, new)

    assert "".join(each.text for each in found if each.change != "added") == old
    assert "".join(each.text for each in found if each.change != "struck") == new


def test_a_changed_word_is_struck_and_its_new_form_added() -> None:
    assert compared("三天内修好", "五天内修好") == [
        Stretch(Change.STRUCK, "三"),
        Stretch(Change.ADDED, "五"),
        Stretch(Change.SAME, "天内修好"),
    ]


def test_a_long_text_is_compared_by_its_lines() -> None:
    lines = [f"第{number}行说的是路灯。\n" for number in range(1_000)]

    found = compared("".join(lines), "".join([*lines[:-1], "最后一行改了。"]))

    assert [each.change for each in found] == ["same", "struck", "added"]
