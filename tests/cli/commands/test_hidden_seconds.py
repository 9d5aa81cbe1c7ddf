"""Tests that no command refuses a TIME because of seconds that were never shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockify_cli.domain.time.points import minute_of
from tests.cli.conftest import Clockify, Done, prepared

NOON = datetime(2026, 11, 24, 12, 0, 45, tzinfo=UTC)


def spans(clockify: Clockify) -> list[str]:
    found = json.loads(clockify("log", "--json", now=NOON).out)
    return [
        f"{e['timeInterval']['start'][11:19]}-{(e['timeInterval']['end'] or '')[11:19]}"
        for e in found
    ]


def done(clockify: Clockify, *args: str) -> Done:
    result = clockify(*args, now=NOON)
    assert result.code == 0, result.err
    return result


@prepared
def running(clockify: Clockify) -> Clockify:
    """Track A until 03:29:36, and B since then as the running timer."""
    done(clockify, "add", "A", "3:00:10-3:29:36")
    done(clockify, "start", "B", "--at", "3:29:36")
    return clockify


@prepared
def between(clockify: Clockify) -> Clockify:
    """Track A from 03:00:10 to 03:30:16, and B from 04:00:20 to 04:30:40."""
    done(clockify, "add", "A", "3:00:10-3:30:16")
    done(clockify, "add", "B", "4:00:20-4:30:40")
    return clockify


def test_start_at_the_minute_in_which_the_timer_began(running: Clockify) -> None:
    done(running, "start", "C", "--at", "3:29")
    assert spans(running)[-1] == "03:29:36-"


def test_stop_at_the_minute_in_which_the_timer_began(running: Clockify) -> None:
    done(running, "stop", "--at", "3:29")
    assert spans(running)[-1] == "03:29:36-03:29:36"


def test_resume_at_the_minute_in_which_an_entry_ended(between: Clockify) -> None:
    done(between, "resume", "last", "--at", "4:30")
    assert spans(between)[-1] == "04:30:40-"


@pytest.mark.parametrize(
    ("words", "span"),
    [
        (["--from", "3:30", "--to", "4:00"], "03:30:16-04:00:00"),
        (["3:30-4"], "03:30:16-04:00:00"),
        (["--from", "3:30", "--for", "30m"], "03:30:16-04:00:16"),
        (["--from", "3:45", "--for", "15m30s", "--overlap"], "03:45:00-04:00:30"),
        (["--to", "4:00", "--for", "30m"], "03:30:16-04:00:00"),
        (["--for", "450m"], "04:30:45-12:00:45"),
        (["--from", "3:30:16", "--to", "4:00:20"], "03:30:16-04:00:20"),
    ],
    ids=" ".join,
)
def test_add_beside_entries(between: Clockify, words: list[str], span: str) -> None:
    done(between, "add", "C", *words)
    assert span in spans(between)


def test_what_ends_by_its_length_ends_before_what_began_in_that_minute(clockify: Clockify) -> None:
    done(clockify, "add", "A", "3:00-3:30:50")
    done(clockify, "add", "B", "4:00:20-4:30")
    done(clockify, "add", "C", "--from", "3:30", "--for", "30m")
    assert spans(clockify)[1] == "03:30:50-04:00:20"


def test_add_that_ends_now_ends_before_a_timer_of_this_minute(clockify: Clockify) -> None:
    done(clockify, "start", "B", "--at", "12:00:30")
    done(clockify, "add", "A", "--for", "15m")
    assert spans(clockify) == ["11:45:30-12:00:30", "12:00:30-"]


@pytest.mark.parametrize(
    ("words", "span"),
    [
        (["last", "--start", "3:30"], "03:30:16-04:30:40"),
        (["last", "--start", "4:00"], "04:00:20-04:30:40"),
        (["last", "--end", "4:30"], "04:00:20-04:30:40"),
        (["@2", "--end", "4:00"], "03:00:10-04:00:00"),
        (["@2", "--for", "1h"], "03:00:10-04:00:10"),
        (["@2", "--by", "30m"], "03:00:10-04:00:16"),
        (["last", "--end", "4:30:00"], "04:00:20-04:30:00"),
    ],
    ids=" ".join,
)
def test_edit_beside_entries(between: Clockify, words: list[str], span: str) -> None:
    between("log", now=NOON)
    done(between, "edit", *words)
    assert span in spans(between)


def test_a_length_ends_where_the_next_entry_begins_in_that_minute(clockify: Clockify) -> None:
    done(clockify, "add", "A", "3:00:30-3:20")
    done(clockify, "add", "B", "3:40:10-4:00")
    clockify("log", now=NOON)
    done(clockify, "edit", "@2", "--for", "40m")
    assert spans(clockify)[0] == "03:00:30-03:40:10"
    done(clockify, "edit", "last", "--end", "4:10", "--for", "30m")
    assert spans(clockify)[1] == "03:40:10-04:10:00"


def test_edit_of_the_running_timers_start(running: Clockify) -> None:
    done(running, "edit", "current", "--start", "3:29", "-d", "Same")
    assert spans(running)[-1] == "03:29:36-"


@pytest.mark.parametrize(
    ("span", "left"),
    [
        ("4:00-4:10", ["04:10:00-04:30:40"]),
        ("4:20-4:30", ["04:00:20-04:20:00"]),
        ("4:10-4:20", ["04:00:20-04:10:00", "04:20:00-04:30:40"]),
    ],
)
def test_cut_at_an_end_as_it_is_shown_leaves_no_seconds_of_it(
    between: Clockify, span: str, left: list[str]
) -> None:
    done(between, "cut", "last", span)
    assert spans(between)[1:] == left


def test_join_takes_no_gap_for_one_that_is_not_shown(clockify: Clockify) -> None:
    done(clockify, "add", "A", "3-3:30:10")
    done(clockify, "add", "A", "3:30:16-4")
    clockify("log", now=NOON)
    done(clockify, "join", "@2", "@1")
    assert spans(clockify) == ["03:00:00-04:00:00"]


@pytest.mark.parametrize(
    ("args", "shows"),
    [
        (["add", "C", "3:30:10-3:40"], ["03:00:10–03:30:16", "03:30:10–03:40:00"]),
        (["edit", "last", "--shift", "-30m10s"], ["03:00:10–03:30:16", "03:30:10–"]),
        (["edit", "last", "--end", "4:00"], ["04:00:20", "04:00:00"]),
        (["split", "last", "--at", "4:00"], ["04:00:20–04:30:40"]),
        (["cut", "last", "4:30:40-4:31"], ["04:00:20–04:30:40"]),
        (["start", "C", "--at", "12:00:50"], ["12:00:45"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_refusal_that_seconds_decide_shows_them(
    between: Clockify, args: list[str], shows: list[str]
) -> None:
    refused = between(*args, now=NOON)
    assert refused.code == 2
    for text in shows:
        assert text in refused.err


def test_a_stop_before_the_timer_began_shows_the_seconds_that_decide(running: Clockify) -> None:
    refused = running("stop", "--at", "3:29:30", now=NOON)
    assert refused.code == 2
    assert "03:29:36" in refused.err


def test_an_overlap_that_is_shown_is_told_to_the_minute(between: Clockify) -> None:
    refused = between("add", "C", "3:20-3:40", now=NOON)
    assert refused.code == 2
    assert "03:00–03:30 " in refused.err


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), min_size=1, max_size=3),
    start=st.integers(0, 10),
    length=st.integers(1, 5),
)
def test_what_is_free_as_shown_can_be_recorded(
    clockify: Clockify, gaps: list[tuple[int, int]], start: int, length: int
) -> None:
    at, taken = 0, []
    for gap, seconds in gaps:
        taken.append((at + gap, at + gap + seconds))
        at += gap + seconds
        first, last = (
            datetime.fromtimestamp(NOON.replace(hour=3, second=0).timestamp() + s, UTC)
            for s in taken[-1]
        )
        done(clockify, "add", "A", f"{first:%H:%M:%S}..{last:%H:%M:%S}")
    shown = all(s // 60 >= start + length or e // 60 <= start for s, e in taken)
    result = clockify("add", "B", f"3:{start:02}-3:{start + length:02}", now=NOON)
    assert (result.code == 0) == shown, result.err
    for _ in range(len(gaps) + shown):
        done(clockify, "undo")


def test_minutes_are_those_of_any_zone() -> None:
    assert minute_of(NOON) == NOON.replace(second=0)
