"""Report the program's own errors."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

from clockify_cli import __version__
from clockify_cli.environment import api_key
from clockify_cli.errors import ClockifyError, StoreError
from clockify_cli.paths import PRIVATE_FILE, private_folder

if TYPE_CHECKING:
    from clockify_cli.cli.program import Program

DO_NOT_REPEAT = "Do not repeat the command; `clockify log` shows what was recorded."
_YEAR_2101 = 4_133_980_800
"""Seconds since 1970, UTC."""


def unexpected(program: Program, error: Exception) -> ClockifyError:
    """Return a line about *error*; ``--debug`` writes its traceback to a private file.

    If a damaged timesheet or a wrong clock is the cause, that is reported instead.
    """
    return (
        _clock_behind(program, error)
        or _damage_behind(program, error)
        or _own_mistake(program, error)
    )


def _clock_behind(program: Program, error: Exception) -> ClockifyError | None:
    """Return an error about the machine's clock if it is far off and explains *error*."""
    if not isinstance(error, OverflowError | ValueError | OSError):
        return None
    if 0 <= program.clock.wall() < _YEAR_2101:
        return None
    return StoreError(
        "this computer's clock is not between 1970 and 2100", "Set the clock, and try again."
    )


def _damage_behind(program: Program, error: Exception) -> ClockifyError | None:
    """Return an error about a damaged timesheet if that explains *error*."""
    from clockify_cli.store.db.file import NONSENSE

    path = program.paths.database
    if not isinstance(error, NONSENSE) or not os.path.isfile(path):
        return None
    from clockify_cli.store.db.soundness import soundness

    try:
        found = soundness(path)
    except StoreError as damage:
        return damage
    if not found.problem:
        return None
    # The command's change may already be recorded.
    return StoreError(
        f"the timesheet {path} is damaged: {found.problem}",
        "`clockify doctor` says what is wrong; `clockify restore FILE` restores a backup.",
    )


def _own_mistake(program: Program, error: Exception) -> ClockifyError:
    message = f"unexpected: {type(error).__name__}: {_redacted(program, str(error))}"
    if program.has_recorded:
        message += "; what was done is recorded"
    if not program.debug:
        again = "Run the command again with --debug to get a log."
        return ClockifyError(message, DO_NOT_REPEAT if program.has_recorded else again)
    lines = traceback.format_exception(error)
    report = _redacted(program, f"clockify {__version__}\n{''.join(lines)}")
    try:
        return ClockifyError(message, f"The log is in {_write_log(program, report)}")
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
    """Return *text* without a key or password that a library may have put into its message."""
    from clockify_cli.credentials import without_keys
    from clockify_cli.redaction import without_passwords

    return without_passwords(without_keys(text, api_key(program.environ).strip()))
