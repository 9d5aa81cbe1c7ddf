"""Read files of other time trackers as tables with our headings.

Watson stores its frames as arrays, timewarrior exports intervals that have only tags, hledger reads
a journal of clock-ins and clock-outs. All of them become tables, so they are checked like a CSV
file. The CSV files of Toggl and Harvest are tables already: see `dialects`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from clockify_cli.domain.exchange.cells import join_names
from clockify_cli.domain.exchange.rows import MOST_ROWS, BadCell
from clockify_cli.domain.exchange.table import Row, Table
from clockify_cli.domain.names import is_id, quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

_NUMBERS = (int, float)
_COMPACT = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_CLOCKED = re.compile(
    r"([iobhIOBH])\s+(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)"
    r"(?:\s*([+-]\d{2}):?(\d{2})|\s+[A-Z]{1,5}(?=\s|\Z))?(?:\s+(\S.*))?",
    re.ASCII | re.DOTALL,
)
_TAG = re.compile(r"([^\s:,;]+):([^,]*)")
_COMMENTS = (";", "#", "*")
_HEADER = ("start", "end", "clientName", "projectName", "taskName", "description", "tags")
_WATSON_LEAST, _WATSON_ID, _WATSON_TAGS = 3, 3, 4


@dataclass(frozen=True, slots=True)
class Tracked:
    """A *table*, and *notes* on what the table leaves out."""

    table: Table
    notes: tuple[str, ...] = ()


# Watson ---------------------------------------------------------------------------------------


def is_watson(document: object) -> bool:
    """Return whether *document* is Watson's file of frames: arrays that begin with two times."""
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], list)
        and len(document[0]) >= _WATSON_LEAST
        and all(isinstance(one, _NUMBERS) for one in document[0][:2])
    )


def read_watson(document: object) -> Tracked:
    """Read Watson's frames: ``[start, stop, project, id, tags, updated]``, with Unix times."""
    if not isinstance(document, list) or (document and not is_watson(document)):
        raise UsageError(
            "the file does not hold Watson's frames",
            "Watson keeps them in the file `frames` of its folder"
            " (~/.config/watson on Linux, ~/Library/Application Support/watson on macOS).",
        )
    header = ("id", "start", "end", "projectName", "tags")
    return Tracked(_table(header, document, _frame))


def _frame(frame: object) -> tuple[str, ...]:
    if not isinstance(frame, list) or len(frame) < _WATSON_LEAST:
        raise BadCell("it is not a frame of Watson")
    start, stop, project = frame[:3]
    id_ = frame[_WATSON_ID] if len(frame) > _WATSON_ID else ""
    tags = frame[_WATSON_TAGS] if len(frame) > _WATSON_TAGS else []
    if not isinstance(project, str):
        raise BadCell("its project is not text")
    return (
        id_ if isinstance(id_, str) and is_id(id_) else "",
        _unix(start),
        _unix(stop),
        project,
        _tags(tags),
    )


def _unix(moment: object) -> str:
    if isinstance(moment, _NUMBERS) and not isinstance(moment, bool):
        try:
            return datetime.fromtimestamp(int(moment), UTC).isoformat()
        except (OverflowError, ValueError, OSError):
            pass
    raise BadCell(f'"{quoted(str(moment))}" is not a time in Unix seconds')


# timewarrior ----------------------------------------------------------------------------------


def is_timewarrior(document: object) -> bool:
    """Return whether *document* comes from `timew export`: its times have no separators."""
    first = document[0] if isinstance(document, list) and document else None
    start = first.get("start") if isinstance(first, dict) else None
    return isinstance(start, str) and bool(_COMPACT.fullmatch(start))


def read_timewarrior(document: object) -> Tracked:
    """Read the intervals of `timew export`; an open one is a running timer and left out."""
    if not isinstance(document, list) or (document and not is_timewarrior(document)):
        raise UsageError(
            "the file is not an export of timewarrior", "`timew export > FILE` writes one."
        )
    running = [
        number
        for number, item in enumerate(document, 1)
        if isinstance(item, dict) and "start" in item and "end" not in item
    ]
    open_ = set(running)
    header = ("start", "end", "description", "tags")
    table = _table(header, document, _interval, lambda number: number in open_)
    return Tracked(table, _left_running("entry", running))


def _interval(item: object) -> tuple[str, ...]:
    if not isinstance(item, dict):
        raise BadCell("it is not an interval of timewarrior")
    start, end = item.get("start"), item.get("end")
    said = item.get("annotation") or ""
    if not (isinstance(start, str) and isinstance(end, str)):
        raise BadCell("its start or end is not text")
    if not isinstance(said, str):
        raise BadCell("its annotation is not text")
    return start, end, said, _tags(item.get("tags") or [])


def _tags(given: object) -> str:
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        raise BadCell("its tags are not a list of names")
    return join_names(given)


