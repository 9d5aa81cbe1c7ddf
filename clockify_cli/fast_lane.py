"""Answers for shell prompts and completion: no Typer, no tables, one query."""

from __future__ import annotations

import os
import sys
import time

from clockify_cli import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clockify_cli.clock import Clock

IDLE = 3
NO_DESCRIPTION = "(no description)"
_FLAGS = frozenset({"--no-input", "--debug", "-q", "--quiet"})
_COLORS = frozenset({"auto", "always", "never"})


def answer(args: Sequence[str], clock: Clock | None) -> int | None:
    """Answer *args* and return the exit code; None if the whole program has to answer."""
    if args[0] == "__complete":
        from clockify_cli.completion_data import complete

        return complete(args[1:], os.environ)
    found = _status_line(args)
    return None if found is None else _status(*found, clock)


def _status_line(args: Sequence[str]) -> tuple[str, str] | None:
    """Return ``--short`` or ``--check``, and the profile, if *args* contain nothing else."""
    words = []
    profile = os.environ.get("CLOCKIFY_PROFILE") or "default"
    rest = iter(args)
    for word in rest:
        if word == "--profile":
            profile = next(rest, "")
        elif word == "--color":
            if next(rest, "") not in _COLORS:
                return None
        elif word not in _FLAGS:
            words.append(word)
    if words not in (["status", "--short"], ["status", "--check"]):
        return None
    return (words[1], profile) if profile.isalnum() else None


def _status(mode: str, profile: str, clock: Clock | None) -> int | None:
    from clockify_cli.errors import ClockifyError
    from clockify_cli.plain_settings import NotPlain, PlainSettings, working_folder
    from clockify_cli.store.glance import Unsure, glance

    try:
        settings = PlainSettings(os.environ, profile, working_folder())
        if mode == "--short" and settings.sets("durations"):
            return None
        now = int(time.time() if clock is None else clock.wall())
        running = glance(environment.database(os.environ), settings, now)
    except (ClockifyError, NotPlain, Unsure):
        return None
    if mode == "--check":
        return IDLE if running is None else 0
    return _print("" if running is None else _line(*running, now))


def _line(start: int, label: str, now: int) -> str:
    from clockify_cli.domain.terminal_text import prompt_line

    seconds = max(now - start, 0)
    length = f"{seconds // 3600}:{seconds // 60 % 60:02}"
    return prompt_line(label or NO_DESCRIPTION, length, seconds=seconds)


def _print(line: str) -> int | None:
    """Write *line*; None if its characters or the stream need the whole program."""
    if not line.isascii() and not _locale_is_utf8(os.environ):
        return None
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except (OSError, AttributeError):
        return None
    return 0


def _locale_is_utf8(environ: Mapping[str, str]) -> bool:
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG", "")
    return "utf" in locale.lower()
