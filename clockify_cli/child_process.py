"""Run a child process that may hang, within a time limit."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO

MOST_OUTPUT = 64 * 1024
_DRAINING = 1.0
"""Seconds to wait for the rest of a child's output after it has ended."""


class ChildFailed(Exception):
    """Why a child process returned nothing: a phrase; *status* if it ended by itself.

    *printed* is its output so far, *complaints* is what it wrote to standard error.
    """

    def __init__(
        self,
        reason: str,
        status: int | None = None,
        *,
        printed: bytes = b"",
        complaints: bytes = b"",
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.printed = printed
        self.complaints = complaints


def output_of(
    words: Sequence[str], environ: Mapping[str, str], seconds: float, *, given: str | None = None
) -> bytes:
    """Return what the command *words* prints within *seconds*; ChildFailed says why not.

    No shell reads *words*, and *environ* is its whole environment. Its input is *given*, or empty.
    When time is up, it is killed with every process it started. If it ends by itself, processes
    that it leaves in the background live on and are not waited for.
    """
    try:
        child = subprocess.Popen(  # noqa: S603  # no shell; the user's own words, or ours
            words,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "bad words"
        raise ChildFailed(f'cannot be run: "{words[0]}": {why}') from None
    try:
        return _answer(child, seconds, given)
    except BaseException:
        _end(child)
        raise


def _answer(child: subprocess.Popen[bytes], seconds: float, given: str | None) -> bytes:
    printed, complaints = bytearray(), bytearray()
    # Not waited for when time is up: a grandchild can hold a pipe open forever.
    _started(lambda: _write(child.stdin, given or ""))
    reading = [
        _started(lambda: _read(child.stdout, printed)),
        _started(lambda: _read(child.stderr, complaints, all_of_it=True)),
    ]
    ended = _started(child.wait)
    ended.join(seconds)
    if ended.is_alive():
        _end(child)
        raise ChildFailed(
            f"did not answer within {seconds:g} seconds",
            printed=bytes(printed),
            complaints=bytes(complaints),
        )
    for thread in reading:
        thread.join(_DRAINING)
    if child.returncode != 0:
        raise ChildFailed(
            f"ended with status {child.returncode}",
            child.returncode,
            printed=bytes(printed),
            complaints=bytes(complaints),
        )
    return bytes(printed)


def _started(act: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def _write(stream: IO[bytes] | None, given: str) -> None:
    if stream is not None:
        # The child need not read its input; its output counts anyway.
        with contextlib.suppress(OSError):
            stream.write(given.encode())
        with contextlib.suppress(OSError):
            stream.close()


def _read(stream: IO[bytes] | None, into: bytearray, *, all_of_it: bool = False) -> None:
    """Append the stream's data *into* a buffer as it arrives, up to a limit.

    Further data is discarded if *all_of_it* is to be read; otherwise the writer gets a broken pipe.
    """
    if stream is None:
        return
    with stream:
        while all_of_it or len(into) <= MOST_OUTPUT:
            piece = os.read(stream.fileno(), MOST_OUTPUT)
            if not piece:
                return
            into += piece[: MOST_OUTPUT + 1 - len(into)]


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill *child* and every process it started."""
    if child.poll() is None:
        if os.name == "nt":
            child.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.wait()
