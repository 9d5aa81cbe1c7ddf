"""Tests of every fault, change and request: each change reaches the server once."""

from __future__ import annotations

import pytest

from tests.examples import long_only
from tests.faults.places import in_memory
from tests.faults.trial import Trial, play, trials

QUICK = {
    "S5": "send read-back resend",
    "S6": "send resend",
    "S7": "send",
    "S8-late": "send",
    "S9-bare": "send",
    "S9-gzip": "send",
    "S12-503": "send",
    "S13-502": "send resend",
    "S14-4017": "send",
    "S15-row": "send",
    "S20-other-307": "send",
    "S20-same-302": "send",
    "S21-expired": "send",
    "S21-broken_record": "send",
    "S23-page2": "read-back",
    "S27-id": "send",
}
CHANGES = ("start", "stop", "add", "delete")
THOROUGH = ("S5", "S6", "S13-502")
"""These faults hit every change; each other fault hits only one change, chosen in turn."""
ALWAYS = {
    "S1-add-send",
    "S2-start-send",
    "S4-name-send",
    "S5-name-send",
    "S5-edit-send",
    "S5-undo-send",
    "S5-switch-send",
    "S13-502-switch-send",
    "S13-502-edit-send",
    "S11-99999999-add-send",
    "S17-deep-add-send",
    "S17-list-add-read-back",
    "S17-list-name-read-back",
    "S19-bomb-start-send",
    "S27-id-switch-send",
    "S5-many-send",
    "S13-502-many-send",
    "S27-id-many-send",
    "S17-list-many-read-back",
    "S5-mark-send",
    "S15-profile-mark-send",
}


def _changes(form: str) -> tuple[str, ...]:
    """Return the changes that *form* hits in the quick suite."""
    turn = list(QUICK).index(form) % len(CHANGES)
    return CHANGES if form in THOROUGH else CHANGES[turn : turn + 1]


def _quick(trial: Trial) -> bool:
    wanted = QUICK.get(str(trial.form), "").split()
    usual = bool(wanted) and trial.operation in _changes(str(trial.form))
    usual = usual and trial.position in wanted
    return usual or str(trial) in ALWAYS


QUICK_TRIALS = [trial for trial in trials() if _quick(trial)]
OTHERS = [pytest.param(trial, marks=pytest.mark.long) for trial in trials() if not _quick(trial)]


@pytest.mark.parametrize("trial", [*QUICK_TRIALS, *long_only(OTHERS)], ids=str)
def test_a_change_is_done_once_whatever_the_server_does(trial: Trial) -> None:
    with in_memory() as folder:
        assert play(trial, folder) == []


def test_the_quick_part_meets_enough_of_the_plan() -> None:
    assert len(QUICK_TRIALS) >= 60
    assert {trial.operation for trial in QUICK_TRIALS} == {trial.operation for trial in trials()}


def test_the_whole_plan_has_each_fault_and_more_than_400_trials() -> None:
    every = list(trials())
    assert len(every) > 400
    # S22 is each of the others, on what is read back.
    named = {trial.form.name for trial in every} | {"S22"}
    assert named == {f"S{number}" for number in range(1, 28)}
