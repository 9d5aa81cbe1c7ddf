"""Tests of a long import on a terminal: it shows a bar, and Ctrl-C imports nothing by halves."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from tests.actions.test_importing import many

INTERRUPTED = 130


def test_ctrl_c_under_the_bar_leaves_nothing_half_done(tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_bytes(many(8_000))
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CLOCKIFY_HOME": str(tmp_path / "home"),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    own, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "clockify_cli", "import", str(file)],
        env=environ,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    # It is still reading then: nothing is committed before everything is written.
    while b" 25%" not in shown:
        shown += os.read(own, 4096)
    process.send_signal(signal.SIGINT)
    while chunk := _read(own):
        shown += chunk
    out, _ = process.communicate()
    os.close(own)

    assert process.returncode == INTERRUPTED
    assert b"Importing many.csv" in shown
    assert b"Traceback" not in shown
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l"), "the cursor is shown again"
    assert out == b""
    again = subprocess.run(
        [sys.executable, "-m", "clockify_cli", "import", str(file)],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Imported 8000 entries from many.csv." in again.stdout
    assert "%" not in again.stderr


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        # Linux reports this when the last program at the other end is gone.
        return b""
