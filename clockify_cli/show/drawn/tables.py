"""Tables on a terminal, drawn by rich. Cells are plain text, never markup.

rich lays out cell by cell, so many rows are joined into one cell per column, with a line for each
row: that takes a third of the time. `widths` decides the column widths beforehand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TextIO

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from clockify_cli.domain.terminal_text import clean_line, cut, right, width, wrapped
from clockify_cli.show.drawn.widths import Column, Layout
from clockify_cli.show.screen import Screen

Piece = tuple[str, str]
"""A text as `Renderer.cell` returns it, and its style: of `STYLES`, or a colour as ``#0b83d9``."""
Cell = str | Piece | list[Piece]
"""A text in its column's style or its own; or pieces side by side, which must fit."""
Line = list[Segment]

STYLES = {
    # From the sixteen colours that every terminal lets its user choose.
    "head": Style(bold=True),
    "faint": Style(dim=True),
    "length": Style(bold=True),
    "project": Style(color="cyan"),
    "tag": Style(color="magenta"),
    "billable": Style(color="green"),
    "running": Style(color="green", bold=True),
    "warning": Style(color="yellow"),
}
_COLOR_SYSTEMS = {"standard": ColorSystem.STANDARD, "truecolor": ColorSystem.TRUECOLOR}
_INDENT = "    "
_HANGING = 2
_ROWS_AT_ONCE = 200
"""The number of rows laid out together."""


