"""How long a thread would wait for its sockets, and a clock that moves only when it is read.

A busy machine affects neither: nothing here looks at the wall clock.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

CALLS = ("connect", "recv_into", "recv", "sendall", "do_handshake")


@dataclass
class Waits:
    """What one thread waited for on its sockets.

    *longest*: the longest single wait in seconds that it allowed, infinite without a limit.
    *in_vain*: the total seconds of those waits that timed out. *skipped*: the seconds of those
    among them that took no time, since nothing would have come.
    """

    longest: float = 0.0
    in_vain: float = 0.0
    reads: int = 0
    skipped: float = 0.0
    _inside: bool = field(default=False, repr=False)

    def monotonic(self) -> float:
        """Return the real time, ahead by the waits that were *skipped*."""
        return time.monotonic() + self.skipped


@dataclass(frozen=True)
class Silence:
    """A server that says which of its clients' ports get nothing, and a clock to move instead of
    waiting for it."""

    holds: Callable[[int], bool]
    passes: Callable[[float], object]


@contextmanager
def waits(silence: Silence | None = None) -> Iterator[Waits]:
    """Record what this thread waits for within the block.

    A wait in *silence* takes no time: the clocks are moved, also `Waits.monotonic`.
    """
    found = Waits()
    me = threading.get_ident()
    with patch_all(lambda real, call: _watched(real, call, found, me, silence)):
        yield found


def _watched(
    real: Callable[..., object],
    call: str,
    found: Waits,
    thread: int,
    silence: Silence | None = None,
) -> Callable[..., object]:
    def watched(sock: socket.socket, *args: object, **more: object) -> object:
        if threading.get_ident() != thread or found._inside:
            return real(sock, *args, **more)
        limit = sock.gettimeout()
        seconds = float("inf") if limit is None else limit
        found.longest = max(found.longest, seconds)
        found.reads += call == "recv_into"
        found._inside = True
        try:
            if call == "recv_into" and limit and silence and not _comes(sock, limit, silence):
                found.skipped += limit
                silence.passes(limit)
                raise TimeoutError("timed out")
            return real(sock, *args, **more)
        except TimeoutError:
            found.in_vain += seconds
            raise
        finally:
            found._inside = False

    return watched


def _comes(sock: socket.socket, limit: float, silence: Silence) -> bool:
    """Return False as soon as it is certain that nothing comes within *limit* seconds."""
    if isinstance(sock, ssl.SSLSocket):
        return True
    port, give_up = sock.getsockname()[1], time.monotonic() + limit
    while time.monotonic() < give_up:
        if select.select([sock], [], [], 0.005)[0]:
            return True
        if silence.holds(port):
            return False
    return True


@contextmanager
def patch_all(
    make: Callable[[Callable[..., object], str], Callable[..., object]],
) -> Iterator[None]:
    """Replace every call that may wait, of plain and TLS sockets, by the results of *make*."""
    patches = [
        patch.object(kind, call, make(getattr(kind, call), call))
        for kind in (socket.socket, ssl.SSLSocket)
        for call in CALLS
        if call in vars(kind) or (kind is socket.socket and hasattr(kind, call))
    ]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()


STEP = 100.0
"""Seconds by which a `Ticking` clock moves: no real wait is that long."""


@dataclass
class Ticking:
    """A clock that moves by STEP whenever it is read."""

    now: float = 0.0

    def __call__(self) -> float:
        self.now += STEP
        return self.now


@contextmanager
def in_step() -> Iterator[threading.Semaphore]:
    """Yield a semaphore released each time this thread is about to read.

    A server that waits for it drips: each read gets one piece, however busy the machine is.
    """
    turn = threading.Semaphore(0)
    me = threading.get_ident()

    def make(real: Callable[..., object], call: str) -> Callable[..., object]:
        def stepping(sock: socket.socket, *args: object, **more: object) -> object:
            if call == "recv_into" and threading.get_ident() == me:
                turn.release()
            return real(sock, *args, **more)

        return stepping

    with patch_all(make):
        yield turn
