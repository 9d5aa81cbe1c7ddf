"""HTTP/1.1 on one raw socket: reads requests, writes answers, ends politely or rudely."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
from email.utils import formatdate
from http import HTTPStatus

from tests.fake_clockify.answers import Answer
from tests.fake_clockify.request import Head

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024 * 1024


class BadRequest(Exception):
    """Not HTTP: the connection cannot continue."""


class Connection:
    """A connection accepted by the server; `number` counts them from 1."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self.sock = sock
        self.number = number
        self._kept = bytearray()

    def peer(self) -> int:
        """Return the client's port; 0 if it has none, or has gone."""
        try:
            return int(self.sock.getpeername()[1])
        except (OSError, IndexError):
            return 0

    def read_head(self) -> Head | None:
        """Return the next request up to its blank line; None if the peer has gone."""
        while (end := self._kept.find(b"\r\n\r\n")) < 0:
            if len(self._kept) > HEAD_LIMIT:
                raise BadRequest("the head is too long")
            if not self._receive():
                return None
        text = bytes(self._kept[:end]).decode("latin-1")
        del self._kept[: end + 4]
        return _head(text)

    def _receive(self) -> bool:
        part = self.sock.recv(65536)
        self._kept += part
        return bool(part)

    def read_body(self, head: Head) -> bytes:
        if "100-continue" in head.get("expect").lower():
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in head.get("transfer-encoding").lower():
            return self._read_chunks()
        length = head.get("content-length") or "0"
        if not length.isascii() or not length.isdigit() or int(length) > BODY_LIMIT:
            raise BadRequest("the content length is not one")
        return self.read_exactly(int(length))

    def read_exactly(self, count: int) -> bytes:
        while len(self._kept) < count:
            if not self._receive():
                raise BadRequest("the peer left in the middle of a body")
        taken = bytes(self._kept[:count])
        del self._kept[:count]
        return taken

    def _read_line(self) -> bytes:
        while (end := self._kept.find(b"\r\n")) < 0:
            if not self._receive():
                raise BadRequest("the peer left in the middle of a chunk")
        return self.read_exactly(end + 2)[:-2]

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while size := _chunk_size(self._read_line()):
            body += self.read_exactly(size)
            self._read_line()
        while self._read_line():
            pass
        return bytes(body)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def finish(self) -> None:
        """End with FIN: sent data still arrives."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def reset(self) -> None:
        """End with RST."""
        linger = struct.pack("ii", 1, 0)
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.sock.close()


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    try:
        return int(digits, 16)
    except ValueError as error:
        raise BadRequest("a chunk's size is not one") from error


def _head(text: str) -> Head:
    first, *lines = text.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("the request line is not one")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest("a header is not one")
        headers.append((name, value.strip()))
    return Head(words[0], words[1], words[2], headers)


def head_bytes(answer: Answer, now: float, headers: list[tuple[str, str]]) -> bytes:
    """Return status line and headers with the blank line; *now* gives `Date`."""
    phrase = HTTPStatus(answer.status).phrase
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Date: {formatdate(now, usegmt=True)}"]
    if answer.content_type is not None:
        lines.append(f"Content-Type: {answer.content_type}")
    lines += [f"{name}: {value}" for name, value in [*answer.headers, *headers]]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def whole(answer: Answer, now: float, *, keeps: bool, zipped: bool = False) -> bytes:
    """Return an answer with its length, ready to be sent at once."""
    body, headers = answer.body, []
    if zipped and body:
        body = gzip.compress(body, 1)
        headers.append(("Content-Encoding", "gzip"))
    if answer.status != 204:
        headers.append(("Content-Length", str(len(body))))
    headers.append(("Connection", "keep-alive" if keeps else "close"))
    return head_bytes(answer, now, headers) + body
