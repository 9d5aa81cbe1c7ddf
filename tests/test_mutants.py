"""Tests that every mutant still finds the code that it changes."""

from __future__ import annotations

import pytest

from tests.mutants import MUTANTS, SOURCE, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_a_mutant_takes_away_is_there_once(mutant: Mutant) -> None:
    text = (SOURCE / mutant.file).read_text("utf-8")
    assert mutant.made_wrong(text) != text
