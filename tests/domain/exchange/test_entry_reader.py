from __future__ import annotations

import json

import pytest

from clockify_cli.errors import UsageError

from .files import read, utc

HEAD = "id,start,end,seconds,clientName,projectName,taskName,description,tags,billable\n"
ID = "64a687e29ae1f428e7ebe303"


def test_every_column_of_an_export_is_read() -> None:
    line = (
        f"{ID},2026-11-23T09:00:00+01:00,2026-11-23T10:30:00+01:00,5400,"
        'Acme,Website,Draft,Write spec,"deep, ""a, b""",true\n'
    )

    file = read(HEAD + line)

    assert file.source == "csv"
    (row,) = file.rows
    assert (row.start, row.end) == (utc(23, 8), utc(23, 9, 30))
    assert (row.client, row.project, row.task) == ("Acme", "Website", "Draft")
    assert (row.description, row.tags, row.billable) == ("Write spec", ("deep", "a, b"), True)
    assert (row.line, row.original) == (2, (ID,))


def test_start_and_end_are_enough_and_local_times_are_of_the_zone() -> None:
    (row,) = read("Start;END\n2026-11-23 09:00;2026-11-23T10:00:00\n").rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 9))
    assert (row.description, row.project, row.tags, row.billable) == ("", "", (), None)


def test_an_hour_may_have_one_digit() -> None:
    (row,) = read("start,end\n2026-11-23 9:00,2026-11-23T9:30:00+01:00\n").rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 8, 30))


def test_seconds_are_whole() -> None:
    (row,) = read("start,end\n2026-11-23T09:00:00.9Z,2026-11-23T10:00:00.1Z\n").rows

    assert (row.start, row.end) == (utc(23, 9), utc(23, 10))


def test_a_guard_before_a_formula_is_taken_off_and_others_stay() -> None:
    text = "start,end,description\n" + "".join(
        f"2026-11-23T0{hour}:00Z,2026-11-23T0{hour}:30Z,{said}\n"
        for hour, said in enumerate(["'=1+1", "'tis", "''=1", "'-3 apples"])
    )

    assert [row.description for row in read(text).rows] == ["=1+1", "'tis", "'=1", "-3 apples"]


