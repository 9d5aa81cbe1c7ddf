"""Numbers with their noun: one entry, two entries."""

from __future__ import annotations

_VOWELS = "aeiou"


def counted(number: int, noun: str) -> str:
    """``1 entry``, ``12 entries``, ``0 changes``; *noun* is English and regular."""
    return f"{number} {noun if number == 1 else _many(noun)}"


def agreeing(number: int, one: str, many: str) -> str:
    """*one* for a single thing, else *many*: ``1 change waits``, ``2 changes wait``."""
    return one if number == 1 else many


def _many(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return f"{noun[:-1]}ies"
    return f"{noun}s"
