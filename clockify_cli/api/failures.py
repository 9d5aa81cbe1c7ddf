"""Why a request got no answer, said without a library's own words: those may hold the key."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

_DEPTH = 12


def reason_of(error: BaseException, host: str) -> str:
    """A phrase for *error*, an exception of requests, urllib3 or the system, at *host*."""
    causes = list(_causes(error))
    for kind, phrase in _PHRASES:
        found = next((cause for cause in causes if isinstance(cause, kind)), None)
        if found is not None:
            return phrase.format(host=host, why=_why(found))
    tunnel = next((cause for cause in causes if str(cause).startswith(_TUNNEL)), None)
    if tunnel is not None:
        return f"the proxy refused to connect to {host}: {_tunnel_status(tunnel)}"
    return f"the exchange with {host} broke off ({type(causes[-1]).__name__})"


_BROKE_OFF = "{host} broke the connection off"
_PHRASES: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "the name {host} could not be looked up"),
    (ssl.SSLCertVerificationError, "the certificate of {host} is not trusted: {why}"),
    (ssl.SSLEOFError, _BROKE_OFF),
    (ssl.SSLZeroReturnError, _BROKE_OFF),
    (ssl.SSLError, "the secure connection to {host} failed: {why}"),
    (ConnectionRefusedError, "{host} refused the connection"),
    (ConnectionResetError, _BROKE_OFF),
    (ConnectionAbortedError, _BROKE_OFF),
    (BrokenPipeError, _BROKE_OFF),
    (http.client.IncompleteRead, _BROKE_OFF),
    (TimeoutError, "{host} did not answer in time"),
    (http.client.HTTPException, "what {host} answered is not HTTP"),
)

_TUNNEL = "Tunnel connection failed: "


def _causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and what it wraps, outermost first: requests and urllib3 nest in four ways."""
    queue, seen = [error], set[int]()
    while queue and len(seen) < _DEPTH:
        cause = queue.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        queue.extend(item for item in inner if isinstance(item, BaseException))


def _why(cause: BaseException) -> str:
    """OpenSSL's own short reason; it never holds what was sent."""
    words = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
    return words.lower().replace("_", " ") if isinstance(words, str) else type(cause).__name__


def _tunnel_status(cause: BaseException) -> str:
    return f"HTTP {str(cause)[len(_TUNNEL) :].split(' ')[0][:3]}"
