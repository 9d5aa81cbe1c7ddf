"""Every key of the configuration: what it may say, and what holds where nobody says it."""

from __future__ import annotations

from datetime import timedelta

from clockify_cli.config import values
from clockify_cli.config.values import Reader
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A key, *read* for its values; *default* is a value as *read* would give it.

    A *secret* value is never shown, of an *address* no password. A *project* key is one of a
    project's own file alone.
    """

    name: str
    read: Reader
    default: object = None
    secret: bool = False
    address: bool = False
    project: bool = False


WORKING_WEEK = frozenset(range(5))

_KEYS = (
    Key("workspace", values.text),
    Key("key", values.text, secret=True),
    Key("key-command", values.text),
    Key("keyring", values.yes_or_no, False),
    Key("region", values.one_of("global", "eu", "us", "uk", "au"), "global"),
    Key("api-url", values.api_url, address=True),
    Key("tz", values.zone),
    Key("week-start", values.weekday, 0),
    Key("clock", values.one_of("12", "24"), "24"),
    Key("workdays", values.weekdays, WORKING_WEEK),
    Key("day-start", values.time_of_day, timedelta()),
    Key("hours", values.hours, {}),
    Key("durations", values.one_of("clock", "hm", "decimal"), "clock"),
    Key("rate", values.rate),
    Key("round", values.rounding),
    Key("fresh.entries", values.length(), timedelta(minutes=5)),
    Key("fresh.names", values.length(), timedelta(hours=24)),
    Key("color", values.one_of("auto", "always", "never"), "auto"),
    Key("default.project", values.text),
    Key("default.task", values.text, project=True),
    Key("default.tags", values.names, ()),
    Key("default.billable", values.yes_or_no),
    Key("default.description", values.text, project=True),
    Key("hook.start", values.text),
    Key("hook.stop", values.text),
    Key("hook.change", values.text),
    Key("hook.sync", values.text),
    Key("sync.deadline", values.length("1s", "1h"), timedelta(seconds=10)),
    Key("sync.settle", values.length("1s", "1d"), timedelta(seconds=120)),
)
KEYS = {key.name: key for key in _KEYS}
OPEN_KEYS = {"rate": values.rate, "round": values.rounding, "alias": values.text}
"""The first words of keys whose second a person chooses."""

PROJECT_KEYS = {
    "workspace": "workspace",
    "project": "default.project",
    "task": "default.task",
    "tags": "default.tags",
    "billable": "default.billable",
    "description": "default.description",
}
"""What a project's own file may set, and the key that each stands for."""


def find_key(name: str) -> Key | None:
    """The key *name*; None where the configuration knows none such."""
    if name in KEYS:
        return KEYS[name]
    first, dot, second = name.partition(".")
    if dot and second and first in OPEN_KEYS:
        return Key(name, OPEN_KEYS[first])
    return None


def nearest_key(name: str) -> str:
    """The key that *name* was probably meant to be, or nothing."""
    from difflib import get_close_matches

    known = [key.name for key in KEYS.values() if not key.project]
    chosen = [f"{first}.NAME" for first in OPEN_KEYS]
    return next(iter(get_close_matches(name, [*known, *chosen], n=1)), "")
