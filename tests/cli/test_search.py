"""Tests that `--search` follows the rules of the other options of a FILTER."""

from __future__ import annotations

import json

import pytest

from clockify_cli.actions.viewing.filtering import FilterInput, filter_words
from tests.cli.conftest import Clockify, prepared


@prepared
def tracked(clockify: Clockify) -> Clockify:
    clockify("add", "Write Spec", "6-7", "-p", "Acme/Website")
    clockify("add", "Review spec", "7-8")
    clockify("add", "Mail", "8-9", "-b")
    clockify("add", "9-9:30")
    return clockify


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("--search spec", "Write Spec,Review spec"),
        ("--search write --search MAIL", "Write Spec,Mail"),
        ("--search spec --search !write", "Review spec"),
        ("--search !spec", "Mail,"),
        ("--search not:spec --search !mail", ""),
        ("--search none", ""),
        ("--search none --search mail", "Mail,"),
        ("--search !none", "Write Spec,Review spec,Mail"),
        ("--search spec -p Website", "Write Spec"),
        ("--search !", "Write Spec,Review spec,Mail,"),
    ],
)
def test_texts_are_any_of_them_or_none_of_them(tracked: Clockify, options: str, found: str) -> None:
    done = tracked("log", *options.split(), "--json", "--fields", "description")

    assert [one["description"] for one in json.loads(done.out)] == found.split(",")
    total = sum(30 if one == "" else 60 for one in found.split(","))
    assert tracked("report", "today", "--total", *options.split()).out.split()[0] == str(total * 60)


def test_the_entries_to_change_are_found_by_the_same_rules(tracked: Clockify) -> None:
    wanted = ("--where-search", "spec", "--where-search", "mail", "--where-search", "!write")
    done = tracked("edit", "--range", "today", *wanted, "-d", "Done", "--yes", "--json")

    assert len(json.loads(done.out)) == 2


def test_a_bill_remembers_the_texts_it_was_made_for(tracked: Clockify) -> None:
    tracked("config", "set", "rate", "60EUR")
    line = (
        "bill",
        "new",
        "today",
        "-c",
        "none",
        "--search",
        "mail",
        "--search",
        "!x",
        "--ref",
        "41",
    )
    made = tracked(*line)

    assert made.code == 0
    assert tracked(*line).code == 0
    assert tracked("bill", "check", "41").code == 0
    assert tracked(*line, "--search", "write").code == 2


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("spec",), '"spec" in the description'),
        (("a", "b", "!c"), '"a" or "b" in the description, no "c" in the description'),
        (("none",), "no description"),
        (("a", "none", "!none"), '"a" in the description or no description, with a description'),
        (("",), ""),
    ],
)
def test_a_search_is_said_on_what_is_handed_in(texts: tuple[str, ...], said: str) -> None:
    assert filter_words(FilterInput(search=texts)) == said
