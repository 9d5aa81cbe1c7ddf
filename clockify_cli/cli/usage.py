"""Describe usage errors that Typer found in our words, with a next step."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from typer import BadParameter, TyperException

from clockify_cli import NAME
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.options import ProgramOptions
from clockify_cli.cli.program import plain, quoted
from clockify_cli.cli.reference import tree
from clockify_cli.cli.suggestions import ELSEWHERE, instead_of_option, nearest
from clockify_cli.errors import UsageError
from clockify_cli.values import fields

KEY_GIVEN = (
    "A key is never given on the command line: others can read it there, and it may now be in the"
    f" history of your shell.\n`{NAME} login` asks for it, `{NAME} login --with-key` reads it from"
    " standard input."
)


def refused(error: TyperException, context: Any, args: Sequence[str]) -> UsageError:
    """Return what is wrong with *args*, which the command of *context* could not read."""
    if isinstance(error, BadParameter) and error.param is not None:
        if hasattr(error, "param_type"):
            return _missing(context, error.param)
        return _bad_value(context, error.param, args)
    option = getattr(error, "option_name", None)
    if option is None:
        return UsageError(plain(error.format_message()).rstrip("."), _see_help(context))
    if not hasattr(error, "possibilities"):
        has_one = any(word.startswith(f"{option}=") for word in args)
        message = f"{option} takes no value" if has_one else f"{option} needs a value"
        return UsageError(message, _see_help(context))
    return _no_such_option(context, option, args, list(error.possibilities or ()))


def check_values(context: Any, args: Sequence[str]) -> None:
    """Raise UsageError for a value that Typer accepts but this program does not."""
    specs = tree.declared(context.command)
    for parameter in context.command.params:
        value = context.params.get(parameter.name)
        if parameter.required and value == "":
            raise _missing(context, parameter)
        if specs[parameter.name].bounds and value is not None:
            digits = _given(parameter, args)
            if not (digits.isascii() and digits.isdecimal()):
                raise _bad_value(context, parameter, args)


def unknown_command(word: str) -> UsageError:
    """Return an error about an unknown command *word*, with our equivalent or the nearest one."""
    word = plain(word)
    meant = ELSEWHERE.get(word)
    instead = f"{meant}\n" if meant else nearest(word, list(COMMANDS))
    return UsageError(
        f"unknown command {quoted(word)}", f"{instead}`{NAME} --help` lists the commands."
    )


def refuse_repeated(context: Any, order: Sequence[Any]) -> None:
    """Raise UsageError for a command's option, in the *order* given, that has two values.

    The program's own options may be repeated, for example by an alias and by a person.
    """
    own = set(tree.declared(context.command)) - {each.name for each in fields(ProgramOptions)}
    seen = set()
    for parameter in order:
        if not tree.takes_value(parameter) or parameter.multiple or parameter.name not in own:
            continue
        if parameter.name in seen:
            option = max(parameter.opts, key=len)
            raise UsageError(f"{option} takes one value, but was given twice", "Give it once.")
        seen.add(parameter.name)


def no_such_option(context: Any, option: str, near: str) -> UsageError:
    """Return the error that there is no *option*, only *near*."""
    message = f"unknown option {quoted(option)}"
    return UsageError(message, f"Did you mean {near}?\n{_see_help(context)}")


def too_many(context: Any, words: Sequence[str]) -> UsageError:
    """Return the error that *words* are too many for the command of *context*."""
    # A word after login is probably the key, which must not appear in a message.
    word = "" if _is_login(context) else f" {quoted(plain(words[0]))}"
    return UsageError(f"unexpected argument{word} for `{context.command_path}`", next_step(context))


def next_step(context: Any) -> str:
    """Return a line that could be typed instead, and where to read more."""
    if _is_login(context):
        return KEY_GIVEN
    # Typer puts braces around required arguments.
    usage = " ".join(context.command.get_usage(context).split()).replace("{", "").replace("}", "")
    example = context.command.command.examples[0]
    return f"{usage}\nFor example: {NAME} {example}\n`{context.command_path} --help` shows more."


def _see_help(context: Any) -> str:
    return f"`{context.command_path} --help` lists the options."


def _is_login(context: Any) -> bool:
    return bool(context.info_name == "login")


def _missing(context: Any, parameter: Any) -> UsageError:
    return UsageError(f"`{context.command_path}` needs {parameter.metavar}", next_step(context))


def _bad_value(context: Any, parameter: Any, args: Sequence[str]) -> UsageError:
    spec = tree.declared(context.command)[parameter.name]
    name = (tree.names(parameter) or [parameter.metavar])[-1]
    value = plain(_given(parameter, args))
    if spec.choices:
        near = nearest(value, list(spec.choices))
        *others, last = spec.choices
        one_of = f"Choose {', '.join(others)} or {last}." if others else f"Use {name} {last}."
        step = f"{near}{one_of}"
    elif spec.bounds:
        step = "Give a whole number from {} to {}.".format(*spec.bounds)
    else:
        step = _see_help(context)
    return UsageError(f"{name} cannot be {quoted(value)}", step)


def _given(parameter: Any, args: Sequence[str]) -> str:
    """Return the value of *parameter* in *args*: an option's last one, for an argument any word."""
    names = tree.names(parameter)
    found = ""
    for number, word in enumerate(args):
        name, equals, value = word.partition("=")
        if not names and not word.startswith("-"):
            return word
        if name in names:
            found = value if equals else args[min(number + 1, len(args) - 1)]
    return found


