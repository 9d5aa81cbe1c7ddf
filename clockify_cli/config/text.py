"""A setting's value as text that would set it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from clockify_cli.config.keys import find_key
from clockify_cli.config.values import WEEKDAYS, time_of_day

HIDDEN = "(hidden)"
LONGEST_SHOWN = 80


def value_text(key: str, value: object) -> str:
    """*value* of *key* as a person writes it; empty for none.

    A secret's is hidden, and so are passwords in the addresses of a command.
    """
    known = find_key(key)
    if value is None:
        return ""
    if known and known.secret:
        return HIDDEN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return _clock_text(value) if known and known.read is time_of_day else _length_text(value)
    return _other_text(key, value)


def _other_text(key: str, value: object) -> str:
    if key == "week-start" and isinstance(value, int):
        return WEEKDAYS[value]
    if isinstance(value, frozenset):
        return ",".join(map(_day_text, sorted(value)))
    if isinstance(value, Mapping):
        return ", ".join(f"{_day_text(day)} {_length_text(due)}" for day, due in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    from clockify_cli.redaction import without_passwords

    return without_passwords(str(value))


def _day_text(day: int) -> str:
    return WEEKDAYS[day][:3]


def _clock_text(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{clock}:{seconds:02}" if seconds else clock


def _length_text(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    parts = ((minutes // 60, "h"), (minutes % 60, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def shown(raw: object, *, address: bool = False) -> str:
    """*raw* between quotes and cut to 80 characters, to be named in a message.

    Passwords in addresses are masked; given as an *address* itself, it may be a poor one.
    """
    from clockify_cli.redaction import address_shown, without_passwords

    text = address_shown(str(raw)) if address else without_passwords(str(raw))
    return f'"{text[:LONGEST_SHOWN]}{"…" if len(text) > LONGEST_SHOWN else ""}"'
