"""The cells of a CSV file, whatever separates them, with the line on which each row begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from clockify_cli.domain.exchange.rows import MOST_ROWS
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the line on which it begins, and its cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A header, folded (lower case, single spaces), and the rows below that are not blank."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, *names: str) -> int | None:
        """The place of the first of *names* that the header has."""
        return next((self.header.index(name) for name in names if name in self.header), None)

    def columns(self, names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        """The place of each of *names* that the header has, under whatever of its aliases."""
        places = {name: self.column(*aliases) for name, aliases in names.items()}
        return {name: place for name, place in places.items() if place is not None}

    def ragged(self, row: Row) -> str:
        """Why *row* does not fit the header; empty if it does.

        Empty cells behind the last column do no harm.
        """
        if len(row.cells) < len(self.header) or any(row.cells[len(self.header) :]):
            return f"it has {len(row.cells)} cells and the header {len(self.header)}"
        return ""


def read_table(text: str) -> Table:
    """The table in *text*; UsageError for unsound quoting and over a million rows."""
    separator, skipped = _separator(text)
    rows = _rows(text, separator)
    if skipped:
        next(rows)
    first = next(rows, None)
    if first is None:
        raise UsageError("the file has no rows", "CSV and JSON can be imported.")
    header = tuple(" ".join(cell.lower().split()) for cell in first.cells)
    body: list[Row] = []
    for row in rows:
        if len(body) == MOST_ROWS:
            raise UsageError(f"the file has more than {MOST_ROWS} rows", "Import it in parts.")
        body.append(row)
    return Table(header, tuple(body))


def _separator(text: str) -> tuple[str, bool]:
    """What separates cells, by the first line, and whether that line says nothing else."""
    first = text.lstrip().split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], True
    return max(_SEPARATORS, key=first.count), False


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"the CSV is not sound from line {line} on: {error}",
            "A quote within quotes is written twice.",
        ) from None
