"""What must be known of a command line before it is parsed, even if parsing it will fail."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile


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
        elif word in ("--profile", "--color"):
            skip = True
        elif not word.startswith("-"):
            words.append(word)
    return words


def _before_dashes(args: Sequence[str]) -> Sequence[str]:
    return list(takewhile(lambda word: word != "--", args))
