"""Suggest what was probably meant: a similar word, or our name for another program's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ELSEWHERE = {
    "ls": "`clockify log` lists entries, `clockify projects` projects.",
    "list": "`clockify log` lists entries, `clockify projects` projects.",
    "show": "`clockify log` lists entries, `clockify status` shows the running timer.",
    "version": "`clockify -V` prints the version.",
    "fix": "`clockify edit` changes an entry; `clockify undo` undoes the last change.",
    "modify": "`clockify edit` changes an entry.",
    "change": "`clockify edit` changes an entry.",
    "rename": "`clockify edit last -d TEXT` changes a description, `clockify projects rename` a"
    " project.",
    "rm": "`clockify delete` removes entries.",
    "remove": "`clockify delete` removes entries.",
    "pause": "`clockify stop` stops the timer, `clockify resume` starts it again.",
    "continue": "`clockify resume` starts the last entry again.",
}
"""Commands that other programs have, and what to use here instead."""

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
"""Options that another command has, and what they do there."""

_RANGES = frozenset({"today", "yesterday", "week", "month", "year", "all"})
_BEGIN = ("--from", "--since", "--start", "--after", "--begin")
_END = ("--to", "--until", "--end", "--before")
_DAY = ("--day", "--date", "--on", "--range", "--period")


def instead_of_option(typed: str, path: str, known: Mapping[str, str], args: Sequence[str]) -> str:
    """Return a line on what the option *typed* is called in the command *path*, or "".

    *known* are the command's options and arguments, with the completion of each; *args* is the
    command line.
    """
    for name in _OPTIONS.get(typed, ()):
        if name in known:
            long = [other for other in _OPTIONS[typed] if other in known and other != name]
            return f"Use {' or '.join([name, *long])} here."
    if "range" not in (kind for name, kind in known.items() if not name.startswith("-")):
        return ""
    word = typed.removeprefix("--")
    if word in _RANGES:
        return f"Give the range as a plain word: `{path} {word}`."
    if typed in (*_BEGIN, *_END, *_DAY):
        return f"Give the range as a plain word: `{path} {_range_typed(args)}`."
    return _OTHER_COMMANDS.get(typed, "")


def _range_typed(args: Sequence[str]) -> str:
    """Return the range that options of *args* such as ``--from`` and ``--to`` mean; else an
    example."""

    def value(names: Sequence[str]) -> str:
        for number, word in enumerate(args):
            name, equals, text = word.partition("=")
            if name in names:
                found = text if equals else next(iter(args[number + 1 : number + 2]), "")
                return "" if found.startswith("-") or not found.isprintable() else found
        return ""

    begin, end, day = value(_BEGIN), value(_END), value(_DAY)
    if day or not (begin or end):
        return day or "2026-11-01..2026-11-15"
    return f"{begin}..{end}" if begin else f"2026-11-01..{end}"


def nearest(word: str, candidates: list[str]) -> str:
    """Return ``Did you mean …?`` and a line break; empty if no candidate is near.

    A candidate is near if it begins with *word* or `near` finds it. A word of three letters may
    have one wrong letter, but not the first.
    """
    from clockify_cli.domain.names import distance, near

    begun = [each for each in candidates if len(word) > 2 and each.startswith(word)]
    short = [each for each in candidates if len(word) == 3 and each[0] == word[0]]
    found = begun or near(word, candidates, limit=2)
    found = found or [each for each in short if distance(word, each, 1) <= 1]
    return f"Did you mean {' or '.join(found[:2])}?\n" if found else ""
