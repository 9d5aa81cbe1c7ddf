"""The columns that text takes on a terminal, and what of it fits into them."""

from __future__ import annotations

PROMPT_COLUMNS = 60
"""Columns of the timer in a prompt: a description has no limit, a prompt has."""

_DIVIDER = " / "
"""What stands between a client, its project and a task of that."""


def width(text: str) -> int:
    """Columns that *text*, clean and on one line, takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    """0 for marks that combine, 2 for wide characters, else 1."""
    if char < "\u0300":
        return 1
    import unicodedata

    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    # Conjoining vowels and finals of Hangul merge with the syllable before them.
    if "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, columns: int, *, mark: str = "…") -> str:
    """*text* in at most *columns*, its end replaced by *mark* where it is longer."""
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    if room < 0:
        return ""
    kept, used = [], 0
    for char in text:
        used += _char_width(char)
        if used > room:
            break
        kept.append(char)
    return "".join(kept).rstrip() + mark


def cut_label(text: str, columns: int, *, mark: str = "…") -> str:
    """As `cut`, for ``Client / Project / Task``: what stands first gives way first.

    Two projects of one client must not look the same. A part is cut down to a quarter of the
    columns, and the end only where that is not enough.
    """
    excess = width(text) - columns
    if excess <= 0 or _DIVIDER not in text:
        return cut(text, columns, mark=mark)
    parts = text.split(_DIVIDER)
    least = max(columns // 4, width(mark) + 1)
    for at, part in enumerate(parts[:-1]):
        short = cut(part, max(width(part) - excess, least), mark=mark)
        excess -= width(part) - width(short)
        parts[at] = short
        if excess <= 0:
            break
    return cut(_DIVIDER.join(parts), columns, mark=mark)
