"""Tests of custom fields from the command line to Clockify and back."""

from __future__ import annotations

import pytest

from tests.fake_clockify.records import CustomField, Workspace
from tests.scenarios.rules.conftest import SignedIn, at_terminal
from tests.scenarios.rules.test_required import history
from tests.scenarios.signed_in.bench import Bench


@pytest.fixture
def ticket(workspace: Bench) -> CustomField:
    return workspace.fake.add_custom_field("Ticket no")


def values(clockify: Bench) -> list[dict[str, object]]:
    """Return the custom fields of the newest entry at the server, by id."""
    return [{each.field_id: each.value for each in e.values} for e in clockify.fake.entries()]


def test_a_field_goes_to_clockify_comes_back_and_is_kept_by_later_changes(
    signed_in: SignedIn, workspace: Bench, ticket: CustomField
) -> None:
    cost = workspace.fake.add_custom_field("Cost", type="NUMBER")
    clockify = signed_in()

    started = clockify.ok("start", "Spec", "--field", "Ticket no=A-1", "--json").json
    clockify.time.passes(minutes=5)
    stopped = clockify.ok("stop", "--field", "cost=2.5", "--json").json

    assert started["customFieldValues"] == [{"customFieldId": ticket.id, "value": "A-1"}]
    assert {one["customFieldId"]: one["value"] for one in stopped["customFieldValues"]} == {
        ticket.id: "A-1",
        cost.id: 2.5,
    }
    assert values(clockify) == [{ticket.id: "A-1", cost.id: 2.5}]


def test_a_field_is_repeated_taken_over_by_resume_and_cleared(
    signed_in: SignedIn, workspace: Bench, ticket: CustomField
) -> None:
    place = workspace.fake.add_custom_field(
        "Place", type="DROPDOWN_MULTIPLE", allowed=("Lab", "Home", "Train")
    )
    clockify = signed_in()
    clockify.ok("add", "8-9", "--field", "Place=lab", "--field", "Place=home", "--field",
                "Ticket no=A-1")  # fmt: skip

    clockify.ok("resume", "--field", "Ticket no=none")

    assert values(clockify) == [
        {place.id: ["Lab", "Home"]},
        {place.id: ["Lab", "Home"], ticket.id: "A-1"},
    ]


@pytest.mark.parametrize(
    ("typed", "code", "word"),
    [
        ("Ticket no", 2, "usage"),
        ("Nothing=1", 3, "field-not-found"),
        ("Ticket no=", 2, "usage"),
        ("Cost=dear", 2, "usage"),
    ],
)
def test_a_wrong_field_changes_nothing(
    signed_in: SignedIn, workspace: Bench, ticket: CustomField, typed: str, code: int, word: str
) -> None:
    workspace.fake.add_custom_field("Cost", type="NUMBER")
    clockify = signed_in()

    done = clockify("add", "8-9", "--field", typed, "--json")

    assert (done.code, done.error["code"]) == (code, word)
    assert history(clockify) == 0


def test_a_field_that_is_new_at_clockify_is_asked_for_once(
    signed_in: SignedIn, workspace: Bench
) -> None:
    clockify = signed_in()
    workspace.fake.add_custom_field("New")

    first = clockify.ok("add", "7-8", "--field", "New=1")
    second = clockify.ok("add", "8-9", "--field", "New=2")

    assert [request.method for request in first.requests] == ["GET", "POST"]
    assert [request.method for request in second.requests] == ["POST"]


def test_a_required_field_is_demanded_before_anything_is_acknowledged(
    signed_in: SignedIn, workspace: Bench
) -> None:
    workspace.fake.add_custom_field("Ticket no", required=True)
    workspace.fake.add_custom_field("Filled", required=True, default="x")
    clockify = signed_in()

    done = clockify("add", "8-9", "--json")

    assert (done.code, done.error["hint"]) == (6, "Give --field 'Ticket no=VALUE'.")
    assert history(clockify) == 0
    clockify.ok("add", "8-9", "--field", "Ticket no=A-1")
    assert len(clockify.fake.entries()) == 1


def test_a_required_dropdown_is_picked_from_its_choices(
    signed_in: SignedIn, workspace: Bench
) -> None:
    place = workspace.fake.add_custom_field(
        "Place", type="DROPDOWN_SINGLE", allowed=("Lab", "Home"), required=True
    )
    clockify = signed_in()

    done = at_terminal(clockify, "add", "8-9", typed="2\n")

    assert done.code == 0, done.err
    assert values(clockify) == [{place.id: "Home"}]


def test_a_queue_row_that_was_refused_for_a_field_takes_it(
    signed_in: SignedIn, workspace: Bench
) -> None:
    clockify = signed_in()
    ticket = workspace.fake.add_custom_field("Ticket no", required=True)
    refused = clockify("add", "8-9")
    (row,) = clockify("queue", "--json").json

    clockify.ok("queue", "edit", str(row["row"]), "--field", "Ticket no=A-1")

    assert refused.code == 6
    assert values(clockify) == [{ticket.id: "A-1"}]


def test_without_an_account_there_are_no_custom_fields(workspace: Bench) -> None:
    done = workspace("add", "8-9", "--field", "Ticket no=1")

    assert done.code == 2
    assert "need a Clockify account" in done.err


def test_a_free_workspace_is_not_asked_for_fields_until_one_is_named(workspace: Bench) -> None:
    fake = workspace.fake
    fake.change(fake.get(Workspace, fake.workspace_id), plan="FREE")

    login = workspace.login()
    named = workspace("add", "8-9", "--field", "Ticket no=1")

    assert not [each for each in login.requests if each.path.endswith("/custom-fields")]
    assert named.code == 3
    assert named.sent == ["GET custom-fields"]
