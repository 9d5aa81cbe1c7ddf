"""The options that several commands share, one dataclass for each idea."""

from __future__ import annotations

from clockify_cli.cli.options import flag, switch, text, texts
from clockify_cli.values import dataclass

FORMATS = ("table", "json", "csv", "tsv", "markdown")
DURATIONS = ("clock", "hm", "decimal")


@dataclass(frozen=True)
class EntryFields:
    """What an entry says; None or empty where the person did not say."""

    description: str | None = text(
        "-d", "--description", help="What you work on, instead of words."
    )
    project: str | None = text(
        "-p", "--project", metavar="NAME", complete="project", help="NAME, CLIENT/PROJECT or none."
    )
    task: str | None = text(
        "-k", "--task", metavar="NAME", complete="task", help="A task of the project, or none."
    )
    tags: tuple[str, ...] = texts(
        "-g", "--tag", metavar="NAME", complete="tag", help="A tag; may be repeated."
    )
    billable: bool | None = switch(
        "-b/--billable", "-B/--no-billable", help="Neither: as task or project say."
    )
    custom: tuple[str, ...] = texts(
        "--field", metavar="NAME=VALUE", help="A custom field of the workspace; may be repeated."
    )


@dataclass(frozen=True)
class Create:
    """Whether names that do not exist yet may be made."""

    create: bool = flag("--create", help="Make a name that only resembles another.")


@dataclass(frozen=True)
class Filter:
    """Which entries count; the dimensions all apply, what is repeated is any of them."""

    projects: tuple[str, ...] = texts(
        "-p", "--project", metavar="NAME", complete="project", help="Of this project; !NAME: not."
    )
    clients: tuple[str, ...] = texts(
        "-c", "--client", metavar="NAME", complete="client", help="Of this client."
    )
    tasks: tuple[str, ...] = texts(
        "-k", "--task", metavar="NAME", complete="task", help="Of this task."
    )
    tags: tuple[str, ...] = texts(
        "-g", "--tag", metavar="NAME", complete="tag", help="With this tag; none: without any."
    )
    types: tuple[str, ...] = texts(
        "--type", metavar="TYPE", help="regular, break, time-off or holiday; !TYPE: not."
    )
    search: str | None = text("--search", help="With this text in the description.")
    billable: bool | None = switch(
        "--billable", "--no-billable", help="Billable ones, or the others."
    )


@dataclass(frozen=True)
class OutputChoice:
    """How what a command shows or changed is written. *format* is None where nobody said."""

    format: str | None = text(
        "--format", metavar="FORMAT", choices=FORMATS, help="table, json, csv, tsv or markdown."
    )
    json: bool = flag("--json", help="The same as --format json.")
    fields: str | None = text(
        "--fields", metavar="A,B", help="Only these fields; `clockify help formatting`."
    )


@dataclass(frozen=True)
class JsonChoice:
    """Whether a change is told as JSON."""

    json: bool = flag("--json", help="Print the result as JSON.")


@dataclass(frozen=True)
class DurationChoice:
    """How durations are written, in everything but TSV and JSON."""

    durations: str | None = text(
        "--durations", metavar="STYLE", choices=DURATIONS, help="clock, hm or decimal."
    )


@dataclass(frozen=True)
class ReadChoice:
    """Whose data, how new it has to be, and in which zone days begin and times are read."""

    tz: str | None = text("--tz", metavar="ZONE", complete="zone", help="Such as Europe/Berlin.")
    workspace: str | None = text(
        "-w", "--workspace", metavar="NAME", help="Another workspace; local is the one here."
    )
    offline: bool = flag("--offline", help="Ask Clockify nothing; what changes is sent later.")
    refresh: bool = flag("--refresh", help="Ask Clockify even where the copy is fresh.")


@dataclass(frozen=True)
class Confirm:
    """How a command that can destroy or change much is kept from it, or let do it."""

    dry_run: bool = flag("-n", "--dry-run", help="Show what would change; change nothing.")
    yes: bool = flag("-y", "--yes", help="Do not ask.")


@dataclass(frozen=True)
class FileChoice:
    """Where output goes; None or ``-`` is standard output."""

    output: str | None = text(
        "-o", "--output", metavar="FILE", complete="file", help="Write there; - is the screen."
    )
    force: bool = flag("--force", help="Replace a file that exists.")


@dataclass(frozen=True)
class Once:
    """The key under which the same thing is recorded once only."""

    once: str | None = text(
        "--once", metavar="KEY", help="Record it once, however often it is run."
    )
