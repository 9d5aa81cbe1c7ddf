"""Commands as Typer sees them: built from our values, parsed by Typer, run by us.

Typer's own way from a function's signature to a command costs more time than all else a short
command does, so its parameters are made here directly. Nor is `Typer` itself used: with it would
come its hook for exceptions, which may show local variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from typer import TyperException
from typer._click.exceptions import BadOptionUsage, NoSuchOption
from typer._click.exceptions import UsageError as TyperUsageError
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from clockify_cli.cli.options import Command, Family, Parameter
from clockify_cli.cli.other_words import COMMANDS, instead_of_option
from clockify_cli.cli.output import quoted
from clockify_cli.cli.parser import Parser
from clockify_cli.cli.program import Program
from clockify_cli.cli.vocabulary import (
    EMPTY,
    NAME,
    PROGRAM_PARAMETERS,
    Place,
    answer,
    asks_only,
    checker,
    first_word,
    load,
    nearest,
)
from clockify_cli.errors import UsageError

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.core import Parameter as TyperParameter
    from typer._click.parser import _OptionParser


KEY_GIVEN = (
    "A key is never given on the command line: others can read it there, and it may now be in the"
    f" history of your shell.\n`{NAME} login` asks for it, `{NAME} login --with-key` reads it from"
    " standard input."
)


def typer_parameter(name: str, parameter: Parameter) -> TyperOption | TyperArgument:
    """*parameter* as Typer wants it, its value to be found under *name*."""
    kind: Any = checker(parameter) or str
    if parameter.is_argument:
        nargs = -1 if parameter.shape == "words" else 1
        return TyperArgument(param_decls=[name], type=kind, nargs=nargs, metavar=parameter.metavar)
    if parameter.takes_value:
        return TyperOption(
            param_decls=[name, *parameter.names], type=kind, multiple=parameter.shape == "texts"
        )
    declared = [*parameter.names]
    for number, off in enumerate(parameter.off_names):
        declared[number] = f"{declared[number]}/{off}"
    return TyperOption(param_decls=[name, *declared], is_flag=True)


def program_of(context: Context) -> Program:
    """The run that *context* belongs to."""
    return cast("Program", context.obj)


def _keep(name: str) -> Callable[[Context, TyperParameter, object], object]:
    def keep(context: Context, _parameter: TyperParameter, value: object) -> object:
        # An empty profile was named too: it is refused, not passed over.
        if value or value == "":
            setattr(program_of(context), name, value)
        return value

    return keep


@cache
def program_options() -> tuple[TyperParameter, ...]:
    """The options of the program, each of which is kept in the run's `Program`."""
    made: list[TyperParameter] = []
    for name, parameter in PROGRAM_PARAMETERS.items():
        option = typer_parameter(name, parameter)
        option.expose_value = False
        option.callback = _keep(name)
        made.append(option)
    return tuple(made)


def _parser(ctx: Context, params: list[TyperParameter]) -> Parser:
    parser = Parser(ctx)
    for parameter in params:
        parameter.add_to_parser(parser, ctx)
    return parser


