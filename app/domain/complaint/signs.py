"""Signs: what the words around a name say of its bearer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.domain.complaint.accusing import (
    ACTION,
    AIMED_AT,
    AMISS,
    BESIDES,
    BY_THEM,
    BY_THOSE,
    COLLUDING,
    CONDUCT,
    DEALING,
    DENIED,
    DISPLEASED,
    DISPLEASED_ABOUT,
    DISPLEASED_HOW,
    DISPLEASED_THEIRS,
    DONE_TO,
    FAILED,
    FAILED_LATER,
    GOING_ON,
    IN_VAIN,
    OTHERS,
    REPORTING,
    THEY,
    TOLD_TO,
)
from app.domain.complaint.innocent import (
    ACCUSING_OTHERS,
    ASKED,
    ASKING,
    GREETED,
    GREETING,
    NEARBY,
    OF_THEM,
    ONCE_MORE,
    PRAISED,
    SAID,
    THANKED,
    TITLE,
    TOLD,
    WOULD,
    YET,
)

_FAR: Final = 40
"""Characters behind a name in which what its bearer does is looked for."""

_NEAR: Final = 12

_SEEN: Final = 60
"""Characters of a clause that are looked at: a text may have no mark at all."""

_FOLLOWING: Final = 4
"""Clauses behind a name's own that are looked at."""


class Sign(StrEnum):
    """What shows that a text complains of whom it names."""

    AIMED_AT = "aimed_at"
    """It says whom the complaint is about (投诉某局)."""

    CONDUCT = "conduct"
    """It says what they do wrong (某局不作为)."""

    DONE_TO = "done_to"
    """It says what they did to the writer (被某局赶出来)."""

    DISPLEASED = "displeased"
    """It is displeased with them (对某局的答复不满)."""

    IN_VAIN = "in_vain"
    """They were turned to in vain (找某局没人管)."""

    COLLUDING = "colluding"
    """They are in league with somebody (与某局勾结)."""

    NAMED = "named"
    """It is a complaint, and names them for no other reason that could be seen."""

    REPORTED = "reported"
    """A report of wrongdoing names the person at all."""


@dataclass(frozen=True, slots=True)
class Mention:
    """The surroundings of a name."""

    before: str
    """What stands before it in its clause."""

    after: str
    """What stands behind it in its clause."""

    later: Sequence[str] = field(default_factory=tuple)
    """The clauses that follow in its sentence."""


def mention_at(text: str, start: int, stop: int) -> Mention:
    """Return the surroundings of what stands in ``text`` from ``start`` to ``stop``."""
    opening = max(text.rfind("。", 0, start), text.rfind("，", 0, start)) + 1
    end = text.find("。", stop)
    sentence = text[stop : end if end >= 0 else len(text)][: _SEEN * _FOLLOWING]
    after, *later = sentence.split("，")
    return Mention(
        text[max(opening, start - _SEEN) : start],
        after[:_SEEN],
        tuple(clause[:_SEEN] for clause in later[:_FOLLOWING]),
    )


def sign_of(mention: Mention) -> Sign | None:
    """Return what shows that the text complains of whom it mentions; None: nothing."""
    if NEARBY.match(mention.after) or _greeted(mention, ACCUSING_OTHERS):
        return None
    for sign, shows in _SIGNS:
        if shows(mention):
            return sign
    return None


def innocent(mention: Mention) -> bool:
    """Return whether the words around a name show that its bearer is not accused."""
    before, after = mention.before, mention.after
    return bool(
        NEARBY.match(after)
        or _greeted(mention, GREETING)
        or ASKED.search(before)
        or WOULD.match(after)
        or TOLD.search(before)
        or OF_THEM.search(before)
        or (SAID.match(after) and not any(map(YET.match, mention.later)))
        or ASKING.search(after)
        or PRAISED.search(after)
    )


