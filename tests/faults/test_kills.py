"""Tests that a signed-in command killed at any moment reaches Clockify once or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import Signed
from tests.faults.kills import (
    CALLS,
    SPEAKING,
    TARGETS,
    failed_everywhere,
    killed_everywhere,
    log_in_killed,
)

Tell = Callable[[str], None]
LONG = pytest.mark.long


@pytest.mark.parametrize(
    ("name", "calls", "step"),
    [
        pytest.param("add", SPEAKING, 24, id="add-sampled"),
        pytest.param("add", ("fdatasync",), 24, id="add-flushing", marks=LONG),
        pytest.param("start", ("recvfrom",), 12, id="start-sampled", marks=LONG),
        pytest.param("sync", ("sendto",), 12, id="sync-sampled", marks=LONG),
        *(pytest.param(name, CALLS, 1, marks=LONG, id=name) for name in TARGETS),
    ],
)
def test_a_command_killed_at_any_call_reaches_clockify_once_or_not_at_all(
    name: str, calls: tuple[str, ...], step: int, signed: Signed, tell: Tell
) -> None:
    figures = killed_everywhere(*signed, name, calls=calls, step=step)
    tell(f"{name} killed: {figures}")
    assert figures.wrong == []
    assert all(figures.hits[call] > 0 for call in SPEAKING if call in calls)


@pytest.mark.parametrize(
    ("calls", "step"),
    [
        pytest.param(("rename",), 8, id="sampled"),
        pytest.param(CALLS, 1, marks=LONG, id="everywhere"),
    ],
)
def test_a_login_killed_at_any_call_can_be_repeated(
    calls: tuple[str, ...], step: int, signed: Signed, tell: Tell
) -> None:
    figures = log_in_killed(*signed, calls, step)
    tell(f"login killed: {figures}")
    assert figures.wrong == []
    assert figures.hits["rename"] > 0


@pytest.mark.parametrize("error", ["ENOSPC", pytest.param("EIO", marks=LONG)])
@pytest.mark.parametrize(
    ("name", "step"),
    [
        pytest.param("start", 48, id="start-sampled"),
        *(pytest.param(name, 1, marks=LONG, id=name) for name in TARGETS),
    ],
)
def test_an_error_of_the_disk_while_sending_is_told_and_loses_nothing(
    name: str, step: int, error: str, signed: Signed, tell: Tell
) -> None:
    figures = failed_everywhere(*signed, name, error, step=step)
    tell(f"{name} with {error}: {figures}")
    assert figures.wrong == []
    assert figures.hits["told"] > 0
