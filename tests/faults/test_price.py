"""Measurements of what the safety of the signed-in program costs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.signed_in import journal_figure, pull_figures, start_figure

Tell = Callable[[str], None]


@pytest.mark.long
def test_a_row_in_the_journal_costs_a_write_little(tmp_path: Path, tell: Tell) -> None:
    figure = journal_figure(tmp_path / "journal")
    tell(str(figure))
    assert figure.verdict == "ok"


@pytest.mark.long
def test_a_start_signed_in_stays_below_its_bar(tmp_path: Path, tell: Tell) -> None:
    program = [str(Path(sys.executable).with_name("clockify"))]
    figure = start_figure(program, tmp_path, runs=20)
    tell(str(figure))
    assert figure.verdict == "ok"


@pytest.mark.long
def test_a_hundred_thousand_entries_are_fetched_in_time_and_memory(
    tmp_path: Path, tell: Tell
) -> None:
    program = [str(Path(sys.executable).with_name("clockify"))]
    for figure in pull_figures(program, tmp_path):
        tell(str(figure))
        assert figure.verdict == "ok"
