"""Generate man pages from the same source as ``--help``: Typer's tree and the help topics."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any

import typer

from clockify_cli import NAME, __version__
from clockify_cli.cli.app import EXAMPLES, FamilyGroup, app, first_line
from clockify_cli.cli.commands import COMMANDS, Place
from clockify_cli.cli.commands.help import TOPICS
from clockify_cli.cli.options import OWN, Command, Family
from clockify_cli.cli.reference import tree
from clockify_cli.cli.reference.generated import command_of

_SPECIAL = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "~": r"\(ti", "^": r"\(ha", "…": "..."}
"""Characters that troff would interpret, or show as characters that cannot be pasted."""


def man_pages() -> dict[str, str]:
    """Return the text of each page by its path, such as ``man1/clockify-start.1``."""
    pages = {f"man1/{NAME}.1": _program()}
    pages |= {f"man1/{NAME}-{name}.1": _page(name, place) for name, place in COMMANDS.items()}
    return pages | {f"man7/{NAME}-{name}.7": _topic(name, text()) for name, text in TOPICS.items()}


def _program() -> str:
    command = typer.main.get_command(app)
    families = {place.panel for place in COMMANDS.values()}
    lines = [
        *_head(NAME, 1, "track your time, with or without a Clockify account"),
        ".SH SYNOPSIS",
        rf".B {NAME}",
        r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]",
        ".SH DESCRIPTION",
        *_paragraphs(str(command.help)),
        ".SH OPTIONS",
        "Every command takes these too.",
        *_options(command, own=True),
    ]
    for panel in sorted(families, key=[place.panel for place in COMMANDS.values()].index):
        lines += [f'.SH "{panel.upper()}"']
        for name, place in COMMANDS.items():
            if place.panel == panel:
                lines += [".TP", rf"\fB{_text(f'{NAME}-{name}')}\fR(1)", _prose(place.help) + "."]
    lines += [
        *_examples(EXAMPLES),
        ".SH FILES",
        f"{_prose(f'`{NAME} doctor`')} names the folders of settings and data.",
        ".SH ENVIRONMENT",
        rf"\fB{_text(f'{NAME}-environment')}\fR(7) lists the variables.",
        *_see_also(()),
    ]
    return _joined(lines)


def _page(name: str, place: Place) -> str:
    loaded, command = place.load(), command_of(name)
    lines = _head(f"{NAME}-{name}", 1, place.help[0].lower() + place.help[1:])
    if isinstance(loaded, Family) and isinstance(command, FamilyGroup):
        lines += [".SH SYNOPSIS", rf".B {NAME} {name}", r"[\fICOMMAND\fR] [\fIOPTIONS\fR]"]
        lines += [".SH DESCRIPTION", *_paragraphs(loaded.help)]
        lines += [f"Without a command: \\fB{loaded.default}\\fR.", ".SH COMMANDS"]
        for second, member in loaded.commands.items():
            lines += [f".SS {second}", *_synopsis(f"{name} {second}", command.commands[second])]
            lines += [".PP", *_paragraphs(member.help), *_options(command.commands[second])]
            lines += _notes(member.notes)
        lines += _examples([each for one in loaded.commands.values() for each in one.examples])
        if loaded.notes:
            lines += [".SH NOTES", *_notes(loaded.notes())]
    elif isinstance(loaded, Command):
        lines += [".SH SYNOPSIS", *_synopsis(name, command)]
        lines += [".SH DESCRIPTION", *_paragraphs(loaded.help)]
        if options := _options(command):
            lines += [".SH OPTIONS", *options]
        lines += [*_examples(loaded.examples)]
        if loaded.notes:
            lines += [".SH NOTES", *_notes(loaded.notes)]
    return _joined([*lines, *_see_also((NAME,))])


def _topic(name: str, text: str) -> str:
    head = first_line(text).rstrip(".")
    return _joined(
        [
            *_head(f"{NAME}-{name}", 7, head[0].lower() + head[1:]),
            ".SH DESCRIPTION",
            *_as_it_is(text.splitlines()),
            *_see_also((NAME,)),
        ]
    )


def _head(page: str, section: int, line: str) -> list[str]:
    title = f'.TH "{page.upper()}" {section} "" "{NAME}-cli {__version__}" "{NAME}"'
    return [title, ".SH NAME", rf"{_text(page)} \- {_prose(line)}"]


def _see_also(pages: Sequence[str]) -> list[str]:
    topics = [rf"\fB{_text(f'{NAME}-{topic}')}\fR(7)" for topic in TOPICS]
    return [".SH SEE ALSO", ", ".join([*(rf"\fB{page}\fR(1)" for page in pages), *topics])]


def _synopsis(path: str, command: Any) -> list[str]:
    context = command.context_class(command, info_name=f"{NAME} {path}")
    pieces = _text(" ".join(command.collect_usage_pieces(context)))
    return [rf".B {_text(f'{NAME} {path}')}", re.sub(r"[A-Z]+", r"\\fI\g<0>\\fR", pieces)]


def _options(command: Any, *, own: bool = False) -> list[str]:
    lines: list[str] = []
    for each in command.params:
        # A command's page leaves out the options on the program's page.
        if not own and each.name in (*OWN, "version", "help"):
            continue
        if tree.names(each):
            value = rf" \fI{_text(each.metavar)}\fR" if tree.takes_value(each) else ""
            listed = ", ".join(rf"\fB{_text(name)}\fR" for name in tree.names(each)) + value
        else:
            listed = rf"\fI{_text(each.metavar or each.name.upper())}\fR"
        lines += [".TP", listed, _prose(each.help or "")]
    return lines


def _examples(lines: Sequence[str]) -> list[str]:
    return [".SH EXAMPLES", *_as_it_is([f"{NAME} {line}" for line in lines], indented=True)]


def _notes(text: str) -> list[str]:
    lines: list[str] = []
    # Text that begins on its first line has no margin to remove.
    text = inspect.cleandoc(text) if text.startswith("\n") else text
    for part in text.split("\n\n") if text else ():
        is_list = part.startswith(" ")
        lines += _as_it_is(part.splitlines()) if is_list else [".PP", *_paragraphs(part)]
    return lines


def _paragraphs(text: str) -> list[str]:
    parts = inspect.cleandoc(text).split("\n\n")
    return [line for part in parts for line in (_prose(part.replace("\n", " ")), ".PP")][:-1]


def _as_it_is(lines: Sequence[str], *, indented: bool = False) -> list[str]:
    """Return *lines* with their line breaks and spaces, in a fixed-width font."""
    inner = [".nf", *(_line_start(_text(line)) for line in lines), ".fi"]
    return [".PP", ".RS", *inner, ".RE"] if indented else [".PP", *inner]


def _prose(text: str) -> str:
    """Return *text* with text between backticks in bold."""
    parts = _text(text).split("`")
    return _line_start("".join(rf"\fB{part}\fR" if n % 2 else part for n, part in enumerate(parts)))


def _line_start(text: str) -> str:
    return rf"\&{text}" if text.startswith(".") else text


def _text(text: str) -> str:
    return re.sub(r"[\\\-'~^…]", lambda found: _SPECIAL[found[0]], text)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
