import pytest

from tests.domain.notice_texts import TITLE, closed_with, outline_of

DATES = "2024年5月21日至5月27日"


@pytest.mark.parametrize(
    ("printed", "phones"),
    [
        ("联系电话：0611-5550126", ["0611-5550126"]),
        ("联系电话：0611—5550126；", ["0611-5550126"]),
        ("电 话：020- 55501266", ["020-55501266"]),
        ("座机：（0611）5550126", ["0611-5550126"]),
        ("值班手机：199 0000 0126", ["19900000126"]),
        ("电话：0611-5550126、5550127", ["0611-5550126", "5550127"]),
        ("电话：0611-5550126（党办） 0611-5550127", ["0611-5550126", "0611-5550127"]),
        ("电话：0611-5550126转6021", ["0611-5550126转6021"]),
        ("电话：0611-5550126-6021", ["0611-5550126转6021"]),
        ("电话：０６１１－５５５０１２６ 转 ８", ["0611-5550126转8"]),
        ("电话：0611-5550126；传真：0611-5550129", ["0611-5550126"]),
        ("电话/传真：0611-5550126", ["0611-5550126"]),
        ("电话：0611-5550126（兼传真）、5550127", ["0611-5550126", "5550127"]),
        ("电话：0611-5550126、0611-5550129（传真）", ["0611-5550126"]),
        ("监督电话：12345，短号：665126", ["12345", "665126"]),
        ("可拨打12314水利热线", ["12314"]),
        ("热线：400-555-0126", ["400-555-0126"]),
        ("联系人：阿柳 0611-5550126", ["0611-5550126"]),
        ("电话：5550126（工作日8:30-17:30）；邮编：061126", ["5550126"]),
        ("邮编：061126；QQ：55501266", []),
        ("联系电话：\n0611-5550126", ["0611-5550126"]),
    ],
)
def test_telephone_numbers_are_read_as_ascii(printed: str, phones: list[str]) -> None:
    assert list(closed_with(f"欢迎监督。\n{printed}").contact.phones) == phones


@pytest.mark.parametrize(
    ("printed", "emails", "masked"),
    [
        ("邮箱：slj@liuwan.example", ["slj@liuwan.example"], False),
        ("电子邮箱slj_1@liuwan.example（请注明）", ["slj_1@liuwan.example"], False),
        ("邮箱：slj＠liuwan.example。", ["slj@liuwan.example"], False),
        ("邮箱：[email\u00a0protected]", [], True),
        ("邮箱：[email protected]", [], True),
        ("邮箱：s***@liuwan.example", [], True),
        ("邮箱：slj(at)liuwan.example", ["slj@liuwan.example"], True),
        ("邮箱：slj（AT）liuwan.example", ["slj@liuwan.example"], True),
        ("邮箱：slj#liuwan.example", ["slj@liuwan.example"], True),
        ("邮箱：slj＃liuwan.example（请将＃替换为@）", ["slj@liuwan.example"], True),
        ("邮箱：slj☆liuwan.example（请把☆换成@）", ["slj@liuwan.example"], True),
        ("邮箱：slj[at]liuwan[dot]example", ["slj@liuwan.example"], True),
        ("电子邮箱：", [], True),
        ("邮箱：\nslj@liuwan.example", ["slj@liuwan.example"], False),
    ],
)
def test_a_hidden_address_is_rebuilt_only_where_that_is_certain(
    printed: str, emails: list[str], *, masked: bool
) -> None:
    outline = closed_with(f"欢迎监督。\n{printed}")
    assert list(outline.contact.emails) == emails
    assert outline.contact.masked_email is masked
    assert outline.warnings == (("masked e-mail",) if masked else ())


