"""Interpret replies: an Outcome for a write, one of our errors for a read.

A write counts as done only if the answer proves it, as refused only if Clockify itself says so, and
as not sent only if no byte of it left. Everything else is unknown.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NoReturn

from requests.exceptions import InvalidSchema, InvalidURL
from urllib3.exceptions import ProxyError

from clockify_cli.api.wire import Malformed
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
)
from clockify_cli.sync.model.remote import (
    Applied,
    Limited,
    NotSent,
    Outcome,
    Paused,
    Rejected,
    ReplyTooLarge,
    Unknown,
)
from clockify_cli.values import dataclass

GONE = 501
"""Clockify's code, with status 400, for what is deleted or in another workspace."""

_REJECTING = (400, 404, 409, 413, 415, 422)
_SEVERAL_CREDENTIALS = 1000
_REVOKED = 4017
_ROW_WORDS = re.compile(
    r"lock|approv|invoic|period|permission|not allowed|archiv|time ?entr|project|task|\btag|client"
    r"|billable|description|custom field|manual",
    re.IGNORECASE,
)
_ACCOUNT_WORDS = re.compile(
    r"access denied|not a member|member of|subscription|(access|belong)\w* (to )?(this |the )?"
    r"workspace|deactivated|suspended|banned",
    re.IGNORECASE,
)


def written(answer: Reply | Lost, prove: Callable[[Reply], Applied]) -> Outcome:
    """Return the outcome of a write. *prove* turns a reply into Applied or raises Malformed."""
    if isinstance(answer, Lost):
        return Unknown(answer.reason) if answer.sent else NotSent(answer.reason)
    if answer.ok:
        try:
            return prove(answer)
        except Malformed as error:
            return Unknown(f"the answer does not show what was done: {error}")
    return _refused(answer) or Unknown(_strange(answer))


def _refused(reply: Reply) -> Outcome | None:
    reason = reply.error.message if reply.error else f"HTTP {reply.status}"
    code = reply.error.code if reply.error else None
    if reply.status == 429:
        return Limited(reply.retry_after)
    if reply.status == 401 or (reply.status == 403 and not of_this_row(reply)):
        return Paused(reply.status, reason)
    if reply.status == 403 or (reply.status in _REJECTING and reply.error):
        return Rejected(reply.status, code, reason)
    return None


def of_this_row(reply: Reply) -> bool:
    """Return whether a 403 is about the data sent rather than the account as a whole.

    Clockify has no code for it, so its words decide: a lock, an approval, a permission or a named
    thing. Words about membership and access, no words, or unknown ones count as about the account:
    then every row waits, and none is given up by mistake.
    """
    words = reply.error.message if reply.error else ""
    return bool(_ROW_WORDS.search(words)) and not _ACCOUNT_WORDS.search(words)


def unwanted(
    answer: Reply | Lost, host: str, what: str, where: str, now: datetime
) -> ClockifyError:
    """Return the error for an *answer* to a read that is not a success.

    *what* names the thing asked for, *where* is the command that lists such things; *now* is aware
    UTC.
    """
    if isinstance(answer, Lost):
        return Unreachable(
            f"Clockify can't be reached: {answer.reason}", "`clockify doctor` checks the setup."
        )
    if answer.too_large:
        return ReplyTooLarge(f"the answer from {host} is too large")
    if answer.status == 401:
        return _key_refused(answer, host)
    if answer.status == 429:
        return _limit_reached(answer, now)
    return _of_client_error(answer, what, where) or Unreachable(
        f"{host} sent an answer that Clockify would not send: {_strange(answer)}",
        "The network may want you to sign in, or Clockify may be down; try again later.",
    )


def _of_client_error(reply: Reply, what: str, where: str) -> ClockifyError | None:
    if reply.error is None:
        return None
    words = f" ({reply.error.message})" if reply.error.message else ""
    if reply.status == 403:
        return Refused(
            f"you do not have access to {what}{words} in Clockify",
            "`clockify workspaces` lists the workspaces that the key can use.",
            code="forbidden",
        )
    if reply.status == 404 or (reply.status == 400 and reply.error.code == GONE):
        return NotFound(f"Clockify does not have {what}{words}", f"Look again with: {where}")
    if reply.status in _REJECTING:
        return Refused(f"Clockify refused to show {what}{words}")
    return None


