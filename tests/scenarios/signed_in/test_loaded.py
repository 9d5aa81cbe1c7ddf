"""Tests of how much of the program a short command loads: fewer modules make it faster."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.scenarios.signed_in.bench import Bench
from tests.scenarios.signed_in.test_said_first import ROOT

MOST = 60
CHILD = """
import os, sys
from tests.scenarios.signed_in.bench import Time
from clockify_cli.__main__ import main

code = main(sys.argv[1:], clock=Time(float(os.environ["TRUE"])))
ours = [name for name in sys.modules if name.partition(".")[0] == "clockify_cli"]
# A package holds a docstring only.
print(*sorted(name for name in ours if not hasattr(sys.modules[name], "__path__")))
sys.exit(code)
"""


def test_a_start_and_a_stop_load_few_modules(clockify: Bench) -> None:
    own = {
        "HOME": str(clockify.home),
        "CLOCKIFY_HOME": str(clockify.home / "clockify"),
        "PYTHONPATH": str(ROOT),
        "TZ": "Europe/Berlin",
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "TRUE": str(clockify.time.true),
    }
    clockify.fake.forget_requests()
    for line in (["start", "Write spec"], ["stop"]):
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *line], env=own, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        names = done.stdout.splitlines()[-1].split()
        assert "clockify_cli.api.endpoints" in names
        assert len(names) <= MOST, names
    assert list(clockify.fake.requests)
