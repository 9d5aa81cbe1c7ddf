from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.time.spans import (
    Span,
    needs_yes,
    parse_span,
    split_words,
)
from clockify_cli.domain.time.zones import offset_text
from tests.domain.time.setting import BERLIN, TEN_ZONES, instants, refusal, unless_refused
from tests.examples import some

EVENING = replace(BERLIN, now=datetime(2026, 11, 24, 22, 30, tzinfo=UTC))  # 23:30 on the wall
JUST_AFTER_MIDNIGHT = replace(BERLIN, now=datetime(2026, 11, 23, 23, 10, tzinfo=UTC))


def span(start: str, end: str) -> Span:
    bounds = (datetime.fromisoformat(text).astimezone(UTC) for text in (start, end))
    return Span(*bounds)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("9-10:30", "2026-11-24T09:00+01:00", "2026-11-24T10:30+01:00"),
        ("9:00..10:30", "2026-11-24T09:00+01:00", "2026-11-24T10:30+01:00"),
        ("9:00 .. 10:30", "2026-11-24T09:00+01:00", "2026-11-24T10:30+01:00"),
        ("9 - 10:30", "2026-11-24T09:00+01:00", "2026-11-24T10:30+01:00"),
        ("9–10:30", "2026-11-24T09:00+01:00", "2026-11-24T10:30+01:00"),
        ("0930-1030", "2026-11-24T09:30+01:00", "2026-11-24T10:30+01:00"),
        ("9am-5pm", "2026-11-24T09:00+01:00", "2026-11-24T17:00+01:00"),
        ("9 am - 5 pm", "2026-11-24T09:00+01:00", "2026-11-24T17:00+01:00"),
        ("9-5pm", "2026-11-24T09:00+01:00", "2026-11-24T17:00+01:00"),
        ("9-10am", "2026-11-24T09:00+01:00", "2026-11-24T10:00+01:00"),
        ("09-10pm", "2026-11-24T09:00+01:00", "2026-11-24T22:00+01:00"),
        ("yesterday 9-10:30", "2026-11-23T09:00+01:00", "2026-11-23T10:30+01:00"),
        ("mon 9-10:30", "2026-11-23T09:00+01:00", "2026-11-23T10:30+01:00"),
        ("2026-11-23 9-10:30", "2026-11-23T09:00+01:00", "2026-11-23T10:30+01:00"),
        ("2026-11-23 9:00..10:30", "2026-11-23T09:00+01:00", "2026-11-23T10:30+01:00"),
        ("23-1:30", "2026-11-24T23:00+01:00", "2026-11-25T01:30+01:00"),
        ("yesterday 23-1:30", "2026-11-23T23:00+01:00", "2026-11-24T01:30+01:00"),
        ("9-5", "2026-11-24T09:00+01:00", "2026-11-25T05:00+01:00"),
        ("22-24", "2026-11-24T22:00+01:00", "2026-11-25T00:00+01:00"),
        ("22-midnight", "2026-11-24T22:00+01:00", "2026-11-25T00:00+01:00"),
        ("midnight-24:00", "2026-11-24T00:00+01:00", "2026-11-25T00:00+01:00"),
        ("yesterday 24:00-1", "2026-11-24T00:00+01:00", "2026-11-24T01:00+01:00"),
        ("-2h..-1h", "2026-11-24T08:19:05+01:00", "2026-11-24T09:19:05+01:00"),
        ("-2h--1h", "2026-11-24T08:19:05+01:00", "2026-11-24T09:19:05+01:00"),
        ("2h ago..15m ago", "2026-11-24T08:19:05+01:00", "2026-11-24T10:04:05+01:00"),
        ("-2h..9:00", "2026-11-24T08:19:05+01:00", "2026-11-24T09:00+01:00"),
        ("9-now", "2026-11-24T09:00+01:00", "2026-11-24T10:19:05+01:00"),
        ("last..now", "2026-11-24T08:45:10+01:00", "2026-11-24T10:19:05+01:00"),
        ("mon 23:00..tue 1:00", "2026-11-23T23:00+01:00", "2026-11-24T01:00+01:00"),
        ("2026-11-23T09:00..2026-11-23T10:00Z", "2026-11-23T09:00+01:00", "2026-11-23T10:00Z"),
        ("2026-10-25T02:30+02:00..3:30", "2026-10-25T02:30+02:00", "2026-10-25T03:30+01:00"),
        ("2026-10-25 1:00..4:00", "2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00"),
        ("2026-10-25 23-2:30", "2026-10-25T23:00+01:00", "2026-10-26T02:30+01:00"),
    ],
)
def test_a_span_is_read(text: str, start: str, end: str) -> None:
    assert parse_span(text, BERLIN) == span(start, end)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "given", id="empty"),
        pytest.param("9:00", "one time, and a span needs two", id="one-time"),
        pytest.param("mon", "one time, and a span needs two", id="one-day"),
        pytest.param("lunch", 'cannot read "lunch" as a span', id="word"),
        pytest.param("9-9", "no length", id="end-is-start"),
        pytest.param("9..9:00", "no length", id="end-is-start-written-otherwise"),
        pytest.param("midnight-midnight", "no length", id="midnight-twice"),
        pytest.param("-1h..-2h", "ends before it starts", id="swapped"),
        pytest.param("9..yesterday 10", "ends before it starts", id="end-on-an-earlier-day"),
        pytest.param("25:00-26:00", "the day ends at 24:00", id="hour-25"),
        pytest.param("9-25", "the day ends at 24:00", id="hour-25-bare"),
        pytest.param("9-10:60", "minutes go to 59", id="minute-60"),
        pytest.param("9-10:30 sharp", 'cannot read "sharp" in the span', id="left-over"),
        pytest.param("9..10:30 sharp", 'cannot read "sharp" in the time', id="left-over-dots"),
        pytest.param("lunch..13", 'cannot read "lunch" as a time', id="word-left"),
        pytest.param("25:00..lunch", "the day ends at 24:00", id="bad-left-word-right"),
        pytest.param("9..", "no time given", id="no-end"),
        pytest.param("..9", "no time given", id="no-start"),
        pytest.param("9-", "cannot read", id="no-end-hyphen"),
        pytest.param("mon..fri", "is a day without a time", id="days"),
        pytest.param("9..10..11", "cannot read", id="three-times"),
        pytest.param("1-3pm", "can begin at 01:00 or 13:00", id="which-one"),
        pytest.param("9-10:30pm", "can begin at 09:00 or 21:00", id="which-nine"),
        pytest.param("12-1am", "can begin at 12:00 or 00:00", id="which-twelve"),
        pytest.param("2026-10-25 2:30..3:30", "happens twice", id="start-repeated"),
        pytest.param("2026-10-25 1:30..2:30", "happens twice", id="end-repeated"),
        pytest.param("2026-03-29 2:30..3:30", "does not exist", id="start-skipped"),
        pytest.param("2026-02-30 9-10", "February 2026 has 28 days", id="no-such-day"),
        pytest.param(
            "2026-11-23T09:30-03:00", "one time, and a span needs two", id="offset-not-span"
        ),
    ],
)
def test_what_is_no_span_is_refused_and_says_why(text: str, says: str) -> None:
    error = refusal(lambda: parse_span(text, BERLIN))
    assert says in error.message
    assert error.hint


