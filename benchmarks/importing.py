"""``python -m benchmarks.importing``: the cost of importing a large file, with its limits."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.environments import empty_environment, minimal
from benchmarks.intervals import five_years
from benchmarks.signed_in import ENTRIES, Figure, shown, spent
from benchmarks.timesheet import write_timesheet

STARTS_BAR = 600.0
"""Interpreter starts that the import may cost."""
PEAK_BAR = 150.0
"""The peak of memory in MiB."""
KINDS = {"csv": "our own CSV", "clockify": "Clockify's detailed report"}
BARE = 9
"""Runs of a bare interpreter, before and after each import."""


def import_figures(
    program: list[str], folder: Path, entries: int = ENTRIES, runs: int = 3
) -> Iterator[Figure]:
    """Measure importing *entries* into a new timesheet: processor time and memory."""
    python = empty_environment(folder / "empty")
    today = datetime.now(UTC).date()
    environ = {**minimal(folder), "TZ": "Europe/Berlin"}
    home = folder / "source"
    write_timesheet(home / "data" / "timesheet.db", five_years(today, entries))
    for kind, name in KINDS.items():
        file = folder / f"{kind}.csv"
        exported = [*program, "export", "all", "--format", kind, "-o", str(file)]
        spent(exported, {**environ, "CLOCKIFY_HOME": str(home)})
        starts, peaks = [], []
        for number in range(runs):
            bare = _bare(python, environ)
            new = {**environ, "CLOCKIFY_HOME": str(folder / f"{kind}-{number}")}
            found = spent([*program, "import", str(file)], new)
            starts.append(found.processor / median(bare + _bare(python, environ)))
            peaks.append(found.peak)
        yield Figure(f"{entries:,} entries from {name}", median(starts), STARTS_BAR, "x")
        yield Figure("  memory", max(peaks), PEAK_BAR, "MiB")


def _bare(python: Path, environ: Mapping[str, str]) -> list[float]:
    return [spent([str(python), "-c", "pass"], environ).processor for _ in range(BARE)]


def main() -> int:
    """Measure both kinds of file; exit code 1 if something exceeds its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.importing", description=__doc__)
    parser.add_argument("-n", "--runs", type=int, default=3, help="imports of each (default 3)")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="default 100000")
    asked = parser.parse_args()
    program = [str(Path(sys.executable).with_name("clockify"))]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        return shown(import_figures(program, Path(name), asked.entries, asked.runs))


if __name__ == "__main__":
    sys.exit(main())
