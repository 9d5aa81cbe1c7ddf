"""The user's own commands after an event: they get the entry as JSON, and can only warn."""

from __future__ import annotations

from clockify_cli.cli.program import Program
from clockify_cli.domain.change import Changed, Verb

SECONDS = 10.0
SHELL = """No shell reads it; `sh -c '…'` is one."""
_EVENTS: dict[Verb, str] = {"start": "start", "resume": "start", "stop": "stop"}


def after_change(program: Program, change: Changed) -> None:
    """Run ``hook.start`` or ``hook.stop`` where it fits, and ``hook.change`` after every change."""
    if change.dry_run or change.already or not program.settings.hooks:
        return
    from clockify_cli.show.as_json import changed_json, dumps

    given = dumps(changed_json(change, program.clock.now()))
    for event in filter(None, (_EVENTS.get(change.verb), "change")):
        run_hook(program, event, given)


def run_hook(program: Program, event: str, given: str) -> None:
    """Run the command that the configuration has for *event*, with *given* as its input.

    No shell reads it and the key is not in its environment. A failure is a warning.
    """
    command = program.settings.hooks.get(event)
    if command is None:
        return
    import shlex

    from clockify_cli.child_process import ChildFailed, output_of
    from clockify_cli.credentials import environment_without_key

    try:
        output_of(
            shlex.split(command), environment_without_key(program.environ), SECONDS, given=given
        )
    except ValueError as error:
        program.warn(f"hook.{event} cannot be read: {error}. {SHELL}")
    except ChildFailed as failure:
        program.warn(f"hook.{event} {failure}. {SHELL}")
