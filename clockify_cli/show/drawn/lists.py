"""Lists as tables: names, changes, the queue, settings, or any chosen fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.domain.entry import NO_DESCRIPTION
from clockify_cli.domain.terminal_text import cut, width
from clockify_cli.show.drawn.tables import Line, Piece, Renderer
from clockify_cli.show.drawn.widths import Column, lay_out
from clockify_cli.show.messages import type_mark, work_label
from clockify_cli.show.rows.fields import Field, human_cell
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat

if TYPE_CHECKING:
    from clockify_cli.domain.entry import TimeEntry
    from clockify_cli.domain.queued import QueueRow
    from clockify_cli.show.drawn.log_view import EntryRow
    from clockify_cli.show.rows.account_rows import WorkspaceRow
    from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow

AnyRow = TypeVar("AnyRow")


def row_lines(
    renderer: Renderer, columns: Sequence[Column], rows: Sequence[Sequence[str | Piece]]
) -> list[list[Line]]:
    """Return the lines of each of *rows*; a column laid out `Column.below` is under its row."""
    cells = [[renderer.clean(cell) for cell in row] for row in rows]
    texts = [[cell if isinstance(cell, str) else cell[0] for cell in row] for row in cells]
    layout = lay_out(columns, texts, renderer.screen.width, renderer.mark)
    below = [at for at, column in enumerate(columns) if column.below and not layout.widths[at]]
    return [
        [*lines, *(renderer.below(columns[at], of[at]) for at in below)]
        for lines, of in zip(renderer.rows(layout, cells), texts, strict=True)
    ]


def draw_rows(
    screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str | Piece]]
) -> None:
    """Draw *rows* as `row_lines` lays them out."""
    if rows:
        renderer = Renderer(screen)
        lines = row_lines(renderer, columns, rows)
        renderer.write(line for of_row in lines for line in of_row)


def fields_table(
    screen: Screen, times: TimeFormat, fields: Sequence[Field[AnyRow]], rows: Sequence[AnyRow]
) -> None:
    """Draw a column for each of *fields* under its name."""
    columns = [
        _FIELDS.get(field.name)
        or Column("text" if field.kind in _TEXTS else "never", to_right=field.numeric)
        for field in fields
    ]
    head: list[str | Piece] = [(field.name, "head") for field in fields]
    draw_rows(
        screen, columns, [head, *([human_cell(f, row, times) for f in fields] for row in rows)]
    )


_TEXTS = ("text", "json", "names")
_ID = Column(style="faint")
_NAME = Column("names")
_FIELDS = {
    "id": _ID,
    "localId": _ID,
    "project": Column("names", "project"),
    "projectName": _NAME,
    "client": _NAME,
    "clientName": _NAME,
    "task": _NAME,
    "taskName": _NAME,
    "name": _NAME,
    "tags": Column("marks", "tag"),
}
"""The columns of fields whose kind does not decide how they are drawn."""


_CATALOGUE = (
    Column("names", "project"),
    Column(style="length", to_right=True),
    Column(style="billable"),
    Column(style="faint"),
    Column(style="faint", droppable=True),
)


_LAST_FROM = 45
"""The screen width from which the last use is shown beside names."""


def catalogue_table(screen: Screen, rows: Sequence[ItemRow], times: TimeFormat) -> None:
    """Draw clients, projects, tasks or tags: the name, this month's time and the last use."""
    used = any(row.used for row in rows)
    last = screen.width >= _LAST_FROM and any(row.last for row in rows)
    head: list[str | Piece] = [
        (rows[0].item.kind if rows else "", "head"),
        ("this month" if used else "", "head"),
        "",
        "",
        ("last used" if last else "", "head"),
    ]
    lines: list[Sequence[str | Piece]] = [
        (
            (row.label, "faint") if row.item.archived else row.label,
            times.length(row.used) if row.used else "",
            "$" if row.item.billable else "",
            _archived(row),
            times.day_text(times.local(row.last).date()) if last and row.last else "",
        )
        for row in rows
    ]
    draw_rows(screen, _CATALOGUE, [head, *lines] if used or last else lines)


def _archived(row: ItemRow) -> str:
    if not row.item.archived:
        return ""
    return "done" if row.item.kind == "task" else "archived"


def workspaces_table(screen: Screen, rows: Sequence[WorkspaceRow]) -> None:
    """Draw each workspace by name, with a star before the active one."""
    columns = (
        Column(style="head"),
        Column("names", "project"),
        Column(style="faint", droppable=True),
    )
    draw_rows(screen, columns, [("*" if row.active else " ", row.name, row.id) for row in rows])


_WORK = (
    Column(style="head"),
    Column("names", "project"),
    Column("text", least=20, below=True),
    Column("marks", "tag"),
    Column(style="faint", droppable=True),
)


_MOMENTS_FROM = 60
"""The screen width from which the start is shown beside the work."""


