import codecs
import unicodedata
from datetime import date

import pytest

from app.domain.outline import NotANotice, decode_notice, parse_outline
from tests.domain.notice_texts import (
    PREAMBLE,
    SIGNATURE,
    TITLE,
    labels,
    notice,
    outline_of,
)

TEXT = notice("一、渠道㵲溪段渗漏\n已经整改。\n二、护坡")
LONG = (
    "水利局组织技术人员对全县12条干渠、143条支渠逐段排查，查出渗漏点386处，"
    "其中1.35万米渠段需要重新衬砌。一是分段施工。按照先上游后下游的顺序安排队伍，"
    "三是不误农时。插秧季节不停水，夜间施工的渠段提前三天告知沿线农户。"
)


@pytest.mark.parametrize(
    "saved",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("渠", "渠\0", 1).encode(),
        TEXT.replace("渠", "渠\u200b", 1).encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "utf-16-be", "crlf", "cr", "nul", "zwsp"],
)
def test_a_notice_is_the_same_in_every_encoding(saved: bytes) -> None:
    assert parse_outline(decode_notice(saved)) == parse_outline(TEXT)


def test_a_file_cut_off_within_a_character_is_still_read() -> None:
    outline = parse_outline(decode_notice(TEXT.encode()[:-1]))
    assert outline.chapters[0].heading == "渠道㵲溪段渗漏"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"\x7fELF" + b"\0\1\2\3" * 500,
        codecs.BOM_UTF16_LE + b"\0\xd8" * 500,
    ],
    ids=["png", "elf", "surrogates"],
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(NotANotice) as refusal:
        parse_outline(decode_notice(content))
    assert refusal.value.line is not None


def _wrapped(text: str, width: int, *, indent: str, spaced: bool) -> str:
    """Cut every paragraph at so many columns, as a terminal would."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = indent, 2 * len(indent)
        for sign in paragraph:
            columns = 2 if unicodedata.east_asian_width(sign) in "FWA" else 1
            if used + columns > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + sign, used + columns
        lines += [line, ""] if spaced else [line]
    return "\n".join(lines)


@pytest.mark.parametrize("width", [36, 40, 57, 60])
@pytest.mark.parametrize(
    ("indent", "spaced"), [("", True), ("　　", False), ("　　", True)]
)
def test_hard_wrapped_lines_are_joined(
    width: int, indent: str, *, spaced: bool
) -> None:
    text = notice(f"一、渠道渗漏\n{LONG}\n二、护坡塌方\n{LONG}\n三、管护\n{LONG}")
    wrapped = _wrapped(text, width, indent=indent, spaced=spaced)
    assert parse_outline(wrapped) == parse_outline(text)


def test_lines_of_equal_length_are_not_taken_for_a_wrapped_file() -> None:
    items = "\n".join(
        f"{n}.渠道渗漏问题已经全部整改到位群众反映良好" for n in range(10, 30)
    )
    assert len(outline_of(items).chapters) == 20


@pytest.mark.parametrize(
    "head",
    [
        f"{TITLE}(全文)\n16.12.2023  15:21\n原标题:{TITLE}",
        f"{TITLE}\n\n{TITLE}",
        f"{TITLE}\n发布时间：2024-05-22\n{TITLE}\n来源：柳湾水利\n{TITLE}",
        f"首页 > 政务公开 > {TITLE}\n{TITLE}\n（2024年5月20日）",
        f"{TITLE}_柳湾县人民政府\n{TITLE}",
        "中共柳湾县水利局党组\n关于县委巡察反馈意见整改进展情况的通报",
        "中共柳湾县水利局\n党组关于县委巡察反馈意见\n整改进展情况的通报",
        2 * "中共柳湾县水利局党组\n关于县委巡察反馈意见\n整改进展情况的通报\n",
        f"索引号：\nlw-07\n发布机构：\n柳湾县水利局\n名 称：\n{TITLE}\n\n{TITLE}",
        f"柳湾县水利局\n无障碍 | 长者版\n{TITLE}\n【字体：大 中】\n柳水党〔2024〕3号",
        f"标题：{TITLE}\n发布日期：2024-05-20",
    ],
)
def test_the_title_is_found_among_the_page_furniture(head: str) -> None:
    outline = outline_of("一、渠道渗漏", head=f"{head}\n{PREAMBLE}")
    assert outline.title == TITLE
    assert outline.preamble == PREAMBLE


def test_a_salutation_belongs_to_the_preamble() -> None:
    outline = outline_of("一、渠道", head=f"{TITLE}\n各水利站、局属单位：\n{PREAMBLE}")
    assert outline.preamble == f"各水利站、局属单位：\n{PREAMBLE}"


def test_a_preamble_paragraph_may_begin_with_a_quantity() -> None:
    outline = outline_of("一、渠道", head=f"{TITLE}\n{PREAMBLE}\n1.2万名群众参与评价。")
    assert outline.preamble.endswith("1.2万名群众参与评价。")


def test_the_printed_characters_are_kept_and_spaces_are_one() -> None:
    outline = outline_of("１．渠　　道\u00a0 渗漏：　完成１８．３％，Ⅲ类水质")
    (node,) = outline.chapters
    assert (node.label, node.heading) == ("１．", "渠 道 渗漏")
    assert node.body == "完成１８．３％，Ⅲ类水质"


def test_only_an_unsigned_notice_is_dated_by_its_page() -> None:
    head = f"发布日期：\n2024-05-22 09:00\n{TITLE}\n{PREAMBLE}"
    unsigned = outline_of("一、渠道渗漏。已整改。", head=head, signature="")
    signed = outline_of("一、渠道渗漏。已整改。", head=head)
    assert unsigned.published_on == date(2024, 5, 22)
    assert unsigned.closing is None
    assert signed.published_on == date(2024, 5, 20)


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        (TITLE, "中共柳湾县水利局党组"),
        ("关于县委巡察反馈意见整改情况的通报", None),
        ("柳湾县水利局巡察整改情况通报", None),
    ],
)
def test_an_unsigned_notice_is_issued_by_the_office_in_its_title(
    title: str, issuer: str | None
) -> None:
    outline = outline_of("一、渠道", head=f"{title}\n{PREAMBLE}", signature="")
    assert outline.issuer == issuer


@pytest.mark.parametrize(
    "footer",
    [
        "[责任编辑: 阿柳]\n相关阅读\n1.柳湾县召开水利工作会\n2.一图读懂",
        "扫一扫在手机打开当前页\n主办：柳湾县政府办 电话：0611-5550100",
        "上一篇：放水公告\n下一篇：招标公告\nCopyright © 柳湾县 版权所有",
        "网友评论仅供其表达个人看法，并不表明本网同意其观点，也不代表本网证实其描述。",
        "地址：柳湾县堤东路1号 邮编：061100 总机：0611-5550100",
        "/enpproperty-->",
        "附件下载：整改清单.xls",
    ],
)
def test_the_page_below_the_date_is_no_part_of_the_notice(footer: str) -> None:
    outline = outline_of("一、渠道渗漏。已整改。", signature=f"{SIGNATURE}\n{footer}")
    assert outline.closing == SIGNATURE
    assert outline.contact.phones == ()


def test_a_footer_ends_an_unsigned_notice() -> None:
    outline = outline_of(
        "一、渠道渗漏\n已整改。", signature="责任编辑：阿柳\n版权所有 柳湾县"
    )
    assert outline.chapters[0].body == "已整改。"
    assert labels(outline) == {"1": "一、"}
