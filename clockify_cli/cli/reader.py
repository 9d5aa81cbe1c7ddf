"""Reads the usual command lines from the table of parameters, without Typer.

Importing Typer takes longer than all else that a short command does. Most command lines hold but a
command, options as they are listed, and words; those are read here. Of anything else (a mistake, an
alias, a bundle such as ``-bq``) this reader says nothing, and Typer parses it. What both
understand, they understand alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from clockify_cli.cli.options import Command, Family, Parameter
from clockify_cli.cli.program import Program
from clockify_cli.cli.vocabulary import (
    EMPTY,
    PROGRAM_PARAMETERS,
    Place,
    checker,
    first_word,
    load,
    looks_past,
)
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

_Known = Mapping[str, tuple[str, Parameter, bool]]
"""Each name of an option: under which name its value goes, what it is, whether it turns on."""


class _Unusual(Exception):
    """The command line is none that is read here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A command, the values given for its parameters, and those for the program's own options."""

    command: Command
    given: Mapping[str, object]
    own: Mapping[str, object]

    def run(self, program: Program) -> int | None:
        """Run the command; its exit code."""
        for name, value in self.own.items():
            # An empty profile was named too: it is refused, not passed over.
            if value or value == "":
                setattr(program, name, value)
        return self.command.call(program, self.given)


def read(table: Mapping[str, Place], args: Sequence[str]) -> Reading | None:
    """What *args* ask for; None where only Typer can tell."""
    try:
        return _read(table, args)
    except (_Unusual, UsageError):
        return None


def _read(table: Mapping[str, Place], args: Sequence[str]) -> Reading:
    place = first_word(args)
    if place is None or args[place] not in table or "--" in args:
        raise _Unusual
    found = load(table[args[place]])
    before, after = args[:place], args[place + 1 :]
    if isinstance(found, Family):
        found, after = _member(found, after)
    known = dict(_names([*PROGRAM_PARAMETERS.items(), *found.parameters]))
    values, loose = _taken([*before, *after], known)
    if values.get("version") or values.get("help"):
        raise _Unusual
    values |= _arguments([item for item in found.parameters if item[1].is_argument], loose)
    given = {key: values.get(key, EMPTY[spec.shape]) for key, spec in found.parameters}
    own = {key: values[key] for key in PROGRAM_PARAMETERS if key in values}
    return Reading(found, given, own)


def _member(family: Family, args: Sequence[str]) -> tuple[Command, Sequence[str]]:
    """The command of *family* that *args* name, or its default, and what else they hold."""
    place = first_word(args)
    if place is None:
        return family.commands[family.default], args
    if args[place] not in family.commands:
        raise _Unusual
    return family.commands[args[place]], [*args[:place], *args[place + 1 :]]


def _names(
    parameters: Iterable[tuple[str, Parameter]],
) -> Iterator[tuple[str, tuple[str, Parameter, bool]]]:
    for key, spec in parameters:
        yield from ((name, (key, spec, True)) for name in spec.names)
        yield from ((name, (key, spec, False)) for name in spec.off_names)


def _taken(args: Sequence[str], known: _Known) -> tuple[dict[str, object], list[str]]:
    """The values of the options in *args*, and the words between them."""
    values: dict[str, object] = {}
    loose: list[str] = []
    rest = iter(args)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in known:
            key, spec, on = known[word]
            if not spec.takes_value:
                values[key] = on
                continue
            value = next(rest, "-")
        elif equals and name.startswith("--") and name in known and known[name][1].takes_value:
            key, spec, _ = known[name]
        elif word.startswith("-") and not looks_past(word):
            raise _Unusual
        else:
            loose.append(word)
            continue
        _put(values, key, spec, value)
    return values, loose


def _put(values: dict[str, object], key: str, spec: Parameter, text: str) -> None:
    if text.startswith("-") and not looks_past(text):
        # Perhaps an option whose value was forgotten.
        raise _Unusual
    check = checker(spec)
    value = check(text) if check else text
    if spec.shape == "texts":
        value = (*cast("tuple[object, ...]", values.get(key, ())), value)
    values[key] = value


def _arguments(specs: Sequence[tuple[str, Parameter]], loose: list[str]) -> dict[str, object]:
    """The *loose* words as the value of the one argument that a command has."""
    if not loose and not any(spec.required for _, spec in specs):
        return {}
    if len(specs) != 1:
        raise _Unusual
    key, spec = specs[0]
    if spec.shape == "words":
        return {key: tuple(loose)}
    if len(loose) != 1 or not loose[0]:
        raise _Unusual
    check = checker(spec)
    return {key: check(loose[0]) if check else loose[0]}