class ProgramCommand(TyperCommand):
    """One command; *path* is what a person types for it."""

    allow_extra_args = True

    def __init__(self, path: str, command: Command) -> None:
        super().__init__(
            path.rpartition(" ")[2],
            params=[typer_parameter(name, spec) for name, spec in command.parameters],
            add_help_option=False,
            rich_markup_mode=None,
        )
        self.command = command
        self.path = path

    def get_params(self, _ctx: Context) -> list[TyperParameter]:
        """The parameters of this command and of the program."""
        return [*self.params, *program_options()]

    def make_parser(self, ctx: Context) -> _OptionParser:
        """A parser to which a past time is a word."""
        return _parser(ctx, self.get_params(ctx))

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read *args*; UsageError for a word too many or one that is missing."""
        try:
            rest = super().parse_args(ctx, args)
        except BadOptionUsage as error:
            # Typer leaves out whose option it is.
            error.ctx = error.ctx or ctx
            raise
        if not asks_only(program_of(ctx)):
            self._check_words(ctx, rest)
        return rest

    def _check_words(self, ctx: Context, rest: list[str]) -> None:
        if rest:
            raise UsageError(
                f"{self._surplus(rest[0])} too many for `{NAME} {self.path}`", self._usage()
            )
        for name, spec in self.command.parameters:
            if spec.required and not ctx.params[name]:
                raise UsageError(f"`{NAME} {self.path}` wants {spec.metavar}", self._usage())

    def _surplus(self, word: str) -> str:
        # Whoever gives login a word means the key, which belongs in no message.
        return "one word is" if self.path == "login" else f"{quoted(word)} is one word"

    def _usage(self) -> str:
        if self.path == "login":
            return KEY_GIVEN
        return (
            f"Such as: {NAME} {self.command.examples[0]}\n`{NAME} {self.path} --help` shows more."
        )

    def invoke(self, ctx: Context) -> int | None:
        """Run the command with its options as values; its exit code."""
        from clockify_cli.cli.help_text import command_help

        program = program_of(ctx)
        if asks_only(program):
            return answer(program, lambda: command_help(self.path, self.command))
        return self.command.call(program, self.given(ctx))

    def given(self, ctx: Context) -> dict[str, object]:
        """The value of each parameter."""
        return {
            name: EMPTY[spec.shape] if ctx.params[name] is None else ctx.params[name]
            for name, spec in self.command.parameters
        }


class _Group(TyperGroup):
    """Commands behind a word; the words before it may be options of the program alone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            name=name, invoke_without_command=True, add_help_option=False, rich_markup_mode=None
        )

    def get_params(self, _ctx: Context) -> list[TyperParameter]:
        """The options of the program."""
        return list(program_options())

    def make_parser(self, ctx: Context) -> _OptionParser:
        """A parser to which a past time is a word."""
        return _parser(ctx, self.get_params(ctx))


