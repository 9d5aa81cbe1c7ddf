from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.terminal_text import (
    ascii_fallback,
    clean,
    clean_line,
    left,
    prompt_line,
    prompt_safe,
    right,
    width,
    wrapped,
)

ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred", "^[[31mred"),
        ("bell\x07", "bell^G"),
        ("\x00", "^@"),
        ("\x7f", "^?"),
        ("\x9b31m", "\\x9b31m"),
        ("\x85", "\\x85"),
        ("over\rwrite", "over^Mwrite"),
        ("abc\u202edcba", "abc\\u202edcba"),
        ("\u2066\u200f\u061c", "\\u2066\\u200f\\u061c"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\ufeffstart", "\\ufeffstart"),
        ("half \udc9b", "half \\udc9b"),
        ("é ü 日本 👩‍💻", "é ü 日本 👩‍💻"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_what_a_terminal_would_act_on_becomes_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_line_feeds_and_tabs_stay_in_text_and_become_spaces_in_a_line() -> None:
    assert clean("a\r\nb\tc") == "a\nb\tc"
    assert clean_line("a\r\nb\tc") == "a b c"


@given(ANY_TEXT)
def test_a_cleaned_line_holds_nothing_that_controls(text: str) -> None:
    shown = clean_line(text)
    assert not [char for char in shown if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0]
    assert not set(shown) & set(
        "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    shown.encode()


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("09:00–10:30 · 1:30 …", "09:00-10:30 - 1:30 ..."),
        ("● running ─", "* running -"),
        ("Zürich 日", "Z\\xfcrich \\u65e5"),
        ("plain", "plain"),
    ],
)
def test_without_utf8_our_signs_have_likenesses_and_letters_escapes(text: str, shown: str) -> None:
    assert ascii_fallback(text) == shown


@given(ANY_TEXT)
def test_the_fallback_is_ascii(text: str) -> None:
    assert ascii_fallback(clean_line(text)).isascii()


def test_text_is_filled_up_by_columns_and_not_by_characters() -> None:
    assert left("日", 4) == "日  "
    assert right("日", 4) == "  日"
    assert left("long", 2) == "long"


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write spec", "Write spec"),
        ("100% done", "100%% done"),
        ("a\\nb", "a\\\\nb"),
        ("$(touch x) ${IFS} $HOME", "$ (touch x) $ {IFS} $ HOME"),
        ("`touch x`", "'touch x'"),
        ("#(touch x) #[fg=red] #{q}", "# (touch x) # [fg=red] # {q}"),
        ("issue #42", "issue #42"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_prompt_finds_nothing_to_do_in_a_label(text: str, shown: str) -> None:
    assert prompt_safe(text) == shown


@pytest.mark.parametrize(
    ("label", "line"),
    [
        ("Write spec", "Write spec 1:13"),
        ("x" * 55, f"{'x' * 55} 1:13"),
        ("x" * 56, f"{'x' * 54}… 1:13"),
        ("日" * 40, f"{'日' * 27}… 1:13"),
        ("100% " + "y" * 80, f"100%% {'y' * 49}… 1:13"),
    ],
)
def test_a_line_of_a_prompt_has_60_columns_at_most(label: str, line: str) -> None:
    assert prompt_line(label, "1:13") == line
