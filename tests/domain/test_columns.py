from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.columns import cut, width

ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("日本", 4),
        ("…–·", 3),
        ("한", 2),
        ("ａ", 2),
        ("\u200d", 0),
    ],
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("Write spec", 10, "Write spec"),
        ("Write spec", 9, "Write sp…"),
        ("Write spec", 7, "Write…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("Write", 1, "…"),
        ("Write", 0, ""),
    ],
)
def test_long_text_is_cut_with_an_ellipsis(text: str, columns: int, shown: str) -> None:
    assert cut(text, columns) == shown


def test_in_ascii_the_ellipsis_is_three_dots() -> None:
    assert cut("Write spec", 8, mark="...") == "Write..."
    assert cut("Write spec", 2, mark="...") == ""


@given(ANY_TEXT, st.integers(0, 40))
def test_cut_text_fits(text: str, columns: int) -> None:
    assert width(cut(text, columns)) <= columns
