"""A progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clockify_cli.show.screen import Screen

STEP = 0.01


@contextmanager
def progress_bar(screen: Screen, what: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on *screen*, a terminal, while *what* is done; remove it at the end.

    Yields a function to call, as often as needed, with the finished fraction from 0 to 1. At 1 the
    bar disappears.
    """
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    from clockify_cli.show.drawn.tables import console_of

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        *((BarColumn(),) if screen.unicode else ()),
        TaskProgressColumn(),
        console=console_of(screen, screen.stream, own_styles=True),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    shown = -1.0
    with progress:
        task = progress.add_task(screen.letters(what), total=1.0)

        def tell(part: float) -> None:
            nonlocal shown
            if part >= shown + STEP:
                shown = part
                progress.update(task, completed=min(part, 1.0))
                progress.refresh()
            if part >= 1:
                progress.stop()

        yield tell
