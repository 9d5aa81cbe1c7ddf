"""The program's files and folders, and how private folders are created."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from clockify_cli import environment
from clockify_cli.errors import StoreError
from clockify_cli.values import dataclass

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True)
class Paths:
    """The four folders, absolute; they may not exist yet."""

    config: Path
    data: Path
    cache: Path
    state: Path

    @property
    def config_file(self) -> Path:
        """The settings, one table for each profile."""
        return self.config / "config.toml"

    @property
    def database(self) -> Path:
        """The timesheet of every profile and workspace."""
        return self.data / "timesheet.db"

    @property
    def lock(self) -> Path:
        """The lock file, held by the one process that is sending."""
        return self.data / "sync.lock"

    @property
    def backups(self) -> Path:
        """Copies of the database made before a migration."""
        return self.data / "backups"

    def prompt_file(self, profile: str) -> Path:
        """Return the file with one line for a prompt: the start and label of *profile*'s timer."""
        return self.state / ("timer" if profile == "default" else f"timer-{profile}")

    def prompt_profiles(self) -> list[str]:
        """Return the profiles that have a prompt file."""
        return [
            file.name.partition("-")[2] or "default"
            for file in self.state.glob("timer*")
            if file.name == "timer" or (file.name[5] == "-" and not file.suffix)
        ]


def find_paths(environ: Mapping[str, str]) -> Paths:
    """Return the folders that *environ* selects; nothing is created or read."""
    return Paths(*(Path(environment.folder(which, environ)) for which in environment.FOLDERS))


def private_folder(path: Path) -> None:
    """Make *path*, and missing folders above it, private to its owner; check an existing one.

    Raises StoreError if it cannot be made, is not a folder, belongs to somebody else or can be
    written by others.
    """
    try:
        _make(path)
        _check(path, os.stat(path))
    except OSError as error:
        raise StoreError(
            f"the folder {path} cannot be used: {error.strerror or error}",
            "Make yourself its owner, or choose another folder: CLOCKIFY_HOME=DIR.",
        ) from error


def _make(path: Path) -> None:
    if path.is_dir():
        return
    if not path.parent.is_dir():
        _make(path.parent)
    _check_parent(path.parent)
    try:
        os.mkdir(path, PRIVATE_FOLDER)
    except FileExistsError:
        # Another process has made it since we looked, or it is not a folder: _check decides.
        return


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{path} is not a folder", "Move it away.")
    if foreign(found):
        raise StoreError(
            f"the folder {path} belongs to another user",
            "Run clockify as its owner, or choose another folder: CLOCKIFY_HOME=DIR.",
        )
    if open_to_others(found):
        raise StoreError(
            f"the folder {path} can be written by others", f"Restrict it: chmod 700 '{path}'"
        )
    _check_parent(path.parent)


def _check_parent(parent: Path) -> None:
    found = os.stat(parent)
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{parent} is not a folder", "Choose another with CLOCKIFY_HOME=DIR.")
    if open_to_others(found) and not _open_to_own_group(found):
        raise StoreError(
            f"the folder {parent} can be written by others, who could swap what is in it",
            f"Restrict it: chmod go-w '{parent}'",
        )
    _check_home(parent, found)


def _open_to_own_group(found: os.stat_result) -> bool:
    """Return whether, besides the owner, only the owner's primary group may write there.

    Many systems give each user a group of their own and open new folders to it (umask 002).
    """
    if os.name == "nt" or found.st_mode & stat.S_IWOTH:
        return False
    return not foreign(found) and found.st_gid == os.getegid()


def _check_home(parent: Path, found: os.stat_result) -> None:
    # Under sudo, HOME may belong to another user, whom files made here would lock out.
    if foreign(found) and found.st_uid != 0 and not found.st_mode & stat.S_ISVTX:
        raise StoreError(
            f"the folder {parent} belongs to another user",
            "Run clockify as its owner, or choose another folder: CLOCKIFY_HOME=DIR.",
        )


def sweep(folder: Path, before: str, after: str = "") -> None:
    """Remove files of killed processes from *folder*: their names are *before*, a pid and *after*.

    *after* may be a pattern. Leftovers of this process go too: call it before writing such a file.
    """
    for left in folder.glob(f"{before}*{after}"):
        process = left.name.removeprefix(before).partition(".")[0]
        if process == str(os.getpid()) or not _lives(process):
            left.unlink(missing_ok=True)


def _lives(process: str) -> bool:
    """Return whether a process with this number may still be writing."""
    # A signal of 0 only tests for the process, but not on Windows.
    if os.name == "nt" or not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def foreign(found: os.stat_result) -> bool:
    """Return whether a file or folder belongs to another user (never, without user numbers)."""
    return hasattr(os, "geteuid") and found.st_uid != os.geteuid()


def open_to_others(found: os.stat_result) -> bool:
    """Return whether others may write there and remove foreign files (no sticky bit)."""
    if os.name == "nt":
        return False
    return bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) and not found.st_mode & stat.S_ISVTX
