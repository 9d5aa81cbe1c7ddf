'''A command's options are values: small dataclasses, expanded into Typer's parameters.

A command module is written so, whole:

    """`clockify stop`."""

    from clockify_cli.values import dataclass

    from clockify_cli.actions import timer
    from clockify_cli.cli.choices import EntryFields, OutputChoice
    from clockify_cli.cli.options import options, text
    from clockify_cli.cli.program import Program


    @dataclass(frozen=True)
    class Stop:
        at: str | None = text("--at", metavar="TIME", help="When it ended; default: now.")


    @options(Stop, EntryFields, OutputChoice, examples=("stop", "stop --at 17:30"))
    def stop(program: Program, asked: Stop, fields: EntryFields, output: OutputChoice) -> None:
        """Stop the running timer."""
        change = timer.stop(...)
        program.recorded = True
        program.say(...)

The function gets the `Program` and one value of each class, in that order, by position. It
returns nothing, or an exit code, or raises a ClockifyError. The first paragraph of its docstring
heads the help. Each field is made by one of:

    text("-d", "--description")       str | None      the last one given
    texts("-g", "--tag")              tuple[str, ...] repeatable
    flag("--json")                    bool
    switch("-b/--billable", "-B/--no-billable")  bool | None: neither was given
    number("--limit", low=1, high=…)  int | None
    words("WORDS")                    tuple[str, ...] the words that are no option, joined freely
    word("FILE")                      str, "" when left out (`required=True`: refused then)

*complete* names what the shell offers: project, client, task, tag, entry, range, zone, file,
setting, topic, or the *choices* given. A family of commands (`projects list`, `projects add`) is a
`Family`.
'''

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol, TypeVar, cast, overload

from clockify_cli.cli.program import Program
from clockify_cli.values import dataclass, field, fields

PARAMETER = "clockify_cli.parameter"
"""The key of a dataclass field's metadata that holds its `Parameter`."""

Shape = Literal["text", "texts", "flag", "switch", "number", "words", "word"]
Complete = Literal[
    "", "project", "client", "task", "tag", "entry", "range", "zone", "file", "setting", "topic"
]


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One option or argument as the parser, the help and the shells need it.

    *names* are an option's (``-p``, ``--project``), none for an argument. *off_names* turn a
    switch off.
    """

    shape: Shape
    names: tuple[str, ...]
    help: str
    metavar: str = ""
    off_names: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    complete: Complete = ""
    low: int = 0
    high: int = 0
    required: bool = False

    @property
    def is_argument(self) -> bool:
        """Whether it is told by its place, not by a name."""
        return self.shape in ("words", "word")

    @property
    def takes_value(self) -> bool:
        """Whether an option is followed by a value."""
        return self.shape in ("text", "texts", "number")


def _field(parameter: Parameter, default: object) -> Any:
    return field(default=default, metadata={PARAMETER: parameter})


def text(
    *names: str,
    help: str,
    metavar: str = "TEXT",
    choices: tuple[str, ...] = (),
    complete: Complete = "",
) -> str | None:
    """An option with a value; None when it was not given."""
    spec = Parameter("text", names, help, metavar, choices=choices, complete=complete)
    return cast("str | None", _field(spec, None))


def texts(
    *names: str, help: str, metavar: str = "TEXT", complete: Complete = ""
) -> tuple[str, ...]:
    """An option that may be repeated."""
    spec = Parameter("texts", names, help, metavar, complete=complete)
    return cast("tuple[str, ...]", _field(spec, ()))


def flag(*names: str, help: str) -> bool:
    """An option without a value."""
    return cast("bool", _field(Parameter("flag", names, help), False))


def switch(on: str, off: str, *, help: str) -> bool | None:
    """A pair of options, *on* and *off*, each with its names parted by ``/``."""
    spec = Parameter("switch", tuple(on.split("/")), help, off_names=tuple(off.split("/")))
    return cast("bool | None", _field(spec, None))


def number(*names: str, help: str, low: int, high: int, metavar: str = "N") -> int | None:
    """An option with a whole number from *low* to *high*."""
    return cast(
        "int | None", _field(Parameter("number", names, help, metavar, low=low, high=high), None)
    )


def words(metavar: str, *, help: str, complete: Complete = "") -> tuple[str, ...]:
    """All words that are no option."""
    spec = Parameter("words", (), help, metavar, complete=complete)
    return cast("tuple[str, ...]", _field(spec, ()))


def word(
    metavar: str,
    *,
    help: str,
    required: bool = False,
    choices: tuple[str, ...] = (),
    complete: Complete = "",
) -> str:
    """One word that is no option; empty when it was left out."""
    spec = Parameter(
        "word", (), help, metavar, choices=choices, complete=complete, required=required
    )
    return cast("str", _field(spec, ""))


class Options(Protocol):
    """A dataclass whose fields were made by the functions above."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Result = int | None