class FamilyGroup(_Group):
    """``projects list``, ``projects add`` …, of which one is meant where none is named."""

    def __init__(self, name: str, family: Family) -> None:
        super().__init__(name)
        self.family = family

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read *args*; without a second word they are those of the default command."""
        if first_word(args) is None:
            args = [self.family.default, *args]
        return super().parse_args(ctx, args)

    def get_command(self, _ctx: Context, cmd_name: str) -> ProgramCommand | None:
        """The command of this second word."""
        command = self.family.commands.get(cmd_name)
        return ProgramCommand(f"{self.name} {cmd_name}", command) if command else None

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str, ProgramCommand, list[str]]:
        """The command that *args* name; UsageError with the nearest where there is none."""
        command = self.get_command(ctx, args[0])
        if command is None:
            known = list(self.family.commands)
            raise UsageError(
                f"`{NAME} {self.name}` has no command {quoted(args[0])}",
                f"{nearest(args[0], known)}There is: {', '.join(known)}.",
            )
        return args[0], command, args[1:]


class ProgramGroup(_Group):
    """The program: *table* tells where each command lives; its module loads when it runs.

    *alone* is what the program does without a command.
    """

    def __init__(self, table: Mapping[str, Place], alone: Callable[[Program], int | None]) -> None:
        super().__init__(NAME)
        self.table = table
        self.alone = alone

    def get_command(self, _ctx: Context, cmd_name: str) -> ProgramCommand | FamilyGroup | None:
        """The command called *cmd_name*, its module loaded."""
        place = self.table.get(cmd_name)
        if place is None:
            return None
        found = load(place)
        if isinstance(found, Family):
            return FamilyGroup(cmd_name, found)
        return ProgramCommand(cmd_name, found)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str, ProgramCommand | FamilyGroup, list[str]]:
        """The command that *args* name, aliases of the user included; else UsageError."""
        args = self.without_alias(program_of(ctx), args)
        command = self.get_command(ctx, args[0])
        if command is None:
            raise self.unknown(args[0])
        return args[0], command, args[1:]

    def unknown(self, word: str) -> UsageError:
        """That there is no command *word*, with what does the same here, else the nearest."""
        meant = COMMANDS.get(word)
        instead = f"{meant}\n" if meant else nearest(word, list(self.table))
        return UsageError(
            f"there is no command {quoted(word)}", f"{instead}`{NAME} --help` lists them."
        )

    def without_alias(self, program: Program, args: list[str]) -> list[str]:
        """*args* (at least one) with an alias of the user replaced by what it stands for."""
        seen: set[str] = set()
        while args[0] not in self.table:
            line = program.settings.aliases.get(args[0])
            if line is None:
                return args
            if args[0] in seen:
                raise UsageError(
                    f"the alias {quoted(args[0])} leads back to itself",
                    f"`{NAME} config set` mends it.",
                )
            seen.add(args[0])
            args = [*alias_words(args[0], line), *args[1:]]
        return args

    def invoke(self, ctx: Context) -> int | None:
        """Run the command that was named; without one, what `alone` does."""
        if not ctx._protected_args:
            return self.alone(program_of(ctx))
        result: int | None = super().invoke(ctx)
        return result


def alias_words(name: str, line: str) -> list[str]:
    """The words of the command line that the alias *name* stands for; never read by a shell."""
    import shlex

    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(
            f"the alias {quoted(name)} cannot be read: {error}", f"`{NAME} config set` mends it."
        ) from error
    if not words:
        raise UsageError(f"the alias {quoted(name)} is empty", f"`{NAME} config set` mends it.")
    return words


def parsed(tree: ProgramGroup, program: Program, args: list[str]) -> int | None:
    """Parse *args* and run what they name; UsageError where Typer cannot."""
    try:
        # Typer eats the words that it reads.
        with tree.make_context(NAME, [*args], obj=program) as context:
            return tree.invoke(context)
    except TyperException as error:
        raise usage_error(error, _moved(tree, error, args)) from error


def _moved(tree: ProgramGroup, error: TyperException, args: list[str]) -> str:
    """Where in *args* the option belongs that stands before its command; a line, or nothing."""
    if not isinstance(error, NoSuchOption) or error.ctx is None or error.ctx.command is not tree:
        return ""
    place = next((number for number, word in enumerate(args) if word in tree.table), None)
    # Without a command it is about what runs.
    name = "status" if place is None else args[place]
    found = load(tree.table[name])
    command = found.commands[found.default] if isinstance(found, Family) else found
    known = {option: spec for _, spec in command.parameters for option in spec.names}
    spec = known.get(error.option_name)
    if spec is None:
        return ""
    # What is typed with login may hold the key.
    if place is None or name == "login":
        which = "a" if place is None else "the"
        value = f" {spec.metavar}" if spec.takes_value else ""
        return f"It goes after {which} command: {NAME} {name} {error.option_name}{value}\n"
    import shlex

    line = [*args[place:], *args[:place]]
    return f"It goes after the command: {NAME} {shlex.join(line)}\n"


def usage_error(error: TyperException, moved: str = "") -> UsageError:
    """What Typer says about a command line, in our words; *moved* as `_moved` gives it."""
    near = ""
    message = error.format_message().rstrip(".")
    if isinstance(error, NoSuchOption):
        message = f"there is no option {quoted(error.option_name)}"
        near = moved or _instead(error)
    elif isinstance(error, BadOptionUsage) and "requires" in message:
        message = f"{error.option_name} needs a value"
    context = error.ctx if isinstance(error, TyperUsageError) else None
    path = context.command_path if context else "clockify"
    if path == f"{NAME} login" and isinstance(error, NoSuchOption) and _is_key(error.option_name):
        return UsageError(message, KEY_GIVEN)
    return UsageError(message, f"{near}`{path} --help` shows what there is.")


def _is_key(option: str) -> bool:
    return option.lstrip("-").replace("-", "").lower() in ("k", "key", "apikey", "token")


def _instead(error: NoSuchOption) -> str:
    """What the option is called here, or the nearest; with a line's end, else empty."""
    command = error.ctx.command if error.ctx else None
    if isinstance(command, ProgramCommand):
        specs = [spec for _, spec in command.command.parameters]
        known = {name: spec.complete for spec in specs for name in (spec.names or (spec.metavar,))}
        if meant := instead_of_option(error.option_name, f"{NAME} {command.path}", known):
            return f"{meant}\n"
    return "".join(f"Did you mean {name}?\n" for name in (error.possibilities or ())[:1])
