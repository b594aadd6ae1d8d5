import threading
from datetime import UTC, datetime, timedelta

from app.keys import made_at, new_key


def test_keys_rise() -> None:
    keys = [new_key() for _ in range(10_000)]

    assert keys == sorted(set(keys))


def test_keys_made_by_several_threads_are_all_different() -> None:
    made: list[int] = []

    def make() -> None:
        made.extend(new_key() for _ in range(5_000))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 20_000


def test_a_key_fits_into_a_signed_column_of_eight_bytes() -> None:
    assert 0 < new_key() < 2**63


def test_keys_outrun_the_clock_without_repeating() -> None:
    burst = [new_key() for _ in range(3 * 4096)]

    assert len(set(burst)) == len(burst)


def test_a_key_knows_when_it_was_made() -> None:
    before = datetime.now(UTC)
    key = new_key()

    assert abs(made_at(key) - before) < timedelta(seconds=1)
