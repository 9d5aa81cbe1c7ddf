"""An office in its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.office import Office, open_office
from tests.new_timesheet import copy_new_timesheets


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a separate timesheet; an hour of anything costs 95 EUR."""
    copy_new_timesheets(monkeypatch)
    with open_office(tmp_path, 'rate = "95EUR"') as found:
        yield found
