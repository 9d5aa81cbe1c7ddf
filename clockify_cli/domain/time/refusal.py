"""The wording that every refusal of this package shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST_QUOTE = 80


def quoted(text: str) -> str:
    """*text* in double quotes, cut to 80 characters; it is cleaned where it is shown."""
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    return f'"{text}"'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that names up to three of *known* that resemble *word*; empty if none does."""
    # Only a refusal needs it, and it is not cheap to import.
    from difflib import get_close_matches

    by_folded = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_folded, n=3, cutoff=0.6)
    names = [by_folded[name] for name in near]
    return f"Did you mean {' or '.join(names)}?" if names else ""


def leftover(text: str, understood: Callable[[str], bool]) -> str:
    """The words of *text* beside its longest beginning, else end, that is understood.

    Empty if no part is understood.
    """
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        if understood(" ".join(words[:count])):
            return " ".join(words[count:])
        if understood(" ".join(words[-count:])):
            return " ".join(words[:-count])
    return ""
