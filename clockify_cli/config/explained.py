"""A one-line explanation of each setting, loaded only for help and documentation."""

from __future__ import annotations

from clockify_cli.config.files import value_text
from clockify_cli.config.values import KEYS

EXPLAINED = {
    "workspace": "the workspace to work in, by name or id; `login` writes it",
    "key": "the API key; `login` writes it, nothing shows it",
    "key-command": "a command that prints the API key, run without a shell, instead of `key`",
    "keyring": "true: the API key is in the system keyring",
    "region": "Clockify's region: global, eu, us, uk or au",
    "api-url": "the address of another Clockify, ending in /api/v1",
    "tz": "the time zone in which times are read and days begin",
    "week-start": "the day on which weeks begin",
    "clock": "12 or 24 hours in tables",
    "workdays": "the days of the RANGE `workday`, such as mon-thu",
    "day-start": "when a day of a RANGE begins, such as 04:00",
    "hours": 'the hours due, such as "mon-thu 8h, fri 6h": for `workday`, status, log, report',
    "durations": "clock 1:30, hm 1h 30m or decimal 1.50",
    "rate": "what an hour costs if nothing else says so, such as 95EUR",
    "round": "how `report` and `bill` round, such as 15m, 6m:up or 15m:up:day",
    "fresh.entries": "how old your local copy may be before Clockify is asked for entries",
    "fresh.names": "how old it may be before Clockify is asked for names and settings",
    "color": "auto, always or never",
    "default.project": "the project of new entries, unless one is given",
    "default.tags": "the tags of new entries, separated by commas, unless some are given",
    "default.billable": "whether new entries are billable, unless an option says so",
    "default.task": "the task of new entries; only in a .clockify.toml",
    "default.description": "the description of new entries; only in a .clockify.toml",
    "hook.start": "a command to run, without a shell, after `start` and `resume`",
    "hook.stop": "a command to run, without a shell, after a timer has stopped",
    "hook.change": "a command to run, without a shell, after any change; it is given the entry",
    "hook.sync": "a command to run, without a shell, after `sync`; it is given the counts",
    "sync.deadline": "how long a command may wait for Clockify",
    "sync.settle": "how long a request whose answer was lost may still take effect",
    "rate.NAME": "what an hour costs for the client or CLIENT/PROJECT called NAME",
    "round.NAME": "how the time of the client NAME is rounded; none: not at all",
    "alias.NAME": "the command line that NAME is short for",
}
_FROM_ELSEWHERE = {
    "tz": "Clockify's, else this computer's",
    "week-start": "Clockify's, else monday",
    "clock": "Clockify's, else 24",
    "workdays": "Clockify's, else mon-fri",
}
NONE = "none"
Explained = tuple[str, str, str]
"""A setting, its default as a person writes it (`none` if there is none), and its purpose."""


def explained() -> list[Explained]:
    """Return every setting, in the order of `EXPLAINED`."""
    return [(name, _default(name), line) for name, line in EXPLAINED.items()]


def _default(name: str) -> str:
    if name in _FROM_ELSEWHERE:
        return _FROM_ELSEWHERE[name]
    known = KEYS.get(name)
    return (value_text(name, known.default) if known else "") or NONE


def settings_text(width: int = 80) -> str:
    """Return the help text: each setting, its default (if any) in brackets, and its line."""
    import textwrap

    column = max(map(len, EXPLAINED)) + 4
    lines = ["Settings, with their defaults in brackets:"]
    for name, default, line in explained():
        shown = line if default == NONE else f"{line} [{default}]"
        first, *more = textwrap.wrap(shown, width - column, break_on_hyphens=False)
        lines += [f"  {name}".ljust(column) + first, *(" " * column + rest for rest in more)]
    return "\n".join(lines)
