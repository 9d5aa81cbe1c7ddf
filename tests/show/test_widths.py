"""Tests of which columns become narrower in a table that is too wide, and how far."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.terminal_text import cut_label
from clockify_cli.show.drawn import widths
from clockify_cli.show.drawn.widths import Column, Gives, Need, lay_out, most, telling

NEEDS = st.builds(
    lambda columns, gives, least: Need(columns, gives, lambda: min(columns, least)),
    st.integers(0, 300),
    st.sampled_from(["text", "marks", "names", "never"]),
    st.integers(2, 20),
)


@given(st.lists(NEEDS, max_size=8), st.integers(0, 400))
def test_columns_come_to_the_room_as_far_as_they_give_way(needs: list[Need], room: int) -> None:
    given_ = widths.given(needs, room)
    stiff = sum(n.columns if n.gives == "never" else min(n.columns, 2) for n in needs)
    assert sum(given_) <= max(room, stiff)
    assert all(new <= need.columns for new, need in zip(given_, needs, strict=True))
    assert all(new for new, need in zip(given_, needs, strict=True) if need.columns)


@given(st.lists(NEEDS, max_size=8), st.integers(0, 400))
def test_nothing_gives_way_before_what_describes_has(needs: list[Need], room: int) -> None:
    order: list[Gives] = ["text", "marks", "names", "never"]
    for width, need in zip(widths.given(needs, room), needs, strict=True):
        if width == need.columns:
            continue
        assert need.gives != "never"
        earlier = order[: order.index(need.gives)]
        for other, sooner in zip(widths.given(needs, room), needs, strict=True):
            assert sooner.gives not in earlier or other <= max(sooner.least(), 2)


def need(columns: int, gives: Gives, least: int = 0) -> Need:
    """Return a need of this many columns, and at least *least*."""
    return Need(columns, gives, lambda: least)


def test_texts_give_way_then_marks_then_names() -> None:
    row = [need(24, "never"), need(30, "names", 10), need(40, "text", 12), need(9, "marks", 3)]
    assert widths.given(row, 103) == [24, 30, 40, 9]
    assert widths.given(row, 80) == [24, 30, 17, 9]
    assert widths.given(row, 70) == [24, 30, 12, 4]
    assert widths.given(row, 60) == [24, 21, 12, 3]
    assert widths.given(row, 40) == [24, 10, 3, 3]
    assert widths.given(row, 20) == [24, 2, 2, 2]


def test_the_widest_of_those_alike_gives_way_first() -> None:
    row = [need(10, "text", 2), need(20, "text", 2), need(5, "text", 2)]
    assert widths.given(row, 30) == [10, 15, 5]
    assert widths.given(row, 20) == [7, 8, 5]


def test_a_text_that_is_much_longer_than_most_does_not_widen_its_column() -> None:
    assert most(Counter([10, 12, 14, 100]), 40) == 54
    assert most(Counter([10, 12, 14, 40]), 40) == 40
    assert most(Counter([100]), 40) == 100
    assert most(Counter([]), 40) == 0


TWELVE = [f"Acme / Relaunch of the website, phase {number}" for number in range(1, 13)]


@pytest.mark.parametrize("mark", ["…", "..."])
def test_labels_are_cut_no_further_than_they_can_be_told_apart(mark: str) -> None:
    needed = telling(TWELVE, 60, mark)
    assert needed < 16
    assert len({cut_label(label, needed, mark=mark) for label in TWELVE}) == 12
    assert telling(["one", "one"], 60, mark) == 1


def test_a_column_without_text_takes_no_room_and_no_gap() -> None:
    layout = lay_out([Column("text"), Column(), Column()], [("ab", "", "cd")], 80, "…")
    assert layout.widths == [2, 0, 2]
    assert layout.total == 6


def test_what_has_no_room_goes_below_and_an_id_is_dropped() -> None:
    below = [Column(), Column("text", below=True)]
    assert lay_out(below, [("12:00", "x" * 40)], 20, "…").widths == [5, 13]
    assert lay_out(below, [("12:00", "x" * 40)], 18, "…").widths == [5, 0]
    assert lay_out(below, [("12:00", "x" * 4)], 12, "…").widths == [5, 4]
    ids = [Column("names"), Column(droppable=True)]
    assert lay_out(ids, [("x" * 40, "y" * 24)], 38, "…").widths == [12, 24]
    assert lay_out(ids, [("x" * 40, "y" * 24)], 37, "…").widths == [37, 0]