def recent_table(screen: Screen, rows: Sequence[EntryRow], times: TimeFormat) -> None:
    """Draw recent work as `log` does: the number, the work, and when it began."""
    wide = screen.width >= _MOMENTS_FROM
    began = [times.list_moment(row.entry.start) if wide else "" for row in rows]
    lines = [
        (f"@{row.number}", *_work(row.entry), moment)
        for row, moment in zip(rows, began, strict=True)
    ]
    draw_rows(screen, (Column(style="faint", to_right=True), *_WORK[1:]), lines)


def favorites_table(screen: Screen, rows: Sequence[EntryRow]) -> None:
    """Draw favorites: the name, then what a timer started from it will contain."""
    draw_rows(screen, _WORK, [(row.entry.local_id, *_work(row.entry), "") for row in rows])


def _work(entry: TimeEntry) -> tuple[str | Piece, ...]:
    """Return project and task, description, and notes."""
    marks = [f"#{tag.name}" for tag in entry.tags]
    marks += ["$"] if entry.billable else []
    marks += [type_mark(entry)] if type_mark(entry) else []
    return work_label(entry), entry.description or (NO_DESCRIPTION, "faint"), " ".join(marks)


_CHANGES = (
    Column(style="faint", to_right=True),
    Column(to_right=True),
    Column("marks", style="head"),
    Column("text", below=True),
    Column("marks", style="faint"),
)


def changes_table(screen: Screen, rows: Sequence[ChangeRow], times: TimeFormat) -> None:
    """Draw the changes made here: the number, when, what, and whether it was sent or undone."""
    draw_rows(
        screen,
        _CHANGES,
        [
            (
                str(row.number),
                times.list_moment(row.at),
                row.verb,
                row.summary or (NO_DESCRIPTION, "faint"),
                "undone" if row.undone else _state(row.state),
            )
            for row in rows
        ],
    )


def _state(state: str) -> str | Piece:
    return (state, "warning") if state in ("waiting", "review") else state


def _cut_before_time(text: str, columns: int, mark: str) -> str:
    """Cut *text* to *columns*, keeping the time in ``Review · Acme / Website, … 09:00–10:30``.

    A decision is about one entry, and several may begin with the same words.
    """
    name, comma, when = text.rpartition(", ")
    if not (when[:4].isdecimal() and when[4:5] == "-"):
        return cut(text, columns, mark=mark)
    return cut(name, max(columns - width(comma + when), 0), mark=mark) + comma + when


_QUEUE = (
    *_CHANGES[:3],
    Column("text", least=34, below=True, cut=_cut_before_time),
    Column("marks", style="faint"),
)


def queue_table(screen: Screen, rows: Sequence[QueueRow], times: TimeFormat) -> None:
    """Draw each open change with its number and when it was made, and below it why it waits.

    If changes wait for several accounts, each account is a heading above its changes.
    """
    renderer = Renderer(screen)
    drawn = row_lines(
        renderer,
        _QUEUE,
        [
            (
                str(row.number),
                times.list_moment(row.at) if row.at else "",
                row.verb,
                row.what,
                _state(row.state),
            )
            for row in rows
        ],
    )
    several = len({row.account for row in rows}) > 1
    lines: list[Line] = []
    above = ""
    for row, of_row in zip(rows, drawn, strict=True):
        if several and row.account != above:
            above = row.account
            lines.append(renderer.line((renderer.cell(above), "head")))
        lines += [*of_row, *renderer.under(renderer.cell(row.verdict)), *_sides(renderer, row)]
    renderer.write(lines)


def _sides(renderer: Renderer, row: QueueRow) -> list[Line]:
    """Return the versions here and in Clockify, and a command for each option with its effect."""
    sides = row.sides
    texts = [("Here:     ", sides.here_text), ("Clockify: ", sides.there_text)]
    shown = [label + text for label, text in texts if text]
    lines = [line for text in shown for line in renderer.under(renderer.cell(text))]
    for each in sides.decisions:
        command, effect = renderer.cell(each.command), f"# {renderer.cell(each.effect)}"
        one = renderer.under(f"{command}  {effect}")
        # If both do not fit, the command is alone on its line, so that it can be copied.
        lines += (
            one if len(one) == 1 else [*renderer.under(command), *renderer.under(f"  {effect}")]
        )
    return lines


def details_table(screen: Screen, details: Sequence[tuple[str, str]]) -> None:
    """Draw each of *details* after its name, without cutting."""
    draw_rows(screen, (Column(style="head"), Column("text", whole=True)), details)


def settings_table(screen: Screen, rows: Sequence[tuple[str, str, str]]) -> None:
    """Draw *rows* of a setting, its value and where that comes from, without cutting."""
    columns = (
        Column("names", style="head", whole=True),
        Column("text", whole=True),
        Column("text", style="faint", whole=True),
    )
    draw_rows(screen, columns, rows)
