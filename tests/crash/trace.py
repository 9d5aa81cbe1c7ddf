"""Runs the program under strace, which kills it or makes it fail at a chosen system call.

A call is chosen by its name and its number among those of that name, so trying the numbers 1, 2, 3…
of each name in turn covers every moment at which the command touches a file.
"""

from __future__ import annotations

import gc
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from clockify_cli.__main__ import main

WRITES = (
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "ftruncate",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "fchmod",
    "flock",
)
"""Every call by which the program or SQLite changes a file, or flushes it."""

PATIENCE = 300.0
"""Seconds that a run may take before it counts as hanging."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one command ended; *code* is negative if a signal ended it."""

    code: int
    out: str
    err: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def acknowledged(self) -> bool:
        """Whether the person was told that it is done."""
        return self.code == 0 or bool(self.out)


@dataclass(frozen=True, slots=True)
class Program:
    """The program with its state under *home*.

    *bytecode* keeps what Python compiles, if that is not kept beside the modules. *typed* is the
    standard input of every run.
    """

    home: Path
    bytecode: Path | None = None
    typed: str = ""

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home.parent),
            "CLOCKIFY_HOME": str(self.home),
            **({"PYTHONPYCACHEPREFIX": str(self.bytecode)} if self.bytecode else {}),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def command(self, args: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "clockify_cli", *args]

    def run(self, *args: str) -> Run:
        return self._finished(self.command(args))

    def run_here(self, *args: str) -> Run:
        """Run the same in this process, when starting Python each time would take long."""
        out, err = io.StringIO(), io.StringIO()
        environ = patch.dict(os.environ, self.environ, clear=True)
        with environ, redirect_stdout(out), redirect_stderr(err):
            code = main(list(args))
        # A process closes the database when it ends; this one continues.
        # It is young: what is older than this run need not be looked through.
        gc.collect(1)
        return Run(code, out.getvalue(), err.getvalue())

    def run_in_shell(self, script: str, *args: str) -> Run:
        """Run the shell *script*, in which "$@" is the command."""
        return self._finished(["/bin/sh", "-c", script, "sh", *self.command(args)])

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start the command as a background process; read it with `ended`."""
        return subprocess.Popen(
            self.command(args),
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def traced(self, *args: str, calls: str = ",".join(WRITES)) -> tuple[Run, list[str]]:
        """Return the run, and strace's lines about its *calls*, in order."""
        log = self.home.parent / "trace"
        run = self._finished(
            [*tracer(), "--seccomp-bpf", f"--output={log}", f"--trace={calls}", *_end(self, args)]
        )
        return run, log.read_text("utf-8", "replace").splitlines()

    def injected(self, call: str, number: int, fault: str, *args: str) -> Run:
        """Return the run in which the *number*-th *call* meets *fault*, in strace's notation."""
        # With seccomp only the calls in question stop the program, which is faster; but a signal
        # injected under it is lost.
        swift = [] if fault.startswith("signal") else ["--seccomp-bpf"]
        chosen = [f"--trace={call}", f"--inject={call}:{fault}:when={number}"]
        return self._finished([*tracer(), *swift, "--output=/dev/null", *chosen, *_end(self, args)])

    def _finished(self, command: list[str]) -> Run:
        done = subprocess.run(
            command,
            env=self.environ,
            input=self.typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return Run(done.returncode, done.stdout, done.stderr)


def ended(process: subprocess.Popen[str]) -> Run:
    """Wait for *process* and return how it ended."""
    out, err = process.communicate(timeout=PATIENCE)
    return Run(process.returncode, out, err)


def _end(program: Program, args: tuple[str, ...]) -> list[str]:
    return ["--", *program.command(args)]


def calls_made(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each system call in *lines* of a trace: its name, and its number for that name."""
    counts: dict[str, int] = {}
    for line in lines:
        call = line.split(maxsplit=1)[1].partition("(")[0]
        if call in WRITES:
            counts[call] = counts.get(call, 0) + 1
            yield call, counts[call]


def tracer() -> list[str]:
    """Return the words before a command that is to be traced, including child processes."""
    return [_tracer(), "--follow-forks", "--quiet=all"]


@cache
def _tracer() -> str:
    """Return strace's path; the test is skipped if it is missing or not allowed to trace."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed: nothing can end the program at each system call")
    tried = subprocess.run(
        [found, "--follow-forks", "--seccomp-bpf", "--output=/dev/null", "true"],
        capture_output=True,
        text=True,
    )
    if tried.returncode:
        pytest.skip(f"strace cannot trace here: {tried.stderr.strip()}")
    return found
