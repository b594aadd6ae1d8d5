"""What a letter says and what is attached to it, gathered from its parts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.mail.packed.armor import bare
from app.mail.packed.ber import BrokenEncoding
from app.mail.packed.cms import Wrapping
from app.mail.packed.packing import is_smime, is_tnef, open_smime, open_tnef
from app.mail.packed.tnef import BrokenTnef
from app.mail.parts.faults import Fault
from app.mail.parts.files import Part, file_part, is_letter
from app.mail.parts.limits import UnreadableLetter
from app.mail.parts.parameters import ContentType, file_name, parameters
from app.mail.parts.structure import Node
from app.mail.parts.tally import Tally
from app.mail.parts.texts import Text, is_html, is_readable, read_text, without_twins
from app.mail.parts.transfer import undo
from app.mail.parts.words import unfold


class Encryption(StrEnum):
    """How something in a letter is encrypted that only the receiver's key opens."""

    SMIME = "smime"
    OPENPGP = "openpgp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The readable text of a letter, and its files."""

    text: str
    html_only: bool
    attachments: tuple[Part, ...]
    letters: tuple[Part, ...]
    """Those of the attachments that are letters."""

    charsets: tuple[str, ...]
    encryption: Encryption | None
    """How the first thing in it is encrypted that is; None: nothing is."""


def read_body(root: Node, *, tally: Tally, faults: set[Fault]) -> Body:
    """Gather all inline texts below ``root`` into one, and all else as files.

    Of alternatives (RFC 2046, section 5.1.4) the plain text counts, unless it says
    nothing. ``root`` is no deeper than the limits allow, so that this may recurse.
    """
    gathering = _Gathering(root, tally, faults)
    texts = [text for text in gathering.gather(root, depth=0) if not text.is_blank]
    texts = without_twins(texts) if texts else gathering.spare()
    spoken = [text for text in (*texts, *gathering.reports) if not text.is_blank]
    joined = "\n\n".join(text.text.strip("\n") for text in spoken)
    if len(joined) > tally.limits.text:
        joined = joined[: tally.limits.text]
        faults.add(Fault.TEXT_CUT)
    if not joined:
        faults.add(Fault.NO_TEXT)
    return Body(
        text=joined,
        html_only=bool(texts) and all(text.is_html for text in texts),
        attachments=tuple(gathering.files),
        letters=tuple(gathering.letters),
        charsets=tuple(dict.fromkeys(text.charset for text in spoken)),
        encryption=gathering.encryption,
    )


