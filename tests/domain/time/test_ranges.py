from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.time.ranges import WORDS, DayRange, parse_range
from clockify_cli.domain.time.zones import TimeContext
from tests.domain.time.setting import BERLIN, TEN_ZONES, instants, refusal, unless_refused
from tests.examples import some

FOUR_HOURS = timedelta(hours=4)
SUNDAY = 6


def on(day: str, ctx: TimeContext = BERLIN) -> TimeContext:
    """Return *ctx* at noon UTC of *day*."""
    return replace(ctx, now=datetime.fromisoformat(f"{day}T12:00+00:00").astimezone(UTC))


def text_of(range_: DayRange) -> str:
    """Return the text that `parse_range` reads back, such as `2026-11-23..2026-11-29`."""
    if range_.is_all:
        return "all"
    first, last = range_.first, range_.last
    return str(first) if first == last else f"{first}..{last}"


def read(text: str, ctx: TimeContext = BERLIN) -> str:
    return text_of(parse_range(text, ctx, default="today"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "2026-11-24"),
        ("today", "2026-11-24"),
        ("TODAY", "2026-11-24"),
        ("yesterday", "2026-11-23"),
        ("workday", "2026-11-24"),
        ("last workday", "2026-11-23"),
        ("week", "2026-11-23..2026-11-29"),
        ("last week", "2026-11-16..2026-11-22"),
        ("last   Week", "2026-11-16..2026-11-22"),
        ("month", "2026-11-01..2026-11-30"),
        ("last month", "2026-10-01..2026-10-31"),
        ("quarter", "2026-10-01..2026-12-31"),
        ("last quarter", "2026-07-01..2026-09-30"),
        ("year", "2026-01-01..2026-12-31"),
        ("last year", "2025-01-01..2025-12-31"),
        ("7d", "2026-11-18..2026-11-24"),
        ("1d", "2026-11-24"),
        ("mon", "2026-11-23"),
        ("tue", "2026-11-24"),
        ("Wednesday", "2026-11-18"),
        ("2026", "2026-01-01..2026-12-31"),
        ("2026-02", "2026-02-01..2026-02-28"),
        ("2024-02", "2024-02-01..2024-02-29"),
        ("2026-Q4", "2026-10-01..2026-12-31"),
        ("2026-q1", "2026-01-01..2026-03-31"),
        ("2026-W47", "2026-11-16..2026-11-22"),
        ("2026-w53", "2026-12-28..2027-01-03"),
        ("2026-W1", "2025-12-29..2026-01-04"),
        ("1970-W01", "1970-01-01..1970-01-04"),
        ("2100-W52", "2100-12-27..2100-12-31"),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-01..2026-11-15", "2026-11-01..2026-11-15"),
        ("2026-11-01 .. 2026-11-15", "2026-11-01..2026-11-15"),
        ("2026-11-15..2026-11-15", "2026-11-15"),
        ("2026-11-01..", "2026-11-01..2026-11-24"),
        ("2026-09..2026-10", "2026-09-01..2026-10-31"),
        ("last week..yesterday", "2026-11-16..2026-11-23"),
        ("1976-01-01..2026-01-01", "1976-01-01..2026-01-01"),
        ("all", "all"),
    ],
)
def test_a_range_is_read(text: str, expected: str) -> None:
    assert read(text) == expected


def test_a_range_may_be_several_words_and_has_a_default() -> None:
    assert text_of(parse_range(["last", "week"], BERLIN, default="week")) == read("last week")
    assert text_of(parse_range(["2026-11-01", "..", "today"], BERLIN, default="week")) == read(
        "2026-11-01..today"
    )
    assert text_of(parse_range([], BERLIN, default="last month")) == read("last month")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("lunch", 'cannot read "lunch" as a range', id="word"),
        pytest.param("last", 'cannot read "last"', id="last-of-what"),
        pytest.param("week please", 'cannot read "please" in the range', id="left-over"),
        pytest.param("0d", "not a range", id="no-days"),
        pytest.param("999999999d", "not a range", id="before-1970"),
        pytest.param("1969", "from 1970 to 2100", id="year-1969"),
        pytest.param("9999", "from 1970 to 2100", id="year-9999"),
        pytest.param("2026-13", "not a month", id="month-13"),
        pytest.param("2026-00", "not a month", id="month-0"),
        pytest.param("2026-1", "not a month", id="one-digit-month"),
        pytest.param("2026-Q5", "not a quarter", id="quarter-5"),
        pytest.param("2026-Q0", "not a quarter", id="quarter-0"),
        pytest.param("2026-W54", "2026 has W01 to W53", id="week-54"),
        pytest.param("2025-W53", "2025 has W01 to W52", id="week-53"),
        pytest.param("2026-W00", "not a week", id="week-0"),
        pytest.param("2026-02-30", "February 2026 has 28 days", id="february-30"),
        pytest.param("02/03/2026", "two orders", id="ambiguous-order"),
        pytest.param("2026-11-15..2026-11-01", "ends before it begins", id="swapped"),
        pytest.param("2026-12-01..", "ends before it begins", id="begins-after-today"),
        pytest.param("..2026-11-15", "has no first day", id="no-beginning"),
        pytest.param("..", "has no first day", id="dots-alone"),
        pytest.param("2026-11-01..lunch", 'cannot read "lunch"', id="bad-end"),
        pytest.param("lunch..today", 'cannot read "lunch"', id="bad-beginning"),
        pytest.param("all..today", 'cannot read "all"', id="all-is-no-bound"),
        pytest.param("٢٠٢٦", "cannot read", id="arabic-digits"),
        pytest.param("today\0", "cannot read", id="nul"),
        pytest.param("x" * 5000, "…", id="overlong"),
    ],
)
def test_what_is_no_range_is_refused_and_says_why(text: str, says: str) -> None:
    error = refusal(lambda: parse_range(text, BERLIN, default="today"))
    assert says in error.message
    assert len(error.message) < 250
    assert error.hint


