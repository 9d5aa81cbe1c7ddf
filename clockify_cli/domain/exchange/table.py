"""The cells of a file, row by row, each with its first line number.

A file may be large: its rows are read anew in each pass, and none is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from clockify_cli.domain.exchange.columns import Columns
from clockify_cli.domain.exchange.rows import MOST_ROWS, BadCell
from clockify_cli.domain.exchange.vocabulary import word_key
from clockify_cli.domain.names import is_id
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, replace

TableRow = tuple[int, list[str]]
"""The line on which a row begins, and its cells."""

SEPARATORS = ",;\t|"
# A report saved by a spreadsheet may have its title above the headings.
_MOST_ABOVE = 12

OWN_TSV = {
    11: (
        *("id", "start", "end", "seconds", "clientName", "projectName", "taskName"),
        *("description", "tags", "billable", "type"),
    ),
    10: (
        *("id", "start", "end", "seconds", "project", "task", "description", "tags", "billable"),
        "state",
    ),
}
"""The columns of our own TSV (`export` and `log`), which has no header, by number of cells."""
OWN_LOG = OWN_TSV[10]
OURS = frozenset(("id", "start", "end", "seconds"))
"""Headings that together are only in our own files."""


_FIRST, _LAST = ("firstname", "vorname"), ("lastname", "nachname")
PERSON = "User"
"""The heading for a person's name that was in two columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header, and a function that iterates over the rows below it that are not blank.

    *above* are the rows before the header. *faults* are entries that could not become rows.
    *guarded*: text that a spreadsheet might compute has a ``'`` before it.
    """

    header: tuple[str, ...]
    rows: Callable[[], Iterator[TableRow]]
    above: tuple[TableRow, ...] = ()
    faults: Sequence[tuple[int, BadCell]] = ()
    guarded: bool = True


def with_whole_names(table: Table) -> Table:
    """Return *table* with one column for a person's name if first and last names have two."""
    keys = [word_key(heading) for heading in table.header]
    first, last = _place(keys, _FIRST), _place(keys, _LAST)
    if first is None or last is None or word_key(PERSON) in keys:
        return table

    def whole(cells: list[str]) -> list[str]:
        # Every row gets one cell shorter, so that rows of a wrong width are still detected.
        if len(cells) <= max(first, last):
            return cells[:-1]
        name = " ".join(f"{cells[first]} {cells[last]}".split())
        return [
            name if place == first else cell for place, cell in enumerate(cells) if place != last
        ]

    header = [
        PERSON if place == first else one for place, one in enumerate(table.header) if place != last
    ]
    return replace(_with_cells(table, whole), header=tuple(header))


def without_duplicates(table: Table, columns: Columns) -> Table:
    """Return *table* with the columns of one field merged into the best of them.

    A cell of the others stays only if it has a different value.
    """
    if not columns.duplicates:
        return table

    def merged(cells: list[str]) -> list[str]:
        if len(cells) < len(columns.header):
            return cells
        cells = list(cells)
        for best, *others in columns.duplicates:
            for other in others:
                said = cells[other].strip()
                if said and not cells[best].strip():
                    cells[best] = cells[other]
                if said == cells[best].strip():
                    cells[other] = ""
        return cells

    return _with_cells(table, merged)


def _with_cells(table: Table, changed: Callable[[list[str]], list[str]]) -> Table:
    """Return *table* with the cells of each row *changed*."""
    return replace(table, rows=lambda: ((line, changed(cells)) for line, cells in table.rows()))


