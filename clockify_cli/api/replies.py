"""What came back, as facts: status, a parsed document or what is wrong with it, headers.

Nothing that a server sends raises anything here but what is caught here: a reply is a value, and
"this is not an answer of Clockify" is one of its facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NoReturn

from clockify_cli.values import dataclass

MOST_BYTES = 8 * 1024 * 1024
MOST_OBJECTS = 40_000
MOST_VALUES = 200_000
_LONGEST_WAIT = 3600
_LONGEST_MESSAGE = 200
_LONGEST_NUMBER = 32
_DEEPEST = 64
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# Never fails once begun, and gives nothing back: a hostile body costs one pass over it.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class ApiError:
    """Clockify's own words for a refusal: *message* as it came (untrusted), *code* its number."""

    message: str
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. *fault* says why its body is none of Clockify's; then *document* is None.

    *document* is the parsed JSON, None also for an empty body (*empty*). *error* is set where
    the status is 400 or more and the body is Clockify's error object. *last_page* is what the
    header of that name says. *retry_after* is in seconds, 0 to 3600; *server_time* is aware UTC.
    *closed_until* is when the next request may be made here (aware UTC), where this one was too
    many.
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
        """Whether the status is one of success and the body is as it should be."""
        return 200 <= self.status < 300 and not self.fault


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. Not *sent* means that surely no byte of the request has left this machine."""

    reason: str
    sent: bool


class NotJson(Exception):
    """The text is not the strict JSON that Clockify sends; the message says why."""


class TooLarge(Exception):
    """The body is longer, or holds more, than a reply may."""


def read_body(chunks: Iterable[bytes]) -> bytes:
    """The whole body from its decoded *chunks*; TooLarge beyond 8 MiB."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    return bytes(body)


def parse(body: bytes) -> object:
    """The JSON of *body*; NotJson for all that is not plain, finite and unambiguous UTF-8 JSON.

    TooLarge where it holds more values than a reply may.
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
    """*text* with U+FFFD for each half of a pair of surrogates that stands alone.

    Nothing can store or send such a half, and one name with it must not hide all others.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_WHY: dict[type[Exception], str] = {
    UnicodeDecodeError: "text that is not UTF-8",
}


def _check_shape(body: bytes) -> None:
    """Refuse, before it is read, what would take the memory or the stack.

    At the end of the stack even clean-up fails, and each small value costs many times its letters.
    """
    if body.count(b'"') > 2 * MOST_VALUES:
        # Too many even to take the texts out.
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
    raise NotJson("JSON with a number that is none")


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
    """Clockify's error object in *document*: a ``message`` and a numeric ``code``."""
    if not isinstance(document, dict):
        return None
    message, code = document.get("message"), document.get("code")
    if not isinstance(message, str) or not isinstance(code, int) or isinstance(code, bool):
        return None
    return ApiError(message[:_LONGEST_MESSAGE], code)


def last_page(headers: Mapping[str, str]) -> bool | None:
    """What ``Last-Page`` says; None where it says neither true nor false."""
    return {"true": True, "false": False}.get(headers.get("Last-Page", "").strip().lower())


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The instant of the ``Date`` header as aware UTC in whole seconds."""
    return _http_date(headers.get("Date", ""))


def retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds that ``Retry-After`` asks to wait, 0 to 3600; None where it cannot be read.

    A date counts from the server's own ``Date``, else from *now* (aware UTC).
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"-?[0-9]+", value):
        # Cut first: Python refuses to read thousands of digits.
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
