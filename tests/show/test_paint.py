from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.columns import width
from clockify_cli.show.paint import fitted_label, in_a_row, paint, percent, shrink
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


LONG = "A very long client name / Website"


@pytest.mark.parametrize(
    ("label", "columns", "shown_as"),
    [
        ("Acme / Website", 16, "Acme / Website  "),
        (LONG, 33, LONG),
        (LONG, 32, "A very long client na… / Website"),
        (LONG, 20, "A very lo… / Website"),
        (LONG, 16, "A ver… / Website"),
        (LONG, 14, "A v… / Website"),
        (LONG, 13, "A… / Website "),
        (LONG, 12, "A… / Website"),
        (LONG, 10, "A… / Webs…"),
        (LONG, 2, "A…"),
        ("Acme / A very long project name", 19, "Acme / A very long…"),
        ("A very long project name", 12, "A very long…"),
        ("Agency Ltd / Relaunch of 2026 / Design", 26, "Agenc… / Relaunc… / Design"),
        ("株式会社日本語 / 製品紹介", 20, "株式会社… / 製品紹介"),
        ("株式会社日本語 / 製品紹介", 13, "株… / 製品紹…"),
        (" / ", 2, "… "),
    ],
)
def test_of_a_label_the_client_is_cut_before_the_project(
    label: str, columns: int, shown_as: str
) -> None:
    assert fitted_label(screen(), label, columns) == shown_as


def test_in_ascii_a_client_is_cut_with_three_dots() -> None:
    assert fitted_label(screen(unicode=False), LONG, 20) == "A very... / Website "


@given(st.text(st.sampled_from("ab /日e\u0301")), st.integers(0, 40))
def test_a_label_takes_exactly_its_columns(label: str, columns: int) -> None:
    assert width(fitted_label(screen(), label, columns)) == columns


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
