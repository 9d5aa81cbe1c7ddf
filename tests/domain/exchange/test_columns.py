from __future__ import annotations

import pytest

from clockify_cli.domain.exchange.columns import find_columns
from clockify_cli.errors import UsageError

from .files import CLOCKIFY, read, utc

ROW = 'Website,Acme,Write spec,Draft,Ann,,ann@example.com,"deep, ai",Yes,2026-11-23,09:00,'
ROW += "2026-11-23,10:00,01:00:00,1.00,0.00,0.00\n"
REPORT = f"{CLOCKIFY}\n{ROW}"


def renamed(**headings: str) -> str:
    """Return a report with other headings."""
    text = CLOCKIFY
    for old, new in headings.items():
        text = text.replace(old, new, 1)
    return f"{text}\n{ROW}"


def test_a_heading_that_is_not_understood_refuses_while_a_standard_column_is_missing() -> None:
    with pytest.raises(UsageError) as caught:
        read(renamed(Task="Activity"))

    assert caught.value.message == '"Activity" is not understood, and there is no column for task'
    assert caught.value.hint == (
        "`--column task=Activity` says what this column is.\n"
        "`--column skip=Activity` leaves it out."
    )


def test_several_headings_that_are_not_understood_are_left_out_by_one_line() -> None:
    with pytest.raises(UsageError) as caught:
        read(renamed(Task="activity.id", User="activity.name", Group="Sort of"))

    assert caught.value.hint == (
        '`--column task=activity.name` if "activity.name" holds the task.\n'
        "`--column skip=activity.id --column skip=activity.name --column skip='Sort of'`"
        " leaves all of them out."
    )


@pytest.mark.parametrize(
    "heads",
    [
        "Date,Begin,End,Project,Customer",
        "Datum;Beginn;Ende;Projekt;Kunde",
        "Datum;Von;Bis;Projekt;Kunde",
        "Data;Inizio;Fine;Progetto;Cliente",
        "Data;Początek;Koniec;Projekt;Klient",
        "Work date,Hours,Hours,Project,Customer",
    ],
)
def test_a_table_that_somebody_made_by_hand_is_read(heads: str) -> None:
    cells = "2026-11-23,09:00,10:30,Site,North"
    if "Hours" in heads:
        heads, cells = heads.replace("Hours,Hours", "Hours"), cells.replace("09:00,10:30", "1.5")
    (row,) = read(f"{heads}\n{cells.replace(',', ';' if ';' in heads else ',')}\n").rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 9, 30))
    assert (row.client, row.project) == ("North", "Site")


def test_the_line_to_type_is_quoted_for_a_shell() -> None:
    with pytest.raises(UsageError) as caught:
        read(renamed(Task="Kind of work"))

    assert "--column task='Kind of work'" in caught.value.hint


def test_a_column_without_a_heading_is_one_that_is_not_understood_if_it_holds_anything() -> None:
    with pytest.raises(UsageError) as caught:
        read(renamed(Task=""))
    assert "--column task=4" in caught.value.hint
    (row,) = read(renamed(Task=""), columns=("task=4",)).rows
    assert row.task == "Draft"

    assert read(f"{CLOCKIFY},\n{ROW.rstrip()},\n").notes == read(REPORT).notes
    (note,) = read(f"{CLOCKIFY},\n{ROW.rstrip()},x\n").notes
    assert note.endswith('"column 18".')


@pytest.mark.parametrize(
    ("said", "task", "description"),
    [
        (("task=Activity",), "Draft", "Write spec"),
        (("TASK = activity",), "Draft", "Write spec"),
        (("task=4",), "Draft", "Write spec"),
        (("skip=Activity",), "", "Write spec"),
        (("task=Description", "description=Activity"), "Write spec", "Draft"),
    ],
)
def test_what_a_person_says_of_a_column_counts(
    said: tuple[str, ...], task: str, description: str
) -> None:
    (row,) = read(renamed(Task="Activity"), columns=said).rows

    assert (row.task, row.description) == (task, description)


