"""One sender on this computer: a lock that the system holds, freed the moment its owner dies.

The file is never removed: whoever removed it while it is held would let a second sender in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from clockify_cli.errors import StoreError

Held = Literal["held", "busy", "unsupported"]
"""*busy*: another process sends, and drains the journal. *unsupported*: nothing may be sent."""

_TRIES = 5


@contextmanager
def sole_sender(path: Path) -> Iterator[Held]:
    """Try to be the one sender while the block runs; never waits.

    Raises StoreError where the file at *path* cannot be opened.
    """
    try:
        descriptor, held = _acquire(path)
    except OSError as error:
        raise StoreError(
            f"the lock {path} cannot be used: {error.strerror or error}",
            "Move away what is there; nothing is sent before that.",
        ) from error
    try:
        yield held
    finally:
        os.close(descriptor)


def _acquire(path: Path) -> tuple[int, Held]:
    for _ in range(_TRIES):
        descriptor = _open(path)
        held = _lock(descriptor)
        if held != "held" or _is_still(path, descriptor):
            return descriptor, held
        os.close(descriptor)
    # Somebody keeps replacing the file: a lock on any of them proves nothing.
    return _open(path), "unsupported"


def _open(path: Path) -> int:
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.open(path, flags, 0o600)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the locked file is the one that others will lock."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))


def _lock(descriptor: int) -> Held:
    return _lock_windows(descriptor) if os.name == "nt" else _lock_posix(descriptor)


def _lock_posix(descriptor: int) -> Held:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return "busy"
    except OSError:
        return "unsupported"
    return "held"


def _lock_windows(descriptor: int) -> Held:
    import importlib

    # Looked up by name: where there is no such module, a type checker knows none either.
    msvcrt = importlib.import_module("msvcrt")
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError:
        return "busy"
    return "held"
