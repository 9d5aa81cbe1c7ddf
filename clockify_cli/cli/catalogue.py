"""`clockify projects`, `clients`, `tasks` and `tags`."""

from __future__ import annotations

from clockify_cli.actions import catalogue
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.filtering import find_item
from clockify_cli.actions.names_copy import fresh_names
from clockify_cli.cli.choices import JsonChoice, Once, OutputChoice, ReadChoice
from clockify_cli.cli.context import open_context, show_choice, tell, time_format
from clockify_cli.cli.options import Command, Family, flag, options, switch, text, words
from clockify_cli.cli.program import Program
from clockify_cli.domain.catalogue import Kind
from clockify_cli.domain.counting import counted
from clockify_cli.show.fields import CLIENTS, PROJECTS, TAGS, TASKS, RowSchema
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.list_rows import ItemRow
from clockify_cli.values import dataclass, replace

SCHEMAS: dict[Kind, RowSchema[ItemRow]] = {
    "client": CLIENTS,
    "project": PROJECTS,
    "task": TASKS,
    "tag": TAGS,
}


@dataclass(frozen=True)
class Which:
    """Which names are listed."""

    archived: bool = flag("--archived", help="Those that are archived, or done, alone.")
    all: bool = flag("-a", "--all", help="Archived ones too.")


@dataclass(frozen=True)
class OfProject:
    """The project of tasks."""

    project: str | None = text(
        "-p", "--project", metavar="NAME", complete="project", help="Of this project."
    )


@dataclass(frozen=True)
class Name:
    """A new name."""

    words: tuple[str, ...] = words("NAME", help="The name.")


@dataclass(frozen=True)
class ProjectParts:
    """What a new project has besides its name."""

    client: str | None = text(
        "-c", "--client", metavar="NAME", complete="client", help="The client it is for."
    )
    billable: bool | None = switch(
        "-b/--billable", "-B/--no-billable", help="Whether its time is billable unless told."
    )


def _show(
    program: Program,
    kind: Kind,
    which: Which,
    read: ReadChoice,
    output: OutputChoice,
    project: str | None = None,
) -> AppContext:
    ctx = open_context(program, read)
    archived = None if which.all else which.archived
    of = find_item(ctx, "project", project).local_id if project is not None else None
    program.note(*fresh_names(ctx, kind, of).notes)
    found = catalogue.listed(ctx, kind, archived=archived, project=of)
    rows = [ItemRow(row.item, row.client, row.project) for row in found]

    def draw() -> None:
        from clockify_cli.show.tables import catalogue_table

        if rows:
            catalogue_table(program.out, rows)
        else:
            program.note(f"No {kind}s yet. `clockify {kind}s add NAME` makes one.")

    show_rows(program.out, time_format(ctx), SCHEMAS[kind], rows, show_choice(output), draw)
    return ctx


def _make(
    program: Program,
    request: catalogue.AddName,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    ctx = open_context(program, read)
    tell(program, ctx, catalogue.add(ctx, replace(request, once=once.once)), output)


def _lister(kind: Kind) -> Command:
    @options(Which, ReadChoice, OutputChoice, examples=(f"{kind}s", f"{kind}s list --all --json"))
    def list_(program: Program, which: Which, read: ReadChoice, output: OutputChoice) -> None:
        _show(program, kind, which, read, output)

    return Command(
        list_.run, list_.groups, f"List the {kind}s by name.", list_.examples, list_.notes
    )


def _adder(kind: Kind, example: str) -> Command:
    @options(Name, Once, ReadChoice, JsonChoice, examples=(f"{kind}s add {example}",))
    def add(program: Program, name: Name, once: Once, read: ReadChoice, output: JsonChoice) -> None:
        request = catalogue.AddName(kind=kind, name=" ".join(name.words))
        _make(program, request, once, read, output)

    return Command(add.run, add.groups, f"Make a {kind}.", add.examples, add.notes)


@options(
    Name,
    ProjectParts,
    Once,
    ReadChoice,
    JsonChoice,
    examples=("projects add Website -c Acme --billable", "projects add Acme/Website"),
)
def add_project(
    program: Program,
    name: Name,
    parts: ProjectParts,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Make a project, of a client or of none."""
    request = catalogue.AddName(
        kind="project",
        name=" ".join(name.words),
        client=parts.client,
        billable=parts.billable,
    )
    _make(program, request, once, read, output)


@options(
    Which,
    OfProject,
    ReadChoice,
    OutputChoice,
    examples=("tasks", "tasks list -p Acme/Website --json"),
)
def list_tasks(
    program: Program, which: Which, of: OfProject, read: ReadChoice, output: OutputChoice
) -> None:
    """List the tasks by name, of every project or of one."""
    ctx = _show(program, "task", which, read, output, of.project)
    unknown = catalogue.tasks_not_fetched(ctx) if of.project is None else 0
    if unknown:
        program.note(
            f"The tasks of {counted(unknown, 'project')} were never fetched from Clockify:"
            " `clockify tasks -p PROJECT` fetches those of one."
        )


@options(
    Name,
    OfProject,
    Once,
    ReadChoice,
    JsonChoice,
    examples=("tasks add Design -p Acme/Website", "tasks add Website/Design"),
)
def add_task(
    program: Program,
    name: Name,
    of: OfProject,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Make a task of a project."""
    request = catalogue.AddName(kind="task", name=" ".join(name.words), project=of.project)
    _make(program, request, once, read, output)


projects = Family(
    "List projects, or add one.", "list", {"list": _lister("project"), "add": add_project}
)
clients = Family(
    "List clients, or add one.",
    "list",
    {"list": _lister("client"), "add": _adder("client", "Acme")},
)
tasks = Family("List tasks, or add one.", "list", {"list": list_tasks, "add": add_task})
tags = Family(
    "List tags, or add one.", "list", {"list": _lister("tag"), "add": _adder("tag", "deep")}
)
