from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clockify_cli.domain.entry import Item
from clockify_cli.domain.status import Status
from clockify_cli.errors import UsageError
from clockify_cli.show.drawn.log_view import EntryRow
from clockify_cli.show.formats.json import entry_json
from clockify_cli.show.rows.fields import (
    CHANGES,
    CLIENTS,
    ENTRIES,
    EXPORT_COLUMNS,
    PROJECTS,
    STATUS,
    TASKS,
    csv_cell,
    human_cell,
    markdown_cell,
    split_fields,
    tsv_cell,
)
from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow
from tests.show.samples import ACME, DEEP, DESIGN, NOW, SPEC, STANDUP, TIMES, WEBSITE, at, entry

ROW = EntryRow(SPEC, 2)
RUNNING = EntryRow(STANDUP, 1)


def cells(names: str, row: EntryRow = ROW) -> dict[str, list[str]]:
    """Return the values of the fields as TSV, CSV, Markdown and table show them."""
    fields = ENTRIES.pick(names.split(","))
    kinds: dict[str, Any] = {
        "tsv": tsv_cell,
        "csv": csv_cell,
        "markdown": markdown_cell,
        "table": human_cell,
    }
    return {kind: [cell(field, row, TIMES) for field in fields] for kind, cell in kinds.items()}


def test_moments_are_rfc_3339_for_scripts_and_short_for_people() -> None:
    assert cells("start") == {
        "tsv": ["2026-11-24T09:02:00+01:00"],
        "csv": ["2026-11-24T09:02:00+01:00"],
        "markdown": ["2026-11-24 09:02"],
        "table": ["2026-11-24 09:02"],
    }


def test_a_table_alone_follows_the_twelve_hour_clock() -> None:
    (field,) = ENTRIES.pick(["start"])
    times = replace(TIMES, clock="12")
    assert human_cell(field, ROW, times) == "2026-11-24 9:02am"
    assert markdown_cell(field, ROW, times) == "2026-11-24 09:02"


def test_durations_are_whole_seconds_in_tsv_and_as_chosen_elsewhere() -> None:
    assert cells("duration") == {
        "tsv": ["4380"],
        "csv": ["1:13"],
        "markdown": ["1:13"],
        "table": ["1:13"],
    }


def test_flags_are_words() -> None:
    assert cells("billable") == {
        "tsv": ["true"],
        "csv": ["true"],
        "markdown": ["yes"],
        "table": ["yes"],
    }


def test_nothing_is_an_empty_cell() -> None:
    assert cells("end,task,client", RUNNING)["tsv"] == ["", "", ""]
    assert cells("end,task,client", RUNNING)["table"] == ["", "", ""]


def test_names_are_joined() -> None:
    tags = (DEEP, replace(DEEP, name="a, b"))
    row = EntryRow(replace(SPEC, tags=tags))
    assert cells("tags", row)["tsv"] == ['deep, "a, b"']


def test_only_cells_of_text_are_guarded() -> None:
    row = EntryRow(replace(SPEC, description="=1+1"), -1)
    assert cells("description,number", row)["csv"] == ["'=1+1", "-1"]
    assert cells("description,number", row)["tsv"] == ["=1+1", "-1"]


def test_a_line_break_stays_in_csv_and_is_a_space_elsewhere() -> None:
    row = EntryRow(replace(SPEC, description="a\nb\tc"))
    assert cells("description", row) == {
        "tsv": ["a b c"],
        "csv": ["a\nb\tc"],
        "markdown": ["a b c"],
        "table": ["a b c"],
    }


def test_json_values_keep_their_types() -> None:
    fields = ENTRIES.pick(["id", "start", "duration", "billable", "tags", "tagIds", "timeInterval"])
    assert ENTRIES.as_json(ROW, TIMES, fields) == {
        "id": None,
        "start": "2026-11-24T09:02:00+01:00",
        "duration": 4380,
        "billable": True,
        "tags": [{"id": None, "name": "deep"}],
        "tagIds": [],
        "timeInterval": {
            "start": "2026-11-24T08:02:00Z",
            "end": "2026-11-24T09:15:00Z",
            "duration": "PT1H13M",
        },
    }


def test_chosen_fields_come_in_the_order_asked_for() -> None:
    assert [field.name for field in ENTRIES.pick(["task", "id"])] == ["task", "id"]


