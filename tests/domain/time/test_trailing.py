from __future__ import annotations

import pytest

from clockify_cli.domain.time.trailing import past_time, refuse_day, split_point
from tests.domain.time.setting import BERLIN, refusal


@pytest.mark.parametrize(
    ("words", "rest", "point"),
    [
        ("Meeting mon 9:00", "Meeting", "mon 9:00"),
        ("Meeting mon 9", "Meeting", "mon 9"),
        ("Meeting 9:00", "Meeting", "9:00"),
        ("Meeting 9am", "Meeting", "9am"),
        ("Meeting 9 am", "Meeting", "9 am"),
        ("Meeting 15m ago", "Meeting", "15m ago"),
        ("Meeting 1h 30m ago", "Meeting", "1h 30m ago"),
        ("Meeting -15m", "Meeting", "-15m"),
        ("Meeting yesterday 17:00", "Meeting", "yesterday 17:00"),
        ("Meeting 2026-11-23 09:30", "Meeting", "2026-11-23 09:30"),
        ("Meeting 2026-11-23T09:30+01:00", "Meeting", "2026-11-23T09:30+01:00"),
        ("mon 9:00", "", "mon 9:00"),
        ("Write spec", "Write spec", ""),
        ("Ticket 4567", "Ticket 4567", ""),
        ("Ticket #1200", "Ticket #1200", ""),
        ("9:00 meeting", "9:00 meeting", ""),
        ("Release 2.1", "Release 2.1", ""),
        ("", "", ""),
    ],
)
def test_the_longest_run_of_last_words_that_is_a_time_is_the_time(
    words: str, rest: str, point: str
) -> None:
    assert split_point(words.split(), BERLIN) == (rest.split(), point)


@pytest.mark.parametrize("last", ["9", "930", "noon", "last", "now"])
def test_a_time_that_may_be_a_word_of_the_description_is_refused(last: str) -> None:
    refused = refusal(lambda: split_point(["Chapter", last], BERLIN))
    assert f'"{last}"' in refused.message
    assert f'--from "{last}"' in refused.hint


def test_a_time_that_no_clock_shows_is_refused() -> None:
    assert '"25:00"' in refusal(lambda: split_point(["Call", "25:00"], BERLIN)).message


DAYS = [
    "yesterday",
    "mon",
    "Mon,",
    "tues",
    "23.11.",
    "23.11",
    "11/23",
    "23 Nov",
    "Nov 23",
    "3. may",
]


@pytest.mark.parametrize("day", [*DAYS, "2026-11-23", "tomorrow:"])
def test_a_day_alone_is_refused_and_quoted(day: str) -> None:
    words = ["Call", *day.split()]
    assert f'"{day}"' in refusal(lambda: split_point(words, BERLIN)).message


@pytest.mark.parametrize("day", DAYS[2:])
def test_a_day_before_a_time_that_is_not_understood_is_refused_and_quoted(day: str) -> None:
    words = ["Call", *day.split(), "9:00"]
    assert f'"{day}"' in refusal(lambda: split_point(words, BERLIN)).message


@pytest.mark.parametrize("day", DAYS)
def test_a_day_before_a_span_is_refused_and_quoted(day: str) -> None:
    assert f'"{day}"' in refusal(lambda: refuse_day(["Call", *day.split()], BERLIN)).message


def test_a_weekday_that_last_or_next_stands_before_is_refused() -> None:
    refused = refusal(lambda: refuse_day(["Call", "last"], BERLIN, ["mon", "9-10"]))
    assert '"last mon"' in refused.message


@pytest.mark.parametrize("words", ["", "Release 2.1", "Python 3.11", "May", "Chapter 9", "mondays"])
def test_other_words_before_a_span_are_words(words: str) -> None:
    refuse_day(words.split(), BERLIN)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Phone 15m ago", "15m ago"),
        ("Phone 9:00", "9:00"),
        ("Phone mon 9:00", "mon 9:00"),
        ("Phone 11:00", ""),
        ("Phone 9", ""),
        ("Phone last", ""),
        ("Phone 25:00", ""),
        ("Phone", ""),
    ],
)
def test_a_past_time_at_the_end_is_found_where_it_is_plain(words: str, found: str) -> None:
    assert past_time(words.split(), BERLIN) == found
