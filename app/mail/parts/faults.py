"""What was odd about a letter: stable codes, shown to staff beside it."""

from enum import StrEnum


class Fault(StrEnum):
    """Something in a letter that is not as the standards have it, and was mended."""

    BYTE_ORDER_MARK = "byte_order_mark"
    """A byte order mark stood before the first header."""

    HEADER_GARBAGE = "header_garbage"
    """A line among the headers was no header; it was read as part of the one before."""

    NO_BLANK_LINE = "no_blank_line"
    """The body followed the headers without a blank line."""

    NO_BOUNDARY = "no_boundary"
    """A multipart named no boundary; one was guessed, or it was read as text."""

    BOUNDARY_UNSEEN = "boundary_unseen"
    """A multipart's boundary never came; it was read as text."""

    UNCLOSED_MULTIPART = "unclosed_multipart"
    """A multipart's last boundary never came: something may have been cut off."""

    UNKNOWN_TRANSFER_ENCODING = "unknown_transfer_encoding"
    BROKEN_BASE64 = "broken_base64"
    BROKEN_UUENCODE = "broken_uuencode"

    UNKNOWN_CHARSET = "unknown_charset"
    """A charset label means nothing; the characters were told by themselves."""

    WRONG_CHARSET = "wrong_charset"
    """The bytes were not in the charset that the label names."""

    BROKEN_CHARACTERS = "broken_characters"
    """Some bytes are no character; U+FFFD stands for them."""

    BROKEN_ENCODED_WORD = "broken_encoded_word"
    RAW_HEADER = "raw_header"
    """A header held characters beyond ASCII without encoding them."""

    BAD_DATE = "bad_date"
    BAD_MESSAGE_ID = "bad_message_id"
    NO_MESSAGE_ID = "no_message_id"
    NO_SENDER = "no_sender"
    """From names no address that an answer could reach."""

    NO_TEXT = "no_text"
    """There is no readable text; attachments may hold it."""

    ENCRYPTED = "encrypted"
    """Some of it only the receiver's key could open; it is kept as a file."""

    NOT_OPENED = "not_opened"
    """Something packed in it is broken, or past the limits; it is kept as a file."""

    PARTIAL = "partial"
    """It is a piece of a letter that was sent in several (RFC 2046, section 5.2.2)."""

    ELSEWHERE = "elsewhere"
    """It names content that is kept elsewhere (section 5.2.3); nothing is fetched."""

    TEXT_CUT = "text_cut"
    """The text was longer than the limit; the original holds the rest."""