def _key_refused(reply: Reply, host: str) -> KeyRefused:
    code = reply.error.code if reply.error else None
    if code == _SEVERAL_CREDENTIALS:
        return KeyRefused(
            "Clockify received no API key, or more than one",
            "A proxy may have changed the request. Then: `clockify login`",
        )
    make = "Create a new key in Clockify under Profile settings → API, then: `clockify login`"
    if code == _REVOKED:
        return KeyRefused("the API key has expired or was revoked", make)
    return KeyRefused(
        f"Clockify at {host} does not know the API key",
        f"If your account is in a regional Clockify: `clockify login --region eu|us|uk|au`\n{make}",
    )


def _limit_reached(reply: Reply, now: datetime) -> LimitReached:
    until = reply.closed_until
    if until is None and reply.retry_after is None:
        return LimitReached(
            "the request limit is reached",
            "Try again within the hour; `--offline` shows your local copy.",
        )
    if until is None:
        until = (reply.server_time or now) + timedelta(seconds=reply.retry_after or 0)
    return LimitReached(
        "the request limit is reached",
        "Until then your local copy is used, and your changes are sent later.",
        until=until.astimezone(UTC),
    )


def _strange(reply: Reply) -> str:
    """Return the HTTP status and what is wrong with the reply, as a phrase."""
    redirect = ", a redirect, which is never followed" if 300 <= reply.status < 400 else ""
    words = f" ({reply.error.message})" if reply.error else ""
    fault = f" with {reply.fault}" if reply.fault else ""
    return f"HTTP {reply.status}{redirect}{fault}{words}"


_DEPTH = 12


def reason_of(error: BaseException, host: str, proxy: str = "") -> str:
    """Return a phrase for *error*, an exception of requests, urllib3 or the system, at *host*.

    *proxy* is the host of the proxy, if any: it is named because it may be the one that failed.
    """
    causes = list(_causes(error))
    name, who = _failed_host(causes, host, proxy)
    for kind, phrase in _PHRASES:
        found = next((cause for cause in causes if isinstance(cause, kind)), None)
        if found is not None:
            return phrase.format(name=name, host=who, why=_why(found))
    tunnel = next((cause for cause in causes if str(cause).startswith(_TUNNEL)), None)
    if tunnel is not None:
        return f"the proxy refused to connect to {host}: {_tunnel_status(tunnel)}"
    return f"the connection to {who} broke ({type(causes[-1]).__name__})"


def _failed_host(causes: list[BaseException], host: str, proxy: str) -> tuple[str, str]:
    """Return the name of the host that failed, and what to call it."""
    if not proxy:
        return host, host
    if any(isinstance(cause, ProxyError) for cause in causes):
        return f"of the proxy {proxy}", f"the proxy {proxy}"
    return host, f"{host} (through the proxy {proxy})"


_BROKE_OFF = "{host} closed the connection"
_PHRASES: tuple[tuple[type[BaseException], str], ...] = (
    (InvalidURL, "HTTPS_PROXY is not the address of a proxy"),
    (InvalidSchema, "HTTPS_PROXY is not the address of a proxy"),
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
    (http.client.HTTPException, "{host} did not answer in HTTP"),
)

_TUNNEL = "Tunnel connection failed: "


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and what it wraps, outermost first: requests and urllib3 nest in four ways."""
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
    """Return OpenSSL's own short reason; it never contains what was sent."""
    words = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
    return words.lower().replace("_", " ") if isinstance(words, str) else type(cause).__name__


def _tunnel_status(cause: BaseException) -> str:
    return f"HTTP {str(cause)[len(_TUNNEL) :].split(' ')[0][:3]}"


