from __future__ import annotations

import re
from dataclasses import replace

from clockify_cli.domain.entry import Item
from clockify_cli.show.drawn.lists import (
    catalogue_table,
    changes_table,
    favorites_table,
    recent_table,
    settings_table,
)
from clockify_cli.show.drawn.log_view import EntryRow
from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow
from tests.show.samples import ACME, NOW, SPEC, STANDUP, TIMES, WEBSITE, at, screen, shown

PROJECT = Item(
    kind="project",
    local_id=WEBSITE.local_id,
    server_id=WEBSITE.server_id,
    workspace_id="local",
    name="Website",
    billable=True,
)
OLD = Item(kind="project", local_id="1" * 32, workspace_id="local", name="Old", archived=True)


def test_projects_are_listed_with_client_default_state_and_use() -> None:
    on = screen()
    rows = [ItemRow(PROJECT, client=ACME, used=5400, last=at(23, "09:00")), ItemRow(OLD)]
    catalogue_table(on, rows, TIMES)
    assert shown(on) == (
        "project         this month               last used\n"
        "Acme / Website        1:30  $            Mon 23 Nov\n"
        "Old                            archived\n"
    )
    assert OLD.local_id not in shown(on)


def test_of_a_project_on_a_narrow_screen_the_client_is_cut_first() -> None:
    on = screen(36)
    client = replace(ACME, name="Acme and Partners and Daughters")
    catalogue_table(on, [ItemRow(PROJECT, client=client)], TIMES)
    assert shown(on) == "Acme and Partners and… / Website   $\n"


def test_the_last_use_is_shown_whole_or_not_at_all() -> None:
    long = replace(PROJECT, name="A name of a project that is very long", billable=False)
    for columns, name in ((80, "A name of a project that is very long"), (30, "")):
        on = screen(columns)
        catalogue_table(on, [ItemRow(long, used=60, last=at(23, "09:00"))], TIMES)
        assert name in shown(on)
        assert ("Mon 23 Nov" in shown(on)) == bool(name)


def test_columns_that_hold_nothing_are_left_out() -> None:
    on = screen()
    tag = replace(OLD, kind="tag", name="deep", archived=False)
    catalogue_table(on, [ItemRow(tag)], TIMES)
    assert shown(on) == "deep\n"


def test_a_task_is_done_and_named_with_its_project() -> None:
    on = screen()
    catalogue_table(on, [ItemRow(replace(OLD, kind="task", name="Design"), project=WEBSITE)], TIMES)
    assert shown(on) == "Acme / Website / Design  done\n"


def test_an_empty_list_draws_nothing() -> None:
    on = screen()
    catalogue_table(on, [], TIMES)
    assert shown(on) == ""


def test_changes_are_numbered_dated_and_marked() -> None:
    on = screen()
    rows = [
        ChangeRow(9, at(23, "09:00"), "start", "Write spec", "sent", undone=True),
        ChangeRow(10, NOW, "stop", "Standup · Internal", "waiting"),
    ]
    changes_table(on, rows, TIMES)
    assert shown(on) == (
        " 9  Mon 23 Nov 09:00  start  Write spec          undone\n"
        "10  Tue 24 Nov 10:19  stop   Standup · Internal  waiting\n"
    )


def test_settings_are_listed_with_their_origin() -> None:
    on = screen()
    settings_table(on, [("tz", "Europe/Berlin", "default")])
    assert shown(on) == "tz  Europe/Berlin  default\n"


def test_a_setting_is_never_cut() -> None:
    on = screen(40)
    settings_table(on, [("alias.day", "x" * 60, "config file")])
    lines = shown(on).splitlines()
    assert lines[0] == f"alias.day  {'x' * 16}  config file"
    assert "".join(line[11:27].strip() for line in lines) == "x" * 60


def test_colour_is_cut_with_the_text_it_belongs_to() -> None:
    on = screen(40, color=True)
    settings_table(on, [("tz", "UTC", "default")])
    assert shown(on) == "\x1b[1mtz\x1b[0m  UTC  \x1b[2mdefault\x1b[0m\n"


def test_spaces_at_the_end_of_a_line_are_not_written() -> None:
    for color in (True, False):
        on = screen(color=color)
        rows = [("a", " ", " "), ("long", "b ", "")]
        settings_table(on, rows)
        assert re.sub(r"\x1b\[\d*m", "", shown(on)) == "a\nlong  b\n"
        assert " \n" not in shown(on)


def test_recent_work_looks_as_it_does_in_a_log() -> None:
    on = screen()
    recent_table(on, [EntryRow(SPEC, 2), EntryRow(replace(STANDUP, type="BREAK"), 1)], TIMES)
    assert shown(on) == (
        "@2  Acme / Website  Write spec  #deep $  Tue 24 Nov 09:02\n"
        "@1  Internal        Standup     break    Tue 24 Nov 10:15\n"
    )


def test_on_a_narrow_screen_recent_work_is_named_before_its_time() -> None:
    on = screen(40)
    recent_table(on, [EntryRow(SPEC, 12)], TIMES)
    assert shown(on) == "@12  Acme / Website  Write spec  #deep $\n"


def test_the_name_of_a_favorite_is_never_cut() -> None:
    on = screen(40)
    favorites_table(on, [EntryRow(replace(SPEC, local_id="daily-report", description="x" * 90), 0)])
    assert shown(on).startswith("daily-report  Acme / Website")
    assert max(map(len, shown(on).splitlines())) <= 40
