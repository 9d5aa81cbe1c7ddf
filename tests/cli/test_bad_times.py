"""Tests that impossible times, spans, durations, ranges and zones change nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify
from tests.cli.refusals import Bad, bad, check_refused, check_text, track
from tests.examples import thinned

JUST_AFTER_MIDNIGHT = datetime(2026, 11, 25, 0, 10, tzinfo=UTC)
BERLIN = "--tz=Europe/Berlin"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "clockify"


@pytest.fixture(autouse=True)
def tracked(clockify: Clockify, home: Path, made: Path) -> None:
    """Track a finished entry, and a timer that has run since nine."""
    track(clockify, home, made, ("add Review 7-7:30", "start Write --at 9"))


def at(text: str, says: str) -> tuple[Bad, ...]:
    """Return *text* as a TIME in each place that takes one."""
    return (
        Bad(("start", "X", "--at", text), says),
        Bad(("stop", "--at", text), says),
        Bad(("add", "X", "--for", "5m", "--from", text), says),
    )


TIMES = (
    *at("25:00", "the day ends at 24:00"),
    *at("9:60", "minutes go to 59"),
    *at("9:30:60", "seconds go to 59"),
    *at("24:01", "24:00"),
    *at("13pm", "not a time of day"),
    *at("09.30", "cannot read"),
    *at("٩:٣٠", "cannot read"),
    *at("９:３０", "cannot read"),
    *at("9:30 foo", 'cannot read "foo"'),
    *at("foo 9:30", 'cannot read "foo"'),
    *at("", "no time given"),
    *at(" ", "no time given"),
    *at("9" * 400, "cannot read"),
    *at("9:00 " + "x" * 400, "cannot read"),
    *at("9:00\x1b[31m", "cannot read"),
    *at("a\udcff", "cannot read"),
    *at("yesterdy 9:00", "cannot read"),
    *at("mon", "is a day without a time"),
    *at("2026-11-23", "is a day without a time"),
    *at("2026-02-30 9:00", "February 2026 has 28 days"),
    *at("2026-13-01 9:00", "not a date"),
    *at("02/03/2026 9:00", "two orders"),
    *at("0001-01-01 9:00", "1970 to 2100"),
    *at("1969-12-31 9:00", "1970 to 2100"),
    *at("9999-12-31 9:00", "1970 to 2100"),
    *at("-1000h", "too long"),
    *at("2026-11-24T09:00+25:00", "offset"),
    bad("start X --at 24:00", "clockify start X --at 'yesterday 24:00'"),
    bad("start X --at 23:50", "clockify start X --at 'yesterday 23:50'"),
    bad("stop --at 23:50", "Give a time from "),
    bad("stop --at 8", "after the time you gave"),
    bad("start X --at 8", '"8" is before'),
)

SPANS = (
    bad("add X 8-8", "no length"),
    bad("add X 8:00..8:00", "no length"),
    bad("add X 25:00-26:00", "the day ends at 24:00"),
    bad("add X 1-3pm", "am or pm"),
    bad("add X 2026-11-23T09:00Z..2026-11-23T08:00Z", "ends before it starts"),
    bad("add X 9-5", "--yes"),
    bad("add X 8-7", "--yes"),
    bad("add X 2026-11-20 9:00..2026-11-22 9:00", "--yes"),
    bad("add X tomorrow 9-10", "--yes"),
    bad("add X 9-12", "--yes"),
    bad("add X --from 8 --to 23:00", "--yes"),
    bad("add X --from 23:00 --for 30m", "--yes"),
    bad("add X --from 9:50 --for 30m", "--yes"),
    bad("add X --for 999h", "--yes"),
    bad("add X 7:15-7:45", "overlaps an entry"),
    bad("add X 7:15-9:45", "overlaps 2 entries"),
    bad("add X --from 8 --to 8", "not after the start"),
    bad("add X --from 8 --to 7", "not after the start"),
    bad("add X --from 8", "no time given"),
    bad("add X --to 8", "no time given"),
    bad("add X", "no time given"),
    bad("add", "no time given"),
    bad("add pages 25-26", '"25-26" is not a span: "25" is not a time of day'),
    bad("add Foo 9-25", '"9-25" is not a span: "25" is not a time of day'),
    bad("add C 8-8:30 yesterday", '"yesterday 8-8:30"'),
    bad("add 8-8:30 Call Ann", '"Call Ann 8-8:30"'),
    bad("add Call 8", '"8" is one time'),
    bad("add pages 25-26 --from 8", "no time given"),
    bad("add X --from 7 --to 8 --for 1h", "two of the three"),
    bad("add X 6-7 --for 5m", "given twice"),
    bad("add X 6-7 --from 5 --to 6", "given twice"),
)

DURATIONS = tuple(
    Bad(("add", "X", "--for", text), says)
    for text, says in (
        ("0", "no unit"),
        ("0m", "not longer than zero"),
        ("0:00", "not longer than zero"),
        ("-5m", "negative"),
        ("1e9h", "cannot read"),
        ("1.5", "no unit"),
        ("90", "no unit"),
        ("1:75", "minutes go to 59"),
        ("1h75m", "minutes go to 59"),
        ("1000h", "999 hours"),
        ("9" * 400 + "h", "cannot read"),
        ("2d", "days"),
        ("1.00001h", "whole number of seconds"),
        ("٣h", "cannot read"),
        ("5 minutes or so", "cannot read"),
        ("", "cannot read"),
        ("inf", "cannot read"),
        ("nanh", "cannot read"),
    )
)

RANGES = tuple(
    Bad((command, *text.split(" ")), says)
    for command in ("log", "report", "export", "timesheet")
    for text, says in (
        ("2026-11-15..2026-11-01", "ends before it begins"),
        ("2026-02-30", "February 2026 has 28 days"),
        ("02/03/2026", "two orders"),
        ("2026-W54", "not a week"),
        ("2026-13", "not a month"),
        ("2026-Q5", "not a quarter"),
        ("1969", "1970 to 2100"),
        ("9999-12-31", "1970 to 2100"),
        ("0d", "not a range"),
        ("-1d", "cannot read"),
        ("9" * 400 + "d", "cannot read"),
        ("next week", 'cannot read "next"'),
        ("today foo", 'cannot read "foo"'),
        ("tody", "Did you mean"),
        ("x" * 500, "cannot read"),
        ("\udcff", "cannot read"),
        ("", "no range given"),
    )
)

ZONES = tuple(
    Bad(("log", "--tz", text), "unknown time zone")
    for text in (
        *("../../etc/passwd", "/etc/passwd", "Foo/Bar", "", " ", "a\0b", "Europe", "CET-1CEST"),
        *("x" * 5000, "\udcff", "\x1b[31m"),
    )
)


@pytest.mark.parametrize("wrong", thinned(TIMES), ids=str)
def test_a_time_that_cannot_be_is_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(SPANS), ids=str)
def test_a_span_that_cannot_be_or_is_odd_is_refused(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(DURATIONS), ids=str)
def test_a_duration_that_cannot_be_is_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(RANGES), ids=str)
def test_a_range_that_cannot_be_is_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(ZONES), ids=str)
def test_a_zone_that_there_is_not_is_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        ("add X 2026-10-25 2:30..3:30", ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"]),
        ("add X 2026-03-29 2:30..3:30", ["2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"]),
    ],
)
def test_a_time_that_a_clock_change_skips_or_repeats_names_both_readings_as_typed(
    clockify: Clockify, home: Path, line: str, readings: list[str]
) -> None:
    check_refused(clockify, home, Bad((*line.split(), BERLIN), "Europe/Berlin"))
    told = clockify(*line.split(), BERLIN).err.splitlines()[1:3]
    assert [detail.split()[0] for detail in told] == readings
    for reading in readings:
        assert clockify("add", "X", "--from", reading, "--for", "20m", BERLIN).code == 0


def test_yesterday_just_after_midnight_is_the_day_that_just_ended_and_is_named(
    clockify: Clockify,
) -> None:
    done = clockify("add", "X", "yesterday", "5-6", now=JUST_AFTER_MIDNIGHT)
    assert (done.code, done.out) == (0, "Added  X   Tue 24 Nov 05:00–06:00 · 1:00\n")


@pytest.mark.parametrize(
    "line", ["add X 9-5 --overlap", "add X tomorrow 9-10", "add X --from 8 --to 23:00 --overlap"]
)
def test_an_odd_span_is_recorded_with_yes(clockify: Clockify, line: str) -> None:
    assert clockify(*line.split()).code == 2
    assert clockify(*line.split(), "--yes").code == 0


def test_a_span_over_a_clock_change_has_its_real_length(clockify: Clockify) -> None:
    told = clockify("add", "X", "2026-10-25", "1:00..4:00", BERLIN, "--json")
    (entry,) = [json.loads(told.out)]
    assert entry["durationSeconds"] == 4 * 3600


def test_fifty_years_are_answered_without_a_word(clockify: Clockify) -> None:
    for command in ("log", "report", "export"):
        done = clockify(command, "1977..2026", "--json")
        assert (done.code, "error" in done.err, "warning" in done.err) == (0, False, False)
        assert json.loads(done.out)


def test_a_timer_of_over_a_day_is_stopped_only_with_a_word(clockify: Clockify, home: Path) -> None:
    later = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    check_text(clockify("stop", now=later), 2, "for over 24 hours")
    assert clockify("stop", "--at", "yesterday 17:00", now=later).code == 0
    assert clockify("undo", now=later).code == 0
    assert clockify("stop", "--yes", now=later).code == 0


def test_an_end_in_the_future_names_yesterday_only_where_it_can_be_typed(
    clockify: Clockify,
) -> None:
    added = clockify("add", "Call", "23:00-23:30")
    assert 'Nov 2026 23:30); did you mean "yesterday"?' in added.err
    clockify("add", "Call", "8:00-8:30")
    edited = clockify("edit", "last", "--for", "15h")
    assert edited.code == 2
    assert "in the future" in edited.err
    assert "yesterday" not in edited.err
