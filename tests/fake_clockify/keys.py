"""Keys that can be recognized: any eight characters of one show that it is a key.

Each repeats the same eight characters at its beginning, so that a search for a few patterns finds
any piece of any key of any fake, in any usual encoding.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

MOTIF = "Kq7ZvX2w"
_PIECE = len(MOTIF)


def made_up_key(of: str) -> str:
    """Return the key of the user *of*: 48 letters and digits, like Clockify's."""
    return MOTIF * 5 + hashlib.sha256(of.encode()).hexdigest()[:_PIECE]


def key_in(data: bytes) -> bool:
    """Return whether *data* contains eight characters of a key, plain or encoded."""
    # A database is mostly zeros, which would slow the search for every pattern.
    told = data.translate(None, b"\0")
    return any(seed in told for seed in _seeds()) and any(piece in told for piece in _pieces())


@cache
def _pieces() -> tuple[bytes, ...]:
    return tuple(
        cycle[at : at + unit * _PIECE]
        for cycle, unit in _cycles()
        for at in range(0, len(cycle) // 2, unit)
    )


@cache
def _seeds() -> tuple[bytes, ...]:
    """Return a few short texts; every piece of a key contains at least one, and most data none."""
    return tuple(
        cycle[at : at + unit * _SEED]
        for cycle, unit in _cycles()
        for at in range(0, len(cycle) // 2, unit * (_PIECE - _SEED + 1))
    )


_SEED = 4


@cache
def _cycles() -> tuple[tuple[bytes, int], ...]:
    """Return the repetitive part of keys in each notation, twice, and the length of one letter."""
    # Three times eight bytes are the shortest run after which Base64 repeats itself.
    plain = MOTIF * 2
    in_base64 = base64.b64encode((MOTIF * 6).encode()).decode()
    forms = ("%{:02X}", "%{:02x}", "\\u{:04x}", "\\x{:02x}", "{:02x}")
    escaped = [(_each(plain, form), len(form.format(0))) for form in forms]
    return tuple((text.encode(), unit) for text, unit in [(plain, 1), (in_base64, 1), *escaped])


def _each(piece: str, form: str) -> str:
    return "".join(form.format(ord(char)) for char in piece)
