from __future__ import annotations

import json

import pytest

from clockify_cli.domain.status import Status
from clockify_cli.errors import UsageError
from clockify_cli.show.drawn.log_view import EntryRow
from clockify_cli.show.formats.rows import OutputChoice, show_one, show_rows
from clockify_cli.show.rows.fields import ENTRIES, STATUS
from clockify_cli.show.screen import Screen
from tests.show.samples import NOW, SPEC, STANDUP, TIMES, entry, screen, shown

ROWS = (EntryRow(SPEC, 2), EntryRow(STANDUP, 1))
VIEW = Status(entry=STANDUP, today_seconds=4620, as_of=NOW)


def rows_shown(choice: OutputChoice, on: Screen | None = None) -> str:
    """Return what is written for two entries, to a pipe unless *on* is given."""
    on = on or screen(terminal=False)
    show_rows(on, TIMES, ENTRIES, ROWS, choice, lambda: on.write("the usual table\n"))
    return shown(on)


def test_a_pipe_gets_tab_separated_rows_without_a_head() -> None:
    assert rows_shown(OutputChoice()) == (
        f"{SPEC.local_id}\t2026-11-24T09:02:00+01:00\t2026-11-24T10:15:00+01:00\t4380\t"
        "Acme / Website\t\tWrite spec\tdeep\ttrue\tlocal\n"
        f"{STANDUP.local_id}\t2026-11-24T10:15:00+01:00\t\t240\tInternal\t\tStandup\t\tfalse\tlocal\n"
    )


def test_a_terminal_gets_the_usual_table() -> None:
    assert rows_shown(OutputChoice(), screen()) == "the usual table\n"


def test_a_format_that_was_chosen_wins_over_the_terminal() -> None:
    assert rows_shown(OutputChoice("tsv", "description"), screen()) == "Write spec\nStandup\n"
    assert rows_shown(OutputChoice("table")) == "the usual table\n"


def test_chosen_fields_are_the_columns_of_a_table() -> None:
    choice = OutputChoice(fields="description,duration,project")
    assert rows_shown(choice, screen()) == (
        "description  duration  project\n"
        "Write spec       1:13  Acme / Website\n"
        "Standup          0:04  Internal\n"
    )


def test_a_list_without_a_table_of_its_own_is_drawn_by_its_columns() -> None:
    on = screen(200)
    show_rows(on, TIMES, ENTRIES, ROWS, OutputChoice())
    assert shown(on).splitlines()[0].split() == list(ENTRIES.columns)


def test_json_is_an_array_of_the_rows() -> None:
    documents = json.loads(rows_shown(OutputChoice("json")))
    assert [document["description"] for document in documents] == ["Write spec", "Standup"]
    assert documents[0]["localId"] == SPEC.local_id


def test_json_of_chosen_fields_has_them_alone() -> None:
    assert json.loads(rows_shown(OutputChoice("json", "description,seconds"))) == [
        {"description": "Write spec", "seconds": 4380},
        {"description": "Standup", "seconds": 240},
    ]


def test_json_of_a_whole_is_one_object_unless_fields_are_chosen() -> None:
    on = screen(terminal=False)
    show_rows(on, TIMES, ENTRIES, ROWS, OutputChoice("json"), whole=lambda: {"all": 1})
    assert json.loads(shown(on)) == {"all": 1}
    on = screen(terminal=False)
    show_rows(
        on, TIMES, ENTRIES, ROWS, OutputChoice("json", "description"), whole=lambda: {"all": 1}
    )
    assert json.loads(shown(on)) == [{"description": "Write spec"}, {"description": "Standup"}]


def test_csv_has_a_head() -> None:
    assert rows_shown(OutputChoice("csv", "description,duration")) == (
        "description,duration\r\nWrite spec,1:13\r\nStandup,0:04\r\n"
    )


def test_markdown_is_a_table() -> None:
    assert rows_shown(OutputChoice("markdown", "description,duration")) == (
        "| description | duration |\n| --- | ---: |\n| Write spec | 1:13 |\n| Standup | 0:04 |\n"
    )


def test_tsv_is_guarded_in_a_file_and_as_it_is_in_a_pipe() -> None:
    formula = (EntryRow(entry(24, "09:00", "10:00", "=1+1")),)
    for to_file, text in ((True, "'=1+1\n"), (False, "=1+1\n")):
        on = screen(terminal=False)
        show_rows(on, TIMES, ENTRIES, formula, OutputChoice("tsv", "description", to_file))
        assert shown(on) == text


def test_an_unknown_field_is_refused_before_anything_is_written() -> None:
    on = screen(terminal=False)
    with pytest.raises(UsageError):
        show_rows(on, TIMES, ENTRIES, ROWS, OutputChoice("json", "nope"))
    assert shown(on) == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_one_row_is_a_sentence_unless_a_format_was_chosen(terminal: bool) -> None:
    on = screen(terminal=terminal)
    show_one(on, TIMES, STATUS, VIEW, OutputChoice(), lambda: on.say("Running"))
    assert shown(on) == "Running\n"


def test_json_of_one_row_is_an_object() -> None:
    on = screen()
    show_one(on, TIMES, STATUS, VIEW, OutputChoice("json"), lambda: None)
    assert json.loads(shown(on))["running"] is True
    on = screen()
    show_one(on, TIMES, STATUS, VIEW, OutputChoice("json", "today"), lambda: None)
    assert json.loads(shown(on)) == {"today": 4620}


def test_one_row_in_another_format_is_a_row() -> None:
    on = screen(terminal=False)
    show_one(on, TIMES, STATUS, VIEW, OutputChoice(fields="description,today"), lambda: None)
    assert shown(on) == "Standup\t4620\n"
