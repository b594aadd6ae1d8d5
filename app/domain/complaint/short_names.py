"""Short names: what citizens call an office that has a long official name."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_REGION: Final = re.compile(
    r"^[^省市县区旗盟]{1,6}[省市县区旗盟](?:[^省市县区旗]{1,4}[县区旗])?(?=.{3,})"
)
"""The region before the name proper: 青岚县 in 青岚县教育局."""

_BARE: Final = re.compile(r"^[省市县区](?![政场容民域城街区委内中直立长])(?=.{3,})")
"""The same where it is not said which: 市 in 市公安局, not in 市政管理所."""

_COMMITTEE: Final = re.compile(
    r"^(?!居民|村民|业主|业委|家长)(?P<what>[^省市县区镇乡村]{2,8}?)(?<!管理)委员会$"
)
"""What a committee is for: 交通 in 交通委员会. Nobody says 管理委 of 管理委员会."""

_NO_REGION: Final = ("城市", "都市", "超市", "菜市", "门市", "股市")

_LEAST: Final = 3

_SPOKEN: Final[Mapping[str, Sequence[str]]] = {
    "城市管理(?!所)": ("城管", "城管局", "城管委"),
    "综合(?:行政)?执法": ("城管", "综合执法", "综合执法局"),
    "纪律检查|纪委|监察(?:委|局)|纪检监察": (
        *("纪委", "市纪委", "县纪委", "区纪委", "纪检委", "监委", "监察局", "监察委"),
        *("纪委监委", "市纪委监委", "县纪委监委", "区纪委监委"),
    ),
    "住房和?城乡建设": ("住建局", "住建委", "住建", "建设局", "建委", "房管局"),
    "市场监督管理": ("市监局", "市场监管局", "市场监管", "工商局"),
    "人力资源和?社会保障": ("人社局", "社保局", "劳动局"),
    "卫生(?:健康|局|和?计划生育)": ("卫健委", "卫健局", "卫计委", "卫生局"),
    "自然资源|国土": ("自然资源局", "自规局", "国土局", "规划局"),
    "规划(?:局|委)|规划(?:和|与)": ("规划局", "规划委", "自规局"),
    "生态环境": ("生态环境局", "环保局", "环境局"),
    "公安(?!.*交通)": ("公安局", "公安", "警察", "民警"),
    "交通警察": ("交警", "交警队", "交警大队"),
    "交通管理": ("交警", "交管"),
    "交通运输|交通局|交通委": (
        "交通局",
        "交通运输局",
        "交通委",
        "交委",
        "运管",
        "运管局",
    ),
    "发展和?改革": ("发改委", "发改局"),
    "财政局": ("财政局",),
    "园林": ("园林局", "绿化局"),
    "审计局": ("审计局",),
    "司法局": ("司法局",),
    "体育局": ("体育局",),
    "农业农村": ("农业局", "农业农村局"),
    "应急管理": ("应急局",),
    "医疗保障": ("医保局", "医保办"),
    "文化": ("文旅局", "文化局"),
    "教育": ("教育局", "教体局", "教委"),
    "民政(?!府)": ("民政局",),
    "水务": ("水务局", "水务公司", "自来水公司"),
    "水利": ("水利局",),
    "税务": ("税务局",),
    "政务服务": ("政务中心", "政务大厅", "办事大厅", "政务服务中心"),
    "退役军人": ("退役军人事务局", "退役军人局"),
    "信访": ("信访局", "信访办"),
    "镇人民政府": ("镇政府",),
    "乡人民政府": ("乡政府",),
    "街道": ("街道办", "街道办事处"),
}
"""By a part of the official name, as a pattern. Only what cannot be taken for the
subject itself: people write of 教育 and 医保 without meaning an office."""


def short_names(name: str) -> Sequence[str]:
    """Return what the office ``name`` is called besides, without repeats."""
    found = []
    region = _REGION.match(name) or _BARE.match(name)
    rest = name
    if region and not region.group().endswith(_NO_REGION):
        rest = name[region.end() :]
        found += [rest] if len(rest) >= _LEAST else []
    committee = _COMMITTEE.match(rest)
    found += [f"{committee['what']}委"] if committee else []
    for part, spoken in _SPOKEN.items():
        if re.search(part, name):
            found += spoken
    return tuple(dict.fromkeys(each for each in found if each != name))
