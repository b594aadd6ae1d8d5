"""Weigh the parts of an opinion: what is set aside counts less than what is meant.

Citizens often begin with what they do *not* write about ("I am not complaining of the
doctors; what I ask is who lets that car park charge").
"""

import re

from app.classify.text import CLAUSE_END, SENTENCE_END

SUBJECT = 1.3
"""A subject line says in few words what the rest is about."""

MISLEADING_SUBJECT = 0.4
"""Unless the text itself sets something aside: mostly that very subject."""

FORMULA = 0.2
"""Salutations, thanks and appeals to "the departments concerned" say nothing."""

SET_ASIDE = 0.3
MEANT = 1.5

_CLAUSE = re.compile(f"[^{CLAUSE_END}{SENTENCE_END}]+[{CLAUSE_END}{SENTENCE_END}]?")
_ENDS = f"(?=[{CLAUSE_END}{SENTENCE_END}]|$)"
_BEGINS = f"(?:^|(?<=[{CLAUSE_END}{SENTENCE_END}]))"
_SETS_ASIDE = re.compile(
    r"不是来?(?:要|想)?(?:讲|说|问|谈|投诉|反映|评论|抱怨|因为)|不是.{1,8}(?:的错|本身|不好)"
    r"|不(?:想|是想|打算|要|再)(?:问|讲|说|谈|评论)|没什么(?:好|可)?(?:投诉|说|讲|意见)"
    r"|(?:不|先不|且不|暂且不)(?:讲|谈|关心|评论|争|论|投诉|抱怨|怪|怨)|先不说|且不说"
    rf"|都(?:说|以为|骂|怪|怨).{{1,8}}(?:问题|不好|学校|医院)?{_ENDS}|与其|已经不关心"
    rf"|的不是|{_BEGINS}不(?:说|提|管|谈).{{1,10}}{_ENDS}"
    rf"|(?:都|就|也|先|我|暂)不(?:说|提|谈|评论?|管)了?{_ENDS}|不(?:说|提|谈|评论)了{_ENDS}"
    rf"|是小事{_ENDS}|{_BEGINS}我(?:认|承认|支持|没意见|同意)"
    rf"|(?:我认|我支持|没意见|没话说|无所谓){_ENDS}"
    rf"|(?:很|挺|蛮|真|都|也)(?:好|负责|热情|不错|漂亮|新鲜|亮堂){_ENDS}"
)
_MEANS = re.compile(
    r"而是|其实|(?:问|投诉|讲|说|关心|反映|举报|气|想知道|建议)的是|关键(?:是|在|就)"
    r"|问题(?:是|在|出在)|真正|我(?:只|就|只是)?(?:想|要)(?:问|知道|说|讲|反映|投诉|举报|请)"
    r"|(?:我|要)只?(?:要|问).{0,2}(?:是|说法)|是因为|不如|倒是|说到底|归根"
    rf"|{_BEGINS}就说|想不(?:通|明白)|气的是|(?:我|就)是?想(?:问|说|知道)|倒(?:想|要)问|要说的"
)
_TURNS = re.compile(r"可是?|但是?|不过|只是|就是|偏偏|然而|却|而")
"""What a clause begins with that speaks against the one before."""

_FORMULAS = re.compile(
    r"尊敬的?[^，。]{0,8}(?:领导|书记|厅长|市长|局长|主任|部门|县长|区长|省长)"
    r"|各位领导|领导(?:们)?(?:您|你)?好|您好|你好|百忙之中|谢谢|感谢[^，。]{0,6}$|此致|敬礼"
    r"|(?:希望|恳请|请求|请|望|盼望?|要求|恳求|呼吁|强烈要求|还望)(?:贵|各|市|县|区)?"
    r"(?:有关|相关|上级|各级|政府|主管|职能|领导|部门|厅长|市长|书记|单位|你们)[^，。]{0,12}"
    r"(?:重视|处理|解决|关注|管一?管|答复|回复|协调|介入|支持|帮助|督促|给予|落实|回应|做主)"
    r"|(?:高度|引起|予以)重视|尽快(?:解决|处理|答复|回复|落实)|投诉无门|强烈要求|实在没办法"
)


def weigh(subject: str, text: str) -> list[float]:
    """Give each character of ``subject + text`` (both folded) its weight."""
    weights = _meant(subject, text)
    for formula in _FORMULAS.finditer(subject + text):
        start, end = formula.span()
        weights[start:end] = [FORMULA] * (end - start)
    return weights


def _meant(subject: str, text: str) -> list[float]:
    if not _SETS_ASIDE.search(text):
        return [SUBJECT] * len(subject) + [1.0] * len(text)
    weights = [MISLEADING_SUBJECT] * len(subject)
    current = 1.0
    for clause in _CLAUSE.finditer(text):
        current = _weight(clause.group(), before=current)
        weights += [current] * len(clause.group())
        current = MEANT if current == MEANT else 1.0
    return weights + [1.0] * (len(subject) + len(text) - len(weights))


def _weight(clause: str, *, before: float) -> float:
    if _SETS_ASIDE.search(clause.rstrip(CLAUSE_END + SENTENCE_END)):
        return SET_ASIDE
    return MEANT if _TURNS.match(clause) or _MEANS.search(clause) else before