@pytest.mark.parametrize("text", ["2026-W99", "2026-q7", "1969-Q1", "0D", "LUNCH"])
def test_what_is_no_range_is_quoted_as_it_was_typed(text: str) -> None:
    assert f'"{text}"' in refusal(lambda: parse_range(text, BERLIN, default="today")).message


@pytest.mark.parametrize(
    ("text", "meant"),
    [("tody", "today"), ("lastweek", "last week"), ("mnth", "month"), ("last mon", "last month")],
)
def test_the_nearest_word_is_named(text: str, meant: str) -> None:
    assert meant in refusal(lambda: parse_range(text, BERLIN, default="today")).hint


@pytest.mark.parametrize(
    ("text", "first", "last", "meant"),
    [
        ("mon..fri", "Mon 30 Nov", "Fri 27 Nov", "2026-11-23..2026-11-27"),
        ("Monday..sun", "Mon 30 Nov", "Sun 29 Nov", "2026-11-23..2026-11-29"),
        ("mon..2026-11-20", "Mon 30 Nov", "Fri 20 Nov", "2026-11-16..2026-11-20"),
        ("fri..thu", "Fri 27 Nov", "Thu 26 Nov", "2026-11-20..2026-11-26"),
    ],
)
def test_weekdays_that_end_before_they_begin_name_both_dates_and_the_days_meant(
    text: str, first: str, last: str, meant: str
) -> None:
    on_a_monday = replace(BERLIN, now=datetime(2026, 11, 30, 9, 0, tzinfo=UTC))

    error = refusal(lambda: parse_range(text, on_a_monday, default="today"))

    assert f"from {first} 2026 to {last} 2026" in error.message
    assert f"Did you mean {meant}?" in error.hint
    assert text_of(parse_range(meant, on_a_monday, default="today")) == meant


def test_a_swapped_range_is_offered_the_other_way_round() -> None:
    error = refusal(lambda: parse_range("2026-11-15..2026-11-01", BERLIN, default="today"))
    assert error.hint == "Did you mean 2026-11-01..2026-11-15?"


def test_weeks_begin_as_the_settings_say_but_a_numbered_one_on_monday() -> None:
    sunday_first = replace(BERLIN, week_start=SUNDAY)
    assert read("week", sunday_first) == "2026-11-22..2026-11-28"
    assert read("last week", sunday_first) == "2026-11-15..2026-11-21"
    assert read("week", on("2026-11-22", sunday_first)) == "2026-11-22..2026-11-28"
    assert read("2026-W47", sunday_first) == "2026-11-16..2026-11-22"


@pytest.mark.parametrize(
    ("today", "workday", "last_workday"),
    [
        pytest.param("2026-11-23", "2026-11-23", "2026-11-20", id="monday-means-friday"),
        pytest.param("2026-11-21", "2026-11-20", "2026-11-20", id="saturday"),
        pytest.param("2026-11-22", "2026-11-20", "2026-11-20", id="sunday"),
        pytest.param("2026-11-25", "2026-11-25", "2026-11-24", id="wednesday"),
    ],
)
def test_workdays_are_monday_to_friday_by_default(
    today: str, workday: str, last_workday: str
) -> None:
    assert read("workday", on(today)) == workday
    assert read("last workday", on(today)) == last_workday


def test_workdays_are_those_of_the_settings_unless_hours_say_otherwise() -> None:
    weekend = replace(BERLIN, workdays=frozenset({5, 6}))
    assert read("workday", weekend) == "2026-11-22"
    second_only = replace(weekend, is_workday=lambda day: day.day == 2)
    assert read("workday", second_only) == "2026-11-02"


def test_without_any_workday_the_word_is_refused() -> None:
    idle = replace(BERLIN, workdays=frozenset())
    error = refusal(lambda: parse_range("workday", idle, default="today"))
    assert error.message == "no day has working hours"


