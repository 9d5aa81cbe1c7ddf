"""``python -m benchmarks``: processor time and memory of each command, with its limit."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.environments import empty_environment, program_environment
from benchmarks.intervals import YEARS, five_years
from benchmarks.programs import Program, ours, timewarrior, watson
from benchmarks.rows import ROWS
from benchmarks.runs import Bench, CommandFailed, Result, python_version
from benchmarks.table import as_json, as_table

PEER_RUNS = 5
"""Runs of the other programs, some of which take seconds each."""


def main() -> int:
    """Measure what the options request; exit code 1 if something exceeds its limit."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        try:
            results = list(_measured(asked, Path(name)))
        except CommandFailed as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
    if asked.json:
        print(as_json(results))
    else:
        print(
            f"Medians of processor time over {asked.runs} paired runs, as multiples of "
            f"`python -c pass`\nin an empty virtual environment (Python {python_version()}); "
            f"{asked.entries:,} entries over {YEARS} years.\n"
        )
        print(as_table(results))
    over = [result for result in results if result.program == "clockify"]
    return int(any(result.verdict == "over" for result in over))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("-n", "--runs", type=int, default=20, help="paired runs (default 20)")
    parser.add_argument("--entries", type=int, default=100_000, help="default 100000")
    parser.add_argument("--program", type=Path, help="an installed clockify; else one is installed")
    keys = [row.key for row in ROWS]
    parser.add_argument("--row", action="append", choices=keys, help="measure this alone")
    parser.add_argument("--no-peers", action="store_true", help="leave other programs out")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _measured(asked: argparse.Namespace, folder: Path) -> Iterator[Result]:
    python = empty_environment(folder / "empty")
    path = asked.program or program_environment(folder / "program")
    rows = [row for row in ROWS if not asked.row or row.key in asked.row or row.key == "short"]
    for program in _programs(asked, path, folder):
        runs = asked.runs if program.name == "clockify" else min(asked.runs, PEER_RUNS)
        bench = Bench(python, runs)
        # From here on a timer runs, for the rows that show it.
        bench.prepare(program, "start")
        for row in rows:
            result = bench.result(program, row)
            if result is not None:
                yield result
                _progress(result)


def _programs(asked: argparse.Namespace, path: Path, folder: Path) -> Iterator[Program]:
    today = datetime.now(UTC).date()
    intervals = list(five_years(today, asked.entries))
    yield ours(path, folder, intervals, today)
    if asked.no_peers:
        return
    for make in (timewarrior, watson):
        program = make(folder, intervals, today)
        if program is None:
            print(f"{make.__name__} is not installed: left out", file=sys.stderr)
        else:
            yield program


def _progress(result: Result) -> None:
    if sys.stderr.isatty():
        print(f"{result.program} {result.row.title}: {result.multiple:.1f}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
