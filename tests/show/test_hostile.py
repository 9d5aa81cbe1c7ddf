"""Tests that no text, wherever it comes from, controls the terminal or program that shows it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from clockify_cli.domain.entry import ChangeResult, Item, TimeEntry
from clockify_cli.domain.exchange.cells import unguard
from clockify_cli.domain.status import Status
from clockify_cli.domain.terminal_text import clean, clean_line
from clockify_cli.errors import NotFound
from clockify_cli.show import messages
from clockify_cli.show.drawn.lists import catalogue_table, changes_table, settings_table
from clockify_cli.show.drawn.live import live_screen, watch_lines
from clockify_cli.show.drawn.log import log_table
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from clockify_cli.show.drawn.report import report_table
from clockify_cli.show.drawn.timesheet import Drawn, timesheet_table
from clockify_cli.show.formats.json import dumps, error_json
from clockify_cli.show.formats.rows import OutputChoice, OutputFormat, show_rows
from clockify_cli.show.formats.waybar import waybar_line
from clockify_cli.show.rows.fields import ENTRIES
from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow
from clockify_cli.show.screen import Screen
from clockify_cli.show.templates import status_text
from tests.examples import thinned
from tests.show.hostile import CORPUS
from tests.show.samples import (
    ACME,
    DAYS,
    DEEP,
    DESIGN,
    NOW,
    SPEC,
    TIMES,
    WEBSITE,
    screen,
    shown,
    week_report,
    week_sheet,
)

OUR_SGR = re.compile(r"\x1b\[(0|1|2|32|33|35|36|1;32)m")
LIVE = re.compile(r"\x1b\[(\?1049[hl]|\?25[hl]|H)|\r(?=\n)")
"""What begins, ends and draws a live screen."""
FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]"
)


def hostile_entry(text: str) -> TimeEntry:
    """Return a finished entry with *text* wherever possible."""
    return replace(
        SPEC,
        description=text,
        project=replace(WEBSITE, name=text, client=replace(ACME, name=text)),
        task=replace(DESIGN, name=text),
        tags=(replace(DEEP, name=text),),
    )


def sentences(on: Screen, text: str) -> None:
    entry = hostile_entry(text)
    item = Item(kind="project", local_id="1", workspace_id="local", name=text)
    change = ChangeResult(
        verb="undo", entries=(entry,), stopped=entry, created=(item,), summary=text
    )
    on.say(*messages.change_lines(change, TIMES, on))


def status(on: Screen, text: str) -> None:
    entry = replace(hostile_entry(text), end=None)
    on.say(*messages.status_lines(Status(entry, 60, NOW), TIMES, on))
    on.say(messages.status_short(entry, TIMES))
    on.say(status_text("{description}{project:9}", Status(entry, 60, NOW), TIMES))
    on.write(waybar_line(Status(entry, 60, NOW), TIMES, on))


def live(on: Screen, text: str) -> None:
    view = Status(replace(hostile_entry(text), end=None), 60, NOW)
    whole = replace(on, stream=io.StringIO())
    with live_screen(whole) as draw:
        draw(whole, watch_lines(view, TIMES))
    on.write(LIVE.sub("", shown(whole)))


def error(on: Screen, text: str) -> None:
    on.say(f"error: {text}", text)


def log(on: Screen, text: str) -> None:
    days = (LogDay(DAYS[1], 60, (EntryRow(hostile_entry(text), 1),)),)
    log_table(on, LogView(text, days, 60, 60, waiting=1, review=1, left_out=2), TIMES)


def report(on: Screen, text: str) -> None:
    made = week_report()
    group = replace(made.groups[0], name=text)
    report_table(on, replace(made, groups=(group,)), text, TIMES)


def timesheet(on: Screen, text: str) -> None:
    made = week_sheet()
    rows = tuple(replace(row, name=text) for row in made.rows)
    timesheet_table(on, Drawn(replace(made, rows=rows)), text, TIMES, frozenset(range(5)))


def lists(on: Screen, text: str) -> None:
    item = Item(kind="tag", local_id=text, workspace_id=text, name=text)
    catalogue_table(on, [ItemRow(item, client=replace(ACME, name=text), used=60, last=NOW)], TIMES)
    changes_table(on, [ChangeRow(1, NOW, text, text, text)], TIMES)
    settings_table(on, [(text, text, text)])


def fields(on: Screen, text: str) -> None:
    choice = OutputChoice("table", "description,project,tags,task,client")
    show_rows(on, TIMES, ENTRIES, [EntryRow(hostile_entry(text))], choice)


def in_format(format_: OutputFormat) -> Callable[[Screen, str], None]:
    def draw(on: Screen, text: str) -> None:
        show_rows(on, TIMES, ENTRIES, [EntryRow(hostile_entry(text))], OutputChoice(format_))

    draw.__name__ = format_
    return draw


def json_error(on: Screen, text: str) -> None:
    on.write(dumps(error_json(NotFound(text, text, details=(text,)))) + "\n")


SURFACES = (
    sentences,
    status,
    live,
    error,
    log,
    report,
    timesheet,
    lists,
    fields,
    in_format("tsv"),
    in_format("csv"),
    in_format("markdown"),
    in_format("json"),
    json_error,
)


LONG = pytest.mark.long
QUICK = [(True, True, True), (True, False, False), (False, False, True)]
"""The screens that people use: whether a terminal, with colour, with UTF-8."""
EVERY = list(product([True, False], repeat=3))


def test_the_corpus_is_large_and_has_no_repeats() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 300


def sixth(draw: Callable[[Screen, str], None], on: tuple[bool, bool, bool]) -> tuple[str, ...]:
    """Return a sixth of the texts, different ones on each surface and screen: all are shown."""
    return CORPUS[(SURFACES.index(draw) + QUICK.index(on)) % 6 :: 6]


@pytest.mark.parametrize(
    ("draw", "terminal", "color", "unicode", "texts"),
    [
        *(
            pytest.param(draw, *on, sixth(draw, on), id=f"{draw.__name__}-{number}")
            for draw, (number, on) in product(SURFACES, enumerate(QUICK))
        ),
        *(
            pytest.param(draw, *on, CORPUS, marks=LONG, id=f"{draw.__name__}-{number}-each-text")
            for draw, (number, on) in product(SURFACES, enumerate(EVERY))
        ),
    ],
)
def test_nothing_but_our_own_colours_reaches_the_stream(
    draw: Callable[[Screen, str], None],
    terminal: bool,
    color: bool,
    unicode: bool,
    texts: tuple[str, ...],
) -> None:
    for text in texts:
        on = screen(50, terminal=terminal, color=color, unicode=unicode)
        draw(on, text)
        bare = OUR_SGR.sub("", shown(on))
        # The only carriage returns are in CSV's line ends.
        found = FORBIDDEN.search(bare.replace("\r\n", "\n") if draw.__name__ == "csv" else bare)
        assert found is None, (text, shown(on))
        assert color or "\x1b" not in shown(on)


@pytest.mark.parametrize("text", [text for text in CORPUS if text.startswith(("[", "\\", ":"))])
def test_markup_is_literal_in_colour(text: str) -> None:
    on = screen(200, color=True)
    settings_table(on, [("key", text, "origin")])
    assert clean_line(text) in OUR_SGR.sub("", shown(on))


@pytest.mark.parametrize("draw", [log, report, timesheet, lists, fields])
@pytest.mark.parametrize("width", thinned([20, 40, 80, 200]))
def test_no_table_is_wider_than_the_screen(draw: Callable[[Screen, str], None], width: int) -> None:
    from rich.cells import cell_len

    for text in ("x" * 3000, "日" * 200, "a b " * 100, "é" * 300):
        on = screen(width)
        draw(on, text)
        # Nobody reads a log in less than 40 columns.
        assert max(map(cell_len, shown(on).splitlines())) <= max(width, 40)


def test_a_csv_cell_gives_its_text_back() -> None:
    for text in CORPUS:
        on = screen(terminal=False)
        choice = OutputChoice("csv", "description,seconds")
        show_rows(on, TIMES, ENTRIES, [EntryRow(replace(SPEC, description=text))], choice)
        (row,) = list(csv.reader(io.StringIO(shown(on), newline="")))[1:]
        assert unguard(row[0]) == clean(text), text
        assert row[1] == "4380", text


def test_json_is_one_document_that_holds_the_text_itself() -> None:
    for text in CORPUS:
        on = screen(terminal=False)
        choice = OutputChoice("json", "description")
        show_rows(on, TIMES, ENTRIES, [EntryRow(replace(SPEC, description=text))], choice)
        assert json.loads(shown(on)) == [{"description": text}]