def _table(
    header: tuple[str, ...],
    items: Sequence[object],
    cells_of: Callable[[Any], tuple[str, ...]],
    left_out: Callable[[int], bool] = lambda _: False,
) -> Table:
    """Return the table of *items*, numbered from 1; items that cannot be read become its faults."""
    if len(items) > MOST_ROWS:
        raise UsageError(f"the file has more than {MOST_ROWS} entries", "Import it in parts.")
    rows: list[Row] = []
    faults: list[tuple[int, BadCell]] = []
    for number, item in enumerate(items, 1):
        if left_out(number):
            continue
        try:
            rows.append((number, list(cells_of(item))))
        except BadCell as fault:
            faults.append((number, fault))
    return Table(header, lambda: iter(rows), faults=faults, guarded=False)


def _left_running(unit: str, numbers: Sequence[int]) -> tuple[str, ...]:
    if not numbers:
        return ()
    listed = ", ".join(map(str, numbers[:5]))
    return (f"Left out the running timer: {unit} {listed}.",)


# timeclock ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clocked:
    """A line of a timeclock file: its *code*, the time, and the rest."""

    line: int
    code: str
    at: str
    account: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()


def looks_like_timeclock(text: str) -> bool:
    """Return whether the first non-empty line of *text* is a clock-in or clock-out."""
    for line in text.splitlines():
        if line.strip() and not line.startswith(_COMMENTS):
            return _CLOCKED.match(line) is not None
    return False


def read_timeclock(text: str) -> Tracked:
    """Read the sessions of a timeclock file: each ``i`` with the ``o`` that ends it.

    An account ``acme:website:design`` is a client, its project and a task; with two parts it has no
    task, with one part it is a project. A session that is still open is left out.
    """
    rows: list[Row] = []
    faults: list[tuple[int, BadCell]] = []
    open_: list[_Clocked] = []
    count = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line[0].isspace() or line.startswith(_COMMENTS):
            continue
        count += 1
        if count > MOST_ROWS:
            raise UsageError(f"the file has more than {MOST_ROWS} rows", "Import it in parts.")
        try:
            found = _session(open_, _clocked(number, line))
        except BadCell as fault:
            faults.append((number, fault))
            continue
        if found is not None:
            rows.append(found)
    rows.sort(key=lambda row: row[0])
    if not count:
        raise UsageError("the file has no lines that clock in or out", "They begin with i and o.")
    table = Table(_HEADER, lambda: iter(rows), faults=faults, guarded=False)
    return Tracked(table, _left_running("line", [one.line for one in open_]))


def _clocked(number: int, line: str) -> _Clocked:
    match = _CLOCKED.fullmatch(line.rstrip())
    if match is None:
        raise BadCell(
            f'"{quoted(line.rstrip())}" is not a line such as i 2026-11-24 09:00:00 acme:website'
        )
    code, day, clock, hours, minutes, rest = match.groups()
    said, _, comment = (rest or "").partition(";")
    account, _, description = said.strip().partition("  ")
    zone = f"{hours}:{minutes}" if hours else ""
    day = "-".join(part.zfill(2) for part in re.split(r"[-/.]", day))
    return _Clocked(
        number,
        code,
        f"{day}T{clock.zfill(5) if clock.count(':') == 1 else clock.zfill(8)}{zone}",
        account.strip(),
        description.strip(),
        _comment_tags(comment),
    )


def _comment_tags(comment: str) -> tuple[str, ...]:
    found = ((match[1], match[2].strip()) for match in _TAG.finditer(comment))
    return tuple(f"{name}:{value}" if value else name for name, value in found)


def _session(open_: list[_Clocked], said: _Clocked) -> Row | None:
    """Return the row that *said* completes; a clock-in is added to the *open_* ones."""
    if said.code == "i":
        if any(one.account == said.account for one in open_):
            raise BadCell(
                f'it clocks in to "{quoted(said.account)}", which is clocked in since line '
                f"{next(one.line for one in open_ if one.account == said.account)}"
            )
        open_.append(said)
        return None
    if said.code not in "oO":
        return None
    named = [one for one in open_ if one.account == said.account] if said.account else open_
    if not named:
        raise BadCell("it clocks out, and nothing is clocked in")
    began = named[-1]
    open_.remove(began)
    client, project, task = _account(began.account)
    tags = join_names(dict.fromkeys((*began.tags, *said.tags)))
    text = began.description or said.description
    return began.line, [began.at, said.at, client, project, task, text, tags]


def _account(account: str) -> tuple[str, str, str]:
    """Return the client, project and task of an account such as ``acme:website:design``."""
    parts = [part.strip() for part in account.split(":", 2)]
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


JSON_READERS: Mapping[str, Callable[[object], Tracked]] = {
    "watson": read_watson,
    "timewarrior": read_timewarrior,
}
"""The reader for each tracker that has a JSON format."""


def tracker_of(document: object) -> str | None:
    """Return which of `JSON_READERS` can read the JSON *document*, or None."""
    if is_watson(document):
        return "watson"
    return "timewarrior" if is_timewarrior(document) else None
