"""Options that several commands share: one dataclass for each group.

`Command` makes them options of Typer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from clockify_cli.cli.program import Program
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, fields, is_dataclass

if TYPE_CHECKING:
    from typing import Annotated, Any, ClassVar, Literal

    import typer

    from clockify_cli.cli.reference import complete
    from clockify_cli.domain.entry import Kind

STANDARD = "-"
"""Standard input or output, in the place of a file."""


@dataclass(frozen=True)
class EntryOptions:
    """The fields of an entry; None if not given."""

    panel: ClassVar[str] = "The entry"
    description: Annotated[
        str | None,
        typer.Option(
            "-d",
            "--description",
            metavar="TEXT",
            autocompletion=complete.description,
            help="The description, instead of words.",
        ),
    ] = None
    project: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--project",
            metavar="NAME",
            autocompletion=complete.project,
            help="The project: NAME, CLIENT/PROJECT or none.",
        ),
    ] = None
    task: Annotated[
        str | None,
        typer.Option(
            "-k",
            "--task",
            metavar="NAME",
            autocompletion=complete.task,
            help="A task of that project, or none.",
        ),
    ] = None
    tags: Annotated[
        list[str] | None,
        typer.Option(
            "-g",
            "--tag",
            metavar="NAME",
            autocompletion=complete.tag,
            help="A tag; may be repeated.",
        ),
    ] = None
    billable: Annotated[
        bool | None,
        typer.Option(
            "-b/-B",
            "--billable/--no-billable",
            help="Billable or not; default: as the task or project says.",
        ),
    ] = None
    custom: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="NAME=VALUE",
            help="A custom field of the workspace; may be repeated.",
        ),
    ] = None


@dataclass(frozen=True)
class Create:
    """Whether missing names may be created."""

    create: Annotated[
        bool, typer.Option("--create", help="Create the name even if a similar one exists.")
    ] = False


@dataclass(frozen=True)
class Room:
    """What to do about an overlap with other entries; refused if neither is given."""

    overlap: Annotated[
        bool, typer.Option("--overlap", help="Allow an overlap with other entries.")
    ] = False
    adjust: Annotated[
        bool, typer.Option("--adjust", help="Trim the entries that would overlap.")
    ] = False


@dataclass(frozen=True)
class Filter:
    """Which entries count: each option that was given must match with at least one of its values.

    A subclass with a *prefix* has options such as ``--PREFIX-project``.
    """

    panel: ClassVar[str] = "Which entries"
    projects: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            "--project",
            metavar="NAME",
            autocompletion=complete.filtered("project"),
            help="Only this project; !NAME excludes it.",
        ),
    ] = None
    clients: Annotated[
        list[str] | None,
        typer.Option(
            "-c",
            "--client",
            metavar="NAME",
            autocompletion=complete.filtered("client"),
            help="Only this client.",
        ),
    ] = None
    tasks: Annotated[
        list[str] | None,
        typer.Option(
            "-k",
            "--task",
            metavar="NAME",
            autocompletion=complete.filtered("task"),
            help="Only this task.",
        ),
    ] = None
    tags: Annotated[
        list[str] | None,
        typer.Option(
            "-g",
            "--tag",
            metavar="NAME",
            autocompletion=complete.filtered("tag"),
            help="Only with this tag; none: without tags.",
        ),
    ] = None
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            autocompletion=complete.entry_type,
            help="regular, break, time-off or holiday; !TYPE excludes it.",
        ),
    ] = None
    search: Annotated[
        list[str] | None,
        typer.Option(
            "--search", metavar="TEXT", help="Only with TEXT in the description; !TEXT excludes it."
        ),
    ] = None
    billable: Annotated[
        bool | None,
        typer.Option("--billable/--no-billable", help="Only billable entries, or only the others."),
    ] = None


@dataclass(frozen=True)
class FieldsChoice:
    """The format and the fields of the output; each command has its own formats.

    *format* is None if not given.
    """

    panel: ClassVar[str] = "Output"
    format: Annotated[str | None, typer.Option("--format", metavar="FORMAT")] = None
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields", metavar="A,B", help="Only these fields (`clockify help formatting`)."
        ),
    ] = None

    @property
    def named(self) -> str | None:
        """The requested format; UsageError if ``--json`` and ``--format`` contradict each other."""
        if self.json and self.format not in (None, "json"):
            raise UsageError(
                f"--json and --format {self.format} cannot be combined", "Give one of the two."
            )
        return "json" if self.json else self.format


@dataclass(frozen=True)
class RowsChoice(FieldsChoice):
    """Like `FieldsChoice`, or the user's own template for each row."""

    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="TEXT", help="A line for each, such as '{start} {project}'."
        ),
    ] = None

    @property
    def is_template(self) -> bool:
        """Whether a template was given; UsageError if another format was too."""
        if self.template is None:
            return False
        format_, fields = self.format, self.fields is not None
        others = {"--json": self.json, f"--format {format_}": format_, "--fields": fields}
        if given := [option for option, is_given in others.items() if is_given]:
            message = f"--template and {given[0]} cannot be combined"
            raise UsageError(message, "Give one of the two.")
        return True


