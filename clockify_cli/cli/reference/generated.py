"""Generate the tables for shell completion and for `quick` from Typer's tree."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import typer

from clockify_cli.cli.app import FamilyGroup, app, built
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.commands.help import TOPICS
from clockify_cli.cli.options import OWN
from clockify_cli.cli.reference import tree
from clockify_cli.config.values import KEYS
from clockify_cli.domain.rounding import LEVELS

TableRow = dict[str, object]
QUICK_HEAD = """\
# fmt: off
# ruff: noqa: E501
\"\"\"Made from Typer's tree by ``completions/generate.py`` for `quick`.\"\"\"

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Arguments = tuple[tuple[str, Any, bool], ...]
    Options = dict[str, tuple[str, Any]]
"""
HELP = {"-h": ["", "Print this help."], "--help": ["", "Print this help."]}


@cache
def commands() -> tuple[tuple[str, Any], ...]:
    """Return what a person types for each command, and the command as Typer has it."""
    rows: list[tuple[str, Any]] = []
    for name in COMMANDS:
        found = command_of(name)
        if isinstance(found, FamilyGroup):
            rows += [(f"{name} {second}", one) for second, one in found.commands.items()]
        else:
            rows.append((name, found))
    return tuple(rows)


@cache
def command_of(name: str) -> Any:
    """Return the command or the family *name* with all its options, built once."""
    return built(name, COMMANDS[name])


def completion_table() -> str:
    """Return the JSON of ``completion_table.json``, whose shape `completion_data` explains."""
    families = {
        name: place.help
        for name, place in COMMANDS.items()
        if isinstance(command_of(name), FamilyGroup)
    }
    rows = {path: _completed(path, command) for path, command in commands()}
    program = {**_offered(typer.main.get_command(app)), **HELP}
    table = {"program": program, "families": families, "commands": rows}
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _completed(path: str, command: Any) -> TableRow:
    specs = tree.declared(command)
    arguments = [each for each in command.params if not tree.names(each)]
    words = next((_kind(specs[each.name]) for each in arguments), "")
    kind, colon, use = words.partition(":")
    if kind == "name":
        words = path.partition(" ")[0].removesuffix("s") + colon + use
    options = _offered(command, own=False)
    return {"help": command.short_help, "options": options, "words": words}


def _offered(command: Any, *, own: bool = True) -> dict[str, list[str]]:
    """Return the kind of value and the help of each option, by each of its names."""
    specs = tree.declared(command)
    return {
        name: [_kind(specs[each.name]) if tree.takes_value(each) else "", each.help]
        for each in command.params
        if own or each.name not in (*OWN, "version")
        for name in tree.names(each)
    }


_FIXED = {"level": ",".join(LEVELS), "type:filter": "regular,break,time-off,holiday:filter"}


def _kind(spec: tree.Declared) -> str:
    if spec.completes == "setting":
        return ",".join(key.name for key in KEYS.values() if not key.project)
    if spec.completes == "topic":
        return ",".join((*COMMANDS, *TOPICS))
    if spec.completes in _FIXED:
        return _FIXED[spec.completes]
    # A list with one item needs a comma, to distinguish it from a kind.
    only = f"{spec.choices[0]}," if len(spec.choices) == 1 else ""
    return only or ",".join(spec.choices) or spec.completes or "text"


def quick_table() -> str:
    """Return the source of the module ``quick_table``."""
    defaults = {
        name: found.default
        for name in COMMANDS
        if isinstance(found := command_of(name), FamilyGroup)
    }
    lines = [
        QUICK_HEAD,
        f"DEFAULTS = {defaults!r}",
        f"PROGRAM: Options = {_known(typer.main.get_command(app), own=True)!r}",
        "LINES: dict[str, tuple[Arguments, Options]] = {",
    ]
    for path, command in commands():
        specs = tree.declared(command)
        words = tuple(
            (each.name, _reading(each, specs[each.name]), each.required)
            for each in command.params
            if not tree.names(each)
        )
        lines.append(f"    {path!r}: ({words!r}, {_known(command, own=False)!r}),")
    return "\n".join([*lines, "}\n"])


def _known(command: Any, *, own: bool) -> dict[str, Any]:
    """Return, for each name of an option, its parameter and how its value is read."""
    specs = tree.declared(command)
    found: dict[str, Any] = {}
    for each in command.params:
        if each.name == "version" or (each.name in OWN) is not own:
            continue
        how = _reading(each, specs[each.name])
        found |= dict.fromkeys(tree.names(each), (each.name, how))
        if how is True:
            found |= dict.fromkeys(each.secondary_opts, (each.name, False))
    return found


def _reading(parameter: Any, spec: tree.Declared) -> Any:
    """Return True for a flag; else ``text``, ``list``, the choices, or the lowest and highest
    number."""
    if tree.names(parameter) and not tree.takes_value(parameter):
        return True
    if spec.is_list:
        return "list"
    return spec.choices or (list(spec.bounds) if spec.bounds else "text")
