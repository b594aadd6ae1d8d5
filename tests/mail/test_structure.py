"""The structure of a letter, as it should be and as it comes."""

from app.mail.letter import read_letter
from app.mail.parts.faults import Fault
from app.mail.parts.limits import Limits
from app.mail.parts.structure import Node, split
from app.mail.parts.tally import Tally
from tests.mail.writing import letter, multipart


def tree(raw: bytes) -> tuple[Node, set[Fault]]:
    faults: set[Fault] = set()
    return split(raw, tally=Tally(Limits()), faults=faults), faults


def contents(node: Node) -> list[bytes]:
    return [child.content for child in node.children]


def test_parts_are_cut_at_their_boundaries() -> None:
    root, faults = tree(multipart("\none", "\ntwo\n"))

    assert contents(root) == [b"one", b"two\n"]
    assert not faults


def test_line_ends_of_either_kind_give_the_same_parts() -> None:
    raw = multipart("\none\nmore", "\ntwo")

    root, _ = tree(raw.replace(b"\n", b"\r\n"))

    assert contents(root) == [b"one\r\nmore", b"two"]


def test_old_line_ends_are_read() -> None:
    assert read_letter(letter("a\nb").replace(b"\n", b"\r")).text == "a\nb"


def test_a_boundary_that_begins_another_is_not_mistaken_for_it() -> None:
    inner = "Content-Type: multipart/mixed; boundary=edge2\n\n--edge2\n\nin\n--edge2--"

    root, faults = tree(multipart(inner, "\nout"))

    assert contents(root.children[0]) == [b"in"]
    assert contents(root)[1:] == [b"out"]
    assert not faults


def test_the_same_boundary_within_itself_closes_the_inner_first() -> None:
    inner = "Content-Type: multipart/mixed; boundary=edge\n\n--edge\n\nin\n--edge--"

    root, _ = tree(multipart(inner, "\nout"))

    assert contents(root.children[0]) == [b"in"]
    assert contents(root)[1:] == [b"out"]


def test_an_outer_boundary_ends_what_is_open_within() -> None:
    inner = "Content-Type: multipart/mixed; boundary=lost\n\n--lost\n\nin"

    root, faults = tree(multipart(inner, "\nout"))

    assert contents(root.children[0]) == [b"in"]
    assert contents(root)[1:] == [b"out"]
    assert faults == {Fault.UNCLOSED_MULTIPART}


def test_a_letter_that_was_cut_off_keeps_what_came() -> None:
    raw = multipart("\none", "\ntwo").removesuffix(b"\n--edge--\n")

    root, faults = tree(raw)

    assert contents(root) == [b"one", b"two"]
    assert faults == {Fault.UNCLOSED_MULTIPART}


def test_a_boundary_that_is_not_named_is_guessed() -> None:
    raw = letter(
        "--x\nContent-Type: text/plain\n\none\n--x--", content_type="multipart/mixed"
    )

    root, faults = tree(raw)

    assert contents(root) == [b"one"]
    assert faults == {Fault.NO_BOUNDARY}


def test_a_multipart_without_parts_is_text() -> None:
    read = read_letter(letter("hello", content_type="multipart/mixed; boundary=never"))

    assert read.text == "hello"
    assert Fault.BOUNDARY_UNSEEN in read.faults


def test_words_before_the_first_boundary_are_read_if_there_are_no_others() -> None:
    raw = letter(
        "The only words.\n--x\nContent-Type: image/png\n\npng\n--x--",
        content_type="multipart/mixed; boundary=x",
    )

    assert read_letter(raw).text == "The only words."


def test_parts_of_a_digest_are_letters() -> None:
    root, _ = tree(multipart("\nSubject: one\n\n1", kind="digest"))

    assert root.children[0].media_type == "message/rfc822"


def test_headers_wrapped_without_indenting_are_headers() -> None:
    part = (
        'Content-Type: image/png;\nname="a.png"\nContent-Disposition: attachment\n\nx'
    )

    (file,) = read_letter(multipart("\nhello", part)).attachments

    assert (file.file_name, file.content) == ("a.png", b"x")


def test_a_body_without_a_blank_line_before_it_is_kept() -> None:
    read = read_letter(b"From: a@b.example\nSubject: s\nDear office,\nplease help.\n")

    assert read.text == "Dear office,\nplease help."
    assert Fault.NO_BLANK_LINE in read.faults


def test_blank_lines_and_an_mbox_line_before_the_headers_hide_none() -> None:
    raw = b"\r\n\nFrom li@m.x Mon Nov  2 09:00:00 2026\n" + letter(subject="seen")

    assert read_letter(raw).subject == "seen"


def test_bytes_that_are_no_letter_are_text() -> None:
    assert read_letter("只有一句话".encode()).text == "只有一句话"
    assert read_letter(b"").text == ""