@pytest.mark.parametrize("field", ["tag", "tags", "person", "start-date", "start date", "e-mail"])
def test_a_field_is_named_as_people_write_it(field: str) -> None:
    assert list(find_columns(("Thing",), (f"{field}=Thing",)).places.values()) == [0]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (("sort=Task",), "does not say what a column is"),
        (("Task",), "does not say what a column is"),
        (("custom.values=Task",), "does not say what a column is"),
        (("task=Nothing",), 'no column "Nothing"'),
        (("task=99",), 'no column "99"'),
        (("task=",), 'no column ""'),
        (("task=Task", "task=Client"), "for the second time"),
        (("task=Task", "client=Task"), "for the second time"),
    ],
)
def test_what_cannot_be_said_of_a_column_is_refused(said: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(REPORT, columns=said)


def test_a_column_that_another_took_the_place_of_is_not_understood_any_more() -> None:
    # The workspace calls projects clients, and clients departments.
    text = renamed(Client="Department", Project="Client")

    with pytest.raises(UsageError, match='"Client" is not understood'):
        read(text, columns=("client=Department",))
    (row,) = read(text, columns=("client=Department", "project=Client")).rows

    assert (row.client, row.project) == ("Acme", "Website")


def test_two_columns_of_one_name_are_told_apart_by_their_numbers() -> None:
    text = renamed(Client="Project")

    with pytest.raises(UsageError) as caught:
        read(text)
    assert caught.value.message == 'the file has 2 columns "Project"'
    assert "--column project=1" in caught.value.hint
    (row,) = read(text, columns=("project=1", "client=2")).rows

    assert (row.client, row.project) == ("Acme", "Website")


def test_a_name_that_stands_twice_may_be_a_renamed_column() -> None:
    with pytest.raises(UsageError, match='"Group" is not understood, and there is no column for c'):
        read(renamed(Client="Group"))


def test_what_a_workspace_calls_its_tasks_is_a_task() -> None:
    (row,) = read(renamed(Task="Activity"), labels={"task": "activity", "project": "project"}).rows

    assert row.task == "Draft"


def test_a_column_that_names_types_is_not_passed_over() -> None:
    text = f"{CLOCKIFY},Kind\n{ROW.rstrip()},Regular\n{ROW.rstrip()},Time off\n"

    with pytest.raises(UsageError) as caught:
        read(text)
    assert "--column type=Kind" in caught.value.hint
    with pytest.raises(UsageError, match="breaks or time off"):
        read(text, columns=("skip=Kind",))
    kinds = [row.type for row in read(text, columns=("type=Kind",)).rows]

    assert kinds == ["REGULAR", "TIME_OFF"]


def test_json_is_refused_only_for_fields_that_hold_something() -> None:
    def entry(phase: str) -> str:
        times = '"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"'
        return f'[{{{times}, "phase": {phase}}}]'

    assert read(entry("null")).notes == ()
    with pytest.raises(UsageError, match='"phase" is not understood'):
        read(entry('"Paint"'))
    (row,) = read(entry('"Paint"'), columns=("description=phase",)).rows

    assert row.description == "Paint"


def test_a_report_without_projects_is_taken_without_tasks_and_clients_which_is_said() -> None:
    text = "Client,Task,Start Date,Start Time,Duration (h)\nAcme,Draft,2026-11-23,09:00,1:00\n"

    file = read(text)

    assert [(row.client, row.task) for row in file.rows] == [("", "")]
    assert file.notes == (
        'Not imported: the columns "Client", "Task".',
        "A task or client needs a project, and the file has no column for it.",
    )


def test_a_client_without_a_project_is_left_out_which_is_said() -> None:
    file = read("start,end,client,project\n2026-11-23 08:00,2026-11-23 09:00,Acme,\n")

    assert file.notes == ("Without a project, so without its client: line 2.",)


def test_a_person_is_missing_where_the_columns_for_one_say_nobody() -> None:
    text = renamed(User="Nickname").replace("ann@example.com", "")

    with pytest.raises(UsageError, match=r'"Nickname" is not understood.*no column for person'):
        read(text)
    assert read(text, columns=("person=Nickname",)).person is not None
    assert read(renamed(User="Nickname")).rows


@pytest.mark.parametrize(
    ("header", "clocks"),
    [
        ("Date,Start Time,End Time", "9:00,10:30"),
        ("Date,Start,End", "09:00,10:30"),
        ("Datum,Startzeit,Endzeit", "09:00:00,10:30:00"),
        ("Day,Start,End", "9:00 AM,10:30 AM"),
        ("Date,Start Time,Duration (h)", "09:00,1:30"),
        ("Date,Start,Dauer (Std.)", "09:00,1:30"),
    ],
)
def test_times_of_day_are_of_the_day_in_a_column_of_its_own(header: str, clocks: str) -> None:
    (row,) = read(f"{header},Description\n23.11.2026,{clocks},Call\n").rows

    assert (row.start, row.end) == (utc(23, 8), utc(23, 9, 30))
    assert row.description == "Call"


def test_a_day_beside_whole_moments_says_nothing_new() -> None:
    text = "Date,Start,End\n2026-11-24,2026-11-23 09:00,2026-11-23 10:30\n"

    (row,) = read(text).rows

    assert row.start == utc(23, 8)


@pytest.mark.parametrize("heading", ["Note", "Comment", "Time Entry", "Bemerkung"])
def test_notes_are_the_description_of_a_table_that_has_no_other(heading: str) -> None:
    text = f"Start,Stop,{heading}\n2026-11-23 09:00,2026-11-23 10:00,Layout\n"
    assert read(text).rows[0].description == "Layout"

    both = f"Start,Stop,Description,{heading}\n2026-11-23 09:00,2026-11-23 10:00,,Layout\n"
    with pytest.raises(UsageError, match=f'"{heading}" is not understood'):
        read(both)
    with pytest.raises(UsageError, match=f'"{heading}" is not understood'):
        read(renamed(Description=heading))


def test_rows_without_a_person_are_not_taken_for_anothers_while_a_heading_is_unknown() -> None:
    head = renamed(User="Nickname").splitlines()[0]
    other = ROW.replace("Ann", "Bob").replace("ann@example.com", "")

    with pytest.raises(UsageError, match=r'"Nickname" is not understood.*no column for person'):
        read(f"{head}\n{ROW}{other}")
    with pytest.raises(UsageError, match="2 people"):
        read(f"{head}\n{ROW}{other}", columns=("user=Nickname",))
    assert len(read(f"{head}\n{ROW}").rows) == 1


@pytest.mark.parametrize("heading", ["From", "To", "Begin", "Work date", "Customer", "Hours"])
def test_a_custom_field_of_a_report_is_not_taken_for_its_times(heading: str) -> None:
    row = f"{ROW.rstrip()},Lisbon\n"
    file = read(f"{CLOCKIFY},{heading}\n{row}")

    assert (file.rows[0].start, file.rows[0].end) == (utc(23, 8), utc(23, 9))
    assert (file.rows[0].client, file.rows[0].project) == ("Acme", "Website")
    assert f'"{heading}"' in file.notes[0]


@pytest.mark.parametrize("task", ["Task", "Activity"])
def test_a_column_that_names_types_is_not_offered_to_be_left_out(task: str) -> None:
    head = renamed(Task=task, Group="Sort of work").splitlines()[0]

    with pytest.raises(UsageError) as caught:
        read(f"{head}\n{ROW.replace('Ann,', 'Ann,Break', 1)}")

    assert caught.value.hint == "`--column type='Sort of work'` says what this column is."
