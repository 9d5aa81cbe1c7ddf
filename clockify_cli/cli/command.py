'''What makes a function a command, and how it is called; Typer is not needed for either.

A command is a function of the run's `Program` and of its options and words, each declared once,
as Typer wants it:

    @command("stop", "stop --at 17:30")
    def stop(
        program: Program,
        *,
        at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="The end.")] = None,
        fields: EntryFields,
        output: JsonChoice,
    ) -> None:
        """Stop the running timer."""

A parameter whose type is a dataclass of options (`EntryFields`) stands for all its fields; the help
shows them in a panel of their own where the dataclass names a `panel`.

Annotations stay text until Typer builds the command, so that a command can be called where Typer
was never imported. Names that only annotations use (`typer`, `Annotated`, `Literal`, `complete`)
are imported for the type checker alone; `clockify_cli.cli.signature` knows what they mean.
'''

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from clockify_cli.cli.program import Program
from clockify_cli.values import dataclass, fields, is_dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Any, ClassVar, Literal

    import typer

Function = Callable[..., int | None]


@dataclass(frozen=True)
class ProgramOptions:
    """The options of the program itself, taken before and after every command."""

    panel: ClassVar[str] = "Everywhere"
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="NAME", help="Use the settings of this profile."),
    ] = None
    color: Annotated[
        Literal["auto", "always", "never"] | None,
        typer.Option("--color", metavar="WHEN", help="Colors: auto, always or never."),
    ] = None
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Never ask; fail and name the option to give.")
    ] = False
    debug: Annotated[
        bool, typer.Option("--debug", help="Write a log if something unexpected fails.")
    ] = False
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print only the id of what changed.")
    ] = False


def members(group: type[Any]) -> tuple[str, ...]:
    """The names of the fields of a dataclass of options."""
    return tuple(member.name for member in fields(group))


OWN = members(ProgramOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """A function that runs a command, returning an exit code where it is not 0.

    *examples* are command lines without the program's name. The function's docstring heads the
    help, *notes* end it, each of their lines as it is.
    """

    function: Function
    examples: tuple[str, ...]
    notes: str = ""

    @property
    def help(self) -> str:
        """The function's docstring."""
        return self.function.__doc__ or ""

    def groups(self) -> dict[str, type[Any]]:
        """The parameters that stand for a dataclass of options, each with its class."""
        space = vars(sys.modules[self.function.__module__])
        named = ((name, space.get(text)) for name, text in self.function.__annotations__.items())
        return {
            name: found for name, found in named if isinstance(found, type) and is_dataclass(found)
        }

    def arguments(self, given: Mapping[str, object]) -> dict[str, object]:
        """The function's arguments: *given* has each parameter and each field of a group."""
        groups = self.groups()
        apart = {*OWN, *(member for group in groups.values() for member in members(group))}
        values = {name: value for name, value in given.items() if name not in apart}
        for name, group in groups.items():
            mine = {member: given[member] for member in members(group) if member in given}
            values[name] = group(**mine)
        return values

    def call(self, program: Program, given: Mapping[str, object]) -> int | None:
        """Run with *given*, the program's own options among them; the exit code."""
        set_own(program, given)
        return self.function(program, **self.arguments(given))


def command(*examples: str, notes: str = "") -> Callable[[Function], Command]:
    """Make a command of a function; see `Command`."""
    return lambda function: Command(function, examples, notes)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Commands that share a first word; *default* runs where no second word names one.

    *notes* are shown at the end of the help; text that takes time to make is made there.
    """

    help: str
    default: str
    commands: Mapping[str, Command]
    notes: Callable[[], str] | None = None


def set_own(program: Program, given: Mapping[str, object]) -> None:
    """Keep those of *given* that are the program's own options in *program*."""
    for name in OWN:
        value = given.get(name)
        # An empty profile was named too: it is refused, not passed over.
        if value or value == "":
            setattr(program, name, value)
