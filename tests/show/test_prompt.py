"""What stands in a prompt is only ever text."""

from __future__ import annotations

import pytest

from clockify_cli.show.prompt import prompt_safe


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
