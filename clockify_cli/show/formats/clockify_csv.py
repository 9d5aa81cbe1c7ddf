"""Entries as the CSV of Clockify's detailed report, for programs that import it.

Headings are in English, regardless of language and of the workspace's own words. Days are written
month first and times by a 12-hour clock, as in Clockify's own files. The last column is ours: it
lets `clockify import` recognize the entries and the order of day and month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import type_name
from clockify_cli.domain.exchange.cells import guard
from clockify_cli.domain.money import decimal_text, hundredths
from clockify_cli.domain.terminal_text import clean
from clockify_cli.show.formats.csv import csv_lines
from clockify_cli.show.time_format import offset_if_repeated

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.entry import TimeEntry
    from clockify_cli.show.time_format import TimeFormat

HEADINGS = (
    "Project",
    "Client",
    "Description",
    "Task",
    "User",
    "Group",
    "Email",
    "Tags",
    "Type",
    "Billable",
    "Start Date",
    "Start Time",
    "End Date",
    "End Time",
    "Duration (h)",
    "Duration (decimal)",
    "localId",
)


def report_lines(
    entries: Iterable[TimeEntry], times: TimeFormat, person: tuple[str, str] = ("", "")
) -> Iterable[str]:
    """Yield the lines of the report on finished *entries*; *person* is name and e-mail."""
    return csv_lines(HEADINGS, (list(_cells(entry, times, person)) for entry in entries))


def _cells(entry: TimeEntry, times: TimeFormat, person: tuple[str, str]) -> Iterator[str]:
    project = entry.project
    client = project.client if project else None
    name, email = person
    for text in (
        project.name if project else "",
        client.name if client else "",
        entry.description,
        entry.task.name if entry.task else "",
        name,
        "",
        email,
        ", ".join(tag.name for tag in entry.tags),
    ):
        yield guard(clean(text))
    yield type_name(entry.type).capitalize()
    yield "Yes" if entry.billable else "No"
    end = entry.end or entry.start
    for at in (entry.start, end):
        yield f"{times.local(at):%m/%d/%Y}"
        yield _clock(at, times)
    seconds = entry.seconds(end)
    yield f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    yield decimal_text(hundredths(seconds))
    yield entry.local_id


def _clock(at: datetime, times: TimeFormat) -> str:
    """Return ``01:30:00 PM``, with its offset if a clock change repeats that time."""
    local = times.local(at)
    # `%p` would follow the locale.
    half = "AM" if local.hour < 12 else "PM"
    clock = f"{local.hour % 12 or 12:02}:{local.minute:02}:{local.second:02} {half}"
    return f"{clock} {offset_if_repeated(local)}".rstrip()
