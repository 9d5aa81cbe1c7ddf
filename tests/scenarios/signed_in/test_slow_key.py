"""A key that a command gives, as slowly as a password store may."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

from tests.scenarios.signed_in.bench import Bench


def test_the_time_that_a_key_takes_is_part_of_the_deadline(stranger: Bench, tmp_path: Path) -> None:
    script = tmp_path / "key.sh"
    script.write_text(f"#!/bin/sh\ncat {shlex.quote(str(tmp_path / 'config.toml'))}\n")
    (tmp_path / "config.toml").write_text(stranger.fake.key)
    script.chmod(0o700)
    stranger.ok("login", "--api-url", stranger.fake.url, "--key-command", str(script))
    stranger.ok("config", "set", "sync.deadline", "2s")
    script.write_text(script.read_text().replace("cat", "sleep 2; cat"))
    begun = time.monotonic()
    done = stranger("log", "--refresh")
    assert time.monotonic() - begun < 20
    assert done.requests == ()
    assert "took too long" in done.err
