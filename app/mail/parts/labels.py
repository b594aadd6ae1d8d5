"""Which charset a label means: what mail programs really send under it."""

import codecs
import re
from encodings.aliases import aliases
from enum import StrEnum
from typing import Final


class Charset(StrEnum):
    """A charset that a person may choose to have a letter read in."""

    GB18030 = "gb18030"
    BIG5 = "big5-hkscs"
    UTF8 = "utf-8"
    SHIFT_JIS = "shift_jis"
    ISO_2022_JP = "iso-2022-jp"
    EUC_JP = "euc-jp"
    EUC_KR = "euc-kr"
    WINDOWS_1252 = "windows-1252"
    WINDOWS_1251 = "windows-1251"
    KOI8_R = "koi8-r"


ASCII: Final = "ascii"
GB: Final = "gb18030"
BIG5: Final = "big5hkscs"
UTF8: Final = "utf-8"
WESTERN: Final = "cp1252"


def codec_named(label: str) -> str:
    """Return the codec that a charset label means; empty: none that we know."""
    if label == UTF8 or not label:
        return label
    known = _CODECS.get(label)
    if known is not None:
        return known
    named = label[:100].casefold().split("charset=")[-1].partition("*")[0]
    sign = _NO_NAME.sub("_", named.split(",")[0]).strip("_").removeprefix("x_")
    return _CODECS.get(sign, "")


def _table() -> dict[str, str]:
    """Return every label that we follow, so that no unknown one is ever looked up.

    The interpreter would import a module for each, and has codecs that are no charset.
    """
    names = {module: module for module in aliases.values()}
    table = {**names, **aliases, **_OTHER_LABELS}
    charsets = {
        sign: codecs.lookup(module).name.replace("-", "_")
        for sign, module in table.items()
        if _CHARSET.fullmatch(module)
    }
    return {sign: _MEANT.get(codec, codec) for sign, codec in charsets.items()}


WIDE: Final = frozenset(
    {"utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"}
)
_NO_NAME: Final = re.compile(r"[^a-z0-9]+")
_CHARSET: Final = re.compile(
    r"ascii|big5.*|cp(?!65001)\d+|euc_.*|gb\d+|gbk|hp_roman8|hz|iso\d+_.*|johab|koi8_."
    r"|kz1048|latin_1|mac_.*|ptcp154|shift_.*|tis_620|utf_.*"
)
_OTHER_LABELS: Final = {
    "ansi_x3_110_1983": "ascii",
    "big5_eten": "big5",
    "cn_big5": "big5",
    "cn_gb": "gb2312",
    "cp_1252": "cp1252",
    "csgb2312": "gb2312",
    "euc_tw": "big5",
    "fakescii": "ascii",
    "gb": "gb2312",
    "gb18030_2005": "gb18030",
    "gb18030_2022": "gb18030",
    "gb2132": "gb2312",
    "gb_18030": "gb18030",
    "gb_2312": "gb2312",
    "gb_2312_80": "gb2312",
    "gb_k": "gbk",
    "iso8859": "latin_1",
    "iso_8859_8_i": "iso8859_8",
    "ks_c_5601": "euc_kr",
    "macintosh": "mac_roman",
    "sjis_win": "cp932",
    "unicode_1_1_utf_7": "utf_7",
    "unicode_1_1_utf_8": "utf_8",
    "us_askey": "ascii",
    "utf_8_mac": "utf_8",
    "utf8_mb4": "utf_8",
    "utf8mb4": "utf_8",
    "windows_31j": "cp932",
    "windows_874": "cp874",
    "windows_936": "gbk",
    "windows_949": "cp949",
    "windows_950": "cp950",
}

_MEANT: Final = {
    "utf_8": UTF8,
    "utf_8_sig": UTF8,
    "big5": BIG5,
    "cp950": BIG5,
    "euc_kr": "cp949",
    "gb2312": GB,
    "gbk": GB,
    "iso8859_1": WESTERN,
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
    "shift_jis": "cp932",
}
"""What mail programs really send under a label."""

SEVEN_BIT: Final = frozenset(
    {
        "hz",
        "utf_7",
        *WIDE,
        *(module for module in aliases.values() if module.startswith("iso2022")),
    }
)
"""Codecs in which bytes that look like ASCII need not be."""

_CODECS: Final = _table()
