"""Tests that new time is billable as its task says, else its project, else the workspace."""

from __future__ import annotations

import pytest

from tests.scenarios.rules.conftest import SignedIn
from tests.scenarios.signed_in.bench import Bench

IMPORTED = "start,end,project\n2026-11-23 08:00,2026-11-23 08:30,Newer\n"


@pytest.fixture
def paid_task(workspace: Bench) -> None:
    project = workspace.fake.add_project("Mixed", billable=False)
    workspace.fake.add_task("Paid", project.id, billable=True)


@pytest.mark.usefixtures("paid_task")
@pytest.mark.parametrize(
    ("words", "usual", "billable"),
    [
        ((), True, True),
        ((), False, False),
        (("-p", "Website"), True, False),
        (("-p", "Mixed", "-k", "Paid"), False, True),
        (("-p", "Mixed"), True, False),
        (("-p", "Website", "-b"), False, True),
        (("-B",), True, False),
    ],
    ids=str,
)
def test_the_nearest_default_decides_unless_it_is_said(
    signed_in: SignedIn, words: tuple[str, ...], usual: bool, billable: bool
) -> None:
    clockify = signed_in(defaultBillableProjects=usual)

    added = clockify.ok("add", "8-9", *words, "--json").json
    started = clockify.ok("start", *words, "--json").json

    assert (added["billable"], started["billable"]) == (billable, billable)
    assert [entry.billable for entry in clockify.fake.entries()] == [billable] * 2


def test_a_new_project_is_as_clockify_answers_and_its_time_with_it(signed_in: SignedIn) -> None:
    clockify = signed_in(defaultBillableProjects=True)

    first = clockify.ok("add", "x", "8-9", "-p", "New", "--create")
    second = clockify.ok("add", "y", "9-10", "-p", "New")
    third = clockify.ok("add", "z", "7-8", "-p", "New", "-b")

    assert ["billable" in done.out for done in (first, second, third)] == [False, False, True]
    held = {entry.description: entry.billable for entry in clockify.fake.entries()}
    assert held == {"x": False, "y": False, "z": True}
    (new,) = [each for each in clockify.ok("projects", "--json").json if each["name"] == "New"]
    assert new["billable"] is False
    assert clockify.local_copy() == clockify.server_copy()


def test_a_project_that_waits_to_be_made_does_not_make_its_time_billable(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(defaultBillableProjects=True)

    clockify.ok("add", "x", "8-9", "-p", "New", "-k", "Plan", "--create", "--offline")
    clockify.ok("add", "y", "7-8", "-p", "New", "--offline")
    clockify.ok("import", "-", "--create", "--offline", typed=IMPORTED)
    clockify.ok("sync")

    assert [entry.billable for entry in clockify.fake.entries()] == [False] * 3
    assert clockify.local_copy() == clockify.server_copy()


def test_a_project_made_billable_makes_its_time_so_before_and_after_it_is_sent(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(defaultBillableProjects=False)

    clockify.ok("projects", "add", "Paid", "--billable", "--offline")
    clockify.ok("add", "x", "8-9", "-p", "Paid", "--offline")
    clockify.ok("sync")
    clockify.ok("add", "y", "7-8", "-p", "Paid")

    assert [entry.billable for entry in clockify.fake.entries()] == [True] * 2


def test_an_imported_row_that_does_not_say_is_billable_as_the_workspace_says(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(defaultBillableProjects=True)

    clockify.ok("import", "-", typed="start,end\n2026-11-23 08:00,2026-11-23 08:30\n")

    assert [entry.billable for entry in clockify.fake.entries()] == [True]