def _greeted(mention: Mention, going_on: re.Pattern[str]) -> bool:
    """Return whether a letter begins with the name: "某局领导，您好".

    A colon and the end of the line are two marks, with nothing between.
    """
    alone = GREETED.fullmatch(mention.before) and TITLE.fullmatch(mention.after)
    follows = mention.later[0] if mention.later else None
    if not alone or follows is None:
        return False
    return not follows or bool(going_on.match(follows))


def thanked(mention: Mention) -> bool:
    """Return whether the bearer of a name is thanked or praised."""
    return bool(THANKED.search(mention.before) or PRAISED.search(mention.after))


def _asked(mention: Mention) -> bool:
    """Return whether they are asked to act, and not to stop what they do."""
    asked = ASKED.search(mention.before) or WOULD.match(mention.after)
    return bool(asked) and not ONCE_MORE.search(mention.after)


def _aimed_at(mention: Mention) -> bool:
    aimed = AIMED_AT.search(mention.before)
    if aimed is None or TOLD_TO.match(aimed["between"]):
        return False
    return not BESIDES.match(mention.after)


def _done_to(mention: Mention) -> bool:
    return bool(
        BY_THEM.search(mention.before) and DONE_TO.search(mention.after[: _NEAR * 2])
    )


def _displeased(mention: Mention) -> bool:
    return bool(
        DISPLEASED.search(mention.before)
        or (
            DISPLEASED_ABOUT.search(mention.before)
            and DISPLEASED_HOW.search(mention.after[:_FAR])
        )
        or DISPLEASED_THEIRS.match(mention.after)
    )


def _colluding(mention: Mention) -> bool:
    if _asked(mention):
        return False
    return bool(
        COLLUDING.search(mention.after[: _NEAR * 2])
        or COLLUDING.search(mention.before[-_NEAR:])
    )


def _conduct(mention: Mention) -> bool:
    if _asked(mention):
        return False
    if _amiss(mention.after):
        return True
    if len(mention.after) <= _NEAR // 2:
        # "某局，你们太不负责了": the name is called out, the rest follows.
        first = [mention.after + clause for clause in mention.later[:1]]
        called = [clause for clause in mention.later if THEY.match(clause)]
        if any(_amiss(clause) for clause in [*first, *called]):
            return True
    if OTHERS.search(mention.after):
        return False
    return any(_goes_on_amiss(clause) for clause in mention.later[:2])


def _amiss(clause: str) -> bool:
    """Return whether ``clause``, which follows a name, says what its bearer does."""
    said = clause[:_FAR]
    for wrong in AMISS.finditer(said):
        between = said[: wrong.start()]
        if not DENIED.search(between) and not ACTION.fullmatch(between):
            return True
    for wrong in CONDUCT.finditer(said):
        between = DEALING.sub("", said[: wrong.start()])
        if len(between) > _NEAR or DENIED.search(between):
            continue
        if not ACTION.search(between) and not OTHERS.search(between):
            return True
    return False


def _goes_on_amiss(clause: str) -> bool:
    begun = GOING_ON.match(clause)
    said = clause[begun.end() :] if begun else clause
    by_those = BY_THOSE.match(clause)
    return bool(
        AMISS.match(said)
        or CONDUCT.match(said)
        or FAILED_LATER.match(clause)
        or (by_those and DONE_TO.search(clause[by_those.end() :][:_NEAR]))
    )


def _in_vain(mention: Mention) -> bool:
    """Return whether somebody turned to them and got nothing."""
    if not IN_VAIN.search(mention.before) or ASKED.search(mention.before):
        return False
    told = REPORTING.match(mention.after)
    rest = mention.after[told.end() :] if told else mention.after
    said_what = told is not None and len(rest) > 1
    if not said_what and FAILED.search(rest[: _NEAR + 4]):
        return True
    return any(FAILED_LATER.match(clause) for clause in mention.later)


_SIGNS: Final = (
    (Sign.AIMED_AT, _aimed_at),
    (Sign.DONE_TO, _done_to),
    (Sign.COLLUDING, _colluding),
    (Sign.IN_VAIN, _in_vain),
    (Sign.CONDUCT, _conduct),
    (Sign.DISPLEASED, _displeased),
)
