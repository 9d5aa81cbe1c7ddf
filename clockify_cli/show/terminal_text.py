"""What may reach a terminal or a cell: text shown literally, and filled up to a width.

Everything that came from a person, a file or a server passes `clean` or `clean_line` before it
is shown. Both leave no control, escape or direction-changing character in it.
"""

from __future__ import annotations

from clockify_cli.domain.columns import width

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