def _place(keys: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((place for place, key in enumerate(keys) if key in wanted), None)


def read_table(data: bytes, encoding: str, timed: Callable[[tuple[str, ...]], bool]) -> Table:
    """Return the table in *data*; UsageError for unbalanced quotes and over a million rows.

    The header is the first row that *timed* accepts, else the first row.
    """
    first, skipped = _first_line(data, encoding)
    if own := _own_header(first):
        return Table(own, lambda: _rows(_Reading(data, encoding, "\t", quoted=False)))
    reading = _best_reading(data, encoding, first, skipped, timed)
    above, header = _find_header(reading, timed)
    if header is None:
        raise UsageError("the file has no rows", "CSV and JSON can be imported.")

    def rows() -> Iterator[TableRow]:
        found = _rows(reading)
        for _ in range(above + 1):
            next(found)
        return found

    return Table(header, rows, tuple(islice(_rows(reading), above)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the rows of *data* are read: *skip* lines first, and quotes only if *quoted*."""

    data: bytes
    encoding: str
    separator: str
    quoted: bool = True
    skip: int = 0


def _first_line(data: bytes, encoding: str) -> tuple[str, int]:
    """Return the first line that is not blank; also its number if it is a ``sep=`` line, else 0."""
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as lines:
        found = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        number, first = next(found, (0, ""))
    named = first.strip()
    return first.strip("\r\n"), number if named[:4].lower() == "sep=" and len(named) == 5 else 0


def _own_header(first: str) -> tuple[str, ...] | None:
    """Return the columns of our own TSV if *first* is a line of it."""
    cells = first.split("\t")
    header = OWN_TSV.get(len(cells))
    if header is None or not is_id(cells[0]) or not cells[3].isdigit():
        return None
    return header if all("T" in moment for moment in cells[1:3] if moment) else None


def _best_reading(
    data: bytes, encoding: str, first: str, skipped: int, timed: Callable[[tuple[str, ...]], bool]
) -> _Reading:
    """Choose the separator that gives a header with times; else the first line's most frequent."""
    if skipped:
        return _Reading(data, encoding, first.strip()[4], skip=skipped)
    counted = sorted(SEPARATORS, key=first.count, reverse=True)
    readings = [
        _Reading(data, encoding, separator, quoted)
        for separator in counted
        for quoted in ((True, False) if separator == "\t" else (True,))
    ]
    for reading in readings:
        try:
            _, header = _find_header(reading, timed)
        except UsageError:
            continue
        if header is not None and timed(header) and _is_sound(reading):
            return reading
    return readings[0]


def _is_sound(reading: _Reading) -> bool:
    """Return whether the quotes of *reading* are balanced; checked only for tab-separated text."""
    if reading.separator != "\t" or not reading.quoted:
        return True
    try:
        for _ in _rows(reading):
            pass
    except UsageError:
        return False
    return True


def _find_header(
    reading: _Reading, timed: Callable[[tuple[str, ...]], bool]
) -> tuple[int, tuple[str, ...] | None]:
    first: tuple[str, ...] | None = None
    for above, (_, cells) in enumerate(_rows(reading)):
        header = tuple(" ".join(cell.split()) for cell in cells)
        first = first or header
        if timed(header):
            return above, header
        if above == _MOST_ABOVE:
            break
    return 0, first


def _rows(reading: _Reading) -> Iterator[TableRow]:
    lines = io.TextIOWrapper(io.BytesIO(reading.data), reading.encoding, newline="")
    for _ in range(reading.skip):
        next(lines)
    reader = (
        csv.reader(lines, delimiter=reading.separator, strict=True)
        if reading.quoted
        else csv.reader(lines, delimiter=reading.separator, quoting=csv.QUOTE_NONE)
    )
    line = start = 1 + reading.skip
    count = 0
    try:
        for cells in reader:
            if (cells and cells[0].strip()) or "".join(cells).strip():
                if count > MOST_ROWS:
                    raise UsageError(
                        f"the file has more than {MOST_ROWS} rows", "Import it in parts."
                    )
                count += 1
                yield line, cells
            line = reader.line_num + start
    except csv.Error as error:
        raise UsageError(
            f"the CSV cannot be read from line {line} on: {error}",
            f"A quote within quotes is written twice, and a cell has {csv.field_size_limit()}"
            " characters at most.",
        ) from None
