"""One letter per oddity, as files: each arrives readable."""

import json
from pathlib import Path

import pytest

from app.mail.letter import letter_as_json, read_letter
from tests.mail.writing import SAMPLES, sample


def test_a_plain_utf8_letter_is_read() -> None:
    letter = sample("plain-utf8")

    assert letter.subject == "河边的路灯"
    assert letter.sender is not None
    assert (letter.sender.name, letter.sender.address) == ("李雨", "liyu@mail.example")
    assert letter.text.startswith("您好：\n\n河边步道的路灯坏了三盏")
    assert letter.message_id == "<plain@mail.example>"
    assert letter.date is not None
    assert letter.date.isoformat() == "2026-11-02T01:30:00+00:00"
    assert letter.faults == ()


def test_an_html_letter_becomes_text_with_its_links() -> None:
    letter = sample("html-only")

    assert letter.html_only
    assert letter.text == (
        "小区门口的垃圾桶太少了。\n\n照片在这里 <https://photos.example/7>。"
    )


def test_of_two_alternatives_the_plain_text_counts() -> None:
    letter = sample("alternative")

    assert letter.text == "公交站没有遮雨棚。"
    assert not letter.html_only


def test_an_attachment_keeps_its_name_and_bytes() -> None:
    (part,) = sample("attachment").attachments

    assert part.file_name == "夜间工地.png"
    assert part.media_type == "image/png"
    assert part.content.startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize(
    ("name", "words", "charset"),
    [
        ("gb2312-label-gbk-character", "朱镕街 – 停车位太少，请增加。", "gb18030"),
        ("gbk", "菜市场旁边的下水道堵了，請派人看看。", "gb18030"),
        ("gb18030", "㐂字头的老店门口积水，𠮷家巷也是。", "gb18030"),
        ("big5", "公園的廁所晚上沒有燈，請改善。", "big5hkscs"),
    ],
)
def test_a_chinese_letter_is_read_in_the_charset_it_is_in(
    name: str, words: str, charset: str
) -> None:
    letter = sample(name)

    assert letter.text == words
    assert letter.charsets == (charset,)
    assert letter.faults == ()


def test_a_raw_8_bit_subject_and_name_are_read() -> None:
    letter = sample("raw-8bit-subject")

    assert letter.subject == "小学门口的斑马线"
    assert letter.sender is not None
    assert letter.sender.name == "何平"
    assert letter.faults == ("raw_header",)


def test_a_bounce_is_a_machines() -> None:
    letter = sample("bounce")

    assert letter.automatic == "report"
    assert [part.media_type for part in letter.attachments] == [
        "message/delivery-status",
        "message/rfc822",
    ]


def test_an_out_of_office_reply_is_known_by_its_subject() -> None:
    assert sample("out-of-office").automatic == "subject"


def test_a_letter_without_a_message_id_is_read() -> None:
    letter = sample("no-message-id")

    assert letter.message_id is None
    assert letter.faults == ("no_message_id",)
    assert letter.text == "The letter has no Message-ID."


def test_a_byte_order_mark_before_the_headers_hides_none_of_them() -> None:
    letter = sample("byte-order-mark")

    assert letter.subject == "文件保存的信"
    assert letter.text == "这封信是从文件里寄出的。"


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.stem)
def test_every_sample_can_be_printed_as_json(path: Path) -> None:
    printed = json.loads(json.dumps(letter_as_json(read_letter(path.read_bytes()))))

    assert printed["from"]["address"].endswith(".example")
    assert all(file["sha256"] for file in printed["attachments"])
