"""Lines of coloured pieces, laid out by us and painted by rich.

The layout is fixed before anything is painted, so that a long list costs little; rich is loaded
only where there is colour. Its styles wrap a text and never read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from clockify_cli.domain.columns import cut, cut_label, width
from clockify_cli.show.screen import Screen
from clockify_cli.show.terminal_text import clean_line, left, right

Ink = Literal["", "head", "faint", "length", "project", "tag", "billable", "running", "warning"]
Piece = tuple[str, Ink]
Line = Sequence[Piece]

_LOOKS: dict[Ink, tuple[str | None, bool, bool]] = {
    # colour, bold, dim: of the sixteen that every terminal lets its user choose
    "head": (None, True, False),
    "faint": (None, False, True),
    "length": (None, True, False),
    "project": ("cyan", False, False),
    "tag": ("magenta", False, False),
    "billable": ("green", False, False),
    "running": ("green", True, False),
    "warning": ("yellow", False, False),
}


def cell(screen: Screen, text: str) -> str:
    """*text* clean, on one line and in the letters of *screen*: measure and cut this."""
    return screen.letters(clean_line(text))


def fitted(screen: Screen, text: str, columns: int, *, to_right: bool = False) -> str:
    """*text*, a `cell`, in exactly *columns*: cut with an ellipsis, or filled with spaces."""
    short = cut(text, columns, mark=screen.letters("…"))
    return right(short, columns) if to_right else left(short, columns)


def fitted_label(screen: Screen, text: str, columns: int) -> str:
    """As `fitted`, for ``Client / Project / Task``, which `cut_label` cuts."""
    return left(cut_label(text, columns, mark=screen.letters("…")), columns)


def shrink(widths: Sequence[int], room: int) -> list[int]:
    """*widths* made to sum to *room* at most, the widest giving way first; none below 1."""
    shrunk = list(widths)
    excess = sum(shrunk) - room
    while excess > 0 and max(shrunk, default=0) > 1:
        widest = max(shrunk)
        ties = [index for index, columns in enumerate(shrunk) if columns == widest]
        lower = max([1, *(columns for columns in shrunk if columns < widest)])
        step = max(1, min(widest - lower, excess // len(ties)))
        for index in ties[: max(1, excess)]:
            shrunk[index] -= step
        excess = sum(shrunk) - room
    return shrunk


def paint(screen: Screen, lines: Iterable[Line]) -> None:
    """Write *lines* to *screen*: each piece in its ink where there is colour."""
    draw = _colored if screen.color else _plain
    screen.write("".join(f"{text}\n" for text in draw(map(_trimmed, lines))))


def _plain(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield "".join(text for text, _ in line)


def _colored(lines: Iterable[Line]) -> Iterator[str]:
    # rich's console would lay out again what is laid out already, and takes as long to load as
    # the rest of the program: its styles are all that is needed.
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {
        ink: Style(color=color, bold=bold or None, dim=dim or None)
        for ink, (color, bold, dim) in _LOOKS.items()
    }
    plain = Style.null()
    for line in lines:
        yield "".join(
            styles.get(ink, plain).render(text, color_system=ColorSystem.STANDARD)
            for text, ink in line
        )


def _trimmed(line: Line) -> list[Piece]:
    """*line* without the spaces at its end."""
    pieces = list(line)
    while pieces:
        text, ink = pieces.pop()
        if bare := text.rstrip(" "):
            return [*pieces, (bare, ink)]
    return []


def line_width(line: Line) -> int:
    """Columns of the whole *line*."""
    return sum(width(text) for text, _ in line)


def in_a_row(screen: Screen, parts: Sequence[Piece]) -> Iterator[Line]:
    """*parts* with dots between them, on as few lines as the screen allows."""
    dot = screen.letters(" · ")
    line: list[Piece] = []
    for whole, ink in parts:
        text = cut(whole, screen.width, mark=screen.letters("…"))
        if line and line_width(line) + width(dot) + width(text) > screen.width:
            yield line
            line = []
        line += [(dot, ""), (text, ink)] if line else [(text, ink)]
    yield line


def percent(part: int, whole: int) -> str:
    """``44 %``, rounded to the nearest; of nothing, nothing."""
    return f"{(200 * part + whole) // (2 * whole) if whole else 0} %"