def _no_such_option(
    context: Any, option: str, args: Sequence[str], possible: list[str]
) -> UsageError:
    message = f"unknown option {quoted(option)}"
    if _is_login(context) and _is_key(option):
        return UsageError(message, KEY_GIVEN)
    near = _moved(context, option, args) or _instead(context, option, args)
    near = near or "".join(f"Did you mean {name}?\n" for name in _slips(option, possible)[:1])
    return UsageError(message, near + _see_help(context))


def _slips(option: str, possible: list[str]) -> list[str]:
    """Return those of *possible* that *option* may be a misspelling or the beginning of."""
    from clockify_cli.domain.names import near

    begun = [name for name in possible if len(option) > len("--ab") and name.startswith(option)]
    return begun or near(option, possible)


def _is_key(option: str) -> bool:
    return option.lstrip("-").replace("-", "").lower() in ("k", "key", "apikey", "token")


def _instead(context: Any, option: str, args: Sequence[str]) -> str:
    """Return a line on what another program's *option* is called here, or ""."""
    specs = tree.declared(context.command)
    known = {
        name: specs[parameter.name].completes
        for parameter in context.command.params
        for name in (tree.names(parameter) or [parameter.metavar])
    }
    typed = [plain(word) for word in args]
    meant = instead_of_option(option, context.command_path, known, typed)
    return f"{meant}\n" if meant else ""


def _moved(context: Any, option: str, args: Sequence[str]) -> str:
    """Return a line on where in *args* an *option* before its command belongs, or ""."""
    if context.parent is not None:
        return ""
    place = next((number for number, word in enumerate(args) if word in COMMANDS), None)
    # Without a command it is about the running timer.
    name = "status" if place is None else args[place]
    command = context.command.command_or_default(context, name)
    spec = next((each for each in command.params if option in tree.names(each)), None)
    if spec is None:
        return ""
    # A line with login may contain the key.
    if place is None or name == "login":
        which = "a" if place is None else "the"
        value = f" {spec.metavar}" if tree.takes_value(spec) else ""
        return f"{option} goes after {which} command: {NAME} {name} {option}{value}\n"
    line = [plain(word) for word in (*args[place:], *args[:place])]
    return f"{option} goes after the command: {NAME} {shlex.join(line)}\n"
