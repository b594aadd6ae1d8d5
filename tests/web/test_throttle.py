"""Whoever tries too often waits, longer each time."""

from datetime import timedelta

from app.web.throttle import Throttle
from tests.fakes import START

QUARTER = timedelta(minutes=15)


def tried(throttle: Throttle, times: int) -> None:
    for _ in range(times):
        throttle.count("key", START)


def test_nobody_waits_before_the_limit() -> None:
    throttle = Throttle(5, QUARTER)
    tried(throttle, 4)

    assert throttle.blocked("key", START) is None


def test_at_the_limit_one_waits() -> None:
    throttle = Throttle(5, QUARTER)
    tried(throttle, 5)

    assert throttle.blocked("key", START + timedelta(minutes=5)) == timedelta(
        minutes=10
    )
    assert throttle.blocked("key", START + QUARTER) is None


def test_others_do_not_wait_with_one() -> None:
    throttle = Throttle(5, QUARTER)
    tried(throttle, 5)

    assert throttle.blocked("another key", START) is None


def test_the_second_wait_is_twice_as_long() -> None:
    throttle = Throttle(5, QUARTER)
    tried(throttle, 10)

    assert throttle.blocked("key", START) == 2 * QUARTER


def test_whoever_was_quiet_starts_anew() -> None:
    throttle = Throttle(5, QUARTER)
    tried(throttle, 4)
    throttle.count("key", START + timedelta(hours=1))

    assert throttle.blocked("key", START + timedelta(hours=1)) is None


def test_whoever_has_shown_the_right_is_let_go() -> None:
    throttle = Throttle(5, QUARTER)
    tried(throttle, 5)
    throttle.forget("key")

    assert throttle.blocked("key", START) is None


def test_the_waits_do_not_grow_for_ever() -> None:
    throttle = Throttle(1, QUARTER)
    tried(throttle, 500)

    assert throttle.blocked("key", START) == 64 * QUARTER
