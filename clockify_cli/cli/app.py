"""The Typer app. Commands are built on demand; the help is Typer's own."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any, Literal, cast

import typer
from typer.core import TyperCommand, TyperGroup

from clockify_cli import NAME
from clockify_cli.cli import usage
from clockify_cli.cli.aliases import without_alias
from clockify_cli.cli.commands import COMMANDS, Place
from clockify_cli.cli.options import Command, Family, set_own
from clockify_cli.cli.program import (
    Program,
    command_words,
    first_word,
    guarded,
    marked,
    plain,
    quoted,
    wants_help,
    wants_json,
)
from clockify_cli.cli.reference.tree import names, takes_value
from clockify_cli.cli.signature import Context, program_of, typed, unmarked
from clockify_cli.cli.suggestions import nearest
from clockify_cli.errors import UsageError

EXAMPLES = ("start Write spec -p Acme/Website -g deep", "stop", "report week")
NOTES = (
    f"`{NAME} COMMAND --help` explains a command, `{NAME} help TOPIC` a topic:\n"
    "time, filters, exit-codes, environment, formatting."
)


def epilog(examples: Sequence[str], notes: str = "") -> str:
    """Return the end of a command's help: its examples, then *notes*, with lists indented."""
    lines = "\n".join(f"    {NAME} {example}" for example in examples)
    parts = ["Examples:", lines, *(inspect.cleandoc(notes).split("\n\n") if notes else ())]
    return "\n\n".join(map(_filled, parts))


def _filled(paragraph: str) -> str:
    """Wrap *paragraph* to the width of the help; a list stays as it is."""
    if paragraph.startswith(" "):
        return textwrap.indent(textwrap.dedent(paragraph), "    ")
    return textwrap.fill(paragraph, 78, break_on_hyphens=False, break_long_words=False)


def paragraphs(text: str) -> str:
    """Return the paragraphs of a docstring, each on one line."""
    return "\n\n".join(part.replace("\n", " ") for part in inspect.cleandoc(text).split("\n\n"))


class ParsedCommand(TyperCommand):
    """A command of Typer, made from *command*."""

    allow_extra_args = True
    command: Command

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse *args*; UsageError says what is wrong with them."""
        rest = read_args(super().parse_args, ctx, args)
        if not ctx.resilient_parsing:
            usage.check_values(ctx, marked(args))
            _, _, order = self.make_parser(ctx).parse_args([*marked(args)])
            usage.refuse_repeated(ctx, order)
            if rest:
                raise usage.too_many(ctx, rest)
        return rest

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Write the help: in panels on a terminal, else as plain text."""
        self.rich_markup_mode = markup_mode(ctx)
        super().format_help(ctx, formatter)

    def format_epilog(self, _ctx: Context, formatter: Any) -> None:
        """Write examples and notes line by line, without wrapping."""
        write_lines(formatter, self.epilog)


class ParsedGroup(TyperGroup):
    """A group of commands; only options of the program may precede the command's name."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse *args* up to the command's name; UsageError says what is wrong with them."""
        return read_args(super().parse_args, ctx, args)

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Write the help: in panels on a terminal, else as plain text."""
        self.rich_markup_mode = markup_mode(ctx)
        super().format_help(ctx, formatter)

    def format_epilog(self, _ctx: Context, formatter: Any) -> None:
        """Write examples and notes line by line, without wrapping."""
        write_lines(formatter, self.epilog)


def read_args(
    parse: Callable[[Context, list[str]], list[str]], context: Context, args: list[str]
) -> list[str]:
    """Return what *parse* makes of *args*; the program's own options go to its `Program`."""
    args = marked(args)
    _check_dashes(context, args)
    try:
        # Typer consumes the list of words that it reads.
        rest = parse(context, [*args])
    except typer.TyperException as error:
        raise usage.refused(error, context, args) from error
    set_own(program_of(context), unmarked(context.params))
    return rest


