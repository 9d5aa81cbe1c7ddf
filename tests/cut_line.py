"""A line between a client and a server on loopback that breaks after a chosen number of bytes."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

import pytest

Way = Literal["up", "down"]
How = Literal["reset", "close"]
WAYS: tuple[Way, ...] = ("up", "down")
HOWS: tuple[How, ...] = ("reset", "close")
IN_TURN: dict[str, tuple[How, ...]] = {
    "reset": ("reset",),
    "close": ("close",),
    "in turn": ("reset", "close"),
}
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
LEFT_TO_THE_COLLECTOR = pytest.mark.filterwarnings(
    "ignore:.*unclosed <ssl.SSLSocket :pytest.PytestUnraisableExceptionWarning",
    "ignore:unclosed <ssl.SSLSocket :ResourceWarning",
)
"""Python itself forgets a socket that is reset when its handshake begins."""
_ABORT = struct.pack("ii", 1, 0)
_PATIENCE = 60.0
_PIECE = 65536


@dataclass
class Cut:
    """The line breaks once *at* bytes went its *way*; with 0 up, as soon as somebody connects.

    *struck*: it has broken. Later connections are not cut.
    """

    way: Way
    at: int
    how: How
    gone: dict[Way, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    struck: bool = False

    def let(self, way: Way, count: int) -> int:
        """Return how many of *count* more bytes may go their *way* before the line breaks."""
        left = self.at - self.gone[way]
        if self.struck or way != self.way or count < left:
            self.gone[way] += count
            return count
        self.struck = True
        self.gone[way] += left
        return left


class CutLine:
    """Carries bytes to *port* and back; as a *proxy*, after a CONNECT.

    One thread carries both directions of a connection, so that a cut is exact to the byte.
    """

    def __init__(self, port: int, *, proxy: bool = False) -> None:
        self._target = port
        self._proxy = proxy
        self._cut: Cut | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._accepting.join(_PATIENCE)
        self._socket.close()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def cut(self, way: Way, at: int, how: How) -> Cut:
        """Break after *at* more bytes in this direction (*way*)."""
        with self._lock:
            self._cut = Cut(way, at, how)
        return self._cut

    def repair(self) -> None:
        """Stop breaking lines."""
        with self._lock:
            self._cut = None

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            cut = self._cut
            if cut is not None and not cut.struck and (cut.way, cut.at) == ("up", 0):
                cut.struck = True
                end(client, cut.how)
                continue
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        how: How = "close"
        server = socket.create_connection(("127.0.0.1", self._target))
        for sock in (client, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with contextlib.suppress(OSError):
                if not self._proxy or self._connected(client):
                    self._carry(client, server)
            cut = self._cut
            if cut is not None and cut.struck:
                how = cut.how
        finally:
            end(client, how)
            end(server, how)

    def _connected(self, client: socket.socket) -> bool:
        """Return whether *client* asked for a tunnel and was told that it has one."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(_PIECE)
            let = self._let("up", len(piece))
            if not piece or let < len(piece) or self._struck():
                return False
            head += piece
        let = self._let("down", len(ESTABLISHED))
        client.sendall(ESTABLISHED[:let])
        return not self._struck()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        both = {client: server, server: client}
        while not self._closing.is_set():
            ready, _, _ = select.select(list(both), [], [], 0.2)
            for source in ready:
                piece = source.recv(_PIECE)
                if not piece:
                    return
                before = self._struck()
                let = self._let("up" if source is client else "down", len(piece))
                both[source].sendall(piece[:let])
                if self._struck() and not before:
                    return

    def _let(self, way: Way, count: int) -> int:
        with self._lock:
            return count if self._cut is None else self._cut.let(way, count)

    def _struck(self) -> bool:
        return self._cut is not None and self._cut.struck


def end(sock: socket.socket, how: How) -> None:
    """Close with a reset, or after all data was sent."""
    with contextlib.suppress(OSError):
        if how == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        else:
            sock.shutdown(socket.SHUT_RDWR)
    sock.close()
