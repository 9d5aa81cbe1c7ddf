"""How a command line is understood, by Typer and without it; nothing is run."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator, Mapping, Sequence
from unittest.mock import patch

import pytest
import typer

from clockify_cli.cli.app import perform
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.options import OWN, Command, Family, set_own
from clockify_cli.cli.program import Program
from clockify_cli.cli.quick import read
from tests.cli.conftest import TEN
from tests.run_at import SetClock

DEFAULT_TYPER = "0.28"
default_typer = pytest.mark.skipif(
    not typer.__version__.startswith(DEFAULT_TYPER),
    reason="another Typer than the default one words arguments in another way",
)
"""Marks tests for the Typer that is installed by default."""

Understood = tuple[Command, dict[str, object], dict[str, object]]
"""A command, the arguments of its function, and the program's own options."""


def every_command() -> dict[str, Command]:
    """Return each command by what is typed for it."""
    found: dict[str, Command] = {}
    for name, place in COMMANDS.items():
        loaded = place.load()
        if isinstance(loaded, Family):
            found |= {f"{name} {second}": one for second, one in loaded.commands.items()}
        else:
            found[name] = loaded
    return found


def fresh_program() -> Program:
    return Program(
        stdin=io.StringIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ={},
        clock=SetClock(TEN),
    )


def by_typer(args: Sequence[str]) -> Understood | None:
    """Return how Typer reads *args*; None if no command is run. Raises if they are wrong."""
    calls: list[tuple[Command, Mapping[str, object]]] = []

    def note(command: Command, _program: Program, given: Mapping[str, object]) -> None:
        calls.append((command, given))

    program = fresh_program()
    with patch.object(Command, "call", note):
        perform(program, args)
    return _understood(program, *calls[0]) if calls else None


def by_quick(args: Sequence[str]) -> Understood | None:
    """Return how *args* are read without Typer; None if they are left to it."""
    found = read(args)
    if found is None:
        return None
    program = fresh_program()
    set_own(program, found[1])
    return _understood(program, *found)


def _understood(program: Program, command: Command, given: Mapping[str, object]) -> Understood:
    own = {name: getattr(program, name) for name in OWN}
    return command, {**dict(_defaults(command)), **command.arguments(given)}, own


def _defaults(command: Command) -> Iterator[tuple[str, object]]:
    for name, parameter in inspect.signature(command.function).parameters.items():
        if parameter.default is not inspect.Parameter.empty:
            yield name, parameter.default
