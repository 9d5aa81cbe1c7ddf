"""The running timer on a live screen that is redrawn every second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.live import Live
from rich.text import Text

from clockify_cli.domain.status import Status
from clockify_cli.domain.terminal_text import clean_line, cut
from clockify_cli.show.drawn.tables import console_of
from clockify_cli.show.messages import left_text, short_label, waiting_lines, work_label
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat

Line = tuple[str, str]
"""A text and its style, of `tables.STYLES`."""
Draw = Callable[[Screen, Sequence[Line]], None]


@contextmanager
def live_screen(screen: Screen) -> Iterator[Draw]:
    """Yield a function that replaces the lines on screen; at the end the terminal is restored."""
    console = console_of(screen, screen.stream)
    live = Live(
        Text(),
        console=console,
        screen=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )

    def draw(now: Screen, lines: Sequence[Line]) -> None:
        if (now.width, now.height) != tuple(console.size):
            console.size = (now.width, now.height)
        text = Text(no_wrap=True, end="")
        for line, style in lines[: now.height]:
            shown = cut(now.letters(clean_line(line)), now.width, mark=now.letters("…"))
            text.append(f"{shown}\n", style or None)
        live.update(text, refresh=True)

    with live:
        yield draw


def watch_lines(view: Status, times: TimeFormat) -> list[Line]:
    """Return the lines that show *view*: the timer, today's total, and what waits."""
    total = f"today {times.length(view.today_seconds)}"
    if view.due_seconds:
        total += f" of {times.length(view.due_seconds)}"
    if view.of_types:
        total += f", {times.of_it(view.of_types)}"
    lines: list[Line] = [*_running(view, times), ("", ""), (total, "")]
    lines += [(line, "warning") for line in waiting_lines(view.pending, view.review)]
    return [*lines, ("", ""), ("Ctrl-C ends this screen.", "faint")]


def _running(view: Status, times: TimeFormat) -> list[Line]:
    entry = view.entry
    if entry is None:
        return [("No timer is running.", "head")]
    seconds = entry.seconds(times.now)
    lines = [(short_label(entry), "running")]
    tags = "".join(f" #{tag.name}" for tag in entry.tags)
    work = work_label(entry) if entry.description else ""
    if work or tags:
        lines.append(((work + tags).strip(), "project"))
    hours, rest = divmod(seconds, 3600)
    elapsed = f"{hours}:{rest // 60:02}:{rest % 60:02}"
    elapsed += left_text(view, times)
    return [*lines, (f"{elapsed}  since {times.moment_text(entry.start)}", "length")]