def _check_dashes(context: Context, args: Sequence[str]) -> None:
    """Raise UsageError for ``-project``: more likely a missing dash than ``-p roject``."""
    known = {name: each for each in context.command.params for name in names(each)}
    before = ""
    for word in args:
        if word == "--":
            return
        long = f"-{word.partition('=')[0]}"
        is_value = before in known and takes_value(known[before])
        if long in known and len(long) > 3 and not word.startswith("--") and not is_value:
            raise usage.no_such_option(context, word, long)
        before = word


def markup_mode(context: Context) -> Literal["rich"] | None:
    """Return how Typer writes the help: in panels, or plainly."""
    if not draws_panels(context):
        return None
    load_panels()
    return "rich"


def draws_panels(context: Context) -> bool:
    """Return whether rich draws the help: on a terminal that can show it."""
    program = program_of(context)
    screen = program.plain
    return screen.is_terminal and screen.unicode and program.color != "never"


UNUSED = {"rich.markdown": "Markdown", "rich.traceback": "Traceback"}
"""Modules that Typer imports to draw help, with the class it takes from each; neither is needed."""


def load_panels() -> None:
    """Import what draws panels without `UNUSED`, which load a Markdown parser and pygments.

    Loading them would take a seventh of the time of every help text. A Typer that needs more of
    them gets the real modules.
    """
    left_out = UNUSED.keys() - sys.modules.keys()
    for name in left_out:
        sys.modules[name] = ModuleType(name)
        setattr(sys.modules[name], UNUSED[name], type(UNUSED[name], (), {}))
    with suppress(ImportError):
        importlib.import_module("typer.rich_utils")
    for name in left_out:
        del sys.modules[name]


def write_lines(formatter: Any, text: str | None) -> None:
    """Write *text* below what *formatter* contains, without wrapping."""
    if text:
        formatter.write_paragraph()
        formatter.write(f"{text}\n")


class FamilyGroup(ParsedGroup):
    """``projects list``, ``projects add`` …, with a default if no second word is given."""

    default: str

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse *args*; without a second word they belong to the default command."""
        if first_word(args) is None:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that *args* name; UsageError suggests the nearest if there is none."""
        if args[0] not in self.commands:
            word = plain(args[0])
            raise UsageError(
                f"unknown command {quoted(word)} for `{ctx.command_path}`",
                f"{nearest(word, list(self.commands))}Commands: {', '.join(self.commands)}.",
            )
        return super().resolve_command(ctx, args)


class ProgramGroup(ParsedGroup):
    """The program; the module of a command is loaded when the command is needed."""

    brief = False
    """Whether commands are only listed, so that their modules need not be loaded."""

    def list_commands(self, _ctx: Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, _ctx: Context, cmd_name: str) -> Any:
        """Return the command called *cmd_name*, or None."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        if self.brief:
            return TyperCommand(cmd_name, short_help=place.help, rich_help_panel=place.panel)
        return _kept(cmd_name, place)

    def command_or_default(self, ctx: Context, name: str) -> Any:
        """Return the command that runs if *name* is typed without a second word."""
        found = self.get_command(ctx, name)
        return found.commands[found.default] if isinstance(found, FamilyGroup) else found

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that *args* name, resolving the user's aliases; else UsageError."""
        args = without_alias(program_of(ctx), args)
        if args[0] not in COMMANDS:
            raise usage.unknown_command(args[0])
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Write the help without loading any command's module."""
        self.brief = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.brief = False

    def format_commands(self, _ctx: Context, formatter: Any) -> None:
        """Write the names of all commands, by panel."""
        width = max(map(len, COMMANDS))
        for panel in dict.fromkeys(place.panel for place in COMMANDS.values()):
            with formatter.section(panel):
                formatter.write_dl(
                    [
                        (name.ljust(width), place.help)
                        for name, place in COMMANDS.items()
                        if place.panel == panel
                    ]
                )

    def main(
        self,
        args: Sequence[str] | None = None,
        *_positional: Any,
        standalone_mode: bool = True,
        **_extra: Any,
    ) -> Any:
        """Run *args* as the program itself does, and exit with its exit code."""
        words = sys.argv[1:] if args is None else list(args)
        program = Program.of_process()
        program.args = words
        code = guarded(program, lambda: perform(program, words))
        if standalone_mode:
            sys.exit(code)
        return code


