"""Tests of entries as text to edit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.edit_text import (
    changed_values,
    days_text,
    entry_text,
    moment_text,
    read_days,
    span_text,
    tails,
)
from clockify_cli.domain.entry import ProjectRef, Ref, TimeEntry
from clockify_cli.domain.time.points import parse_point
from clockify_cli.domain.time.spans import parse_span
from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.errors import UsageError

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = date(2026, 11, 24)
CONTEXT = TimeContext(now=datetime(2026, 12, 31, tzinfo=UTC), zone=BERLIN)


def entry(
    local_id: str = "a" * 32,
    start: datetime = NINE,
    seconds: int | None = 5400,
    description: str = "Write spec",
    *,
    billable: bool = True,
    type_: str = "REGULAR",
    tags: tuple[str, ...] = ("deep",),
) -> TimeEntry:
    return TimeEntry(
        local_id=local_id,
        server_id=None,
        workspace_id="local",
        user_id=None,
        start=start,
        end=None if seconds is None else start + timedelta(seconds=seconds),
        description=description,
        project=ProjectRef("p", None, "Website", Ref("c", None, "Acme")),
        task=Ref("k", None, "Design"),
        tags=tuple(Ref(name, None, name) for name in tags),
        billable=billable,
        type=type_,
    )


def test_an_entry_stands_as_toml_with_the_names_one_may_use() -> None:
    assert entry_text(entry(), BERLIN, ["Acme/Website", "Internal"], ["deep"]) == (
        "# Edit the values, save, and close the editor.\n# If you leave the text as it is, "
        'nothing changes.\ndescription = "Write spec"\nproject = "Acme/Website"\ntask = '
        '"Design"\ntags = ["deep"]\nbillable = true\nstart = "2026-11-24 09:00"\nend = '
        '"2026-11-24 10:30"\n#\n# Projects:\n#   Acme/Website\n#   Internal\n#\n# Tags:\n#   '
        "deep\n"
    )


def test_a_running_timer_has_no_end_to_edit() -> None:
    assert "end =" not in entry_text(entry(seconds=None), BERLIN)


def test_just_what_was_changed_is_taken() -> None:
    before = entry_text(entry(), BERLIN)
    after = before.replace('"Write spec"', '"Review"').replace("true", "false")
    after = after.replace('task = "Design"\n', "")
    assert changed_values(before, after) == {
        "task": "",
        "description": "Review",
        "billable": False,
    }
    assert changed_values(before, before) == {}


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.text("ab\"\\'#,")))
def test_whatever_an_entry_says_its_text_reads_back_unchanged(text: str, tags: list[str]) -> None:
    one = entry_text(entry(description=text, tags=tuple(tags)), BERLIN)
    assert changed_values(one, one) == {}
    other = entry_text(entry(description="", tags=()), BERLIN)
    wanted = {"description": text} if text else {}
    assert changed_values(other, one) == {**wanted, **({"tags": tags} if tags else {})}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('description = "open', "line 1 cannot be read"),
        ('descriptin = "x"', "line 1: an entry has no descriptin"),
        ("\nbillable = 3", "line 2: billable must be true or false"),
        ('tags = "deep"', "line 1: tags must be a list"),
        ("project = 4", "line 1: project must be text"),
    ],
)
def test_a_bad_text_is_refused_with_its_line(line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        changed_values("", line)


def test_a_day_stands_as_lines_that_one_could_type() -> None:
    night = entry("b" * 32, NINE + timedelta(hours=13), 10_800, "", tags=(), billable=False)
    text = days_text([entry(), night], BERLIN, DAY)
    assert text.splitlines()[2:] == [
        "",
        "# Tue 24 Nov 2026",
        "09:00-10:30 'Write spec' -p Acme/Website -k Design -g deep -b  # aaaa",
        "22:00-01:00 -p Acme/Website -k Design -B  # bbbb",
    ]


def test_of_several_days_each_time_has_its_date() -> None:
    text = days_text([entry(type_="BREAK")], BERLIN, None)
    assert "2026-11-24 09:00-10:30 'Write spec'" in text
    assert "-b --break  # aaaa" in text


def test_lines_that_stay_are_not_read_and_the_others_are_told_apart() -> None:
    before = days_text([entry(), entry("b" * 32), entry("c" * 32)], BERLIN, DAY)
    lines = before.splitlines()
    after = "\n".join([*lines[:4], lines[4], lines[5].replace("10:30", "11"), "12-13 'a b' -p X"])
    edits = read_days(before, after)
    assert [(line.number, line.tail, line.options[0]) for line in edits.changed] == [
        (6, "bbbb", "09:00-11")
    ]
    assert [(line.number, line.options) for line in edits.added] == [
        (7, ("12-13", "a b", "-p", "X"))
    ]
    assert edits.deleted == ("cccc",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9-10 x  # dddd", "line 1: no entry of this text ends in # dddd"),
        ("\n9-10 'x", "line 2: a quote is not closed"),
        ("9-10 x # aaaa\n9-11 y # aaaa", "line 2: # aaaa is on two lines"),
    ],
)
def test_a_bad_line_is_named(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_days("9-10 z # aaaa", text)


def test_tails_are_as_long_as_they_must_be_to_differ() -> None:
    one, two = entry("a" * 26 + "111111"), entry("b" * 26 + "211111")
    assert tails([one, two]) == {one.local_id: "111111", two.local_id: "211111"}


moments = st.integers(0, 365 * 86_400).map(
    lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)


@given(moments, st.integers(1, 40 * 3600), st.booleans())
def test_every_time_reads_back_to_the_second_through_clock_changes(
    start: datetime, seconds: int, alone: bool
) -> None:
    one = entry(start=start, seconds=seconds)
    assert parse_point(moment_text(start, BERLIN), CONTEXT, future=True) == start
    day = start.astimezone(BERLIN).date()
    span = parse_span(span_text(one, BERLIN, day if alone else None), CONTEXT, day=day)
    assert (span.start, span.end) == (one.start, one.end)
