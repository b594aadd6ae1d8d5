"""The wording by which a notice turns to the public, and its contact lines."""

import re
from typing import Final

from app.domain.outline.lines import Paragraph
from app.domain.outline.numbering import Number

_HEAD: Final = 200
"""Characters of a paragraph in which an invitation must show itself."""

_SENTENCE: Final = 40
_PUBLIC: Final = "(?:各界|群众|公众|师生|职工|党员|市民|居民|村民|社会|患者|用户|家长)"
_RESPONSE: Final = (
    "(?:监督|批评|提出|反映|反馈|指正|来信|来电|来函|来访|意见|建议|评议|参与)"
)

_FORMULA = re.compile(
    "特此(?:公示|公告|通报|公布|报告|通知|说明|函告|通告|公开|函复)|以上(?:通报|公示|公告)。"
)
_INVITATION = re.compile(
    "(?:^|[,。;])[^,。;受]{0,10}(?:欢迎|敬请|恳请|诚请|诚邀|诚望)[^。]{0,40}"
    + _RESPONSE
    + f"|(?:^|[,。;])请[^。]{{0,20}}{_PUBLIC}[^。]{{0,20}}{_RESPONSE}"
    "|有[^。,;]{0,12}(?:意见|建议|异议|疑问|问题线索|不同看法)[^。]{0,40}"
    "(?:请|可|欢迎|反映|反馈|联系|提出|告诉|来信|来电)"
    "|[持有]异议[^。]{0,40}(?:请|可|反映|反馈|提出|联系)|不满意[^。]{0,12}(?:请|可)"
    "|^(?:现将?|特|以上|上述|本次?|为)[^。]{0,50}(?:公示|公布|公开|通报)[^。]{0,30}(?:监督|评议)"
    "|^(?:以上|上述)(?![^。]{0,20}已)[^。]{0,30}公示"
    "|^[^,。将]{0,14}(?:诚恳|自觉|真诚|主动|广泛)接受[^,。]{0,30}监督。?$"
    "|^(?:(?:以上|上述)[^。]{0,20})?接受[^。]{0,20}(?:监督|异议|意见)"
    "|(?:意见|建议|异议)[^。,;]{0,6}(?:请|可)(?:发|寄|送|反馈|反映|通过)"
    "|(?:可|请)通过(?:以下|下列|如下)(?:方式|渠道|途径)"
    f"|{_PUBLIC}[^。]{{0,10}}可[^。]{{0,10}}(?:来电|来信|来访|反映|提出)"
    "|以[^。]{0,30}(?:信函|来信|电话|邮件|书面)[^。]{0,30}(?:提出|反映|反馈)"
    "|(?:联系|监督|反映|反馈|举报|受理)(?:方式|渠道|途径|电话|地址)[^。:]{0,8}(?:如下|:)"
)
_TURNING = re.compile("欢迎|敬请|恳请|诚请|诚邀|以上|上述|现将|特此|如有|如对")
_FORESIGHT = re.compile("(?:下一步|下步|下阶段|下一阶段|今后|接下来)")
_PERIOD_LINE = re.compile(
    "[(]?(?:公示|公开|公告|征求意见|意见征集|意见反馈|意见建议反馈|反馈|异议|监督|受理)"
    "[^。,:;]{0,6}(?:日期|时间|时限|期限|期间|期)(?:限|间)?[^。,:;]{0,4}(?:[:为是自从]|[0-9])"
)
_CONTACT_LINE = re.compile(
    "[(]?(?!责任|整改|牵头|主办|协办|处理|完成)"
    "(?:[^:。,;0-9]{0,14}(?:电 ?话|热 ?线|手 ?机|座 ?机|邮 ?箱|信 ?箱|地 ?址|邮 ?编"
    "|邮政编码|传 ?真|联 ?系 ?人|[Ee]-?mail|电子邮件|二维码|公众号)"
    "|[^:。,;0-9]{0,10}(?:联系|监督|反映|反馈|举报|受理|投诉|信访|咨询|参与)"
    "(?:方式|渠道|途径)|(?:联系|受理)(?:部门|单位|机构)"
    "|(?:来信|来访|信函|书面)请?(?:寄|邮寄|寄送|送)?(?:至|到|往)?)"
    "[^:。,;]{0,12}:"
)
_BARE_CONTACT = re.compile(
    "(?:(?:联系|监督|举报|投诉|受理|咨询|值班)电话|电子邮箱|电子信箱|邮政信箱|邮政编码"
    "|邮编|邮箱|传真|(?:通信|通讯|联系|邮寄|来访)地址) ?[0-9A-Za-z\\[(]"
    "|(?:通信|通讯|联系|邮寄|来访)地址 "
)
_ATTACHMENT = re.compile("附 ?件? ?(?:[0-9一二三四五六七八九十]{0,2} ?[:.、]|$)")
_CLOSING_WORDS = re.compile(
    "监督|意见|建议|异议|反映|反馈|联系|电话|来信|来访|写信|上门|公示|邮|附件|受理|举报|投诉|特此"
    "|署名|实名|匿名|热线|逾期|保密|答复|回复|工作日|核实"
)
_MEANS = re.compile(
    "来信|来访|来电|来函|书面|信函|电话|短信|邮|电子|网络|网上|扫码|微信|现场|当面|寄|信箱|热线|传真"
    "|地址|联系人|手机|座机|二维码|公众号|接待"
)
_MEANS_LABEL: Final = 14
_LONGEST_ATTACHMENT: Final = 80

