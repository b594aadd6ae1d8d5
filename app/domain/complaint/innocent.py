"""Words that show why a text names an office, where it does not complain of it."""

from typing import Final

from app.domain.complaint.patterns import words

NEARBY: Final = words(
    r"""
    的?(?:办公)?(?:大楼|大院|楼下|门口|门前|后门|旁|附近|对面|周边|周围|隔壁|斜对|
    后面|前面|背后|家属|宿舍|小区|路口|路段|这条路|公交站|站台|停车场|
    往?[东西南北][侧边面走])(?![^，。]{0,6}(?:保安|门卫|工作人员|窗口|干部|领导))
    """
)
"""The name is only where something is."""

THANKED: Final = words(r"(?:感谢|谢谢|表扬|多亏|点赞|辛苦)[^，。]{0,12}$")
"""They are thanked."""

ASKED: Final = words(
    r"""
    (?:请(?!问|教|客|假)|希望|恳求|盼|望(?!不)|建议|要求|拜托|麻烦|呼吁|敦促|督促|
    责成|责令|应当?由|(?<![自理])由|期待|求|能否|能不能|可否|可不可以|(?<!不)让|
    通知|协调|联合|会同|转告|转给|转交|交给|交由|移交|感谢|谢谢|表扬|多亏|
    点赞)[^，。]{0,16}$
    """
)
"""They are asked to act, or thanked."""

WOULD: Final = words(
    r"""
    (?:的?(?:同志|领导|各位领导|有关领导|相关部门|有关部门|等(?:相关|有关)?(?:部门|
    单位)))?(?:请|能|可|要(?!我|钱|求)|应|该|必须|需要|务必|一定要|赶紧|赶快|尽快|
    早日|及时|快点|快来|来(?:人|看|管|查)|出面|加强|加大|加快|好好|帮|
    多)[^，。]{0,10}(?:管|查|处|治|理|解决|打击|制止|纠正|罚|惩|核实|督促|规范|清|
    取缔|重视|关注|介入|协调|过问|约谈|看看|监督|执法|巡|检|安排|修|建|派|改|说法|
    答复|回复|落实|帮)
    """
)
"""What they should do follows."""

ONCE_MORE: Final = words(
    r"""
    (?:不要|别|不能|停止|莫)(?:再|继续)|(?:为什么|为何|为啥|凭什么|
    怎么)[^，。]{0,6}不
    """
)
"""They are asked to stop what they do."""

TOLD: Final = words(
    r"""
    (?:向|到|给|找|跟|和|与|同|问|联系|打|拨打|去|在|至|从|咨询|致电|报告|告诉|转|
    抄送|发|交|送|寄|呈)[^，。]{0,6}$
    """
)
"""They are somebody who is told, or where something takes place."""

SAID: Final = words(
    r"""
    (?:[^，。]{0,6}(?:说|称|定价|定的|原定|允许|公示|核准|备案|回复|答复|表示|公布|
    批准|批复|发布|规定|通知|认定|承诺|告知|检查|查过|处罚|来过|查处|答应|受理|调查|
    备案|审批|认可|组织|出台|下发|发的|要求|明确|解释|证实|登记|牵头|负责[^任]|主管|
    监管的|管辖)|的?(?:文件|通知|规定|政策|名单|电话是|官网|网站|公告|公众号|同志|
    师傅)|退休|职工|的?(?:队员|协警|辅警|居民|职工)|(?:来了?|一来)就?|查(?=，|$)|
    上班|招|管吗|管不管|的事|等)
    """
)
"""They said or did what they are there for."""

OF_THEM: Final = words(
    r"""
    (?:经|据|无视|违反|违背|防止?|派|高于|低于|符合|躲|根据|按照?|归|属于?|依据|
    参照|等|除了?|包括|不是|不归|如|像|是|由|叫|本人|姓名|联系人|经办人|署名|致|
    尊敬的|敬爱的)[^，。]{0,6}$
    """
)
"""They are named for something else: whose rule it is, who somebody is."""

ASKING: Final = words(
    r"""
    吗|哪里|多少|几点|如何|是否|行不行|呢$|有没有|能不能|能否|可否|可以考虑|建议|
    应该
    """
)
"""Something is asked or proposed."""

PRAISED: Final = words(
    r"""
    (?<!不)(?:很好|不错|辛苦|文明|热情|耐心|认真|及时|满意|专业|点赞|连夜|给力|
    做得好|谢谢|指挥|感谢|表扬|周到|负责任)
    """
)
"""They are praised."""

GREETED: Final = words(
    r"(?!.*(?:举报|投诉|控告|检举|反映|告|查))(?:尊敬的|敬爱的|致|呈)?[^，。]{0,4}"
)
"""What stands before it."""

TITLE: Final = words(
    r"(?:的?(?:各位|有关|负责|值班)?(?:领导|同志|书记|局长|主任|负责人|工作人员)们?)*+"
)
"""What follows a name with which a letter begins."""

GREETING: Final = words(
    r"""
    (?:您|你|你们)们?好|我(?:是|们是|叫|要|想|实名|举报|反映|向)|本人|现(?:将|举报|
    反映|向)|兹|实名|举报|检举|控告|反映|特向|敬启
    """
)
"""How the letter goes on."""

ACCUSING_OTHERS: Final = words(
    r"""
    (?:我们?|本人|现|兹|特|今)?(?:是[^，。]{1,12})?(?:要|想|实名|在此|向(?:您|你)们?|
    联名)*+(?:举报|检举|控告|揭发)(?!过|了|后|多次|无果|你|您|贵|[一二两三四几]+次)
    """
)
"""How it goes on where somebody else is reported to them."""

YET: Final = words(r"可(?!以)|但|其实|却|结果|然而|实际")
"""A clause begins that takes back what was said."""
