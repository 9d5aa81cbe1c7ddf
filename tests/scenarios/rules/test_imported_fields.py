"""Tests of custom fields in an imported JSON file: all reach Clockify, or a message says why."""

from __future__ import annotations

import json

import pytest

from tests.fake_clockify.records import CustomField
from tests.scenarios.signed_in.bench import Bench

from .conftest import SignedIn


@pytest.fixture
def ticket(workspace: Bench) -> CustomField:
    return workspace.fake.add_custom_field("Ticket no")


def file(*values: object, **more: object) -> str:
    entry = {
        "description": "Write spec",
        "timeInterval": {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"},
        "customFieldValues": list(values),
        **more,
    }
    return json.dumps([entry])


def values(clockify: Bench) -> list[dict[str, object]]:
    return [{each.field_id: each.value for each in e.values} for e in clockify.fake.entries()]


def test_a_field_is_found_by_its_id_and_else_by_its_name(
    signed_in: SignedIn, workspace: Bench, ticket: CustomField
) -> None:
    cost = workspace.fake.add_custom_field("Cost", type="NUMBER")
    place = workspace.fake.add_custom_field(
        "Place", type="DROPDOWN_MULTIPLE", allowed=("Lab", "Home")
    )
    clockify = signed_in()

    done = clockify.ok(
        "import",
        "-",
        typed=file(
            {"customFieldId": ticket.id, "name": "Old name", "value": "A-1", "type": "TXT"},
            {"customFieldId": "f" * 24, "name": "cost", "value": 2.5},
            {"name": "Place", "value": ["lab", "Home"]},
        ),
    )

    assert values(clockify) == [{ticket.id: "A-1", cost.id: 2.5, place.id: ["Lab", "Home"]}]
    assert "Not imported" not in done.err


def test_an_export_comes_back_with_its_fields(signed_in: SignedIn, ticket: CustomField) -> None:
    clockify = signed_in()
    clockify.ok("add", "8-9", "--field", "Ticket no=A-1")
    text = clockify.ok("export", "--json").out
    clockify.ok("undo")

    clockify.ok("import", "-", typed=text)

    assert values(clockify) == [{ticket.id: "A-1"}]
    assert clockify.ok("import", "-", typed=text).out.startswith("Nothing new to import.")


def test_a_field_that_the_workspace_lacks_is_left_out_and_named(
    signed_in: SignedIn, ticket: CustomField
) -> None:
    clockify = signed_in()

    done = clockify.ok(
        "import", "-", typed=file({"name": "Colour", "value": "red"}, {"name": "X", "value": None})
    )

    assert 'the workspace has none of that name: "Colour" (1 entry)' in done.err
    assert '"X"' not in done.err
    assert values(clockify) == [{}]


@pytest.mark.parametrize("value", ["many", True, [1], {"a": 1}])
def test_a_value_that_is_none_of_its_field_refuses_the_file(
    signed_in: SignedIn, workspace: Bench, value: object
) -> None:
    workspace.fake.add_custom_field("Cost", type="NUMBER")
    clockify = signed_in()

    done = clockify("import", "-", typed=file({"name": "Cost", "value": value}))

    assert done.code == 2
    assert "entry 1" in done.err
    assert '"Cost"' in done.err
    assert values(clockify) == []


def test_a_field_that_is_required_may_be_said_by_the_file(
    signed_in: SignedIn, workspace: Bench
) -> None:
    ticket = workspace.fake.add_custom_field("Ticket no", required=True)
    clockify = signed_in()

    assert clockify("import", "-", typed=file()).code == 6
    clockify.ok("import", "-", typed=file({"customFieldId": ticket.id, "value": "A-1"}))

    assert values(clockify) == [{ticket.id: "A-1"}]


def test_without_an_account_fields_are_left_out_and_named(workspace: Bench) -> None:
    done = workspace.ok("import", "-", typed=file({"name": "Ticket no", "value": "A-1"}))

    assert 'without an account there are none: "Ticket no" (1 entry)' in done.err


@pytest.mark.parametrize("given", [[1], [{"value": "x"}], [{"customFieldId": 7, "value": "x"}]])
def test_what_is_no_custom_field_is_a_wrong_entry(workspace: Bench, given: list[object]) -> None:
    done = workspace("import", "-", typed=file(*given))

    assert done.code == 2
    assert "entry 1: a custom field" in done.err