_CONTACT_HEADING = re.compile(
    "(?!畅通|拓宽|拓展|完善|健全|建立|创新|优化|丰富|规范|加强|强化|增设|设立|开通|关于|推进|改进)"
    "[^。:]{0,12}(?:联系|监督|反馈|举报|受理|投诉|反映|公示|意见|来信|信访)[^。:]{0,10}"
    "(?:方式|渠道|电话|途径|期限|时间|时限|期|地址|方法|办法)"
)
_ADDRESSED = re.compile(
    "监督|意见|反馈|公示|联系|举报|异议|其他|其它|有关事项|相关事项"
)
_NO_ADDRESS = re.compile("员|机制|制度|问题|整改|体系|设立|聘请")
_SHORT_HEADING: Final = 16


def opens_closing(paragraph: Paragraph) -> bool:
    """Whether the closing can begin with this paragraph."""
    return (
        is_formula(paragraph)
        or is_contact_line(paragraph)
        or is_attachment(paragraph)
        or _PERIOD_LINE.match(paragraph.folded) is not None
        or invites(paragraph)
    )


def surely_opens_closing(paragraph: Paragraph) -> bool:
    """Whether the closing has begun, whatever is said in it afterwards."""
    if is_formula(paragraph) or is_contact_line(paragraph):
        return True
    return invites(paragraph) and _TURNING.match(paragraph.folded) is not None


def invites(paragraph: Paragraph) -> bool:
    """Whether the paragraph turns to the readers, rather than reports on itself."""
    head = paragraph.folded[:_HEAD]
    return _INVITATION.search(head) is not None and not _FORESIGHT.match(head)


def is_formula(paragraph: Paragraph) -> bool:
    """Whether the paragraph is 特此公示 or its like."""
    return _FORMULA.match(paragraph.folded) is not None


def is_contact_line(paragraph: Paragraph) -> bool:
    """Whether the paragraph is a labelled way to reach the office."""
    folded = paragraph.folded
    return bool(_CONTACT_LINE.match(folded) or _BARE_CONTACT.match(folded))


def is_numbered_contact(paragraph: Paragraph, number: Number) -> bool:
    """Whether a numbered line is a labelled way to reach the office."""
    rest = paragraph.folded[number.end : number.end + _HEAD].lstrip()
    return bool(_CONTACT_LINE.match(rest) or _BARE_CONTACT.match(rest))


def is_attachment(paragraph: Paragraph) -> bool:
    """Whether the paragraph begins the list of attachments."""
    return _ATTACHMENT.match(paragraph.folded) is not None


def is_listed_attachment(paragraph: Paragraph) -> bool:
    """Whether a numbered line can be a further attachment of the list above it."""
    folded = paragraph.folded
    return len(folded) <= _LONGEST_ATTACHMENT and "。" not in folded


def names_means(paragraph: Paragraph, number: Number) -> bool:
    """Whether a numbered line names a way to reach the office."""
    label = paragraph.folded[number.end : number.end + _MEANS_LABEL].partition(":")[0]
    return _MEANS.search(label) is not None


def is_plain(paragraph: Paragraph) -> bool:
    """Whether a paragraph is running text that cannot stand in a closing."""
    folded = paragraph.folded
    if len(folded) <= _SENTENCE or "。" not in folded:
        return False
    return _CLOSING_WORDS.search(folded) is None


def heads_contact_lines(paragraph: Paragraph, number: Number) -> bool:
    """Whether a numbered heading announces contact lines (`四、监督方式`)."""
    rest = paragraph.folded[number.end :].lstrip()
    match = _CONTACT_HEADING.match(rest)
    return match is not None and rest[match.end() : match.end() + 1] in (
        "",
        ":",
        "。",
        "及",
        "和",
        "与",
        "、",
        "(",
    )


def may_head_contact_lines(paragraph: Paragraph, number: Number) -> bool:
    """Whether a chapter's heading could, if contact lines are all that follows."""
    rest = paragraph.folded[number.end :].strip(" :。")
    short = len(rest) <= _SHORT_HEADING and "。" not in rest
    return short and bool(_ADDRESSED.search(rest)) and not _NO_ADDRESS.search(rest)
