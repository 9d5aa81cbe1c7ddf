"""New time is billable as its task says, else its project, else the workspace."""

from __future__ import annotations

import pytest

from tests.scenarios.rules.conftest import SignedIn
from tests.scenarios.signed_in.bench import Bench


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


def test_an_imported_row_that_does_not_say_is_billable_as_the_workspace_says(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in(defaultBillableProjects=True)

    clockify.ok("import", "-", typed="start,end\n2026-11-23 08:00,2026-11-23 08:30\n")

    assert [entry.billable for entry in clockify.fake.entries()] == [True]
