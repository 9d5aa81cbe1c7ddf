"""What the program is called, its own options, and where each command lives.

Typer is not needed for any of it, so whoever does without Typer asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from clockify_cli.cli.options import Command, Family, Parameter, Shape
from clockify_cli.cli.output import quoted
from clockify_cli.cli.program import Program
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

EMPTY: Mapping[Shape, object] = {
    "text": None,
    "texts": (),
    "flag": False,
    "switch": None,
    "number": None,
    "words": (),
    "word": "",
}
"""What a parameter is worth that was not given."""

COLORS = ("auto", "always", "never")
NAME = "clockify"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command lives, and the line and section of the help that it has."""

    module: str
    attribute: str
    help: str
    section: str


def nearest(word: str, candidates: list[str]) -> str:
    """``Did you mean …?`` and a line's end, or nothing when no candidate is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, candidates, n=3)
    return f"Did you mean {' or '.join(near)}?\n" if near else ""


def _choice(parameter: Parameter) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value in parameter.choices:
            return value
        name = parameter.names[-1] if parameter.names else parameter.metavar
        raise UsageError(
            f"{name} cannot be {quoted(value)}",
            f"{nearest(value, list(parameter.choices))}Give {' or '.join(parameter.choices)}.",
        )

    return check


def _number(parameter: Parameter) -> Callable[[str], int]:
    def check(value: str) -> int:
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdecimal() and len(digits) <= 12:
            found = int(value)
            if parameter.low <= found <= parameter.high:
                return found
        raise UsageError(
            f"{parameter.names[-1]} cannot be {quoted(value)}",
            f"Give a whole number from {parameter.low} to {parameter.high}.",
        )

    return check


def checker(parameter: Parameter) -> Callable[[str], object] | None:
    """What turns text into a value for *parameter*, or raises UsageError; None: text will do."""
    if parameter.choices:
        return _choice(parameter)
    return _number(parameter) if parameter.shape == "number" else None


PROGRAM_PARAMETERS: dict[str, Parameter] = {
    "profile": Parameter("text", ("--profile",), "Settings of this name.", "NAME"),
    "color": Parameter("text", ("--color",), "auto, always or never.", "WHEN", choices=COLORS),
    "no_input": Parameter("flag", ("--no-input",), "Never ask; fail and name the option."),
    "debug": Parameter("flag", ("--debug",), "Keep a log of an unexpected failure."),
    "quiet": Parameter("flag", ("-q", "--quiet"), "Of a change print only its id."),
    "version": Parameter("flag", ("-V", "--version"), "Print the version."),
    "help": Parameter("flag", ("-h", "--help"), "Print this help."),
}
"""The options of the program itself, taken before and after the command."""


def looks_past(word: str) -> bool:
    """Whether *word* is a negative number or a past time (``-2h..-1h``), so no option."""
    return word[:1] == "-" and word[1:2].isdecimal()


def first_word(args: Sequence[str]) -> int | None:
    """Where the first word of *args* is; None if more than the program's options precede it."""
    takes_value = {
        name: spec.takes_value for spec in PROGRAM_PARAMETERS.values() for name in spec.names
    }
    skip = False
    for number, word in enumerate(args):
        if skip:
            skip = False
        elif word.partition("=")[0] not in takes_value:
            return None if word.startswith("-") else number
        else:
            skip = takes_value.get(word, False)
    return None


def load(place: Place) -> Command | Family:
    """The command at *place*, its module imported."""
    import importlib

    found: Command | Family = getattr(importlib.import_module(place.module), place.attribute)
    return found


def asks_only(program: Program) -> bool:
    """Whether only the version or the help is wanted."""
    return program.help or program.version


def answer(program: Program, help_text: Callable[[], str]) -> int:
    """Print the version, or else the help."""
    from clockify_cli import __version__

    program.say(f"{NAME} {__version__}" if program.version else help_text())
    return 0
