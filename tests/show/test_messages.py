from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from clockify_cli.domain.entry import ChangeResult, Item, TimeEntry, Verb
from clockify_cli.domain.status import Status
from clockify_cli.show import messages
from tests.show.samples import (
    ACME,
    DEEP,
    DESIGN,
    NOW,
    SPEC,
    STANDUP,
    STANDUP_DONE,
    TIMES,
    WEBSITE,
    at,
    entry,
    screen,
)


def test_a_start_that_stops_a_timer_tells_both_in_line() -> None:
    change = ChangeResult(verb="start", entries=(STANDUP,), stopped=SPEC)
    assert messages.change_lines(change, TIMES, screen()) == [
        "Stopped  Write spec · Acme / Website #deep · billable   09:02–10:15 · 1:13",
        "Started  Standup · Internal                             at 10:15",
    ]


def test_a_first_start_names_what_it_created_and_folds_a_new_client_into_its_project() -> None:
    created = (
        Item(kind="client", local_id=ACME.local_id, workspace_id="local", name="Acme"),
        Item(
            kind="project",
            local_id=WEBSITE.local_id,
            workspace_id="local",
            name="Website",
            client=ACME.local_id,
        ),
        Item(kind="tag", local_id=DEEP.local_id, workspace_id="local", name="deep"),
    )
    running = replace(SPEC, end=None, billable=False)
    change = ChangeResult(verb="start", entries=(running,), created=created)
    assert messages.change_lines(change, TIMES, screen()) == [
        "Created project Website for client Acme, tag deep (on this computer).",
        "Started  Write spec · Acme / Website #deep   at 09:02",
    ]


def test_a_new_project_of_a_known_client_is_told_with_the_clients_name() -> None:
    project = Item(
        kind="project",
        local_id=WEBSITE.local_id,
        workspace_id="64a687e29ae1f428e7ebe399",
        name="Website",
        client=ACME.local_id,
    )
    change = ChangeResult(verb="start", entries=(SPEC,), created=(project,))
    assert messages.created_line(change) == "Created project Website for client Acme."


def test_a_new_client_alone_is_told() -> None:
    client = Item(kind="client", local_id="1", workspace_id="local", name="Acme")
    assert messages.created_line(ChangeResult(verb="make", created=(client,))) == (
        "Created client Acme (on this computer)."
    )


def test_a_dry_run_says_what_would_be_done() -> None:
    change = ChangeResult(verb="delete", entries=(STANDUP_DONE,), dry_run=True)
    assert messages.change_lines(change, TIMES, screen()) == [
        "Would delete  Standup · Internal   10:15–10:32 · 0:17"
    ]


def test_a_repeated_key_says_that_it_was_already_done() -> None:
    change = ChangeResult(verb="add", entries=(STANDUP_DONE,), already=True)
    assert messages.change_lines(change, TIMES, screen()) == [
        "Already done:  Standup · Internal   10:15–10:32 · 0:17"
    ]


def test_undo_tells_what_it_took_back_before_the_entries() -> None:
    change = ChangeResult(verb="undo", entries=(STANDUP,), summary="stop Standup")
    assert messages.change_lines(change, TIMES, screen()) == [
        "Undone: stop Standup",
        "Now  Standup · Internal   since 10:15 · 0:04",
    ]


def test_a_cancelled_timer_is_told_with_the_time_it_ran() -> None:
    change = ChangeResult(verb="cancel", entries=(STANDUP,))
    assert messages.change_lines(change, TIMES, screen()) == [
        "Canceled  Standup · Internal   since 10:15 · 0:04"
    ]


