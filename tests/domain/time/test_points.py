from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.time.points import (
    MINUTE,
    Stretch,
    end_before,
    meant_end,
    meant_start,
    parse_point,
    parse_point_near,
    point_text,
    same_minute,
    shown_apart,
    start_after,
)
from clockify_cli.domain.time.spans import needs_yes, parse_span
from clockify_cli.domain.time.zones import TimeContext, offset_text
from tests.domain.time.setting import BERLIN, TEN_ZONES, in_full, instants, refusal, unless_refused
from tests.examples import some

JUST_AFTER_MIDNIGHT = replace(BERLIN, now=datetime(2026, 11, 23, 23, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", "2026-11-24T09:00+01:00"),
        ("09", "2026-11-24T09:00+01:00"),
        ("0", "2026-11-24T00:00+01:00"),
        ("930", "2026-11-24T09:30+01:00"),
        ("0930", "2026-11-24T09:30+01:00"),
        ("9:30", "2026-11-24T09:30+01:00"),
        ("09:30:15", "2026-11-24T09:30:15+01:00"),
        ("9am", "2026-11-24T09:00+01:00"),
        ("9 AM", "2026-11-24T09:00+01:00"),
        ("12am", "2026-11-24T00:00+01:00"),
        ("930am", "2026-11-24T09:30+01:00"),
        ("yesterday 9:30pm", "2026-11-23T21:30+01:00"),
        ("yesterday 12pm", "2026-11-23T12:00+01:00"),
        ("yesterday noon", "2026-11-23T12:00+01:00"),
        ("midnight", "2026-11-24T00:00+01:00"),
        ("yesterday midnight", "2026-11-23T00:00+01:00"),
        ("yesterday 24:00", "2026-11-24T00:00+01:00"),
        ("yesterday 24", "2026-11-24T00:00+01:00"),
        ("now", "2026-11-24T10:19:05+01:00"),
        ("NOW", "2026-11-24T10:19:05+01:00"),
        ("last", "2026-11-24T08:45:10+01:00"),
        ("15m ago", "2026-11-24T10:04:05+01:00"),
        ("1h30m ago", "2026-11-24T08:49:05+01:00"),
        ("1h 30m ago", "2026-11-24T08:49:05+01:00"),
        ("1:30 ago", "2026-11-24T08:49:05+01:00"),
        ("-15m", "2026-11-24T10:04:05+01:00"),
        ("-1h", "2026-11-24T09:19:05+01:00"),
        ("yesterday 17:00", "2026-11-23T17:00+01:00"),
        ("Yesterday  17:00", "2026-11-23T17:00+01:00"),
        ("today 9", "2026-11-24T09:00+01:00"),
        ("mon 9:00", "2026-11-23T09:00+01:00"),
        ("Monday 9:00", "2026-11-23T09:00+01:00"),
        ("tue 10:19", "2026-11-24T10:19+01:00"),
        ("tue 10:19:05", "2026-11-24T10:19:05+01:00"),
        ("tue 10:20", "2026-11-17T10:20+01:00"),
        ("wed 9pm", "2026-11-18T21:00+01:00"),
        ("2026-11-23 09:30", "2026-11-23T09:30+01:00"),
        ("2026-11-23 9:30pm", "2026-11-23T21:30+01:00"),
        ("2026-07-01 9", "2026-07-01T09:00+02:00"),
        ("2026-11-23T09:30", "2026-11-23T09:30+01:00"),
        ("2026-11-23t09:30:15", "2026-11-23T09:30:15+01:00"),
        ("2026-11-23T09:30:15.999", "2026-11-23T09:30:15+01:00"),
        ("2026-11-23T09:30Z", "2026-11-23T09:30+00:00"),
        ("2026-11-23 09:30 -05:30", "2026-11-23T09:30-05:30"),
        ("2026-11-23T09:30+0100", "2026-11-23T09:30+01:00"),
        ("2026-11-23T09:30+01", "2026-11-23T09:30+01:00"),
        ("2026-11-23T24:00Z", "2026-11-24T00:00+00:00"),
        ("20261123T0930", "2026-11-23T09:30+01:00"),
        ("20261123T093015Z", "2026-11-23T09:30:15+00:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T02:30+01:00"),
        ("1970-01-01T00:00Z", "1970-01-01T00:00+00:00"),
    ],
)
def test_a_time_is_read(text: str, expected: str) -> None:
    point = parse_point(text, BERLIN)
    assert point == datetime.fromisoformat(expected)
    assert point.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "given", id="empty"),
        pytest.param("banana", 'cannot read "banana" as a time', id="word"),
        pytest.param("25:00", "the day ends at 24:00", id="hour-25"),
        pytest.param("24:01", "the day ends at 24:00", id="after-24"),
        pytest.param("9:60", "minutes go to 59", id="minute-60"),
        pytest.param("960", "minutes go to 59", id="packed-minute-60"),
        pytest.param("9:30:60", "seconds go to 59", id="leap-second"),
        pytest.param("2026-11-23T09:30:60Z", "seconds go to 59", id="iso-leap-second"),
        pytest.param("9:5", "two digits", id="one-digit-minute"),
        pytest.param("13pm", "from 1 to 12", id="13pm"),
        pytest.param("0am", "from 1 to 12", id="0am"),
        pytest.param("09.30", 'cannot read "09.30"', id="dot"),
        pytest.param("9h30", "cannot read", id="h"),
        pytest.param("٩:٣٠", "cannot read", id="arabic-digits"),
        pytest.param("９:30", "cannot read", id="full-width-digits"),
        pytest.param("-90", "cannot read", id="minus-without-unit"),
        pytest.param("-0m", "not longer than zero", id="minus-nothing"),
        pytest.param("three days ago", "cannot read", id="words-ago"),
        pytest.param("9:30 sharp", 'cannot read "sharp"', id="left-over-after"),
        pytest.param("about 9:30", 'cannot read "about"', id="left-over-before"),
        pytest.param("mon 9:00 or so", 'cannot read "or so"', id="left-over-two-words"),
        pytest.param("now\0", "cannot read", id="nul"),
        pytest.param("mon", "is a day without a time", id="weekday-alone"),
        pytest.param("2026-11-23", "is a day without a time", id="date-alone"),
        pytest.param("yesterday", "is a day without a time", id="yesterday-alone"),
        pytest.param("2026-02-30 9:00", "February 2026 has 28 days", id="february-30"),
        pytest.param("2026-13-01 9:00", "months go from 01 to 12", id="month-13"),
        pytest.param("2026-00-01 9:00", "months go from 01 to 12", id="month-0"),
        pytest.param("2026-01-00 9:00", "January 2026 has 31 days", id="day-0"),
        pytest.param("02/03/2026 9:00", "two orders", id="ambiguous-order"),
        pytest.param("23.11.2026 9:00", "not a date in a form", id="german-order"),
        pytest.param("2026/11/23 9:00", "not a date in a form", id="slashes"),
        pytest.param("0001-01-01 9:00", "from 1970 to 2100", id="year-1"),
        pytest.param("1969-12-31 9:00", "from 1970 to 2100", id="year-1969"),
        pytest.param("2101-01-01 9:00", "from 1970 to 2100", id="year-2101"),
        pytest.param("9999-01-01 9:00", "from 1970 to 2100", id="year-9999"),
        pytest.param("1970-01-01T00:00+14:00", "from 1970 to 2100", id="1969-by-offset"),
        pytest.param("2026-11-23T09:30+25:00", "an offset that no zone has", id="offset-25"),
        pytest.param("2026-10-25 2:30", "happens twice", id="repeated"),
        pytest.param("2026-03-29 2:30", "does not exist", id="skipped"),
    ],
)
def test_what_is_no_time_is_refused_and_says_why(text: str, says: str) -> None:
    error = refusal(lambda: parse_point(text, BERLIN))
    assert says in error.message
    assert error.hint
    assert error.exit_code == 2


