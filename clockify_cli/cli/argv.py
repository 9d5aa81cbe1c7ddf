"""What is known of a command line before it is parsed, even if parsing it will fail."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile

NAME = "clockify"
TAKES_VALUE = {
    "--profile": True,
    "--color": True,
    "--no-input": False,
    "--debug": False,
    "-q": False,
    "--quiet": False,
    "-V": False,
    "--version": False,
    "-h": False,
    "--help": False,
}
"""Whether each option of the program itself is followed by a value."""


def wants_help(args: Sequence[str]) -> bool:
    """Whether ``-h`` or ``--help`` stands anywhere before ``--``."""
    return any(word in ("-h", "--help") for word in _before_dashes(args))


def wants_json(args: Sequence[str]) -> bool:
    """Whether the result, and so an error too, is wanted as JSON."""
    words = list(_before_dashes(args))
    pairs = pairwise(words)
    return "--json" in words or "--format=json" in words or ("--format", "json") in pairs


def command_words(args: Sequence[str]) -> list[str]:
    """The words before ``--`` that are neither options nor values of the program's own."""
    words: list[str] = []
    skip = False
    for word in _before_dashes(args):
        if skip:
            skip = False
        elif TAKES_VALUE.get(word):
            skip = True
        elif not word.startswith("-"):
            words.append(word)
    return words


def first_word(args: Sequence[str]) -> int | None:
    """Where the first word of *args* is; None if more than the program's options precede it."""
    skip = False
    for number, word in enumerate(args):
        if skip:
            skip = False
        elif word.partition("=")[0] not in TAKES_VALUE:
            return None if word.startswith("-") else number
        else:
            skip = TAKES_VALUE.get(word, False)
    return None


def looks_past(word: str) -> bool:
    """Whether *word* is a negative number or a past time (``-2h..-1h``), so no option."""
    return word[:1] == "-" and word[1:2].isdecimal()


def _before_dashes(args: Sequence[str]) -> Sequence[str]:
    return list(takewhile(lambda word: word != "--", args))


MARK = "\ufdd0"
"""Stands before a past time, so that Typer takes it for a word; no text has this letter."""


def marked(args: Sequence[str]) -> list[str]:
    """*args*, those that look like an option but are a past time marked as words."""
    return [f"{MARK}{word}" if looks_past(word) else word for word in args]


def plain(text: str) -> str:
    """*text* without the marks of `marked`."""
    return text.replace(MARK, "")
