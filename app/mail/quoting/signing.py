"""What one line of a signature can be: a closing, a name, a number, an office."""

import re
from enum import StrEnum
from functools import cache
from typing import Final

from app.mail.quoting.phrasebook import plain, words
from app.mail.tables import table


class Sign(StrEnum):
    """What a line of a signature says."""

    CLOSING = "closing"
    NAME = "name"
    PHONE = "phone"
    FAX = "fax"
    MAIL = "mail"
    WEB = "web"
    CHAT = "chat"
    PLACE = "place"
    WHO = "who"
    DATE = "date"
    OFFICE = "office"


def sign_of(written: str) -> Sign | None:
    """Return what a line says if it can be of a signature; None: it cannot."""
    if len(written) > _LONGEST:
        return None
    written = written.strip("*_|•·> \t\xa0\u3000")
    said = plain(written)
    if not said:
        return None
    if said.rstrip(" ,.!~") in _closings():
        return Sign.CLOSING
    sign = _labelled(said) or _formed(said)
    if sign is None and _is_name(written, said):
        sign = Sign.NAME
    elif sign is None and _is_office(said) and not is_sentence(written):
        sign = Sign.OFFICE
    return sign


def is_sentence(written: str) -> bool:
    """Return whether a line is a sentence, or a long piece of one."""
    said = plain(written)
    if "。" in written or said.endswith(("!", "?")) or len(said) > _LONG_LINE:
        return True
    if _HAN.search(said) and said.count(",") > 1:
        return True
    return said.endswith((".", ",", ";")) and len(said.split()) >= _WORDS_OF_A_SENTENCE


def _labelled(said: str) -> Sign | None:
    found = _LABEL.match(said)
    if found is None:
        return None
    sign = _labels().get(found[1].replace(" ", ""))
    if sign is None:
        return None
    value = said[found.end() :].strip()
    asked = _VALUES.get(sign)
    return sign if value and (asked is None or asked.search(value)) else None


def _formed(said: str) -> Sign | None:
    return next((sign for sign, form in _FORMS if form.fullmatch(said)), None)


def _is_name(written: str, said: str) -> bool:
    citizens = words("endings", "signature", "citizens")
    if said in citizens or (said.endswith(citizens) and _MANY.fullmatch(said)):
        return True
    first, _, rest = said.partition(" ")
    if first in citizens and _HAN_NAME.fullmatch(rest):
        written = rest
    if _HAN_NAME.fullmatch(written):
        return written[0] in table("quoting/endings")["signature"]["surnames"]
    named = _LATIN_WORD.findall(written)
    if not 0 < len(named) <= _WORDS_OF_A_NAME or written.endswith((":", "?", "!")):
        return False
    rest = _LATIN_WORD.sub("", written).strip(" .,()-–'’&*/")
    is_han = not rest or _HAN_NAME.fullmatch(rest) is not None
    return is_han and all(word[0].isupper() for word in named)


def _is_office(said: str) -> bool:
    if len(said) > _LONG_OFFICE:
        return False
    if _HAN.search(said):
        return said.endswith(_offices()) and "," not in said
    return any(word.strip(",|") in _offices() for word in said.split())


@cache
def _closings() -> frozenset[str]:
    return frozenset(
        word.rstrip(" .,!") for word in words("endings", "closings", "lines")
    )


@cache
def _offices() -> tuple[str, ...]:
    return words("endings", "signature", "offices")


@cache
def _labels() -> dict[str, Sign]:
    return {
        label.replace(" ", ""): sign
        for sign in (
            *(Sign.PHONE, Sign.FAX, Sign.MAIL, Sign.WEB, Sign.CHAT),
            *(Sign.PLACE, Sign.WHO),
        )
        for label in words("endings", "signature", sign)
    }


_LONGEST: Final = 120
_LONG_LINE: Final = 100
_LONG_OFFICE: Final = 60
_WORDS_OF_A_NAME: Final = 4
_WORDS_OF_A_SENTENCE: Final = 5
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_LABEL: Final = re.compile(r"([^\d\W][^:.,/|+]{0,19}?) ?[:.|/]++ *+")
_HAN_NAME: Final = re.compile("[\u4e00-\u9fff]{2,4}")
_MANY: Final = re.compile("[^请請我你您们們望求,.!?的]{0,12}+")
_LATIN_WORD: Final = re.compile(r"[^\W\d_\u3040-\uffdc][^\W\d_\u3040-\uffdc.'’-]*+")
_NUMBER: Final = re.compile(r"\+?(?:[\d(] ?[-./()x#转轉 ]{0,3}){7,}+")
_DATE: Final = re.compile(
    r"\d{2,4} ?[-年./] ?\d{1,2} ?[-月./] ?\d{1,4} ?[日号號]?[^,.;!?]{0,12}"
)
_HAN_DATE: Final = re.compile("[〇零一二三四五六七八九十○年月]{6,12}+[日号號]")
_VALUES: Final = {
    Sign.PHONE: re.compile(r"\d(?:[-./() ]{0,2}\d){5,}+"),
    Sign.FAX: re.compile(r"\d(?:[-./() ]{0,2}\d){5,}+"),
    Sign.MAIL: re.compile("@"),
    Sign.WEB: re.compile(r"\w\.\w"),
}
_FORMS: Final = (
    (Sign.DATE, _DATE),
    (Sign.DATE, _HAN_DATE),
    (Sign.MAIL, re.compile(r"[<(\[]?[^\s@<>]{1,64}+@[^\s@<>]{1,100}+")),
    (Sign.WEB, re.compile(r"<?(?:https?://|www\.)\S{3,100}+")),
    (Sign.PHONE, _NUMBER),
)
