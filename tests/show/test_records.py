from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clockify_cli.errors import UsageError
from clockify_cli.show import records
from clockify_cli.show.log_view import EntryRow
from clockify_cli.show.shapes import ENTRIES
from tests.show.samples import DEEP, LOOK, SPEC, STANDUP

ROW = EntryRow(SPEC, 2)
RUNNING = EntryRow(STANDUP, 1)


def cells(names: str, row: EntryRow = ROW) -> dict[str, list[str]]:
    """The values of the fields as TSV, CSV, Markdown and table show them."""
    fields = ENTRIES.pick(names.split(","))
    kinds: dict[str, Any] = {
        "tsv": records.tsv_cell,
        "csv": records.csv_cell,
        "markdown": records.markdown_cell,
        "table": records.human_cell,
    }
    return {kind: [cell(field, row, LOOK) for field in fields] for kind, cell in kinds.items()}


def test_moments_are_rfc_3339_for_scripts_and_short_for_people() -> None:
    assert cells("start") == {
        "tsv": ["2026-11-24T09:02:00+01:00"],
        "csv": ["2026-11-24T09:02:00+01:00"],
        "markdown": ["2026-11-24 09:02"],
        "table": ["2026-11-24 09:02"],
    }


def test_a_table_alone_follows_the_twelve_hour_clock() -> None:
    (field,) = ENTRIES.pick(["start"])
    look = replace(LOOK, clock="12")
    assert records.human_cell(field, ROW, look) == "2026-11-24 9:02am"
    assert records.markdown_cell(field, ROW, look) == "2026-11-24 09:02"


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
    assert records.record_json(fields, ROW, LOOK) == {
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
    assert refused.value.message == 'no field is called "descripton"'
    assert refused.value.hint.startswith("Did you mean description?\nFields: id, localId, start,")


def test_a_field_that_resembles_none_is_refused_with_all_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        ENTRIES.pick(["x.__class__"])
    assert refused.value.hint.startswith("Fields: id,")


@pytest.mark.parametrize("text", ["", " , ", ","])
def test_no_field_at_all_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no field is named"):
        records.split_fields(text)


def test_names_of_fields_may_be_spaced() -> None:
    assert records.split_fields("start, end,") == ["start", "end"]
