"""S/MIME and OpenPGP: what is signed is read, what is encrypted is kept and named."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.letter import Letter, read_letter
from app.mail.packed.armor import bare
from app.mail.packed.ber import BrokenEncoding
from app.mail.packed.cms import Wrapping, unwrap
from app.mail.parts.html import Budget
from app.mail.parts.limits import Limits
from tests.mail import packed
from tests.mail.packed import element, signed, signed_in_pieces, streamed
from tests.mail.writing import letter, multipart

_INNER = "Content-Type: text/plain; charset=gb2312\r\n\r\n路灯坏了".encode("gbk")
_TYPE = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"


def smime(content: bytes, *, content_type: str = _TYPE) -> Letter:
    return read_letter(
        letter(
            base64.encodebytes(content),
            content_type=content_type,
            content_transfer_encoding="base64",
        )
    )


@pytest.mark.parametrize("wrap", [signed, signed_in_pieces, packed.compressed])
def test_what_is_signed_or_compressed_as_a_whole_is_read(
    wrap: Callable[[bytes], bytes],
) -> None:
    read = smime(wrap(_INNER))

    assert read.text == "路灯坏了"
    assert read.attachments == ()
    assert read.faults == ()
    assert read.encryption is None


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-pkcs7-mime",
        "application/octet-stream; name=smime.p7m",
        "APPLICATION/PKCS7-MIME; name=Smime.P7M",
    ],
)
def test_smime_is_known_by_its_type_or_name(content_type: str) -> None:
    assert smime(signed(_INNER), content_type=content_type).text == "路灯坏了"


def test_files_in_a_signed_letter_are_the_letters() -> None:
    inner = multipart("\nhi", "Content-Type: application/pdf; name=plan.pdf\n\npdf")

    read = smime(signed(inner))

    assert read.text == "hi"
    assert [part.file_name for part in read.attachments] == ["plan.pdf"]


def test_signed_twice_is_read() -> None:
    outer = b"Content-Type: application/pkcs7-mime\r\n\r\n" + signed(_INNER)

    assert smime(signed_in_pieces(outer, 50)).text == "路灯坏了"


def test_a_signed_document_is_the_document() -> None:
    part = (
        b"Content-Type: application/pkcs7-mime; name=plan.pdf.p7m\n"
        b"Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(signed(b"%PDF-1.7\n\x93\x8c\x8b\x9e"))
    )

    (file,) = read_letter(multipart("\nhi", part)).attachments

    assert (file.file_name, file.content[:5]) == ("plan.pdf", b"%PDF-")


def test_base64_that_no_header_tells_of_is_undone() -> None:
    content = base64.encodebytes(signed(_INNER + b" " * 300))

    assert read_letter(letter(content, content_type=_TYPE)).text.strip() == "路灯坏了"


def test_an_encrypted_letter_is_kept_and_named() -> None:
    read = smime(packed.enveloped())

    assert read.encryption == "smime"
    assert read.text == ""
    assert read.faults == ("encrypted", "no_text")
    assert [part.file_name for part in read.attachments] == ["smime.p7m"]


def test_certificates_that_travel_alone_stay_a_file() -> None:
    held = element(0x30, packed.PLAIN)
    body = element(0x30, packed.VERSION, packed.ALGORITHMS, held)
    alone = element(0x30, packed.SIGNED, element(0xA0, body))

    assert [part.media_type for part in smime(alone).attachments] == [
        "application/pkcs7-mime"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"words",
        b"",
        signed(_INNER)[:30],
        element(0x30, packed.SIGNED),
        element(0x30, packed.SIGNED, element(0xA0, b"")),
        element(0x30, packed.PLAIN, element(0xA0, element(0x04, _INNER))),
        packed.compressed(b"")[:-4] + b"\xff" * 4,
    ],
)
def test_what_is_broken_stays_a_file(content: bytes) -> None:
    read = smime(content)

    assert len(read.attachments) == 1
    assert "not_opened" in read.faults


def test_a_signature_beside_the_text_is_nobodys_attachment() -> None:
    signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nxyz"

    read = read_letter(multipart("\nhi", signature, kind="signed"))

    assert read.text == "hi"
    assert read.attachments == ()


def test_compressed_data_past_the_limit_stays_a_file() -> None:
    content = packed.compressed(_INNER + b" " * 5_000)
    raw = letter(content, content_type="application/pkcs7-mime")

    read = read_letter(raw, limits=Limits(unpacked=1_000))

    assert "not_opened" in read.faults
    assert [part.content for part in read.attachments] == [content]


def test_an_encrypted_block_in_the_text_is_a_file() -> None:
    block = "-----BEGIN PGP MESSAGE-----\n\nabc=\n-----END PGP MESSAGE-----"

    read = read_letter(letter(f"hello\n{block}\nbye\n"))

    assert read.text == "hello\n\nbye"
    assert read.encryption == "openpgp"
    assert [part.content for part in read.attachments] == [block.encode()]


def test_a_signed_text_is_read_without_its_frame() -> None:
    found = bare(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n- --\nme\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc=\n-----END PGP SIGNATURE-----\nfooter"
    )

    assert found.text == "hello\n--\nme\nfooter"
    assert found.blocks == ()


def test_a_frame_that_is_never_closed_is_text() -> None:
    words = "-----BEGIN PGP SIGNED MESSAGE-----\nwhat does this line mean?"

    assert bare(words).text == words


def test_a_block_that_was_cut_off_is_encrypted_all_the_same() -> None:
    assert bare("-----BEGIN PGP MESSAGE-----\n\nabc").text == ""


_BER = st.recursive(
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from([packed.SIGNED, packed.COMPRESSED, packed.PLAIN, b"\0\0"]),
    ),
    lambda inner: st.builds(
        lambda make, tag, parts: make(tag, *parts),
        st.sampled_from([element, streamed]),
        st.sampled_from([0x30, 0xA0, 0x24, 0x04, 0x31]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(_BER)
def test_any_encoding_is_unwrapped_or_broken(content: bytes) -> None:
    try:
        found = unwrap(content, most=100, budget=Budget(999, 1))
    except BrokenEncoding:
        return

    assert len(found.content) <= max(101, len(content))


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 40))
def test_what_is_signed_comes_back(content: bytes, size: int) -> None:
    whole = signed_in_pieces(content, size) if size else signed(content)

    found = unwrap(whole, most=200, budget=Budget(999, 1))

    assert found.wrapping is Wrapping.SIGNED
    assert found.content == content


@settings(deadline=None)
@given(st.text(st.sampled_from("-BEGIN PGP MESSAGE\nSIGNEDTURx")))
def test_any_text_is_bared_without_a_word_lost(text: str) -> None:
    assert bare(text).text == text or "-----BEGIN PGP" in text
