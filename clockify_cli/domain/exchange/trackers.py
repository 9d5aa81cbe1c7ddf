"""Read files of other time trackers as tables with our headings.

Watson stores its frames as arrays, timewarrior exports intervals that have only tags, hledger reads
a journal of clock-ins and clock-outs. All of them become tables, so they are checked like a CSV
file. The CSV files of Toggl and Harvest are tables already: see `dialects`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from clockify_cli.domain.exchange.cells import join_names
from clockify_cli.domain.exchange.rows import MOST_ROWS, BadCell, Faults, read_each
from clockify_cli.domain.exchange.table import Table, TableRow
from clockify_cli.domain.names import is_id
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

_NUMBERS = (int, float)
_COMPACT = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_CLOCKED = re.compile(
    r"([ioIO])\s+(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?)"
    r"(?:\s*([+-]\d{2}):?(\d{2})?(?=\s|\Z))?(?:\s*(?<=\s)(\S.*))?",
    re.ASCII | re.DOTALL,
)
_DUE = re.compile(r"[bhBH]\s+\d")
_HALF = re.compile(r"[AaPp]\.?[Mm]\.?(?=\s|\Z)", re.ASCII)
_TAG = re.compile(r"([^\s:,;]+):([^,]*)")
_COMMENTS = (";", "#", "*")
_HEADER = ("start", "end", "clientName", "projectName", "taskName", "description", "tags")
_INTERVAL = ("id", "start", "end", "tags", "annotation", "annotations")
_WATSON_LEAST = 3


@dataclass(frozen=True, slots=True)
class Tracked:
    """A *table*, and *notes* on what the table leaves out."""

    table: Table
    notes: tuple[str, ...] = ()


# Watson ---------------------------------------------------------------------------------------


def is_watson(document: object) -> bool:
    """Return whether *document* is Watson's file: arrays, one of which begins with two times."""
    return (
        isinstance(document, list)
        and all(isinstance(one, list) for one in document[:1])
        and any(
            len(one) >= _WATSON_LEAST and all(isinstance(moment, _NUMBERS) for moment in one[:2])
            for one in document
            if isinstance(one, list)
        )
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
    start, stop, project, id_, tags = (*frame, None, None)[:5]
    if not isinstance(project, str):
        raise BadCell("its project is not text")
    return (
        id_ if isinstance(id_, str) and is_id(id_) else "",
        _unix(start),
        _unix(stop),
        project,
        _tags(tags or []),
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
    if not isinstance(document, list):
        return False
    starts = (item.get("start") for item in document if isinstance(item, dict))
    return any(isinstance(start, str) and _COMPACT.fullmatch(start) for start in starts)


def read_timewarrior(document: object) -> Tracked:
    """Read the intervals of `timew export`; an open one is a running timer and left out."""
    if not isinstance(document, list) or (document and not is_timewarrior(document)):
        raise UsageError(
            "the file is not an export of timewarrior", "`timew export > FILE` writes one."
        )
    running = [
        number
        for number, item in enumerate(document, 1)
        if isinstance(item, dict) and "start" in item and item.get("end") in (None, "")
    ]
    open_ = set(running)
    header = ("start", "end", "description", "tags", *_others(document))
    table = _table(header, document, partial(_interval, header), lambda number: number in open_)
    return Tracked(table, _left_running("entry", running))


def _others(document: list[object]) -> tuple[str, ...]:
    """Return the fields of the intervals in *document* that timewarrior does not write itself."""
    names = {name: None for item in document if isinstance(item, dict) for name in item}
    return tuple(name for name in names if name not in _INTERVAL)


def _interval(header: tuple[str, ...], item: object) -> tuple[str, ...]:
    if not isinstance(item, dict):
        raise BadCell("it is not an interval of timewarrior")
    start, end = item.get("start"), item.get("end")
    if not (isinstance(start, str) and isinstance(end, str)):
        raise BadCell("its start or end is not text")
    said = "; ".join(_annotations(item.get("annotation") or item.get("annotations")))
    others = (_other(item.get(name)) for name in header[4:])
    return start, end, said, _tags(item.get("tags") or []), *others


def _other(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value) if value else ""


def _annotations(given: object) -> Iterator[str]:
    """Yield the text of an annotation or of a list of them; Taskwarrior's are objects."""
    for one in given if isinstance(given, list) else [given or ""]:
        text = one.get("description") if isinstance(one, dict) else one
        if not isinstance(text, str):
            raise BadCell("its annotation is not text")
        yield text


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
    kept = ((number, item) for number, item in enumerate(items, 1) if not left_out(number))
    rows, faults = read_each(kept, lambda item: list(cells_of(item)))
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
    """Return whether the first significant line of *text* is a clock-in or clock-out."""
    first = next(filter(_says_anything, text.splitlines()), "")
    return _CLOCKED.match(first) is not None


def _says_anything(line: str) -> bool:
    """Return whether *line* may clock in or out, unlike comments and the hours due on a day."""
    return (
        bool(line.strip())
        and not line[0].isspace()
        and not line.startswith(_COMMENTS)
        and not _DUE.match(line)
    )


def read_timeclock(text: str) -> Tracked:
    """Read the sessions of a timeclock file: each ``i`` with the ``o`` that ends it.

    An account ``acme:website:design`` is a client, its project and a task; with two parts it has no
    task, with one part it is a project. A session that is still open is left out.
    """
    clocked, faults = _clocked_lines(text)
    accounts = {one.account for one in clocked if one.code == "i"}
    rows: list[TableRow] = []
    open_: list[_Clocked] = []
    for said in clocked:
        try:
            found = _session(open_, said, accounts)
        except BadCell as fault:
            faults.append((said.line, fault))
            continue
        if found is not None:
            rows.append(found)
    rows.sort(key=lambda row: row[0])
    table = Table(_HEADER, lambda: iter(rows), faults=faults, guarded=False)
    return Tracked(table, _left_running("line", [one.line for one in open_]))


def _clocked_lines(text: str) -> tuple[list[_Clocked], Faults]:
    """Return the clock-in and clock-out lines of *text*, and those that cannot be read."""
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), 1) if _says_anything(line)
    ]
    if len(lines) > MOST_ROWS:
        raise UsageError(f"the file has more than {MOST_ROWS} rows", "Import it in parts.")
    clocked, faults = read_each(((line[0], line) for line in lines), lambda line: _clocked(*line))
    if not lines:
        raise UsageError("the file has no lines that clock in or out", "They begin with i and o.")
    return [said for _, said in clocked], faults