@pytest.mark.parametrize(
    "text", ["9:75 PM", "0 AM", "1970-01-01T00:00+14:00", "2026-11-23T09:30-25"]
)
def test_what_is_no_time_is_quoted_as_it_was_typed(text: str) -> None:
    assert f'"{text}"' in refusal(lambda: parse_point(text, BERLIN)).message


@pytest.mark.parametrize("day", ["tomorrow", "Tomorrow", "2026-11-25", "2027-01-01"])
def test_a_day_that_lies_ahead_gets_no_example_on_it(day: str) -> None:
    error = refusal(lambda: parse_point(day, BERLIN))
    assert error.message == f'"{day}" is in the future'
    assert error.hint.startswith("Give a time up to now. ")
    ahead = refusal(lambda: parse_point(day, BERLIN, future=True))
    assert ahead.hint == f'Add a time, such as "{day} 9:00".'


@pytest.mark.parametrize("day", ["mon", "tue", "Yesterday", "today", "2026-11-24", "2026-11-23"])
@pytest.mark.parametrize("now", [JUST_AFTER_MIDNIGHT, BERLIN])
def test_the_example_of_a_time_on_a_day_can_be_typed(day: str, now: TimeContext) -> None:
    error = refusal(lambda: parse_point(day, now))
    assert "is a day without a time" in error.message
    example = error.hint.removeprefix('Add a time, such as "').removesuffix('".')
    assert parse_point(example, now) <= now.now


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("NOW", "now"),
        ("Last", "last"),
        ("15M AGO", "15m ago"),
        ("Yesterday Noon", "yesterday noon"),
        ("MON 9PM", "mon 9pm"),
        ("20261123t0930z", "20261123T0930Z"),
        ("2026-11-23t09:30z", "2026-11-23T09:30Z"),
    ],
)
def test_a_time_may_be_typed_in_any_case(text: str, same: str) -> None:
    assert parse_point(text, BERLIN) == parse_point(same, BERLIN)