@pytest.mark.parametrize("text", ["9AM-9AM", "1-3PM", "Yesterday 9-9"])
def test_what_is_no_span_is_quoted_as_it_was_typed(text: str) -> None:
    assert f'"{text}"' in refusal(lambda: parse_span(text, BERLIN)).message


def test_a_span_up_to_now_that_would_begin_ahead_gets_the_words_probably_meant() -> None:
    error = refusal(lambda: parse_span("23-now", JUST_AFTER_MIDNIGHT))
    assert error.hint == 'Did you mean "yesterday 23-now"?'
    assert parse_span("yesterday 23-now", JUST_AFTER_MIDNIGHT).seconds == 70 * 60


@pytest.mark.parametrize("hours", [0, -1])
def test_a_span_without_length_cannot_be_made(hours: int) -> None:
    refusal(lambda: Span(BERLIN.now, BERLIN.now + timedelta(hours=hours)))


def test_a_span_of_other_than_utc_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Span(BERLIN.local_now, BERLIN.now + timedelta(hours=1))


def test_the_seconds_of_a_span_are_real_ones_over_a_clock_change() -> None:
    assert parse_span("2026-10-25 1:00..4:00", BERLIN).seconds == 4 * 3600
    assert parse_span("2026-03-29 1:00..4:00", BERLIN).seconds == 2 * 3600


