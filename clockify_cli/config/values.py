"""Validate configuration values, whether from TOML or from the command line.

A reader raises ValueError with the end of a sentence that begins with the key and the value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

from clockify_cli.values import dataclass

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_TEXT = 4096
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}

Reader = Callable[[object], object]


def text(raw: object) -> str:
    """Read any text on one line, not empty."""
    if not isinstance(raw, str):
        raise ValueError("is not text in quotation marks")
    if not raw.strip():
        raise ValueError("is empty")
    if len(raw) > LONGEST_TEXT or any(ord(char) < 32 or ord(char) == 127 for char in raw):
        raise ValueError("is too long or has control characters")
    if any("\ud800" <= char <= "\udfff" for char in raw):
        raise ValueError("is not valid UTF-8 text")
    return raw


def yes_or_no(raw: object) -> bool:
    """Read true or false."""
    folded = raw.casefold() if isinstance(raw, str) else raw
    if folded in (True, "true", "yes", "on"):
        return True
    if folded in (False, "false", "no", "off"):
        return False
    raise ValueError("is neither true nor false")


def one_of(*choices: str) -> Reader:
    """Return a reader of one of *choices*; a whole number counts as its digits."""

    def read(raw: object) -> str:
        found = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
        if isinstance(found, str) and found.casefold() in choices:
            return found.casefold()
        raise ValueError(f"is not one of {', '.join(choices)}")

    return read


def names(raw: object) -> tuple[str, ...]:
    """Read a list of names, or names separated by commas; repeats are removed."""
    found = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(found, list | tuple):
        raise ValueError("is not a list of names")
    return tuple(dict.fromkeys(text(name).strip() for name in found))


def weekday(raw: object) -> int:
    """Read a day of the week, 0 for Monday to 6: its name, or its first three letters or more."""
    folded = raw.strip().casefold() if isinstance(raw, str) else ""
    for number, name in enumerate(WEEKDAYS):
        if len(folded) >= 3 and name.startswith(folded):
            return number
    raise ValueError("is not a day of the week, such as monday or mon")


def weekdays(raw: object) -> frozenset[int]:
    """Read days of the week (0 for Monday) such as ``mon-thu, sat``, or a list of them."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple) or not parts:
        raise ValueError("is not a list of days, such as mon-fri or mon,wed")
    return frozenset(day for part in parts for day in _days(str(part)))


def _days(part: str) -> list[int]:
    """Return the days of ``mon`` or ``mon-thu``; also across the weekend (``sat-mon``)."""
    first, dash, last = part.partition("-")
    start = weekday(first)
    end = weekday(last) if dash else start
    return [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]


def time_of_day(raw: object) -> timedelta:
    """Read a clock time such as ``04:00``, as the time since midnight."""
    found = raw.isoformat() if isinstance(raw, time) else raw
    parts = found.strip().split(":") if isinstance(found, str) else []
    if 2 <= len(parts) <= 3 and all(part.isascii() and part.isdecimal() for part in parts):
        hour, minute, second = (*map(int, parts), 0)[:3]
        if hour < 24 and minute < 60 and second < 60:
            return timedelta(hours=hour, minutes=minute, seconds=second)
    raise ValueError("is not a time of day, such as 04:00")


def length(least: str = "0s", most: str = "366d") -> Reader:
    """Return a reader of a length such as ``90s`` or ``1h30m``, from *least* to *most*."""

    def read(raw: object) -> timedelta:
        seconds = _seconds(raw.strip().casefold()) if isinstance(raw, str) else None
        if seconds is None:
            raise ValueError("is not a length of time, such as 90s, 5m or 1h30m")
        if seconds < (_seconds(least) or 0):
            raise ValueError(f"is less than {least}")
        if seconds > (_seconds(most) or 0):
            raise ValueError(f"is more than {most}")
        return timedelta(seconds=seconds)

    return read


def _seconds(folded: str) -> int | None:
    import re

    if not re.fullmatch(r"([0-9]{1,6}[dhms] ?)+", folded):
        return None
    return sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"([0-9]+)([dhms])", folded))


def hours(raw: object) -> dict[int, timedelta]:
    """Read working hours by day of the week (0 for Monday): ``mon-thu 8h, fri 6h``, or ``none``."""
    if not isinstance(raw, str):
        raise ValueError("is not written as mon-thu 8h, fri 6h")
    if raw.strip().casefold() == "none":
        return {}
    due: dict[int, timedelta] = {}
    for part in raw.split(","):
        days, _, span = part.strip().partition(" ")
        seconds = _seconds(span.strip().casefold())
        if seconds is None or seconds > _UNITS["d"]:
            raise ValueError("is not of the form mon-thu 8h, fri 6h")
        due.update(dict.fromkeys(_days(days), timedelta(seconds=seconds)))
    return due


def rate(raw: object) -> str:
    """Read an hourly rate such as ``95EUR`` or ``95.50 EUR``, as ``95.50EUR``; never zero."""
    import re

    found = raw.strip() if isinstance(raw, str) else ""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,2})?) ?([A-Za-z]{3})", found)
    if match is None or not match[1].strip("0."):
        raise ValueError("is not a rate with its currency, such as 95EUR or 95.50EUR")
    return f"{match[1]}{match[2].upper()}"