@pytest.mark.parametrize(
    ("shown", "when"),
    [
        (entry(23, "09:00", "10:30"), "Mon 23 Nov 09:00–10:30 · 1:30"),
        (replace(SPEC, start=at(23, "23:00"), end=at(24, "01:30")), "Mon 23 Nov 23:00–Tue 24"),
        (replace(SPEC, start=at(24, "23:00"), end=at(25, "01:30")), "23:00–Wed 25 Nov 01:30"),
        (
            replace(SPEC, start=at(24, "09:00").replace(year=2025), end=at(24, "10:00")),
            "Mon 24 Nov 2025 09:00–Tue 24 Nov 10:00",
        ),
    ],
    ids=["yesterday", "over last midnight", "over the next midnight", "last year"],
)
def test_a_time_that_is_not_todays_comes_with_its_date(shown: TimeEntry, when: str) -> None:
    assert when in messages.when_text(shown, TIMES)


def test_a_time_that_the_clocks_show_twice_comes_with_its_offset() -> None:
    start = at(24, "00:30").replace(month=10, day=25, hour=0)
    end = start.replace(hour=1)
    twice = replace(SPEC, start=start, end=end)
    assert messages.when_text(twice, TIMES) == ("Sun 25 Oct 02:30+02:00–02:30+01:00 · 1:00")


def test_a_long_label_is_cut_on_a_terminal_so_that_the_time_stays_on_the_line() -> None:
    change = ChangeResult(verb="start", entries=(replace(STANDUP, description="x" * 200),))
    (line,) = messages.change_lines(change, TIMES, screen(60))
    assert len(line) == 60
    assert line.endswith("x… · Internal   at 10:15")


@pytest.mark.parametrize(
    ("description", "client", "columns", "line"),
    [
        ("x" * 200, "Acme", 60, f"Started  {'x' * 22}… · Acme / Website   at 10:15"),
        ("Short", "Acme " * 9 + "AG", 50, "Started  Short · Acme Acme A… / Website   at 10:15"),
        ("x" * 200, "y" * 99, 60, f"Started  {'x' * 17}… · {'y' * 8}… / Website   at 10:15"),
        ("日" * 30, "Acme", 50, "Started  日日日日日日… · Acme / Website   at 10:15"),
    ],
)
def test_of_a_long_label_the_description_is_cut_before_the_project(
    description: str, client: str, columns: int, line: str
) -> None:
    project = replace(WEBSITE, client=replace(ACME, name=client))
    started = replace(STANDUP, description=description, project=project, tags=(DEEP,))
    change = ChangeResult(verb="start", entries=(started,))
    assert messages.change_lines(change, TIMES, screen(columns)) == [line]


def test_a_long_description_alone_is_cut_at_its_end() -> None:
    started = replace(STANDUP, description="x" * 99, project=None)
    (line,) = messages.change_lines(
        ChangeResult(verb="start", entries=(started,)), TIMES, screen(50)
    )
    assert line == f"Started  {'x' * 29}…   at 10:15"


def test_a_long_label_is_cut_in_ascii_where_there_is_no_more() -> None:
    change = ChangeResult(verb="start", entries=(replace(STANDUP, description="x" * 200),))
    (line,) = messages.change_lines(change, TIMES, screen(60, unicode=False))
    assert len(line) == 60
    assert line.endswith("x... - Internal   at 10:15")


def test_a_dry_run_of_an_import_lists_what_it_would_bring() -> None:
    change = ChangeResult(verb="import", entries=(STANDUP_DONE,), summary="1 entry", dry_run=True)
    assert messages.change_lines(change, TIMES, screen()) == [
        "Would import 1 entry",
        "Would import  Standup · Internal   10:15–10:32 · 0:17",
    ]


def test_a_long_label_stays_whole_in_a_pipe() -> None:
    change = ChangeResult(verb="start", entries=(replace(STANDUP, description="x" * 200),))
    (line,) = messages.change_lines(change, TIMES, screen(60, terminal=False))
    assert line == f"Started  {'x' * 200} · Internal   at 10:15"


def test_a_label_names_the_task_behind_the_project() -> None:
    assert messages.entry_label(entry(24, "09:00", "10:00", task=DESIGN)) == (
        "Write spec · Acme / Website / Design"
    )


