from __future__ import annotations

import json

import pytest

from clockify_cli.errors import UsageError

from .files import json_entry, json_text, read, utc


def test_an_exported_entry_is_read_whole() -> None:
    server = "64a687e29ae1f428e7ebe303"

    file = read(json_text(json_entry(id=server)))

    assert (file.source, file.unit) == ("json", "entry")
    (row,) = file.rows
    assert (row.start, row.end) == (utc(23, 8), utc(23, 9, 30))
    assert (row.client, row.project, row.task) == ("Acme", "Website", "Draft")
    assert (row.description, row.tags, row.billable) == ("Write spec", ("deep",), True)
    assert (row.line, row.original) == (1, (server, "0" * 31 + "1"))


def test_a_time_may_have_lower_case_letters() -> None:
    span = {"start": "2026-11-23t08:00:00z", "end": "2026-11-23T8:30:00z"}

    (row,) = read(json_text(json_entry(timeInterval=span))).rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 8, 30))


def test_a_lone_object_counts_as_one_entry() -> None:
    assert len(read(json.dumps(json_entry())).rows) == 1


def test_an_empty_array_is_no_entries() -> None:
    assert read("[]").rows == ()


def test_names_that_are_null_are_none() -> None:
    nameless = json_entry(projectName=None, clientName=None, taskName=None, tags=[], id=None)

    (row,) = read(json_text(nameless)).rows

    assert (row.project, row.client, row.task, row.tags) == ("", "", "", ())


def test_a_lone_surrogate_in_a_description_is_refused() -> None:
    with pytest.raises(UsageError, match="1 entry cannot be imported"):
        read(json_text(json_entry(description="\udce9")))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"timeInterval": None}, 'no "timeInterval"'),
        (
            {"timeInterval": {"start": "2026-11-23T08:00:00Z", "end": None, "duration": "PT1H"}},
            "no end",
        ),
        ({"timeInterval": {"start": 5, "end": "2026-11-23T08:00:00Z"}}, '"start" is not text'),
        ({"description": 5}, '"description" is not text'),
        ({"billable": "yes"}, "neither true nor false"),
        ({"tags": {"name": "deep"}}, '"tags" is not an array'),
        ({"tags": [5]}, 'no "name"'),
        ({"projectName": None}, "has no project"),
        ({"localId": "xyz"}, "is not an id"),
    ],
)
def test_an_entry_of_another_shape_is_named(changed: dict[str, object], why: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(json_text(json_entry(), json_entry(**changed)))

    assert caught.value.details[0].startswith("entry 2: ")
    assert why in caught.value.details[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n]', "not valid at line 2"),
        ("[" * 200_000, "nested too deeply"),
        (f"[{'9' * 5000}]", "endless number"),
        ("[1, 2]", "2 entries cannot be imported"),
        ("[{}]", "1 entry cannot be imported"),
    ],
)
def test_what_is_no_array_of_entries_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(text)


def test_fields_of_any_spelling_are_read() -> None:
    entry: dict[str, object] = {
        "time_interval": {"start": "2026-11-23T08:00:00Z", "duration": 3600},
        "project": {"name": "Website", "client": "Acme"},
        "tags": "deep, ai",
    }

    (row,) = read(json.dumps({"totals": [], "time_entries": [entry]})).rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 9))
    assert (row.client, row.project, row.tags) == ("Acme", "Website", ("deep", "ai"))


def test_another_client_may_write_its_fields_with_capitals() -> None:
    entry: dict[str, object] = {
        "Description": "Layout",
        "TimeInterval": {"Start": "2026-11-23T08:00:00Z", "End": "2026-11-23T09:00:00Z"},
        "Project": {"Name": "Site", "ClientName": "North"},
        "Tags": [{"Id": "321a77ddd3fcab07cfbb5670", "Name": "deep"}],
        "Billable": "true",
    }
    (row,) = read(json_text(entry)).rows
    assert (row.client, row.project, row.tags, row.billable) == ("North", "Site", ("deep",), True)
    assert row.ids.tags == ("321a77ddd3fcab07cfbb5670",)


def test_short_names_of_ids_are_ids() -> None:
    entry: dict[str, object] = {
        "start": "2026-11-23T08:00:00Z",
        "stop": "2026-11-23T09:00:00Z",
        "pid": 55,
        "tid": 7,
    }
    (row,) = read(json_text(entry)).rows
    assert (row.ids.project, row.ids.task) == ("55", "7")


STARTED = "2026-11-24T08:00:00Z"