def rounding(raw: object) -> str:
    """Read a rounding step with mode and level: ``15m``, ``6m:up``, ``15m:up:day``."""
    import re

    found = raw.strip().casefold() if isinstance(raw, str) else ""
    match = re.fullmatch(r"([^:]+)(:nearest|:up|:down)?(:entry|:day|:group)?", found)
    seconds = _seconds(match[1]) if match else None
    if found != "none" and not (seconds and seconds <= _UNITS["d"]):
        raise ValueError("is not a rounding, such as 15m, 6m:up, 15m:up:day or none")
    return found


def zone(raw: object) -> str:
    """Read the name of a zone in the time zone database."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = text(raw).strip()
    try:
        ZoneInfo(name)
    # A folder of the database (`Europe`) or an overlong name raises OSError.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"is not a known time zone{_near_zone(name)}") from None
    return name


def _near_zone(name: str) -> str:
    """Return ``; did you mean America/Los_Angeles?`` for a city name or a misspelling."""
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    folded = name[:80].replace(" ", "_").casefold()
    known = {each.casefold(): each for each in sorted(available_timezones())}
    cities = [each for each in known if each.rpartition("/")[2] == folded]
    near = cities or get_close_matches(folded, known, n=1)
    return f"; did you mean {known[near[0]]}?" if near else ", such as Europe/Berlin or UTC"


def api_url(raw: object) -> str:
    """Read the base of an API: https, or http only to this computer; no user or fragment."""
    from urllib.parse import urlsplit

    address = text(raw).strip().rstrip("/")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or not address.isascii() or port == 0:
        raise ValueError("is not an https address")
    if parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("would send your key unencrypted; use https beyond this computer")
    if "@" in address:
        raise ValueError("has a user name or password before its host")
    if parts.query or parts.fragment or "#" in address:
        raise ValueError("has more than a host and a path")
    return address


@dataclass(frozen=True, slots=True, eq=False)
class SettingKey:
    """A key and its reader *read*; *default* is a parsed value.

    The value of a *secret* is never shown, nor the password of an *address*. A *project* key is
    allowed only in a project's own file.
    """

    name: str
    read: Reader
    default: object = None
    secret: bool = False
    address: bool = False
    project: bool = False


WORKING_WEEK = frozenset(range(5))

_KEYS = (
    SettingKey("workspace", text),
    SettingKey("key", text, secret=True),
    SettingKey("key-command", text),
    SettingKey("keyring", yes_or_no, False),
    SettingKey("region", one_of("global", "eu", "us", "uk", "au"), "global"),
    SettingKey("api-url", api_url, address=True),
    SettingKey("tz", zone),
    SettingKey("week-start", weekday, 0),
    SettingKey("clock", one_of("12", "24"), "24"),
    SettingKey("workdays", weekdays, WORKING_WEEK),
    SettingKey("day-start", time_of_day, timedelta()),
    SettingKey("hours", hours, {}),
    SettingKey("durations", one_of("clock", "hm", "decimal"), "clock"),
    SettingKey("rate", rate),
    SettingKey("round", rounding),
    SettingKey("fresh.entries", length(), timedelta(minutes=5)),
    SettingKey("fresh.names", length(), timedelta(hours=24)),
    SettingKey("color", one_of("auto", "always", "never"), "auto"),
    SettingKey("default.project", text),
    SettingKey("default.task", text, project=True),
    SettingKey("default.tags", names, ()),
    SettingKey("default.billable", yes_or_no),
    SettingKey("default.description", text, project=True),
    SettingKey("hook.start", text),
    SettingKey("hook.stop", text),
    SettingKey("hook.change", text),
    SettingKey("hook.sync", text),
    SettingKey("sync.deadline", length("1s", "1h"), timedelta(seconds=10)),
    SettingKey("sync.settle", length("1s", "1d"), timedelta(seconds=120)),
)
KEYS = {key.name: key for key in _KEYS}
OPEN_KEYS = {"rate": rate, "round": rounding, "alias": text}
"""The first words of keys whose second word a person chooses."""

PROJECT_KEYS = {
    "workspace": "workspace",
    "project": "default.project",
    "task": "default.task",
    "tags": "default.tags",
    "billable": "default.billable",
    "description": "default.description",
}
"""The keys of a project's own file, and the setting that each stands for."""


def find_key(name: str) -> SettingKey | None:
    """Return the key *name*; None if the configuration has no such key."""
    if name in KEYS:
        return KEYS[name]
    first, dot, second = name.partition(".")
    if dot and second and first in OPEN_KEYS:
        return SettingKey(name, OPEN_KEYS[first])
    return None


def nearest_key(name: str) -> str:
    """Return the key that *name* was probably meant to be, or ""."""
    from difflib import get_close_matches

    known = [key.name for key in KEYS.values() if not key.project]
    chosen = [f"{first}.NAME" for first in OPEN_KEYS]
    return next(iter(get_close_matches(name, [*known, *chosen], n=1)), "")
