"""Letters of campaigns: texts that many send, and how each of them changes his own."""

from collections.abc import Callable, Iterator
from random import Random

LETTERS = (
    (
        "我们是东湖花园的住户。小区北门外的泵站每天夜里十一点以后开始抽水,声音大得整栋楼"
        "都睡不着。\n去年反映过两次,物业说归水务所管,水务所说设备是物业的。孩子要上学,"
        "老人有心脏病,实在受不了了。\n请求尽快给泵站装隔音墙,并明确由哪个单位负责。"
    ),
    (
        "学校门口的天桥封了半年,孩子们每天横穿六车道的马路上学。\n家长轮流举着牌子护送,"
        "已经出过一次事故。\n请交通部门在早晚高峰派人值守,天桥什么时候修好也请给个日子。"
    ),
    (
        "关于老旧小区加装电梯的补贴,街道公布的标准和区里文件不一样。我们楼十二户已经按"
        "区里的标准交齐了钱,现在街道说每户只能补一半。请按文件办事,差额部分补发给居民。"
    ),
    (
        "镇上的垃圾焚烧厂二期要建在离村子三百米的地方。环评公示只贴在厂门口,村里没有人"
        "知道。\n一期投产以后,院子里的菜叶上全是黑灰,井水有味道。\n我们要求停止二期的"
        "审批,重新做环评,开听证会听村民的意见,并公布一期的监测数据。"
    ),
    (
        "市一医院的停车场收费一小时十五元,看一次病光停车就要七八十。家里老人做透析,每周"
        "三次,负担不起。希望对住院和长期治疗的病人减免停车费,别的城市早就这样做了。"
    ),
    (
        "集贸市场整治以后,卖菜的农民没有地方摆摊。我们都是周边村里的老人,自己种一点菜,"
        "挑到镇上换点零用钱。\n现在见了就赶,秤也收走。新市场的摊位一年要八千元,谁租得"
        "起?\n请划一块地方,早上六点到九点让我们摆,卖完打扫干净就走。"
    ),
    (
        "公交二十三路改线以后不再经过南苑新村,我们上班要走二十五分钟到主路。请恢复原来"
        "的线路,或者增加一趟接驳车。"
    ),
    (
        "小区一楼开了三家烧烤店,油烟直接排到楼道,夏天不敢开窗。城管来了就关灯,走了又"
        "营业。店里没有专用烟道,营业执照是怎么办下来的?请市场监管和城管联合查处,该关的"
        "关。"
    ),
)

_NAMES = ("王秀兰", "李国强", "陈志明", "赵小燕", "黄伟", "周丽华", "吴建军", "郑海涛")
_PLACES = ("三栋二单元", "七栋", "北区", "村西头", "十一号楼", "南门旁边")
OWN = (
    "我母亲今年八十一岁,上个月为这件事摔了一跤,住了九天医院。",
    "我家的情况更特殊,房子就在路口第一排,窗户正对着。",
    "另外,路灯也坏了好几盏,晚上出门要打手电。",
    "我打过三次热线,每次都说已经转办,到现在没有人联系我。",
    "我愿意出面作证,照片和录像都保存着。",
    "如果资金有困难,我们几户邻居可以先垫一部分。",
)
_TRADITIONAL = str.maketrans(
    "们园户区门业两说归务备学医实装隔音并确单负责电话车间认书长东请边对时来开这个给",
    "們園戶區門業兩說歸務備學醫實裝隔音並確單負責電話車間認書長東請邊對時來開這個給",
)
_MARKS = str.maketrans({",": " ", "。": "!", "?": "。", "、": ","})

Change = Callable[[Random, str], str]


def signed(chance: Random, text: str) -> str:
    """Return ``text`` with the sender's name and place."""
    name, place = chance.choice(_NAMES), chance.choice(_PLACES)
    return f"我叫{name},住在{place}。{text}\n{name}"


def with_own_sentences(chance: Random, text: str) -> str:
    """Return ``text`` with one or two sentences of the sender's own."""
    own = chance.sample(OWN, k=chance.choice((1, 2)))
    return "".join([own[0], text]) if chance.random() < 0.5 else text + "".join(own)


def with_other_marks(chance: Random, text: str) -> str:
    """Return ``text`` with other punctuation, or with hardly any."""
    return text.translate(_MARKS) if chance.random() < 0.5 else text.replace(",", "")


def in_traditional_characters(_chance: Random, text: str) -> str:
    """Return ``text`` as a traditional input method writes it."""
    return text.translate(_TRADITIONAL)


def shuffled(chance: Random, text: str) -> str:
    """Return ``text`` with its sentences in another order."""
    sentences = [part + "。" for part in text.replace("\n", "").split("。") if part]
    chance.shuffle(sentences)
    return "".join(sentences)


def mistyped(chance: Random, text: str) -> str:
    """Return ``text`` with one sign in forty wrong."""
    return "".join("的" if chance.random() < 1 / 40 else sign for sign in text)


def shortened(_chance: Random, text: str) -> str:
    """Return ``text`` without its end."""
    return text[: len(text) * 3 // 4]


CHANGES: tuple[Change, ...] = (
    signed, with_own_sentences, with_other_marks, in_traditional_characters, shuffled,
    mistyped, shortened,
)  # fmt: skip


def variants(seed: int, *, count: int) -> Iterator[tuple[int, str]]:
    """Yield letters with the place of what they were made from in `LETTERS`.

    Each sender makes one to three changes.
    """
    chance = Random(seed)
    for _ in range(count):
        of = chance.randrange(len(LETTERS))
        text = LETTERS[of]
        for change in chance.sample(CHANGES, k=chance.choice((1, 2, 2, 3))):
            text = change(chance, text)
        yield of, text
