"""Export entries to a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.freshness import fresh_entries
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.viewing.filtering import EVERYTHING, FilterInput, entry_filter
from clockify_cli.domain.entry import EntryFilter, TimeEntry
from clockify_cli.domain.time.ranges import DayRange, parse_range
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Export:
    """The entries with time in *range*, oldest first, one by one."""

    range: DayRange
    chosen: EntryFilter
    entries: Iterator[TimeEntry]
    notes: tuple[str, ...] = ()
    """Sentences about the local copy that they are read from."""


def export(ctx: AppContext, words: Sequence[str], chosen: FilterInput = EVERYTHING) -> Export:
    """Return what an export of the RANGE in *words* (default: this month) writes.

    It includes a running timer; whoever writes the file leaves it out.
    """
    range_ = parse_range(words, ctx.time_context(), default="month")
    copy = fresh_entries(ctx, range_.start, range_.end, whole=True)
    filter_ = entry_filter(ctx, chosen)
    found = entries.each_in_range(
        ctx.db, ctx.workspace, ctx.user, range_.start, range_.end, filter_
    )
    return Export(range_, filter_, found, copy.notes)


def write_database(ctx: AppContext, found: Export, path: Path) -> tuple[int, int]:
    """Fill the empty file *path* with an SQLite database of *found* and of all bills.

    Returns the numbers of its entries and of running timers left out. OSError if *path* cannot be
    written.
    """
    from clockify_cli import __version__
    from clockify_cli.actions.viewing.reports import day_bounds
    from clockify_cli.store.db import sqlite_export
    from clockify_cli.store.timesheet import bills

    range_ = found.range
    days = day_bounds(ctx, range_)
    about = {
        "program": "clockify-cli",
        "version": __version__,
        "schema": sqlite_export.SCHEMA,
        "time_zone": range_.zone.key,
        "day_start": str(range_.day_start),
        "first_day": days[0][0].isoformat(),
        "last_day": days[-1][0].isoformat(),
        "exported": f"{ctx.now:%Y-%m-%dT%H:%M:%SZ}",
        "workspace_id": ctx.workspace,
    }
    contents = sqlite_export.Contents(
        workspace=ctx.workspace,
        user=ctx.user,
        start=range_.start,
        end=range_.end,
        chosen=found.chosen,
        days=days,
        bills=bills.every(ctx.db, ctx.workspace, ctx.user),
        about=about,
    )
    return sqlite_export.write(ctx.db, path, contents)