@pytest.mark.parametrize(
    ("typed", "description", "span_text"),
    [
        ("Standup 9-9:15", "Standup", "9-9:15"),
        ("9-9:15", "", "9-9:15"),
        ("Standup yesterday 9-9:15", "Standup", "yesterday 9-9:15"),
        ("Review of 12 mon 9 - 10:30", "Review of 12", "mon 9-10:30"),
        ("Call 2026-11-23 9:00 .. 10:30", "Call", "2026-11-23 9:00..10:30"),
        ("Call 2026-11-22 9 pm .. 2026-11-23 1 am", "Call", "2026-11-22 21..2026-11-23 1"),
        ("Phase 1-2-3 9-10", "Phase 1-2-3", "9-10"),
        ("COVID-19 9-10", "COVID-19", "9-10"),
        ("Version 1.2.3 9-10", "Version 1.2.3", "9-10"),
        ("Meet at 9 9-10", "Meet at 9", "9-10"),
        ("9-10 10-11", "9-10", "10-11"),
        ("Sprint last..now", "Sprint", "last..now"),
        ("x -2h..-1h", "x", "-2h..-1h"),
        ("Budget 9-17", "Budget", "9-17"),
        ("Budget 930-10:30", "Budget", "9:30-10:30"),
        ("Budget 9am-1030", "Budget", "9:00-10:30"),
        ("Call 555-1234 9-10", "Call 555-1234", "9-10"),
    ],
)
def test_the_longest_run_of_last_words_that_is_a_span_is_the_span(
    typed: str, description: str, span_text: str
) -> None:
    words, found = split_words(typed.split(), BERLIN)
    assert (" ".join(words), found) == (description, parse_span(span_text, BERLIN))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "COVID-19",
        "Read pages 25-26",
        "Read pages 7-83",
        "Read 123456-2",
        "Call 555-1234",
        "Budget 2024-2025",
        "Budget 2024..2025",
        "Budget 2024 – 2025",
        "Report 2026-11",
        "Room 9-1030",
        "Call yesterday 555-1234",
        "Call 2026-11-23 0930-1015",
        "Chapter 1.5-2.5",
        "mon-fri",
        "Conference 2026-11-23",
        "Conference 2026-11-23..2026-11-24",
        "last-minute",
        "9-10 and more",
        "25:00-later",
        "tea..9",
        "2026-11-23T09:30-03:00",
    ],
)
def test_words_that_only_resemble_a_span_stay_words(typed: str) -> None:
    assert split_words(typed.split(), BERLIN) == (typed.split(), None)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Standup 9-9", "no length"),
        ("Standup 25:00-26:00", "the day ends at 24:00"),
        ("Standup 9:00-9:75", "minutes go to 59"),
        ("Call 2026-10-25 2:30..3:30", "happens twice"),
        ("Call 2026-02-30 9-10", "February 2026 has 28 days"),
        ("Call 1-3pm", "can begin at"),
    ],
)
def test_last_words_that_look_like_a_span_and_are_none_never_become_a_description(
    typed: str, says: str
) -> None:
    assert says in refusal(lambda: split_words(typed.split(), BERLIN)).message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("yesterday 9-10:30", None, id="ordinary"),
        pytest.param("yesterday 22-1:30", None, id="short-over-midnight"),
        pytest.param("9-22", None, id="long-on-one-day"),
        pytest.param("yesterday 0:00..24:00", None, id="a-whole-day"),
        pytest.param(
            "yesterday 9-5", "from 09:00 to 05:00 the next day is 20 hours", id="nine-to-five"
        ),
        pytest.param("mon 9:00..tue 9:01", "last 24:01, more than a day", id="over-a-day"),
        pytest.param("2026-10-25 midnight-24:00", "last 25:00", id="a-day-of-25-hours"),
        pytest.param("23-24:00", "in the future (Wed 25 Nov 2026 00:00)", id="ahead"),
        pytest.param("23:00..23:30", None, id="up-to-now"),
    ],
)
def test_an_unlikely_span_needs_a_yes_and_says_why(text: str, says: str | None) -> None:
    reason = needs_yes(parse_span(text, EVENING), EVENING)
    if says is None:
        assert reason is None
    else:
        assert says in str(reason)


def test_a_span_of_today_that_lies_ahead_asks_whether_yesterday_was_meant() -> None:
    assert "yesterday" in str(needs_yes(parse_span("23-23:30", BERLIN), BERLIN))
    assert "yesterday" not in str(needs_yes(parse_span("tomorrow 9-10", BERLIN), BERLIN))


@settings(deadline=None, max_examples=some(200))
@given(
    zone=st.sampled_from(TEN_ZONES).map(ZoneInfo),
    start=instants(date(1970, 1, 3), date(2100, 11, 1)),
    seconds=st.integers(1, 40 * 24 * 3600),
)
def test_a_span_that_is_written_is_read_back_as_the_same(
    zone: ZoneInfo, start: datetime, seconds: int
) -> None:
    ctx = replace(BERLIN, zone=zone)
    written = Span(start, start + timedelta(seconds=seconds))
    text = f"{offset_text(written.start, ctx.zone)}..{offset_text(written.end, ctx.zone)}"
    assert parse_span(text, ctx) == written
    assert split_words(["Call", text], ctx) == (["Call"], written)


PIECES = st.one_of(
    st.sampled_from(["9", "24", "0", ":30", "pm", " ", "-", "..", "–", "+01:00", "T", "99"]),
    st.sampled_from(["2026-11-23", "ago", "1h", "mon", "yesterday", "last", "now", "midnight"]),
)


@settings(deadline=None, max_examples=some(500))
@given(st.lists(PIECES, max_size=9).map("".join))
def test_any_words_are_split_or_refused(text: str) -> None:
    words = text.split()
    split = unless_refused(lambda: split_words(words, BERLIN))
    if split is not None:
        rest, found = split
        assert words[: len(rest)] == rest
        assert (found is None) == (rest == words)


@settings(deadline=None, max_examples=some(300))
@given(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=9).map("".join)))
def test_any_text_is_a_span_or_refused(text: str) -> None:
    found = unless_refused(lambda: parse_span(text, BERLIN))
    assert found is None or found.seconds > 0