def test_overlong_text_is_quoted_in_part() -> None:
    error = refusal(lambda: parse_point("9" * 5000, BERLIN))
    assert len(error.message) < 120


@pytest.mark.parametrize(("text", "at"), [("11:00", "24 Nov 2026 11:00")])
def test_an_end_in_the_future_is_not_suggested_before_the_start(text: str, at: str) -> None:
    start = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    error = refusal(lambda: parse_point_near(text, BERLIN, date(2026, 11, 24), after=start))
    assert at in error.message
    assert error.hint == "Give a time from Tue 24 Nov 2026 09:00 to now."


@pytest.mark.parametrize("text", ["23:50", "noon", "24:00", "9pm"])
def test_a_time_that_lies_ahead_is_refused_with_the_words_probably_meant(text: str) -> None:
    error = refusal(lambda: parse_point(text, BERLIN))
    assert "in the future" in error.message
    assert error.hint == f'Did you mean "yesterday {text}"?'
    assert parse_point(f"yesterday {text}", BERLIN) <= BERLIN.now


def test_a_refused_time_names_its_date() -> None:
    error = refusal(lambda: parse_point("23:50", JUST_AFTER_MIDNIGHT))
    assert "Tue 24 Nov 2026 23:50" in error.message
    assert "it is now 00:10" in error.message


@pytest.mark.parametrize("text", ["today 23:50", "tomorrow 9", "2026-11-25 9:00"])
def test_a_day_that_was_said_and_lies_ahead_is_not_guessed_at(text: str) -> None:
    error = refusal(lambda: parse_point(text, BERLIN))
    assert "in the future" in error.message
    assert "yesterday 23:50" not in in_full(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23:50", "2026-11-24T23:50+01:00"),
        ("24:00", "2026-11-25T00:00+01:00"),
        ("tomorrow 9", "2026-11-25T09:00+01:00"),
        ("tue 11", "2026-11-17T11:00+01:00"),
    ],
)
def test_where_the_future_is_allowed_a_time_is_still_todays(text: str, expected: str) -> None:
    assert parse_point(text, BERLIN, future=True) == datetime.fromisoformat(expected)


