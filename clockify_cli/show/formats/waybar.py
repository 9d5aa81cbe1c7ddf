"""The running timer as Waybar's JSON: ``{"text", "tooltip", "class"}``, escaped."""

from __future__ import annotations

from clockify_cli.domain.entry import REGULAR
from clockify_cli.domain.status import Status
from clockify_cli.domain.terminal_text import PROMPT_COLUMNS, clean_line, cut, width
from clockify_cli.show.formats.json import Json, dumps
from clockify_cli.show.messages import short_label, status_lines
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.values import replace

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def waybar_line(view: Status, times: TimeFormat, screen: Screen) -> str:
    """Return one line: the text (empty without a timer), the tooltip and the class.

    The class is ``running``, ``break`` or ``idle``.
    """
    entry = view.entry
    text, name = "", "idle"
    if entry is not None:
        length = times.length(entry.seconds(times.now))
        label = cut(clean_line(short_label(entry)), PROMPT_COLUMNS - 1 - width(length))
        text, name = f"{label} {length}", "running" if entry.type == REGULAR else "break"
    tooltip = "\n".join(
        map(clean_line, status_lines(view, times, replace(screen, is_terminal=False)))
    )
    document: Json = {
        "text": text.translate(_MARKUP),
        "tooltip": tooltip.translate(_MARKUP),
        "class": name,
    }
    return dumps(document) + "\n"