@dataclass(slots=True)
class _Gathering:
    root: Node
    tally: Tally
    faults: set[Fault]
    files: list[Part] = field(default_factory=list)
    letters: list[Part] = field(default_factory=list)
    named: list[tuple[ContentType, bytes]] = field(default_factory=list)
    """Texts with a file name: read only if all else is empty."""

    attached: list[tuple[ContentType, bytes]] = field(default_factory=list)
    """Texts that are attached: read only if there are none of those either."""

    reports: list[Text] = field(default_factory=list)
    """What machines say to machines of letters of ours, and people may want to read."""

    encryption: Encryption | None = None

    def gather(self, node: Node, *, depth: int) -> list[Text]:
        """Return the texts at and below ``node``; keep the files."""
        if node.media_type == "multipart/encrypted":
            self._encrypted(Encryption.OPENPGP)
        if node.media_type == "multipart/alternative":
            return self._chosen(node.children, depth=depth)
        if not node.children:
            return self._leaf(node, depth=depth)
        children: Iterable[Node] = node.children
        if node.media_type == "multipart/signed":
            # Nobody reads a signature; the original keeps it.
            children = (one for one in children if one.media_type not in _SIGNATURES)
        return [text for one in children for text in self.gather(one, depth=depth + 1)]

    def _chosen(self, alternatives: Iterable[Node], *, depth: int) -> list[Text]:
        """Return the plain alternative, or the richest where that says nothing.

        An HTML leaf behind a plain text that says something is not even decoded.
        """
        chosen: list[Text] = []
        plain_found = False
        for alternative in alternatives:
            html = is_html(alternative.media_type)
            if plain_found and html and not alternative.children:
                continue
            gathered = self.gather(alternative, depth=depth + 1)
            texts = [text for text in gathered if not text.is_blank]
            if texts and not plain_found:
                chosen = texts
                plain_found = any(not (one.is_html or one.is_stub) for one in chosen)
        return chosen

    def _leaf(self, node: Node, *, depth: int) -> list[Text]:
        told = self.tally.as_charset
        disposition = disposition_of(node, told=told)
        name = file_name(disposition, node.content_type, told=told)
        encoding = node.headers.word("content-transfer-encoding").strip("\"'")
        content = undo(node.content, encoding, faults=self.faults)
        attached = disposition[""] == "attachment"
        readable = is_readable(node.media_type)
        if readable and not (name or attached):
            return [self._text(node.content_type, content)]
        if not readable:
            opened = self._open(node.media_type, name, content, depth=depth)
            if opened is not None:
                return opened
        elif not is_letter(node.media_type, name):
            spare = self.attached if attached else self.named
            spare.append((node.content_type, content))
        if content or name:
            self._keep(node.media_type, name, content)
        return []

    def _text(self, kind: ContentType, content: bytes) -> Text:
        text = read_text(content, kind, tally=self.tally, faults=self.faults)
        if not text.is_html:
            bared = bare(text.text)
            text.text = bared.text
            for block in bared.blocks:
                self._encrypted(Encryption.OPENPGP)
                self._keep("application/pgp-encrypted", "message.asc", block.encode())
        return text

    def _keep(self, media_type: str, name: str, content: bytes) -> None:
        part = file_part(media_type, name, content)
        self.files.append(part)
        if is_letter(media_type, name):
            self.letters.append(part)
        if media_type in _REPORTS:
            kind = ContentType("text/plain", {})
            self.reports.append(
                read_text(content, kind, tally=self.tally, faults=set())
            )
        if media_type in _NAMED_FAULTS:
            self.faults.add(_NAMED_FAULTS[media_type])

    def _encrypted(self, how: Encryption) -> None:
        self.faults.add(Fault.ENCRYPTED)
        self.encryption = self.encryption or how

    def _open(
        self, media_type: str, name: str, content: bytes, *, depth: int
    ) -> list[Text] | None:
        """Return the texts in a container; keep its files. None: it is a file."""
        tnef = is_tnef(media_type, content)
        if not tnef and not is_smime(media_type, name):
            return None
        if self.tally.room < len(content):
            self.faults.add(Fault.NOT_OPENED)
            return None
        self.tally.enter(len(content))
        try:
            opened = self._opened(name, content, tnef=tnef, depth=depth)
        except (BrokenEncoding, BrokenTnef, UnreadableLetter):
            self.faults.add(Fault.NOT_OPENED)
            opened = None
        texts = self.gather(opened, depth=depth + 1) if opened else None
        self.tally.leave()
        for text in texts or ():
            text.may_repeat = text.may_repeat or tnef
        return texts

    def _opened(
        self, name: str, content: bytes, *, tnef: bool, depth: int
    ) -> Node | None:
        tally, faults = self.tally, self.faults
        if tnef:
            return open_tnef(content, tally=tally, faults=faults)
        found = open_smime(content, name, tally=tally, faults=faults, depth=depth + 1)
        if found == Wrapping.ENCRYPTED:
            self._encrypted(Encryption.SMIME)
        return found if isinstance(found, Node) else None

    def spare(self) -> list[Text]:
        """Return the first text that says something where no inline text does.

        What stands before the first boundary is for programs that know no MIME
        (RFC 2046, section 5.1.1); it says so, unless a person wrote it.
        """
        preamble = self.root.content if self.root.children else b""
        spare = [*self.named, (ContentType("text/plain", {}), preamble), *self.attached]
        for kind, content in spare:
            if content is preamble and b"mime" in content.lower():
                continue
            text = self._text(kind, content)
            if not text.is_blank:
                return [text]
        return []


def disposition_of(node: Node, *, told: str = "") -> dict[str, str]:
    """Return the parameters of Content-Disposition (RFC 2183), the type under ''."""
    written = node.headers.first("content-disposition")
    if not written:
        return {"": ""}
    kind, _, rest = unfold(written, faults=set(), told=told).partition(";")
    return {**parameters(rest), "": kind.strip().casefold()}


_SIGNATURES: Final = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
_REPORTS: Final = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "text/rfc822-headers",
    }
)
_NAMED_FAULTS: Final = {
    "message/external-body": Fault.ELSEWHERE,
    "message/partial": Fault.PARTIAL,
}