def _clocked(number: int, line: str) -> _Clocked:
    match = _CLOCKED.fullmatch(line.rstrip())
    if match is None:
        raise BadCell(
            f'"{quoted(line.rstrip())}" is not a line such as i 2026-11-24 09:00:00 acme:website'
        )
    code, day, clock, hours, minutes, rest = match.groups()
    if rest and _HALF.match(rest) and 1 <= int(clock.partition(":")[0]) <= 12:
        raise BadCell(
            f'"{clock} {quoted(rest)}": times are written 00:00 to 23:59, without AM or PM'
        )
    said, _, comment = (rest or "").partition(";")
    account, _, description = said.strip().partition("  ")
    zone = f"{hours}:{minutes or '00'}" if hours else ""
    day = "-".join(part.zfill(2) for part in re.split(r"[-/.]", day))
    return _Clocked(
        number,
        code.lower(),
        f"{day}T{clock.zfill(5) if clock.count(':') == 1 else clock.zfill(8)}{zone}",
        account.strip(),
        description.strip(),
        _comment_tags(comment),
    )


def _comment_tags(comment: str) -> tuple[str, ...]:
    found = ((match[1], match[2].strip()) for match in _TAG.finditer(comment))
    return tuple(f"{name}:{value}" if value else name for name, value in found)


def _session(open_: list[_Clocked], said: _Clocked, accounts: Collection[str]) -> TableRow | None:
    """Return the row that *said* completes; a clock-in is added to the *open_* ones.

    If the text of a clock-out is not one of *accounts*, it is a reason, as Emacs writes it.
    """
    named = [one for one in open_ if one.account == said.account]
    if said.code == "i":
        if named:
            raise BadCell(
                f'it clocks in to "{quoted(said.account)}", which is clocked in since line '
                f"{named[0].line}"
            )
        open_.append(said)
        return None
    if not open_:
        raise BadCell("it clocks out, but nothing was clocked in")
    reason = ""
    if not said.account:
        named = open_
    elif not named and len(open_) == 1 and said.account not in accounts:
        named, reason = open_, said.account
    if not named:
        raise BadCell(
            f'it clocks out of "{quoted(said.account)}", which is not clocked in; '
            f'"{quoted(open_[-1].account)}" is since line {open_[-1].line}'
        )
    began = named[-1]
    open_.remove(began)
    client, project, task = _account(began.account)
    tags = join_names(dict.fromkeys((*began.tags, *said.tags)))
    text = began.description or " ".join(filter(None, (reason, said.description)))
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
