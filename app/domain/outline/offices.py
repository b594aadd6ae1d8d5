"""Names of offices, as they stand in titles and under signatures."""

import re
from typing import Final

_SHORTEST: Final = 3
_LONGEST: Final = 50

_ENDING = re.compile(
    "(?:委员会|党委|党组|党总支|党支部|[党纪市县区省镇乡工团]委|政府|管委会|办事处|集团|大学|学院"
    "|学校|中学|小学|幼儿园|中心|支部|总支|街道|联社|[局厅院部办处站所社组会团队校班馆府司厂行台])$"
)
_NOT_IN_NAMES = re.compile("[。;:,!?@|>《》]|[0-9]|见下表|如下|附件")
_SEAL = re.compile(" ?[(（](?:盖章|公章|印章|章|代章|签章)[)）]$")


def is_office(folded: str) -> bool:
    """Whether a line can be the name of an office, with or without its seal."""
    name = _compact(folded)
    if not _SHORTEST <= len(name) <= _LONGEST or _NOT_IN_NAMES.search(name):
        return False
    return _ENDING.search(name) is not None


def may_be_name(folded: str) -> bool:
    """Whether a line could be a name at all: short, and without any mark."""
    name = _compact(folded)
    short = _SHORTEST <= len(name) <= _LONGEST
    return short and _NOT_IN_NAMES.search(name) is None


def _compact(folded: str) -> str:
    """Return a name without the spaces that spread it over the line."""
    return "".join(without_seal(folded).split())


def without_seal(name: str) -> str:
    """Return a signer's name without a note that the seal stands here."""
    return _SEAL.sub("", name)


def names_in(line: str) -> list[str]:
    """Return the offices that a line names: several where spaces part them."""
    parts = without_seal(line).split(" ")
    if all(len(part) == 1 for part in parts):
        return ["".join(parts)]
    if len(parts) > 1 and all(
        is_office(part) and len(part) > _SHORTEST for part in parts
    ):
        return parts
    return [without_seal(line)]
