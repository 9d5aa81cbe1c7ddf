from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clockify_cli.domain.terminal_text import cut, cut_label, cut_middle, width

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
        ("नमस्ते", 4),
        ("שלום", 4),
        ("👩‍💻", 2),
        ("👍🏽", 2),
        ("🧑🏽‍🚀🏳️‍🌈", 4),
        ("❤️1️⃣", 4),
        ("🇩🇪", 2),
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
        ("👩‍💻👩‍💻👩‍💻", 5, "👩‍💻👩‍💻…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
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


@given(st.text(st.sampled_from("ab /日…–é❤1\u0301\u200d\ufe0f👩💻🏽🇩🇪")))
def test_width_is_what_rich_takes_for_it(text: str) -> None:
    from rich.cells import cell_len

    # Nobody writes a selector, joiner or skin tone on its own.
    assume(not text.startswith(("\u200d", "\ufe0f", "🏽")))
    assume(not any(pair in text for pair in ("\ufe0f\ufe0f", "\u200d\u200d", "\u200d\ufe0f")))
    assert width(text) == cell_len(text)


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("Relaunch, phase 12", 18, "Relaunch, phase 12"),
        ("Relaunch, phase 12", 13, "Relaun…ase 12"),
        ("Relaunch, phase 12", 3, "R…2"),
        ("Relaunch, phase 12", 2, "R…"),
        ("Relaunch, phase 12", 0, ""),
        ("日本語の仕事", 8, "日本…事"),
    ],
)
def test_the_middle_of_a_long_name_is_cut(text: str, columns: int, shown: str) -> None:
    assert cut_middle(text, columns) == shown


LONG = "A very long client name / Website"


@pytest.mark.parametrize(
    ("label", "columns", "shown"),
    [
        ("Acme / Website", 16, "Acme / Website"),
        (LONG, 33, LONG),
        (LONG, 32, "A very long client na… / Website"),
        (LONG, 20, "A very lo… / Website"),
        (LONG, 16, "A ver… / Website"),
        (LONG, 14, "A v… / Website"),
        (LONG, 13, "A… / Website"),
        (LONG, 12, "A… / Website"),
        (LONG, 10, "A… / We…te"),
        (LONG, 2, "A…"),
        ("Acme / A very long project name", 19, "A… / A very…t name"),
        ("A very long project name", 12, "A very…name"),
        ("Agency Ltd / Relaunch of 2026 / Design", 26, "Agenc… / Relaunc… / Design"),
        ("Agency Ltd / Relaunch of 2026 / Design", 18, "A… / Rel… / Design"),
        ("株式会社日本語 / 製品紹介", 20, "株式会社… / 製品紹介"),
        ("株式会社日本語 / 製品紹介", 13, "… / 製品紹介"),
        (" / ", 2, "…"),
    ],
)
def test_of_a_label_the_client_is_cut_before_the_project(
    label: str, columns: int, shown: str
) -> None:
    assert cut_label(label, columns) == shown


def test_in_ascii_a_client_is_cut_with_three_dots() -> None:
    assert cut_label(LONG, 20, mark="...") == "A very... / Website"


@given(st.text(st.sampled_from("ab /日e\u0301")), st.integers(0, 40))
def test_a_label_takes_no_more_than_its_columns(label: str, columns: int) -> None:
    assert width(cut_label(label, columns)) <= columns
