"""Tests of which entries pass a FILTER."""

from __future__ import annotations

import pytest

from clockify_cli.domain.entry import Choice, searchable


@pytest.mark.parametrize(
    ("choice", "ids", "passes"),
    [
        (Choice(), set(), True),
        (Choice(any_of=frozenset({"a", "b"})), {"b", "c"}, True),
        (Choice(any_of=frozenset({"a"})), {"c"}, False),
        (Choice(any_of=frozenset({None})), set(), True),
        (Choice(any_of=frozenset({None})), {"a"}, False),
        (Choice(none_of=frozenset({"a"})), {"a", "b"}, False),
        (Choice(none_of=frozenset({"a"})), set(), True),
        (Choice(none_of=frozenset({None})), set(), False),
        (Choice(any_of=frozenset({"a"}), none_of=frozenset({"b"})), {"a", "b"}, False),
    ],
)
def test_any_of_what_is_named_and_none_of_what_is_excluded(
    choice: Choice, ids: set[str], passes: bool
) -> None:
    assert choice.allows(frozenset(ids)) is passes


@pytest.mark.parametrize(
    ("one", "other"),
    [("SPEC", "spec"), ("Straße", "STRASSE"), ("caf\u00e9", "cafe\u0301"), ("ÄRGER", "ärger")],
)
def test_case_and_composition_do_not_matter_to_a_search(one: str, other: str) -> None:
    assert searchable(one) == searchable(other)


def test_letters_that_differ_do() -> None:
    assert searchable("a") != searchable("ä")
