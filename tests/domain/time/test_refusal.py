from __future__ import annotations

from clockify_cli.domain.time.zones import did_you_mean, leftover, quoted


def test_a_quote_is_cut_to_eighty_characters() -> None:
    assert quoted("x" * 80) == f'"{"x" * 80}"'
    assert quoted("x" * 81) == f'"{"x" * 79}…"'


def test_the_nearest_names_are_proposed_in_their_own_case() -> None:
    assert did_you_mean("europe/berlni", ["Europe/Berlin", "UTC"]) == "Did you mean Europe/Berlin?"
    assert did_you_mean("zzz", ["Europe/Berlin", "UTC"]) == ""


def test_what_is_left_over_is_what_the_longest_understood_part_leaves() -> None:
    assert leftover("1 2 x y", str.isdigit) == "2 x y"
    assert leftover("x 1", str.isdigit) == "x"
    assert leftover("x y", str.isdigit) == ""
