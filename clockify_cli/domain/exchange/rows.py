"""The content of a file of entries, as values, and its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from clockify_cli.domain.exchange.people import Person
from clockify_cli.domain.terminal_text import shortened
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

Given = TypeVar("Given")
Made = TypeVar("Made")

Source = Literal[
    "csv", "json", "clockify", "toggl", "watson", "timewarrior", "harvest", "timeclock"
]
TRACKERS = {
    "toggl": "Toggl's detailed report",
    "watson": "Watson's frames",
    "timewarrior": "timewarrior's export",
    "harvest": "Harvest's time report",
    "timeclock": "a timeclock file",
}
"""The trackers whose files can be read, with the names used in messages."""

DateOrder = Literal["dmy", "mdy", "ymd"]

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 1_000_000
NUMBERED = 8


class ItemIds(NamedTuple):
    """The ids of an entry's names in a file; empty if it gives none.

    There is one id in *tags* for each tag of the entry.
    """

    client: str = ""
    project: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()


NO_IDS = ItemIds()


class CustomValue(NamedTuple):
    """The *value* of a custom field, as JSON text, and its id and name, empty if not given."""

    id: str
    name: str
    value: str


class ImportedEntry(NamedTuple):
    """One entry of a file.

    *line* is the line of the file on which it begins (in JSON: the number of the entry, from 1).
    *start* and *end* are aware UTC in whole seconds. Client, project, task and *tags* are names,
    empty for none; a tag with only an id has it as its name. *billable* is None if the file does
    not say. *type* is Clockify's name. *original* are the ids of the entry in the file, Clockify's
    and local, *ids* those of its names. *custom* are its values of custom fields, *others* those of
    plain fields that only our own files have, by name.
    """

    line: int
    start: datetime
    end: datetime
    description: str = ""
    client: str = ""
    project: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    type: str = "REGULAR"
    original: tuple[str, ...] = ()
    ids: ItemIds = NO_IDS
    custom: tuple[CustomValue, ...] = ()
    others: tuple[tuple[str, str | bool | float], ...] = ()


class RunningRow(NamedTuple):
    """A timer that was running when a file was written: its *ids* there, and the *command* that
    starts it."""

    ids: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class WrongLine:
    """Why the entry on *line* cannot be imported."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class ImportFile:
    """The entries of a file, in its order, and the kind of file.

    *doubtful* are lines that need confirmation: in the future, or over 24 hours; *clashing* those
    that differ from an earlier line (given) with the same id. *unit* is what the numbers count:
    ``line`` or ``entry``. *notes* are sentences about how the file was read. *person* is whose time
    it is, if the file says so. *said* are the fields of entries that the file has. *running* is the
    timer that was left out, if there is only one.
    """

    rows: tuple[ImportedEntry, ...]
    source: Source
    unit: str = "line"
    doubtful: tuple[WrongLine, ...] = ()
    clashing: tuple[tuple[int, WrongLine], ...] = ()
    notes: tuple[str, ...] = ()
    person: Person | None = None
    said: frozenset[str] = frozenset()
    running: RunningRow | None = None


class BadCell(Exception):
    """Why one line cannot be imported; caught in the loop over the lines."""


Faults = list[tuple[int, BadCell]]
"""Why some entries cannot be read, each with its number."""


def read_each(
    items: Iterable[tuple[int, Given]], read: Callable[[Given], Made]
) -> tuple[list[tuple[int, Made]], Faults]:
    """Return the result of *read* for each of *items*, and the faults of the others, by number."""
    found: list[tuple[int, Made]] = []
    faults: Faults = []
    for number, item in items:
        try:
            found.append((number, read(item)))
        except BadCell as fault:
            faults.append((number, fault))
    return found, faults


def refuse_lines(wrong: Sequence[WrongLine], unit: str, hint: str) -> UsageError:
    """Return the refusal of a whole file for its *wrong* lines; the first ten are listed."""
    in_order = sorted(wrong, key=lambda one: one.line)
    count = len({one.line for one in wrong})
    lines = f"1 {unit}" if count == 1 else f"{count} {_plural(unit)}"
    return UsageError(
        f"{lines} cannot be imported, so nothing was imported",
        hint,
        details=shortened(f"{unit} {one.line}: {one.why}" for one in in_order),
        code="bad-lines",
    )


def numbered(numbers: Sequence[int], unit: str) -> str:
    """Return ``line 3``, ``lines 3, 7 and 12 more``."""
    if len(numbers) == 1:
        return f"{unit} {numbers[0]}"
    shown = [str(number) for number in numbers[:NUMBERED]]
    if more := len(numbers) - len(shown):
        return f"{_plural(unit)} {', '.join(shown)} and {more} more"
    return f"{_plural(unit)} {', '.join(shown[:-1])} and {shown[-1]}"


def _plural(unit: str) -> str:
    return "entries" if unit == "entry" else f"{unit}s"
