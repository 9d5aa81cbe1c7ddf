"""Make text safe for a terminal, a cell or a prompt; pad it, and break it at words.

Everything that came from a person, a file or a server passes `clean` or `clean_line` before it
is shown. Both leave no control, escape or direction-changing character in it.
"""

from __future__ import annotations

from clockify_cli.domain.columns import PROMPT_COLUMNS, cut, width

# Characters that reorder, hide or break a line while a terminal draws nothing for them:
# direction marks, embeddings and isolates, line and paragraph separators, zero-width no-break.
_DECEIVING = frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)

# Our own signs, where the stream cannot be trusted with more than ASCII.
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
    """*text* with every control and deceiving character made visible; line feeds and tabs stay.

    C0 and DEL become caret notation (``^[``), C1 becomes ``\\x9b``, direction marks, separators
    and lone surrogates become ``\\u202e``. A carriage return before a line feed is dropped.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text.replace("\r\n", "\n")))


def clean_line(text: str) -> str:
    """*text* as `clean` gives it, on one line: each line feed or tab is one space."""
    if text.isprintable():
        return text
    return clean(text).replace("\n", " ").replace("\t", " ")


def _visible(char: str) -> str:
    """*char*, or the printable stand-in for it."""
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
    """*text* in ASCII alone: our own signs by their likeness, everything else as an escape."""
    if text.isascii():
        return text
    plain = text.translate(_ASCII_TABLE)
    return plain.encode("ascii", "backslashreplace").decode("ascii")


def left(text: str, columns: int) -> str:
    """*text* with spaces behind it up to *columns*; longer text stays whole."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """*text* with spaces before it up to *columns*; longer text stays whole."""
    return " " * (columns - width(text)) + text


_WORD = r"(?:`[^`]*`|[^\s`]|`)+"
"""A word; what stands between backticks is to be typed, and stays in one piece."""

COPIED = "chmod "
"""What a line begins with that is a command whole, to be copied as it is."""


def wrapped(text: str, columns: int) -> list[str]:
    """The clean line *text* in lines of at most *columns*, as far as its words allow.

    Each line is indented as the first is.
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


# A prompt may be expanded twice: zsh reads %, bash reads \, and both may run what $( or a
# backtick begins. A dollar sign before a space is just that.
_HARMLESS = {"\\": "\\\\", "%": "%%", "$": "$ ", "`": "'"}
_PROMPT_TABLE = str.maketrans(_HARMLESS)

_TMUX = ("[", "(", "{")
"""What a ``#`` in a status line of tmux begins with these: a style, a command, a format."""


LONG_SECONDS = 12 * 3600
"""A timer that runs longer was most likely forgotten."""


def prompt_line(label: str, length: str, *, seconds: int = 0) -> str:
    """``Write spec 1:13``: *label*, cut where it is long, and *length*, as `prompt_safe` has it.

    A timer that has run for so many *seconds* that it was most likely forgotten is marked.
    """
    if seconds > LONG_SECONDS:
        length += " (long)"
    return f"{prompt_safe(cut(clean_line(label), PROMPT_COLUMNS - 1 - width(length)))} {length}"


def prompt_safe(text: str) -> str:
    """*text* on one line, in which neither a shell nor tmux nor polybar finds anything to do."""
    # A tag of polybar may hold a command for a click.
    safe = clean_line(text).translate(_PROMPT_TABLE).replace("%{", "% {")
    for opening in _TMUX:
        safe = safe.replace(f"#{opening}", f"# {opening}")
    return safe
