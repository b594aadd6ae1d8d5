"""Columns: which row of a list is its heading, and what each column seems to hold."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.importing.words import Column

MOST_COLUMNS: Final = 50

_LOOKED_AT: Final = 10
"""Rows at the top in which a heading is looked for: titles may stand above it."""

_LEAST_KNOWN: Final = 2
"""Columns that have to be known before a row is taken for the heading."""

_COUNT: Final = re.compile("[0-9]{1,4}")

_WORDS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.ANSWERED: ("答复时间", "答复日期", "回复时间", "回复日期", "办结时间",
                      "办结日期", "反馈时间", "answered", "answer date", "reply date"),
    Column.RECEIVED: ("受理时间", "受理日期", "来信时间", "来信日期", "来电时间",
                      "来电日期", "收到日期", "收件日期", "登记时间", "登记日期",
                      "提交时间", "反映时间", "日期", "时间", "received", "date"),
    Column.ANSWER: ("答复内容", "回复内容", "答复意见", "办理情况", "办理结果",
                    "处理结果", "处理情况", "答复", "回复", "answer", "reply"),
    Column.ITEM: ("事项编号", "整改事项", "事项号", "对应事项", "条目", "事项",
                  "item", "section"),
    Column.OWN_NUMBER: ("受理编号", "工单编号", "工单号", "信访编号", "编号", "序号",
                        "number", "no", "id"),
    Column.OFFICE: ("承办单位", "办理单位", "责任单位", "主办单位", "单位", "部门",
                    "office", "department"),
    Column.KIND: ("意见性质", "诉求类型", "信件类型", "性质", "类型", "类别",
                  "kind", "type"),
    Column.SUBJECT: ("标题", "主题", "题目", "subject", "title"),
    Column.TEXT: ("意见内容", "来信内容", "反映内容", "诉求内容", "反映问题",
                  "问题描述", "具体内容", "内容", "意见", "诉求", "text",
                  "content", "opinion"),
    Column.PHONE: ("联系电话", "手机号码", "手机号", "手机", "电话", "phone", "mobile"),
    Column.EMAIL: ("电子邮箱", "电子邮件", "邮箱", "邮件地址", "email", "e-mail",
                   "mail"),
    Column.NAME: ("姓名", "来信人", "来电人", "反映人", "联系人", "称呼", "name"),
}  # fmt: skip
"""What offices call their columns, the more telling words first."""


def guess_heading(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows is the heading, counted from 1; 0: none is."""
    known = [_known(row) for row in rows[:_LOOKED_AT]]
    most = max(known, default=0)
    return known.index(most) + 1 if most >= _LEAST_KNOWN else 0


def guess_columns(heading: Sequence[str]) -> list[Column | None]:
    """Return what each column under ``heading`` holds; None: not known.

    No two columns are the same: the one whose heading says it best is taken.
    """
    found: list[Column | None] = [None] * len(heading)
    taken: set[Column] = set()
    for exactly in (True, False):
        for place, title in enumerate(heading):
            column = _column(title, exactly=exactly, taken=taken)
            if found[place] is None and column is not None:
                found[place] = column
                taken.add(column)
    return found


def without_running(
    columns: Sequence[Column | None], below: Sequence[Sequence[str]]
) -> list[Column | None]:
    """Return ``columns`` without a number that only counts the rows ``below``.

    Every list counts from one: taken for the office's own number, the rows of a second
    list would pass for those of the first.
    """
    return [
        None
        if column is Column.OWN_NUMBER
        and _counts([row[place] for row in below if place < len(row)])
        else column
        for place, column in enumerate(columns)
    ]


def letter_of(place: int) -> str:
    """Return what a spreadsheet calls the column at ``place``, counted from 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _counts(cells: Sequence[str]) -> bool:
    numbers = [int(cell) for cell in map(str.strip, cells) if _COUNT.fullmatch(cell)]
    return bool(numbers) and numbers == list(range(1, len(numbers) + 1))


def _known(row: Sequence[str]) -> int:
    return sum(column is not None for column in guess_columns(row))


def _column(title: str, *, exactly: bool, taken: set[Column]) -> Column | None:
    plain = _plain(title)
    for column, words in _WORDS.items():
        if column not in taken and any(_says(plain, word, exactly) for word in words):
            return column
    return None


def _says(plain: str, word: str, exactly: bool) -> bool:  # noqa: FBT001 - of one place
    if exactly or word.isascii():
        return plain == word
    # A sentence is no heading, whatever words stand in it.
    return word in plain and len(plain) <= 2 * len(word) + 2


def _plain(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title[:60]).casefold()
    return re.sub(r"[\s:*()\[\]【】_]+", " ", folded).strip()
