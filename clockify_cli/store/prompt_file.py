"""One line for prompts that start no program: the running timer's start and label."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from clockify_cli.domain.columns import PROMPT_COLUMNS, cut, width
from clockify_cli.paths import private_folder
from clockify_cli.store.db.file import create_private

_LENGTH = " 123:45"
"""What a prompt adds to the label, of a timer that was long forgotten."""


def write_prompt_file(path: Path, start: int | None, label: str = "") -> None:
    """Put ``START<TAB>LABEL`` into *path*, or nothing if *start* is None: no timer is running.

    *start* is in seconds since 1970. The file is replaced in one step, and only where it changes;
    characters that do not print become spaces, and a label is cut where it would make a prompt too
    long. Raises OSError or StoreError.
    """
    shown = "".join(char if char.isprintable() else " " for char in label)
    shown = cut(shown, PROMPT_COLUMNS - width(_LENGTH))
    line = "" if start is None else f"{start}\t{shown}\n"
    if _says(path, line):
        return
    private_folder(path.parent)
    _sweep(path)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    create_private(fresh)
    try:
        # Never made anew here: others could read it then.
        with fresh.open("r+", encoding="utf-8", errors="replace") as file:
            file.write(line)
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _says(path: Path, line: str) -> bool:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        return path.read_text(encoding="utf-8", errors="replace") == line
    except FileNotFoundError:
        return False


def _sweep(path: Path) -> None:
    """Remove what processes that were killed left beside *path*."""
    for left in path.parent.glob(f"{path.name}.*.new"):
        process = left.name.removeprefix(f"{path.name}.").removesuffix(".new")
        if process == str(os.getpid()) or not _lives(process):
            left.unlink(missing_ok=True)


def _lives(process: str) -> bool:
    """Whether a process with this number may still be writing."""
    # A signal of 0 only asks, but not so on Windows.
    if os.name == "nt" or not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
