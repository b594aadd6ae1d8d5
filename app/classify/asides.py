"""Asides: what a letter only mentions, and does not ask for or complain of."""

import re
from typing import Final

_SET_ASIDE: Final = re.compile(
    r"(?:就?不|先不|且不|暂不|不再|不想|不用)(?:多?说|提|讲|谈|问|管它)|不是(?:来|要|想)?(?:问|说|讲|投诉)"
    r"|顺便说一?[句下声]|说句题外|题外话|(?:已经?|都)(?:解决|改好|修好|处理好|改善)|不归我们?管|以前也"
)
"""A matter that is mentioned so is not what the letter is for."""

_WANTS: Final = re.compile(
    r"[？?]|希望|盼|望|请|求|建议|要求|投诉|反映|举报|能不能|能否|可否|几时|什么时候|为什么|为何|怎么|怎样"
    r"|没人|无人|应该|应当|最好|不如|何不|太|乱|脏|差|贵|臭|烂|坏|慢|堵|塞|挤|少|难|破|旧|漏|缺|欠|拖|骗|贪"
    r"|不|没|冇|唔|无|超|违|偷|假|危险|严重|紧张|增加|加强|尽快"
    r"|罚|占|霸|塌|漏|断|吵|绕|拉肚子|包给|自己定|要先|又要|才肯|全拆|摆到"
)
"""Words without which nobody complains of anything or asks for it."""


def in_passing(words: str, *, wants: bool) -> bool:
    """Whether a part only tells of its writer or sets aside what it mentions."""
    return bool(_SET_ASIDE.search(words)) or not (wants or _WANTS.search(words))
