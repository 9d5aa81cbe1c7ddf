"""Tests that the benchmark measures what it claims, on the timesheet that it names."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.importing import import_figures
from benchmarks.intervals import YEARS, five_years, quiet_month
from benchmarks.rows import ROWS, Row
from benchmarks.runs import Result
from benchmarks.table import as_table

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[1]


def test_five_years_hold_as_many_entries_as_asked_and_none_over_another() -> None:
    found = list(five_years(TODAY, 20_000))
    assert len(found) == 20_000
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(interval.start < interval.end for interval in found)
    assert found[-1].end.date() < TODAY
    assert (TODAY - found[0].start.date()).days == YEARS * 365


def test_the_quiet_month_has_two_hundred_entries_in_every_month_of_a_year() -> None:
    for month in range(1, 13):
        today = date(2026, month, 15)
        months = Counter(i.start.date().replace(day=1) for i in five_years(today, 5_000))
        assert months[quiet_month(today)] == 200


def test_it_is_always_the_same() -> None:
    assert list(five_years(TODAY, 1_000)) == list(five_years(TODAY, 1_000))


@pytest.mark.parametrize(
    ("multiple", "peak", "verdict"), [(2.0, 40.0, "ok"), (2.1, 9.0, "over"), (1.0, 40.1, "over")]
)
def test_a_result_over_a_bar_is_called_so(multiple: float, peak: float, verdict: str) -> None:
    result = Result("clockify", Row("short", "--version", 2.0), multiple, 15.0, peak)
    assert result.verdict == verdict
    assert verdict in as_table([result])


@pytest.mark.long
def test_one_command_measures_an_installed_program(tmp_path: Path) -> None:
    program = tmp_path / "clockify"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clockify_cli "$@"\n')
    program.chmod(0o755)
    options = ["-n", "1", "--entries", "1000", "--no-peers", "--json", "--program", str(program)]
    rows = ["--row", "add", "--row", "month table"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options, *rows],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    assert [result["row"] for result in found] == [
        row.title for row in ROWS if row.key in ("short", "add", "month table")
    ]
    assert all(result["multiple"] > 1 and result["peakMiB"] > 5 for result in found)


@pytest.mark.long
def test_imports_are_measured_in_starts_and_memory(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "clockify_cli"]

    found = list(import_figures(program, tmp_path, entries=1_000, runs=1))

    assert [figure.unit for figure in found] == ["x", "MiB"] * 2
    assert all(figure.value > 5 and figure.verdict == "ok" for figure in found)