MOST_BYTES = 8 * 1024 * 1024
MOST_OBJECTS = 40_000
MOST_VALUES = 200_000
_LONGEST_WAIT = 3600
_LONGEST_MESSAGE = 200
_LONGEST_NUMBER = 32
_DEEPEST = 64
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# Never fails once begun, and does not backtrack: a hostile body costs one pass over it.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class ApiError:
    """Clockify's own words for a refusal: *message* as received (untrusted), *code* its number."""

    message: str
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. *fault* says why its body is not one of Clockify's; then *document* is None.

    *document* is the parsed JSON, None also for an empty body (*empty*). *error* is set if the
    status is 400 or more and the body is Clockify's error object. *last_page* is the value of the
    header of that name. *retry_after* is in seconds, 0 to 3600; *server_time* is aware UTC.
    *closed_until* is when the next request may be sent (aware UTC), if this one exceeded the limit.
    """

    status: int
    document: object = None
    empty: bool = False
    fault: str = ""
    too_large: bool = False
    error: ApiError | None = None
    last_page: bool | None = None
    retry_after: int | None = None
    server_time: datetime | None = None
    closed_until: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether the status means success and the body is valid."""
        return 200 <= self.status < 300 and not self.fault


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. If *sent* is False, certainly no byte of the request has left this machine."""

    reason: str
    sent: bool


class NotJson(Exception):
    """The text is not the strict JSON that Clockify sends; the message says why."""


class TooLarge(Exception):
    """The body is longer, or contains more values, than a reply may."""


def read_body(chunks: Iterable[bytes]) -> bytes:
    """Return the whole body from its decoded *chunks*; TooLarge beyond 8 MiB."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    return bytes(body)


def parse(body: bytes) -> object:
    """Parse *body*; NotJson for anything but plain, finite and unambiguous UTF-8 JSON.

    TooLarge if it contains more values than a reply may.
    """
    if body.lstrip()[:1] == b"<":
        raise NotJson("a web page")
    _check_shape(body)
    try:
        text = body.decode("utf-8")
        document = _strictly(text)
        if _SURROGATE.search(text):
            document = _strictly(_whole_characters(json.dumps(document, ensure_ascii=False)))
    except NotJson:
        raise
    except ValueError as error:
        raise NotJson(_WHY.get(type(error), "broken JSON")) from None
    return document


def _strictly(text: str) -> object:
    document: object = json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=_no_constant,
        parse_float=_number,
        parse_int=_integer,
    )
    return document


def _whole_characters(text: str) -> str:
    """Return *text* with U+FFFD in place of lone surrogates.

    They cannot be stored or sent, and one name with one must not hide all others.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_WHY: dict[type[Exception], str] = {UnicodeDecodeError: "text that is not UTF-8"}


def _check_shape(body: bytes) -> None:
    """Refuse, before parsing, what would exhaust the memory or the stack.

    When the stack is exhausted even clean-up fails, and small values take many times their length.
    """
    if body.count(b'"') > 2 * MOST_VALUES:
        # Too large even to remove the strings first.
        raise TooLarge
    bare = _STRING.sub(b"", body)
    brackets = bare.translate(None, _NO_BRACKETS)
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        if depth > _DEEPEST:
            raise NotJson("JSON nested too deep")
    if len(brackets) > 2 * MOST_OBJECTS or bare.count(b",") > MOST_VALUES:
        raise TooLarge


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotJson("JSON that names a field twice")
    return made


def _no_constant(_word: str) -> NoReturn:
    raise NotJson("JSON with a number that cannot be read")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NotJson("JSON with a number out of range")
    return number


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise NotJson("JSON with a number out of range")
    return int(text)


def api_error(document: object) -> ApiError | None:
    """Return Clockify's error object in *document*: a ``message`` and a numeric ``code``."""
    if not isinstance(document, dict):
        return None
    message, code = document.get("message"), document.get("code")
    if not isinstance(message, str) or not isinstance(code, int) or isinstance(code, bool):
        return None
    return ApiError(message[:_LONGEST_MESSAGE], code)


def last_page(headers: Mapping[str, str]) -> bool | None:
    """Return the value of ``Last-Page``; None if it is neither true nor false."""
    return {"true": True, "false": False}.get(headers.get("Last-Page", "").strip().lower())


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the ``Date`` header as aware UTC in whole seconds."""
    return _http_date(headers.get("Date", ""))


def retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Return the seconds that ``Retry-After`` asks to wait, 0 to 3600; None if unreadable.

    A date counts from the server's own ``Date``, else from *now* (aware UTC).
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"-?[0-9]+", value):
        # Cut first: Python refuses to parse thousands of digits.
        return _clamp(-1 if value.startswith("-") else int(value[:9]))
    moment = _http_date(value)
    if moment is None:
        return None
    return _clamp(int((moment - (server_time(headers) or now)).total_seconds()))


def _clamp(seconds: int) -> int:
    return max(0, min(seconds, _LONGEST_WAIT))


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
