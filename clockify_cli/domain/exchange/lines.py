"""The checks that every line of every format passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar
from unicodedata import category
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange.cells import split_names, unguard
from clockify_cli.domain.exchange.rows import BadCell, ImportedEntry, WrongLine
from clockify_cli.domain.names import NameKind, check_name, is_id, quoted
from clockify_cli.domain.time.zones import typed_text
from clockify_cli.errors import UsageError

LONG = timedelta(hours=24)
MOST_DESCRIPTION = 3000
MOST_TAGS = 50
TYPES = ("REGULAR", "BREAK", "HOLIDAY", "TIME_OFF")

_Raw = TypeVar("_Raw")


def read_lines(
    raws: Iterable[_Raw], line_of: Callable[[_Raw], int], read: Callable[[_Raw], ImportedEntry]
) -> tuple[list[ImportedEntry], list[WrongLine]]:
    """What *read* makes of each of *raws*, and what is wrong with those that it refuses."""
    rows, wrong = [], []
    for raw in raws:
        try:
            rows.append(read(raw))
        except BadCell as error:
            wrong.append(WrongLine(line_of(raw), str(error)))
    return rows, wrong


def doubtful_lines(
    rows: Iterable[ImportedEntry], now: datetime, zone: ZoneInfo
) -> tuple[WrongLine, ...]:
    """Those of *rows* that a person has to want: later than *now* (aware UTC), over 24 hours.

    Times are told in *zone*.
    """
    doubts = []
    for row in rows:
        if row.end > now:
            end = typed_text(row.end, zone)
            doubts.append(WrongLine(row.line, f"it ends in the future, at {end}"))
        elif row.end - row.start > LONG:
            hours = (row.end - row.start) // timedelta(hours=1)
            doubts.append(WrongLine(row.line, f"it lasts {hours} hours"))
    return tuple(doubts)


def check_span(start: datetime, end: datetime, zone: ZoneInfo, *, recorded: bool) -> None:
    """BadCell for an end before the start; an end at the start only where it was *recorded* so.

    Both are aware UTC, and told in *zone*.

    A timer stopped in the second of its start leaves an entry of no length: such a one was
    recorded, one written by hand is a slip.
    """
    if end < start:
        told = f"{typed_text(end, zone)} and {typed_text(start, zone)}"
        raise BadCell(f"it ends before it starts ({told})")
    if end == start and not recorded:
        raise BadCell("it ends when it starts")


def description(text: str) -> str:
    """*text* as a description, its line breaks and tabs as spaces; BadCell for other controls."""
    spaced = " ".join(text.splitlines()).replace("\t", " ").strip()
    if any(category(char) in ("Cc", "Cs") for char in spaced):
        raise BadCell(f'the description holds a control character: "{quoted(spaced)}"')
    if len(spaced) > MOST_DESCRIPTION:
        raise BadCell(f"the description has {len(spaced)} characters, over {MOST_DESCRIPTION}")
    return spaced


def name(text: str, kind: NameKind) -> str:
    """*text* as a name, empty for none; BadCell for one that nothing can be called."""
    if not text.strip():
        return ""
    try:
        return check_name(text, kind)
    except UsageError as error:
        raise BadCell(error.message) from None


def tag_cell(text: str) -> tuple[str, ...]:
    """The tags in a cell of a CSV file."""
    try:
        return tags(split_names(unguard(text)))
    except ValueError as error:
        raise BadCell(f'"{quoted(text)}" is no list of tags: {error}') from None


def tags(names: Iterable[str]) -> tuple[str, ...]:
    """*names* as tags, each once, in their order."""
    checked = dict.fromkeys(name(one, "tag") for one in names)
    checked.pop("", None)
    if len(checked) > MOST_TAGS:
        raise BadCell(f"it has {len(checked)} tags, over {MOST_TAGS}")
    return tuple(checked)


def check_task(task: str, project: str) -> None:
    """BadCell for a task without its project."""
    if task and not project:
        raise BadCell(f'the task "{quoted(task)}" has no project')


def billable(text: str) -> bool | None:
    """``Yes``, ``true`` and their like; None for an empty cell, BadCell for any other."""
    word = text.strip().lower()
    if not word:
        return None
    if word in ("yes", "true", "1", "y"):
        return True
    if word in ("no", "false", "0", "n"):
        return False
    raise BadCell(f'"{quoted(text)}" is neither yes nor no (billable)')


def entry_type(text: str) -> str:
    """*text* as Clockify's word for the type of an entry, REGULAR for none."""
    word = text.strip().upper() or TYPES[0]
    if word not in TYPES:
        raise BadCell(f'"{quoted(text)}" is no type of entry ({", ".join(TYPES)})')
    return word


def ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of *texts* that are there, in lower case; BadCell for one that is no id."""
    given = [text.strip().lower() for text in texts if text.strip()]
    for text in given:
        if not is_id(text):
            raise BadCell(f'"{quoted(text)}" is no id')
    return tuple(dict.fromkeys(given))
