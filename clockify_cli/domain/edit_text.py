"""Entries as text to edit: one entry as TOML, whole days as lines. Pure.

A line of a day is written as one would type it after ``add``, the SPAN first, then ``#`` and the
tail of the entry's id. Unchanged lines are not parsed again, so their entries keep their seconds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import BREAK, DEFAULTS, PLAIN, SENT_TYPES, TimeEntry, plain_of
from clockify_cli.domain.time.points import date_text
from clockify_cli.domain.time.zones import resolve_local, typed_text
from clockify_cli.errors import TimeError, UsageError
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

KEYS = (*PLAIN, "project", "task", "tags", "billable", "start", "end")
TAIL = r"(?:^|\s)#\s*([0-9a-f]{4,32})\s*$"
TAIL_LENGTH = 4
SHOWN_NAMES = 200
"""At most this many projects and tags are listed below the text."""


def entry_text(
    entry: TimeEntry, zone: ZoneInfo, projects: Iterable[str] = (), tags: Iterable[str] = ()
) -> str:
    """Return *entry* as TOML with times in *zone*; *projects* and *tags* are listed below."""
    lines = [
        "# Edit the values, save, and close the editor.",
        "# If you leave the text as it is, nothing changes.",
        *(f"{key} = {_toml(value)}" for key, value in _values(entry, zone).items()),
    ]
    for word, names in (("Projects", [*projects]), ("Tags", [*tags])):
        if names:
            lines += ["#", f"# {word}:", *(f"#   {one_line(name)}" for name in names[:SHOWN_NAMES])]
    return "\n".join(lines) + "\n"


def _values(entry: TimeEntry, zone: ZoneInfo) -> dict[str, object]:
    found: dict[str, object] = {
        **plain_of(entry),
        "project": project_name(entry),
        "task": entry.task.name if entry.task else "",
        "tags": [tag.name for tag in entry.tags],
        "billable": entry.billable,
        "start": moment_text(entry.start, zone),
    }
    return found if entry.end is None else {**found, "end": moment_text(entry.end, zone)}


def project_name(entry: TimeEntry) -> str:
    """Return ``CLIENT/PROJECT`` as one types it; empty without a project."""
    if entry.project is None:
        return ""
    client = entry.project.client
    return f"{client.name}/{entry.project.name}" if client else entry.project.name


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    """Return *at* as a person types it: local, with its offset if a clock change requires it."""
    local = at.astimezone(zone).replace(tzinfo=None)
    with suppress(TimeError):
        if resolve_local(local, zone) == at:
            return local.isoformat(" ", "seconds" if local.second else "minutes")
    return typed_text(at, zone)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, int | float):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda c: f"\\u{ord(c[0]):04x}", escaped)
        + '"'
    )


_EMPTY: dict[str, object] = {**DEFAULTS, "tags": []}


def changed_values(before: str, after: str) -> dict[str, object]:
    """Return the keys of the TOML text *after* whose values differ from *before*.

    A removed key counts as emptied. Raises UsageError that names the line.
    """
    old, new = _read_toml(before), _read_toml(after)
    for key in new:
        if key not in KEYS:
            raise UsageError(f"line {_line_of(after, key)}: an entry has no {key}", _KEYS_ARE)
    emptied = {key: _EMPTY.get(key, "") for key in old if key not in new}
    changed = {key: value for key, value in new.items() if value != old.get(key)}
    for key, value in changed.items():
        _check_kind(key, value, after)
    return {**emptied, **changed}


_KEYS_ARE = f"Its fields are {', '.join(KEYS[:-1])} and {KEYS[-1]}."


def _read_toml(text: str) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = (match and match[2]) or str(text.count("\n") + 1)
        what = match[1] if match else str(error)
        raise UsageError(
            f"line {line} cannot be read: {what[:1].lower()}{what[1:]}",
            'Write text as "like this", a list as ["a", "b"], yes and no as true and false.',
        ) from error


def _check_kind(key: str, value: object, text: str) -> None:
    kind = bool if key == "billable" else type(_EMPTY.get(key, ""))
    if kind is list:
        fits = isinstance(value, list) and all(isinstance(tag, str) for tag in value)
    else:
        fits = type(value) is kind
    if not fits:
        raise UsageError(f"line {_line_of(text, key)}: {_KINDS[kind].format(key=key)}", "")


_KINDS: dict[type, str] = {
    str: '{key} must be text in quotes, such as {key} = "…"',
    list: '{key} must be a list such as ["deep", "call"]',
    bool: "{key} must be true or false",
    int: "{key} must be a whole number, such as {key} = 3",
    float: "{key} must be a number with a decimal point, such as {key} = 2.5",
}


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One line of a day: its *number* in the text, its words, and the *tail* of the entry's id.

    *tail* is empty for a new entry. *options* are words as after ``add``, the SPAN first; *before*
    are those of the line before it was changed.
    """

    number: int
    options: tuple[str, ...]
    tail: str = ""
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEdits:
    """A person's changes to the text of days: new and changed lines, and tails of removed lines."""

    added: tuple[DayLine, ...] = ()
    changed: tuple[DayLine, ...] = ()
    deleted: tuple[str, ...] = ()


