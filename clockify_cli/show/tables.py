"""Lists as tables: a head, a line for each row, columns as wide as they need and the screen has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from clockify_cli.show.look import Look
from clockify_cli.show.paint import Ink, Line, cell, fitted, paint, shrink
from clockify_cli.show.records import Field, human_cell
from clockify_cli.show.screen import Screen
from clockify_cli.show.terminal_text import width

Row = TypeVar("Row")

_GAP = 2
_INKS: dict[str, Ink] = {
    "project": "project",
    "tags": "tag",
    "id": "faint",
    "localId": "faint",
    "origin": "faint",
}


def fields_table(
    screen: Screen, look: Look, fields: Sequence[Field[Row]], rows: Sequence[Row]
) -> None:
    """Draw a column for each of *fields*, the widest cut first where the screen is too narrow."""
    heads = [cell(screen, field.name) for field in fields]
    texts = [[cell(screen, human_cell(field, row, look)) for field in fields] for row in rows]
    needs = [max(map(width, column)) for column in zip(heads, *texts, strict=True)]
    widths = shrink(needs, screen.width - _GAP * (len(fields) - 1))
    inks: list[Ink] = ["head"] * len(fields)
    lines = [_line(screen, fields, heads, widths, inks)]
    inks = [_INKS.get(field.name, "") for field in fields]
    lines.extend(_line(screen, fields, row, widths, inks) for row in texts)
    paint(screen, lines)


def _line(
    screen: Screen,
    fields: Sequence[Field[Row]],
    texts: Sequence[str],
    widths: Sequence[int],
    inks: Sequence[Ink],
) -> Line:
    pieces: list[tuple[str, Ink]] = []
    for field, text, columns, ink in zip(fields, texts, widths, inks, strict=True):
        pieces.append((fitted(screen, text, columns, to_right=field.numeric), ink))
        pieces.append((" " * _GAP, ""))
    return pieces[:-1]
