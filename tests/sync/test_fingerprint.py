"""Tests of how an entity is recognized."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.sync.model.row import Fingerprint, clash, comparable, matches

SENT = Fingerprint(100, 200, "write", "p", "t", frozenset({"g"}), "BREAK")


@pytest.mark.parametrize(
    ("one", "other"),
    [("  two  words ", "two words"), ("Cafe\u0301", "Café"), ("a\n\tb", "a b")],
    ids=["spaces", "composed", "line breaks"],
)
def test_descriptions_that_clockify_may_normalise_compare_equal(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    "field", ["start", "end", "description", "project", "task", "tags", "type"]
)
def test_another_value_in_any_field_that_was_sent_is_another_entry(field: str) -> None:
    other = {"start": 1, "end": None, "description": "x", "project": "q", "task": "u"}
    other["type"] = "REGULAR"
    held = replace(SENT, **{field: other.get(field, frozenset({"h"}))})  # type: ignore[arg-type]
    assert not matches(SENT, held)


def test_what_was_not_sent_may_have_been_filled_in() -> None:
    assert matches(Fingerprint(100, 200, "write"), SENT)
    assert not matches(SENT, Fingerprint(100, 200, "write"))


NAMES = st.sampled_from([None, "p", "q"])
PRINTS = st.builds(
    Fingerprint,
    start=st.integers(0, 1),
    end=st.sampled_from([None, 5]),
    description=st.sampled_from(["a", "b"]),
    project=NAMES,
    task=NAMES,
    tags=st.sampled_from([frozenset(), frozenset({"g"}), frozenset({"h"})]),
    type=st.sampled_from([None, "REGULAR", "BREAK"]),
)


@given(PRINTS, PRINTS, PRINTS)
def test_two_that_one_thing_there_could_be_taken_for_clash(
    one: Fingerprint, other: Fingerprint, held: Fingerprint
) -> None:
    if matches(one, held) and matches(other, held):
        assert clash(one, other)
    assert clash(one, other) == clash(other, one)
