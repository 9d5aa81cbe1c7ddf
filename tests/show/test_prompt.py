"""What stands in a prompt is only ever text."""

from __future__ import annotations

import pytest

from clockify_cli.show.prompt import prompt_line, prompt_safe


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
