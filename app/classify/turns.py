"""Take a letter apart: where its sentences and points begin, and how."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_SENTENCE: Final = re.compile(
    r"[^。！？!?；;\n\r\u2028\u2029…]*[。！？!?；;\n\r\u2028\u2029…]+[”’」』）)\]】\s]*"
    r"|[^。！？!?；;\n\r\u2028\u2029…]+"
)
_POINT: Final = re.compile(
    r"(?:(?<=[。！？!?；;：:\n，,\s])|^)"
    r"(?=(?:[一二三四五六][、．.]|[（(][一二三四五六1-6][)）]|[1-6１-６][、．.)）](?!\d)"
    r"|[①②③④⑤⑥]|第[一二三四五六](?:[，,、：:]|[个件点]|是)|其[一二三四][，,]))"
)
"""A numbered point begins here, also within a sentence."""

_BESIDES: Final = r"另外(?![一二两三四五六七八九十几]?[个位名半些](?!问题|事))"
"""Not "the other four": that goes on with the same."""

_FURTHER: Final = re.compile(
    rf"[\s，,]*(?:{_BESIDES}|此外|另(?!外)|除此(?:之外|以外)?|除了(?:这个|这件事|上面)"
    r"|还有(?:就是|一|个|，|,|我)?|仲有|再(?:有|者|一个|说一|反映|提一|问)|又及|又，|顺便(?:再?(?:反映|问|提|说))|同时"
    r"|(?:第[二三四]|另一|下一)(?:件|个|点|是)|(?:我|也|想|要){0,2}(?:还|再|也)(?:想|要)?(?:反映|说|问|投诉|建议|提))"
)
"""A passage that begins so goes on to something further."""

_FURTHER_WITHIN: Final = re.compile(
    rf"(?<=[，,、. ])(?={_BESIDES}|此外|除此之外|另一(?:件|个)|还有一|第二件|仲有)"
)
"""The same, within a sentence: only what is clear."""

_LINE_ENDS: Final = frozenset("\n\r\u2028\u2029")


class Opening(StrEnum):
    """How the form of a passage says that something further begins."""

    WORDS = "words"
    POINT = "point"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text, as in slices; all of them together are the text."""

    start: int
    stop: int

    opening: Opening | None = None
    """None: it goes on with what stands before it."""


def passages(text: str) -> tuple[Passage, ...]:
    """Take ``text`` apart into sentences and numbered points, in linear time."""
    openings: dict[int, Opening | None] = {}
    for sentence in _SENTENCE.finditer(text):
        openings[sentence.start()] = _opening(text, sentence)
    for point in _POINT.finditer(text):
        openings[point.start()] = Opening.POINT
    for within in _FURTHER_WITHIN.finditer(text):
        openings[within.start()] = Opening.WORDS
    places = sorted(openings)
    return tuple(
        Passage(start, stop, openings[start] if start else None)
        for start, stop in zip(places, [*places[1:], len(text)], strict=False)
    )


def _opening(text: str, sentence: re.Match[str]) -> Opening | None:
    if _FURTHER.match(text, sentence.start()):
        return Opening.WORDS
    before = text[max(0, sentence.start() - 1) : sentence.start()]
    return Opening.PARAGRAPH if before in _LINE_ENDS else None
