"""Accepts connections on a loopback port, one thread each, until it is closed."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable

from tests.fake_clockify.wire import Connection

Serve = Callable[[Connection], None]


class Listener:
    """A listening socket that can be closed and opened again on the same port, by any thread."""

    def __init__(self, serve: Serve, port: int = 0, host: str = "127.0.0.1") -> None:
        self._serve = serve
        self._numbers = itertools.count(1)
        self._open: set[Connection] = set()
        self._lock = threading.Lock()
        # One thread at a time opens or closes: a timer may open while the test that armed it ends.
        self._turn = threading.Lock()
        self._ended = False
        self._socket: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self.host, self.port = host, port
        self.listen()

    def listen(self) -> None:
        """Start to accept, unless it does or has ended; a port of 0 becomes the system's pick."""
        with self._turn:
            if self._socket is not None or self._ended:
                return
            self._socket = socket.create_server((self.host, self.port), backlog=128)
            self.port = self._socket.getsockname()[1]
            self._accepting = threading.Thread(
                target=self._accept, args=(self._socket,), daemon=True
            )
            self._accepting.start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock, next(self._numbers))
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection: Connection) -> None:
        try:
            self._serve(connection)
        except OSError:
            connection.reset()
        finally:
            connection.finish()
            with self._lock:
                self._open.discard(connection)

    def close(self) -> None:
        """Refuse from now on, and end every connection."""
        with self._turn:
            self._refuse()

    def end(self) -> None:
        """Close for good: whoever asks to listen later is not heard."""
        with self._turn:
            self._ended = True
            self._refuse()

    def _refuse(self) -> None:
        if self._socket is None or self._accepting is None:
            return
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join(2)
        self._socket = None
        with self._lock:
            left = list(self._open)
        for connection in left:
            connection.finish()
