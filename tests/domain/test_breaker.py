from datetime import timedelta

from app.domain.breaker import FIRST_PAUSE, LONGEST_PAUSE, MOST_FAILURES, Breaker
from tests.fakes import FakeClock

MOST = 4


def failing(clock: FakeClock, times: int, breaker: Breaker | None = None) -> Breaker:
    """Return what is known after so many failures."""
    breaker = breaker or Breaker()
    for _ in range(times):
        breaker = breaker.failed(now=clock())
    return breaker


def test_some_failures_change_nothing() -> None:
    clock = FakeClock()

    breaker = failing(clock, MOST_FAILURES - 1)

    assert breaker.at_once(MOST, now=clock()) == MOST


def test_after_five_failures_in_a_row_nobody_asks_for_five_minutes() -> None:
    clock = FakeClock()

    breaker = failing(clock, 5)

    assert breaker.at_once(MOST, now=clock() + timedelta(seconds=299)) == 0
    assert breaker.at_once(MOST, now=clock() + timedelta(seconds=300)) == 1


def test_an_answer_between_failures_begins_the_count_anew() -> None:
    clock = FakeClock()

    breaker = failing(clock, 4, failing(clock, 4).succeeded())

    assert breaker.at_once(MOST, now=clock()) == MOST


def test_the_pause_doubles_with_every_trial_that_fails_up_to_an_hour() -> None:
    clock, breaker, pauses = FakeClock(), failing(FakeClock(), 5), []
    for _ in range(6):
        clock.now += breaker.pause
        breaker = breaker.failed(now=clock())
        pauses.append(breaker.pause / FIRST_PAUSE)

    assert pauses == [2, 4, 8, 12, 12, 12]
    assert breaker.pause == LONGEST_PAUSE == timedelta(hours=1)


def test_a_trial_that_is_answered_opens_the_way_again() -> None:
    clock = FakeClock()

    breaker = failing(clock, 9).succeeded()

    assert breaker == Breaker()


def test_failures_of_calls_that_were_out_already_do_not_prolong_the_pause() -> None:
    clock = FakeClock()
    breaker = failing(clock, 5)

    after = failing(clock, 3, breaker)

    assert after.open_until == breaker.open_until
    assert after.pause == FIRST_PAUSE
