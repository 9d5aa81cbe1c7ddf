"""The user's own commands after an event: they get the entry as JSON, and can only warn."""

from __future__ import annotations

import time

from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import ChangeResult, Verb

SECONDS = 10.0
"""The total time limit for the hooks of one command."""
SHELL = """It is run without a shell; `sh -c '…'` starts one."""
_EVENTS: dict[Verb, str] = {"start": "start", "resume": "start", "stop": "stop"}


def after_change(program: Program, change: ChangeResult) -> None:
    """Run ``hook.start`` or ``hook.stop`` if applicable, and ``hook.change`` after every change."""
    if change.dry_run or change.already or not program.settings.hooks:
        return
    from clockify_cli.show.formats.json import changed_json, dumps

    given = dumps(changed_json(change, program.clock.now()))
    run_hooks(program, [*filter(None, (_EVENTS.get(change.verb), "change"))], given)


def run_hooks(program: Program, events: list[str], given: str) -> None:
    """Run the configured commands for *events*, with *given* as their input.

    A hook that hangs is ended early enough for later ones: the time left is shared evenly. No shell
    reads them and the key is not in their environment. A failure is a warning.
    """
    commands = [(event, program.settings.hooks.get(event)) for event in events]
    due = [(event, command) for event, command in commands if command is not None]
    until = time.monotonic() + SECONDS
    for done, (event, command) in enumerate(due):
        share = (until - time.monotonic()) / (len(due) - done)
        _run_hook(program, event, command, given, round(share, 1))


def _run_hook(program: Program, event: str, command: str, given: str, seconds: float) -> None:
    import shlex

    from clockify_cli.child_process import ChildFailed, output_of
    from clockify_cli.credentials import environment_without_key

    try:
        output_of(
            shlex.split(command), environment_without_key(program.environ), seconds, given=given
        )
    except ValueError as error:
        program.warn(f"hook.{event} cannot be read: {error}. {SHELL}")
    except ChildFailed as failure:
        program.warn(f"hook.{event} {failure}. {SHELL}")
