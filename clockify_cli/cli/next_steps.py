"""Complete the next step of an error: the command line as it was typed, corrected."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from clockify_cli import NAME
from clockify_cli.errors import ClockifyError

LONGEST_LINE = 200
_LONGEST_REPEATED = 1000
"""The same for a line that repeats an option, so that one line is enough."""

_BARE = re.compile(r"`(--[a-z][a-z-]*(?: [^`]+)?)`")
_PLACEHOLDER = re.compile(r"(?:^|=)±?[A-Z]{2,}$")
_REPEATABLE = ("--column",)
_NEAR = re.compile(r"Did you mean (--(?:project|client|task|tag) [^?`]+)\?")
_OPTIONS = {
    "--project": ("-p", "--project"),
    "--client": ("-c", "--client"),
    "--task": ("-k", "--task"),
    "--tag": ("-g", "--tag", "--add-tag"),
}
_SHORT = ("-p", "-c", "-k", "-g")
_SECRET = ("login",)
"""Commands whose options may contain a secret."""


def next_step(args: Sequence[str], error: ClockifyError) -> str:
    """Return the hint of *error* for the command line *args*.

    A mistyped time or name is corrected in that line, and a missing option is added.
    """
    typed, meant = getattr(error, "typed", ""), getattr(error, "meant", "")
    if meant and (line := _corrected(args, typed, meant)):
        return f"Did you mean `{line}`?"
    if not args or args[0] in _SECRET:
        return error.hint
    hint = _NEAR.sub(lambda found: _with_name(args, typed, found), error.hint, count=1)
    return "\n".join(
        _BARE.sub(lambda found: _with_option(args, found), line, count=1)
        for line in hint.split("\n")
    )


def _line(args: Sequence[str], longest: int = LONGEST_LINE) -> str:
    """Return the command line *args*; empty if it would be too long to read or to type."""
    line = f"{NAME} {shlex.join(args)}"
    return line if len(line) <= longest and line.isprintable() else ""


def _corrected(args: Sequence[str], typed: str, meant: str) -> str:
    """Return the command line *args* with *meant* instead of *typed*; empty if that is unclear."""
    words = typed.split()
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if word == typed and at and args[at - 1].startswith("-"):
            instead, end = [meant], at + 1
        elif equals and value == typed and name.startswith("--"):
            instead, end = [f"{name}={meant}"], at + 1
        elif word == typed or list(args[at : at + len(words)]) == words:
            instead, end = meant.split(), at + (1 if word == typed else len(words))
        else:
            continue
        return _line([*args[:at], *instead, *args[end:]])
    return ""


def _with_name(args: Sequence[str], typed: str, found: re.Match[str]) -> str:
    """Return the question with the whole line; unchanged for several names or placeholders."""
    option, *names = shlex.split(found[1])
    same = _OPTIONS[option]
    line, count = list(args), 0
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if equals and name in same and value == typed:
            line[at : at + 1] = [f"{name}={names[0]}"]
        elif word == typed and at and args[at - 1] in same:
            line[at - 1 : at + 1] = [option if args[at - 1] in _SHORT else args[at - 1], names[0]]
        else:
            continue
        count += 1
    text = _line(line) if typed and len(names) == 1 and count == 1 else ""
    return f"Did you mean `{text}`?" if text else found[0]


def _with_option(args: Sequence[str], found: re.Match[str]) -> str:
    """Return the command line with the missing option, to replace the bare option in the hint."""
    option, *value = more = shlex.split(found[1])
    end = args.index("--") if "--" in args else len(args)
    given = option in args[:end] and option not in _REPEATABLE
    if given or any(map(_PLACEHOLDER.search, value)):
        return found[0]
    longest = _LONGEST_REPEATED if value[1:] and option in _REPEATABLE else LONGEST_LINE
    line = _line([*args[:end], *more, *args[end:]], longest)
    return f"`{line}`" if line else found[0]
