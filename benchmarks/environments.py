"""Virtual environments made for measuring: an empty one to compare with, and the program's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent


def interpreter() -> str:
    """The Python below any virtual environment that this one runs in."""
    return getattr(sys, "_base_executable", None) or sys.executable


def empty_environment(folder: Path) -> Path:
    """The Python of a virtual environment, made in *folder*, in which nothing is installed."""
    _run(interpreter(), "-m", "venv", "--without-pip", str(folder))
    return folder / "bin" / "python"


def program_environment(folder: Path) -> Path:
    """The program installed from this source into a virtual environment made in *folder*."""
    _run(interpreter(), "-m", "venv", str(folder))
    # Compiled as it is installed, as for everybody.
    _run(str(folder / "bin" / "pip"), "install", "-q", "--compile", str(SOURCE))
    return folder / "bin" / "clockify"


def minimal(home: Path) -> dict[str, str]:
    """An environment in which nothing speeds up or slows down what is measured."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PAGER": "cat",
    }


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
