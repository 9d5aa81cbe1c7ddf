"""Turn a `Command` into a function that Typer can read and that calls the command.

Annotations, which are text until here, are evaluated, and a parameter for a dataclass of options
becomes all of that dataclass's fields: Typer uses the function's ``__signature__``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin, get_type_hints

import typer

from clockify_cli.cli.options import Command, ProgramOptions, parameters
from clockify_cli.cli.program import Program, plain
from clockify_cli.cli.reference import complete
from clockify_cli.values import is_dataclass

Context = Any
"""Typer's context; the class that its own methods name is not public."""
ANNOTATIONS = {
    "Annotated": Annotated,
    "ClassVar": ClassVar,
    "Literal": Literal,
    "typer": typer,
    "complete": complete,
}
"""The names that annotations may use besides those of their module."""


def program_of(context: Context) -> Program:
    """Return the run that *context* belongs to."""
    program: Program | None = context.find_object(Program)
    if program is None:
        program = context.find_root().obj = Program.of_process()
    return program


def show_version(context: typer.Context, value: bool) -> None:
    """Print the version and exit, if requested."""
    from clockify_cli import NAME, __version__

    if value:
        program_of(context).say(f"{NAME} {__version__}")
        raise typer.Exit


VERSION = typer.Option(
    "-V",
    "--version",
    help="Print the version.",
    rich_help_panel=ProgramOptions.panel,
    is_eager=True,
    callback=show_version,
)


def parameter(name: str, annotation: object, default: object = False) -> inspect.Parameter:
    """Return a parameter in the form that Typer reads; its own help says what its default is."""
    for info in get_args(annotation)[1:]:
        info.show_default = False
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def unfolded(function: Callable[..., object]) -> Iterator[inspect.Parameter]:
    """Yield the parameters of *function*, option groups as their fields, the program's last.

    If the command declares an option that the program also has, the command's meaning applies.
    """
    hints = get_type_hints(function, localns=ANNOTATIONS, include_extras=True)
    taken: set[str] = set()
    for name, own in inspect.signature(function).parameters.items():
        if is_dataclass(hints[name]):
            found = list(group_fields(hints[name]))
        elif get_origin(hints[name]) is Annotated:
            found = [parameter(name, hints[name], own.default)]
        else:
            continue
        for each in found:
            taken |= declared_names(each)
        yield from found
    yield from (each for each in group_fields(ProgramOptions) if not taken & declared_names(each))
    yield parameter("version", Annotated[bool, VERSION])


def declared_names(each: inspect.Parameter) -> set[str]:
    """Return the names of an option such as ``--color``; empty for an argument."""
    return {name for info in get_args(each.annotation)[1:] for name in option_names(info)}


def option_names(info: Any) -> list[str]:
    """Return the names in ``typer.Option(…)`` as it was written; empty for an argument."""
    # Within Annotated the first name is in the place of a default.
    return [name for name in (info.default, *(info.param_decls or ())) if str(name).startswith("-")]


def group_fields(group: Any) -> Iterator[inspect.Parameter]:
    """Yield the fields of a dataclass of options as parameters, in the panel that it names."""
    hints = get_type_hints(group, localns=ANNOTATIONS, include_extras=True)
    prefix = getattr(group, "prefix", "")
    for name, member in parameters(group):
        _, info = get_args(hints[member])
        info.rich_help_panel = info.rich_help_panel or getattr(group, "panel", None)
        if prefix:
            long = next(each for each in option_names(info) if each.startswith("--"))
            info.default, info.param_decls = long.replace("--", f"--{prefix}-"), ()
        default = getattr(group, member, inspect.Parameter.empty)
        yield parameter(name, hints[member], default)


def typed(command: Command) -> Callable[..., int | None]:
    """Return a function for Typer that calls *command*."""

    def callback(context: typer.Context, **given: Any) -> int | None:
        if context.invoked_subcommand is not None:
            return None
        given.pop("version")
        return command.call(program_of(context), unmarked(given))

    context = parameter("context", typer.Context, inspect.Parameter.empty)
    signature = inspect.Signature([context, *unfolded(command.function)])
    callback.__dict__["__signature__"] = signature
    return callback


def unmarked(given: dict[str, Any]) -> dict[str, Any]:
    """Return the parameter values as they were typed; see `program.marked`."""
    return {name: _unmarked(value) for name, value in given.items()}


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(each) for each in value]
    return plain(value) if isinstance(value, str) else value
