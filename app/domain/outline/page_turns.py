"""Page turns of a newspaper: marks taken out, the halves of a text joined.

A mark may cut a sentence in two (`…工作流程, (下转A4版)` and `(紧接A1版)为推动…`);
what the page printed between the halves is no part of the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.outline.lines import Paragraph, paragraph
from app.domain.outline.numbering import read_number

_MARK = re.compile(
    " ?[(\\[【〔] ?(?P<kind>下转|下接|转入|转(?![载发])|上接|紧接|续接|接上|承接|接)"
    "[^()\\[\\]【】〔〕]{0,12}[版页][^()\\[\\]【】〔〕]{0,4}[)\\]】〕] ?"
)
_LINE = re.compile(
    "[▲△◆■●►▶→↓]{0,3} ?(?P<kind>下转|下接|上接|紧接)[^。,;]{0,12}[版页]"
    " ?[▲△◆■●►▶→↓]{0,3}"
)
_LEADING_ON: Final = ("下转", "下接", "转入", "转")
_SENTENCE_END = re.compile("[。!?！？][”’》)]?$")
_IN_SENTENCE: Final = (",", "、", ";")
_FURNITURE: Final = 40
_LOOK_AHEAD: Final = 6


@dataclass(slots=True)
class _Gathering:
    """The paragraphs so far, and what was seen of a page turn behind the last."""

    done: list[list[Paragraph]] = field(default_factory=list)
    """Each paragraph as the parts that were found of it."""

    left: bool = False
    """Whether the text was to go on elsewhere."""

    resumed: bool = False
    """Whether what comes next was said to go on from elsewhere."""

    joined: bool = False

    def take(self, read: Paragraph) -> None:
        """Add a paragraph, or join it to the last one if a page turn parted them."""
        turned = self.left or self.resumed
        self.joined = self.joined or (self.left and self.resumed)
        if turned and self.done and self._goes_on(read):
            self.done[-1].append(read)
            self.joined = True
        else:
            self.done.append([read])
        self.left = self.resumed = False

    def paragraphs(self) -> list[Paragraph]:
        """Return the paragraphs, their parts put together."""
        return [
            parts[0]
            if len(parts) == 1
            else replace(
                parts[0],
                text="".join(part.text for part in parts),
                folded="".join(part.folded for part in parts),
            )
            for parts in self.done
        ]

    def _goes_on(self, read: Paragraph) -> bool:
        """Whether this is the other half, rather than a new paragraph."""
        above = self.done[-1][-1].folded
        if not self.left:
            return above.endswith(_IN_SENTENCE)
        if not _SENTENCE_END.search(above[-2:]):
            return True
        return self.resumed and read_number(read.folded) is None


def join_page_turns(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], bool]:
    """Return the paragraphs without page turns, and whether there was one to join."""
    gathering = _Gathering()
    skip_to = 0
    for place, read in enumerate(paragraphs):
        if gathering.left and place >= skip_to:
            skip_to = _resumes_at(paragraphs, place)
        if place < skip_to:
            continue
        marks = _marks(read)
        if not marks:
            gathering.take(read)
            continue
        resumes = marks[0].start() == 0 and not _leads_on(marks[0])
        leaves = marks[-1].end() == len(read.text) and _leads_on(marks[-1])
        gathering.resumed = gathering.resumed or resumes
        kept = _without(read, marks)
        if kept.text:
            gathering.take(kept)
            gathering.joined = gathering.joined or len(marks) > resumes + leaves
        gathering.left = gathering.left or leaves
    return gathering.paragraphs(), gathering.joined


def _marks(read: Paragraph) -> list[re.Match[str]]:
    if "版" not in read.folded and "页" not in read.folded:
        return []
    whole = _LINE.fullmatch(read.folded)
    return [whole] if whole else list(_MARK.finditer(read.folded))


def _leads_on(mark: re.Match[str]) -> bool:
    return mark["kind"] in _LEADING_ON


def _without(read: Paragraph, marks: list[re.Match[str]]) -> Paragraph:
    pieces: list[str] = []
    place = 0
    for mark in marks:
        pieces.append(read.text[place : mark.start()])
        place = mark.end()
    pieces.append(read.text[place:])
    return paragraph("".join(pieces), line=read.line, columns=read.columns)


def _resumes_at(paragraphs: Sequence[Paragraph], place: int) -> int:
    """Return where the text goes on; the page's own lines before it are passed over."""
    for ahead in range(place, min(place + _LOOK_AHEAD, len(paragraphs))):
        marks = _marks(paragraphs[ahead])
        if marks and marks[0].start() == 0 and not _leads_on(marks[0]):
            return ahead
        folded = paragraphs[ahead].folded
        if len(folded) > _FURNITURE or "。" in folded or read_number(folded):
            break
    return place
