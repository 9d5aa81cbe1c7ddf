"""Text for a shell's prompt, where some characters would be read as instructions."""

from __future__ import annotations

from clockify_cli.domain.columns import PROMPT_COLUMNS, cut, width
from clockify_cli.show.terminal_text import clean_line

# A prompt may be expanded twice: zsh reads %, bash reads \, and both may run what $( or a
# backtick begins. A dollar sign before a space is just that.
_HARMLESS = {"\\": "\\\\", "%": "%%", "$": "$ ", "`": "'"}
_TABLE = str.maketrans(_HARMLESS)

_TMUX = ("[", "(", "{")
"""What a ``#`` in a status line of tmux begins with these: a style, a command, a format."""


def prompt_line(label: str, length: str) -> str:
    """``Write spec 1:13``: *label*, cut where it is long, and *length*, as `prompt_safe` has it."""
    return f"{prompt_safe(cut(clean_line(label), PROMPT_COLUMNS - 1 - width(length)))} {length}"


def prompt_safe(text: str) -> str:
    """*text* on one line, in which neither a shell nor tmux finds anything to do."""
    safe = clean_line(text).translate(_TABLE)
    for opening in _TMUX:
        safe = safe.replace(f"#{opening}", f"# {opening}")
    return safe
