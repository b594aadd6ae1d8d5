"""The gate: how often one source may come, and what is kept of it."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.web.gate import Bucket, Gate

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def request(host: str | None = "192.0.2.1") -> Request:
    client = None if host is None else (host, 1)
    return Request({"type": "http", "client": client, "headers": []})


def wrong(gate: Gate, times: int, host: str = "192.0.2.1", at: datetime = NOON) -> None:
    for _ in range(times):
        gate.count_wrong_guess(request(host), at)


def test_a_bucket_lets_so_many_pass_at_once_and_no_more() -> None:
    bucket = Bucket(3)

    assert [bucket.take("a", NOON) for _ in range(4)] == [None, None, None, 20 * SECOND]


def test_a_bucket_fills_again_evenly() -> None:
    bucket = Bucket(3)
    for _ in range(3):
        bucket.take("a", NOON)

    assert bucket.take("a", NOON + 19 * SECOND) is not None
    assert bucket.take("a", NOON + 20 * SECOND) is None
    assert bucket.take("a", NOON + 21 * SECOND) is not None


def test_a_bucket_never_holds_more_than_a_minutes_worth() -> None:
    bucket = Bucket(2)
    bucket.take("a", NOON)
    later = NOON + timedelta(hours=1)

    assert [bucket.take("a", later) is None for _ in range(3)] == [True, True, False]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    bucket = Bucket(1)
    bucket.take("a", NOON)

    assert bucket.take("a", NOON - timedelta(hours=1)) is not None


def test_one_source_does_not_wait_for_another() -> None:
    bucket = Bucket(1)
    bucket.take("a", NOON)

    assert bucket.take("b", NOON) is None


def test_zero_lets_everybody_pass() -> None:
    gate = Gate(submissions_per_minute=0)

    assert {gate.wait_to_submit(request(), NOON) for _ in range(500)} == {None}


def test_ten_wrong_codes_close_the_gate_for_that_source_alone() -> None:
    gate = Gate(submissions_per_minute=0)
    wrong(gate, 10)

    with pytest.raises(HTTPException) as refused:
        gate.check_guess(request(), NOON)
    gate.check_guess(request("192.0.2.2"), NOON)

    assert refused.value.status_code == 429
    assert refused.value.headers == {"Retry-After": "60"}


def test_addresses_of_one_ipv6_subscriber_are_one_source() -> None:
    gate = Gate(submissions_per_minute=0)
    for n in range(10):
        wrong(gate, 1, f"2001:db8:1:2::{n:x}")

    with pytest.raises(HTTPException):
        gate.check_guess(request("2001:db8:1:2:ffff::1"), NOON)
    gate.check_guess(request("2001:db8:1:3::1"), NOON)


def test_a_source_without_an_address_is_not_held_for_others() -> None:
    gate = Gate(submissions_per_minute=1)

    assert gate.wait_to_submit(request(None), NOON) is None
    assert gate.wait_to_submit(request(None), NOON) is None


def test_a_new_day_knows_nobody() -> None:
    gate = Gate(submissions_per_minute=1)
    gate.wait_to_submit(request(), NOON)
    wrong(gate, 10)
    tomorrow = NOON + timedelta(hours=12)

    gate.check_guess(request(), tomorrow)
    assert gate.wait_to_submit(request(), tomorrow) is None


def test_no_address_is_kept() -> None:
    gate = Gate(submissions_per_minute=5)
    gate.wait_to_submit(request("192.0.2.77"), NOON)
    wrong(gate, 3, "192.0.2.77")

    kept = f"{vars(gate)} {vars(gate._submissions)} {vars(gate._guesses)}"  # noqa: SLF001 - to see what is in memory

    assert "192.0.2.77" not in kept
    assert "2.0.2.M" not in kept
