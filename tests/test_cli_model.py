"""``huiyin model``: learn now, list what was learned, go back."""

import asyncio

import pytest

from app.premises import Premises
from app.settings import Settings
from tests import make, teaching
from tests.command import Office, office
from tests.fakes import START


@pytest.fixture
def clerks(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Office:
    """An office with the sample notice."""
    monkeypatch.setenv("HUIYIN_TRY_ON_LEAST", "1")
    return office(monkeypatch, settings)


@pytest.fixture
def busy(clerks: Office) -> Office:
    """An office whose clerks have confirmed what opinions are about."""

    async def work() -> None:
        async with Premises(clerks.settings, clock=lambda: START) as premises:
            await teaching.confirm(premises, teaching.lessons(60))

    asyncio.run(work())
    return clerks


def test_there_is_nothing_to_list_before_anything_was_learned(clerks: Office) -> None:
    assert clerks.said("model", "list", make.SLUG) == ["no models"]


def test_nothing_is_learned_where_nothing_was_confirmed(clerks: Office) -> None:
    said = clerks.complaint("model", "train", make.SLUG)

    assert said == "huiyin: no opinion on this notice has been confirmed yet"


def test_a_notice_that_is_not_there_has_no_model(clerks: Office) -> None:
    assert "no published notice" in clerks.complaint("model", "train", "other")


def test_what_was_learned_is_told_and_listed(busy: Office) -> None:
    (told,) = busy.said("model", "train", make.SLUG)
    (listed,) = busy.said("model", "list", make.SLUG)

    assert told.startswith("model 1: in use; learned from ")
    assert listed.split("\t")[:2] == ["1", "in use"]


def test_a_model_that_could_not_be_tried_is_told_of_as_rejected(
    monkeypatch: pytest.MonkeyPatch, busy: Office
) -> None:
    monkeypatch.setenv("HUIYIN_TRY_ON_LEAST", "60")

    (told,) = busy.said("model", "train", make.SLUG)
    (listed,) = busy.said("model", "list", make.SLUG)

    assert "rejected: too little to try it on (it takes 60 opinions)" in told
    assert listed.split("\t")[:2] == ["1", "rejected: too little to try it on"]


def test_one_can_go_back_to_the_words_alone_and_forth_again(busy: Office) -> None:
    busy.run("model", "train", make.SLUG)

    back = busy.said("model", "use", make.SLUG, 0)
    forth = busy.said("model", "use", make.SLUG, 1)

    assert back == ["sample: read by its words alone"]
    assert forth == ["sample: read by model 1"]


def test_a_model_that_is_not_there_cannot_be_used(clerks: Office) -> None:
    assert "there is no model 9" in clerks.complaint("model", "use", make.SLUG, 9)
