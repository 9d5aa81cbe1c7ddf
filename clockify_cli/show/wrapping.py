"""Sentences on a narrow screen: broken at words, where a terminal would break within one."""

from __future__ import annotations

import re

from clockify_cli.domain.columns import width

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
    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines = [""]
    for word in re.findall(_WORD, text):
        longer = f"{lines[-1]} {word}" if lines[-1] else f"{indent}{word}"
        if lines[-1] and width(longer) > columns:
            lines.append(f"{indent}{word}")
        else:
            lines[-1] = longer
    return lines
