"""Help as plain text within 80 columns: examples first, then what can be given."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from clockify_cli.cli.options import Command, Family, Parameter
from clockify_cli.cli.vocabulary import NAME, PROGRAM_PARAMETERS, Place

WIDTH = 80
_COLUMN = 30

Row = tuple[str, str]


def program_help(table: Mapping[str, Place]) -> str:
    """The help of the program itself: how to begin, and every command in its section."""
    parts = [
        f"{NAME}: track your time here, with or without a Clockify account.",
        f"Usage: {NAME} COMMAND [WORDS...] [OPTIONS]",
        _examples(("start Write spec -p Acme/Website -g deep", "stop", "report week")),
    ]
    sections = dict.fromkeys(place.section for place in table.values())
    for section in sections:
        rows = [(name, place.help) for name, place in table.items() if place.section == section]
        parts.append(_section(section, rows, column=14))
    parts.append(_section("Options, before or after the command", _program_rows()))
    parts.append(
        f"`{NAME} COMMAND --help` explains a command, `{NAME} help TOPIC` a topic:\n"
        "time, filters, exit-codes, environment, formatting."
    )
    return "\n\n".join(parts)


def command_help(path: str, command: Command) -> str:
    """The help of the command that a person types as *path*."""
    specs = [spec for _name, spec in command.parameters]
    arguments = [spec for spec in specs if spec.is_argument]
    usage = " ".join([NAME, path, *map(_usage_word, arguments), "[OPTIONS]"])
    parts = [f"Usage: {usage}", _paragraphs(command.help), _examples(command.examples)]
    if arguments:
        parts.append(_section("Words", [(spec.metavar, spec.help) for spec in arguments]))
    rows = [(_names(spec), spec.help) for spec in specs if not spec.is_argument]
    if rows:
        parts.append(_section("Options", rows))
    parts.append(_everywhere())
    if command.notes:
        parts.append(_paragraphs(command.notes))
    return "\n\n".join(parts)


def family_help(name: str, family: Family) -> str:
    """The help of the first word of a family of commands."""
    rows = [(second, first_line(command.help)) for second, command in family.commands.items()]
    examples = [example for command in family.commands.values() for example in command.examples[:1]]
    parts = [
        f"Usage: {NAME} {name} [{' | '.join(family.commands)}] [OPTIONS]",
        _paragraphs(family.help),
        _examples(examples),
        _section("Commands", rows, column=14),
        f"Without a second word: {family.default}. `{NAME} {name} COMMAND --help` says more.",
        _everywhere(),
    ]
    if family.notes is not None:
        parts.append(family.notes())
    return "\n\n".join(parts)


def first_line(text: str) -> str:
    """The first line of a docstring."""
    return text.strip().partition("\n")[0]


def _usage_word(spec: Parameter) -> str:
    # Words say themselves which of them can be left out.
    if spec.required or spec.shape == "words" or spec.metavar.startswith("["):
        return spec.metavar
    return f"[{spec.metavar}]"


def _names(spec: Parameter) -> str:
    names = ", ".join((*spec.names, *spec.off_names))
    return f"{names} {spec.metavar}" if spec.takes_value else names


def _program_rows() -> list[Row]:
    return [(_names(spec), spec.help) for spec in PROGRAM_PARAMETERS.values()]


def _everywhere() -> str:
    names = [_names(spec) for spec in PROGRAM_PARAMETERS.values()]
    return textwrap.fill(
        f"Everywhere: {'; '.join(names)}.", WIDTH, break_on_hyphens=False, subsequent_indent="  "
    )


def _examples(lines: Iterable[str]) -> str:
    return "\n".join(["Examples:", *(f"  {NAME} {line}" for line in lines)])


def _paragraphs(text: str) -> str:
    """A docstring's paragraphs, filled; indented lines stay as they are."""
    import inspect

    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(map(_filled, paragraphs))


def _filled(paragraph: str) -> str:
    if any(line.startswith(" ") for line in paragraph.split("\n")):
        return paragraph
    return textwrap.fill(paragraph, WIDTH, break_on_hyphens=False, break_long_words=False)


def _section(title: str, rows: Iterable[Row], column: int = _COLUMN) -> str:
    lines = [f"{title}:"]
    for name, text in rows:
        lines.extend(_row(name, text, column))
    return "\n".join(lines)


def _row(name: str, text: str, column: int) -> list[str]:
    wrapped = textwrap.wrap(text, WIDTH - column, break_on_hyphens=False) or [""]
    beginning = f"  {name}"
    if len(beginning) + 2 > column:
        return [beginning, *(" " * column + line for line in wrapped)]
    first = f"{beginning:<{column}}{wrapped[0]}".rstrip()
    return [first, *(" " * column + line for line in wrapped[1:])]
