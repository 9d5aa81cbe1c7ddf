from __future__ import annotations

import pytest

from clockify_cli.domain.time.unread_span import refuse_unread
from tests.domain.time.setting import BERLIN, refusal


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Foo 9-25", '"9-25" is not a span: "25" is not a time of day'),
        ("pages 25 - 26", '"25 - 26" is not a span: "25" is not a time of day'),
        ("Foo 9..25", '"9..25" is not a span: "25" is not a time of day'),
        ("Foo 9-123456", '"9-123456" is not a span: "123456" is not a time of day'),
        (
            "Call 555-1234",
            '"555-1234" can be a time, from 5:55 to 12:34, or part of the description',
        ),
        (
            "Budget 2024..2025",
            '"2024..2025" can be a time, from 20:24 to 20:25, or part of the description',
        ),
        (
            "Call mon 930 - 1015",
            '"mon 930 - 1015" can be a time, from 9:30 to 10:15, or part of the description',
        ),
        ("Call 555-9999", '"555-9999" is not a span: "9999" is not a time of day'),
        ("Foo 9.30-10.30", 'cannot read "9.30-10.30" as a span'),
        ("Foo 9h-10h", 'cannot read "9h-10h" as a span'),
        ("Foo yesterday 9.30-10", 'cannot read "9.30-10" as a span'),
        ("Foo 9:00..9.30", 'cannot read "9.30" as a time'),
        ("Foo 9-10:30,", 'cannot read "9-10:30," as a span'),
        ("Foo 9:00", '"9:00" is one time, and a span needs two'),
        ("Chapter 9", '"9" is one time, and a span needs two'),
        ("Foo yesterday 9:00", '"yesterday 9:00" is one time, and a span needs two'),
        ("Foo yesterday", '"yesterday" is a day without a time'),
        ("Foo 2026-11-23", '"2026-11-23" is a day without a time'),
        ("C 23-23:30 yesterday", '"yesterday" comes after the span "23-23:30"'),
        ("C 9 - 10 am last mon", '"last mon" comes after the span "9 - 10 am"'),
        ("9-10 Call Ann", '"Call Ann" comes after the span "9-10"'),
        ("Foo 9 to 10:30", '"9 to 10:30" is not a span'),
        ("Foo from 9 until 10", '"from 9 until 10" is not a span'),
    ],
)
def test_what_was_probably_meant_as_a_span_is_quoted(words: str, message: str) -> None:
    assert refusal(lambda: refuse_unread(words.split(), BERLIN)).message == message


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("Call 555-1234", 'write "5:55-12:34".'),
        ("Call 555-1234", "--from TIME --to TIME"),
        ("Call mon 930-1015", 'write "mon 9:30-10:15".'),
        ("Foo 9-25", "Hours go to 24 and minutes to 59"),
        ("C 23-23:30 yesterday", 'Put the day first: "yesterday 23-23:30".'),
        ("C 9-10 mon", 'Put the day first: "mon 9-10".'),
        ("C 9-10 last mon", "Put the day first. Spans"),
        ("9-10 " + "x" * 80, "Put the time last. Spans"),
        ("9-10 Call Ann", 'Put the time last: "Call Ann 9-10".'),
        ("Foo yesterday 9 to 10:30", 'Write "yesterday 9-10:30".'),
    ],
)
def test_it_is_said_how_to_write_it(words: str, hint: str) -> None:
    assert hint in refusal(lambda: refuse_unread(words.split(), BERLIN)).hint


@pytest.mark.parametrize(
    "words", ["", "Write spec", "Release 2.1", "mon-fri", "COVID-19", "last", "Ticket #1200", "to"]
)
def test_words_that_tell_no_time_pass(words: str) -> None:
    refuse_unread(words.split(), BERLIN)
