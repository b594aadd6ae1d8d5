import json
from pathlib import Path

import pytest

import app
from app.domain.outline import (
    NotANotice,
    decode_notice,
    outline_as_json,
    outline_from_json,
    parse_outline,
)
from tests.domain.notice_texts import (
    SHARED,
    needs_shared_notices,
    outline_of,
    unspaced,
)

SAMPLE = Path(app.__file__).parent / "sample" / "notice.txt"


@needs_shared_notices
@pytest.mark.parametrize("number", ["00", "01", "02", "03", "04", "05", "06"])
def test_every_notice_comes_out_as_expected(number: str) -> None:
    (text,) = SHARED.glob(f"{number}-*.txt")
    expected = json.loads((SHARED / f"{text.stem}.expected.json").read_text("utf-8"))

    read = outline_as_json(parse_outline(decode_notice(text.read_bytes())))

    assert set(read.pop("warnings")) == set(expected.pop("warnings"))
    assert unspaced(read) == unspaced(expected)


@needs_shared_notices
@pytest.mark.parametrize("number", ["07", "08"])
def test_what_is_no_notice_is_refused(number: str) -> None:
    (text,) = SHARED.glob(f"{number}-*.txt")
    with pytest.raises(NotANotice):
        parse_outline(decode_notice(text.read_bytes()))


def test_the_sample_notice_has_no_faults() -> None:
    outline = parse_outline(decode_notice(SAMPLE.read_bytes()))
    assert outline.warnings == ()
    assert [chapter.label for chapter in outline.chapters] == ["一、", "二、", "三、"]
    assert len(list(outline.leaves())) == 12


def test_the_sample_notice_says_how_to_be_heard() -> None:
    contact = parse_outline(decode_notice(SAMPLE.read_bytes())).contact
    assert contact.emails == ("dcs@qinglan.example",)
    assert contact.phones == ("0610-5550126",)
    assert contact.address == "青岚县文庙街16号县委督查室"
    assert contact.period is None


def test_items_are_walked_in_printed_order() -> None:
    outline = outline_of("一、甲\n1.乙整改\n(1)丙整改\n2.丁整改\n二、戊")
    assert [n.path for n in outline.nodes()] == ["1", "1.1", "1.1.1", "1.2", "2"]


def test_leaves_are_the_items_that_have_none_below_them() -> None:
    outline = outline_of("一、甲\n1.乙整改\n(1)丙整改\n2.丁整改\n二、戊")
    assert [node.path for node in outline.leaves()] == ["1.1.1", "1.2", "2"]


def test_an_outline_survives_being_written_down() -> None:
    outline = outline_of("一、甲\n1.乙。一是丙；二是丁。\n(1)戊\n二、己\n三、庚")
    written = json.dumps(outline_as_json(outline))
    assert outline_from_json(json.loads(written)) == outline


def test_the_written_form_has_the_published_keys() -> None:
    written = outline_as_json(outline_of("一、渠道渗漏已经整改。"))
    assert list(written) == [
        "title",
        "issuer",
        "published_on",
        "preamble",
        "chapters",
        "closing",
        "contact",
        "warnings",
    ]
    assert written["published_on"] == "2024-05-20"
    assert written["chapters"][0]["heading"] == "渠道渗漏已经整改"
