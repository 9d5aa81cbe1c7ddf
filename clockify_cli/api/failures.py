"""Why a request got no answer, said without a library's own words: those may hold the key."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

from requests.exceptions import InvalidSchema, InvalidURL
from urllib3.exceptions import ProxyError

_DEPTH = 12


def reason_of(error: BaseException, host: str, proxy: str = "") -> str:
    """A phrase for *error*, an exception of requests, urllib3 or the system, at *host*.

    *proxy* is the host that leads there, if any: it is named, for it may be the one that failed.
    """
    causes = list(_causes(error))
    name, who = _asked(causes, host, proxy)
    for kind, phrase in _PHRASES:
        found = next((cause for cause in causes if isinstance(cause, kind)), None)
        if found is not None:
            return phrase.format(name=name, host=who, why=_why(found))
    tunnel = next((cause for cause in causes if str(cause).startswith(_TUNNEL)), None)
    if tunnel is not None:
        return f"the proxy refused to connect to {host}: {_tunnel_status(tunnel)}"
    return f"the exchange with {who} broke off ({type(causes[-1]).__name__})"


def _asked(causes: list[BaseException], host: str, proxy: str) -> tuple[str, str]:
    """The name of whoever was asked when it failed, and what to call them."""
    if not proxy:
        return host, host
    if any(isinstance(cause, ProxyError) for cause in causes):
        return f"of the proxy {proxy}", f"the proxy {proxy}"
    return host, f"{host} (through the proxy {proxy})"


_BROKE_OFF = "{host} broke the connection off"
_PHRASES: tuple[tuple[type[BaseException], str], ...] = (
    (InvalidURL, "HTTPS_PROXY does not name a proxy that can be used"),
    (InvalidSchema, "HTTPS_PROXY does not name a proxy that can be used"),
    (socket.gaierror, "the name {name} could not be looked up"),
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
