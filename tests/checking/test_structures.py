"""What others found in a letter is looked for in ours, part by part."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checking import mboxes, mime4j, packed, stalwart
from app.checking.points import compared
from app.mail.letter import read_letter
from tests.checking.agreement import letter, wrong
from tests.mail import packed as pack

MIXED = """From: a@example.org
To: Those here: b@example.org;
Subject: The lift
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html

It stands <b>still</b>.
--x
Content-Type: application/octet-stream; name=f.bin
Content-Transfer-Encoding: base64

AQID
--x--
"""


def header(name: str, **value: Any) -> dict[str, Any]:
    return {"name": name, "value": value}


def structure(
    *,
    subject: str = "The lift",
    sender: str = "a@example.org",
    file: bytes = b"\x01\x02\x03",
) -> dict[str, Any]:
    """Return what stalwart would say of `MIXED`, unless told otherwise."""
    group = {"addresses": [{"address": "b@example.org"}]}
    headers = [
        header("subject", Text=subject),
        header("from", Address={"List": [{"address": sender}]}),
        header("to", Address={"Group": [group]}),
    ]
    kind = {"c_type": "application", "c_subtype": "pgp-signature"}
    return {
        "text_body": [1],
        "attachments": [2, 3],
        "parts": [
            {"headers": headers, "body": "Multipart"},
            {"headers": [], "body": {"Html": "<p>It stands <b>still</b>.</p>"}},
            {"headers": [], "body": {"Binary": [*file]}},
            {
                "headers": [header("content_type", ContentType=kind)],
                "body": {"Text": "not kept by us"},
            },
        ],
    }


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, []),
        ({"subject": "The  l\u00efft"}, ["stalwart.subject"]),
        ({"subject": "unreadable \ufffd"}, []),
        ({"sender": "c@example.org"}, ["stalwart.from"]),
        ({"sender": "nobody"}, []),
        ({"file": b"\x01\x02"}, ["stalwart.attachments"]),
    ],
)
def test_structure_is_compared_with_what_stalwart_reads(
    changes: Any, names: list[str]
) -> None:
    expected = structure(**changes)

    assert stalwart.is_document(expected)
    assert wrong(stalwart.compare(letter(MIXED), expected)) == names


def test_a_text_that_is_missing_is_told() -> None:
    other = letter("From: a@example.org\nTo: b@example.org\n\nIt goes.\n")

    assert "stalwart.text_complete" in wrong(stalwart.compare(other, structure()))


XML = """<message><header><field>
Content-Type: multipart/alternative; boundary=x</field></header><multipart>
<body-part><header><field>Content-Type: text/plain; charset=gb2312</field></header>
<text-body name="1.txt"/></body-part>
<body-part><header><field>Content-Type: text/html</field></header>
<text-body name="2.txt"/></body-part>
<body-part><header></header><binary-body name="3.bin"/></body-part>
<body-part><header></header><text-body name="not-here.txt"/></body-part>
</multipart></message>"""


def test_decoded_parts_are_looked_for_in_texts_and_files() -> None:
    files = {"1.txt": "电梯".encode("gbk"), "2.txt": b"never shown", "3.bin": b"\1\2\3"}
    has_both = letter(MIXED.replace("still", "电梯"))
    has_none = letter("From: a@example.org\n\ntext\n")

    assert wrong(mime4j.compare(has_both, XML.encode(), files.get)) == []
    assert wrong(mime4j.compare(has_none, XML.encode(), files.get)) == [
        "mime4j.texts",
        "mime4j.files",
    ]


@given(st.binary(max_size=100))
def test_a_structure_that_is_no_xml_says_nothing(written: bytes) -> None:
    assert mime4j.compare(letter("\n"), b"<" + written, lambda _: None) == []


def test_names_in_tnef_are_compared_with_the_list_beside_it() -> None:
    name = pack.prop(pack.LONG_NAME, pack.STRING, "plan.pdf")
    found = read_letter(packed.as_letter(pack.tnef(pack.file(b"%PDF", name))))

    assert wrong(packed.compare(found, "plan.pdf\n", {"plan.pdf": b"%PDF"})) == []
    assert wrong(packed.compare(found, "plan.pdf\nbody.rtf\n")) == ["tnef.text"]
    assert wrong(packed.compare(found, "plan.pdf\nother.pdf\n")) == ["tnef.names"]
    assert wrong(packed.compare(found, "plan.pdf", {"plan.pdf": b"else"})) == [
        "tnef.contents"
    ]


def test_letters_of_an_mbox_are_counted_by_offsets_or_by_a_summary() -> None:
    offsets = [{"mboxMarkerOffset": 0}, {"mboxMarkerOffset": 9}]

    assert mboxes.expected_letters(offsets) == 2
    assert mboxes.expected_letters([{"result": {}}]) is None
    assert mboxes.summarized_letters("From - \nFrom: a\n\nFrom - \n") == 2
    assert wrong(mboxes.compare(1, 2)) == ["mbox.letters"]


def test_a_difference_is_shown_where_it_begins() -> None:
    same = "word " * 100
    point = compared("replies.ref_visible", f"{same}one", f"{same}two")

    assert "one" in point.difference
    assert "two" in point.difference
    assert len(point.difference) < 120
