"""The only place that sends HTTP: one function, one requests session, one deadline.

Nothing is retried, no redirect is followed, no cookie is kept and no .netrc is read; bodies are
read up to a limit; and the key is sent only to the configured Clockify.
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
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3.util import parse_url

from clockify_cli import __version__
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
from clockify_cli.values import dataclass, replace

DEADLINE = 10.0
_KEY_REFUSED = 401
_CHUNK = 16 * 1024
_REQUEST_PATH = re.compile(r"/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_AGENT = f"clockify-cli/{__version__}"
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Limiter(Protocol):
    """Counts requests and decides whether they may be sent; paths have no query or key."""

    def before(self, method: str, path: str, workspace: str | None) -> None:
        """Called before a request leaves; raises LimitReached if none may."""

    def after(
        self,
        method: str,
        path: str,
        status: int | None,
        retry_after: int | None,
        server_time: datetime | None,
    ) -> datetime | None:
        """Called with the result; returns until when requests are blocked (aware UTC), if they are.

        *status* is the HTTP status, None if no answer came, and 0 if certainly nothing was sent, so
        that Clockify has not counted the request.
        """


class Session:
    """Requests to the Clockify at *address* with *key*, each first passed to *limiter*.

    *deadline* is in seconds, for the whole of each request; it may be lowered between two. *budget*
    is in seconds for all requests; *spent* of them are used by the clock *monotonic*.
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
        self._limiter = limiter
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
        """The seconds that all further requests together may take."""
        return max(0.0, self.budget - self.spent)

    def close(self) -> None:
        """Close the connections; errors of broken ones are ignored."""
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
        """Send one request once and return the outcome.

        *path* begins with a slash and is relative to the base of the API, or of *reports*; *body*
        is sent as JSON. Nothing is sent once the budget is spent, or once the key was refused: the
        answer would be the same. Raises LimitReached if the limiter blocks it, UsageError for a
        path that would lead elsewhere, and otherwise only interruptions.
        """
        request = self._prepared(method, path, query or {}, body, reports)
        if self.left() <= 0:
            return Lost(f"{self.address.host} took too long", sent=False)
        if self._refused is not None:
            return self._refused
        self._limiter.before(method, path, workspace)
        begun = self._monotonic()
        try:
            answer = self._sent(request)
        finally:
            self.spent += self._monotonic() - begun
        if isinstance(answer, Lost):
            self._limiter.after(method, path, None if answer.sent else 0, None, None)
            return answer
        until = self._limiter.after(
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
        # Prepared outside the session, which would add a password from .netrc, and cookies.
        request = requests.Request(method, url, headers=headers, data=data).prepare()
        self._attach_key(request, base)
        return request

    def _attach_key(self, request: requests.PreparedRequest, base: str) -> None:
        """Add the key only if the URL has the scheme, host and port of the configured base."""
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
                # Given with each request, because the environment overrides the session's values.
                verify=self._verify,
                proxies=proxies,
            )
        except Exception as error:
            # Three libraries raise more than they document. Whatever it is, there is no answer, and
            # the flight knows whether bytes left; the person cannot do anything with the details.
            return Lost(self._reason(error), flight.sent)
        try:
            return self._reply(response)
        finally:
            # A broken connection may raise again when it is closed.
            with contextlib.suppress(Exception):
                response.close()

    def _proxies(self, url: str) -> dict[str, str]:
        """Return the proxies; plain http to this machine uses none: a proxy would read the key."""
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
    """Return the file or folder of certificates that the environment names, if it exists.

    Any other value of the variables is ignored: nothing in them can turn verification off.
    """
    named = (environ.get(name, "") for name in _CA_VARIABLES)
    return next((path for path in named if path and os.path.exists(path)), None)


def proxy_host(url: str, proxies: dict[str, str]) -> str:
    """Return the host and port of the proxy for *url*, for display; empty without a proxy."""
    named = select_proxy(url, proxies) or ""
    try:
        parts = urlsplit(named if "//" in named else f"//{named}")
        port = parts.port
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname and port else parts.hostname or ""


class _PlainSession(requests.Session):
    def get_redirect_target(self, _resp: requests.Response) -> str | None:
        """Return None: even for a redirect that is not followed, requests reads the whole body."""
        return None


def _plain_session(adapter: DeadlineAdapter) -> requests.Session:
    session = _PlainSession()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _check_target(method: str, path: str) -> None:
    """Refuse what could leave the base: dot segments (also encoded), hosts, fragments, controls."""
    plain = unquote(path)
    segments = plain.split("/")
    if (
        method not in _METHODS
        or not _REQUEST_PATH.fullmatch(path)
        or path.startswith("//")
        or "\\" in plain
        or not plain.isprintable()
        or any(segment in (".", "..") for segment in segments)
    ):
        raise UsageError(
            f'"{path[:80]}" is not a path of Clockify\'s API',
            "Give a path such as user, or workspaces/{workspace}/projects?archived=true",
        )


