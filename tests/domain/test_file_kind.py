"""Kinds of files: told by content, shown only where that is safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.file_kind import (
    UNKNOWN,
    Shown,
    agrees,
    as_text,
    how_shown,
    told_by_content,
)

SAMPLES = {
    "image/png": b"\x89PNG\r\n\x1a\n\x00",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/gif": b"GIF89a..",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "application/pdf": b"%PDF-1.7",
    "application/zip": b"PK\x03\x04....",
    "image/heic": b"\x00\x00\x00\x18ftypheic",
    "video/mp4": b"\x00\x00\x00\x18ftypisom",
    "text/plain": "路灯坏了\r\n".encode(),
    UNKNOWN: b"\x00\x01\x02",
}


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_file_is_what_its_first_bytes_say(media_type: str) -> None:
    assert told_by_content(SAMPLES[media_type]) == media_type


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>alert(1)</script>"],
)
def test_what_could_hold_a_script_is_shown_as_text_or_not_at_all(
    content: bytes,
) -> None:
    assert how_shown(told_by_content(content)) is Shown.TEXT


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_there_is_an_answer(content: bytes) -> None:
    found = told_by_content(content)

    assert how_shown(found) in Shown
    assert isinstance(as_text(content), str)
    assert agrees(found, found)


@pytest.mark.parametrize(
    ("claimed", "found"),
    [
        ("image/jpg", "image/jpeg"),
        ("text/csv; charset=gbk", "text/plain"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "application/zip"),
        ("application/msword", "application/x-ole-storage"),
        (UNKNOWN, "image/png"),
    ],
)  # fmt: skip
def test_other_names_for_the_same_kind_agree(claimed: str, found: str) -> None:
    assert agrees(claimed, found)


@pytest.mark.parametrize(
    ("claimed", "found"),
    [("image/png", "application/x-msdownload"), ("application/pdf", "text/plain"),
     ("text/plain", "application/zip")],
)  # fmt: skip
def test_a_false_name_does_not_agree(claimed: str, found: str) -> None:
    assert not agrees(claimed, found)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_the_usual_charsets(charset: str) -> None:
    assert as_text("路灯坏了".encode(charset)) == "路灯坏了"
