from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.moments import EARLIEST, moment_of_receipt

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SEPARATOR = b"From zhang@example.org Mon Oct  5 09:00:00 2026\n"
DATE = b"Date: Sun, 04 Oct 2026 09:00:00 +0800\n"
RECEIVED = (
    b"Received: from relay.example (relay.example [192.0.2.1])\n"
    b"\tby mx.example.org with ESMTPS id 4Xy;\r\n"
    b"\tTue, 6 Oct 2026 09:00:00 +0800 (CST)\n"
)


def moment(content: bytes, *, separator: bytes = b"") -> datetime:
    return moment_of_receipt(content, separator=separator, now=NOW)


@pytest.mark.parametrize(
    ("content", "separator", "told"),
    [
        (RECEIVED + DATE, SEPARATOR, datetime(2026, 10, 6, 1, tzinfo=UTC)),
        (DATE, SEPARATOR, datetime(2026, 10, 5, 9, tzinfo=UTC)),
        (DATE, b"From MAILER-DAEMON Oct  5 09:00:00 2026\n",
         datetime(2026, 10, 5, 9, tzinfo=UTC)),
        (DATE, b"From nobody\n", datetime(2026, 10, 4, 1, tzinfo=UTC)),
        (b"Subject: x\n\n" + DATE, b"", NOW),
        (b"Received: by a; soon\n" + DATE, b"", datetime(2026, 10, 4, 1, tzinfo=UTC)),
        (b"Date: Mon, 5 Oct 2099 09:00:00 +0800\n", b"", NOW),
        (b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n", b"", NOW),
        (b"Date: Mon, 5 Oct 99999999999 09:00:00 +0800\n", b"", NOW),
        (b"Date: Mon, 5 Oct 2026 09:00:00 +9999999999\n", b"", NOW),
    ],
)  # fmt: skip
def test_a_letter_tells_when_it_came(
    content: bytes, separator: bytes, told: datetime
) -> None:
    assert moment(content + b"\n", separator=separator) == told


def test_of_many_systems_the_last_one_is_believed() -> None:
    older = RECEIVED.replace(b"6 Oct", b"3 Oct")

    assert moment(RECEIVED + older) == datetime(2026, 10, 6, 1, tzinfo=UTC)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_whatever_it_says_it_came_before_now(said: bytes, line: bytes) -> None:
    content = b"Received: by a; " + said + b"\nDate: " + said + b"\n\n"

    assert EARLIEST <= moment(content, separator=b"From " + line) <= NOW


def test_a_head_without_end_costs_no_time() -> None:
    began = datetime.now(UTC)
    moment(b"Received: " + b"\n x" * 3_000_000)

    assert datetime.now(UTC) - began < timedelta(seconds=1)
