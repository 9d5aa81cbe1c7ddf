"""Lists as tables: a line for each row, columns as wide as they need and the screen has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.domain.change import NO_DESCRIPTION
from clockify_cli.domain.columns import width
from clockify_cli.show.fields import Field, human_cell
from clockify_cli.show.paint import Ink, Line, Piece, cell, fitted, fitted_label, paint, shrink
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat

if TYPE_CHECKING:
    from clockify_cli.show.list_rows import ChangeRow, ItemRow, SettingRow

Row = TypeVar("Row")

Fit = Callable[[Screen, str, int], str]
"""What makes a `cell` exactly so many columns wide, as `fitted` does."""
NO_FITS: Mapping[int, Fit] = {}

_GAP = 2
_LEAST_OTHERS = 12
_INKS: dict[str, Ink] = {
    "project": "project",
    "tags": "tag",
    "id": "faint",
    "localId": "faint",
    "origin": "faint",
}
_STATE_INKS: dict[str, Ink] = {"waiting": "warning", "review": "warning", "undone": "faint"}


def fields_table(
    screen: Screen, times: TimeFormat, fields: Sequence[Field[Row]], rows: Sequence[Row]
) -> None:
    """Draw a column for each of *fields* under its name."""
    inks = [_INKS.get(field.name, "") for field in fields]
    lines: list[list[Piece]] = [[(field.name, "head") for field in fields]]
    for row in rows:
        texts = [human_cell(field, row, times) for field in fields]
        lines.append(list(zip(texts, inks, strict=True)))
    numeric = {index for index, field in enumerate(fields) if field.numeric}
    fits = {at: fitted_label for at, field in enumerate(fields) if field.name == "project"}
    draw_columns(screen, lines, to_right=numeric, fits=fits)


def catalogue_table(screen: Screen, rows: Sequence[ItemRow]) -> None:
    """Draw clients, projects, tasks or tags: the whole name, what is special about it, the id."""
    draw_columns(
        screen,
        [
            [
                (row.label, "faint" if row.item.archived else "project"),
                ("$" if row.item.billable else "", "billable"),
                (_archived(row), "faint"),
                (row.item.key, "faint"),
            ]
            for row in rows
        ],
        fits={0: fitted_label},
        whole=3,
    )


def _archived(row: ItemRow) -> str:
    if not row.item.archived:
        return ""
    return "done" if row.item.kind == "task" else "archived"


def changes_table(screen: Screen, rows: Sequence[ChangeRow], times: TimeFormat) -> None:
    """Draw the changes made here: the number, when, what, and whether it was sent or undone."""
    lines: list[list[Piece]] = []
    for row in rows:
        state = "undone" if row.undone else row.state
        lines.append(
            [
                (str(row.number), "faint"),
                (times.list_moment(row.at), ""),
                (row.verb, "head"),
                (row.summary or NO_DESCRIPTION, "" if row.summary else "faint"),
                (state, _STATE_INKS.get(state, "faint")),
            ]
        )
    draw_columns(screen, lines, to_right={0, 1})


def settings_table(screen: Screen, rows: Sequence[SettingRow]) -> None:
    """Draw each setting with its value and where that comes from."""
    draw_columns(
        screen,
        [[(row.key, "head"), (row.value, ""), (row.origin, "faint")] for row in rows],
    )


def draw_columns(
    screen: Screen,
    rows: Sequence[Sequence[Piece]],
    *,
    to_right: Set[int] = frozenset(),
    fits: Mapping[int, Fit] = NO_FITS,
    whole: int | None = None,
) -> None:
    """Draw *rows* of the same number of pieces in columns, those *to_right* right-aligned.

    A column with nothing in it is left out. Where the screen is too narrow, the widest column is
    cut first, at its end or as *fits* says. The column *whole* is of no use when cut, such as an
    id: it is left out where it would leave less than 12 columns to the rest.
    """
    paint(screen, column_lines(screen, rows, to_right=to_right, fits=fits, whole=whole))


def column_lines(
    screen: Screen,
    rows: Sequence[Sequence[Piece]],
    *,
    to_right: Set[int] = frozenset(),
    fits: Mapping[int, Fit] = NO_FITS,
    whole: int | None = None,
) -> list[Line]:
    """What `draw_columns` draws, a line for each of *rows*."""
    texts = [[cell(screen, text) for text, _ in row] for row in rows]
    needs = [max(map(width, column)) for column in zip(*texts, strict=True)]
    widths = _widths(needs, screen.width, whole)
    lines: list[Line] = []
    for row, clean in zip(rows, texts, strict=True):
        line: list[Piece] = []
        for index, columns in widths.items():
            if fit := fits.get(index):
                text = fit(screen, clean[index], columns)
            else:
                text = fitted(screen, clean[index], columns, to_right=index in to_right)
            line += [(text, row[index][1]), (" " * _GAP, "")]
        lines.append(line[:-1])
    return lines


def _widths(needs: Sequence[int], columns: int, whole: int | None) -> dict[int, int]:
    """How wide each column is that is shown, by its index, where they need *needs*."""
    used = [index for index, needed in enumerate(needs) if needed]
    if whole not in used or len(used) == 1:
        return dict(zip(used, _shrunk([needs[index] for index in used], columns), strict=True))
    others = [index for index in used if index != whole]
    texts = [needs[index] for index in others]
    room = columns - _GAP - needs[whole]
    if room < min(sum(texts) + _GAP * (len(texts) - 1), _LEAST_OTHERS):
        return dict(zip(others, _shrunk(texts, columns), strict=True))
    widths = dict(zip(others, _shrunk(texts, room), strict=True))
    return {index: widths.get(index, needs[index]) for index in used}


def _shrunk(needs: Sequence[int], columns: int) -> list[int]:
    return shrink(needs, columns - _GAP * (len(needs) - 1))