@pytest.mark.parametrize(
    "running",
    [
        {"timeInterval": {"start": STARTED, "end": None, "duration": None}},
        {"timeInterval": {"start": STARTED}},
        {"timeInterval": {"start": STARTED, "end": ""}, "durationSeconds": 7200},
        {"timeInterval": None, "start": STARTED, "stop": None, "duration": -1795507200},
    ],
)
def test_the_running_timer_of_a_dump_is_left_out_with_the_command_that_starts_it(
    running: dict[str, object],
) -> None:
    entry = {name: value for name, value in json_entry(**running).items() if value is not None}

    file = read(json_text(json_entry(), entry))

    assert [row.line for row in file.rows] == [1]
    assert file.notes == ("Left out the running timer: entry 2.",)
    assert file.running == (
        ("0" * 31 + "1",),
        "clockify start -d 'Write spec' -p Acme/Website -k Draft -g deep -b"
        " --at 2026-11-24T09:00+01:00",
    )


def test_a_dump_that_holds_only_a_running_timer_has_nothing_to_import() -> None:
    file = read(json_text(json_entry(timeInterval={"start": STARTED, "end": None})))

    assert file.rows == ()
    assert file.notes[0] == "Left out the running timer: entry 1."


def test_the_running_timer_of_somebody_else_is_still_time_of_two_people() -> None:
    running = json_entry(timeInterval={"start": STARTED, "end": None}, userName="Bo")
    text = json_text(json_entry(userName="Ann"), running)

    with pytest.raises(UsageError, match="2 people"):
        read(text)
    assert "Left out" not in " ".join(read(text, person="Ann").notes)


HARVEST = {
    "id": 636709355,
    "spent_date": "2026-11-23",
    "user": {"id": 1782959, "name": "Kim"},
    "client": {"id": 5735774, "name": "North"},
    "project": {"id": 14307913, "name": "Site"},
    "task": {"id": 8083365, "name": "Design"},
    "hours": 1.5,
    "rounded_hours": 2.0,
    "notes": "Layout",
    "billable": True,
}


@pytest.mark.parametrize(
    "clocks",
    [
        {},
        {"started_time": None, "ended_time": None},
        {"started_time": "9:00am", "ended_time": "10:30am"},
    ],
)
def test_json_with_days_and_hours_is_read_like_such_a_table(clocks: dict[str, object]) -> None:
    (row,) = read(json.dumps({"time_entries": [{**HARVEST, **clocks}], "per_page": 100})).rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 9, 30))
    assert (row.client, row.project, row.task) == ("North", "Site", "Design")
    assert row.description == "Layout"


def test_json_made_of_a_table_has_times_of_day_too() -> None:
    rows = [{"Date": "2026-11-23", "Start": "09:00", "End": "10:30", "Project": "Site"}]

    (row,) = read(json.dumps(rows)).rows

    assert (row.start, row.end, row.project) == (utc(23, 8), utc(23, 9, 30), "Site")


def test_entries_that_are_grouped_by_their_work_are_each_of_that_work() -> None:
    spans = [
        {"id": day, "start": f"2026-11-{day}T08:00:00Z", "stop": f"2026-11-{day}T09:00:00Z"}
        for day in (22, 23)
    ]
    group = {"username": "Ann", "description": "Layout", "tags": ["deep"], "time_entries": spans}

    file = read(json.dumps([group]))

    assert [(row.start, row.description, row.tags) for row in file.rows] == [
        (utc(22, 8), "Layout", ("deep",)),
        (utc(23, 8), "Layout", ("deep",)),
    ]


@pytest.mark.parametrize(
    "document",
    [
        [{"id": "6" * 24, "name": "Site", "archived": False}],
        {"totals": [], "totalsByDay": [{"date": "2026-11-23", "duration": 3600}], "groupOne": []},
        {"groupOne": [{"name": "Site", "duration": 3600, "children": []}], "totals": []},
    ],
)
def test_json_of_something_else_is_said_to_hold_no_entries(document: object) -> None:
    with pytest.raises(UsageError, match="no time entries"):
        read(json.dumps(document))


def test_an_envelope_may_say_from_when_to_when_its_entries_are() -> None:
    document = {"from": "2026-11-01", "to": "2026-11-30", "timeEntries": [json_entry()]}

    assert len(read(json.dumps(document)).rows) == 1
    entry = json_entry(userName="Ann", rounded=[json_entry()])
    file = read(json.dumps(entry))
    assert (len(file.rows), file.notes) == (1, ('Not imported: the field "rounded".',))
