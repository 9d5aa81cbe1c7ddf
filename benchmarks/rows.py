"""What is measured, and the limit of each row in starts of a bare interpreter."""

from __future__ import annotations

from dataclasses import dataclass

PEAK_BAR = 40.0
"""The MiB that no command may exceed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of command; *terminal*: it writes to a terminal, and so a table."""

    key: str
    title: str
    bar: float
    terminal: bool = False


ROWS = (
    Row("version", "--version", 2.0),
    Row("short", "status --short", 3.5),
    Row("check", "status --check", 3.5),
    Row("status", "status", 8.0),
    Row("start", "start", 8.5),
    Row("stop", "stop", 8.5),
    Row("add", "add", 8.5),
    Row("day", "log of a day, pipe", 9.0),
    Row("day table", "log of a day, table", 12.0, terminal=True),
    Row("year", "report of a year, pipe", 9.0),
    Row("year table", "report of a year, table", 12.0, terminal=True),
    Row("month table", "log of 200 entries, table", 18.0, terminal=True),
)
