from __future__ import annotations

from typing import Any

import pytest

from clockify_cli.domain.catalogue import Item
from clockify_cli.show import shapes
from clockify_cli.show.as_json import entry_json
from clockify_cli.show.list_rows import ChangeRow, ItemRow, SettingRow
from clockify_cli.show.log_view import EntryRow
from clockify_cli.show.records import record_json, tsv_cell
from clockify_cli.show.views import StatusView
from tests.show.samples import ACME, DESIGN, LOOK, NOW, SPEC, STANDUP, WEBSITE, at, entry

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
    pytest.param(shapes.ENTRIES, EntryRow(entry(24, "09:00", "10:00", task=DESIGN)), id="entry"),
    pytest.param(shapes.STATUS, StatusView(STANDUP, 60, NOW), id="status"),
    pytest.param(shapes.STATUS, StatusView(None, 60, NOW), id="idle"),
    pytest.param(shapes.PROJECTS, ItemRow(PROJECT, client=ACME), id="project"),
    pytest.param(shapes.PROJECTS, ItemRow(PROJECT), id="project alone"),
    pytest.param(shapes.TASKS, ItemRow(TASK, project=WEBSITE), id="task"),
    pytest.param(shapes.TASKS, ItemRow(TASK), id="task alone"),
    pytest.param(shapes.CLIENTS, ItemRow(CLIENT), id="client"),
    pytest.param(shapes.CHANGES, ChangeRow(3, NOW, "stop", "Standup", "local"), id="change"),
    pytest.param(shapes.SETTINGS, SettingRow("tz", "UTC", "default"), id="setting"),
]


@pytest.mark.parametrize(("shape", "row"), EVERY)
def test_every_json_name_is_a_field_with_the_same_value(shape: Any, row: Any) -> None:
    document = shape.document(row, LOOK)
    # The entry within the status gives its own fields; one moment is given with an offset.
    names = [name for name in document if name not in ("entry", "asOf", "at")]
    assert record_json(shape.pick(names), row, LOOK) == {name: document[name] for name in names}


@pytest.mark.parametrize(("shape", "row"), EVERY)
def test_every_field_has_a_name_of_its_own_and_text_without_breaks(shape: Any, row: Any) -> None:
    names = [field.name for field in shape.fields]
    assert len(names) == len(set(names))
    for field in shape.fields:
        assert tsv_cell(field, row, LOOK).isprintable()


def test_the_columns_of_a_log_in_a_pipe() -> None:
    fields = shapes.ENTRIES.default_fields()
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
    assert [tsv_cell(field, EntryRow(SPEC), LOOK) for field in fields] == [
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
    fields = shapes.ENTRIES.pick(shapes.EXPORT_COLUMNS)
    assert [tsv_cell(field, EntryRow(SPEC), LOOK) for field in fields][4:7] == [
        "Acme",
        "Website",
        "",
    ]


def test_the_whole_of_a_row_is_the_entry() -> None:
    assert shapes.ENTRIES.document(EntryRow(SPEC, 1), LOOK) == entry_json(SPEC, NOW)


def test_a_change_is_dated_in_the_zone() -> None:
    row = ChangeRow(3, at(24, "10:00"), "stop", "Standup", "local", undone=True)
    fields = shapes.CHANGES.default_fields()
    assert [tsv_cell(field, row, LOOK) for field in fields] == [
        "3",
        "2026-11-24T10:00:00+01:00",
        "stop",
        "Standup",
        "local",
        "true",
    ]
