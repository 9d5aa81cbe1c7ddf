"""A small client for the tests of the fake, which asserts nothing and repairs nothing."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.fake_clockify import FakeClockify

PATIENCE = 60.0
"""Seconds for an answer: it takes moments, but the machine may be busy with other things."""


@dataclass(frozen=True)
class Reply:
    """An answer; `document` is None if the body is empty."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def refusal(self) -> tuple[int, int]:
        """Status and Clockify's code."""
        return self.status, self.document["code"]


@dataclass
class Asking:
    """Asks as the owner of *key*, each request on its own connection."""

    fake: FakeClockify
    key: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Reply:
        """Send a request; *path* is below the API's base, `{w}` is the workspace, `{u}` the
        user."""
        return self.at(urlsplit(self.fake.url).path + self.filled(path), method, body, query)

    def report(self, name: str, body: dict[str, Any]) -> Reply:
        return self.at(self.filled(f"/report/v1/workspaces/{{w}}/reports/{name}"), "POST", body, {})

    def filled(self, path: str) -> str:
        return path.replace("{w}", self.fake.workspace_id).replace("{u}", self.fake.user_id)

    def at(self, path: str, method: str, body: Any, query: dict[str, Any]) -> Reply:
        words = {name.replace("_", "-"): value for name, value in query.items()}
        target = path + ("?" + urlencode(words, doseq=True) if words else "")
        headers = {"X-Api-Key": self.key or self.fake.key, **self.headers}
        sent = None
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = self._connection()
        try:
            connection.request(method, target, sent, headers)
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if self.fake.ca_file is None:
            return HTTPConnection("127.0.0.1", self.fake.port, timeout=PATIENCE)
        context = ssl.create_default_context(cafile=str(self.fake.ca_file))
        return HTTPSConnection("localhost", self.fake.port, timeout=PATIENCE, context=context)


def request_bytes(
    fake: FakeClockify, method: str, path: str, body: Any = None, *, keep: bool = False
) -> bytes:
    """Return a request as sent over the wire."""
    sent = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{method} {urlsplit(fake.url).path}{Asking(fake).filled(path)} HTTP/1.1",
        f"Host: 127.0.0.1:{fake.port}",
        f"X-Api-Key: {fake.key}",
        f"Connection: {'keep-alive' if keep else 'close'}",
    ]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(sent)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + sent


def connected(fake: FakeClockify, timeout: float = PATIENCE) -> socket.socket:
    return socket.create_connection(("127.0.0.1", fake.port), timeout)


def received(sock: socket.socket, limit: int = 1 << 27) -> bytes:
    """Return everything until the peer ends the connection; ConnectionResetError on a reset."""
    parts, size = [], 0
    while size < limit and (part := sock.recv(1 << 16)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def exchanged(fake: FakeClockify, data: bytes) -> bytes:
    """Return what the server sends after *data*, until it ends the connection."""
    with connected(fake) as sock:
        sock.sendall(data)
        return received(sock)
