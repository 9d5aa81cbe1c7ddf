from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.columns import width
from clockify_cli.show.wrapping import wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("one  two", ["one  two"]),
        ("    one two three", ["    one", "    two", "    three"]),
        ("say `clockify queue` now", ["say", "`clockify queue`", "now"]),
        ("see (`clockify queue`).", ["see", "(`clockify queue`)."]),
        ("a ` alone and more", ["a ` alone", "and more"]),
        ("日本語 日本語", ["日本語", "日本語"]),
        ("chmod 600 '/some where'", ["chmod 600 '/some where'"]),
        ("", [""]),
    ],
)
def test_a_line_is_broken_at_words_and_never_within_a_command(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10) == lines


@given(st.lists(st.text("abc`x日", min_size=1, max_size=9), max_size=12), st.integers(4, 30))
def test_no_letter_is_lost_and_each_line_fits_or_is_one_word(words: list[str], room: int) -> None:
    text = " ".join(words)
    lines = wrapped(text, room)
    assert " ".join(lines) == text
    for line in lines:
        assert width(line) <= room or " " not in line or "`" in line