def tails(entries: Sequence[TimeEntry]) -> dict[str, str]:
    """Return the shortest unique tail (4 characters or more) of each entry's id, by local id."""
    ids = {entry.local_id: entry.key for entry in entries}
    found = {}
    for local_id, key in ids.items():
        length = TAIL_LENGTH
        while sum(other.endswith(key[-length:]) for other in ids.values()) > 1:
            length += 1
        found[local_id] = key[-length:]
    return found


def days_text(entries: Sequence[TimeEntry], zone: ZoneInfo, alone: date | None) -> str:
    """Return *entries* as lines, grouped by the local day in *zone* on which each starts.

    If only one day is edited, *alone*, its times have no date. Running timers are left out, and so
    are time off and holidays, which `add` does not record.
    """
    lines = [
        "# Each line is an entry: its time, then what you type after `clockify add`.",
        "# Change lines, add lines without a # at the end, or remove lines to delete.",
    ]
    named = tails(entries)
    shown: date | None = None
    for entry in entries:
        if entry.end is None or entry.type not in SENT_TYPES:
            continue
        day = entry.start.astimezone(zone).date()
        if day != shown:
            lines += ["", f"# {date_text(day)}"]
            shown = day
        lines.append(f"{line_text(entry, zone, alone)}  # {named[entry.local_id]}")
    if shown is None and alone is not None:
        lines += ["", f"# {date_text(alone)}"]
    return "\n".join(lines) + "\n"


def line_text(entry: TimeEntry, zone: ZoneInfo, day: date | None) -> str:
    """Return a finished *entry* as one types it after ``add``; times on *day* have no date."""
    words = [span_text(entry, zone, day)]
    if entry.description:
        words.append(shlex.quote(one_line(entry.description)))
    if entry.project:
        words += ["-p", shlex.quote(one_line(project_name(entry)))]
    if entry.task:
        words += ["-k", shlex.quote(one_line(entry.task.name))]
    for tag in entry.tags:
        words += ["-g", shlex.quote(one_line(tag.name))]
    words.append("-b" if entry.billable else "-B")
    if entry.type == BREAK:
        words.append("--break")
    return " ".join(words)


def one_line(text: str) -> str:
    """Return *text* from Clockify with line breaks and other control characters as spaces."""
    return "".join(char if char.isprintable() else " " for char in text)


def span_text(entry: TimeEntry, zone: ZoneInfo, day: date | None) -> str:
    """Return the SPAN of a finished *entry* as typed: ``09:00-10:30`` on *day*, else with dates."""
    assert entry.end is not None  # noqa: S101 (a running entry has no line)
    start, end = moment_text(entry.start, zone), moment_text(entry.end, zone)
    if "T" in start or "T" in end:
        return f"{typed_text(entry.start, zone)}..{typed_text(entry.end, zone)}"
    begins, _, first = start.partition(" ")
    ends, _, last = end.partition(" ")
    near = ends == begins or (last < first and (entry.end - entry.start).days < 1)
    if near and day is not None and begins == day.isoformat():
        return f"{first}-{last}"
    return f"{begins} {first}-{last}" if near else f"{start}..{end}"


def read_days(before: str, after: str) -> DayEdits:
    """Return the differences of *after* from *before*. Raises UsageError that names the line."""
    old = {tail: words for _, words, tail in _lines(before)}
    seen: set[str] = set()
    added: list[DayLine] = []
    changed: list[DayLine] = []
    for number, words, tail in _lines(after):
        if tail in seen:
            raise UsageError(
                f"line {number}: # {tail} is on two lines", "Keep one line for each entry."
            )
        if tail and tail not in old:
            raise UsageError(
                f"line {number}: no entry of this text ends in # {tail}",
                "A line without # at its end adds an entry.",
            )
        seen |= {tail} if tail else set()
        if tail and old[tail] == words:
            continue
        earlier = _split(old[tail], number) if tail else ()
        line = DayLine(number=number, options=_split(words, number), tail=tail, before=earlier)
        (changed if tail else added).append(line)
    gone = tuple(tail for tail in old if tail not in seen)
    return DayEdits(added=tuple(added), changed=tuple(changed), deleted=gone)


def _lines(text: str) -> Iterable[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.search(TAIL, line)
        words = line[: match.start()] if match else line
        yield number, words.strip(), match[1] if match else ""


def _split(words: str, number: int) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(words, comments=False))
    except ValueError as error:
        raise UsageError(
            f"line {number}: a quote is not closed", "Put text with spaces between two quotes."
        ) from error