Run = Callable[..., Result]


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """A function that runs a command, and what its help and its parser need.

    *examples* are command lines without the program's name. *notes* are shown after the options.
    """

    run: Run
    groups: tuple[type[Options], ...]
    help: str
    examples: tuple[str, ...]
    notes: str = ""

    @property
    def parameters(self) -> list[tuple[str, Parameter]]:
        """Each parameter with a name that is its own among all groups."""
        return [
            (f"{group.__name__}_{member.name}", member.metadata[PARAMETER])
            for group in self.groups
            for member in fields(group)
        ]

    def call(self, program: Program, given: Mapping[str, object]) -> Result:
        """Run with one value for each group, filled from *given* (by the names above)."""
        values = [
            group(**{m.name: given[f"{group.__name__}_{m.name}"] for m in fields(group)})
            for group in self.groups
        ]
        return self.run(program, *values)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Commands that share a first word; *default* runs where no second word names one.

    *notes* are shown at the end of the help; text that takes time to make is made there.
    """

    help: str
    default: str
    commands: Mapping[str, Command]
    notes: Callable[[], str] | None = None


A = TypeVar("A", bound=Options)
B = TypeVar("B", bound=Options)
C = TypeVar("C", bound=Options)
D = TypeVar("D", bound=Options)
E = TypeVar("E", bound=Options)
F = TypeVar("F", bound=Options)


@overload
def options(
    *, examples: Sequence[str], notes: str = ""
) -> Callable[[Callable[[Program], Result]], Command]: ...
@overload
def options(
    a: type[A], /, *, examples: Sequence[str], notes: str = ""
) -> Callable[[Callable[[Program, A], Result]], Command]: ...
@overload
def options(
    a: type[A], b: type[B], /, *, examples: Sequence[str], notes: str = ""
) -> Callable[[Callable[[Program, A, B], Result]], Command]: ...
@overload
def options(
    a: type[A], b: type[B], c: type[C], /, *, examples: Sequence[str], notes: str = ""
) -> Callable[[Callable[[Program, A, B, C], Result]], Command]: ...
@overload
def options(
    a: type[A], b: type[B], c: type[C], d: type[D], /, *, examples: Sequence[str], notes: str = ""
) -> Callable[[Callable[[Program, A, B, C, D], Result]], Command]: ...
@overload
def options(
    a: type[A],
    b: type[B],
    c: type[C],
    d: type[D],
    e: type[E],
    /,
    *,
    examples: Sequence[str],
    notes: str = "",
) -> Callable[[Callable[[Program, A, B, C, D, E], Result]], Command]: ...
@overload
def options(
    a: type[A],
    b: type[B],
    c: type[C],
    d: type[D],
    e: type[E],
    f: type[F],
    /,
    *,
    examples: Sequence[str],
    notes: str = "",
) -> Callable[[Callable[[Program, A, B, C, D, E, F], Result]], Command]: ...
def options(
    *groups: type[Options], examples: Sequence[str], notes: str = ""
) -> Callable[[Any], Command]:
    """Make a command of a function that takes the program and one value of each of *groups*."""

    def command(run: Run) -> Command:
        return Command(run, groups, run.__doc__ or "", tuple(examples), notes)

    return command
