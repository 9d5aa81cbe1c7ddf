"""An office in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A timesheet of its own; an hour of anything costs 95 EUR."""
    with open_office(tmp_path, 'rate = "95EUR"') as found:
        yield found
