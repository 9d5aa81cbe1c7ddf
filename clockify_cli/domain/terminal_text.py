"""Make text safe for a terminal, a cell or a prompt; measure it in columns, cut, pad and wrap it.

All text from a person, a file or a server passes through `clean` or `clean_line` before it is
shown. Neither leaves a control, escape or direction-changing character in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# Characters that reorder, hide or break a line although a terminal draws nothing for them:
# direction marks, embeddings and isolates, line and paragraph separators, zero-width no-break.
_DECEIVING = frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)

# Replacements for our own signs, for streams that can show only ASCII.
_ASCII = {
    "–": "-",
    "—": "-",
    "·": "-",
    "…": "...",
    "●": "*",
    "→": "->",
    "±": "+/-",
    "×": "x",
    "─": "-",
    "│": "|",
    "┼": "+",
    "█": "#",
}
_ASCII_TABLE = str.maketrans(_ASCII)


def clean(text: str) -> str:
    r"""Make every control and deceiving character visible; line feeds and tabs stay.

    C0 and DEL become caret notation (``^[``), C1 becomes ``\x9b``, direction marks, separators and
    lone surrogates become ``\u202e``. A carriage return before a line feed is dropped.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text.replace("\r\n", "\n")))


def clean_line(text: str) -> str:
    """Return the result of `clean` on one line: each line feed or tab becomes a space."""
    if text.isprintable():
        return text
    return clean(text).replace("\n", " ").replace("\t", " ")


def _visible(char: str) -> str:
    """Return *char*, or a printable replacement for it."""
    code = ord(char)
    if char in "\n\t":
        return char
    if code < 0x20 or code == 0x7F:
        return "^" + chr(code ^ 0x40)
    if 0x80 <= code < 0xA0:
        return f"\\x{code:02x}"
    if char in _DECEIVING or 0xD800 <= code < 0xE000:
        return f"\\u{code:04x}"
    return char


def ascii_fallback(text: str) -> str:
    """Return *text* in ASCII: our own signs become similar ones, other characters escapes."""
    if text.isascii():
        return text
    plain = text.translate(_ASCII_TABLE)
    return plain.encode("ascii", "backslashreplace").decode("ascii")


def left(text: str, columns: int) -> str:
    """Pad *text* on the right to *columns*; longer text stays whole."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """Pad *text* on the left to *columns*; longer text stays whole."""
    return " " * (columns - width(text)) + text


_WORD = r"(?:`[^`]*`|[^\s`]|`)+"
"""A word; text between backticks is a line to type, and stays in one piece."""

COPIED = "chmod "
"""The beginning of a line that is a whole command, to be copied unbroken."""


def wrapped(text: str, columns: int) -> list[str]:
    """Wrap the clean line *text* into lines of at most *columns*, if its words allow it.

    Each line is indented like the first.
    """
    if width(text) <= columns or text.startswith(COPIED):
        return [text]
    import re

    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines = [""]
    for word in re.findall(_WORD, text):
        longer = f"{lines[-1]} {word}" if lines[-1] else f"{indent}{word}"
        if lines[-1] and width(longer) > columns:
            lines.append(f"{indent}{word}")
        else:
            lines[-1] = longer
    return lines


# A prompt may be expanded twice: zsh interprets %, bash interprets \, and both may run what follows
# $( or a backtick. A dollar sign before a space is harmless.
_HARMLESS = {"\\": "\\\\", "%": "%%", "$": "$ ", "`": "'"}
_PROMPT_TABLE = str.maketrans(_HARMLESS)

_TMUX = ("[", "(", "{")
"""The characters that begin a style, a command or a format after ``#`` in tmux's status line."""


LONG_SECONDS = 12 * 3600
"""A timer that runs longer was probably forgotten."""


def prompt_line(label: str, length: str, *, seconds: int = 0) -> str:
    """Return ``Write spec 1:13``: *label*, cut if it is long, and *length*, made safe for a prompt.

    A timer that was probably forgotten, judged by its *seconds*, is marked.
    """
    if seconds > LONG_SECONDS:
        length += " (long)"
    return f"{prompt_safe(cut(clean_line(label), PROMPT_COLUMNS - 1 - width(length)))} {length}"