def test_a_day_that_begins_late_does_not_move_a_time() -> None:
    late = replace(JUST_AFTER_MIDNIGHT, day_start=BERLIN.now - BERLIN.now.replace(hour=5))
    assert parse_point("0:05", late) == datetime.fromisoformat("2026-11-24T00:05+01:00")
    assert parse_point("yesterday 23:50", late) == datetime.fromisoformat("2026-11-23T23:50+01:00")


def test_last_without_a_finished_entry_is_refused() -> None:
    error = refusal(lambda: parse_point("last", replace(BERLIN, last_end=None)))
    assert "none exists yet" in error.message


def test_midnight_is_the_start_of_the_day_even_where_the_clocks_skip_it() -> None:
    beirut = TimeContext(datetime(2026, 3, 29, 9, tzinfo=UTC), ZoneInfo("Asia/Beirut"))
    assert parse_point("midnight", beirut) == datetime.fromisoformat("2026-03-29T01:00+03:00")
    assert "does not exist" in refusal(lambda: parse_point("0:00", beirut)).message


def test_a_point_is_written_with_its_offset_and_for_people_with_its_weekday() -> None:
    assert offset_text(BERLIN.now, BERLIN.zone) == "2026-11-24T10:19:05+01:00"
    assert point_text(BERLIN.now, BERLIN) == "Tue 24 Nov 2026 10:19:05"


@settings(deadline=None, max_examples=some(300))
@given(
    zone=st.sampled_from(TEN_ZONES).map(ZoneInfo),
    instant=instants(date(1970, 1, 3), date(2100, 12, 29)),
)
def test_a_point_that_is_written_is_read_back_as_the_same(
    zone: ZoneInfo, instant: datetime
) -> None:
    ctx = replace(BERLIN, zone=zone)
    assert parse_point(offset_text(instant, ctx.zone), ctx, future=True) == instant


PIECES = st.one_of(
    st.sampled_from(["9", "24", "0", ":", ":30", "am", " ", "-", "+01:00", "T", "Z", ".", "/"]),
    st.sampled_from(["2026-11-23", "ago", "m", "1h", "mon", "yesterday", "last", "midnight"]),
)


@settings(deadline=None, max_examples=some(500))
@given(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=8).map("".join)))
def test_any_text_is_a_point_within_reach_or_refused(text: str) -> None:
    point = unless_refused(lambda: parse_point(text, BERLIN, future=True))
    assert point is None or (1970 <= point.year <= 2101 and not point.microsecond)


# A time typed to the minute, near entries that begin and end at odd seconds.
DAY = datetime(2026, 11, 24, tzinfo=UTC)
LONGEST = 400


def clock(text: str) -> datetime:
    """Return the time of day *text* on the day of these tests."""
    return datetime.fromisoformat(f"2026-11-24T{text}Z")


@st.composite
def schedules(draw: st.DrawFn) -> list[Stretch]:
    """Draw entries one after the other, none overlapping; the last may be running."""
    steps = draw(st.lists(st.tuples(st.integers(0, 90), st.integers(0, LONGEST)), max_size=6))
    at, found = DAY, list[Stretch]()
    for gap, length in steps:
        start = at + timedelta(seconds=gap)
        at = start + timedelta(seconds=length)
        found.append((start, at))
    runs: bool = draw(st.booleans())
    if found and runs:
        found[-1] = (found[-1][0], None)
    return found


def free(start: datetime, end: datetime, stretches: list[Stretch]) -> bool:
    return all(start >= (e or datetime.max.replace(tzinfo=UTC)) or end <= s for s, e in stretches)


