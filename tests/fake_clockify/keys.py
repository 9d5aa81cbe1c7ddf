"""Keys that give themselves away: any eight characters of one say that it is one.

Each begins with the same eight characters again and again, so that a search for a few patterns
finds any piece of any key of any fake, however it was written down.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from urllib.parse import quote

MOTIF = "Kq7ZvX2w"
_PIECE = len(MOTIF)


def made_up_key(of: str) -> str:
    """The key of the user *of*: 48 letters and digits, as Clockify's have."""
    return MOTIF * 5 + hashlib.sha256(of.encode()).hexdigest()[:_PIECE]


def key_in(data: bytes) -> bool:
    """Whether *data* holds eight characters of a key, plain or encoded in a usual way."""
    # A database is mostly zeros, which every pattern would have to be looked for in.
    told = data.translate(None, b"\0")
    return any(pattern in told for pattern in _patterns())


@cache
def _patterns() -> tuple[bytes, ...]:
    pieces = [(MOTIF * 2)[at : at + _PIECE] for at in range(_PIECE)]
    # Three times eight bytes are the shortest run after which Base64 repeats itself.
    coded = base64.b64encode((MOTIF * 12).encode()).decode()
    in_base64 = [coded[at : at + _PIECE] for at in range(4 * _PIECE)]
    escaped = [_each(piece, form) for piece in pieces for form in ("%{:02X}", "%{:02x}")]
    escaped += [_each(piece, form) for piece in pieces for form in ("\\u{:04x}", "\\x{:02x}")]
    escaped += [piece.encode().hex() for piece in pieces]
    return tuple(
        text.encode() for text in dict.fromkeys([*pieces, *in_base64, *escaped, quote(MOTIF)])
    )


def _each(piece: str, form: str) -> str:
    return "".join(form.format(ord(char)) for char in piece)
