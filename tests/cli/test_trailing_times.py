"""Tests of a time at the end of a description."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Clockify


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("add Meeting mon 9:00 --for 1h", "Added  Meeting   Mon 23 Nov 09:00–10:00 · 1:00\n"),
        ("add Meeting 8:30 --for 1h", "Added  Meeting   08:30–09:30 · 1:00\n"),
        ("add Meeting 2h ago --for 1h", "Added  Meeting   08:00–09:00 · 1:00\n"),
        ("add mon 9:00 -d Meeting --for 1h", "Added  Meeting   Mon 23 Nov 09:00–10:00 · 1:00\n"),
        ("add Meeting --for 1h", "Added  Meeting   09:00–10:00 · 1:00\n"),
    ],
)
def test_add_takes_a_time_at_the_end_for_the_start_of_a_length(
    clockify: Clockify, line: str, told: str
) -> None:
    done = clockify(*line.split())
    assert (done.code, done.out) == (0, told)


@pytest.mark.parametrize("words", ["Pages 25-26", "Move 9.30-10.30", "9-10 slides", "9 to 10"])
def test_words_that_resemble_a_span_are_a_description_where_options_tell_the_time(
    clockify: Clockify, words: str
) -> None:
    done = clockify("add", *words.split(), "--from", "8", "--to", "8:30")
    assert (done.code, done.out) == (0, f"Added  {words}   08:00–08:30 · 0:30\n")


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("add Meeting yesterday --for 1h", '"yesterday"'),
        ("add Chapter 9 --for 1h", '"9"'),
        ("add y 23.11. 8-9", '"23.11."'),
        ("add y 23.11. --for 1h", '"23.11."'),
        ("add y last mon 8-9", '"last mon"'),
    ],
)
def test_add_refuses_a_day_or_time_that_it_cannot_be_sure_of(
    clockify: Clockify, line: str, quoted: str
) -> None:
    done = clockify(*line.split())
    assert (done.code, done.out) == (2, "")
    assert quoted in done.err
    assert "-d takes any text" in done.err
    assert clockify("log", "all", "--json").out == "[]\n"


def test_start_keeps_a_time_in_the_words_and_says_how_to_begin_earlier(clockify: Clockify) -> None:
    done = clockify("start", "Phone", "15m", "ago")
    assert done.out == "Started  Phone 15m ago   at 10:00\n"
    assert '`start --at "15m ago"` begins earlier' in done.err


@pytest.mark.parametrize("words", ["Chapter 9", "Phone 11:00", "Phone"])
def test_start_says_nothing_of_words_that_are_no_past_time(clockify: Clockify, words: str) -> None:
    assert "--at" not in clockify("start", *words.split()).err


def test_an_unquoted_past_time_is_to_be_quoted(clockify: Clockify) -> None:
    done = clockify("start", "Phone", "--at", "15m", "ago")
    assert done.code == 2
    assert '--at "15m ago"' in done.err
    assert "-15m" in done.err


@pytest.mark.parametrize("words", ["Call 555-1234", "Budget 2024-2025", "Call yesterday 555-1234"])
def test_bare_digits_are_no_span_and_each_reading_can_be_typed(
    clockify: Clockify, words: str
) -> None:
    done = clockify("add", *words.split())
    assert (done.code, done.out) == (2, "")
    assert "can be a time" in done.err
    assert clockify("log", "all", "--json").out == "[]\n"
    typed = done.err.partition('write "')[2].partition('"')[0]
    told = clockify("add", "Call", *typed.split(), "--yes")
    assert (told.code, told.out.startswith("Added  Call   ")) == (0, True)
    text = clockify("add", *words.split(), "--from", "0:10", "--to", "0:20")
    assert (text.code, text.out) == (0, f"Added  {words}   00:10–00:20 · 0:10\n")


def test_bare_digits_belong_to_the_description_where_a_length_tells_the_time(
    clockify: Clockify,
) -> None:
    done = clockify("add", "Call", "555-1234", "--for", "15m")
    assert done.out == "Added  Call 555-1234   09:45–10:00 · 0:15\n"


@pytest.mark.parametrize(
    "line",
    ["add Call 9-17 --yes", "add Call --from 0930 --to 1015 --yes", "add -d 2024-2025 9-9:15"],
)
def test_what_is_plainly_a_span_stays_one(clockify: Clockify, line: str) -> None:
    assert clockify(*line.split()).code == 0
