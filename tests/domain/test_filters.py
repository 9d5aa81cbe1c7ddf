"""Tests of what a search compares."""

from __future__ import annotations

import pytest

from clockify_cli.domain.entry import searchable


@pytest.mark.parametrize(
    ("one", "other"),
    [("SPEC", "spec"), ("Straße", "STRASSE"), ("caf\u00e9", "cafe\u0301"), ("ÄRGER", "ärger")],
)
def test_case_and_composition_do_not_matter_to_a_search(one: str, other: str) -> None:
    assert searchable(one) == searchable(other)


def test_letters_that_differ_do() -> None:
    assert searchable("a") != searchable("ä")
