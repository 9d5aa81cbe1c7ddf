"""Accepts connections on a loopback port, one thread each, until it is closed."""

from __future__ import annotations

import contextlib
import itertools
import socket
import sys
import threading
from collections.abc import Callable

from tests.fake_clockify.wire import Connection

Serve = Callable[[Connection], None]
PATIENCE = 20.0
"""Seconds that a thread gets to finish; it takes moments, but the machine may be busy."""


class Listener:
    """A listening socket that any thread can close and open again on the same port."""

    def __init__(self, serve: Serve, port: int = 0, host: str = "127.0.0.1") -> None:
        self._serve = serve
        self._numbers = itertools.count(1)
        self._open: set[Connection] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        # One thread at a time opens or closes: a timer may open while the test that armed it ends.
        self._turn = threading.Lock()
        self._ended = False
        self._socket: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self._place = _reserved(host, port)
        self.host, self.port = host, port if self._place is None else self._place.getsockname()[1]
        self.listen()

    @property
    def listening(self) -> bool:
        return self._socket is not None

    def listen(self) -> None:
        """Start to accept, unless it already does or has ended; the system picks a port for 0."""
        with self._turn:
            if self._socket is not None or self._ended:
                return
            self._socket = socket.create_server((self.host, self.port), backlog=128)
            self.port = self._socket.getsockname()[1]
            self._accepting = threading.Thread(
                target=self._accept, args=(self._socket,), daemon=True
            )
            self._accepting.start()

    def count_from(self, number: int) -> None:
        """Give the next connection *number*."""
        self._numbers = itertools.count(number)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock, next(self._numbers))
            thread = threading.Thread(target=self._run, args=(connection,), daemon=True)
            with self._lock:
                self._open.add(connection)
                self._threads.add(thread)
            thread.start()

    def _run(self, connection: Connection) -> None:
        try:
            self._serve(connection)
        except (OSError, ValueError):
            # If another thread closes a TLS socket in between, it raises the latter.
            connection.reset()
        finally:
            connection.finish()
            with self._lock:
                self._open.discard(connection)
                self._threads.discard(threading.current_thread())

    def close(self) -> None:
        """Refuse new connections, and end every existing one."""
        with self._turn:
            self._refuse()

    def end(self) -> None:
        """Close for good, after all answers; later calls of `listen` have no effect."""
        with self._turn:
            self._ended = True
            self._refuse()
            if self._place is not None:
                self._place.close()
        with self._lock:
            left = list(self._threads)
        for thread in left:
            thread.join(PATIENCE)

    def _refuse(self) -> None:
        if self._socket is None or self._accepting is None:
            return
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join(PATIENCE)
        self._socket = None
        with self._lock:
            left = list(self._open)
        for connection in left:
            connection.finish()


def _reserved(host: str, port: int) -> socket.socket | None:
    """Return a socket that reserves the port while it is closed; None if sharing is impossible."""
    if sys.platform != "linux":
        return None
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind((host, port))
    return place
