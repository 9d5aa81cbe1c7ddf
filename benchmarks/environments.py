"""Virtual environments for measuring: an empty one to compare with, and the program's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent


def interpreter() -> str:
    """Return the Python below any virtual environment that this one runs in."""
    return getattr(sys, "_base_executable", None) or sys.executable


def empty_environment(folder: Path) -> Path:
    """Return the Python of an empty virtual environment made in *folder*."""
    _run(interpreter(), "-m", "venv", "--without-pip", str(folder))
    return folder / "bin" / "python"


def program_environment(folder: Path) -> Path:
    """Return the program, installed from this source into a virtual environment in *folder*."""
    _run(interpreter(), "-m", "venv", str(folder))
    # Compiled at installation, as for every user.
    _run(str(folder / "bin" / "pip"), "install", "-q", "--compile", str(SOURCE))
    return folder / "bin" / "clockify"


def minimal(home: Path) -> dict[str, str]:
    """Return an environment in which nothing affects the measured speed."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PAGER": "cat",
    }


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
