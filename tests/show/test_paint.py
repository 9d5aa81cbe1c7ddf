from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.show.paint import in_a_row, paint, percent, shrink
from tests.show.samples import screen, shown


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(0, 400))
def test_columns_are_shrunk_to_the_room_where_that_can_be(widths: list[int], room: int) -> None:
    shrunk = shrink(widths, room)
    least = sum(min(columns, 1) for columns in widths)
    assert sum(shrunk) <= max(room, least)
    assert all(0 <= new <= old for new, old in zip(shrunk, widths, strict=True))
    assert all(new >= 1 for new, old in zip(shrunk, widths, strict=True) if old)


@pytest.mark.parametrize(
    ("widths", "room", "shrunk"),
    [
        ([10, 20, 5], 40, [10, 20, 5]),
        ([10, 20, 5], 30, [10, 15, 5]),
        ([10, 20, 5], 20, [7, 8, 5]),
        ([300, 300], 101, [50, 51]),
    ],
)
def test_the_widest_column_gives_way_first(widths: list[int], room: int, shrunk: list[int]) -> None:
    assert shrink(widths, room) == shrunk


@pytest.mark.parametrize(
    ("part", "whole", "shown_as"),
    [(1, 3, "33 %"), (2, 3, "67 %"), (1, 2, "50 %"), (0, 0, "0 %"), (5, 5, "100 %")],
)
def test_shares_are_rounded_to_the_nearest(part: int, whole: int, shown_as: str) -> None:
    assert percent(part, whole) == shown_as


def test_spaces_at_the_end_of_a_line_are_not_written() -> None:
    for color in (True, False):
        on = screen(color=color)
        paint(on, [[("a  ", ""), ("  ", "head")], [], [("  ", "")]])
        assert shown(on) == "a\n\n\n"


def test_parts_stand_in_a_row_as_far_as_they_fit() -> None:
    lines = in_a_row(screen(20), [("one", ""), ("two", ""), ("thirteen more", "")])
    assert ["".join(text for text, _ in line) for line in lines] == ["one · two", "thirteen more"]