def test_an_entry_that_says_nothing_has_a_label_all_the_same() -> None:
    assert messages.entry_label(entry(24, "09:00", "10:00", "", None)) == "(no description)"


def test_status_puts_todays_total_on_the_right_of_a_terminal() -> None:
    view = Status(entry=STANDUP, today_seconds=77 * 60, as_of=NOW)
    assert messages.status_lines(view, TIMES, screen()) == [
        "Running  Standup · Internal   since 10:15 · 0:04                      today 1:17"
    ]


def test_a_long_total_of_today_takes_nothing_from_what_runs() -> None:
    view = Status(
        entry=STANDUP, today_seconds=77 * 60, as_of=NOW, of_types={"BREAK": 600}, due_seconds=28800
    )
    assert messages.status_lines(view, TIMES, screen()) == [
        "Running  Standup · Internal",
        "since 10:15 · 0:04                        today 1:17, of it break 0:10, due 8:00",
    ]


def test_status_in_a_pipe_is_not_spread() -> None:
    view = Status(entry=STANDUP, today_seconds=77 * 60, as_of=NOW)
    assert messages.status_lines(view, TIMES, screen(terminal=False)) == [
        "Running  Standup · Internal   since 10:15 · 0:04   today 1:17"
    ]


def test_status_says_that_nothing_runs_and_what_waits() -> None:
    view = Status(entry=None, today_seconds=0, as_of=NOW, pending=2, review=1)
    assert messages.status_lines(view, TIMES, screen(40)) == [
        "No timer is running.          today 0:00",
        "2 waiting to be sent · 1 needing your decision (`clockify queue`)",
    ]


def test_status_short_is_the_description_and_the_time() -> None:
    assert messages.status_short(STANDUP, TIMES) == "Standup 0:04"


def test_status_short_falls_back_to_the_project() -> None:
    assert messages.status_short(replace(STANDUP, description=""), TIMES) == "Internal 0:04"


def test_status_short_is_empty_while_nothing_runs() -> None:
    assert messages.status_short(None, TIMES) == ""


def test_next_steps_stand_on_one_line() -> None:
    assert messages.next_line(screen(), "stop", "log") == "Next: clockify stop · log"
    assert messages.next_line(screen(unicode=False), "stop", "log") == "Next: clockify stop | log"


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize(
    ("named", "told"),
    [
        (("billable",), "billable"),
        (("tags",), "#deep"),
        (("type",), "not a break"),
        (("Ticket=ABC-1",), "Ticket=ABC-1"),
        (("tags", "billable"), "#deep · billable"),
    ],
)
def test_what_a_command_has_set_is_never_cut(
    columns: int, named: tuple[str, ...], told: str
) -> None:
    long = replace(SPEC, description="Write the specification of the new web shop " * 2)
    change = ChangeResult(verb="edit", entries=(long,), named=named)
    narrow = screen(terminal=True, width=columns)
    lines = [
        line for line, _ in messages.ended_lines(change, TIMES, narrow, {SPEC.local_id: "3fa9"})
    ]
    assert told in lines[0]
    assert all(len(line) <= columns for line in lines)
    usual = messages.change_lines(replace(change, named=()), TIMES, narrow)
    assert told not in usual[0]


def test_a_field_that_was_cleared_is_told() -> None:
    plain = replace(SPEC, billable=False)
    change = ChangeResult(verb="edit", entries=(plain,), named=("billable",))
    assert messages.change_lines(change, TIMES, screen())[0].startswith(
        "Changed  Write spec · Acme / Website #deep · not billable "
    )


def test_every_kind_of_change_has_its_word() -> None:
    for verb in get_args(Verb):
        lines = messages.change_lines(ChangeResult(verb=verb, entries=(SPEC,)), TIMES, screen())
        assert lines or verb == "send-local"
