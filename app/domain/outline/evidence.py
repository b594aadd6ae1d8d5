"""Whether a text is a rectification notice at all.

Refusing a real notice is worse than letting something else through, which a clerk
sees before it is published; but a recipe, a contract or a news story is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.domain.outline.faults import NotANotice
from app.domain.outline.folding import any_of
from app.domain.outline.invitation import invites, is_formula
from app.domain.outline.lines import Paragraph
from app.domain.outline.masthead import Masthead

_FEWEST_POINTS: Final = 4
_SHARE_OF_CHINESE: Final = 0.25
_SAMPLED: Final = 20_000
_CITED: Final = 30
_MOST_COUNTED: Final = 10

_CHINESE = re.compile("[\u3400-\u9fff]")
_KIND = re.compile("通报|公示|公告|通告|报告|公布|情况|进展|结果|说明|汇报|公开|落实")
_SUBJECT = re.compile(
    "整改|巡视|巡察|督察|督查|反馈|整治|销号|检查|审计|问题|评议|回头看|诉求|投诉|信访|举报|意见"
)
_ANNOUNCEMENT = re.compile(
    "(?:现将|现就|现对|现把|现予|特将|将)[^。]{0,60}(?:公布|通报|公示|公开|报告|公告|汇报|说明)"
    "|现(?:通报|公示|公布|公告|报告)如下"
)
_RECTIFICATION = re.compile(
    "整改|巡视|巡察|督察|督查|反馈(?:的|意见|问题)|销号|立行立改|回头看"
)
_OTHER_PAPER = re.compile(
    any_of(
        "合同 协议 协议书 简历 履历 做法 菜谱 食谱 配方 论文 小说 试卷 试题 教案 剧本 "
        "说明书 章程 条例 办法 细则 规定 讲话 发言 心得体会 招标文件 招聘公告 会议纪要"
    )
    + "(?: ?[(（][^()（）]{1,12}[)）])?$"
)
_NEWS = re.compile(
    "本报讯|本台讯|[报社网]讯|[(（](?:通讯员|[^()（）]{0,8}记者)|^[^,。]{0,10}[报社台]记者"
)
_PARTIES = re.compile("甲方|乙方|求职|应聘|出租方|承租方|发包人|承包人")


@dataclass(frozen=True, slots=True)
class _Sample:
    """What the text is judged by: its beginning, with the count of telling words."""

    text: str
    rectification: int
    parties: int


def check_evidence(
    masthead: Masthead, paragraphs: Sequence[Paragraph], *, signed: bool
) -> None:
    """Refuse a numbered text that does not speak of rectification.

    Raises:
        NotANotice: It is something else.
    """
    sample = _sample(paragraphs)
    line = masthead.line or paragraphs[0].line
    if len(_CHINESE.findall(sample.text)) < _SHARE_OF_CHINESE * len(sample.text):
        raise NotANotice("it is not written in Chinese", line=paragraphs[0].line)
    title = masthead.title or paragraphs[0].text
    if _OTHER_PAPER.search(title) and not _KIND.search(title):
        raise NotANotice(f"it is headed “{_cited(title)}”", line=line)
    if sample.rectification == 0 or sample.parties > sample.rectification:
        raise NotANotice(
            f"“{_cited(title)}” does not report a rectification", line=line
        )
    if _points(masthead, paragraphs, sample, signed=signed) < _FEWEST_POINTS:
        raise NotANotice(
            f"neither “{_cited(title)}” nor the text announces a rectification",
            line=line,
        )


def _points(
    masthead: Masthead,
    paragraphs: Sequence[Paragraph],
    sample: _Sample,
    *,
    signed: bool,
) -> int:
    title = masthead.title
    opening = "".join(masthead.preamble)[: _SAMPLED // 10]
    last = paragraphs[-_MOST_COUNTED:]
    return sum(
        (
            _KIND.search(title) is not None,
            _SUBJECT.search(title) is not None,
            2 * (_RECTIFICATION.search(title) is not None),
            _ANNOUNCEMENT.search(opening) is not None,
            _RECTIFICATION.search(opening) is not None,
            sample.rectification > 1,
            sample.rectification > 4,  # noqa: PLR2004 - more than in passing
            signed,
            -_FEWEST_POINTS if _NEWS.search(opening[:_CITED]) else 0,
            any(invites(paragraph) or is_formula(paragraph) for paragraph in last),
        )
    )


def _sample(paragraphs: Sequence[Paragraph]) -> _Sample:
    text = ""
    for paragraph in paragraphs:
        text += paragraph.folded.replace(" ", "")
        if len(text) >= _SAMPLED:
            break
    text = text[:_SAMPLED]
    return _Sample(
        text,
        sum(1 for _ in islice(_RECTIFICATION.finditer(text), _MOST_COUNTED)),
        sum(1 for _ in islice(_PARTIES.finditer(text), _MOST_COUNTED)),
    )


def _cited(title: str) -> str:
    return title if len(title) <= _CITED else title[:_CITED] + "…"
