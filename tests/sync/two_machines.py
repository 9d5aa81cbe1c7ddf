"""Two machines of one person around one Clockify, driven by rules."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.faults.places import MEMORY
from tests.sync.household import Household
from tests.sync.twin import Twin
from tests.sync.virtual_clock import VirtualClock

MACHINES = st.integers(0, 1)


class TwoMachines(RuleBasedStateMachine):
    """At the end everything is sent (`settle`), and the result is checked (`check`)."""

    twin: Twin

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.clock = VirtualClock()
        self.twin = self.new_twin()
        self.homes = [Household(self.folder / f"home{n}", self.clock, self.twin) for n in (0, 1)]
        self.count = 0

    def new_twin(self) -> Twin:
        return Twin(self.clock, plan="PRO")

    def settle(self) -> None:
        raise NotImplementedError

    def check(self) -> None:
        raise NotImplementedError

    def teardown(self) -> None:
        try:
            self.settle()
            self.check()
        finally:
            for home in self.homes:
                home.db.close()
            shutil.rmtree(self.folder)

    def home(self, machine: int) -> Household:
        home = self.homes[machine]
        self.twin.limiter = home.limiter
        return home


def explore(
    machine: type[RuleBasedStateMachine],
    examples: int,
    steps: int,
    phases: tuple[Phase, ...] = (Phase.generate,),
) -> None:
    """Drive *machine* through *examples* examples of at most *steps* steps."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=phases,
        ),
    )
