from datetime import date

import pytest

from tests.domain.notice_texts import SIGNATURE, closed_with, labels, outline_of


@pytest.mark.parametrize(
    "opening",
    [
        "欢迎广大干部群众监督。如有意见建议，请及时反映。",
        "以上整改情况，请社会各界和广大用水户监督。",
        "现将整改情况向社会公开，接受公众监督。",
        "以上整改情况向社会公示，如有异议，请以书面形式反馈。",
        "公示期间如有异议，请联系县水利局。",
        "对整改结果持有异议的单位和个人，可以写信提出。",
        "县水利局诚恳接受全县群众监督。",
        "敬请广大市民提出宝贵意见。",
        "特此公示。",
        "特此通报。",
        "联系电话：0611-5550126",
        "公示时间：2024年5月21日至5月27日",
        "附件：整改台账",
        "社会公众可来电来信反映情况。",
        "对整改有意见的，可通过以下方式反映。",
        "为便于监督，现公布联系方式如下：",
        "对整改工作有不同看法的，请将意见寄至县水利局。",
    ],
)
def test_the_closing_begins_with_the_invitation(opening: str) -> None:
    outline = closed_with(f"{opening}\n地址：柳湾县堤东路3号")
    assert outline.closing == f"{opening}\n地址：柳湾县堤东路3号\n{SIGNATURE}"
    assert outline.chapters[-1].body == "巩固整改成果。"


@pytest.mark.parametrize(
    "statement",
    [
        "下一步，县水利局将主动公开进度，自觉接受群众监督，如有意见可随时反映。",
        "局党组将以此次整改为契机，主动接受社会监督，以实际成效取信于民。",
        "我们将自觉接受监督，持续推进整改。",
        "以上制度已在村务公开栏公示。",
    ],
)
def test_a_promise_to_accept_supervision_is_still_text(statement: str) -> None:
    outline = closed_with(statement)
    assert outline.closing == SIGNATURE
    assert outline.chapters[-1].body.endswith(statement)


def test_an_invitation_in_the_middle_of_the_notice_closes_nothing() -> None:
    outline = outline_of("1.清淤\n用水户有异议的，可向水利站反映。\n2.护坡")
    assert list(labels(outline)) == ["1", "2"]
    assert outline.chapters[0].body == "用水户有异议的，可向水利站反映。"


def test_numbered_attachments_are_no_items() -> None:
    outline = closed_with("附件：1.整改台账\n2.制度目录")
    assert len(list(outline.nodes())) == 2
    assert outline.closing == f"附件：1.整改台账\n2.制度目录\n{SIGNATURE}"


def test_numbered_ways_to_reach_the_office_stay_in_the_closing() -> None:
    outline = closed_with(
        "欢迎监督，可通过以下方式提出意见：\n1.电话：0611-5550126\n2.来信：堤东路3号水利局"
    )
    assert len(list(outline.nodes())) == 2
    assert outline.contact.phones == ("0611-5550126",)
    assert outline.contact.address == "堤东路3号水利局"


@pytest.mark.parametrize("heading", ["监督方式", "联系方式及公示期限", "接受监督"])
def test_a_numbered_chapter_of_contact_lines_is_a_chapter(heading: str) -> None:
    outline = outline_of(
        f"一、整改情况\n已整改。\n二、{heading}\n欢迎监督。\n电话：0611-5550126"
    )
    assert outline.chapters[1].body == "欢迎监督。\n电话：0611-5550126"
    assert outline.closing == SIGNATURE
    assert outline.contact.phones == ("0611-5550126",)


def test_contact_lines_may_be_items_of_their_chapter() -> None:
    outline = outline_of(
        "一、整改\n已整改。\n二、联系方式\n（一）电话：0611-5550126\n（二）邮箱：slj@liuwan.example"
    )
    assert list(labels(outline)) == ["1", "2", "2.1", "2.2"]
    assert outline.contact.emails == ("slj@liuwan.example",)


def test_a_chapter_on_supervision_with_text_of_its_own_has_no_contact_lines() -> None:
    outline = outline_of("一、整改\n已整改。\n二、畅通监督渠道\n增设信箱。\n欢迎监督。")
    assert outline.chapters[1].body == "增设信箱。"
    assert outline.closing == f"欢迎监督。\n{SIGNATURE}"


@pytest.mark.parametrize(
    ("printed", "signed_on"),
    [
        ("2024年5月20日", date(2024, 5, 20)),
        ("２０２４年５月２０日", date(2024, 5, 20)),
        ("2024 年 05 月 20 日", date(2024, 5, 20)),
        ("二〇二四年五月二十日", date(2024, 5, 20)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("二零二四年十月十日", date(2024, 10, 10)),
        ("2024-05-20", date(2024, 5, 20)),
        ("2024.5.20", date(2024, 5, 20)),
        ("（2024年5月20日）", date(2024, 5, 20)),
        ("2024年5月", None),
    ],
)
def test_the_date_under_the_signature_is_read(
    printed: str, signed_on: date | None
) -> None:
    outline = closed_with("特此通报。", signature=f"柳湾县水利局\n{printed}")
    assert outline.published_on == signed_on
    assert outline.closing == f"特此通报。\n柳湾县水利局\n{printed}"
    assert outline.warnings == ()


@pytest.mark.parametrize(
    "printed",
    [
        "20240520",
        "2024520日",
        "20245月20日",
        "2024年 月 日",
        "2024年2月30日",
        "二〇二四五月三日",
    ],
)
def test_a_damaged_date_is_none_with_a_warning(printed: str) -> None:
    outline = closed_with("特此通报。", signature=f"柳湾县水利局\n{printed}")
    assert outline.published_on is None
    assert outline.issuer == "柳湾县水利局"
    assert outline.warnings == ("damaged date",)


@pytest.mark.parametrize(
    ("signature", "issuer"),
    [
        (
            "柳湾县水利局\n柳湾县农业农村局\n2024年5月20日",
            "柳湾县水利局、柳湾县农业农村局",
        ),
        (
            "柳湾县水利局 柳湾县农业农村局\n2024年5月20日",
            "柳湾县水利局、柳湾县农业农村局",
        ),
        ("柳湾县水利局（盖章）\n2024年5月20日", "柳湾县水利局"),
        ("柳湾县水利局 2024年5月20日", "柳湾县水利局"),
        ("柳湾县水利局（2024年5月20日）", "柳湾县水利局"),
        ("柳 湾 县 水 利 局\n2024年5月20日", "柳湾县水利局"),
        ("柳湾县“河长制”工作专班\n2024年5月20日", "柳湾县“河长制”工作专班"),
        ("柳湾县水利局", "柳湾县水利局"),
        ("柳湾县水利局\n2024年5月20日\n（此件公开发布）", "柳湾县水利局"),
    ],
)
def test_signers_are_read_in_every_layout(signature: str, issuer: str) -> None:
    outline = closed_with("特此通报。", signature=signature)
    assert outline.issuer == issuer
    assert outline.closing == f"特此通报。\n{signature}"


def test_a_date_in_a_table_is_no_signature() -> None:
    outline = outline_of(
        "一、清淤情况见下表：\n单位\n时间\n东水利局\n2024年1月5日\n西水利局\n2024年1月6日\n"
        "以上均已完成，群众反映灌溉条件明显改善，没有新的投诉，后续转入日常管护。"
    )
    assert outline.published_on == date(2024, 5, 20)
    assert outline.closing == SIGNATURE
