"""The answers that a shell waits for at every prompt and key: no Typer, no table, one query."""

from __future__ import annotations

import os
import stat
import sys
import time

from clockify_cli import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clockify_cli.clock import Clock

IDLE = 3
NO_DESCRIPTION = "(no description)"
_FLAGS = frozenset({"--no-input", "--debug", "-q", "--quiet"})
_COLORS = frozenset({"auto", "always", "never"})


def answer(args: Sequence[str], clock: Clock | None) -> int | None:
    """The exit code after answering *args*; None where the whole program has to."""
    if args[0] == "__complete":
        from clockify_cli.completion_data import complete

        return complete(args[1:], os.environ)
    asked = _asked(args)
    return None if asked is None else _status(*asked, clock)


def _asked(args: Sequence[str]) -> tuple[str, str] | None:
    """``--short`` or ``--check``, and the profile, where *args* ask for nothing else."""
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
    return (words[1], profile) if profile.isalnum() and _is_there(profile) else None


def _status(mode: str, profile: str, clock: Clock | None) -> int | None:
    from clockify_cli.errors import ClockifyError
    from clockify_cli.store.glance import glance

    if _settings_matter(mode, os.environ):
        return None
    try:
        running = glance(places.database(os.environ), profile=profile)
    except ClockifyError:
        return None
    if mode == "--check":
        return IDLE if running is None else 0
    now = time.time() if clock is None else clock.wall()
    return _print("" if running is None else _line(*running, int(now)))


def _is_there(profile: str) -> bool:
    """Whether *profile* surely is one; understanding the configuration takes time."""
    if profile == "default":
        return True
    try:
        return f"\n[{profile}]\n".encode() in b"\n" + _configuration(os.environ)
    except OSError:
        return False


def _settings_matter(mode: str, environ: Mapping[str, str]) -> bool:
    """Whether the configuration may change the answer, or is something that has to be told of."""
    try:
        return b"durations" in _configuration(environ) and mode == "--short"
    except FileNotFoundError:
        return os.path.islink(_configuration_path(environ))
    except OSError:
        return True


def _configuration_path(environ: Mapping[str, str]) -> str:
    return os.path.join(places.folder("config", environ), "config.toml")


def _configuration(environ: Mapping[str, str]) -> bytes:
    path = _configuration_path(environ)
    # A pipe must not keep a prompt waiting before its kind is known.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(f"{path} is no regular file")
        return file.read(1 << 20)


def _line(start: int, label: str, now: int) -> str:
    from clockify_cli.show.prompt import prompt_line

    minutes = max(now - start, 0) // 60
    return prompt_line(label or NO_DESCRIPTION, f"{minutes // 60}:{minutes % 60:02}")


def _print(line: str) -> int | None:
    """Write *line*; None where its letters or the stream need the care of the whole program."""
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
