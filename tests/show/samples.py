"""Entries of a week in Berlin, and screens to show them on, for the tests of this folder."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clockify_cli.domain.entry import ProjectRef, Ref, TimeEntry
from clockify_cli.show.look import Look
from clockify_cli.show.screen import Screen

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 19, tzinfo=UTC)
LOOK = Look(now=NOW, zone=BERLIN)

ACME = Ref("c" * 32, "64a687e29ae1f428e7ebe300", "Acme")
WEBSITE = ProjectRef("d" * 32, "64a687e29ae1f428e7ebe303", "Website", ACME)
INTERNAL = ProjectRef("e" * 32, None, "Internal")
DEEP = Ref("f" * 32, None, "deep")
DESIGN = Ref("9" * 32, "64a687e29ae1f428e7ebe309", "Design")


def at(day: int, clock: str) -> datetime:
    """The instant of *clock* (HH:MM) in Berlin on that day of November 2026."""
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
    """An entry on that day of November 2026, by the clock of Berlin."""
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


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def screen(
    width: int = 80, *, terminal: bool = True, color: bool = False, unicode: bool = True
) -> Screen:
    """A screen of *width* columns that keeps what is written to it."""
    stream = Terminal() if terminal else io.StringIO()
    return Screen(stream, is_terminal=terminal, color=color, width=width, unicode=unicode)


def shown(on: Screen) -> str:
    """What was written to the screen."""
    stream = on.stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()
