"""Tests that a silent or slow server holds no command longer than its deadline."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_clockify.connection_faults import Drip
from tests.faults.conftest import Signed
from tests.faults.oracle import OVER
from tests.faults.person import DEADLINE

LONG = pytest.mark.long
SLOW: dict[str, tuple[str, dict[str, Any]]] = {
    "silent": ("S8", {}),
    "dripping": ("S10", {"kind": "headers"}),
    "dripping-body": ("S10", {"kind": "body"}),
}


@pytest.mark.parametrize(
    "slow", ["silent", *(pytest.param(each, marks=LONG) for each in list(SLOW)[1:])]
)
@pytest.mark.parametrize(
    "words",
    [
        ("log", "--refresh"),
        pytest.param(("report", "--refresh"), marks=LONG),
        pytest.param(("projects", "--refresh"), marks=LONG),
        pytest.param(("start", "Kt slow", "-p", "Unknown"), marks=LONG),
        ("start", "Kt slow", "-p", "Unknown", "--create"),
        ("stop",),
        pytest.param(("cancel",), marks=LONG),
    ],
    ids=" ".join,
)
def test_a_command_ends_in_time_however_slow_the_server_is(
    words: tuple[str, ...], slow: str, signed: Signed
) -> None:
    person, fake = signed
    person.hurry()
    name, args = SLOW[slow]
    fault = fake.fault(name, times=None, **args)
    told = person(*words)
    assert told.run.code in (0, 3, 7), told
    assert told.seconds < DEADLINE + OVER
    assert not (isinstance(fault.behaviour, Drip) and fault.behaviour.outlasted)


def test_a_sync_ends_soon_where_nothing_comes(signed: Signed) -> None:
    person, fake = signed
    person.hurry()
    fake.fault("S8", times=None)
    told = person("sync", "--refresh")
    assert told.run.code == 7
    assert told.seconds < DEADLINE + OVER
