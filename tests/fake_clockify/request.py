"""A request as received, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(slots=True)
class Head:
    """The request line and the headers, in the order sent."""

    method: str
    target: str
    version: str
    headers: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def get(self, name: str) -> str:
        return (self.all(name) or [""])[-1]

    @property
    def keeps_alive(self) -> bool:
        return self.version == "HTTP/1.1" and "close" not in self.get("connection").lower()


@dataclass(slots=True)
class Request:
    """One line of the request log. `time` is the server's clock, `status` None without answer.

    `over`: the server has finished everything that it will do with it.
    """

    number: int
    connection: int
    time: float
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = b""
    status: int | None = None
    operation: str | None = None
    unknown: list[str] = field(default_factory=list)
    fault: str | None = None
    keys: int = 0
    over: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as JSON for another process; the body as text."""
        return {
            "number": self.number,
            "connection": self.connection,
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "body": self.body.decode("utf-8", "replace"),
            "status": self.status,
            "operation": self.operation,
            "unknown": self.unknown,
            "fault": self.fault,
        }


CREDENTIALS = ("x-api-key", "x-addon-token", "x-marketplace-token", "authorization")


def request_of(head: Head, number: int, connection: int, now: float) -> Request:
    path, _, query = head.target.partition("?")
    return Request(
        number,
        connection,
        now,
        head.method,
        unquote(path),
        parse_qsl(query, keep_blank_values=True),
        {key.lower(): value for key, value in head.headers},
        keys=sum(len(head.all(name)) for name in CREDENTIALS),
    )
