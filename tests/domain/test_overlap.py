from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.entry import LOCAL, TimeEntry, overlaps


def at(minute: int) -> datetime:
    return datetime(2026, 11, 24, 9 + minute // 60, minute % 60, tzinfo=UTC)


def entry(start: int, end: int | None, number: int = 1) -> TimeEntry:
    return TimeEntry(
        local_id=f"{number:032x}",
        server_id=None,
        workspace_id=LOCAL,
        user_id=None,
        start=at(start),
        end=None if end is None else at(end),
        description="",
        project=None,
        task=None,
        tags=(),
        billable=False,
    )


@pytest.mark.parametrize(
    ("start", "end", "shared"),
    [
        pytest.param(0, 20, None, id="before, touching"),
        pytest.param(40, 50, None, id="after, touching"),
        pytest.param(0, 30, (20, 30), id="over its start"),
        pytest.param(30, 60, (30, 40), id="over its end"),
        pytest.param(25, 30, (25, 30), id="within"),
        pytest.param(0, 60, (20, 40), id="around"),
        pytest.param(30, None, (30, 40), id="begun within and running"),
        pytest.param(40, None, None, id="begun at its end and running"),
    ],
)
def test_the_shared_part_is_given(
    start: int, end: int | None, shared: tuple[int, int] | None
) -> None:
    found = overlaps(at(start), None if end is None else at(end), [entry(20, 40)])

    if shared is None:
        assert found == ()
    else:
        assert [(one.start, one.end) for one in found] == [(at(shared[0]), at(shared[1]))]
        assert found[0].seconds == (shared[1] - shared[0]) * 60


def test_a_running_timer_overlaps_all_that_comes_after_its_start() -> None:
    running = entry(20, None)

    assert overlaps(at(0), at(20), [running]) == ()
    assert [one.seconds for one in overlaps(at(10), at(40), [running])] == [20 * 60]


def test_an_entry_of_no_length_overlaps_nothing() -> None:
    assert overlaps(at(0), at(60), [entry(30, 30)]) == ()


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 90)), max_size=8))
def test_overlaps_come_in_ascending_order_and_lie_within_both(spans: list[tuple[int, int]]) -> None:
    entries = [entry(a, a + length, number) for number, (a, length) in enumerate(spans)]

    found = overlaps(at(30), at(60), entries)

    assert [one.start for one in found] == sorted(one.start for one in found)
    for one in found:
        assert at(30) <= one.start < one.end <= at(60)
        assert one.entry.end is not None
        assert one.entry.start <= one.start < one.end <= one.entry.end