def test_an_unknown_field_is_refused_with_the_nearest_and_all_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        ENTRIES.pick(["start", "descripton"])
    assert refused.value.message == 'no field named "descripton"'
    assert refused.value.hint.startswith("Did you mean description?\nFields: id, localId, start,")


def test_a_field_that_resembles_none_is_refused_with_all_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        ENTRIES.pick(["x.__class__"])
    assert refused.value.hint.startswith("Fields: id,")


@pytest.mark.parametrize("text", ["", " , ", ","])
def test_no_field_at_all_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no field is named"):
        split_fields(text)


def test_names_of_fields_may_be_spaced() -> None:
    assert split_fields("start, end,") == ["start", "end"]


PROJECT = Item(
    kind="project",
    local_id=WEBSITE.local_id,
    server_id=WEBSITE.server_id,
    workspace_id="local",
    name="Website",
    billable=True,
)
TASK = Item(kind="task", local_id=DESIGN.local_id, workspace_id="local", name="Design")
CLIENT = Item(kind="client", local_id=ACME.local_id, workspace_id="local", name="Acme")
EVERY: list[Any] = [
    pytest.param(ENTRIES, EntryRow(entry(24, "09:00", "10:00", task=DESIGN)), id="entry"),
    pytest.param(STATUS, Status(STANDUP, 60, NOW), id="status"),
    pytest.param(STATUS, Status(None, 60, NOW), id="idle"),
    pytest.param(PROJECTS, ItemRow(PROJECT, client=ACME), id="project"),
    pytest.param(PROJECTS, ItemRow(PROJECT), id="project alone"),
    pytest.param(TASKS, ItemRow(TASK, project=WEBSITE), id="task"),
    pytest.param(TASKS, ItemRow(TASK), id="task alone"),
    pytest.param(CLIENTS, ItemRow(CLIENT), id="client"),
    pytest.param(CHANGES, ChangeRow(3, NOW, "stop", "Standup", "local"), id="change"),
]


@pytest.mark.parametrize(("schema", "row"), EVERY)
def test_every_json_name_is_a_field_with_the_same_value(schema: Any, row: Any) -> None:
    document = schema.document(row, TIMES)
    # The entry in the status has its own fields; a moment is written with an offset.
    names = [name for name in document if name not in ("entry", "asOf", "at")]
    picked = schema.as_json(row, TIMES, schema.pick(names))
    assert picked == {name: document[name] for name in names}


@pytest.mark.parametrize(("schema", "row"), EVERY)
def test_every_field_has_a_name_of_its_own_and_text_without_breaks(schema: Any, row: Any) -> None:
    names = [field.name for field in schema.fields]
    assert len(names) == len(set(names))
    for field in schema.fields:
        assert tsv_cell(field, row, TIMES).isprintable()


def test_the_columns_of_a_log_in_a_pipe() -> None:
    fields = ENTRIES.default_fields()
    assert [field.name for field in fields] == [
        "id",
        "start",
        "end",
        "seconds",
        "project",
        "task",
        "description",
        "tags",
        "billable",
        "state",
    ]
    assert [tsv_cell(field, EntryRow(SPEC), TIMES) for field in fields] == [
        SPEC.local_id,
        "2026-11-24T09:02:00+01:00",
        "2026-11-24T10:15:00+01:00",
        "4380",
        "Acme / Website",
        "",
        "Write spec",
        "deep",
        "true",
        "local",
    ]


def test_a_file_of_entries_can_be_read_back() -> None:
    fields = ENTRIES.pick(EXPORT_COLUMNS)
    assert [tsv_cell(field, EntryRow(SPEC), TIMES) for field in fields][4:7] == [
        "Acme",
        "Website",
        "",
    ]


def test_the_whole_of_a_row_is_the_entry() -> None:
    assert ENTRIES.document(EntryRow(SPEC, 1), TIMES) == entry_json(SPEC, NOW)


def test_a_change_is_dated_in_the_zone() -> None:
    row = ChangeRow(3, at(24, "10:00"), "stop", "Standup", "local", undone=True)
    fields = CHANGES.default_fields()
    assert [tsv_cell(field, row, TIMES) for field in fields] == [
        "3",
        "2026-11-24T10:00:00+01:00",
        "stop",
        "Standup",
        "local",
        "true",
    ]
