"""Which characters some bytes are: the label, what is meant by it, and what they are.

The order of trials is measured on real mail: a label is read as the superset that mail
programs really send (``gb2312`` as GB18030), bytes that are strictly UTF-8 beat a
label that says otherwise, and only bytes that fit nothing are guessed at.
"""

import codecs
import re
from dataclasses import dataclass, replace
from typing import Final

from app.mail.parts.faults import Fault
from app.mail.parts.hanzi import common_share
from app.mail.parts.labels import (
    ASCII,
    BIG5,
    GB,
    SEVEN_BIT,
    UTF8,
    WESTERN,
    WIDE,
    codec_named,
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Some text, the charset it was in, and what was wrong with the label."""

    text: str
    charset: str
    fault: Fault | None = None


def decode(
    content: bytes, *, label: str = "", hint: str = "", told: str = ""
) -> Decoded:
    """Return ``content`` as text, whatever the label says and the bytes are.

    ``hint`` is a charset named elsewhere (a ``<meta>``, the letter's body), tried
    where ``label`` leads nowhere. ``told`` is the one that a person chose, who has
    seen that all of that leads astray.
    """
    chosen = codec_named(told)
    if chosen:
        return _as_told(content, chosen)
    codec = codec_named(label)
    if content.isascii() and b"\x1b" not in content:
        if codec not in SEVEN_BIT:
            fault = Fault.UNKNOWN_CHARSET if label and not codec else None
            return Decoded(content.decode("ascii"), codec or ASCII, fault)
        if codec in WIDE and b"\0" not in content:
            return Decoded(content.decode("ascii"), ASCII, Fault.WRONG_CHARSET)
    marked = _by_mark(content)
    if marked is not None:
        return marked
    if codec in ("", ASCII, UTF8):
        found = _unlabelled(content, hint=codec_named(hint), utf8_named=codec == UTF8)
    else:
        found = _labelled(content, codec, hint=codec_named(hint))
    if label and not found.fault and codec in ("", ASCII):
        fault = Fault.WRONG_CHARSET if codec else Fault.UNKNOWN_CHARSET
        return Decoded(found.text, found.charset, fault)
    return found


def _as_told(content: bytes, codec: str) -> Decoded:
    """Return what a person wants read in ``codec``, save what is surely UTF-8."""
    if content.isascii() and codec not in SEVEN_BIT:
        return Decoded(content.decode("ascii"), codec)
    utf8 = _strict(content.removeprefix(codecs.BOM_UTF8), UTF8)
    if utf8 is not None and not _could_be_chance(utf8.text):
        return utf8
    rungs = (_strict(content, rung) for rung in _ladder(codec))
    text = content.decode(codec, "replace")
    mended = Decoded(text, codec, Fault.BROKEN_CHARACTERS)
    return next(filter(None, rungs), mended)


def is_chinese(codec: str) -> bool:
    """Whether ``codec`` is one that Chinese letters without a label are sent in."""
    return codec in (GB, BIG5)


def _labelled(content: bytes, codec: str, *, hint: str) -> Decoded:
    utf8 = _strict(content, UTF8) if codec not in SEVEN_BIT else None
    own = next(filter(None, (_strict(content, try_) for try_ in _ladder(codec))), None)
    if utf8 and not (own and _keeps_label(own, utf8)):
        return Decoded(utf8.text, UTF8, Fault.WRONG_CHARSET)
    if own and codec == WESTERN:
        # It reads any bytes: old web mailers put it on letters in Chinese.
        chinese = _chinese(content, least=_SURELY_CHINESE)
        return replace(chinese, fault=Fault.WRONG_CHARSET) if chinese else own
    return own or _mended(content, codec) or _guessed(content, hint=hint)


def _unlabelled(content: bytes, *, hint: str, utf8_named: bool) -> Decoded:
    utf8 = _strict(content, UTF8)
    if utf8 is not None:
        if utf8_named or not _could_be_chance(utf8.text):
            return utf8
        gb = _strict(content, GB) if not _LATIN_WORD.search(utf8.text) else None
        return gb if gb and _is_simplified(gb) else utf8
    found = _stateful(content) or _mended(content, UTF8) or _guessed(content, hint=hint)
    if utf8_named and found.fault is None:
        return Decoded(found.text, found.charset, Fault.WRONG_CHARSET)
    return found


def _keeps_label(own: Decoded, utf8: Decoded) -> bool:
    """Whether bytes that are valid UTF-8 rather are what their label says.

    Two hanzi in GBK can be two valid UTF-8 sequences of two bytes: U+8C22 twice, the
    Chinese for thanks, is also two Cyrillic letters.
    """
    if own.charset not in _EAST_ASIAN or not _could_be_chance(utf8.text):
        return False
    if len(utf8.text.encode()) - len(utf8.text) <= _FEW:
        return True
    return own.charset == GB and _is_simplified(own)


def _could_be_chance(text: str) -> bool:
    """Whether there are no longer sequences: those do not come about by chance."""
    return max(text[:_SAMPLE], default="") < "\u0800"


def _is_simplified(gb: Decoded) -> bool:
    return common_share(gb.text, simplified=True) > _SURELY_CHINESE


def _by_mark(content: bytes) -> Decoded | None:
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec)
    return None


def _stateful(content: bytes) -> Decoded | None:
    """Return text in which escape sequences switch the charset (ISO 2022)."""
    if b"\x1b$" not in content:
        return None
    found = (_strict(content, codec) for codec in ("iso2022_jp_2", "iso2022_kr"))
    return next(filter(None, found), None)


def _mended(content: bytes, codec: str) -> Decoded | None:
    """Return the text with the few bytes marked that are no character in ``codec``.

    None: so many are none that it is another charset.
    """
    text = content.decode(codec, "replace")
    broken = text.count("\ufffd")
    if codec == UTF8:
        broken -= content.count(_SENT_REPLACEMENT)
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if broken * _GOOD_PER_BROKEN > beyond:
        return None
    return Decoded(text, codec, Fault.BROKEN_CHARACTERS)


def _guessed(content: bytes, *, hint: str) -> Decoded:
    """Return the most likely reading of bytes that no label explains."""
    if hint and hint not in (UTF8, WESTERN):
        hinted = _strict(content, hint)
        if hinted is not None:
            return hinted
    chinese = _chinese(content, least=_RATHER_CHINESE)
    if chinese is not None:
        return chinese
    gb = _strict(content, GB)
    if gb is not None and _in_runs(content):
        return gb
    return _strict(content, WESTERN) or Decoded(content.decode("latin_1"), "latin_1")


def _in_runs(content: bytes) -> bool:
    """Whether bytes beyond ASCII keep together, as accented letters do not."""
    runs = _BEYOND_ASCII.findall(content[:_SAMPLE])
    return sum(len(run) for run in runs) >= 2 * len(runs)


def _chinese(content: bytes, *, least: float) -> Decoded | None:
    """Return the reading with the larger share of common hanzi, if above ``least``."""
    best, best_share = None, least
    for codec in (GB, BIG5):
        found = _strict(content, codec) or _mended(content, codec)
        if found is None:
            continue
        share = common_share(found.text)
        if share > best_share:
            best, best_share = found, share
    return best


def _strict(content: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(content.decode(codec), codec)
    except UnicodeError:
        return None


def _ladder(codec: str) -> tuple[str, ...]:
    return _READ_AS.get(codec, (codec,))


_EAST_ASIAN: Final = frozenset({GB, BIG5, "cp949", "cp932", "euc_jp"})
_READ_AS: Final = {
    BIG5: (BIG5, "cp950"),
    WESTERN: (WESTERN, "latin_1"),
    "cp932": ("cp932", "shift_jisx0213", "euc_jp"),
    "euc_jp": ("euc_jp", "euc_jisx0213"),
    "iso2022_jp": ("iso2022_jp", "iso2022_jp_ext", "cp932", "euc_jp"),
    "utf_16": ("utf_16", "utf_16_be", UTF8),
    "utf_7": ("utf_7", UTF8),
}

_MARKS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_SENT_REPLACEMENT: Final = "\ufffd".encode()
_SAMPLE: Final = 4_000
_FEW: Final = 2
"""Sequences of two bytes that are no proof of UTF-8."""

_LATIN_WORD: Final = re.compile("[A-Za-z][\u00c0-\u024f]|[\u00c0-\u024f][A-Za-z]")
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]+")
_GOOD_PER_BROKEN: Final = 8
_RATHER_CHINESE: Final = 0.6
_SURELY_CHINESE: Final = 0.9
