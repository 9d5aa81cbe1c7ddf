"""Tests that reports, timesheets and logs add up as displayed, in each style of durations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain import displayed
from clockify_cli.domain.day_log import DayLog, by_day
from clockify_cli.domain.entry import REGULAR, TYPES, TimeEntry
from clockify_cli.domain.measured import Kind, Measure
from clockify_cli.domain.money import Rate
from clockify_cli.domain.report import DIMENSIONS, Contribution, Dimension, Group, Part, Report
from clockify_cli.domain.report import build as build_report
from clockify_cli.domain.rounding import LEVELS, Rounding
from clockify_cli.domain.time.durations import DISPLAY_UNITS, DurationStyle, format_duration
from clockify_cli.domain.time.durations import displayed as as_displayed
from clockify_cli.domain.time.ranges import DayRange
from clockify_cli.domain.timesheet import TIMESHEET_BY, Timesheet, timesheet

STYLES: tuple[DurationStyle, ...] = get_args(DurationStyle)
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
DAYS = tuple(MONDAY + timedelta(days=number) for number in range(7))
BOUNDS = (datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 29, 23, tzinfo=UTC))
WEEK = DayRange(DAYS[0], DAYS[-1], BERLIN, timedelta(), "week")

by_style = pytest.mark.parametrize("style", STYLES)


# ── the seconds that a text stands for ───────────────────────────────────────────────────────


@given(st.integers(0, 10**7), st.sampled_from(STYLES))
def test_what_is_displayed_stands_for_the_same_text_and_for_itself(
    seconds: int, style: DurationStyle
) -> None:
    shown = as_displayed(seconds, style)
    assert shown % DISPLAY_UNITS[style] == 0
    assert abs(shown - seconds) < DISPLAY_UNITS[style]
    assert format_duration(shown, style) == format_duration(seconds, style)
    assert as_displayed(shown, style) == shown


# ── reports ──────────────────────────────────────────────────────────────────────────────────


def contributions(
    tags: st.SearchStrategy[tuple[str, ...]],
) -> st.SearchStrategy[list[Contribution]]:
    names = st.sampled_from(["a", "b", None])

    def made(
        lengths: list[tuple[date, int]], billable: bool, keys: dict[str, str | None], **more: object
    ) -> Contribution:
        parts = tuple(Part(day, some, some if billable else 0) for day, some in lengths)
        keys["billable"] = "true" if billable else "false"
        return Contribution(parts=parts, count=1, keys=keys, **more)  # type: ignore[arg-type]

    return st.lists(
        st.builds(
            made,
            st.lists(
                st.tuples(st.sampled_from(DAYS), st.integers(1, 7000)), min_size=1, max_size=2
            ),
            st.booleans(),
            type=st.sampled_from([REGULAR, REGULAR, *TYPES]),
            keys=st.fixed_dictionaries(
                {
                    "project": names,
                    "client": names,
                    "task": names,
                    "user": names,
                    "description": names,
                }
            ),
            tags=tags,
        ),
        max_size=20,
    )


one_tag = contributions(st.sampled_from([(), ("t1",)]))
many_tags = contributions(st.sampled_from([(), ("t1",), ("t1", "t2")]))
dimensions_without_tags = st.lists(
    st.sampled_from([one for one in DIMENSIONS if one != "tag"]), unique=True, max_size=3
)
dimensions_or_tag = st.sampled_from(DIMENSIONS)
dimensions = st.lists(dimensions_or_tag, unique=True, max_size=3)


def adds_up(shown: Report | Group, worked: Report | Group, unit: int) -> None:
    assert shown.seconds % unit == 0
    assert abs(shown.seconds - worked.seconds) < unit
    assert 0 <= shown.billable_seconds <= shown.seconds
    assert list(shown.of_types) == list(worked.of_types)
    assert sum(shown.of_types.values()) <= shown.seconds
    for type_, seconds in shown.of_types.items():
        assert abs(seconds - worked.of_types[type_]) < unit
    if shown.groups and displayed.adds_up(worked):
        assert sum(group.seconds for group in shown.groups) == shown.seconds
        for type_, seconds in shown.of_types.items():
            assert sum(group.of_types.get(type_, 0) for group in shown.groups) == seconds
    for group, as_worked in zip(shown.groups, worked.groups, strict=True):
        adds_up(group, as_worked, unit)


@given(one_tag, dimensions, st.sampled_from(STYLES))
def test_the_groups_of_a_report_sum_to_the_group_that_they_are_in(
    given_: list[Contribution], by: list[Dimension], style: DurationStyle
) -> None:
    worked = build_report(BOUNDS, by, given_, {})
    shown = displayed.report(worked, style)
    assert shown.seconds == as_displayed(worked.seconds, style)
    adds_up(shown, worked, DISPLAY_UNITS[style])


@given(many_tags, dimensions, st.sampled_from(STYLES))
def test_only_tags_may_come_to_more(
    given_: list[Contribution], by: list[Dimension], style: DurationStyle
) -> None:
    worked = build_report(BOUNDS, by, given_, {})

    def check(node: Report | Group) -> None:
        assert not node.groups or node.groups[0].dimension == "tag" or displayed.adds_up(node)
        for group in node.groups:
            check(group)

    check(worked)
    adds_up(displayed.report(worked, style), worked, DISPLAY_UNITS[style])


def test_groups_that_cannot_be_divided_one_at_a_time_add_up_too() -> None:
    """Each description is a whole minute of two types: both decide which half is raised."""
    halves = {"a": (REGULAR, "BREAK"), "b": ("TIME_OFF", "HOLIDAY")}
    given_ = [
        Contribution(
            parts=(Part(MONDAY, 30, 0),),
            count=1,
            keys={"project": "p", "description": words},
            tags=(),
            type=type_,
        )
        for words, types in halves.items()
        for type_ in types
    ]
    worked = build_report(BOUNDS, ("project", "description"), given_, {})
    shown = displayed.report(worked, "clock")
    adds_up(shown, worked, DISPLAY_UNITS["clock"])
    assert [group.seconds for group in shown.groups[0].groups] == [60, 60]


rates = st.sampled_from([None, Rate(9550, "EUR"), Rate(1, "EUR"), Rate(3333, "USD")])
roundings = st.sampled_from([None, *(Rounding(900, "up", by) for by in LEVELS), Rounding(7)])


@given(
    one_tag,
    st.lists(dimensions_or_tag, min_size=1, max_size=2, unique=True),
    st.lists(st.builds(Kind, roundings, st.booleans(), rates), min_size=1, max_size=4),
    st.sampled_from(STYLES),
)
def test_the_texts_of_rounded_time_and_amounts_sum_to_the_text_above_them(
    given_: list[Contribution], by: list[Dimension], kinds: list[Kind], style: DurationStyle
) -> None:
    measured = [replace(one, kind=kinds[n % len(kinds)]) for n, one in enumerate(given_)]
    measure = Measure(rounded=True, priced=True)
    shown = displayed.report(build_report(BOUNDS, by, measured, {}, measure=measure), style)

    def check(node: Report | Group) -> None:
        if not node.groups:
            return
        parts = [lengths_of(group, style) for group in node.groups]
        assert tuple(map(sum, zip(*parts, strict=True))) == lengths_of(node, style)
        assert money([node]) == money(node.groups)
        for group in node.groups:
            check(group)

    check(shown)


def test_rounded_time_by_tag_adds_up_where_no_entry_has_several_tags() -> None:
    kind = Kind(Rounding(900, "up", "day"), False, None)
    given_ = [
        Contribution(parts=(Part(MONDAY, 1, 0),), count=1, keys={}, tags=tags, kind=kind)
        for tags in [("t1",), ()]
    ]
    report = build_report(BOUNDS, ["tag"], given_, {}, measure=Measure(rounded=True))
    assert [group.sums.rounded for group in report.groups] == [900, 900]
    assert report.sums.rounded == 1800


def lengths_of(node: Report | Group, style: DurationStyle) -> tuple[int, int]:
    """Return the numbers that the texts of worked and of rounded time state."""
    texts = (format_duration(each, style) for each in (node.seconds, node.sums.rounded))
    worked, rounded = map(length_of, texts)
    return worked, rounded


def length_of(text: str) -> int:
    """Return the minutes, or the hundredths of an hour, that *text* states."""
    *more, last = (int(number) for number in re.findall(r"[0-9]+", text))
    return more[0] * (100 if "." in text else 60) + last if more else last


def money(nodes: Sequence[Report | Group]) -> dict[str, Decimal]:
    """Return the sum of the displayed amounts in each currency."""
    found: dict[str, Decimal] = {}
    for node in nodes:
        for amount in node.sums.amounts:
            found[amount.currency] = found.get(amount.currency, Decimal()) + Decimal(amount.text)
    return found


@given(one_tag, st.sampled_from(STYLES))
def test_a_report_by_type_or_by_billable_agrees_with_its_total_line(
    given_: list[Contribution], style: DurationStyle
) -> None:
    by_type = displayed.report(build_report(BOUNDS, ("type", "project"), given_, {}), style)
    sums = {group.key: group.seconds for group in by_type.groups if group.key != REGULAR}
    assert by_type.of_types == sums


@given(one_tag, st.sampled_from(["project", "day", "tag"]), st.sampled_from(STYLES))
def test_what_is_billable_agrees_with_the_groups_that_tell_it(
    given_: list[Contribution], outer: Dimension, style: DurationStyle
) -> None:
    worked = build_report(BOUNDS, (outer, "billable"), given_, {})
    shown = displayed.report(worked, style)
    told = [one for group in shown.groups for one in group.groups if one.key == "true"]
    assert sum(group.seconds for group in told) == shown.billable_seconds
    if not worked.of_types:
        assert abs(shown.billable_seconds - worked.billable_seconds) < DISPLAY_UNITS[style]


@given(one_tag, dimensions_without_tags, st.sampled_from([50, 100, 900]), st.sampled_from(STYLES))
def test_rounded_time_adds_up_too(
    given_: list[Contribution], by: list[Dimension], step: int, style: DurationStyle
) -> None:
    measured = [
        replace(one, kind=Kind(rounding=Rounding(step, "up", "group") if n % 3 else None))
        for n, one in enumerate(given_)
    ]
    worked = build_report(BOUNDS, by, measured, {}, measure=Measure(rounded=True))
    shown = displayed.report(worked, style)

    def check(node: Report | Group, before: Report | Group) -> None:
        assert node.sums.rounded % DISPLAY_UNITS[style] == 0
        assert abs(node.sums.rounded - before.sums.rounded) < DISPLAY_UNITS[style]
        if node.groups:
            assert sum(group.sums.rounded for group in node.groups) == node.sums.rounded
        for group, as_worked in zip(node.groups, before.groups, strict=True):
            check(group, as_worked)

    assert shown.sums.rounded == as_displayed(worked.sums.rounded, style)
    check(shown, worked)


# ── timesheets ───────────────────────────────────────────────────────────────────────────────


def grid_adds_up(shown: Timesheet, worked: Timesheet, style: DurationStyle) -> None:
    unit = DISPLAY_UNITS[style]
    assert shown.total == sum(shown.totals) == sum(row.total for row in shown.rows)
    assert shown.total == as_displayed(worked.total, style)
    for row, as_worked in zip(shown.rows, worked.rows, strict=True):
        assert (sum(row.seconds), row.worked) == (row.total, as_worked.total)
        typed = row.by_type()
        assert sum(one.total for one in typed) == row.total
        for one, before in zip(typed, as_worked.by_type(), strict=False):
            assert sum(one.seconds) == one.total
            if len(typed) == len(as_worked.by_type()):
                assert abs(one.total - before.total) < unit
    for number in range(len(DAYS)):
        assert sum(row.seconds[number] for row in shown.rows) == shown.totals[number]
        assert abs(shown.totals[number] - worked.totals[number]) < unit
    for type_, days in shown.of_types.items():
        in_rows = [row.of_types[type_] for row in shown.rows if type_ in row.of_types]
        assert days == tuple(map(sum, zip(*in_rows, strict=True)))
        assert abs(sum(days) - sum(worked.of_types[type_])) < unit
        assert all(some <= whole for some, whole in zip(days, shown.totals, strict=True))


@given(one_tag, st.sampled_from(STYLES))
def test_the_cells_of_a_timesheet_sum_to_its_rows_its_columns_and_all(
    given_: list[Contribution], style: DurationStyle
) -> None:
    worked = timesheet(build_report(BOUNDS, TIMESHEET_BY, given_, {}), DAYS)
    grid_adds_up(displayed.timesheet(worked, style), worked, style)


# ── logs ─────────────────────────────────────────────────────────────────────────────────────


def entry(number: int, start: int, length: int, type_: str, billable: bool) -> TimeEntry:
    began = BOUNDS[0] + timedelta(seconds=start)
    return TimeEntry(
        local_id=f"{number:032x}",
        server_id=None,
        workspace_id="local",
        user_id=None,
        start=began,
        end=began + timedelta(seconds=length),
        description="",
        project=None,
        task=None,
        tags=(),
        billable=billable,
        type=type_,
    )


spans = st.lists(
    st.tuples(
        st.integers(-90_000, 7 * 86_400 - 1),
        st.integers(1, 8000) | st.integers(0, 200_000),
        st.sampled_from([REGULAR, REGULAR, *TYPES]),
        st.booleans(),
    ),
    max_size=15,
)
AFTER = datetime(2026, 12, 31, tzinfo=UTC)


def logged(given_: list[tuple[int, int, str, bool]]) -> DayLog:
    entries = [entry(number, *span) for number, span in enumerate(sorted(given_))]
    inside = [e for e in entries if e.end and (e.end > BOUNDS[0] or e.start >= BOUNDS[0])]
    return by_day(inside, WEEK, AFTER)


def log_adds_up(shown: DayLog, worked: DayLog, style: DurationStyle) -> None:
    unit = DISPLAY_UNITS[style]
    assert shown.seconds == as_displayed(worked.seconds, style)
    assert 0 <= shown.billable_seconds <= shown.seconds
    for day, as_worked in zip(shown.days, worked.days, strict=True):
        assert abs(day.seconds - as_worked.seconds) < unit
        for line, before in zip(day.lines, as_worked.lines, strict=True):
            assert abs(line.seconds - before.seconds) < unit
            assert line.seconds % unit == line.whole % unit == 0
            assert line.seconds <= line.whole


@given(spans, st.sampled_from(STYLES))
def test_the_lines_of_a_log_sum_to_their_days_and_the_days_to_all(
    given_: list[tuple[int, int, str, bool]], style: DurationStyle
) -> None:
    worked = logged(given_)
    shown = displayed.log(worked, style)
    log_adds_up(shown, worked, style)
    assert sum(day.seconds for day in shown.days) == shown.seconds
    for day in shown.days:
        assert day.lines
        assert sum(line.seconds for line in day.lines) == day.seconds
        for type_, seconds in day.of_types.items():
            of_type = [line.seconds for line in day.lines if line.entry.type == type_]
            assert sum(of_type) == seconds
    for type_, seconds in shown.of_types.items():
        assert sum(day.of_types.get(type_, 0) for day in shown.days) == seconds


@given(spans, st.sampled_from(STYLES))
def test_the_parts_of_an_entry_over_midnight_sum_to_the_whole_that_is_shown(
    given_: list[tuple[int, int, str, bool]], style: DurationStyle
) -> None:
    regular = [(start, length, REGULAR, billable) for start, length, _, billable in given_]
    worked = logged(regular)
    shown = displayed.log(worked, style)
    lines = [line for day in shown.days for line in day.lines]
    for known in worked.entries:
        if BOUNDS[0] <= known.start and known.end and known.end <= BOUNDS[1]:
            mine = [line for line in lines if line.entry is known]
            assert {line.whole for line in mine} == {sum(line.seconds for line in mine)}


@given(spans, st.integers(0, 15), st.sampled_from(STYLES))
def test_what_a_limit_hides_is_in_the_sums(
    given_: list[tuple[int, int, str, bool]], hidden: int, style: DurationStyle
) -> None:
    whole = logged(given_)
    kept = {known.local_id for known in whole.entries[hidden:]}
    days = (
        replace(day, lines=tuple(line for line in day.lines if line.entry.local_id in kept))
        for day in whole.days
    )
    worked = replace(whole, days=tuple(day for day in days if day.lines))
    shown = displayed.log(worked, style)
    log_adds_up(shown, worked, style)
    for day in shown.days:
        assert sum(line.seconds for line in day.lines) <= day.seconds


# ── examples ─────────────────────────────────────────────────────────────────────────────────


@by_style
def test_three_parts_of_a_rounded_hour(style: DurationStyle) -> None:
    given_ = [
        Contribution(parts=(Part(MONDAY, 1220, 0),), count=1, keys={"project": name})
        for name in "abc"
    ]
    shown = displayed.report(build_report(BOUNDS, ("project",), given_, {}), style)
    texts = [format_duration(group.seconds, style) for group in shown.groups]
    whole = format_duration(shown.seconds, style)
    assert (whole, texts) == {
        "clock": ("1:01", ["0:21", "0:20", "0:20"]),
        "hm": ("1h 01m", ["21m", "20m", "20m"]),
        "decimal": ("1.02", ["0.34", "0.34", "0.34"]),
    }[style]


def test_an_entry_over_midnight_stands_in_two_days() -> None:
    # From 23:00:30 on Monday to 01:30:40 on Tuesday.
    worked = logged([(23 * 3600 + 30, 9010, REGULAR, False)])
    first, second = displayed.log(worked, "clock").days
    assert [(line.seconds, line.whole, line.carried) for line in first.lines] == [
        (3540, 9000, False)
    ]
    assert [(line.seconds, line.whole, line.carried) for line in second.lines] == [
        (5460, 9000, True)
    ]
    assert (first.entries, second.entries) == (worked.entries, ())


def test_a_day_that_changed_since_it_was_counted_is_displayed_by_itself() -> None:
    worked = logged([(0, 100, "REGULAR", True), (90_000, 170, "REGULAR", False)])
    plan = displayed.LogPlan("clock")
    plan.count(worked.days[0])
    plan.settle()
    (line,) = plan.day(worked.days[1]).lines
    assert (line.seconds, plan.day(worked.days[1]).seconds) == (120, 120)
    more = replace(worked.days[0], seconds=worked.days[0].seconds + 600)
    assert plan.day(more).seconds == 660
