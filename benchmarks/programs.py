"""The programs to compare: their paths, timesheets, and command lines for each row."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.environments import minimal
from benchmarks.intervals import PROJECTS, Interval, client_of, quiet_month
from benchmarks.timesheet import write_timesheet

Words = tuple[str, ...]
Said = Callable[[int], Words]
"""The words of a command in the n-th run."""

PROJECT = PROJECTS[7]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A program's command line for a row; *before* is run first, unmeasured."""

    words: Said
    before: Said | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program, installed at *path*, with its timesheet ready."""

    name: str
    path: Path
    environ: Mapping[str, str]
    rows: Mapping[str, Spoken]


def ours(path: Path, folder: Path, intervals: Iterable[Interval], today: date) -> Program:
    """Return clockify at *path*, with its timesheet in *folder*."""
    home = folder / "clockify"
    write_timesheet(home / "data" / "timesheet.db", intervals)
    start = _always("start", "Write", "spec", "-p", f"{client_of(PROJECT)}/{PROJECT}", "-g", "deep")
    day = _always("log", "yesterday")
    year = _always("report", str(today.year - 1))
    month = _always("log", f"{quiet_month(today):%Y-%m}")
    rows = {
        "version": Spoken(_always("--version")),
        "short": Spoken(_always("status", "--short")),
        "check": Spoken(_always("status", "--check")),
        "status": Spoken(_always("status")),
        "start": Spoken(start),
        "stop": Spoken(_always("stop"), before=start),
        "add": Spoken(lambda n: ("add", "Review", str(_free_day(n)), "9-10:30", "-p", PROJECT)),
        "day": Spoken(day),
        "day table": Spoken(day),
        "year": Spoken(year),
        "year table": Spoken(year),
        "month table": Spoken(month),
    }
    return Program("clockify", path, {**minimal(folder), "CLOCKIFY_HOME": str(home)}, rows)


def timewarrior(folder: Path, intervals: Iterable[Interval], today: date) -> Program | None:
    """Return timewarrior with the same timesheet in *folder*; None if it is not installed."""
    path = shutil.which("timew")
    if path is None:
        return None
    base = folder / "timewarrior"
    months: dict[str, list[str]] = defaultdict(list)
    for interval in intervals:
        tags = " ".join(f'"{tag}"' for tag in (interval.project, *interval.tags))
        span = f"{interval.start:%Y%m%dT%H%M%SZ} - {interval.end:%Y%m%dT%H%M%SZ}"
        months[f"{interval.start:%Y-%m}"].append(f"inc {span} # {tags}\n")
    (base / "data").mkdir(parents=True)
    (base / "timewarrior.cfg").touch()
    for name, lines in months.items():
        (base / "data" / f"{name}.data").write_text("".join(lines))
    start = _always("start", "Write spec", PROJECT)
    # It refuses to end what began in the same second.
    earlier = _always("start", "1min", "ago", "Write spec", PROJECT, ":adjust")
    day = _always("summary", ":yesterday")
    year = _always("summary", ":lastyear")
    month = _always("summary", *_bounds(quiet_month(today)))
    rows = {
        "version": Spoken(_always("--version")),
        "short": Spoken(_always("get", "dom.active.json")),
        "check": Spoken(_always("get", "dom.active")),
        "status": Spoken(_always()),
        "start": Spoken(start, before=earlier),
        "stop": Spoken(_always("stop"), before=earlier),
        "add": Spoken(lambda n: ("track", *_hour(n), "Review", PROJECT)),
        "day": Spoken(day),
        "day table": Spoken(day),
        "year": Spoken(year),
        "year table": Spoken(year),
        "month table": Spoken(month),
    }
    return Program("timewarrior", Path(path), {**minimal(folder), "TIMEWARRIORDB": str(base)}, rows)


def watson(folder: Path, intervals: Iterable[Interval], today: date) -> Program | None:
    """Return Watson with the same timesheet in *folder*; None if it is not installed."""
    path = shutil.which("watson")
    if path is None:
        return None
    base = folder / "watson"
    base.mkdir()
    frames = [
        [
            int(interval.start.timestamp()),
            int(interval.end.timestamp()),
            interval.project,
            f"{number:032x}",
            list(interval.tags),
            int(interval.end.timestamp()),
        ]
        for number, interval in enumerate(intervals)
    ]
    (base / "frames").write_text(json.dumps(frames))
    (base / "config").write_text("[options]\nstop_on_start = true\n")
    start = _always("start", PROJECT, "+deep")
    yesterday = str(today - timedelta(days=1))
    day = _always("log", "-G", "-f", yesterday, "-t", yesterday)
    last = today.year - 1
    year = _always("report", "-G", "-f", f"{last}-01-01", "-t", f"{last}-12-31")
    first, _, beyond = _bounds(quiet_month(today))
    until = str(date.fromisoformat(beyond) - timedelta(days=1))
    rows = {
        "version": Spoken(_always("--version")),
        "short": Spoken(_always("status", "--elapsed")),
        "status": Spoken(_always("status")),
        "start": Spoken(start),
        "stop": Spoken(_always("stop"), before=start),
        "add": Spoken(lambda n: _watson_add(*_hour(n))),
        "day": Spoken(day),
        "day table": Spoken(day),
        "year": Spoken(year),
        "year table": Spoken(year),
        "month table": Spoken(_always("log", "-G", "-f", first, "-t", until)),
    }
    return Program("Watson", Path(path), {**minimal(folder), "WATSON_DIR": str(base)}, rows)


def _watson_add(start: str, _: str, end: str) -> Words:
    return ("add", "-f", start.replace("T", " "), "-t", end.replace("T", " "), PROJECT, "+review")


def _always(*words: str) -> Said:
    return lambda _: words


def _free_day(n: int) -> date:
    """Return a day long before the timesheet begins, a different one for each *n*."""
    return date(2012, 1, 1) + timedelta(days=n)


def _hour(n: int) -> Sequence[str]:
    day = _free_day(n)
    return (f"{day}T09:00", "-", f"{day}T10:30")


def _bounds(month: date) -> Sequence[str]:
    """Return the month as timewarrior's range: its first day, a hyphen, the day after its last."""
    return (str(month), "-", str((month + timedelta(days=32)).replace(day=1)))
