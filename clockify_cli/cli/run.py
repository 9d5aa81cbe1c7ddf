"""One run of the program, from the command line to an exit code; Typer only if needed."""

from __future__ import annotations

from collections.abc import Sequence

from clockify_cli.cli.program import Program, guarded, wants_help, wants_json
from clockify_cli.cli.quick import read
from clockify_cli.clock import Clock


def run(args: Sequence[str], clock: Clock | None = None) -> int:
    """Run the command line *args* (without the program's name); its exit code."""
    program = Program.of_process(clock)
    return guarded(program, lambda: _perform(program, args))


def _perform(program: Program, args: Sequence[str]) -> int | None:
    program.json = wants_json(args)
    found = None if wants_help(args) else read(args)
    if found is not None:
        command, given = found
        return command.call(program, given)
    from clockify_cli.cli.app import perform

    return perform(program, args)
