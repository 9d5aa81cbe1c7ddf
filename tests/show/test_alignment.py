"""Tests that every table shows names unchanged and aligned, and keeps what names a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from rich.cells import cell_len
from rich.segment import Segments
from rich.table import Table

from clockify_cli.domain.entry import Item, ProjectRef, Ref
from clockify_cli.domain.queued import QueueRow
from clockify_cli.show.drawn.lists import (
    catalogue_table,
    changes_table,
    queue_table,
    settings_table,
    workspaces_table,
)
from clockify_cli.show.drawn.log import log_table
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from clockify_cli.show.drawn.report import report_table
from clockify_cli.show.drawn.timesheet import Drawn, timesheet_table
from clockify_cli.show.formats.rows import OutputChoice, show_rows
from clockify_cli.show.rows.account_rows import WorkspaceRow
from clockify_cli.show.rows.fields import ENTRIES, PROJECTS
from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow
from clockify_cli.show.screen import Screen
from tests.examples import thinned
from tests.show.samples import DAYS, NOW, TIMES, entry, screen, shown, week_report, week_sheet

NAMES = (
    "[/x]",
    ":bomb:",
    "[red]x[/]",
    "[link=x]y",
    "日本語の",
    "Cafe\u0301",
    "שלום",
    "a\u202eb",
    "👩\u200d💻 dev",
    "👍🏽 ok",
    "नमस्ते",
    "\\[bold]",
)
"""Short enough to be whole at 40 columns."""
LITERAL = tuple(name.replace("\u202e", "\\u202e") for name in NAMES)

Draw = Callable[[Screen, Sequence[str]], None]


def named(draw: Draw) -> str:
    """Return the name of *draw*, for the names of tests."""
    return draw.__name__


def project(name: str) -> ProjectRef:
    """Return a project with that name; ``Client / Project`` if it has a client."""
    client, _, own = name.rpartition(" / ")
    return ProjectRef(name, None, own, Ref(client, None, client) if client else None)


def log(on: Screen, names: Sequence[str]) -> None:
    """Draw a day on which each project has an entry."""
    rows = tuple(
        EntryRow(entry(24, f"{n:02}:00", f"{n:02}:30", "Planning", project(name)), len(names) - n)
        for n, name in enumerate(names)
    )
    log_table(on, LogView("Today", (LogDay(DAYS[1], 60, rows),), 60, 0), TIMES)


def report(on: Screen, names: Sequence[str]) -> None:
    made = week_report()
    groups = tuple(replace(made.groups[0], key=name, name=name, groups=()) for name in names)
    report_table(on, replace(made, groups=groups), "Week 48", TIMES)


def timesheet(on: Screen, names: Sequence[str]) -> None:
    made = week_sheet()
    rows = tuple(replace(made.rows[0], key=name, name=name) for name in names)
    timesheet_table(on, Drawn(replace(made, rows=rows)), "Week 48", TIMES, frozenset(range(5)))


def item(name: str, names: Sequence[str]) -> Item:
    id_ = f"{names.index(name):024x}"
    return Item(kind="project", local_id="", server_id=id_, workspace_id="w", name=name)


def projects(on: Screen, names: Sequence[str]) -> None:
    catalogue_table(on, [ItemRow(item(name, names), used=60, last=NOW) for name in names], TIMES)


def queue(on: Screen, names: Sequence[str]) -> None:
    rows = [QueueRow(n, NOW, "a", "start", name, "waiting", "") for n, name in enumerate(names)]
    queue_table(on, rows, TIMES)


def history(on: Screen, names: Sequence[str]) -> None:
    rows = [ChangeRow(n, NOW, "start", name, "waiting") for n, name in enumerate(names)]
    changes_table(on, rows, TIMES)


def settings(on: Screen, names: Sequence[str]) -> None:
    settings_table(on, [("default.tag", name, "default") for name in names])


def workspaces(on: Screen, names: Sequence[str]) -> None:
    rows = [WorkspaceRow("5" * 24, name, active=not n) for n, name in enumerate(names)]
    workspaces_table(on, rows)


def fields(on: Screen, names: Sequence[str]) -> None:
    rows = [EntryRow(entry(24, "09:00", "10:00", "Planning", project(name))) for name in names]
    show_rows(on, TIMES, ENTRIES, rows, OutputChoice("table", "project,seconds,billable"))


TABLES: tuple[Draw, ...] = (
    log,
    report,
    timesheet,
    projects,
    queue,
    history,
    settings,
    workspaces,
    fields,
)
BEHIND: dict[Draw, str] = {
    log: "Planning",
    report: "3:58 ",
    timesheet: "2:45 ",
    projects: "0:01",
    queue: "waiting",
    history: "waiting",
    settings: "default",
    workspaces: "5" * 24,
    fields: "3600",
}
"""Text in a column after the names, on the same line on a usual screen."""


def drawn(draw: Draw, names: Sequence[str], columns: int, *, color: bool = False) -> list[str]:
    """Return the lines that *draw* makes of *names*."""
    on = screen(columns, color=color)
    draw(on, names)
    return shown(on).splitlines()


@pytest.mark.parametrize("draw", TABLES, ids=named)
def test_every_name_is_in_a_table_of_richs(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    add_row = Table.add_row

    def noted(table: Table, *cells: Segments) -> None:
        texts.extend(segment.text for cell in cells for segment in cell.segments)
        add_row(table, *cells)

    monkeypatch.setattr(Table, "add_row", noted)
    drawn(draw, NAMES, 80)
    assert [name for name in LITERAL if name not in "".join(texts)] == []


@pytest.mark.parametrize("draw", TABLES, ids=named)
@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_every_name_is_there_as_it_is(draw: Draw, columns: int) -> None:
    text = "\n".join(drawn(draw, NAMES, columns))
    assert [name for name in LITERAL if name not in text] == []
    assert max(map(cell_len, text.splitlines())) <= columns


@pytest.mark.parametrize("draw", TABLES, ids=named)
@pytest.mark.parametrize("columns", [80, 120, 200])
def test_what_stands_behind_the_names_is_in_line(draw: Draw, columns: int) -> None:
    behind = BEHIND[draw]
    lines = [line for line in drawn(draw, NAMES, columns) if any(name in line for name in LITERAL)]
    assert len(lines) == len(NAMES)
    assert len({cell_len(line[: line.index(behind)]) for line in lines}) == 1


@pytest.mark.parametrize("draw", TABLES, ids=named)
def test_colour_moves_no_name(draw: Draw) -> None:
    from rich.text import Text

    colored = "\n".join(drawn(draw, NAMES, 80, color=True))
    assert Text.from_ansi(colored).plain.splitlines() == drawn(draw, NAMES, 80)


TWELVE = tuple(
    f"Westfälische Gesellschaft / Relaunch {n} of the {m}"
    for n, m in ((n, part) for n in (1, 2, 3, 12) for part in ("website", "shop", "newsletter"))
)
ALIKE_CLIENTS = tuple(f"Client number {n} of very many / Website" for n in range(12))


ALL = tuple(combinations(range(12), 2))
NEIGHBOURS = tuple((one, other) for one, other in ALL if other - one in (1, 3))
"""Pairs of names that differ by one word."""
WIDTHS = (40, 60, 80)


@pytest.mark.parametrize("draw", thinned([log, report, timesheet, projects, fields], 2), ids=named)
@pytest.mark.parametrize("names", [TWELVE, ALIKE_CLIENTS], ids=["projects", "clients"])
@pytest.mark.parametrize(
    ("columns", "pairs"),
    [
        # Each pair at one width.
        *((columns, NEIGHBOURS[number::3]) for number, columns in enumerate(WIDTHS)),
        *(pytest.param(columns, ALL, marks=pytest.mark.long) for columns in WIDTHS),
    ],
    ids=str,
)
def test_twelve_projects_are_told_apart(
    draw: Draw, names: tuple[str, ...], columns: int, pairs: Sequence[tuple[int, int]]
) -> None:
    lines = drawn(draw, names, columns)
    for one, other in pairs:
        exchanged = list(names)
        exchanged[one], exchanged[other] = names[other], names[one]
        assert drawn(draw, exchanged, columns) != lines, (names[one], names[other])


@pytest.mark.parametrize("draw", [log, report, timesheet, projects, workspaces, fields], ids=named)
def test_one_long_name_opens_no_gap(draw: Draw) -> None:
    names = ("Internal", "Acme / Website", "Shop", "A name that goes on and on " * 5 + "and ends")
    for line in drawn(draw, names, 200):
        assert " " * 90 not in line
    text = " ".join(" ".join(drawn(draw, names, 200)).split())
    assert "and ends" in text


def with_ids(on: Screen, names: Sequence[str]) -> None:
    rows = [ItemRow(item(name, names)) for name in names]
    show_rows(on, TIMES, PROJECTS, rows, OutputChoice("table", "name,id"))


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.long)])
def test_an_id_is_whole_at_every_width(step: int) -> None:
    for columns in range(40, 200, step):
        text = "\n".join(drawn(with_ids, TWELVE, columns))
        assert len(re.findall(r"  [0-9a-f]{24}$", text, re.MULTILINE)) == 12