def prompt_safe(text: str) -> str:
    """Return *text* on one line, with nothing that a shell, tmux or polybar would interpret."""
    # A polybar tag may contain a command for a click.
    safe = clean_line(text).translate(_PROMPT_TABLE).replace("%{", "% {")
    for opening in _TMUX:
        safe = safe.replace(f"#{opening}", f"# {opening}")
    return safe


PROMPT_COLUMNS = 60
"""The width of the timer in a prompt, in columns: descriptions can be long, prompts cannot."""

DIVIDER = " / "
"""The text between a client, its project and its task."""

_JOINER, _AS_PICTURE = "\u200d", "\ufe0f"
# This variation selector turns some more characters into wide pictures, besides symbols (So).
_PICTURES = frozenset("#*0123456789‼⁉ℹ↔◻◼⤴⤵")


class _Widths(dict[str, int]):
    """A cache of the columns of each character: 0, 1 or 2."""

    def __missing__(self, char: str) -> int:
        self[char] = found = _char_width(char)
        return found


def _char_width(char: str) -> int:
    """Return 0 for combining marks, 2 for wide characters, else 1."""
    if char < "\u0300":
        return 1
    import unicodedata

    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Mc"):
        return 0
    if category == "Cf":
        # Arabic number signs are drawn; other format characters are not.
        return int(unicodedata.bidirectional(char) in ("AN", "AL"))
    # Conjoining vowels and finals of Hangul merge with the syllable before them, and skin tones
    # with the picture before them.
    if "\u1160" <= char <= "\u11ff" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_WIDTHS = _Widths()


def width(text: str) -> int:
    """Return the terminal columns of *text*, which must be clean and on one line."""
    if text.isascii():
        return len(text)
    if _JOINER in text or _AS_PICTURE in text:
        return sum(columns for _, columns in _clusters(text))
    return sum(map(_WIDTHS.__getitem__, text))


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield the indivisible pieces of *text* with their columns: letters with marks, pictures."""
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
    """Return as much of the beginning of *text* as fits into *columns*."""
    if text.isascii():
        return text[: max(columns, 0)]
    return "".join(_fitting(_clusters(text), columns))


def _end(text: str, columns: int) -> str:
    """Return as much of the end of *text* as fits into *columns*."""
    if text.isascii():
        return text[len(text) - columns :] if 0 < columns < len(text) else text[: max(columns, 0)]
    return "".join(reversed(_fitting(reversed(list(_clusters(text))), columns)))


def _fitting(clusters: Iterable[tuple[str, int]], columns: int) -> list[str]:
    """Return the first of *clusters* that together fit into *columns*."""
    kept: list[str] = []
    for cluster, taken in clusters:
        columns -= taken
        if columns < 0:
            break
        kept.append(cluster)
    return kept


LONGEST_QUOTE = 80
"""Characters of a text that a message quotes."""


def capitalized(text: str) -> str:
    """Return *text* with a capital at its beginning; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """Return *text* cut to 80 characters, for quoting in a message."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def shortened(lines: Iterable[str], most: int = 10) -> tuple[str, ...]:
    """Return the first *most* of *lines*, and a line that counts the others."""
    listed = list(lines)
    more = (f"and {len(listed) - most} more",) if len(listed) > most else ()
    return (*listed[:most], *more)


def cut(text: str, columns: int, *, mark: str = "…") -> str:
    """Return *text* in at most *columns*; if it is longer, *mark* replaces its end."""
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    return "" if room < 0 else _beginning(text, room).rstrip() + mark


def cut_middle(text: str, columns: int, *, mark: str = "…") -> str:
    """Return *text* in at most *columns*; if it is longer, *mark* replaces its middle.

    Similar names often begin alike (``Relaunch, phase 1`` and ``2``): their ends distinguish them.
    """
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    if room < 2:
        return cut(text, columns, mark=mark)
    end = _end(text, room // 2).lstrip()
    return _beginning(text, room - width(end)).rstrip() + mark + end


def cut_label(text: str, columns: int, *, mark: str = "…") -> str:
    """Cut ``Client / Project / Task`` to at most *columns*, shortening the first part first.

    Each part except the last is cut to a quarter of *columns*, then to a letter; then the last part
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
