"""What was probably meant: a near word, or what another program calls the same thing."""

from __future__ import annotations

from collections.abc import Mapping

ELSEWHERE = {
    "ls": "`clockify log` lists entries, `clockify projects` projects.",
    "list": "`clockify log` lists entries, `clockify projects` projects.",
    "show": "`clockify log` lists entries, `clockify status` tells what runs.",
    "version": "`clockify -V` prints the version.",
    "edit": "`clockify stop` with -d, -p or -g completes the running timer; `clockify delete` and"
    " `clockify add` put an entry in the place of another.",
    "fix": "`clockify undo` takes the last change back; `clockify delete` and `clockify add` put an"
    " entry in the place of another.",
    "rm": "`clockify delete` removes entries.",
    "remove": "`clockify delete` removes entries.",
    "pause": "`clockify stop` stops the timer, `clockify resume` goes on with it.",
    "continue": "`clockify resume` goes on with what the last entry says.",
}
"""A command that there is not, and what there is instead."""

_OPTIONS = {
    "-t": ("-g", "--tag"),
    "--tags": ("-g", "--tag"),
    "-P": ("-p", "--project"),
    "-T": ("-k", "--task"),
    "-n": ("-d", "--description"),
    "-m": ("-d", "--description"),
    "--note": ("-d", "--description"),
    "--notes": ("-d", "--description"),
    "--message": ("-d", "--description"),
    "--start": ("--at", "--from"),
    "--since": ("--at", "--from"),
    "--end": ("--to", "--at"),
    "--duration": ("--for",),
}
_OTHER_COMMANDS = {
    "--total": "`clockify report --total` prints only the total.",
    "--by": "`clockify report --by` sums by project, day, tag and more.",
    "--limit": "`clockify log --limit` lists only the newest entries.",
}
"""An option that another command has, and what it does there."""

_RANGES = frozenset({"today", "yesterday", "week", "month", "year", "all"})


def instead_of_option(typed: str, path: str, known: Mapping[str, str]) -> str:
    """A line on what the option *typed* is called in the command *path*, or nothing.

    *known* are the options and arguments that the command has, with what completes each.
    """
    for name in _OPTIONS.get(typed, ()):
        if name in known:
            long = [other for other in _OPTIONS[typed] if other in known and other != name]
            return f"Here that is {' or '.join([name, *long])}."
    word = typed.removeprefix("--")
    if word in _RANGES and "range" in known.values():
        return f"A range is a word: `{path} {word}`."
    if "range" in known.values():
        return _OTHER_COMMANDS.get(typed, "")
    return ""


def nearest(word: str, candidates: list[str]) -> str:
    """``Did you mean …?`` and a line's end, or nothing when no candidate is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, candidates, n=3)
    return f"Did you mean {' or '.join(near)}?\n" if near else ""
