"""Tests of parts that add up as displayed."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clockify_cli.domain.apportion import Impossible, Part, Path, apportion, largest_remainders
from tests.examples import some

UNIT = 60


def rows_of(*seconds: int) -> list[Part]:
    return [Part(some, (number,)) for number, some in enumerate(seconds)]


@pytest.mark.parametrize(
    ("seconds", "total", "shown"),
    [
        ((), 0, []),
        ((60, 120), 3, [1, 2]),
        ((90, 90), 3, [2, 1]),
        ((70, 110, 60), 4, [1, 2, 1]),
        ((30, 50, 40), 2, [0, 1, 1]),
        ((59, 59, 59), 2, [1, 1, 0]),
        ((59, 59, 59), 3, [1, 1, 1]),
    ],
)
def test_the_largest_remainders_are_raised(
    seconds: tuple[int, ...], total: int, shown: list[int]
) -> None:
    assert largest_remainders(total, seconds, UNIT) == shown


def test_groups_take_their_share_first_and_divide_it() -> None:
    parts = [Part(50, ("a", 1)), Part(55, ("a", 2)), Part(45, ("b", 1)), Part(30, ("b", 2))]
    found = apportion(parts, UNIT, 180)
    assert found.rows == {
        (): 180,
        ("a",): 120,
        ("a", 1): 60,
        ("a", 2): 60,
        ("b",): 60,
        ("b", 1): 60,
        ("b", 2): 0,
    }


def test_columns_that_the_rows_alone_would_leave_wrong_are_rerouted() -> None:
    # The two rows that are raised first are both in the first column.
    parts = [
        Part(30, ("r1",), ("c1",)),
        Part(30, ("r2",), ("c1",)),
        Part(30, ("r3",), ("c2",)),
        Part(30, ("r4",), ("c2",)),
    ]
    found = apportion(parts, UNIT, 120)
    assert found.columns == {("c1",): 60, ("c2",): 60}
    assert sorted(found.parts) == [0, 0, 60, 60]


def test_a_single_column_changes_nothing_of_the_largest_remainders() -> None:
    seconds = (59, 10, 31, 47, 33)
    plain = apportion(rows_of(*seconds), UNIT, 180).parts
    assert (
        apportion(
            [Part(s, p.rows, ("c",)) for s, p in zip(seconds, rows_of(*seconds), strict=True)],
            UNIT,
            180,
        ).parts
        == plain
    )


def test_a_column_that_is_decided_keeps_its_length() -> None:
    parts = [Part(30, (row,), (column,)) for row in range(3) for column in ("c", "d")]
    for seconds in (60, 120):
        found = apportion(parts, UNIT, 180, {("c",): seconds})
        assert found.columns == {("c",): seconds, ("d",): 180 - seconds}
        assert {found.rows[row,] for row in range(3)} == {60}


def test_a_column_for_which_its_parts_are_too_short_cannot_be_decided() -> None:
    parts = [Part(30, (row,), (row,)) for row in range(2)]
    with pytest.raises(Impossible):
        apportion(parts, UNIT, 60, {(0,): 120})


# ── laws ─────────────────────────────────────────────────────────────────────────────────────

keys = st.integers(0, 3)
paths = st.lists(keys, max_size=3).map(tuple)
lengths = st.integers(0, 400) | st.integers(0, 5).map(lambda n: n * UNIT)
table = st.lists(st.builds(Part, lengths, paths, paths), max_size=25)
grid = st.lists(
    st.builds(Part, lengths, st.tuples(st.integers(0, 6)), st.tuples(st.integers(0, 6))),
    max_size=50,
)


def prefixes(path: Path) -> list[Path]:
    return [path[:depth] for depth in range(len(path) + 1)]


def sums(parts: list[Part], shown: tuple[int, ...] | None, columns: bool) -> dict[Path, int]:
    found: dict[Path, int] = {}
    for number, part in enumerate(parts):
        for path in prefixes(part.columns if columns else part.rows):
            found[path] = found.get(path, 0) + (part.seconds if shown is None else shown[number])
    if columns:
        found.pop((), None)
    return found


@given(table | grid, st.booleans(), st.sampled_from([36, 60, 900]))
@settings(max_examples=some(300))
@example([Part(30, (r,), (r // 2,)) for r in range(4)], False, 60)
def test_everything_adds_up_and_nothing_is_off_by_a_unit(
    parts: list[Part], up: bool, unit: int
) -> None:
    whole = sum(part.seconds for part in parts)
    total = -(-whole // unit) * unit if up else whole // unit * unit
    found = apportion(parts, unit, total)
    assert found.rows[()] == total
    assert sum(found.parts) == total
    for columns, told in ((False, found.rows), (True, found.columns)):
        worked = sums(parts, None, columns)
        assert {(): total, **sums(parts, found.parts, columns)} == {(): total, **told}
        for path, seconds in worked.items():
            assert told[path] % unit == 0
            assert seconds // unit * unit <= told[path] <= -(-seconds // unit) * unit
    for part, shown in zip(parts, found.parts, strict=True):
        assert part.seconds // unit * unit <= shown <= -(-part.seconds // unit) * unit


@given(st.lists(lengths, max_size=12), st.booleans())
def test_in_one_way_no_part_is_raised_before_one_with_a_larger_remainder(
    seconds: list[int], up: bool
) -> None:
    whole = sum(seconds)
    total = -(-whole // UNIT) * UNIT if up else whole // UNIT * UNIT
    found = apportion(rows_of(*seconds), UNIT, total).parts
    raised = [s % UNIT for s, shown in zip(seconds, found, strict=True) if shown > s]
    cut = [s % UNIT for s, shown in zip(seconds, found, strict=True) if shown <= s]
    assert not raised or not cut or min(raised) >= max(cut)