def test_a_day_that_begins_at_four_is_still_yesterday_at_two() -> None:
    at_two = replace(BERLIN, now=datetime(2026, 11, 24, 1, 0, tzinfo=UTC), day_start=FOUR_HOURS)
    today = parse_range("today", at_two, default="today")
    assert text_of(today) == "2026-11-23"
    assert today.start == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert today.end == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_the_bounds_of_a_range_are_local_and_the_end_is_outside() -> None:
    october = parse_range("2026-10", BERLIN, default="today")
    assert october.start == datetime.fromisoformat("2026-10-01T00:00+02:00")
    assert october.end == datetime.fromisoformat("2026-11-01T00:00+01:00")


def test_the_days_of_a_range_are_listed_in_order() -> None:
    days = list(parse_range("2026-02", BERLIN, default="today").days())
    assert (days[0], days[-1], len(days)) == (date(2026, 2, 1), date(2026, 2, 28), 28)


def test_all_reaches_as_far_as_dates_do() -> None:
    everything = parse_range("all", BERLIN, default="today")
    assert everything.is_all
    assert (everything.first, everything.last) == (date(1970, 1, 1), date(2100, 12, 31))
    assert everything.end == datetime.fromisoformat("2101-01-01T00:00+01:00")
    assert not parse_range("1970-01-01..2100-12-31", BERLIN, default="today").is_all


def test_a_range_that_ends_before_it_begins_cannot_be_made() -> None:
    refusal(lambda: DayRange(date(2026, 11, 2), date(2026, 11, 1), BERLIN.zone))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("today", "Tue 24 Nov 2026"),
        ("week", "Week 48 · Mon 23 – Sun 29 Nov 2026"),
        ("2026-W53", "Week 53 · Mon 28 Dec 2026 – Sun 3 Jan 2027"),
        ("2026-W49", "Week 49 · Mon 30 Nov – Sun 6 Dec 2026"),
        ("month", "November 2026"),
        ("2026-Q4", "Q4 2026 · Thu 1 Oct – Thu 31 Dec 2026"),
        ("year", "2026"),
        ("2026-11-01..2026-11-15", "Sun 1 – Sun 15 Nov 2026"),
        ("2026-11-01..2026-11-01", "Sun 1 Nov 2026"),
        ("all", "All time"),
    ],
)
def test_a_range_has_a_name_for_people(text: str, name: str) -> None:
    assert parse_range(text, BERLIN, default="today").name() == name


def test_a_week_that_begins_on_sunday_has_the_number_of_its_monday() -> None:
    sunday_first = replace(BERLIN, week_start=SUNDAY)
    name = parse_range("week", sunday_first, default="today").name()
    assert name == "Week 48 · Sun 22 – Sat 28 Nov 2026"


days = st.dates(date(1970, 1, 1), date(2100, 12, 31))


@given(st.tuples(days, days).map(sorted))
def test_days_that_are_written_are_read_back_as_the_same(ends: list[date]) -> None:
    written = DayRange(ends[0], ends[1], BERLIN.zone)
    found = parse_range(text_of(written), BERLIN, default="today")
    assert (found.first, found.last) == (written.first, written.last)


@settings(deadline=None, max_examples=some(300))
@given(
    word=st.sampled_from(WORDS),
    now=instants(date(1972, 1, 1), date(2099, 1, 1)),
    zone=st.sampled_from(TEN_ZONES).map(ZoneInfo),
    week_start=st.integers(0, 6),
    day_start=st.integers(0, 23 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_every_word_means_days_that_hold_together(
    word: str, now: datetime, zone: ZoneInfo, week_start: int, day_start: timedelta
) -> None:
    ctx = TimeContext(now, zone, week_start, day_start)
    found = parse_range(word, ctx, default="all")
    again = parse_range(text_of(found), ctx, default="all")
    assert (again.start, again.end) == (found.start, found.end)
    assert found.start < found.end
    assert found.name()
    if word in {"today", "week", "month", "quarter", "year", "all"}:
        assert found.start <= ctx.now < found.end
    elif "last" in word or word == "yesterday":
        assert found.end <= parse_range("today", ctx, default="all").start


PIECES = st.sampled_from(
    ["2026", "-11", "-23", "-W47", "-Q4", "..", " ", "last", "week", "mon", "7", "d", "0", "all"]
)


@settings(deadline=None, max_examples=some(300))
@given(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=7).map("".join)))
def test_any_text_is_a_range_or_refused(text: str) -> None:
    found = unless_refused(lambda: parse_range(text, BERLIN, default="today"))
    assert found is None or found.first <= found.last


@given(
    zone=st.sampled_from(TEN_ZONES).map(ZoneInfo),
    instant=st.datetimes(timezones=st.just(UTC)),
    day_start=st.sampled_from([timedelta(0), FOUR_HOURS]),
)
def test_of_all_time_every_instant_has_a_day(
    zone: ZoneInfo, instant: datetime, day_start: timedelta
) -> None:
    ctx = replace(BERLIN, zone=zone, day_start=day_start)
    whole = parse_range("all", ctx, default="all")
    day = whole.day_of(instant)
    assert whole.first <= day <= whole.last
    alone = replace(whole, first=day, last=day)
    assert alone.start <= instant < alone.end or instant < whole.start or instant >= whole.end