@dataclass(frozen=True)
class OutputChoice(RowsChoice):
    """How a command's output is written."""

    format: Annotated[
        Literal["table", "json", "csv", "tsv", "markdown"] | None,
        typer.Option("--format", metavar="FORMAT", help="table, json, csv, tsv or markdown."),
    ] = None


@dataclass(frozen=True)
class DocumentChoice(RowsChoice):
    """Like `OutputChoice`, for output that can also be a page or a spreadsheet."""

    format: Annotated[
        Literal["table", "json", "csv", "tsv", "markdown", "html", "xlsx", "ics"] | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="table, json, csv, tsv, markdown, html or xlsx, of `log` also ics; else by FILE's"
            " ending.",
        ),
    ] = None


@dataclass(frozen=True)
class JsonChoice:
    """Whether a change is printed as JSON."""

    panel: ClassVar[str] = "Output"
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False


@dataclass(frozen=True)
class DurationChoice:
    """How durations are written, except in TSV and JSON."""

    panel: ClassVar[str] = "Output"
    durations: Annotated[
        Literal["clock", "hm", "decimal"] | None,
        typer.Option("--durations", metavar="STYLE", help="clock, hm or decimal."),
    ] = None


@dataclass(frozen=True)
class Rounded:
    """How time is rounded: by the command line, else by the configuration."""

    round: Annotated[
        str | None,
        typer.Option(
            "--round", metavar="STEP", help="Such as 15m, 6m:up or 15m:down; none: not at all."
        ),
    ] = None
    round_by: Annotated[
        str | None,
        typer.Option(
            "--round-by",
            metavar="LEVEL",
            autocompletion=complete.level,
            help="entry (default), day or group.",
        ),
    ] = None


@dataclass(frozen=True)
class ReadChoice:
    """Whose data is read, how fresh it must be, and the zone of days and times."""

    panel: ClassVar[str] = "Data"
    tz: Annotated[
        str | None,
        typer.Option(
            "--tz",
            metavar="ZONE",
            autocompletion=complete.zone,
            help="The time zone, such as Europe/Berlin.",
        ),
    ] = None
    workspace: Annotated[
        str | None,
        typer.Option(
            "-w",
            "--workspace",
            metavar="NAME",
            autocompletion=complete.workspace,
            help="The workspace; local is the one on this computer.",
        ),
    ] = None
    offline: Annotated[
        bool, typer.Option("--offline", help="Send no request; changes are sent later.")
    ] = False
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask Clockify even if the local copy is fresh.")
    ] = False


@dataclass(frozen=True)
class Preview:
    """Preview only, for commands that describe ``--yes`` themselves."""

    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show what would change; change nothing.")
    ] = False


