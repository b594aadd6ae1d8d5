"""What a page prints around a notice: breadcrumbs, sources, buttons, footers."""

import re
from collections.abc import Iterable
from typing import Final

from app.domain.outline.dates import PrintedDate, read_date, read_date_line
from app.domain.outline.folding import any_of, bare
from app.domain.outline.lines import Paragraph

_LONGEST: Final = 160
_BULLET: Final = "[\\[【(●•·▪■▲]*"

_LABELLED = re.compile(
    _BULLET
    + any_of(
        "来源 信息来源 文章来源 稿件来源 稿源 发布者 发布人 发布单位 发布机构 发布部门 "
        "发布时间 发布日期 发表时间 发稿时间 发布于 作者 编辑 责任编辑 责编 审核 "
        "审核人 校对 初审 复审 终审 监制 录入 录入者 供稿 撰稿 记者 通讯员 摄影 "
        "浏览次数 浏览量 浏览 点击数 点击次数 点击量 点击 阅读次数 阅读量 阅读数 阅读 "
        "访问量 访问次数 人气 字号 字体 字体大小 索引号 信息索引号 索引 公开方式 "
        "公开形式 公开范围 公开时限 公开类别 公开主体 文号 发文字号 发文机关 发文机构 "
        "发文日期 成文日期 生成日期 公开日期 公布日期 更新时间 更新日期 主题分类 "
        "主题词 关键词 关键字 有效性 时效性 信息分类 分类 组配分类 信息名称 名称 标题 "
        "原标题 正文标题 栏目 所属栏目 所属主题 体裁 时间 日期 打印 分享 分享到 收藏 "
        "保护视力色 视力保护色 语音播报 您当前的位置 当前位置 您的位置 您现在的位置 "
        "您所在的位置 所在位置 首页 网站首页 导航 上一篇 下一篇 上一条 下一条 附件下载 "
        "相关附件"
    )
    + "[:>]"
)
_BUTTON = re.compile(
    "[\\[【(]*"
    + any_of(
        "字号 字体 打印 收藏 关闭 分享 返回 复制链接 听新闻 语音播报 无障碍 大中小 "
        "大|中 小|中 T|T A+ A- 扫一扫 我要纠错 纠错 网站支持"
    )
)
_WHOLE: Final = frozenset(
    (
        "(全文)",
        "全文",
        "首页",
        "正文",
        "公告",
        "通知公告",
        "公告公示",
        "公示公告",
        "公告通知",
        "信息公开",
        "政务公开",
        "党务公开",
        "大",
        "中",
        "小",
        "简体",
        "繁体",
        "登录",
        "注册",
        "搜索",
    )
)
_FOOTER = re.compile(
    _BULLET
    + "(?:"
    + any_of(
        "责任编辑 责编 编辑: 审核: 校对: 监制: 初审 终审: 来源: 作者: 供稿: 上一篇 "
        "下一篇 上一条 下一条 相关阅读 相关链接 相关新闻 相关文章 相关信息 相关附件 "
        "相关稿件 延伸阅读 推荐阅读 热点推荐 热门推荐 更多新闻 最新文章 友情链接 "
        "附件下载 版权所有 版权声明 免责声明 特别声明 声明: 凡本网 凡注明 凡本站 "
        "本网站 本站 Copyright copyright COPYRIGHT © 扫一扫 扫描二维码 微信扫 主办: "
        "主办单位 承办: 承办单位 技术支持 网站标识码 网站地图 网站声明 关于我们 "
        "联系我们 打印本页 打印此页 打印[ [打印 [关闭 [字号 字号: 字体: 关闭窗口 "
        "关闭本页 返回顶部 返回首页 返回列表 分享到 分享: 我要评论 发表评论 网友评论 "
        "评论( 点赞 收藏本页 政府网站找错 阅读: 浏览次数 点击数"
    )
    + "|[^。]{0,6}ICP备|[^。]{0,6}公网安备|\\(?(?:全文)?完\\)?$)"
)
_PUBLISHED = re.compile(
    "(?:发布|发表|公布|发文|成文|公开|发稿|印发)(?:时间|日期|于) ?:? ?"
)
_LINK = re.compile("[>»›→]")
_DOCUMENT_NUMBER = re.compile(
    "[\\[(【]?[^。,:;]{1,14}?[〔\\[(【][0-9]{4}[〕\\])】]第?[0-9]{1,4}号[\\])】]?"
)
_TIMED = re.compile(
    "[\\[(【]?[0-9]{1,4}[-./年][0-9]{1,2}[-./月][0-9]{1,4}日?(?:(?:星期|周).)?"
    "(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?[^。,;:]{0,20}[\\])】]?"
)
_HOME: Final = ("首页", "当前位置", "您当前", "您的位置", "您现在", "您所在")


def is_furniture(paragraph: Paragraph) -> bool:
    """Whether a line at the head of a page is no part of the notice."""
    if len(paragraph.folded) > _LONGEST:
        return False
    line = bare(paragraph.folded)
    if _LABELLED.match(line):
        return True
    if "。" in line:
        return False
    return bool(
        line in _WHOLE
        or _BUTTON.match(line)
        or _is_path(line)
        or read_date_line(line)
        or _TIMED.fullmatch(line)
        or _DOCUMENT_NUMBER.fullmatch(line)
    )


def is_open_label(paragraph: Paragraph) -> bool:
    """Whether a label of the page leaves its value to the next line."""
    line = bare(paragraph.folded[:_LONGEST])
    match = _LABELLED.match(line)
    return match is not None and match.end() == len(line)


def is_footer(paragraph: Paragraph) -> bool:
    """Whether a line can only stand below a notice, on the page's own account."""
    return _FOOTER.match(bare(paragraph.folded[:_LONGEST])) is not None


def published_date(paragraphs: Iterable[Paragraph]) -> PrintedDate | None:
    """Return the date that the page labels as that of publication, None without one."""
    awaited = False
    for paragraph in paragraphs:
        line = paragraph.folded[:_LONGEST]
        match = _PUBLISHED.search(line)
        value = line if match is None else line[match.end() :]
        if match is None and not awaited:
            continue
        awaited = not value
        read = _first_date(value)
        if read is not None:
            return read
    return None


def _first_date(value: str) -> PrintedDate | None:
    """Return the date that a labelled value begins with."""
    day = read_date(value) or read_date("".join(value.split()))
    if day is not None:
        return PrintedDate(day, damaged=False)
    word = re.match("[0-9年月日]*", value)
    return read_date_line(word[0]) if word else None


def _is_path(line: str) -> bool:
    """Whether the line is a breadcrumb or a row of links."""
    return line.startswith(_HOME) or bool(_LINK.search(line)) or line.count("|") > 1
