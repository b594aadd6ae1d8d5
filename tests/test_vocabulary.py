"""One word for one thing, and every word has its name in both languages."""

import re
from collections.abc import Iterator
from enum import StrEnum
from inspect import getmembers, isclass
from types import ModuleType

import pytest

from app.domain import (
    accounts,
    answering,
    correspondence,
    following,
    offices,
    permission,
    record,
    teaching,
    vocabulary,
)
from app.domain.deadlines import chasing, policy
from app.domain.lifecycle import MOVES
from app.domain.permission import DUTIES
from app.domain.vocabulary import Language, Role, Status
from app.web.wording import Catalogue, catalogue


def words_of(module: ModuleType) -> list[type[StrEnum]]:
    """Return the enumerations that ``module`` defines."""
    return [
        member
        for _, member in getmembers(module, isclass)
        if issubclass(member, StrEnum) and member.__module__ == module.__name__
    ]


CLOCKS = (chasing, policy)
WORDS = [
    word
    for module in (
        vocabulary,
        accounts,
        answering,
        correspondence,
        following,
        offices,
        permission,
        record,
        teaching,
        *CLOCKS,
    )
    for word in words_of(module)
]


def labels(words: Catalogue) -> Iterator[str]:
    """Yield the keys under which ``words`` names the vocabulary."""
    kinds = {kind.__name__ for kind in WORDS}
    yield from (key for key in sorted(words.keys()) if key.partition(".")[0] in kinds)


@pytest.mark.parametrize("language", Language)
def test_every_word_has_a_label(language: Language) -> None:
    words = catalogue(language)
    wanted = {f"{kind.__name__}.{member}" for kind in WORDS for member in kind}

    assert set(labels(words)) == wanted


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", WORDS)
def test_no_two_words_of_a_kind_are_called_the_same(
    kind: type[StrEnum], language: Language
) -> None:
    named = [catalogue(language).label(member) for member in kind]

    assert len(set(named)) == len(named)


@pytest.mark.parametrize("kind", WORDS)
def test_a_word_is_stored_as_what_it_is_called_in_code(kind: type[StrEnum]) -> None:
    for member in kind:
        assert member.value == member.name.lower()
        assert re.fullmatch(r"[a-z_]{2,32}", member.value)


def test_every_status_has_a_row_in_the_table_of_moves() -> None:
    assert set(MOVES) == set(Status)


def test_every_role_has_a_row_in_the_table_of_duties() -> None:
    assert set(DUTIES) == set(Role)
