"""Tests of entries that are moved, split, cut, joined and trimmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clockify_cli.domain.editing import (
    Placed,
    Plan,
    Times,
    WouldVanish,
    cut,
    join,
    moved,
    obstacles,
    split,
    trimmed,
)
from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import UsageError
from clockify_cli.values import replace

# Berlin's clocks change in between: seconds are counted in UTC, so nothing may shift.
NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return NOON + timedelta(seconds=round(hours * 3600))


def entry(start: float, end: float | None, name: str = "a", **fields: object) -> Placed:
    until = None if end is None else at(end)
    return Placed(name, EntryFields(start=at(start), end=until, **fields))  # type: ignore[arg-type]


def seconds(fields: EntryFields, now: datetime) -> int:
    return int(((fields.end or now) - fields.start).total_seconds())


def after(entries: list[Placed], plan: Plan) -> list[EntryFields]:
    """Return *entries* as they are after *plan*."""
    left = {e.local_id: e.fields for e in entries if e.local_id not in plan.deleted}
    left |= {e.local_id: e.fields for e in plan.updated}
    return [*left.values(), *plan.created]


def overlap(entries: list[EntryFields], now: datetime) -> bool:
    spans = sorted((e.start, e.end or now) for e in entries)
    return any(one[1] > two[0] for one, two in pairwise(spans))


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        (Times(start=at(-1)), -1, 2),
        (Times(end=at(3)), 0, 3),
        (Times(start=at(1), end=at(4)), 1, 4),
        (Times(length=HOUR), 0, 1),
        (Times(start=at(1), length=HOUR), 1, 2),
        (Times(end=at(5), length=HOUR), 4, 5),
        (Times(by=HOUR), 0, 3),
        (Times(by=-HOUR), 0, 1),
        (Times(start=at(1), by=HOUR), 1, 3),
        (Times(shift=-HOUR), -1, 1),
    ],
)
def test_each_option_moves_what_it_says(times: Times, start: float, end: float) -> None:
    fields = moved(entry(0, 2).fields, times)
    assert (fields.start, fields.end) == (at(start), at(end))


@pytest.mark.parametrize(
    "times",
    [
        Times(shift=HOUR, start=at(1)),
        Times(by=HOUR, end=at(1)),
        Times(by=HOUR, length=HOUR),
        Times(start=at(0), end=at(1), length=HOUR),
        Times(end=at(0)),
        Times(by=-2 * HOUR),
        Times(start=at(2)),
    ],
)
def test_contradictions_and_empty_spans_are_refused(times: Times) -> None:
    with pytest.raises(UsageError):
        moved(entry(0, 2).fields, times)


def test_a_running_timer_keeps_running_whatever_its_start_is() -> None:
    timer = entry(0, None).fields
    assert moved(timer, Times(start=at(-2))) == replace(timer, start=at(-2))
    assert moved(timer, Times(shift=-HOUR)) == replace(timer, start=at(-1))


@pytest.mark.parametrize(
    ("times", "way"),
    [
        (Times(by=HOUR), "--start"),
        (Times(end=at(3)), "`clockify stop`"),
        (Times(length=HOUR), "`clockify stop`"),
    ],
)
def test_a_length_of_a_running_timer_is_refused_with_the_way(times: Times, way: str) -> None:
    with pytest.raises(UsageError) as refused:
        moved(entry(0, None).fields, times)
    assert way in (refused.value.hint or "")


def test_a_split_touches_and_its_first_part_stays_the_entry() -> None:
    plan = split(entry(0, 3), [at(2), at(1)], at(9))
    assert plan.updated == (Placed("a", entry(0, 1).fields),)
    assert plan.created == (entry(1, 2).fields, entry(2, 3).fields)


def test_the_last_part_of_a_split_timer_goes_on_running() -> None:
    plan = split(entry(0, None), [at(1)], at(2))
    assert plan.updated == (Placed("a", entry(1, None).fields),)
    assert plan.created == (entry(0, 1).fields,)


@pytest.mark.parametrize("point", [-1, 0, 3, 4])
def test_a_split_outside_the_entry_is_refused(point: float) -> None:
    with pytest.raises(UsageError):
        split(entry(0, 3), [at(point)], at(9))


def test_lunch_is_cut_out_of_a_finished_and_of_a_running_entry() -> None:
    plan = cut(entry(0, 4), at(1), at(2), at(9))
    assert after([entry(0, 4)], plan) == [entry(0, 1).fields, entry(2, 4).fields]
    running = cut(entry(0, None), at(1), at(2), at(9))
    assert running.updated == (Placed("a", entry(2, None).fields),)
    assert running.created == (entry(0, 1).fields,)


def test_a_cut_of_the_edge_trims_and_one_of_all_is_refused() -> None:
    assert cut(entry(0, 4), at(-1), at(1), at(9)).updated == (Placed("a", entry(1, 4).fields),)
    assert cut(entry(0, 4), at(3), at(5), at(9)).updated == (Placed("a", entry(0, 3).fields),)
    with pytest.raises(WouldVanish):
        cut(entry(0, 4), at(0), at(4), at(9))
    with pytest.raises(UsageError) as error:
        cut(entry(0, 4), at(4), at(5), at(9))
    assert "clockify log" in str(error.value.hint)


def test_a_timer_cut_up_to_now_begins_again_now() -> None:
    assert cut(entry(0, None), at(1), at(2), at(2)).updated == (Placed("a", entry(2, None).fields),)


def test_a_gap_and_a_field_that_differs_are_named() -> None:
    one, two = entry(0, 1, "a"), entry(2, 3, "b", description="x", tags=("t",))
    kinds = [(o.kind, o.field, o.start, o.end) for o in obstacles([two, one])]
    assert kinds == [
        ("gap", "", at(1), at(2)),
        ("field", "description", None, None),
        ("field", "tags", None, None),
    ]
    assert obstacles([entry(0, 2, "a"), entry(1, 3, "b"), entry(3, None, "c")]) == ()


def test_joined_entries_are_one_with_the_first_ones_fields() -> None:
    plan = join([entry(2, 3, "b", description="x"), entry(0, 1, "a", description="y")])
    assert plan == Plan(updated=(Placed("a", entry(0, 3, description="y").fields),), deleted=("b",))


def test_joining_the_running_timer_keeps_it_running() -> None:
    plan = join([entry(0, 1, "a"), entry(1, None, "b")])
    assert plan == Plan(updated=(Placed("b", entry(0, None).fields),), deleted=("a",))


def test_neighbours_are_trimmed_on_their_side() -> None:
    found = trimmed([entry(0, 3, "a"), entry(4, 8, "b"), entry(9, 10, "c")], at(2), at(5))
    assert found == (Placed("a", entry(0, 2).fields), Placed("b", entry(5, 8).fields))
    assert trimmed([entry(4, None, "t")], at(2), at(5)) == (Placed("t", entry(5, None).fields),)
    assert trimmed([entry(0, 3, "a")], at(2), None) == (Placed("a", entry(0, 2).fields),)


@pytest.mark.parametrize("span", [(2, 3), (1.5, 3.5), (0, 6)], ids=["same", "vanish", "enclose"])
def test_a_neighbour_that_would_vanish_or_encloses_all_is_refused(span: tuple[int, int]) -> None:
    neighbour = entry(0, 6, "n") if span == (2, 3) else entry(2, 3, "n")
    with pytest.raises(WouldVanish) as refused:
        trimmed([neighbour], at(span[0]), at(span[1]))
    assert refused.value.entry == neighbour


moments = st.integers(-4 * 3600, 8 * 3600).map(lambda s: NOON + timedelta(seconds=s))
spans = st.lists(moments, min_size=2, max_size=2, unique=True).map(sorted)


@given(spans, st.lists(moments, min_size=1, max_size=4), st.booleans())
def test_a_split_keeps_every_second_and_overlaps_nothing(
    span: list[datetime], points: list[datetime], running: bool
) -> None:
    start, end = span
    whole = Placed("a", EntryFields(start=start, end=None if running else end))
    inside = [p for p in points if start < p < end]
    assume(inside)
    parts = after([whole], split(whole, inside, end))
    assert sum(seconds(p, end) for p in parts) == seconds(whole.fields, end)
    assert not overlap(parts, end)
    assert [p.end for p in parts].count(None) == running


@given(spans, spans)
def test_a_cut_removes_just_what_they_share(span: list[datetime], away: list[datetime]) -> None:
    (start, end), (first, last) = span, away
    assume(first < end and start < last)
    assume(not (first <= start and end <= last))
    whole = Placed("a", EntryFields(start=start, end=end))
    parts = after([whole], cut(whole, first, last, end))
    shared = int((min(end, last) - max(start, first)).total_seconds())
    assert sum(seconds(p, end) for p in parts) == seconds(whole.fields, end) - shared
    assert not overlap(parts, end)


@given(st.lists(spans, min_size=1, max_size=5), spans)
def test_trimmed_neighbours_never_overlap_and_lose_just_what_was_shared(
    others: list[list[datetime]], span: list[datetime]
) -> None:
    start, end = span
    entries = [
        Placed(str(n), EntryFields(start=one, end=two)) for n, (one, two) in enumerate(others)
    ]
    try:
        changed = trimmed(entries, start, end)
    except WouldVanish:
        return
    for new in changed:
        old = next(e for e in entries if e.local_id == new.local_id).fields
        assert old.end is not None
        shared = int((min(end, old.end) - max(start, old.start)).total_seconds())
        assert seconds(new.fields, end) == seconds(old, end) - shared > 0
    left = after(entries, Plan(updated=changed))
    assert not any(e.start < end and (e.end or end) > start for e in left)
