"""The one place that speaks HTTP: one function, one session of requests, one deadline.

Nothing is tried again, no redirect is followed, no cookie is kept and no .netrc is read; a body
is read up to a limit; and the key goes to the configured Clockify alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol
from urllib.parse import unquote, urlencode, urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3.util import parse_url

from clockify_cli import __version__
from clockify_cli.api.addresses import Address, origin_of
from clockify_cli.api.outcomes import (
    ApiError,
    Lost,
    NotJson,
    Reply,
    TooLarge,
    api_error,
    last_page,
    parse,
    read_body,
    reason_of,
    retry_after,
    server_time,
)
from clockify_cli.api.transport import DeadlineAdapter
from clockify_cli.credentials import redacted
from clockify_cli.errors import UsageError
from clockify_cli.values import replace

DEADLINE = 10.0
_KEY_REFUSED = 401
_CHUNK = 16 * 1024
_PATH = re.compile(r"/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_AGENT = f"clockify-cli/{__version__}"
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Limiter(Protocol):
    """Counts requests and lets them pass or not; paths come without query and key."""

    def before(self, method: str, path: str, workspace: str | None) -> None:
        """Called before a request leaves; raises LimitReached where none may."""

    def after(
        self,
        method: str,
        path: str,
        status: int | None,
        retry_after: int | None,
        server_time: datetime | None,
    ) -> datetime | None:
        """Called with what came of it; until when nothing passes (aware UTC), where that closed it.

        *status* is the HTTP status, None where no answer came, and 0 where surely nothing was
        sent: Clockify has not counted that one.
        """


class Session:
    """Requests to the Clockify at *address* with *key*, each let through by *limiter*.

    *deadline* is in seconds, for the whole of each request; it may be lowered between two.
    *budget* is in seconds for all requests, of which *spent* are gone by the clock *monotonic*.
    """

    def __init__(
        self,
        address: Address,
        key: str,
        limiter: Limiter,
        *,
        deadline: float = DEADLINE,
        environ: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.deadline = deadline
        self.budget = float("inf")
        self.spent = 0.0
        self._key = key
        self._gate = limiter
        self._proxy = ""
        self._refused: Reply | None = None
        self._now = now
        self._verify = ca_bundle(environ) or True
        self._monotonic = monotonic
        self._adapter = DeadlineAdapter(monotonic)
        self._http = _plain_session(self._adapter)

    def __repr__(self) -> str:
        return f"Session({self.address.base})"

    def left(self) -> float:
        """Seconds that requests may still take, all together."""
        return max(0.0, self.budget - self.spent)

    def close(self) -> None:
        """Close the connections; one that is broken is closed enough."""
        with contextlib.suppress(Exception):
            self._http.close()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        workspace: str | None = None,
        reports: bool = False,
    ) -> Reply | Lost:
        """Send one request once and return what became of it.

        *path* begins with a slash and goes below the base of the API, or of *reports*; *body* is
        sent as JSON. Nothing is sent once the budget is spent, nor once the key was refused: the
        answer is the same then. LimitReached where the limiter lets
        nothing pass, UsageError for a path that would lead elsewhere; nothing else is raised but
        an interruption.
        """
        request = self._prepared(method, path, query or {}, body, reports)
        if self.left() <= 0:
            return Lost(f"{self.address.host} took too long", sent=False)
        if self._refused is not None:
            return self._refused
        self._gate.before(method, path, workspace)
        begun = self._monotonic()
        try:
            answer = self._sent(request)
        finally:
            self.spent += self._monotonic() - begun
        if isinstance(answer, Lost):
            self._gate.after(method, path, None if answer.sent else 0, None, None)
            return answer
        until = self._gate.after(
            method, path, answer.status, answer.retry_after, answer.server_time
        )
        if answer.status == _KEY_REFUSED:
            self._refused = answer
        return answer if until is None else replace(answer, closed_until=until)

    def _prepared(
        self, method: str, path: str, query: Mapping[str, str], body: object, reports: bool
    ) -> requests.PreparedRequest:
        base = self.address.reports if reports else self.address.base
        _check_target(method, path)
        url = base + path + (f"?{urlencode(query)}" if query else "")
        headers = {
            "User-Agent": _AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body, separators=(",", ":")).encode()
        # Prepared outside the session: that would add a password from .netrc, and cookies.
        request = requests.Request(method, url, headers=headers, data=data).prepare()
        self._attach_key(request, base)
        return request

    def _attach_key(self, request: requests.PreparedRequest, base: str) -> None:
        """The key goes nowhere but to scheme, host and port of the configured base."""
        url = request.url or ""
        parsed = parse_url(url)
        same = origin_of(url) == origin_of(base) and parsed.host == parse_url(base).host
        if not same or parsed.auth:
            raise UsageError("that address is not below the configured Clockify")
        request.headers["X-Api-Key"] = self._key

    def _sent(self, request: requests.PreparedRequest) -> Reply | Lost:
        flight = self._adapter.flight
        flight.begin(min(self.deadline, self.left()))
        proxies = self._proxies(request.url or "")
        self._proxy = proxy_host(request.url or "", proxies)
        try:
            response = self._http.send(
                request,
                stream=True,
                allow_redirects=False,
                timeout=flight.left(),
                # Given with each request: the environment overrides what a session says.
                verify=self._verify,
                proxies=proxies,
            )
        except Exception as error:
            # Three libraries raise more than they document, and none of it is the person's
            # business: whatever it is, there is no answer, and whether bytes left is known.
            return Lost(self._reason(error), flight.sent)
        try:
            return self._reply(response)
        finally:
            # A connection that broke may complain once more.
            with contextlib.suppress(Exception):
                response.close()

    def _proxies(self, url: str) -> dict[str, str]:
        """Plain http to this machine goes to nobody else: a proxy would read the key."""
        return {} if self.address.loopback else get_environ_proxies(url)

    def _reply(self, response: requests.Response) -> Reply:
        status = response.status_code
        document, fault, empty, too_large = None, "", False, False
        try:
            body = b"" if 300 <= status < 400 else read_body(response.iter_content(_CHUNK))
            empty = not body.strip()
            document = None if empty else parse(body)
        except TooLarge:
            fault, too_large = "more than 8 MiB", True
        except NotJson as error:
            fault = str(error)
        except Exception as error:
            fault = f"a reply that is cut short ({self._reason(error)})"
        return Reply(
            status=status,
            document=document,
            empty=empty,
            fault=self._redacted(fault),
            too_large=too_large,
            error=self._api_error(document) if status >= 400 else None,
            last_page=last_page(response.headers),
            retry_after=retry_after(response.headers, self._now()),
            server_time=server_time(response.headers),
        )

    def _api_error(self, document: object) -> ApiError | None:
        error = api_error(document)
        return error and ApiError(self._redacted(error.message), error.code)

    def _reason(self, error: Exception) -> str:
        return self._redacted(reason_of(error, self.address.host, self._proxy))

    def _redacted(self, text: str) -> str:
        return redacted(text, self._key)


def ca_bundle(environ: Mapping[str, str]) -> str | None:
    """The file or folder of certificates that the environment names, where it exists.

    Anything else in the variables is passed over: nothing there can turn the check off.
    """
    named = (environ.get(name, "") for name in _CA_VARIABLES)
    return next((path for path in named if path and os.path.exists(path)), None)


def proxy_host(url: str, proxies: dict[str, str]) -> str:
    """Host and port of the proxy that leads to *url*, to be shown; empty where there is none."""
    named = select_proxy(url, proxies) or ""
    try:
        parts = urlsplit(named if "//" in named else f"//{named}")
        port = parts.port
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname and port else parts.hostname or ""


class _PlainSession(requests.Session):
    def get_redirect_target(self, _resp: requests.Response) -> str | None:
        """None: even unfollowed, requests would read the whole body of a redirect for it."""
        return None


def _plain_session(adapter: DeadlineAdapter) -> requests.Session:
    session = _PlainSession()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _check_target(method: str, path: str) -> None:
    """Refuse what could lead out of the base: dot segments (encoded too), hosts, fragments."""
    segments = unquote(path).split("/")
    if (
        method not in _METHODS
        or not _PATH.fullmatch(path)
        or path.startswith("//")
        or "\\" in unquote(path)
        or any(segment in (".", "..") for segment in segments)
    ):
        raise UsageError(f"{method} {path[:80]!r} is not a request to Clockify")
