"""Tests of a report's tree, which is built from sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.entry import REGULAR, TYPES, irregular
from clockify_cli.domain.report import (
    DIMENSIONS,
    Contribution,
    Dimension,
    Group,
    Label,
    Part,
    Report,
    build,
    calendar_name,
    period_start,
)

BOUNDS = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
LABELS = {
    "p1": Label("64a6", "Acme / Website", "Website"),
    "p2": Label("p2", "Internal", "Internal"),
    "c1": Label("c1", "Acme"),
    "t1": Label("t1", "deep"),
    "t2": Label("t2", "Soon"),
}


def day(number: int) -> date:
    return date(2026, 11, number)


def one(
    seconds: int,
    *,
    project: str | None = None,
    client: str | None = None,
    tags: tuple[str, ...] = (),
    on: int = 24,
    count: int = 1,
) -> Contribution:
    keys = {"project": project, "client": client, "task": None, "user": None}
    return Contribution(
        parts=(Part(day(on), seconds, 0),),
        count=count,
        keys={**keys, "description": "", "billable": "false"},
        tags=tags,
    )


def report(by: tuple[Dimension, ...], *contributions: Contribution, week_start: int = 0) -> Report:
    return build(BOUNDS, by, contributions, LABELS, week_start=week_start)


def test_nothing_is_a_report_of_nothing() -> None:
    found = report(("project",))
    assert (found.seconds, found.entry_count, found.groups) == (0, 0, ())
    assert (found.start, found.end, found.by, found.running) == (*BOUNDS, ("project",), False)


def test_groups_are_in_order_of_their_names_and_none_is_last() -> None:
    found = report(("tag",), one(1), one(2, tags=("t2",)), one(3, tags=("t1",)))
    assert [(g.key, g.name) for g in found.groups] == [
        ("t1", "deep"),
        ("t2", "Soon"),
        (None, "(no tag)"),
    ]


def test_a_key_is_clockifys_id_where_there_is_one() -> None:
    found = report(("project",), one(60, project="p1"))
    assert [(g.key, g.name) for g in found.groups] == [("64a6", "Acme / Website")]


def test_under_its_client_a_project_is_called_by_its_own_name() -> None:
    found = report(("client", "project"), one(60, project="p1", client="c1"))
    assert [g.name for g in found.groups[0].groups] == ["Website"]


def test_equal_projects_are_one_group() -> None:
    found = report(("project",), one(60, project="p1", count=2), one(40, project="p1", on=25))
    assert [(g.seconds, g.entry_count) for g in found.groups] == [(100, 3)]


def test_two_tags_take_an_entry_in_full_and_the_total_once() -> None:
    found = report(("tag",), one(60, tags=("t1", "t2")))
    assert [g.seconds for g in found.groups] == [60, 60]
    assert (found.seconds, found.entry_count) == (60, 1)


def test_an_entry_over_days_counts_once_in_each_group() -> None:
    over = Contribution(
        parts=(Part(day(22), 10, 10), Part(day(23), 20, 20), Part(day(24), 30, 30)),
        count=1,
        running=True,
    )
    found = report(("week", "day"), over)
    assert (found.seconds, found.billable_seconds, found.entry_count) == (60, 60, 1)
    assert found.running is True
    assert [(w.key, w.name, w.seconds, w.entry_count) for w in found.groups] == [
        ("2026-11-16", "Week 47", 10, 1),
        ("2026-11-23", "Week 48", 50, 1),
    ]
    assert [(d.key, d.seconds, d.entry_count) for d in found.groups[1].groups] == [
        ("2026-11-23", 20, 1),
        ("2026-11-24", 30, 1),
    ]


def test_no_description_is_none() -> None:
    found = report(("description", "billable"), one(60))
    (none,) = found.groups
    assert (none.key, none.name) == (None, "(no description)")
    assert [(g.key, g.name) for g in none.groups] == [("false", "not billable")]


def test_a_name_that_is_not_known_is_its_id() -> None:
    assert [g.name for g in report(("project",), one(60, project="gone")).groups] == ["gone"]


@pytest.mark.parametrize(
    ("dimension", "week_start", "first", "name"),
    [
        ("day", 0, "2026-11-24", "Tue 24 Nov 2026"),
        ("week", 0, "2026-11-23", "Week 48"),
        ("week", 6, "2026-11-22", "Week 48"),
        ("month", 0, "2026-11-01", "Nov 2026"),
    ],
)
def test_days_weeks_and_months_begin_and_are_called(
    dimension: Dimension, week_start: int, first: str, name: str
) -> None:
    start = period_start(dimension, day(24), week_start)
    assert (start.isoformat(), calendar_name(dimension, start)) == (first, name)


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)), st.integers(0, 6))
def test_a_week_holds_its_day_and_begins_where_weeks_do(some: date, week_start: int) -> None:
    start = period_start("week", some, week_start)
    assert start.weekday() == week_start
    assert 0 <= (some - start).days < 7


contributions = st.lists(
    st.builds(
        Contribution,
        parts=st.lists(
            st.builds(
                lambda on, seconds, billable: Part(day(on), seconds, seconds * billable),
                st.integers(1, 30),
                st.integers(1, 1000),
                st.integers(0, 1),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        count=st.integers(1, 3),
        keys=st.fixed_dictionaries(
            {
                "project": st.sampled_from([None, "p1", "p2"]),
                "client": st.sampled_from([None, "c1"]),
                "task": st.none(),
                "user": st.none(),
                "description": st.sampled_from(["", "a", "b"]),
                "billable": st.sampled_from(["true", "false"]),
            }
        ),
        tags=st.sampled_from([(), ("t1",), ("t1", "t2")]),
        type=st.sampled_from([*TYPES, "NEW_WORD"]),
    ),
    max_size=8,
)
WITHOUT_TAGS = [dimension for dimension in DIMENSIONS if dimension != "tag"]


def adds_up(groups: tuple[Group, ...], seconds: int, billable: int, count: int) -> None:
    if groups:
        assert sum(g.seconds for g in groups) == seconds
        assert sum(g.billable_seconds for g in groups) == billable
        assert max(g.entry_count for g in groups) <= count <= sum(g.entry_count for g in groups)
    for group in groups:
        adds_up(group.groups, group.seconds, group.billable_seconds, group.entry_count)


@given(contributions, st.lists(st.sampled_from(WITHOUT_TAGS), unique=True, max_size=4))
def test_without_tags_the_parts_sum_to_the_whole(
    given_: list[Contribution], by: list[Dimension]
) -> None:
    found = build(BOUNDS, by, given_, LABELS)
    assert found.seconds == sum(part.seconds for one in given_ for part in one.parts)
    adds_up(found.groups, found.seconds, found.billable_seconds, found.entry_count)


@given(contributions, st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3))
def test_types_always_sum_to_the_total(given_: list[Contribution], by: list[Dimension]) -> None:
    whole = build(BOUNDS, ("type",), given_, LABELS)
    sums = {group.key: group.seconds for group in whole.groups}
    assert sum(sums.values()) == whole.seconds
    assert whole.of_types == irregular({key or "": seconds for key, seconds in sums.items()})

    def check(one: Report | Group) -> None:
        assert all(seconds > 0 for seconds in one.of_types.values())
        assert sum(one.of_types.values()) <= one.seconds
        assert REGULAR not in one.of_types
        if one.groups and one.groups[0].dimension != "tag":
            for type_ in TYPES[1:]:
                parts = sum(group.of_types.get(type_, 0) for group in one.groups)
                assert parts == one.of_types.get(type_, 0)
        for group in one.groups:
            check(group)

    divided = build(BOUNDS, by, given_, LABELS)
    assert divided.of_types == whole.of_types
    check(divided)


def test_types_are_called_as_people_read_them_and_are_in_order() -> None:
    found = report(
        ("type",),
        *(replace(one(60), type=type_) for type_ in ("HOLIDAY", "BREAK", "REGULAR", "TIME_OFF")),
    )
    assert [(group.key, group.name) for group in found.groups] == [
        ("REGULAR", "regular"),
        ("BREAK", "break"),
        ("TIME_OFF", "time off"),
        ("HOLIDAY", "holiday"),
    ]
    assert list(found.of_types.items()) == [("BREAK", 60), ("TIME_OFF", 60), ("HOLIDAY", 60)]


@given(contributions, st.permutations(DIMENSIONS), st.integers(0, 4))
def test_the_total_does_not_depend_on_how_it_is_divided(
    given_: list[Contribution], order: list[Dimension], depth: int
) -> None:
    whole = build(BOUNDS, (), given_, LABELS)
    found = build(BOUNDS, order[:depth], given_, LABELS)
    assert (found.seconds, found.billable_seconds, found.entry_count) == (
        whole.seconds,
        whole.billable_seconds,
        whole.entry_count,
    )
