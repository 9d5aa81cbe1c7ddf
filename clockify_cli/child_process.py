"""A child process that may hang: asked once, for so long and no longer."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Mapping, Sequence

MOST_OUTPUT = 64 * 1024


class ChildFailed(Exception):
    """Why a child process gave nothing: a phrase; *status* where it ended by itself."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def output_of(
    words: Sequence[str], environ: Mapping[str, str], seconds: float, *, given: str | None = None
) -> bytes:
    """What the program of *words* prints within *seconds*; ChildFailed says why not.

    No shell reads *words*, and *environ* is all of its environment. It reads *given*, or nothing,
    and its complaints go where ours go, unless something is given.
    """
    try:
        child = subprocess.Popen(  # noqa: S603  # no shell; the user's own words, or ours
            words,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if given is None else subprocess.DEVNULL,
            env=dict(environ),
        )
    except (OSError, ValueError) as error:
        raise ChildFailed(f"cannot be run: {getattr(error, 'strerror', 'bad words')}") from None
    found: list[bytes] = []
    # Left behind when time is up: a grandchild can hold the pipe open for good.
    talk = threading.Thread(target=_talk, args=(child, given, found), daemon=True)
    talk.start()
    talk.join(seconds)
    if talk.is_alive():
        child.kill()
        child.wait()
        raise ChildFailed(f"gave no answer within {seconds:g} seconds")
    return _finished(child, found)


def _talk(child: subprocess.Popen[bytes], given: str | None, found: list[bytes]) -> None:
    if child.stdin is not None:
        # It need not read what it is given: what it prints counts all the same.
        with contextlib.suppress(OSError):
            child.stdin.write((given or "").encode())
        with contextlib.suppress(OSError):
            child.stdin.close()
    if child.stdout is not None:
        found.append(child.stdout.read(MOST_OUTPUT + 1))
        child.stdout.close()
    child.wait()


def _finished(child: subprocess.Popen[bytes], found: list[bytes]) -> bytes:
    if child.returncode != 0:
        raise ChildFailed(f"ended with status {child.returncode}", child.returncode)
    return found[0]
