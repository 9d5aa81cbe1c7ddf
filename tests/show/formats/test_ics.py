from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from clockify_cli.domain.entry import BREAK, Ref, TimeEntry
from clockify_cli.domain.terminal_text import clean
from clockify_cli.show.formats.ics import calendar_lines
from tests.show.samples import DESIGN, NOW, SPEC, STANDUP, entry


def events(*entries: TimeEntry) -> list[Any]:
    """Return the events in a calendar of *entries*, as another program reads them."""
    calendar: Any = Calendar.from_ical("".join(calendar_lines(entries, NOW)))
    found = calendar.walk("VEVENT")
    assert all(not event.errors for event in found)
    return list(found)


def test_an_event_is_read_back_with_its_times_texts_and_tags() -> None:
    (event,) = events(replace(SPEC, task=DESIGN))

    assert event.decoded("DTSTART") == SPEC.start
    assert event.decoded("DTEND") == SPEC.end
    assert event.decoded("DTSTAMP") == NOW
    assert event["SUMMARY"] == "Write spec"
    assert event["DESCRIPTION"] == "Project: Acme / Website\nTask: Design\nBillable"
    assert event["CATEGORIES"].cats == ["deep"]
    assert event["UID"] == f"{SPEC.local_id}@clockify-cli"


def test_what_has_no_description_is_called_by_its_project() -> None:
    assert events(replace(SPEC, description=""))[0]["SUMMARY"] == "Acme / Website"
    nothing = replace(SPEC, description="", project=None)
    assert events(nothing)[0]["SUMMARY"] == "(no description)"


def test_a_break_says_so_and_what_runs_or_takes_no_time_has_no_end() -> None:
    pause = replace(entry(24, "12:00", "12:00", "Lunch", None), type=BREAK)

    at_once, running = events(pause, STANDUP)

    assert at_once["DESCRIPTION"] == "Break"
    assert "DTEND" not in at_once
    assert "DTEND" not in running


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "one; two, three \\n four",
        "é" * 90 + "😀" * 40,
        ":" * 200,
    ],
)
def test_no_text_ends_its_line(text: str) -> None:
    (event,) = events(replace(SPEC, description=text))

    assert event["SUMMARY"] == clean(text)


@settings(max_examples=30)
@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=40), max_size=3))
def test_any_text_is_read_back_and_no_line_is_longer_than_75_bytes(
    text: str, tags: list[str]
) -> None:
    hostile = replace(
        SPEC, description=f"x{text}", tags=tuple(Ref(tag, None, f"#{tag}") for tag in tags)
    )

    lines = "".join(calendar_lines([hostile], NOW))

    assert all(len(line.encode()) <= 75 for line in lines.split("\r\n"))
    (event,) = events(hostile)
    assert event["SUMMARY"] == clean(f"x{text}").replace("\t", " ")
    assert len(events(hostile, SPEC)) == 2