@settings(max_examples=some(300))
@given(
    stretches=schedules(),
    start=st.integers(0, 30).map(lambda minutes: DAY + minutes * MINUTE),
    length=st.integers(1, 8).map(lambda minutes: minutes * MINUTE),
)
def test_what_is_free_as_it_is_shown_is_free_to_the_second(
    stretches: list[Stretch], start: datetime, length: timedelta
) -> None:
    typed = (start, start + length)
    if not all(shown_apart(typed, other) for other in stretches):
        return
    first, last = meant_start(typed[0], stretches), meant_end(typed[1], stretches)
    assert same_minute(first, typed[0])
    assert same_minute(last, typed[1])
    assert first < last
    assert free(first, last, stretches)
    assert free(first, end_before(first + length, stretches), stretches)
    assert free(start_after(start, stretches), last, stretches)


@pytest.mark.parametrize(
    ("nearby", "start", "end"),
    [
        ([], "03:29:00", "03:29:00"),
        ([("03:29:36", None)], "03:29:36", "03:29:36"),
        ([("03:00:00", "03:29:16")], "03:29:16", "03:29:16"),
        ([("03:00:00", "03:29:16"), ("03:29:36", None)], "03:29:36", "03:29:36"),
        ([("03:29:05", "03:29:16")], "03:29:16", "03:29:00"),
        ([("03:29:36", "04:00:00")], "03:29:00", "03:29:00"),
        ([("03:00:00", "03:28:59"), ("03:30:00", None)], "03:29:00", "03:29:00"),
    ],
)
def test_a_minute_means_the_instant_of_a_neighbour(
    nearby: list[tuple[str, str | None]], start: str, end: str
) -> None:
    stretches = [(clock(first), last and clock(last)) for first, last in nearby]
    at = clock("03:29:00")
    assert meant_start(at, stretches) == clock(start)  # type: ignore[arg-type]
    assert meant_end(at, stretches) == clock(end)  # type: ignore[arg-type]


# In Berlin it is 10:19:05; something ended at 09:30:16.
BESIDE = replace(BERLIN, meant=lambda at, as_end: meant_start(at, [(DAY, clock("08:30:16"))]))


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("9:30", 16),
        ("930am", 16),
        ("today 9:30", 16),
        ("2026-11-24T09:30", 16),
        ("2026-11-24T09:30+01:00", 16),
        ("9:30:00", 0),
        ("9:30:40", 40),
        ("2026-11-24T08:30:00Z", 0),
        ("49m ago", 16),
        ("-49m", 16),
        ("2940s ago", 16),
        ("2941s ago", 4),
    ],
)
def test_only_a_time_without_seconds_means_a_neighbours_instant(typed: str, seconds: int) -> None:
    assert parse_point(typed, BESIDE) == clock(f"08:30:{seconds:02}")


def test_now_and_last_mean_that_very_second() -> None:
    beside = replace(BERLIN, meant=lambda at, as_end: at - timedelta(seconds=1))
    assert parse_point("now", beside) == BERLIN.now
    assert parse_point("last", beside) == BERLIN.last_end


def test_what_is_meant_is_never_in_the_future() -> None:
    ahead = replace(BERLIN, meant=lambda at, as_end: BERLIN.now + timedelta(seconds=1))
    assert parse_point("10:19", ahead) == clock("09:19:00")


def test_a_span_that_would_have_no_time_is_taken_as_typed() -> None:
    turned = replace(BERLIN, meant=lambda at, as_end: clock("08:00:30"))
    assert parse_span("9-9:30", turned) == parse_span("9-9:30", BERLIN)


def test_the_minute_after_which_a_time_comes_puts_it_on_no_other_day() -> None:
    day, after = BERLIN.calendar_day, clock("08:30:16")
    near = parse_point_near("9:30", BERLIN, day, after=after)
    assert near == clock("08:30:00")


def test_a_refusal_that_seconds_decide_shows_them() -> None:
    assert "10:19:05" in refusal(lambda: parse_point("10:19:30", BERLIN)).message


def test_hidden_seconds_make_no_span_too_long() -> None:
    span = parse_span("mon 9:00:00..tue 9:00:05", BERLIN)
    assert needs_yes(span, BERLIN) is not None  # 24 hours over midnight
    half_a_day = parse_span("mon 21:00:00..tue 9:00:05", BERLIN)
    assert needs_yes(half_a_day, BERLIN) is None
