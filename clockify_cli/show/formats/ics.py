"""Entries as an iCalendar file by RFC 5545: one event each, lines folded at 75 bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import NO_DESCRIPTION, REGULAR, type_name
from clockify_cli.domain.terminal_text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.entry import TimeEntry

_LONGEST = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar_lines(entries: Iterable[TimeEntry], now: datetime) -> Iterator[str]:
    """Yield the lines of the calendar, each with its CRLF; *now* is its creation in aware UTC.

    A running timer becomes an event without an end.
    """
    yield from _lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//clockify-cli//EN")
    yield from _lines("CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    stamp = f"DTSTAMP:{_moment(now)}"
    for entry in entries:
        yield from _lines("BEGIN:VEVENT", f"UID:{entry.local_id}@clockify-cli", stamp)
        yield from _lines(*_event(entry), "TRANSP:TRANSPARENT", "END:VEVENT")
    yield from _lines("END:VCALENDAR")


def _event(entry: TimeEntry) -> Iterator[str]:
    yield f"DTSTART:{_moment(entry.start)}"
    # An entry without length gets no end: an event must not end at its start.
    if entry.end is not None and entry.end > entry.start:
        yield f"DTEND:{_moment(entry.end)}"
    label = entry.project.label if entry.project else ""
    yield f"SUMMARY:{_text(entry.description or label or NO_DESCRIPTION)}"
    about = [
        f"Project: {label}" if label else "",
        f"Task: {entry.task.name}" if entry.task else "",
        "Billable" if entry.billable else "",
        "" if entry.type == REGULAR else type_name(entry.type).capitalize(),
    ]
    if text := "\n".join(filter(None, about)):
        yield f"DESCRIPTION:{_text(text)}"
    if entry.tags:
        yield f"CATEGORIES:{','.join(_text(tag.name) for tag in entry.tags)}"


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return clean(text).replace("\t", " ").translate(_ESCAPES)


def _lines(*lines: str) -> Iterator[str]:
    for line in lines:
        yield "\r\n ".join(_folded(line)) + "\r\n"


def _folded(line: str) -> Iterator[str]:
    """Yield *line* in pieces of at most 75 bytes, counting the space before each later one."""
    if line.isascii() and len(line) <= _LONGEST:
        yield line
        return
    piece, room = "", _LONGEST
    for char in line:
        size = len(char.encode("utf-8", "backslashreplace"))
        if size > room:
            yield piece
            piece, room = "", _LONGEST - 1
        piece += char
        room -= size
    yield piece
