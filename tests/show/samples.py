"""Entries of a week in Berlin, and screens to show them on, for the tests of this folder."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from clockify_cli.domain.entry import ProjectRef, Ref, TimeEntry
from clockify_cli.domain.report import Group, Report, calendar_name
from clockify_cli.domain.timesheet import TIMESHEET_BY, Timesheet, timesheet
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 19, tzinfo=UTC)
TIMES = TimeFormat(now=NOW, zone=BERLIN)

ACME = Ref("c" * 32, "64a687e29ae1f428e7ebe300", "Acme")
WEBSITE = ProjectRef("d" * 32, "64a687e29ae1f428e7ebe303", "Website", ACME)
INTERNAL = ProjectRef("e" * 32, None, "Internal")
DEEP = Ref("f" * 32, None, "deep")
DESIGN = Ref("9" * 32, "64a687e29ae1f428e7ebe309", "Design")


def at(day: int, clock: str) -> datetime:
    """Return the instant of *clock* (HH:MM) in Berlin on that day of November 2026."""
    hour, minute = clock.split(":")
    local = datetime(2026, 11, day, int(hour), int(minute), tzinfo=BERLIN)
    return local.astimezone(UTC)


def entry(
    day: int,
    start: str,
    end: str | None,
    description: str = "Write spec",
    project: ProjectRef | None = WEBSITE,
    *,
    tags: tuple[Ref, ...] = (),
    billable: bool = False,
    task: Ref | None = None,
) -> TimeEntry:
    """Return an entry on that day of November 2026, by the clock of Berlin."""
    return TimeEntry(
        local_id=f"{day:02}{start.replace(':', '')}{'a' * 26}",
        server_id=None,
        workspace_id="local",
        user_id=None,
        start=at(day, start),
        end=at(day, end) if end else None,
        description=description,
        project=project,
        task=task,
        tags=tags,
        billable=billable,
    )


SPEC = entry(24, "09:02", "10:15", tags=(DEEP,), billable=True)
STANDUP = entry(24, "10:15", None, "Standup", INTERNAL)
STANDUP_DONE = replace(STANDUP, end=at(24, "10:32"))


DAYS = tuple(date(2026, 11, day) for day in range(23, 30))


def week_log() -> LogView:
    """Return two days of work; a timer runs."""
    monday = (
        EntryRow(entry(23, "09:00", "10:30", tags=(DEEP,), billable=True), 5),
        EntryRow(entry(23, "10:45", "12:00", "Review", billable=True), 4),
        EntryRow(entry(23, "13:00", "18:00", "Quarterly planning", INTERNAL), 3),
    )
    tuesday = (EntryRow(SPEC, 2), EntryRow(STANDUP, 1))
    return LogView(
        name="Week 48 · Mon 23 – Sun 29 Nov 2026",
        days=(LogDay(DAYS[0], 27900, monday), LogDay(DAYS[1], 4620, tuesday)),
        seconds=32520,
        billable_seconds=14280,
        waiting=1,
    )


def _day_group(day: date, seconds: int, billable: int) -> Group:
    return Group(
        dimension="day",
        key=day.isoformat(),
        name=calendar_name("day", day),
        seconds=seconds,
        billable_seconds=billable,
        entry_count=1,
    )


def _project_group(key: str | None, name: str, seconds: tuple[int, int], billable: bool) -> Group:
    days = zip(DAYS, seconds, strict=False)
    return Group(
        dimension="project",
        key=key,
        name=name,
        seconds=sum(seconds),
        billable_seconds=sum(seconds) if billable else 0,
        entry_count=2,
        groups=tuple(_day_group(day, part, part if billable else 0) for day, part in days),
    )


def week_report() -> Report:
    """Return the same week by project and day."""
    return Report(
        start=at(23, "00:00"),
        end=at(30, "00:00"),
        by=("project", "day"),
        seconds=32520,
        billable_seconds=14280,
        entry_count=4,
        groups=(
            _project_group(WEBSITE.server_id or "", "Acme / Website", (9900, 4380), True),
            _project_group(INTERNAL.local_id, "Internal", (18000, 240), False),
        ),
        running=True,
    )


def week_sheet() -> Timesheet:
    """Return the same week as a grid."""
    made = week_report()
    groups = tuple(
        replace(
            project, groups=(replace(project, dimension="type", key="REGULAR", name="regular"),)
        )
        for project in made.groups
    )
    return timesheet(replace(made, by=TIMESHEET_BY, groups=groups), DAYS)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def screen(
    width: int = 80, *, terminal: bool = True, color: bool = False, unicode: bool = True
) -> Screen:
    """Return a screen of *width* columns that keeps what is written to it."""
    stream = Terminal() if terminal else io.StringIO()
    return Screen(stream, is_terminal=terminal, color=color, width=width, unicode=unicode)


def shown(on: Screen) -> str:
    """Return what was written to the screen."""
    stream = on.stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()
