"""Measure text in terminal columns, and cut it to fit."""

from __future__ import annotations

from collections.abc import Iterator

PROMPT_COLUMNS = 60
"""Columns of the timer in a prompt: a description has no limit, a prompt has."""

DIVIDER = " / "
"""What stands between a client, its project and a task of that."""

_JOINER, _AS_PICTURE = "\u200d", "\ufe0f"
# What becomes a wide picture by that selector, beside other symbols (So).
_PICTURES = frozenset("#*0123456789‼⁉ℹ↔◻◼⤴⤵")


class _Widths(dict[str, int]):
    """The columns of each character that was asked for: 0, 1 or 2."""

    def __missing__(self, char: str) -> int:
        self[char] = found = _char_width(char)
        return found


def _char_width(char: str) -> int:
    """0 for marks that combine, 2 for wide characters, else 1."""
    if char < "\u0300":
        return 1
    import unicodedata

    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Mc"):
        return 0
    if category == "Cf":
        # Arabic signs for numbers are drawn; other format characters are not.
        return int(unicodedata.bidirectional(char) in ("AN", "AL"))
    # Conjoining vowels and finals of Hangul merge with the syllable before them, and the colours
    # of skin with the picture.
    if "\u1160" <= char <= "\u11ff" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_WIDTHS = _Widths()


def width(text: str) -> int:
    """Columns that *text*, clean and on one line, takes on a terminal."""
    if text.isascii():
        return len(text)
    if _JOINER in text or _AS_PICTURE in text:
        return sum(columns for _, columns in _clusters(text))
    return sum(map(_WIDTHS.__getitem__, text))


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """What of *text* must not be divided, with its columns: a letter with its marks, a picture."""
    cluster, columns, joined = "", 0, False
    for char in text:
        taken = 0 if joined else _WIDTHS[char]
        if char == _AS_PICTURE and columns == 1:
            columns += _is_picture(cluster[0])
        if taken and cluster:
            yield cluster, columns
            cluster, columns = "", 0
        cluster, columns, joined = cluster + char, columns + taken, char == _JOINER
    if cluster:
        yield cluster, columns


def _is_picture(char: str) -> bool:
    import unicodedata

    flag = "🇦" <= char <= "🇿"
    return char in _PICTURES or (unicodedata.category(char) == "So" and not flag)


def _beginning(text: str, columns: int) -> str:
    """As much of the beginning of *text* as fits into *columns*."""
    if text.isascii():
        return text[: max(columns, 0)]
    kept, used = [], 0
    for cluster, taken in _clusters(text):
        used += taken
        if used > columns:
            break
        kept.append(cluster)
    return "".join(kept)


def _end(text: str, columns: int) -> str:
    """As much of the end of *text* as fits into *columns*."""
    if text.isascii():
        return text[len(text) - columns :] if 0 < columns < len(text) else text[: max(columns, 0)]
    kept, used = [], 0
    for cluster, taken in reversed(list(_clusters(text))):
        used += taken
        if used > columns:
            break
        kept.append(cluster)
    return "".join(reversed(kept))


def cut(text: str, columns: int, *, mark: str = "…") -> str:
    """*text* in at most *columns*, its end replaced by *mark* where it is longer."""
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    return "" if room < 0 else _beginning(text, room).rstrip() + mark


def cut_middle(text: str, columns: int, *, mark: str = "…") -> str:
    """*text* in at most *columns*, its middle replaced by *mark* where it is longer.

    Names of one kind often begin alike (``Relaunch, phase 1`` and ``2``): the end tells them apart.
    """
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    if room < 2:
        return cut(text, columns, mark=mark)
    end = _end(text, room // 2).lstrip()
    return _beginning(text, room - width(end)).rstrip() + mark + end


def cut_label(text: str, columns: int, *, mark: str = "…") -> str:
    """As `cut`, for ``Client / Project / Task``: what stands first gives way first.

    Each part but the last is cut down to a quarter of *columns*, then to a letter; then the last
    is cut in its middle.
    """
    if width(text) <= columns:
        return text
    *parts, last = text.split(DIVIDER)
    for least in (max(columns // 4, width(mark) + 1), width(mark) + 1):
        for at, part in enumerate(parts):
            excess = width(DIVIDER.join([*parts, last])) - columns
            if excess > 0:
                parts[at] = cut(part, max(width(part) - excess, least), mark=mark)
    room = columns - width(DIVIDER.join([*parts, ""]))
    if room < min(width(last), width(mark) + 2):
        return cut(DIVIDER.join([*parts, last]), columns, mark=mark)
    return DIVIDER.join([*parts, cut_middle(last, room, mark=mark)])
