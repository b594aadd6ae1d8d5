"""``huiyin key``: keys that other systems hold."""

import pytest

from app.settings import Settings
from tests.command import Office, office


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Office:
    """An office with the sample notice."""
    return office(monkeypatch, settings)


def test_a_key_is_shown_once_listed_by_name_and_revoked(desk: Office) -> None:
    (shown,) = desk.said("key", "add", "随手拍")
    (listed,) = desk.said("key", "list")
    desk.said("key", "revoke", "随手拍")
    (after,) = desk.said("key", "list")

    assert shown.startswith("随手拍, api_key: ")
    assert len(shown.rpartition(" ")[2]) == 32
    assert listed.startswith("随手拍\t")
    assert (listed[-5:], after[-7:]) == ("works", "revoked")
    assert shown.rpartition(" ")[2] not in listed


def test_a_name_is_given_once(desk: Office) -> None:
    desk.said("key", "add", "随手拍")

    assert desk.run("key", "add", "随手拍").exit_code == 2
    assert desk.run("key", "revoke", "网格员").exit_code == 2
