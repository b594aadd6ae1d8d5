"""What makes an opinion by form wait for a person, and what does not."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.suspicion import MOST_LINKS, QUICK, suspect
from app.domain.vocabulary import HoldReason
from tests import make

SLOW = timedelta(minutes=2)
LINK = "https://example.org/1 "


def suspected(text: str = make.TEXT, **changes: Any) -> HoldReason | None:
    facts: dict[str, Any] = {
        "subject": "", "trapped": False, "unproven": False, "took": SLOW
    }  # fmt: skip
    return suspect(text=text, **(facts | changes))


def test_an_opinion_is_not_suspicious() -> None:
    assert suspected() is None


def test_how_fast_somebody_wrote_is_no_sign_by_itself() -> None:
    assert suspected(took=timedelta(0)) is None
    assert suspected(f"证据在 {LINK}", took=timedelta(0)) is HoldReason.ADVERTISING


def test_whoever_has_evidence_has_some_links() -> None:
    assert suspected(f"照片：{LINK * MOST_LINKS}") is None
    assert suspected(f"照片：{LINK * (MOST_LINKS + 1)}") is HoldReason.ADVERTISING


@pytest.mark.parametrize("text", ["[url=x]", "<a href=x>", "[URL]x[/URL]"])
def test_links_as_forums_write_them_are_advertising(text: str) -> None:
    assert suspected(text) is HoldReason.ADVERTISING


def test_what_fills_in_a_field_that_nobody_sees_is_told_first() -> None:
    assert suspected("[url=x]", trapped=True, unproven=True) is HoldReason.TRAPPED
    assert suspected("[url=x]", unproven=True) is HoldReason.UNPROVEN


@given(st.text(alphabet=st.characters(exclude_characters=":.[<")))
def test_a_text_without_links_is_never_suspicious(text: str) -> None:
    assert suspected(text, took=QUICK / 3) is None
