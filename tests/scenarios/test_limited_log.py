"""Tests of `log --limit`: only the newest entries, with the totals of all."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Clockify


@pytest.fixture
def tracked(clockify: Clockify) -> Clockify:
    for line in (
        "add Long mon 9-12 -b",
        "add Night mon 22:00..1:00",
        "add Morning 6-8 -b",
        "add Call 8-8:15",
        "add Mail 8:15-8:30",
    ):
        done = clockify(*line.split())
        assert done.code == 0, done.err
    return clockify


def test_the_totals_are_those_of_the_whole_day(tracked: Clockify) -> None:
    shown = tracked("log", "today", "--limit", "2", "--format", "table").out.splitlines()
    assert shown[0].split() == ["Tue", "24", "Nov", "2026", "3:30"]
    assert [line.split()[-1] for line in shown[1:3]] == ["Call", "Mail"]
    assert shown[-2:] == [
        "2 earlier not shown (--limit) · the totals count them",
        "Tue 24 Nov 2026: 3:30 · billable 2:00 (57 %)",
    ]


@pytest.mark.parametrize("range_", ["week", "all"])
def test_days_without_a_shown_entry_count_in_the_total_alone(
    tracked: Clockify, range_: str
) -> None:
    shown = tracked("log", range_, "--limit", "3", "--format", "table").out.splitlines()
    assert shown[0].split()[-1] == "3:30"
    assert sum(line.startswith("Mon") for line in shown) == 0
    assert "8:30 · billable 5:00" in shown[-1]


def test_what_the_filter_leaves_out_does_not_count(tracked: Clockify) -> None:
    line = "log today --limit 1 --no-billable --format table"
    assert tracked(*line.split()).out.splitlines()[0].split()[-1] == "1:30"


def test_a_limit_that_hides_nothing_changes_nothing(tracked: Clockify) -> None:
    whole = tracked("log", "week", "--format", "table").out
    assert tracked("log", "week", "--limit", "5", "--format", "table").out == whole
