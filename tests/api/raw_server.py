"""A raw socket server that answers, or misbehaves, byte by byte as a test says."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Behaviour = Callable[["Line"], None]


FOR_EVER = 3600.0


class Line:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, server: RawServer) -> None:
        self.sock = sock
        self.server = server
        server.lines.append(self)

    def read_request(self) -> bytes:
        """Return one whole request, and count it; empty if the other side is gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.sock.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            more = self.sock.recv(65536)
            if not more:
                return b""
            body += more
        request = head + b"\r\n\r\n" + body
        self.server.requests.append(request)
        return request

    def send(self, data: bytes) -> None:
        """Send all of *data*."""
        self.sock.sendall(data)

    def drip(self, data: bytes, seconds: float = 0.05) -> None:
        """Send *data* byte by byte, *seconds* apart, until the server closes."""
        for byte in data:
            self.send(bytes([byte]))
            if self.server.closing.wait(seconds):
                return
        self.server.outlasted.set()

    def drip_in_step(self, turn: threading.Semaphore, data: bytes) -> None:
        """Send *data* byte by byte, one for each *turn*, until the server closes."""
        for byte in data:
            while not turn.acquire(timeout=0.1):
                if self.server.closing.is_set():
                    return
            self.send(bytes([byte]))
        self.server.outlasted.set()

    def hold(self) -> None:
        """Keep the connection open, silently, until the server closes."""
        self.server.closing.wait(FOR_EVER)

    def reset(self) -> None:
        """Close with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class RawServer:
    """Listens on loopback; each connection is a thread that runs *behaviour*.

    *outlasted*: somebody has read a drip to its end.
    """

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.lines: list[Line] = []
        self.accepted = 0
        self.closing = threading.Event()
        self.outlasted = threading.Event()
        self._behaviour = behaviour
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []
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
        self.closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._accepting.join(60)
        self._socket.close()
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(60)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            sock.settimeout(60)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            if self._tls is None:
                self._behaviour(Line(sock, self))
                return
            with self._tls.wrap_socket(sock, server_side=True) as secure:
                self._behaviour(Line(secure, self))


def reply(
    body: bytes, status: int = 200, *headers: str, length: bool = True, kind: str | None = None
) -> bytes:
    """Return a whole HTTP response; *kind* is its content type."""
    lines = [f"HTTP/1.1 {status} Word", f"Content-Type: {kind or 'application/json'}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def answering(response: bytes) -> Behaviour:
    """Read requests and answer each with *response*, on a connection that stays open."""

    def behave(line: Line) -> None:
        while line.read_request():
            line.send(response)

    return behave


def answering_once(response: bytes) -> Behaviour:
    """Read one request, answer with *response* and close."""

    def behave(line: Line) -> None:
        line.read_request()
        line.send(response)

    return behave
