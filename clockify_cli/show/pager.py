"""A pager for text that is longer than the screen, on a terminal alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

from clockify_cli.errors import ConfigError
from clockify_cli.show.screen import Screen
from clockify_cli.values import replace

DEFAULT_PAGER = "less -FIRX"
_SECRETS = ("CLOCKIFY_API_KEY",)


def paged(screen: Screen, environ: Mapping[str, str], draw: Callable[[Screen], None]) -> None:
    """Let *draw* write to *screen*, through the pager where the text does not fit on it.

    ``PAGER`` names another pager; empty or ``cat`` means none. One that is not there is done
    without.
    """
    command = pager_command(environ) if screen.is_terminal else ()
    if not command:
        draw(screen)
        return
    screen.stream.flush()
    text = io.StringIO()
    draw(replace(screen, stream=text))
    if text.getvalue().count("\n") < screen.height or not _page(command, environ, text.getvalue()):
        screen.write(text.getvalue())


def pager_command(environ: Mapping[str, str]) -> Sequence[str]:
    """The pager's words, without a shell; none where it is switched off."""
    import shlex

    wanted = environ.get("PAGER", DEFAULT_PAGER)
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        raise ConfigError(f"cannot read PAGER={wanted}: {error}", "Mend its quotes.") from error
    return () if words == ["cat"] else words


def _page(command: Sequence[str], environ: Mapping[str, str], text: str) -> bool:
    """Whether the pager could be started; the reader may close it before the end."""
    import signal
    import subprocess

    calm = {name: value for name, value in environ.items() if name not in _SECRETS}
    try:
        # The person's own words, without a shell.
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=calm)  # noqa: S603
    except OSError:
        return False
    # The terminal sends an interrupt to both; what it means is for the pager to decide.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pager.communicate(text.encode("utf-8", "backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True
