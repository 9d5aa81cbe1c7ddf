"""Tests that a long log, drawn a day at a time, looks as if all of it were in memory."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clockify_cli.cli.commands import log as command
from tests.cli.conftest import Clockify


@pytest.fixture
def tracked(clockify: Clockify, home: Path) -> Clockify:
    """Track three weeks with entries over midnight, breaks and overlaps."""
    dice = random.Random(7)
    moment = datetime(2026, 11, 2, 6, 0, 11, tzinfo=UTC)
    made = []
    while moment < datetime(2026, 11, 22, 12, tzinfo=UTC):
        end = moment + timedelta(seconds=dice.choice([77, 1201, 3559, 7283, 20_017]))
        made.append(
            {
                "description": dice.choice(["Write", "A longer description of work"]),
                "projectName": dice.choice([None, "Website", "Shop"]),
                "billable": dice.random() < 0.5,
                "type": dice.choice(["REGULAR", "REGULAR", "BREAK"]),
                "timeInterval": {"start": f"{moment:%FT%TZ}", "end": f"{end:%FT%TZ}"},
            }
        )
        moment = end + timedelta(seconds=dice.choice([-600, 0, 5000, 20_000]))
    (home / "many.json").write_text(json.dumps(made))
    assert clockify("import", str(home / "many.json"), "--yes").code == 0
    return clockify


@pytest.mark.parametrize("held", [-1, 0, 10])
@pytest.mark.parametrize(
    "range_",
    [
        pytest.param("2026-11", marks=pytest.mark.long),
        "2026-11-05",
        "2026-11-05..2026-11-09",
        pytest.param("all", marks=pytest.mark.long),
    ],
)
def test_what_is_read_again_is_shown_as_what_is_held(
    tracked: Clockify, held: int, range_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ("log", range_, "--format", "table")
    whole = tracked(*args).out
    # With a limit that hides nothing, all entries are kept in memory.
    assert tracked(*args, "--limit", "100000").out == whole
    monkeypatch.setattr(command, "HELD", held)
    assert tracked(*args).out == whole


def test_the_numbers_of_a_long_log_name_its_entries(
    tracked: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "HELD", 0)
    shown = tracked("log", "all", "--format", "table").out
    entries = json.loads(tracked("log", "all", "--json").out)
    assert f"@{len(entries)} " in shown
    tracked("log", "all", "--format", "table")
    done = tracked("delete", "@1", "--dry-run", "--json")
    assert entries[-1]["localId"] in done.out
