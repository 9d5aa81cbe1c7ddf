"""The options that several commands share: a dataclass for each idea, a field for each option.

How they become options of Typer is told in `clockify_cli.cli.command`.
"""

from __future__ import annotations

from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, ClassVar, Literal

    import typer

    from clockify_cli.cli import complete


@dataclass(frozen=True)
class EntryFields:
    """What an entry says; None where the person did not say."""

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
    """Whether names that do not exist yet may be made."""

    create: Annotated[
        bool, typer.Option("--create", help="Create the name even if a similar one exists.")
    ] = False


@dataclass(frozen=True)
class Room:
    """What becomes of an overlap with other entries, which is refused where neither is given."""

    overlap: Annotated[
        bool, typer.Option("--overlap", help="Allow an overlap with other entries.")
    ] = False
    adjust: Annotated[
        bool, typer.Option("--adjust", help="Trim the entries that would overlap.")
    ] = False


@dataclass(frozen=True)
class Filter:
    """Which entries count; the dimensions all apply, what is repeated is any of them."""

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
class OutputChoice:
    """How what a command shows or changed is written. *format* is None where nobody said."""

    panel: ClassVar[str] = "Output"
    format: Annotated[
        Literal["table", "json", "csv", "tsv", "markdown"] | None,
        typer.Option("--format", metavar="FORMAT", help="table, json, csv, tsv or markdown."),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields", metavar="A,B", help="Only these fields (`clockify help formatting`)."
        ),
    ] = None
    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="TEXT", help="A line for each, such as '{start} {project}'."
        ),
    ] = None


@dataclass(frozen=True)
class DocumentChoice:
    """As `OutputChoice`, for what can be handed in as a page or a spreadsheet as well."""

    panel: ClassVar[str] = "Output"
    format: Annotated[
        Literal["table", "json", "csv", "tsv", "markdown", "html", "xlsx", "ics"] | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="table, json, csv, tsv, markdown, html or xlsx, of `log` also ics; else by FILE's"
            " ending.",
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields", metavar="A,B", help="Only these fields (`clockify help formatting`)."
        ),
    ] = None
    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="TEXT", help="A line for each, such as '{start} {project}'."
        ),
    ] = None


@dataclass(frozen=True)
class JsonChoice:
    """Whether a change is printed as JSON."""

    panel: ClassVar[str] = "Output"
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False


@dataclass(frozen=True)
class DurationChoice:
    """How durations are written, in everything but TSV and JSON."""

    panel: ClassVar[str] = "Output"
    durations: Annotated[
        Literal["clock", "hm", "decimal"] | None,
        typer.Option("--durations", metavar="STYLE", help="clock, hm or decimal."),
    ] = None


@dataclass(frozen=True)
class ReadChoice:
    """Whose data, how new it has to be, and in which zone days begin and times are read."""

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
class Confirm:
    """How a command that can destroy or change much is kept from it, or let do it."""

    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show what would change; change nothing.")
    ] = False
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False


@dataclass(frozen=True)
class Look:
    """Whether a command only shows what it would change, where its ``--yes`` has its own help."""

    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Show what would change; change nothing.")
    ] = False


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


@dataclass(frozen=True)
class Once:
    """The key under which the same thing is recorded once only."""

    once: Annotated[
        str | None,
        typer.Option("--once", metavar="KEY", help="Record this only once, however often it runs."),
    ] = None