@dataclass(frozen=True)
class Confirm(Preview):
    """Preview or confirm a command that can destroy or change much."""

    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False


@dataclass(frozen=True)
class FileChoice:
    """Where output goes; None or ``-`` is standard output."""

    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            autocompletion=complete.file,
            help="Write to this file; - is standard output.",
        ),
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False

    @property
    def to_file(self) -> bool:
        """Whether the output goes to a file rather than to standard output."""
        return self.output is not None and self.output != STANDARD


@dataclass(frozen=True)
class Once:
    """The key that makes repeated calls record only once."""

    once: Annotated[
        str | None,
        typer.Option("--once", metavar="KEY", help="Record this only once, however often it runs."),
    ] = None


Function = Callable[..., int | None]


@dataclass(frozen=True)
class ProgramOptions:
    """The options of the program itself, accepted before and after every command."""

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
        bool, typer.Option("--debug", help="Write a log if the program fails unexpectedly.")
    ] = False
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print only the id of what changed.")
    ] = False


def members(group: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass of options."""
    return tuple(member.name for member in fields(group))


def parameters(group: type[Any]) -> list[tuple[str, str]]:
    """Return the names of a group's parameters, each with that of its field."""
    prefix = getattr(group, "prefix", "")
    return [(f"{prefix}_{name}" if prefix else name, name) for name in members(group)]


OWN = members(ProgramOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """A function that runs a command; it returns an exit code if that is not 0.

    *examples* are command lines without the program's name. The function's docstring begins the
    help, *notes* end it, without wrapping. A function for several kinds of names gets its *kind*,
    which stands for ``{kind}`` in the docstring.
    """

    function: Function
    examples: tuple[str, ...]
    notes: str = ""
    kind: Kind | None = None

    @property
    def help(self) -> str:
        """The function's docstring."""
        text = self.function.__doc__ or ""
        return text.replace("{kind}", self.kind) if self.kind else text

    def groups(self) -> dict[str, type[Any]]:
        """The parameters that are dataclasses of options, each with its class."""
        space = vars(sys.modules[self.function.__module__])
        texts = self.function.__annotations__.items()
        found = {name: _named(space, text) for name, text in texts}
        return {
            name: each
            for name, each in found.items()
            if isinstance(each, type) and is_dataclass(each)
        }

    def arguments(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return the function's arguments from *given*, all parameters and group fields by name."""
        groups = self.groups()
        apart = {*OWN, *(name for group in groups.values() for name, _ in parameters(group))}
        values = {name: value for name, value in given.items() if name not in apart}
        if self.kind:
            values["kind"] = self.kind
        for name, group in groups.items():
            mine = {member: given[own] for own, member in parameters(group) if own in given}
            values[name] = group(**mine)
        return values

    def call(self, program: Program, given: Mapping[str, object]) -> int | None:
        """Run with *given*, which includes the program's own options; return the exit code."""
        set_own(program, given)
        return self.function(program, **self.arguments(given))


def _named(space: Mapping[str, object], text: str) -> object:
    """Return what *text* (``Name`` or ``module.Name``) stands for in *space*; None for others."""
    module, _, name = text.rpartition(".")
    return getattr(space.get(module), name, None) if module else space.get(name)


def command(*examples: str, notes: str = "") -> Callable[[Function], Command]:
    """Make a command of a function; see `Command`."""
    return lambda function: Command(function, examples, notes)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Commands that share a first word; *default* runs without a second word.

    *notes* are shown at the end of the help; text that is slow to make is made there.
    """

    help: str
    default: str
    commands: Mapping[str, Command]
    notes: Callable[[], str] | None = None


def set_own(program: Program, given: Mapping[str, object]) -> None:
    """Set the program's own options among *given* in *program*."""
    for name in OWN:
        value = given.get(name)
        # An empty profile name was given too: it is refused, not ignored.
        if value or value == "":
            setattr(program, name, value)
