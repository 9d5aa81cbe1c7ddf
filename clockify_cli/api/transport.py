"""Sockets for requests with one overall deadline; they know whether a request was sent.

A timeout of requests limits each wait by itself: a server that sends a byte now and then can hold
the program as long as it likes. Here every wait (the name look-up, each address, the handshake,
every read of headers and body) gets what is left of the one deadline. And because the connection
notes when the first byte of a request is handed over, "certainly not sent" is a fact, not a guess
from the class of an exception.
"""

from __future__ import annotations

import http.client
import io
import socket
import struct
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

_USER_TIMEOUT_MS = 10_000
_TCP_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)


class Flight:
    """The time left for the current request, and whether any of it has been sent."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until = 0.0
        self.sent = False

    def begin(self, seconds: float) -> None:
        """Start a new request, with *seconds* for all of it."""
        self._until = self._monotonic() + seconds
        self.sent = False

    def left(self) -> float:
        """Return the seconds left, more than 0; TimeoutError if there are none."""
        left = self._until - self._monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        return left


class DeadlineAdapter(HTTPAdapter):
    """An adapter of requests without retries; its connections keep :attr:`flight`'s deadline."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.flight = Flight(monotonic)
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """As in requests, with our connections and socket options."""
        super().init_poolmanager(
            connections, maxsize, block, socket_options=_socket_options(), **pool_kwargs
        )
        self._equip(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """As in requests, with our connections and socket options."""
        manager = super().proxy_manager_for(proxy, socket_options=_socket_options(), **proxy_kwargs)
        self._equip(manager)
        return manager

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """As in requests; also tells the pool which flight's deadline applies."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if isinstance(pool, _PlainPool | _TlsPool):
            pool.flight = self.flight
        return pool

    @staticmethod
    def _equip(manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


def _socket_options() -> list[tuple[int, int, int | bytes]]:
    """Return options that let no part of a request outlive the program.

    Closing resets the connection, so unsent bytes are discarded after a kill, and unacknowledged
    data is given up after ten seconds (if the system supports it).
    """
    options: list[tuple[int, int, int | bytes]] = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)),
    ]
    if _TCP_USER_TIMEOUT is not None:
        options.append((socket.IPPROTO_TCP, _TCP_USER_TIMEOUT, _USER_TIMEOUT_MS))
    return options


class _Socket(Protocol):
    def settimeout(self, value: float | None, /) -> None: ...


class _TimedReader(io.RawIOBase):
    """The reading side of a socket, limited by the deadline however slowly data arrives."""

    def __init__(self, raw: io.RawIOBase, sock: _Socket, flight: Flight) -> None:
        self._raw = raw
        self._sock = sock
        self._flight = flight

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(self._flight.left())
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._raw.close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        flight: Flight,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_TimedReader(raw, sock, flight))


class _Timed(HTTPConnection):
    """A connection that keeps its flight's deadline and notes when the request is sent."""

    flight: Flight
    _opening = False

    def take(self, flight: Flight) -> None:
        """Keep the deadline of *flight* from now on."""
        self.flight = flight
        self.response_class = cast(
            "type[http.client.HTTPResponse]", partial(_TimedResponse, flight=flight)
        )

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.sock.settimeout(self.flight.left())
        if not self._opening:
            self.flight.sent = True
        super().send(data)

    def _new_conn(self) -> socket.socket:
        try:
            return self._opened()
        except OSError as error:
            # A bare reset would look like one from a server that answered before reading
            # everything: urllib3 would then read from a connection that was never made.
            raise NewConnectionError(self, type(error).__name__) from error

    def _opened(self) -> socket.socket:
        sock = self._first_open(_look_up(self._dns_host, self.port, self.flight))
        try:
            sock.settimeout(self.flight.left())
        except OSError:
            sock.close()
            raise
        return sock

    def _first_open(self, hosts: list[str]) -> socket.socket:
        """Return a socket to the first address that answers; each gets a share of the time left."""
        failure: OSError = OSError("no address")
        for tried, host in enumerate(hosts):
            share = self.flight.left() / (len(hosts) - tried)
            try:
                return create_connection(
                    (host, self.port), share, self.source_address, self.socket_options
                )
            except OSError as error:
                failure = error
        raise failure

    def _tunnel(self) -> None:
        super()._tunnel()
        self.sock.settimeout(self.flight.left())


class _PlainConnection(_Timed):
    pass


class _TlsConnection(_Timed, HTTPSConnection):
    pass


def _look_up(host: str, port: int, flight: Flight) -> list[str]:
    """Return the addresses of *host*; TimeoutError if the look-up outlasts the deadline.

    The system's resolver cannot be interrupted, so it runs in a thread that may be left behind.
    """
    found: list[str] = []
    failures: list[OSError] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failures.append(
                socket.gaierror(str(error)) if isinstance(error, UnicodeError) else error
            )
        else:
            found.extend(dict.fromkeys(str(row[4][0]) for row in rows))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(flight.left())
    if failures:
        raise failures[0]
    if not found:
        raise TimeoutError("name lookup")
    return list(found)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection
    flight: Flight

    def _new_conn(self) -> Any:
        return _taken(super()._new_conn(), self.flight)


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
    flight: Flight

    def _new_conn(self) -> Any:
        return _taken(super()._new_conn(), self.flight)


def _taken(connection: object, flight: Flight) -> object:
    if isinstance(connection, _Timed):
        connection.take(flight)
    return connection
