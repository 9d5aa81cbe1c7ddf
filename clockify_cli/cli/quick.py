"""Run one ordinary command line without Typer, whose import takes longer than the rest.

It uses `quick_table`, which is made from Typer's own tree. Ordinary means: a command, options
exactly as listed with their values, and words. Everything else (a mistake, an alias, a bundle such
as ``-bq``, help) is left to Typer, which would handle ordinary lines the same way, only slower.
"""

from __future__ import annotations

from collections.abc import Sequence

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.options import Command, Family
from clockify_cli.cli.program import (
    Program,
    first_word,
    guarded,
    looks_past,
    wants_help,
    wants_json,
)
from clockify_cli.cli.quick_table import DEFAULTS, LINES, PROGRAM
from clockify_cli.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Read = tuple[Command, dict[str, object]]


_OF_PROGRAM = frozenset(name for name, _ in PROGRAM.values())


class Unusual(Exception):
    """This command line is left to Typer."""


def read(args: Sequence[str]) -> Read | None:
    """Return the command that *args* name and its values; None if Typer has to read the line."""
    try:
        return _read(args)
    except Unusual:
        return None


def _read(args: Sequence[str]) -> Read:
    place = first_word(args)
    if place is None or args[place] not in COMMANDS or "--" in args:
        raise Unusual
    name, rest = args[place], [*args[:place], *args[place + 1 :]]
    path = name
    if name in DEFAULTS:
        second = first_word(args[place + 1 :])
        member = DEFAULTS[name] if second is None else rest.pop(place + second)
        path = f"{name} {member}"
    if path not in LINES:
        raise Unusual
    arguments, options = LINES[path]
    values, words = _options(rest, {**PROGRAM, **options})
    values |= _arguments(arguments, words)
    found = COMMANDS[name].load()
    return (found.commands[member] if isinstance(found, Family) else found), values


def _options(
    args: Sequence[str], known: dict[str, tuple[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """Return the values of the options in *args*, and the words between them."""
    values: dict[str, Any] = {}
    words: list[str] = []
    rest = iter(args)
    for word in rest:
        option, equals, text = word.partition("=")
        if word in known:
            name, kind = known[word]
            if isinstance(kind, bool):
                values[name] = kind
                continue
            text = next(rest, "-")
        elif (
            equals and option[:2] == "--" and not isinstance(known.get(option, ("", True))[1], bool)
        ):
            name, kind = known[option]
        elif word.startswith("-") and not looks_past(word):
            raise Unusual
        else:
            words.append(word)
            continue
        value = _checked(kind, text)
        if kind != "list" and name in values and name not in _OF_PROGRAM:
            # Typer reports this, so that the person decides which value is meant.
            raise Unusual
        values[name] = [*values.get(name, ()), value] if kind == "list" else value
    return values, words


def _checked(kind: Any, text: str) -> str | int:
    if text.startswith("-") and not looks_past(text):
        # Perhaps an option whose value was forgotten.
        raise Unusual
    if isinstance(kind, list):
        low, high = kind
        if text.isascii() and text.isdecimal() and len(text) <= 12 and low <= int(text) <= high:
            return int(text)
    elif kind in ("text", "list") or text in kind:
        return text
    raise Unusual


def _arguments(specs: Sequence[tuple[str, Any, bool]], words: list[str]) -> dict[str, Any]:
    """Assign *words* to a command's arguments, if the assignment is unambiguous."""
    if len(specs) == 1 and specs[0][1] == "list" and words:
        return {specs[0][0]: words}
    if len(words) > len(specs) or "" in words or (words and specs[0][1] == "list"):
        raise Unusual
    if any(required for _, _, required in specs[len(words) :]):
        raise Unusual
    return {name: _checked(kind, word) for (name, kind, _), word in zip(specs, words, strict=False)}


def run(args: Sequence[str], clock: Clock | None = None) -> int:
    """Run the command line *args* (without the program's name); return its exit code."""
    program = Program.of_process(clock)
    program.args = args
    return guarded(program, lambda: _perform(program, args))


def _perform(program: Program, args: Sequence[str]) -> int | None:
    program.json = wants_json(args)
    found = None if wants_help(args) else read(args)
    if found is not None:
        command, given = found
        return command.call(program, given)
    from clockify_cli.cli.app import perform

    return perform(program, args)
