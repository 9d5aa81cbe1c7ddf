"""One line for shell prompts that start no program: the running timer's start and label."""

from __future__ import annotations

import os
from pathlib import Path

from clockify_cli.paths import private_folder
from clockify_cli.store.file import create_private


def write_prompt_file(path: Path, start: int | None, label: str = "") -> None:
    """Put ``START<TAB>LABEL`` into *path*, or nothing where *start* is None: no timer runs.

    *start* is in seconds since 1970. The file is replaced in one step, and only where it changes;
    characters that do not print become spaces. Raises OSError or StoreError.
    """
    shown = "".join(char if char.isprintable() else " " for char in label)
    line = "" if start is None else f"{start}\t{shown}\n"
    if _says(path, line):
        return
    private_folder(path.parent)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    create_private(fresh)
    try:
        fresh.write_text(line, encoding="utf-8", errors="replace")
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _says(path: Path, line: str) -> bool:
    try:
        return path.read_text(encoding="utf-8", errors="replace") == line
    except FileNotFoundError:
        return False
