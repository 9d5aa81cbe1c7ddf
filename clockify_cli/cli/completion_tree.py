"""The table behind the shells' completion, made from the tree of commands."""

from __future__ import annotations

import json
from collections.abc import Iterable

from clockify_cli.cli.app import TABLE
from clockify_cli.cli.help_text import first_line
from clockify_cli.cli.help_topics import TOPICS
from clockify_cli.cli.options import Command, Family, Parameter
from clockify_cli.cli.vocabulary import PROGRAM_PARAMETERS, load
from clockify_cli.config.keys import KEYS

Row = dict[str, object]


def table_text() -> str:
    """The JSON of ``completion_table.json``, whose shape `completion_data` explains."""
    families: dict[str, str] = {}
    commands: dict[str, Row] = {}
    for name, place in TABLE.items():
        found = load(place)
        if isinstance(found, Family):
            families[name] = place.help
            for second, command in found.commands.items():
                commands[f"{name} {second}"] = _row(first_line(command.help), command)
        else:
            commands[name] = _row(place.help, found)
    program = _options(PROGRAM_PARAMETERS.values())
    table = {"program": program, "families": families, "commands": commands}
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _row(help_line: str, command: Command) -> Row:
    specs = [spec for _, spec in command.parameters]
    words = next((_kind(spec) for spec in specs if spec.is_argument), "")
    options = _options(spec for spec in specs if not spec.is_argument)
    return {"help": help_line, "options": options, "words": words}


def _options(specs: Iterable[Parameter]) -> dict[str, list[str]]:
    """The kind of value and the help of each option, by each of its names."""
    return {
        name: [_kind(spec) if spec.takes_value else "", spec.help]
        for spec in specs
        for name in (*spec.names, *spec.off_names)
    }


def _kind(spec: Parameter) -> str:
    if spec.complete == "setting":
        return ",".join(key.name for key in KEYS.values() if not key.project)
    if spec.complete == "topic":
        return ",".join((*TABLE, *TOPICS))
    return ",".join(spec.choices) or spec.complete or "text"
