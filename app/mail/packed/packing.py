"""What is packed within a part, as the parts that it stands for: TNEF and S/MIME."""

import base64
import re
from email.utils import format_datetime
from typing import Final

from app.mail.packed.ber import BrokenEncoding
from app.mail.packed.cms import Wrapping, unwrap
from app.mail.packed.tnef import (
    SIGNATURE,
    Enclosure,
    Envelope,
    read_envelope,
    read_tnef,
)
from app.mail.parts.faults import Fault
from app.mail.parts.headers import Headers
from app.mail.parts.parameters import ContentType, safe_file_name
from app.mail.parts.structure import Node, split
from app.mail.parts.tally import Tally
from app.mail.parts.words import one_line


def is_tnef(media_type: str, content: bytes) -> bool:
    """Return whether a part is TNEF, whatever it calls itself."""
    return content.startswith(SIGNATURE) and not media_type.startswith("text/")


def is_smime(media_type: str, name: str) -> bool:
    """Return whether a part is a message in S/MIME, signed or encrypted as a whole."""
    if media_type in _SMIME:
        return not name.casefold().endswith((".p7s", ".p7c", ".p10", ".p7r"))
    return media_type in _GENERIC and name.casefold().endswith((".p7m", ".p7z"))


def open_tnef(content: bytes, *, tally: Tally, faults: set[Fault]) -> Node | None:
    """Return what is packed in TNEF; None: nothing that can be read.

    Raises:
        BrokenTnef: It is no such thing, or past the limits.
        UnreadableLetter: There are too many parts.
    """
    message = read_tnef(
        content,
        budget=tally.packed,
        most_files=max(tally.limits.parts - tally.parts, 0),
    )
    if message.is_cut:
        faults.add(Fault.TEXT_CUT)
    children = [_enclosed(file, tally=tally) for file in message.enclosures]
    if message.words is not None:
        words = message.words
        kind = ContentType(words.media_type, {"charset": words.charset})
        children.insert(0, _leaf(kind, words.content, tally=tally))
    if not children:
        return None
    root = _leaf(ContentType("multipart/mixed", {}), b"", tally=tally)
    root.children = children
    return root


def open_smime(
    content: bytes, name: str, *, tally: Tally, faults: set[Fault], depth: int
) -> Node | Wrapping | None:
    """Return what is wrapped in S/MIME, or that it is encrypted; None: nothing.

    Raises:
        BrokenEncoding: It is no such thing, or past the limits.
        UnreadableLetter: So is the structure of what is in there.
    """
    space = tally.space
    wrapped = unwrap(content, most=space, budget=tally.packed)
    if wrapped.wrapping == Wrapping.ENCRYPTED:
        return wrapped.wrapping
    if wrapped.wrapping == Wrapping.COMPRESSED:
        tally.unpacked += len(wrapped.content)
        if len(wrapped.content) > space:
            raise BrokenEncoding("it holds too much")
    if not wrapped.content:
        return None
    if _MIME.match(wrapped.content):
        return split(wrapped.content, tally=tally, faults=faults, depth=depth)
    # A document may be signed so, too; its name tells what it is.
    kind = ContentType("application/octet-stream", {"name": _ENDING.sub("", name)})
    return _leaf(kind, wrapped.content, tally=tally)


def _leaf(kind: ContentType, content: bytes, *, tally: Tally) -> Node:
    tally.count_part()
    return Node(Headers({}), kind, raw=content, start=0, stop=len(content))


def _enclosed(file: Enclosure, *, tally: Tally) -> Node:
    name = safe_file_name(file.file_name)
    media_type = file.media_type
    content = file.content
    if file.is_message:
        media_type = "message/rfc822"
        content = _as_letter(content, tally=tally)
    elif not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith("multipart/"):
        media_type = "application/octet-stream"
    node = _leaf(ContentType(media_type, {"name": name}), content, tally=tally)
    node.headers = Headers({"content-disposition": [b"attachment"]})
    return node


def _as_letter(content: bytes, *, tally: Tally) -> bytes:
    """Return a message within TNEF as a letter (RFC 5322) that holds the same."""
    envelope = read_envelope(content, budget=tally.packed)
    fields = {
        "From": _mailbox(envelope),
        "Subject": _words(envelope.subject),
        "Date": format_datetime(envelope.sent_at) if envelope.sent_at else "",
        "Message-ID": one_line(envelope.message_id).encode("ascii", "ignore").decode(),
        "MIME-Version": "1.0",
        "Content-Type": "application/ms-tnef; name=winmail.dat",
        "Content-Transfer-Encoding": "base64",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return head.encode() + b"\r\n" + base64.encodebytes(content)


def _mailbox(envelope: Envelope) -> str:
    name, address = _words(envelope.sender_name), envelope.sender_address
    if not _ADDRESS.fullmatch(address):
        return name
    return f"{name} <{address}>"


def _words(text: str) -> str:
    """Return ``text`` in encoded words (RFC 2047), each of whole characters."""
    text = one_line(text)
    return "\r\n ".join(
        f"=?utf-8?B?{base64.b64encode(piece.encode('utf-8', 'replace')).decode()}?="
        for piece in (text[at : at + 10] for at in range(0, len(text), 10))
    )


_SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_GENERIC: Final = frozenset(
    {"application/octet-stream", "application/octetstream", "application/binary"}
)
_MIME: Final = re.compile(
    rb"\s*+(?i:content-[a-z-]++|mime-version|from|to|subject|date|received|x-[\w-]++)"
    rb"[ \t]*+:|\r?\n"
)
_ENDING: Final = re.compile(r"\.p7[mz]$", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,90}", re.ASCII)
_ADDRESS: Final = re.compile(r"[!#-'*+./0-9=?A-Z^-~-]{1,64}@[A-Za-z0-9.-]{1,255}")
