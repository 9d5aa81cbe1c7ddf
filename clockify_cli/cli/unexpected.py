"""What the program says about its own mistakes."""

from __future__ import annotations

import os
import traceback

from clockify_cli import __version__
from clockify_cli.cli.program import Program
from clockify_cli.errors import ClockifyError
from clockify_cli.paths import PRIVATE_FILE, private_folder


def unexpected(program: Program, error: Exception) -> ClockifyError:
    """A line about *error*; under ``--debug`` its traceback goes to a file of the user's alone."""
    message = f"unexpected: {type(error).__name__}: {_redacted(program, str(error))}"
    if not program.debug:
        return ClockifyError(message, "Run it again with --debug to get a log of it.")
    lines = traceback.format_exception(error)
    report = _redacted(program, f"clockify {__version__}\n{''.join(lines)}")
    try:
        return ClockifyError(message, f"What happened is in {_write_log(program, report)}")
    except (OSError, ClockifyError):
        return ClockifyError(message, report.rstrip())


def _write_log(program: Program, report: str) -> str:
    folder = program.paths.state
    private_folder(folder)
    path = folder / f"debug-{program.clock.now():%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(path, flags, PRIVATE_FILE), "w", encoding="utf-8") as file:
        file.write(report)
    return str(path)


def _redacted(program: Program, text: str) -> str:
    """*text* without the key, should a library have put it into its message."""
    from clockify_cli.credentials import without_keys

    return without_keys(text, program.environ.get("CLOCKIFY_API_KEY", "").strip())