def test_a_description_of_two_lines_becomes_one_and_the_line_is_that_of_its_beginning() -> None:
    text = (
        "start,end,description\n"
        '2026-11-23T08:00Z,2026-11-23T09:00Z,"two\nlines"\n\n'
        "2026-11-23T09:00Z,2026-11-23T10:00Z,next\n"
    )

    rows = read(text).rows

    assert [(row.line, row.description) for row in rows] == [(2, "two lines"), (5, "next")]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        pytest.param("2026-11-23T08:00Z,", "no end", id="running"),
        pytest.param("2026-11-23T08:00Z,2026-11-23T07:00Z", "ends before", id="backwards"),
        pytest.param(
            "2026-02-30T08:00Z,2026-03-01T07:00Z", "not a date and time", id="30 February"
        ),
        pytest.param("2026-11-23,2026-11-24", "not a date and time", id="days alone"),
        pytest.param("9:00,10:00", "not a date and time", id="clock times alone"),
        pytest.param("1969-01-01T08:00Z,2026-03-01T07:00Z", "1970 to 2100", id="too early"),
        pytest.param("9999-01-01T08:00,9999-01-01T09:00", "1970 to 2100", id="too late"),
        pytest.param("2026-03-29T02:30,2026-03-29T04:00", "does not exist", id="skipped"),
        pytest.param("2026-10-25T02:30,2026-10-25T04:00", "happens twice", id="repeated"),
        pytest.param("2026-11-23T08:00Z", "has 1 cell, and the header has 2", id="too short"),
        pytest.param("2026-11-23T08:00Z,2026-11-23T09:00Z,x", "has 3 cells", id="too long"),
    ],
)
def test_a_line_that_is_no_entry_is_named_with_its_reason(cells: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(f"start,end\n2026-11-22T08:00Z,2026-11-22T09:00Z\n{cells}\n")

    assert caught.value.message == "1 line cannot be imported, so nothing was imported"
    (detail,) = caught.value.details
    assert detail.startswith("line 3: ")
    assert why in detail


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("description", "a\x1b[31m", "control character"),
        ("description", "x" * 3001, "3001 characters"),
        ("project", "x" * 251, "251 characters"),
        ("client", "a\x07", "control character"),
        ("task", "Draft", "has no project"),
        ("billable", "maybe", "neither yes nor no"),
        ("id", "../../user", "is not an id"),
        ("type", "SLEEP", "is not an entry type"),
        ("tags", '"' + ",".join(map(str, range(51))) + '"', "51 tags"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_named(column: str, cell: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(f"start,end,{column}\n2026-11-23T08:00Z,2026-11-23T09:00Z,{cell}\n")

    assert why in caught.value.details[0]


def test_ten_wrong_lines_are_named_and_the_others_counted() -> None:
    with pytest.raises(UsageError) as caught:
        read("start,end\n" + "x,y\n" * 25)

    assert caught.value.message == "25 lines cannot be imported, so nothing was imported"
    assert len(caught.value.details) == 11
    assert caught.value.details[-1] == "and 15 more"


@pytest.mark.parametrize("id_", [ID, ""])
def test_an_entry_of_no_length_is_taken_and_said(id_: str) -> None:
    file = read(f"id,start,end\n{id_},2026-11-23T08:00Z,2026-11-23T08:00Z\n")

    assert [row.start for row in file.rows] == [row.end for row in file.rows] == [utc(23, 8)]
    assert file.notes == ("Starts and ends at the same time: line 2.",)


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"""a"" b"', ('"a" b',)),
        ('"""deep"" work, ai"', ('"deep" work', "ai")),
        ('"deep, ""a, b"""', ("deep", "a, b")),
    ],
)
def test_a_tag_that_begins_with_a_quote_is_taken(cell: str, tags: tuple[str, ...]) -> None:
    (row,) = read(f"start,end,tags\n2026-11-23T08:00Z,2026-11-23T09:00Z,{cell}\n").rows

    assert row.tags == tags


def test_empty_cells_behind_the_last_column_do_no_harm() -> None:
    assert len(read("start,end\n2026-11-23T08:00Z,2026-11-23T09:00Z,,\n").rows) == 1


@pytest.mark.parametrize(
    ("cell", "tags", "ids"),
    [
        ("[{'id': '321a77ddd3fcab07cfbb5670', 'name': 'deep, ai', 'archived': False}]", 1, True),
        ('[{""id"": ""321a77ddd3fcab07cfbb5670"", ""name"": ""deep, ai"", ""x"": null}]', 1, True),
        ("['deep, ai']", 1, False),
        ('[""deep, ai""]', 1, False),
        ("[]", 0, False),
    ],
)
def test_a_list_that_a_program_wrote_into_a_cell_is_a_list_of_tags(
    cell: str, tags: int, ids: bool
) -> None:
    (row,) = read(f'start,end,tags\n2026-11-23T08:00Z,2026-11-23T09:00Z,"{cell}"\n').rows

    assert row.tags == ("deep, ai",) * tags
    assert row.ids.tags == (("321a77ddd3fcab07cfbb5670",) if ids else ())


def test_a_list_of_ids_that_a_program_wrote_into_a_cell_is_read() -> None:
    one, two = "321a77ddd3fcab07cfbb5670", "321a77ddd3fcab07cfbb5671"
    (row,) = read(
        f"start,end,tagIds\n2026-11-23T08:00Z,2026-11-23T09:00Z,\"['{one}', '{two}']\"\n"
    ).rows

    assert row.ids.tags == (one, two)


def test_a_tag_in_brackets_is_a_tag() -> None:
    (row,) = read("start,end,tags\n2026-11-23T08:00Z,2026-11-23T09:00Z,[deep]\n").rows

    assert row.tags == ("[deep]",)


@pytest.mark.parametrize("word", ["null", "NULL", "nan", "NaN", "None", "<NA>", "(No tags)"])
def test_what_programs_write_for_nothing_is_no_name(word: str) -> None:
    head = "start,end,description,projectName,clientName,taskName,tags"
    cells = ",".join(["2026-11-23T08:00Z", "2026-11-23T09:00Z", word, *[word] * 4])
    file = read(f"{head}\n{cells}\n")

    (row,) = file.rows
    assert (row.project, row.client, row.task, row.tags) == ("", "", "", ())
    assert row.description == word
    assert (f'Read as no name: "{word}".' in file.notes) == ("(" not in word)


@pytest.mark.parametrize("word", ["null", "nan", "None", "\\N", "[0]", "['a']"])
@pytest.mark.parametrize(
    "head",
    [
        "id,start,end,seconds,clientName,projectName,taskName,description,tags",
        "Project,Client,Description,Task,User,Tags,Start Date,Start Time,End Date,End Time",
    ],
    ids=["our export", "a report"],
)
def test_in_our_own_files_and_in_reports_these_words_are_names(head: str, word: str) -> None:
    cells = {
        "start": "2026-11-23T08:00Z",
        "end": "2026-11-23T09:00Z",
        "seconds": "3600",
        "Start Date": "2026-11-23",
        "End Date": "2026-11-23",
        "Start Time": "08:00",
        "End Time": "09:00",
        "User": "Ann",
        "id": "",
    }
    file = read(f"{head}\n{','.join(cells.get(name, word) for name in head.split(','))}\n")

    (row,) = file.rows
    assert (row.project, row.client, row.task, row.tags) == (word, word, word, (word,))


@pytest.mark.parametrize("word", ["null", "None", "nan"])
def test_in_json_these_words_are_names(word: str) -> None:
    entry = {
        "timeInterval": {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"},
        "projectName": word,
        "taskName": word,
        "tags": [{"name": word}],
    }
    (row,) = read(json.dumps([entry])).rows
    assert (row.project, row.task, row.tags) == (word, word, (word,))
