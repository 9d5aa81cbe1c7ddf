"""The tree of commands and one run of it; each command's module loads when it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from clockify_cli.cli.foreseen import command_words, wants_help, wants_json
from clockify_cli.cli.options import Command
from clockify_cli.cli.output import guarded
from clockify_cli.cli.program import Program
from clockify_cli.cli.reader import read
from clockify_cli.cli.streams import inlet, outlet
from clockify_cli.cli.vocabulary import Place, answer, asks_only, load
from clockify_cli.clock import Clock, SystemClock

if TYPE_CHECKING:
    from clockify_cli.cli.tree import ProgramGroup

_CLI = "clockify_cli.cli"
TRACK, LOOK, NAMES, DATA = "Track time", "Look at it", "Names", "In and out"
CLOCKIFY, SETUP = "Clockify", "Set up"

TABLE: dict[str, Place] = {
    "start": Place(f"{_CLI}.timer", "start", "Start a timer; a running one stops", TRACK),
    "stop": Place(f"{_CLI}.timer", "stop", "Stop the running timer", TRACK),
    "status": Place(f"{_CLI}.timer", "status", "What runs, and today's total", TRACK),
    "add": Place(f"{_CLI}.entries", "add", "Record past work", TRACK),
    "resume": Place(f"{_CLI}.timer", "resume", "Start again what an entry says", TRACK),
    "cancel": Place(f"{_CLI}.timer", "cancel", "Throw the running timer away", TRACK),
    "delete": Place(f"{_CLI}.entries", "delete", "Remove entries", TRACK),
    "undo": Place(f"{_CLI}.history", "undo", "Take back the last change", TRACK),
    "redo": Place(f"{_CLI}.history", "redo", "Do again what undo took back", TRACK),
    "log": Place(f"{_CLI}.log", "log", "Entries by day", LOOK),
    "report": Place(f"{_CLI}.report", "report", "Totals by project, day, tag and more", LOOK),
    "timesheet": Place(
        f"{_CLI}.report", "timesheet", "A week as a grid of projects and days", LOOK
    ),
    "history": Place(f"{_CLI}.history", "history", "What was changed, and when", LOOK),
    "projects": Place(f"{_CLI}.catalogue", "projects", "List projects, or add one", NAMES),
    "clients": Place(f"{_CLI}.catalogue", "clients", "List clients, or add one", NAMES),
    "tasks": Place(f"{_CLI}.catalogue", "tasks", "List tasks, or add one", NAMES),
    "tags": Place(f"{_CLI}.catalogue", "tags", "List tags, or add one", NAMES),
    "export": Place(f"{_CLI}.exchange", "export", "Write entries as CSV or JSON", DATA),
    "import": Place(f"{_CLI}.exchange", "import_", "Read entries from CSV or JSON", DATA),
    "backup": Place(f"{_CLI}.backup", "backup", "Copy the whole timesheet", DATA),
    "restore": Place(f"{_CLI}.backup", "restore", "Put a copy back", DATA),
    "login": Place(f"{_CLI}.account", "login", "Connect a Clockify account", CLOCKIFY),
    "logout": Place(f"{_CLI}.account", "logout", "Forget the key", CLOCKIFY),
    "whoami": Place(f"{_CLI}.account", "whoami", "Who is signed in, and what is left", CLOCKIFY),
    "workspaces": Place(f"{_CLI}.workspaces", "workspaces", "List workspaces, or switch", CLOCKIFY),
    "sync": Place(f"{_CLI}.sync", "sync", "Send what waits, fetch what changed", CLOCKIFY),
    "queue": Place(f"{_CLI}.sync", "queue", "What waits to be sent or decided", CLOCKIFY),
    "config": Place(f"{_CLI}.settings", "config", "Show and change the settings", SETUP),
    "completion": Place(f"{_CLI}.shell", "completion", "Complete words in your shell", SETUP),
    "doctor": Place(f"{_CLI}.doctor", "doctor", "Check the set-up", SETUP),
    "help": Place(f"{_CLI}.help_topics", "help_", "Explain a command or a topic", SETUP),
}


def run(args: Sequence[str], clock: Clock | None = None) -> int:
    """Run the command line *args* (without the program's name); its exit code."""
    stdout = outlet(sys.stdout, vital=True)
    program = Program(
        stdin=inlet(sys.stdin),
        stdout=stdout,
        stderr=outlet(sys.stderr, vital=False),
        environ=os.environ,
        clock=clock or SystemClock(),
    )
    return guarded(program, lambda: perform(program, list(args)))


def perform(program: Program, args: list[str]) -> int | None:
    """Parse and run *args*; raises what `output.guarded` turns into an exit code."""
    program.json = wants_json(args)
    if wants_help(args):
        program.help = True
        return answer(program, lambda: help_for(program, command_words(args)))
    reading = read(TABLE, args)
    if reading is not None:
        return reading.run(program)
    from clockify_cli.cli.tree import parsed

    return parsed(root(), program, args)


@cache
def root() -> ProgramGroup:
    """The tree of commands as Typer has it."""
    from clockify_cli.cli.tree import ProgramGroup

    return ProgramGroup(TABLE, alone)


def alone(program: Program) -> int | None:
    """What the program does without a command: on a terminal the status, else the help."""
    if asks_only(program):
        return answer(program, lambda: help_for(program, []))
    if program.plain.is_terminal and os.path.exists(program.paths.database):
        from clockify_cli.cli.timer import overview

        if overview(program):
            return 0
    program.say(help_for(program, []))
    return 0


def help_for(program: Program, words: list[str]) -> str:
    """The help of what *words* begin with; UsageError for an unknown command."""
    from clockify_cli.cli import help_text

    if not words:
        return help_text.program_help(TABLE)
    name, *rest = root().without_alias(program, words)
    if name not in TABLE:
        raise root().unknown(name)
    found = load(TABLE[name])
    if isinstance(found, Command):
        return help_text.command_help(name, found)
    if rest and rest[0] in found.commands:
        return help_text.command_help(f"{name} {rest[0]}", found.commands[rest[0]])
    return help_text.family_help(name, found)
