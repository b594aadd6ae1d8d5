"""Take out of a text what names a person or leads to one, before it leaves the house.

Numbers go by their form, names by what stands around them: a label, a title, how a
writer introduces somebody, a signature.  A name in the middle of a sentence with none
of these stays, for most family names are also words; what is known by name (the writer,
the staff) is taken out wherever it stands.  Amounts, dates, places and institutions
stay.  Each pattern has a first sign that it needs and a bounded length, so that the
time goes with the length of the text.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

NAME: Final = "〔姓名〕"
NUMBER: Final = "〔号码〕"
MAIL: Final = "〔邮箱〕"
ADDRESS: Final = "〔网址〕"
ACCOUNT: Final = "〔账号〕"
PLATE: Final = "〔车牌〕"
CODE: Final = "〔编号〕"
DOOR: Final = "〔门牌〕"
BIRTHDAY: Final = "〔生日〕"
MARKS: Final = (NAME, NUMBER, MAIL, ADDRESS, ACCOUNT, PLATE, CODE, DOOR, BIRTHDAY)

MOST_SIGNS: Final = 100_000
"""What is looked at of a text, and of its plain form, which can be 18 times as long."""

LEAST_KNOWN: Final = 2
"""Signs that a known name has at least, to be looked for."""

_FEW_DIGITS: Final = 11
"""From so many digits on it is no amount."""

_FEWEST_DIGITS: Final = 7
_CODE: Final = 8
"""From so many signs on, letters and digits together are a code."""

_SHAPE: Final = re.compile(r"\w{4}-\w{4}-\w{4}(?:-\d)?|\w{5}(?:-\w{5}){4}", re.ASCII)
"""Receipt numbers and query codes, as they are printed."""

_HAN: Final = r"\u3007\u3400-\u4dbf\u4e00-\u9fff"
_NUMERAL: Final = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_END: Final = r"(?=[^\w]|$|\d|[的了是在住家电说和与及向对]|今年|现)"
"""What stands behind a name, or nothing."""

_OVER: Final = r"(?=[^\w·]|$)"
_OFFICE: Final = rf"[{_HAN}]{{0,7}}[局府委院室办处会部司礼禮](?![{_HAN}])"
_NOT_FAMILIAR: Final = "区路城车米高白黄金石方门"
_REGARDS: Final = "regards|sincerely|yours truly|faithfully"
_LATIN: Final = r"[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20}){0,2}"

Change = Callable[[re.Match[str]], str]


def redacted(text: str, *, known: Iterable[str] = ()) -> str:
    """Return ``text`` without what names a person or leads to one.

    Full-width and other forms of signs come back in their plain form, and nothing
    behind the first `MOST_SIGNS`: it is for programs, people read what `striking`
    leaves.  ``known`` are names, addresses and numbers that are to be taken out
    wherever they stand.
    """
    text = plain_form(text)
    for pattern, change in steps(known):
        text = pattern.sub(change, text)
    return text


def plain_form(text: str) -> str:
    """Return ``text`` in plain forms, without signs that nobody sees."""
    plain = unicodedata.normalize("NFKC", text[:MOST_SIGNS])[:MOST_SIGNS]
    # What we put in must not have stood there: it would say that something was there.
    return "".join(
        sign for sign in plain if unicodedata.category(sign) not in {"Cf", "Cs", "Co"}
    ).translate({ord("〔"): "[", ord("〕"): "]"})


def steps(known: Iterable[str]) -> Iterator[tuple[re.Pattern[str], Change]]:
    """Yield what is looked for in a plain form in turn, and what takes its place."""
    plain = {plain_form(each).strip() for each in known}
    found = sorted((each for each in plain if len(each) >= LEAST_KNOWN), key=len)
    if found:
        either = "|".join(re.escape(each) for each in reversed(found))
        yield re.compile(either, flags=re.IGNORECASE), _known
    yield from _steps()


def _known(found: re.Match[str]) -> str:
    """Return what a known word is called: people are known by number and mail, too."""
    whole = found.group()
    if "@" in whole:
        return MAIL
    return NAME if any(map(str.isalpha, whole)) else NUMBER


_LINK: Final = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_HOST: Final = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?:com|cn|net|org|gov|edu|cc|top|xyz|vip|io|info|hk|mo|tw|me|app|site|shop)"
    r"(?![\w@.-])(?:/[!-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_MAIL: Final = re.compile(
    r"[\w.%+-]{0,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.ASCII | re.IGNORECASE,
)
_BIRTHDAY: Final = re.compile(
    r"(?P<label>出生(?:日期|年月)?|生日|生于)(?P<gap>[:是于为 ]{0,3})"
    r"\d{2,4}[年./-] ?\d{1,2}(?:[月./-] ?\d{1,2} ?日?|月)?"
)
_PLATE: Final = re.compile(
    rf"[{_PROVINCES}] ?[A-HJ-NP-Z] ?[·•. -]? ?[A-HJ-NP-Z0-9]{{4,6}}[挂学警港澳]?"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(
    r"(?<![A-Z0-9])(?:[0-9A-Z]{4}(?: [0-9A-Z]{4}){2}|[0-9A-Z]{5}(?: [0-9A-Z]{5}){4})"
    r"(?![A-Za-z0-9])"
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9]+(?:[-–—_][A-Za-z0-9]+)*")
_NUMERALS: Final = re.compile(rf"[{_NUMERAL}](?:[ -]?[{_NUMERAL}]){{6,}}")
_DIGITS: Final = re.compile(
    r"(?P<keep>(?<![\d.])(?:(?:19|20)\d\d)(?:[-./](?:0?[1-9]|1[0-2])"
    r"[-./](?:3[01]|[12]\d|0?[1-9])(?!\d)|(?:[-~至—–](?:19|20)\d\d)(?![\d-]))"
    r"|(?<!\d)\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?(?!\d))"
    r"|(?<!\d)\+?\d(?:[ .()–—_-]{0,2}\d){6,}(?P<mask>[*xX]{0,4})"
    r"|(?<!\d)\d{3,6}[*xX]{3,14}\d{0,4}"
)
_AMOUNT: Final = re.compile(r"\d{1,10}(?:\.\d{1,4})?|\d{1,6}[-–—]\d{1,6}")
_DOOR: Final = re.compile(
    r"(?<=[路街巷道里弄村园区苑城庄坊胡同段组队坪])"
    r" ?\d{1,5}(?:-\d{1,4})? ?号(?!线|文|令|公告|公路|工程|项目|地块|台风|门口)"
    r"(?:之[一二三四五六七八九\d])?"
)
_PART: Final = rf"(?:\d{{1,4}}|[A-Za-z]\d?|[{_NUMERAL}十]{{1,3}})"
_ROOM: Final = re.compile(
    rf"(?<![A-Za-z\d])(?:{_PART} ?(?:栋|幢|座|号楼|单元|梯|楼|层) ?)"
    r"{1,3}(?:\d{3,4}(?: ?(?:室|房|号房|户|号))?(?![\d元万年人户平米])"
    r"|\d{1,4} ?(?:室|号房|户))"
    rf"|(?<![A-Za-z\d])(?:{_PART} ?(?:栋|幢|座|号楼) ?){_PART} ?(?:单元|梯|门)"
    r"|(?<![\d.])\d{3,4} ?(?:室|号房|房)(?![间租价贷产东屋])"
)


@cache
def _words() -> Mapping[str, str]:
    source = resources.files("app.classify").joinpath("redaction.toml")
    tables: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return tables


def _either(*tables: str) -> str:
    words = {word for table in tables for word in _words()[table].split()}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _one_of(*tables: str) -> str:
    """Return the class of all signs in ``tables``."""
    return f"[{''.join(''.join(_words()[table].split()) for table in tables)}]"


@cache
def _steps() -> tuple[tuple[re.Pattern[str], Change], ...]:
    """Return what is looked for in turn, and what takes its place."""
    labelled = re.compile(
        rf"(?P<label>{_either('numbered')})(?P<gap> ?(?:号码)?[:是为 ]{{0,3}})"
        r"(?:\(?[A-Za-z0-9][A-Za-z0-9()*-]{2,})"
    )
    account = re.compile(
        rf"(?P<label>{_either('accounts')})(?P<gap>(?:号码?)?[:是为 ]{{0,3}})"
        r"(?=[A-Za-z0-9_-]{0,30}[\d_-]|[a-z])[A-Za-z0-9][A-Za-z0-9_-]{3,30}"
    )
    return (
        (_LINK, lambda _: ADDRESS),
        (_MAIL, lambda _: MAIL),
        (_HOST, lambda _: ADDRESS),
        (_BIRTHDAY, _behind_label(BIRTHDAY)),
        (_PLATE, lambda _: PLATE),
        (account, _behind_label(ACCOUNT)),
        (_DIGITS, _number),
        (labelled, _behind_label(CODE)),
        (_SPACED, _spaced),
        (_TOKEN, _code),
        (_NUMERALS, lambda _: NUMBER),
        (_ROOM, lambda _: DOOR),
        (_DOOR, lambda _: DOOR),
        *_names(),
    )


def _names() -> list[tuple[re.Pattern[str], Change]]:
    """Return the patterns of names, those that stand more surely first."""
    double, no_end = _either("double_surnames"), f"(?<!{_either('no_endings')})"
    family = f"(?:{double}|{_one_of('surnames', 'plain_surnames')}{no_end})"
    plain = f"(?:{double}|{_one_of('plain_surnames')}{no_end})"
    given = rf"(?:(?!{_one_of('not_in_names')})[{_HAN}])"
    start = f"(?!{_either('no_names')})"
    full = rf"{start}{family}{given}{{1,2}}"
    sure = rf"{start}{plain}{given}{{1,2}}"
    masked = (
        rf"{start}{family}(?:某{{1,3}}{given}?{_END}|某{{1,3}}|{given}某|[*×]{{1,3}})"
    )
    anybody = rf"(?!{_OFFICE})[{_HAN}](?:[{_HAN}·]{{1,7}})?{_OVER}"
    strong = _either("introductions")
    labels, known_by = _either("labels"), _either("weak_introductions")
    any_label = f"{labels}|{_either('office_labels')}"
    appointed = "(?!(?<=[现原前历上新担主责信胜])任)"
    familiar = f"[小老阿](?![{_NOT_FAMILIAR}]){_one_of('surnames', 'plain_surnames')}"
    patterns = [
        rf"(?P<label>(?:{labels}) ?: ?)(?:{full}|{masked}|{anybody})",
        rf"(?P<label>(?:{any_label}) ?[:是叫为] ?)(?:{full}|{masked})",
        rf"(?P<label>(?:{strong})[: ]?){start}{family}[{_HAN}]{given}?",
        rf"(?P<label>(?:{known_by})[: ]?)(?:{full}{_END}|{sure}|{masked})",
        masked,
        rf"[{_HAN}]{{1,6}}[·•・][{_HAN}]{{1,6}}",
        f"{appointed}{start}{family}{given}{{0,2}}(?={_either('titles')})",
        rf"(?<![{_HAN}]){familiar}(?=[^\w]|$|[的说在和])",
        rf"(?P<label>(?:{_either('closings')})[\s,。!;:]{{0,20}}){anybody}",
        rf"{full} ?(?=(?:{_either('signing')}){_OVER})",
        rf"(?<!\w){sure}{_OVER}",
        rf"(?<=\n)(?P<label>[ \t]{{0,40}}){full}(?=\s{{0,20}}(?:\Z|\d{{4}}))",
        rf"(?P<label>(?i:my name is|i am called|\bname:) {{1,3}}){_LATIN}",
        rf"\b(?P<label>(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b\.? ?){_LATIN}",
        rf"\b(?P<label>(?i:{_REGARDS})[\s,]{{1,10}}){_LATIN}",
    ]
    return [(re.compile(each), _behind_label(NAME)) for each in patterns]


def _behind_label(sign: str) -> Change:
    def change(found: re.Match[str]) -> str:
        groups = found.groupdict()
        return f"{groups.get('label') or ''}{groups.get('gap') or ''}{sign}"

    return change


def _number(found: re.Match[str]) -> str:
    """Return a number as it is if it is a day or an amount."""
    whole = found.group()
    if found["keep"] is not None:
        return whole
    digits = sum(sign.isdecimal() for sign in whole)
    behind = found.string[found.end() : found.end() + 4].lstrip()
    plain = _AMOUNT.fullmatch(whole) is not None
    few = _FEWEST_DIGITS <= digits < _FEW_DIGITS
    if few and plain and behind.startswith(tuple(_words()["units"].split())):
        return whole
    return NUMBER


def _spaced(found: re.Match[str]) -> str:
    return CODE if any(map(str.isdecimal, found.group())) else found.group()


def _code(found: re.Match[str]) -> str:
    """Return a word as it is, unless it is a code."""
    whole = found.group()
    signs = [sign for sign in whole if sign.isalnum()]
    mixed = any(map(str.isdecimal, signs)) and any(map(str.isalpha, signs))
    if _SHAPE.fullmatch(whole) or (mixed and len(signs) >= _CODE):
        return CODE
    return whole
