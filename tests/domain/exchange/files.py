"""Files of entries for the tests of this folder, and the context in which they are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange.reading import HowToRead, read_import
from clockify_cli.domain.exchange.rows import DateOrder, ImportFile
from clockify_cli.domain.time.zones import TimeContext

BERLIN = ZoneInfo("Europe/Berlin")
CONTEXT = TimeContext(now=datetime(2026, 11, 24, 12, tzinfo=UTC), zone=BERLIN)
CLOCKIFY = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,"
    "End Date,End Time,Duration (h),Duration (decimal),Billable Rate (USD),Billable Amount (USD)"
)


def read(
    content: str | bytes,
    *,
    source: str | None = None,
    dates: DateOrder | None = None,
    columns: tuple[str, ...] = (),
    person: str | None = None,
    labels: dict[str, str] | None = None,
) -> ImportFile:
    data = content if isinstance(content, bytes) else content.encode()
    how = HowToRead(source=source, dates=dates, columns=columns, person=person, labels=labels)
    return read_import(data, how, CONTEXT)


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def report(*rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> str:
    """Return Clockify's detailed report with these dates, times and durations."""
    lines = [CLOCKIFY]
    for day, clock, end_day, end_clock, *rest in rows:
        length = rest[0] if rest else "01:00:00"
        lines.append(
            f'Website,Acme,Write spec,Draft,Ann,,ann@example.com,"deep, ai",Yes,'
            f"{day},{clock},{end_day},{end_clock},{length},1.00,0.00,0.00"
        )
    return "\r\n".join(lines) + "\r\n"


def json_entry(**changed: object) -> dict[str, object]:
    """Return an entry as `export --format json` writes it, with some fields *changed*."""
    return {
        "id": None,
        "localId": "0" * 31 + "1",
        "description": "Write spec",
        "projectName": "Website",
        "clientName": "Acme",
        "taskName": "Draft",
        "tags": [{"id": None, "name": "deep"}],
        "billable": True,
        "timeInterval": {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:30:00Z"},
        **changed,
    }


def json_text(*entries: dict[str, object]) -> str:
    return json.dumps(entries)