def built(name: str, place: Place) -> TyperCommand | FamilyGroup:
    """Return the command *name* with all its options, as Typer builds it."""
    found = place.load()
    if isinstance(found, Command):
        alone = typer.Typer(add_completion=False)
        add(alone, name, found, place.help, place.panel)
        command = cast("ParsedCommand", typer.main.get_command(alone))
        command.command = found
        return command
    family = typer.Typer(
        name=name,
        cls=FamilyGroup,
        callback=typed(Command(overview, EXAMPLES)),
        help=found.help,
        short_help=place.help,
        epilog=family_epilog(name, found),
        add_completion=False,
    )
    for second, member in found.commands.items():
        add(family, second, member, first_line(member.help))
    group = cast("FamilyGroup", typer.main.get_command(family))
    group.default = found.default
    for second, member in found.commands.items():
        cast("ParsedCommand", group.commands[second]).command = member
    return group


@cache
def _kept(name: str, place: Place) -> TyperCommand | FamilyGroup:
    """Like `built`, but cached, for contexts that know how help is requested.

    A command keeps the help option of the first context in which it is used.
    """
    return built(name, place)


def add(to: typer.Typer, name: str, command: Command, line: str, panel: str | None = None) -> None:
    """Register *command* with *to*."""
    register = to.command(
        name,
        cls=ParsedCommand,
        help=paragraphs(command.help),
        short_help=line,
        epilog=epilog(command.examples, command.notes),
        rich_help_panel=panel,
    )
    register(typed(command))


def family_epilog(name: str, family: Family) -> str:
    """Return the end of the help for the first word of a family."""
    examples = [member.examples[0] for member in family.commands.values()]
    alone = f"Without a command: {family.default}. `{NAME} {name} COMMAND --help` explains each."
    return epilog(examples, "\n\n".join([alone, *([family.notes()] if family.notes else [])]))


def first_line(text: str) -> str:
    """Return the first line of a docstring."""
    return text.strip().partition("\n")[0]


def overview(program: Program) -> int | None:
    """Track your time, with or without a Clockify account."""
    if program.plain.is_terminal and os.path.exists(program.paths.database):
        from clockify_cli.cli.commands.timer import overview

        if overview(program):
            return 0
    return show_help(program, [])


app = typer.Typer(
    name=NAME,
    cls=ProgramGroup,
    callback=typed(Command(overview, EXAMPLES)),
    help=overview.__doc__,
    epilog=epilog(EXAMPLES, NOTES),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def perform(program: Program, args: Sequence[str]) -> int | None:
    """Parse and run *args* with Typer; raises what `program.guarded` turns into an exit code."""
    program.json = wants_json(args)
    if wants_help(args):
        return show_help(program, command_words(args))
    tree = typer.main.get_command(app)
    try:
        with tree.make_context(NAME, [*args], obj=program) as context:
            code: int | None = tree.invoke(context)
            return code
    except typer.Exit as ended:
        return ended.exit_code


def show_help(program: Program, words: list[str]) -> int:
    """Print the help for the command that *words* begin with; UsageError if unknown."""
    tree: Any = typer.main.get_command(app)
    # Nothing is parsed: the rest of the line and any mistakes in it do not matter.
    context = tree.context_class(tree, info_name=NAME, obj=program, **tree.context_settings)
    for word in without_alias(program, words)[:2] if words else ():
        group = context.command
        if group is tree and word not in COMMANDS:
            raise usage.unknown_command(word)
        command = group.get_command(context, word) if isinstance(group, TyperGroup) else None
        if command is None:
            break
        context = command.context_class(command, info_name=word, parent=context)
    text = context.get_help()
    # Panels have already been written to the screen.
    if text:
        program.say(text)
    return 0
