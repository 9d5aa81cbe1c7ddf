"""A household around an empty Clockify, at nine in the morning."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.new_timesheet import copy_new_timesheets
from tests.sync.household import Household
from tests.sync.twin import Twin
from tests.sync.virtual_clock import VirtualClock


@pytest.fixture(autouse=True)
def copied_timesheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the households of a property's examples copy their new timesheets too."""
    copy_new_timesheets(monkeypatch)


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> VirtualClock:
    """Return the machine's clock; a test may request one ``with boot ids`` and one ``without``."""
    return VirtualClock(names_boots=getattr(request, "param", "") != "without boot ids")


@pytest.fixture
def home(tmp_path: Path, clock: VirtualClock) -> Household:
    return Household(tmp_path / "data", clock, Twin(clock, plan="PRO"))