REGIONS = {"global": "api", "eu": "euc1", "us": "use2", "uk": "euw2", "au": "apse2"}
"""The values of ``--region`` and the first label of each host."""

_GLOBAL_REPORTS = "https://reports.api.clockify.me/v1"
_GLOBAL_PAGES = "https://app.clockify.me"
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_IPV6 = re.compile(r"[0-9a-f:.]+")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_IPV4_LOOPBACK = re.compile(r"127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}", re.ASCII)
_DEFAULT_PORTS = {"https": 443, "http": 80}
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Address:
    """One Clockify: *base* (``…/api/v1``) and *reports*, both without a trailing slash.

    *loopback*: it is this machine. Only then may *base* be plain http, and no proxy is used.
    """

    base: str
    reports: str
    loopback: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and port of *base*; a stored key is bound to them."""
        return origin_of(self.base)

    @property
    def host(self) -> str:
        """The host of *base*, with its port if that is not the default."""
        return self.origin.partition("//")[2]


def region_address(region: str) -> Address:
    """Return the address of a region; UsageError if it is unknown."""
    label = REGIONS.get(region)
    if label is None:
        raise UsageError(
            f"there is no region {region[:_SHOWN]!r}", f"Regions: {', '.join(REGIONS)}."
        )
    host = f"https://{label}.clockify.me"
    reports = _GLOBAL_REPORTS if region == "global" else f"{host}/report/v1"
    return Address(f"{host}/api/v1", reports)


def custom_address(url: str) -> Address:
    """Return the address with the base *url* (``…/api/v1``); UsageError says what is wrong."""
    parts = _split(url)
    host = _checked_host(url, parts)
    loopback = host in ("localhost", "::1") or bool(_IPV4_LOOPBACK.fullmatch(host))
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise _wrong(url, "it must begin with https:// (http:// is only for this computer)")
    base = f"{parts.scheme}://{_netloc(parts, host)}{parts.path.rstrip('/')}"
    return Address(base, _reports(base), loopback)


def find_address(*, url: str | None = None, region: str | None = None) -> Address:
    """Return the address of *url* if given, else of *region*, else the global one."""
    return custom_address(url) if url else region_address(region or "global")


def origin_of(url: str) -> str:
    """Return ``scheme://host[:port]`` of a URL in lower case, without the default port."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{_netloc(parts, (parts.hostname or '').lower())}"


def web_origin(base: str) -> str:
    """Return the origin of the web pages of *base*: the same host, except for the global one."""
    return _GLOBAL_PAGES if base == region_address("global").base else origin_of(base)


def _reports(base: str) -> str:
    """Return the base for reports: the same host, except for Clockify's global one."""
    if base == region_address("global").base:
        return _GLOBAL_REPORTS
    prefix = base.removesuffix("/api/v1")
    return f"{prefix}/report/v1" if prefix != base else f"{origin_of(base)}/report/v1"


def _split(url: str) -> SplitResult:
    if not url.isascii():
        raise _wrong(url, "only plain ASCII letters can be in it (no international names)")
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise _wrong(url, "it contains a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _wrong(url, "it is not a web address") from None
    if "@" in parts.netloc:
        raise _wrong(url, "it must not hold a user name or password")
    if parts.fragment or parts.query or url.endswith(("#", "?")):
        raise _wrong(url, "it must not have a query or a fragment")
    if not _PATH.fullmatch(parts.path.rstrip("/")):
        raise _wrong(url, "its path must be plain, such as /api/v1")
    return parts


def _checked_host(url: str, parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if not host:
        raise _wrong(url, "it names no host")
    if parts.port == 0 or parts.netloc.endswith(":"):
        raise _wrong(url, "its port is not valid")
    if not (_HOST.fullmatch(host) or (":" in host and _IPV6.fullmatch(host))):
        raise _wrong(url, "its host is not a host name")
    if any(label.startswith("xn--") for label in host.split(".")):
        raise _wrong(url, "international host names are not supported")
    return host


def _netloc(parts: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    usual = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme.lower()))
    return shown if usual else f"{shown}:{parts.port}"


def _wrong(url: str, why: str) -> UsageError:
    from clockify_cli.redaction import address_shown

    return UsageError(
        f"{address_shown(url)[:_SHOWN]!r} is not a valid Clockify address: {why}",
        "A Clockify address looks like https://api.clockify.me/api/v1.",
    )