@pytest.mark.parametrize(
    ("printed", "address", "postcode"),
    [
        (
            "邮政信箱:柳湾县堤东路3号水利局(邮编061126);",
            "柳湾县堤东路3号水利局",
            "061126",
        ),
        ("通信地址：堤东路3号，邮政编码：061126；", "堤东路3号", "061126"),
        ("来信请寄：堤东路3号党办（邮编：061126）", "堤东路3号党办", "061126"),
        ("地址及邮编：堤东路3号，061126", "堤东路3号", "061126"),
        ("通讯地址（邮编061126）：堤东路3号", "堤东路3号", "061126"),
        ("地 址：堤东路3号 联系电话：0611-5550126", "堤东路3号", None),
        ("书面意见请寄至柳湾县堤东路3号，或发电子邮件。", "柳湾县堤东路3号", None),
        ("邮箱地址：slj@liuwan.example", None, None),
    ],
)
def test_the_address_stands_without_label_and_postcode(
    printed: str, address: str | None, postcode: str | None
) -> None:
    contact = closed_with(f"欢迎监督。\n{printed}").contact
    assert (contact.address, contact.postcode) == (address, postcode)


@pytest.mark.parametrize(
    ("printed", "period"),
    [
        (f"公示时间为{DATES}。", DATES),
        (f"公示期：{DATES}，共7天。有异议请反映。", f"{DATES}，共7天"),
        (f"公示期间（{DATES}）如有异议请反映。", DATES),
        (
            "公示期：2024年5月21日起至5月27日止（共7天）。",
            "2024年5月21日起至5月27日止（共7天）",
        ),
        ("公示期：2024-05-21至2024-05-27", "2024-05-21至2024-05-27"),
        (
            "公示期：二〇二四年五月二十一日至五月二十七日",
            "二〇二四年五月二十一日至五月二十七日",
        ),
        ("意见反馈期限：自公布之日起15个工作日。", "自公布之日起15个工作日"),
        ("请在公示之日起十个工作日内反映。", "公示之日起十个工作日内"),
        ("即日起7个工作日以内可以反映。", "即日起7个工作日以内"),
        ("公示期5天。", "5天"),
        ("公示期为5个工作日（5月21日至5月27日）。", "5个工作日（5月21日至5月27日）"),
        ("请于2024年5月31日前反映。", "2024年5月31日前"),
        ("联系电话：0611-5550126（工作日8:30-17:30）", None),
    ],
)
def test_the_period_stands_as_printed(printed: str, period: str | None) -> None:
    outline = closed_with(f"欢迎监督。\n{printed}")
    assert outline.contact.period == period
    assert outline.warnings == ()


@pytest.mark.parametrize(
    ("period", "fits"),
    [
        ("2019年12月13日至12月19日，共7天", True),
        ("2023年7月27日至8月9日，共10个工作日", True),
        ("2024年3月4日至3月12日，共10个工作日", False),
        ("2024年3月4日至3月12日，共7个工作日", True),
        ("2024年9月29日至10月9日，共10个工作日", False),
        ("2025年5月21日至6月4日，共10个工作日", True),
        ("2024年12月30日至1月3日，共5天", True),
        ("2024年12月30日至1月3日，共4个工作日", True),
        ("2024年3月4日至3月8日（共五个工作日）", True),
        ("2024年3月4日至3月8日（共六个工作日）", False),
    ],
)
def test_the_printed_count_is_held_against_the_dates(
    period: str, *, fits: bool
) -> None:
    outline = closed_with(f"公示期：{period}。有异议请反映。")
    assert outline.contact.period == period
    assert outline.warnings == (() if fits else ("period does not match",))


def test_a_period_may_be_named_before_the_first_item() -> None:
    head = f"{TITLE}\n现将整改情况予以公示，公示期为{DATES}，共7天。"
    outline = outline_of("一、渠道渗漏。已整改。", head=head)
    assert outline.contact.period == f"{DATES}，共7天"


def test_a_period_of_damaged_dates_is_not_judged() -> None:
    outline = closed_with("公示期：202451日至2024512日，共10个工作日。")
    assert outline.contact.period == "202451日至2024512日，共10个工作日"
    assert outline.warnings == ("damaged date",)
