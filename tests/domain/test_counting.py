from __future__ import annotations

import pytest

from clockify_cli.domain.entry import agreeing, counted


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [
        (0, "entry", "0 entries"),
        (1, "entry", "1 entry"),
        (2, "entry", "2 entries"),
        (1, "change", "1 change"),
        (21, "change", "21 changes"),
        (3, "day", "3 days"),
    ],
)
def test_a_noun_agrees_with_its_number(number: int, noun: str, told: str) -> None:
    assert counted(number, noun) == told


@pytest.mark.parametrize(("number", "verb"), [(0, "wait"), (1, "waits"), (2, "wait")])
def test_a_verb_agrees_with_its_number(number: int, verb: str) -> None:
    assert agreeing(number, "waits", "wait") == verb
