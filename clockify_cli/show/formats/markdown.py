"""Markdown tables whose cells show their text literally in any renderer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clockify_cli.domain.terminal_text import clean_line

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {char: f"\\{char}" for char in "\\`*_[]|~"}
)


def literal(text: str) -> str:
    """Return *text* on one line, with nothing in it that Markdown or HTML would interpret."""
    return clean_line(text).translate(_ESCAPES)


def markdown_lines(
    header: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool]
) -> Iterable[str]:
    """Yield the lines of a table; columns that are *numeric* are aligned to the right."""
    yield _line(header)
    yield _line(["---:" if right else "---" for right in numeric])
    for row in rows:
        yield _line([literal(cell) for cell in row])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
