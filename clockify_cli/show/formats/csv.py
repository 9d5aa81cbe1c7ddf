"""CSV by RFC 4180."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Yield the lines of a CSV document, each with its CRLF; cells are quoted if necessary."""
    for row in chain((header,), rows):
        # An empty line would not count as a row.
        yield (",".join(map(_csv_cell, row)) or '""') + "\r\n"


def _csv_cell(text: str) -> str:
    if any(char in text for char in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
