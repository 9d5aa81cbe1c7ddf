from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.domain.workspace import NO_RULES, CustomField, listed, missing, read_rules
from clockify_cli.values import replace

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BARE = EntryFields(start=NINE, end=NINE.replace(hour=10))
TICKET = CustomField(id="c" * 24, name="Ticket no", type="TXT", required=True)


def rules(**settings: object) -> str:
    return json.dumps(settings)


@pytest.mark.parametrize(
    ("setting", "options"),
    [
        ("forceProjects", ["-p NAME"]),
        ("forceTasks", ["-p NAME", "-k NAME"]),
        ("forceTags", ["-g NAME"]),
        ("forceDescription", ["-d TEXT"]),
    ],
)
def test_what_is_forced_and_not_said_is_missing(setting: str, options: list[str]) -> None:
    forced = read_rules(rules(**{setting: True}))

    assert [one.option for one in missing(BARE, forced)] == options
    assert forced.demands


def test_nothing_is_missing_where_all_is_said() -> None:
    forced = read_rules(
        rules(forceProjects=True, forceTasks=True, forceTags=True, forceDescription=True), [TICKET]
    )
    said = replace(
        BARE,
        description="Spec",
        project="p",
        task="k",
        tags=("g",),
        custom_fields=json.dumps([{"customFieldId": TICKET.id, "value": "A-1"}]),
    )

    assert missing(said, forced) == ()


def test_spaces_alone_are_no_description() -> None:
    forced = read_rules(rules(forceDescription=True))

    assert missing(replace(BARE, description="  "), forced) != ()


def test_a_required_custom_field_is_named_with_its_option_in_quotes() -> None:
    (lacking,) = missing(BARE, read_rules("{}", [TICKET]))

    assert lacking.name == 'the custom field "Ticket no"'
    assert lacking.option == "--field 'Ticket no=VALUE'"


@pytest.mark.parametrize("field", [replace(TICKET, required=False), replace(TICKET, filled=True)])
def test_a_field_that_is_not_required_or_is_filled_in_is_not_missing(field: CustomField) -> None:
    assert missing(BARE, read_rules("{}", [field])) == ()


def test_an_empty_value_is_none() -> None:
    said = replace(BARE, custom_fields=json.dumps([{"customFieldId": TICKET.id, "value": ""}]))

    assert missing(said, read_rules("{}", [TICKET])) != ()


@pytest.mark.parametrize(
    "settings", ["{}", "[]", '{"forceProjects": "maybe", "lockTimeEntries": 7}', "null"]
)
def test_settings_that_are_absent_or_not_understood_demand_nothing(settings: str) -> None:
    assert read_rules(settings) == NO_RULES


@pytest.mark.parametrize(
    ("lock", "zone", "instant"),
    [
        ("2026-11-01T00:00:00Z", None, "2026-11-01T00:00:00+00:00"),
        ("2026-11-01t00:00:00z", None, "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T00:00:00+01:00", None, "2026-10-31T23:00:00+00:00"),
        ("2026-11-01", "Europe/Belgrade", "2026-10-31T23:00:00+00:00"),
        ("2026-11-01", "Nowhere/Else", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T00:00:00", "", "2026-11-01T00:00:00+00:00"),
    ],
)
def test_a_lock_date_is_an_instant_or_a_day_of_its_zone(
    lock: str, zone: str | None, instant: str
) -> None:
    locked = read_rules(rules(lockTimeEntries=lock, lockTimeZone=zone))

    until = datetime.fromisoformat(instant)
    assert locked.locked_before == until
    assert locked.locks(until.replace(year=2025))
    assert not locked.locks(until)


@pytest.mark.parametrize("lock", ["", "soon", None, "0001-01-01T00:00:00+14:00"])
def test_a_lock_date_that_is_none_locks_nothing(lock: str | None) -> None:
    assert not read_rules(rules(lockTimeEntries=lock)).locks(NINE)


def test_the_stopwatch_alone_is_a_rule() -> None:
    assert read_rules(rules(timeTrackingMode="STOPWATCH_ONLY")).stopwatch
    assert not read_rules(rules(timeTrackingMode="DEFAULT")).stopwatch


@pytest.mark.parametrize(
    ("settings", "billable"),
    [
        ({"defaultBillableProjects": True}, True),
        ({"defaultBillableProjects": False}, False),
        ({"defaultBillableProjects": True, "activeBillableHours": False}, False),
        ({}, False),
    ],
)
def test_new_time_is_billable_as_the_workspace_says(
    settings: dict[str, bool], billable: bool
) -> None:
    assert read_rules(json.dumps(settings)).billable is billable


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        ({"onlyAdminsCreateProject": True}, {"project", "client"}),
        ({"onlyAdminsCreateTag": True}, {"tag"}),
        ({"entityCreationPermissions": {"whoCanCreateTasks": "ADMINS"}}, {"task"}),
        ({"entityCreationPermissions": {"whoCanCreateTags": "ADMINS_AND_PROJECT_MANAGERS"}}, set()),
        (
            {
                "onlyAdminsCreateTag": True,
                "entityCreationPermissions": {"whoCanCreateTags": "EVERYONE"},
            },
            set(),
        ),
        ({"entityCreationPermissions": None}, set()),
    ],
)
def test_what_only_admins_make_is_what_the_newer_setting_says(
    settings: dict[str, object], kinds: set[str]
) -> None:
    assert read_rules(json.dumps(settings)).managers_make == kinds


def test_names_are_listed_as_a_person_says_them() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
