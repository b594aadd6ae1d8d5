"""Open311 as other systems write it: whatever comes is read, or refused in words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.open311 import (
    NO_PLACE,
    SPAN,
    ServiceCode,
    media_of,
    name_of,
    parse_asked,
    parse_code,
    place_of,
    token_of,
)
from app.errors import InvalidInput

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
words = st.text(max_size=40)
slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
paths = st.from_regex(r"[1-9][0-9]?(\.[1-9][0-9]?){0,4}", fullmatch=True)


@given(slugs, st.none() | paths)
def test_a_code_is_read_as_it_is_written(slug: str, path: str | None) -> None:
    code = ServiceCode(slug, path)

    assert parse_code(str(code)) == code


@given(st.dictionaries(st.sampled_from(
    ["service_request_id", "service_code", "start_date", "end_date", "status"]), words
))  # fmt: skip
def test_no_argument_does_more_than_be_refused(sent: dict[str, str]) -> None:
    try:
        asked = parse_asked(sent, now=NOW)
    except InvalidInput:
        return

    assert timedelta(0) <= asked.before - asked.since <= SPAN


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 1)),  # noqa: DTZ001 - zoned below
    st.integers(-12, 14),
    st.integers(0, 90),
)
def test_two_moments_up_to_ninety_days_apart_are_what_is_asked_for(
    start: datetime, hours: int, days: int
) -> None:
    start = start.replace(tzinfo=timezone(timedelta(hours=hours)))
    end = start + timedelta(days=days)
    sent = {"start_date": start.isoformat(), "end_date": end.isoformat()}

    asked = parse_asked(sent, now=NOW)

    assert (asked.since, asked.before) == (start, end)


def test_nothing_said_means_the_last_ninety_days() -> None:
    asked = parse_asked({}, now=NOW)

    assert (asked.since, asked.before) == (NOW - SPAN, NOW)
    assert (asked.ids, asked.closed) == (None, None)


@pytest.mark.parametrize(
    "sent",
    [
        {"start_date": "9999-12-31T00:00:00Z"},
        {"end_date": "0001-01-02T00:00:00Z"},
        {"start_date": "2030-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_a_time_of_which_nothing_is_known_may_be_asked_for(
    sent: dict[str, str],
) -> None:
    asked = parse_asked(sent, now=NOW)

    assert timedelta(0) <= asked.before - asked.since <= SPAN


@pytest.mark.parametrize(
    "sent",
    [
        {"start_date": "2026-11-02T09:00:00"},
        {"start_date": "last week"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "2026-06-02T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"status": "pending"},
        {"service_code": ":2.1"},
        {"service_code": ",".join(["sample"] * 101)},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(sent: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        parse_asked(sent, now=NOW)


def test_a_plus_that_became_a_blank_is_a_plus() -> None:
    asked = parse_asked({"start_date": "2026-11-02T09:00:00 08:00"}, now=NOW)

    assert asked.since == datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"address_string": "人民路 3 号"}, "人民路 3 号"),
        ({"address_string": NO_PLACE}, None),
        ({"address_string": " N/A "}, None),
        ({"lat": "30.5", "long": "114.3"}, "30.5, 114.3"),
        ({"address_id": "A-17"}, "A-17"),
    ],
    ids=str,
)
def test_a_place_is_told_in_one_of_four_ways(
    sent: dict[str, str], place: str | None
) -> None:
    assert place_of(sent) == place


@pytest.mark.parametrize(
    "sent",
    [{}, {"lat": "30.5"}, {"lat": "91", "long": "0"}, {"lat": "NaN", "long": "0"},
     {"address_string": "长" * 301}],
    ids=str,
)  # fmt: skip
def test_without_a_place_the_answer_says_how_to_say_that_there_is_none(
    sent: dict[str, str],
) -> None:
    with pytest.raises(InvalidInput):
        place_of(sent)


@given(st.dictionaries(st.sampled_from(["address_string", "lat", "long", "address_id"]),
                       words))  # fmt: skip
def test_every_place_is_short_or_refused(sent: dict[str, str]) -> None:
    try:
        place = place_of(sent)
    except InvalidInput:
        return

    assert place is None or 0 < len(place) <= 300


def test_a_name_stands_as_its_people_write_it() -> None:
    assert name_of({"first_name": "敏", "last_name": "王"}) == "王敏"
    assert name_of({"first_name": "Ann", "last_name": "Lee"}) == "Ann Lee"
    assert name_of({}) is None


@given(words)
def test_only_an_address_is_kept_of_a_picture(url: str) -> None:
    try:
        found = media_of({"media_url": url})
    except InvalidInput:
        return

    assert found is None or found.startswith("http")


@given(words)
def test_a_token_can_stand_in_an_address(written: str) -> None:
    try:
        token = token_of(written)
    except InvalidInput:
        return

    assert token is None or (token.isascii() and "/" not in token and "." not in token)