class Renderer:
    """Draws lines and tables on *screen*; every text in them has passed `cell`."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.mark = screen.letters("…")
        self._colors = _COLOR_SYSTEMS.get(_color_system(screen) or "")
        self._console = console_of(screen)

    def cell(self, text: str) -> str:
        """Return *text* clean, on one line, in the screen's letters: measure and cut this."""
        return self.screen.letters(clean_line(text))

    def clean(self, cell: str | Piece) -> str | Piece:
        """Return *cell* with its text as `cell` returns it."""
        return self.cell(cell) if isinstance(cell, str) else (self.cell(cell[0]), cell[1])

    def line(self, *pieces: Piece) -> Line:
        """Return one line of *pieces*."""
        style = self._console.get_style
        return [Segment(text, style(name) if name else None) for text, name in pieces]

    def in_a_row(self, pieces: Iterable[Piece]) -> Iterator[Line]:
        """Yield *pieces* separated by dots, on as few lines as the screen allows."""
        dot = self.screen.letters(" · ")
        row: list[Piece] = []
        for whole, style in pieces:
            text = cut(whole, self.screen.width, mark=self.mark)
            if row and pieces_width(row) + width(dot) + width(text) > self.screen.width:
                yield self.line(*row)
                row = []
            row += [(dot, ""), (text, style)] if row else [(text, style)]
        yield self.line(*row)

    def below(self, column: Column, text: str) -> Line:
        """Return an indented line of *text*, which did not fit in its *column*."""
        room = self.screen.width - len(_INDENT)
        return self.line((_INDENT + column.shortened(text, room, self.mark), column.style))

    def under(self, text: str) -> list[Line]:
        """Return lines of *text*, indented and broken at words; empty for no text."""
        if not text:
            return []
        return [self.line((part, "")) for part in wrapped(_INDENT + text, self.screen.width)]

    def beside(self, line: Line, more: Iterable[Piece]) -> Iterator[Line]:
        """Yield *line* followed by as many of *more* as fit; the others on lines below."""
        for text, style in more:
            taken = sum(segment.cell_length for segment in line)
            if text and taken + 2 + width(text) > self.screen.width:
                yield line
                line = self.line((text, style))
            elif text:
                line = [*line, *self.line(("  ", ""), (text, style))]
        yield line

    def table(self, layout: Layout, rows: Sequence[Sequence[Cell]]) -> list[Line]:
        """Return the lines of *rows*; text too long for its column is folded or cut."""
        return [line for lines in self.rows(layout, rows) for line in lines]

    def rows(self, layout: Layout, rows: Sequence[Sequence[Cell]]) -> Iterator[list[Line]]:
        """Yield the lines of each of *rows*: one, unless a name in it is folded."""
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[first : first + _ROWS_AT_ONCE]
            columns = [
                [self._fitted(layout, at, row[at]) if columns else "" for row in some]
                for at, columns in enumerate(layout.widths)
            ]
            heights = _levelled(columns)
            lines = self._lines(layout, columns)
            yield from ([next(lines) for _ in range(height)] for height in heights)

    def _fitted(self, layout: Layout, at: int, cell: Cell) -> Cell:
        """Fit *cell* into its column; pieces already fit."""
        if isinstance(cell, list):
            return cell
        text, columns = cell if isinstance(cell, str) else cell[0], layout.widths[at]
        if width(text) > columns:
            if layout.folds(at):
                hanging = 0 if layout.columns[at].whole else _HANGING
                text = self._folded(text, columns, hanging)
            else:
                text = layout.columns[at].shortened(text, columns, self.mark)
        return text if isinstance(cell, str) else (text, cell[1])

    def _folded(self, text: str, columns: int, hanging: int) -> str:
        """Break *text* at words into lines of *columns*; later lines are indented."""
        indent = " " * min(len(text) - len(text.lstrip(" ")) + hanging, columns // 4)
        broken = Text(text).wrap(self._console, columns - len(indent), overflow="fold")
        first, *more = (line.plain.rstrip(" ") for line in broken)
        return "\n".join([first, *(indent + line for line in more)])

    def _lines(self, layout: Layout, columns: Sequence[Sequence[Cell]]) -> Iterator[Line]:
        """Yield the lines of *columns*, whose cells fit."""
        grid = Table.grid()
        cells: list[Segments] = []
        indent = layout.indent
        for column, columns_, of_rows in zip(layout.columns, layout.widths, columns, strict=True):
            if columns_:
                grid.add_column(width=indent + columns_ + column.gap)
                if column.to_right:
                    of_rows = [_to_right(cell, indent + columns_) for cell in of_rows]
                elif indent:
                    of_rows = [_indented(cell, " " * indent) for cell in of_rows]
                # Rendered here, so that rich does not wrap and measure again what already fits.
                text = _stacked(of_rows, column.style)
                cells.append(Segments(text.render(self._console)))
                indent = 0
        grid.add_row(*cells)
        return _trimmed(self._console.render(grid, self._console.options.update(width=sys.maxsize)))

    def write(self, lines: Iterable[Line]) -> None:
        """Write *lines* to the screen."""
        self.screen.write("".join(f"{self._text(line)}\n" for line in lines))

    def _text(self, line: Line) -> str:
        """Return *line* with colour codes, if the screen shows colours."""
        if self._colors is None:
            return "".join([segment.text for segment in line])
        # The output of a console, without laying the line out again.
        return "".join(
            [
                style.render(text, color_system=self._colors) if style else text
                for text, style, _ in line
            ]
        )


def console_of(
    screen: Screen, stream: TextIO | None = None, *, own_styles: bool = False
) -> Console:
    """Return rich's console for *screen*; live screens pass the *stream* to write to.

    *own_styles*: also with the styles of rich's own drawings, such as progress bars. Every argument
    is given, so that it does not read the environment.
    """
    return Console(
        file=stream,
        width=screen.width,
        height=screen.height,
        color_system=_color_system(screen),
        theme=Theme(STYLES, inherit=own_styles),
        force_terminal=True,
        force_interactive=stream is not None,
        force_jupyter=False,
        no_color=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _color_system(screen: Screen) -> Literal["standard", "truecolor"] | None:
    if not screen.color:
        return None
    return "truecolor" if screen.true_color else "standard"


def _levelled(columns: Sequence[list[Cell]]) -> list[int]:
    """Make all cells of a row as tall as the tallest; return the number of lines of each row."""
    heights = []
    for row, cells in enumerate(zip(*columns, strict=True)):
        breaks = [sum(text.count("\n") for text, _ in pieces_of(cell)) for cell in cells]
        if highest := max(breaks):
            for column, lines in zip(columns, breaks, strict=True):
                column[row] = [*pieces_of(column[row]), ("\n" * (highest - lines), "")]
        heights.append(highest + 1)
    return heights


def _stacked(cells: Sequence[Cell], style: str) -> Text:
    """Return *cells* as lines of one text, in *style* unless they have their own.

    Every line ends with a line break, even the last: otherwise an empty last line would be lost.
    """
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) == len(cells):
        return Text().append("\n".join([*texts, ""]), style)
    pieces: list[Piece] = []
    for cell in cells:
        pieces += [(text, own or style) for text, own in pieces_of(cell)]
        pieces.append(("\n", ""))
    return Text().append_tokens(pieces)


def _indented(cell: Cell, indent: str) -> Cell:
    """Return *cell* with *indent* before each of its lines."""
    if isinstance(cell, str):
        return indent + cell.replace("\n", f"\n{indent}")
    return [
        (indent, ""),
        *((text.replace("\n", f"\n{indent}"), style) for text, style in pieces_of(cell)),
    ]


def _to_right(cell: Cell, columns: int) -> Cell:
    if isinstance(cell, str) and "\n" not in cell:
        return right(cell, columns)
    pieces = pieces_of(cell)
    room = columns - pieces_width((text.rstrip("\n"), style) for text, style in pieces)
    return [(" " * room, ""), *pieces]


def _trimmed(segments: Iterable[Segment]) -> Iterator[Line]:
    """Yield the lines of *segments*, without trailing spaces."""
    line: Line = []
    for segment in segments:
        if segment.text == "\n":
            while line and not line[-1].text.rstrip(" "):
                line.pop()
            if line:
                text, style, _ = line[-1]
                line[-1] = Segment(text.rstrip(" "), style)
            yield line
            line = []
        else:
            line.append(segment)


def pieces_of(cell: Cell) -> list[Piece]:
    """Return *cell* as pieces."""
    if isinstance(cell, str):
        return [(cell, "")]
    return cell if isinstance(cell, list) else [cell]


def pieces_width(pieces: Iterable[Piece]) -> int:
    """Return the width of *pieces* side by side."""
    return sum(width(text) for text, _ in pieces)


def percent(part: int, whole: int) -> str:
    """Return a percentage such as ``44 %``, rounded; empty if *whole* is 0."""
    return f"{(200 * part + whole) // (2 * whole) if whole else 0} %"
