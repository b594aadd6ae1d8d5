"""The sentence that mail programs write above a quotation, naming who wrote it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from app.mail.forwarding.blocks import HeaderBlock, InlineField
from app.mail.forwarding.lines import Lines, Span
from app.mail.forwarding.phrases import fold
from app.mail.forwarding.separators import Opening
from app.mail.tables import table


def sentences_in(lines: Lines) -> Iterator[HeaderBlock]:
    """Yield the sentences that stand above a quotation, in their order.

    Such a sentence ends in a colon and has a date or an address in it. Without a known
    word for writing, the lines below must be quoted deeper; without an address, they
    must at least be set off.
    """
    behind = 0
    for found in _ENDS.finditer(lines.text):
        number = lines.number_at(found.start())
        begin = lines.start(max(behind, number - 1))
        if not _DATED.search(lines.text, begin, found.start()):
            continue
        sentence = _sentence(lines, number, behind)
        if sentence is not None:
            behind = sentence.last_line
            yield sentence


def _sentence(lines: Lines, number: int, lowest: int) -> HeaderBlock | None:
    said = lines.said(number, most=_LONGEST)
    first = number
    if number > lowest and not _is_whole(said) and not lines.is_blank(number - 1):
        first = number - 1
        said = f"{lines.said(first, most=_LONGEST)} {said}"
    if len(said) > _LONGEST or not _DATED.search(said):
        return None
    written = any(verb in fold(said) for verb in _verbs())
    deeper, set_off = _below(lines, number)
    if not deeper and not (written and (set_off or "@" in said)):
        return None
    start, stop = lines.start(first), lines.stop(number)
    fields = tuple(
        InlineField(kind=kind, value=value, span=Span(start, stop))
        for kind, value in zip(("from", "date"), _read(said), strict=True)
        if value
    )
    return HeaderBlock(
        fields=fields,
        opening=Opening.SENTENCE,
        depth=lines.line(first).depth,
        head=start,
        start=start,
        stop=stop,
        first_line=first,
        last_line=number + 1,
    )


def _is_whole(said: str) -> bool:
    """Return whether a line has both a date and a writer, not the end of them only."""
    return len(said) > _SHORT and _DATED.search(said) is not None


def _below(lines: Lines, number: int) -> tuple[bool, bool]:
    """Return whether the text below is quoted deeper, and whether it is set off."""
    below = number + 1
    while below < min(len(lines), number + _NEAR) and lines.is_blank(below):
        below += 1
    if below >= len(lines):
        return False, False
    deeper = lines.line(below).depth > lines.line(number).depth
    indented = lines.line(below).start - lines.start(below) >= _INDENT
    return deeper, deeper or indented


def _read(said: str) -> tuple[str, str]:
    """Return the writer and the date that a sentence gives."""
    said = said.rstrip(":： ")
    found = _MAILBOX.search(said)
    if found is None:
        return _read_names(said)
    before, behind = said[: found.start()], said[found.end() :]
    quoted = _QUOTED.search(before)
    dated = None if quoted else _DATE_END.match(before)
    if quoted:
        name, when = quoted[1], before[: quoted.start()]
    elif dated:
        name, when = before[dated.end() :], dated[0]
    else:
        name, when = before, ""
    address = found[0].strip(_BRACKETS)
    return f"{_bare(name)} <{address}>".strip(), _bare(when) or _bare(behind)


def _read_names(said: str) -> tuple[str, str]:
    """Return the writer and the date of a sentence without an address."""
    named = _NAMED_FIRST.match(said)
    if named:
        return _bare(named[1]), _bare(named[2])
    dated = _DATE_END.match(said)
    if dated is None:
        return _bare(said), ""
    return _bare(said[dated.end() :]), _bare(dated[0])


def _bare(text: str) -> str:
    """Return ``text`` without the words and signs that lead to a date or a name."""
    words = _WRITTEN.sub("", text.strip(_SIGNS)).split()
    while words and fold(words[0].strip(_SIGNS)) in _around():
        del words[0]
    while words and fold(words[-1].strip(_SIGNS)) in _around() - _HOURS:
        del words[-1]
    return " ".join(words).strip(_SIGNS)


@cache
def _verbs() -> tuple[str, ...]:
    return tuple(fold(verb) for verb in table("forwarding/sentences")["verbs"])


@cache
def _around() -> frozenset[str]:
    words = (
        word
        for each in table("forwarding/sentences")["around"]
        for word in each.split()
    )
    return frozenset(fold(word.strip(_SIGNS)) for word in words)


_LONGEST: Final = 400
_SHORT: Final = 20
_NEAR: Final = 3
"""Lines below, blank but for the last, in which the quotation begins."""

_INDENT: Final = 4
_HOURS: Final = frozenset({"am", "pm", "uhr"})
"""Words that may end a date."""

_SIGNS: Final = " \t\xa0\ufeff,，;；:：\"'“”„‘’«»*_<>()（）"
_BRACKETS: Final = "<>()（）[]＜＞"
_ENDS: Final = re.compile(r"[:：][ \t\xa0\r*_]{0,4}+$", re.MULTILINE)
_DATED: Final = re.compile(r"@|\d")
_DATE_END: Final = re.compile(
    r".*\d(?:\s*[AaPp]\.?[Mm]\b\.?|\s*Uhr\b|日|号)?", re.DOTALL
)
_NAMED_FIRST: Final = re.compile(
    r"([^\d:：,，]{1,60}?)[\s]?(?:于|於|在)\s?(\d.*)", re.DOTALL
)
_WRITTEN: Final = re.compile(r"^[于於在](?=\s?\d)|[写寫][道到:：]*$")
_MAILBOX: Final = re.compile(
    r"[<(\[（＜]?[^\s<>()（＜,，;；:]{1,64}@[^\s<>()）＞\]]++[>)）＞\]]?+"
)
_QUOTED: Final = re.compile(r"[\"“„«]([^\"“”„«»]{1,100}+)[\"”“»]\s*+$")
