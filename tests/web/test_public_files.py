"""Files that citizens send: which are taken, and under what name."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.files import TYPES, FileRefused, checked, safe_name

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def compound(stream: str) -> bytes:
    """Return a compound file as far as one is looked at: a stream in its directory."""
    return MAGIC.ljust(512, b"\0") + stream.encode("utf-16-le").ljust(128, b"\0")


def office(folder: str, *more: str) -> bytes:
    """Return a small Office Open XML file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name in (f"{folder}/document.xml", *more):
            archive.writestr(name, "<document/>")
    return file.getvalue()


def archive(name: str, content: bytes) -> bytes:
    """Return an archive of one file, as it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, content)
    return file.getvalue()


def media(brand: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + brand + b"\0\0\0\0"


CONTENT = {
    "jpg": b"\xff\xd8\xff\xe0 JFIF",
    "jpeg": b"\xff\xd8\xff\xe1 Exif",
    "png": b"\x89PNG\r\n\x1a\n....",
    "gif": b"GIF89a....",
    "webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "heic": media(b"heic"),
    "pdf": b"%PDF-1.7\n",
    "doc": compound("WordDocument"),
    "xls": compound("Workbook"),
    "wps": compound("WordDocument"),
    "docx": office("word"),
    "xlsx": office("xl"),
    "txt": "路灯不亮".encode("gb18030"),
    "mp3": b"ID3\x04....",
    "mp4": media(b"isom"),
}


@pytest.mark.parametrize("suffix", sorted(TYPES))
def test_every_type_that_is_offered_is_taken(suffix: str) -> None:
    file = checked(f"文件.{suffix.upper()}", CONTENT[suffix])

    assert file.media_type == TYPES[suffix].media_type


@pytest.mark.parametrize("suffix", sorted(set(TYPES) - {"txt"}))
def test_a_name_does_not_make_a_program_a_document(suffix: str) -> None:
    with pytest.raises(FileRefused) as refused:
        checked(f"a.{suffix}", b"MZ\x90\0 a program")

    assert refused.value.code == "file_mismatch"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("picture.svg", b"<svg>"),
        ("run.exe", b"MZ"),
        ("no-ending", CONTENT["png"]),
        ("archive.zip", CONTENT["docx"]),
        ("photo.png.exe", CONTENT["png"]),
    ],
)
def test_other_types_are_refused_whatever_is_in_them(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        checked(name, content)

    assert refused.value.code == "file_type"


def test_a_text_file_holds_text() -> None:
    for content in (b"\0\0binary", b"\x81\xff\xff"):
        with pytest.raises(FileRefused):
            checked("a.txt", content)


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.wps"])
def test_an_installer_is_no_document_although_it_begins_like_one(name: str) -> None:
    with pytest.raises(FileRefused):
        checked(name, compound("!_Tables"))


def test_a_document_that_runs_a_program_is_not_taken() -> None:
    with pytest.raises(FileRefused):
        checked("a.docx", office("word", "word/vbaProject.bin"))


def test_names_in_an_archives_bytes_do_not_make_it_a_document() -> None:
    disguised = archive("run.exe", b"word/ [Content_Types].xml")

    with pytest.raises(FileRefused):
        checked("a.docx", disguised)


def test_half_an_archive_is_none() -> None:
    with pytest.raises(FileRefused):
        checked("a.docx", CONTENT["docx"][:60])


def test_a_workbook_is_no_letter() -> None:
    with pytest.raises(FileRefused):
        checked("a.docx", CONTENT["xlsx"])


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\zhang\\灯.jpg", "灯.jpg"),
        ("evil\u202egpj.txt", "evilgpj.txt"),
        ("a\r\nb\0.png", "a b.png"),
        ("", "file"),
        ("dir/", "file"),
        ("长" * 300 + ".docx", "长" * 115 + ".docx"),
    ],
)
def test_a_name_is_only_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_no_name_leads_elsewhere_or_breaks_a_line(name: str) -> None:
    safe = safe_name(name)

    assert 0 < len(safe) <= 120
    assert not {"/", "\\", "\0", "\r", "\n", "\u202e"} & set(safe)


@given(st.sampled_from([*sorted(TYPES), "exe", ""]), st.binary(min_size=1))
def test_whatever_is_taken_is_of_the_type_that_its_name_says(
    suffix: str, content: bytes
) -> None:
    try:
        file = checked(f"a.{suffix}", content)
    except FileRefused:
        return

    assert file.media_type == TYPES[suffix].media_type
    assert TYPES[suffix].fits(content)
