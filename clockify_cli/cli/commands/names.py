"""`clockify projects`, `clients`, `tasks` and `tags`."""

from __future__ import annotations

from clockify_cli.cli.commands.managing import ProjectSettings, TaskSettings, verbs
from clockify_cli.cli.context import (
    naming,
    open_context,
    paged,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.options import (
    Create,
    Family,
    JsonChoice,
    Once,
    OutputChoice,
    ReadChoice,
    command,
)
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import Kind, counted
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.names import catalogue
    from clockify_cli.cli.reference import complete
    from clockify_cli.show.rows.fields import RowSchema
    from clockify_cli.show.rows.list_rows import ItemRow


NOTHING_ELSE = Create()


@dataclass(frozen=True)
class Which:
    """The names to list."""

    archived: Annotated[bool, typer.Option("--archived", help="Only archived or done ones.")] = (
        False
    )
    all: Annotated[bool, typer.Option("-a", "--all", help="Include archived ones.")] = False


@dataclass(frozen=True)
class OfProject:
    """The project of tasks."""

    project: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--project",
            metavar="NAME",
            autocompletion=complete.project,
            help="The project of the tasks.",
        ),
    ] = None


@dataclass(frozen=True)
class Name:
    """A new name."""

    words: Annotated[list[str], typer.Argument(metavar="NAME", help="The name.")]

    @property
    def text(self) -> str:
        """The name, which may have several words."""
        return " ".join(self.words or ())


def _none_of(kind: Kind, archived: bool | None) -> str:
    if archived:
        return f"No archived {kind}s."
    return f"No {kind}s yet. `clockify {kind}s add NAME` adds one."


def _schema(kind: Kind) -> RowSchema[ItemRow]:
    from clockify_cli.show.rows.fields import CLIENTS, PROJECTS, TAGS, TASKS

    return {"client": CLIENTS, "project": PROJECTS, "task": TASKS, "tag": TAGS}[kind]


def _show(
    program: Program,
    kind: Kind,
    which: Which,
    read: ReadChoice,
    output: OutputChoice,
    project: str | None = None,
) -> AppContext:
    from clockify_cli.actions.clockify.freshness import fresh_names
    from clockify_cli.actions.names import catalogue
    from clockify_cli.actions.viewing.filtering import find_item
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.list_rows import ItemRow

    ctx = open_context(program, read)
    archived = None if which.all else which.archived
    of = None
    if project is not None:
        of = find_item(ctx, "project", project, substring=True).local_id
    names = fresh_names(ctx, kind, of)
    program.note(*names.notes)
    found = catalogue.listed(ctx, kind, archived=archived, project=of)
    rows = [ItemRow(row.item, row.client, row.project) for row in found]
    times = time_format(ctx)

    def draw() -> None:
        from clockify_cli.show.drawn.lists import catalogue_table

        if not rows:
            program.note(_none_of(kind, archived))
            return
        uses, copy = catalogue.uses(ctx, kind, found)
        used = [
            replace(row, used=use.seconds, last=use.last)
            for row, use in zip(rows, uses, strict=True)
        ]
        program.note(*(note for note in copy.notes if note not in names.notes))
        paged(program, lambda screen: catalogue_table(screen, used, times))()

    show_rows(program.out, times, _schema(kind), rows, show_choice(output), draw)
    return ctx


def _make(
    program: Program,
    request: catalogue.AddName,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
    create: Create = NOTHING_ELSE,
) -> None:
    from clockify_cli.actions.names import catalogue
    from clockify_cli.actions.tracking.entry_input import EntryInput

    ctx = open_context(program, read)
    asked = EntryInput(create=create.create)
    request = replace(request, once=once.once)
    done = naming(
        program, ctx, asked, lambda said: catalogue.add(ctx, replace(request, making=said.making))
    )
    show_change(program, ctx, done, output)


@command("projects", "projects list --all --json")
def list_projects(
    program: Program, *, which: Which, read: ReadChoice, output: OutputChoice
) -> None:
    """List the projects by name."""
    _show(program, "project", which, read, output)


@command("clients", "clients list --all --json")
def list_clients(program: Program, *, which: Which, read: ReadChoice, output: OutputChoice) -> None:
    """List the clients by name."""
    _show(program, "client", which, read, output)


@command("tags", "tags list --all --json")
def list_tags(program: Program, *, which: Which, read: ReadChoice, output: OutputChoice) -> None:
    """List the tags by name."""
    _show(program, "tag", which, read, output)


@command("clients add Acme")
def add_client(
    program: Program, *, name: Name, once: Once, read: ReadChoice, output: JsonChoice
) -> None:
    """Add a client."""
    from clockify_cli.actions.names import catalogue

    _make(program, catalogue.AddName(kind="client", name=name.text), once, read, output)


@command("tags add deep")
def add_tag(
    program: Program, *, name: Name, once: Once, read: ReadChoice, output: JsonChoice
) -> None:
    """Add a tag."""
    from clockify_cli.actions.names import catalogue

    _make(program, catalogue.AddName(kind="tag", name=name.text), once, read, output)


@command("projects add Website -c Acme --billable", "projects add Acme/Website")
def add_project(
    program: Program,
    *,
    name: Name,
    settings: ProjectSettings,
    create: Create,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Add a project, with or without a client."""
    from clockify_cli.actions.names import catalogue
    from clockify_cli.actions.names.managing import ItemSettings, extra_with

    wanted = ItemSettings(color=settings.colour_of(program))
    request = catalogue.AddName(
        kind="project",
        name=name.text,
        client=settings.client,
        billable=settings.billable,
        extra=extra_with("{}", wanted),
    )
    _make(program, request, once, read, output, create)


@command("tasks", "tasks list -p Acme/Website --json")
def list_tasks(
    program: Program, *, which: Which, of: OfProject, read: ReadChoice, output: OutputChoice
) -> None:
    """List the tasks by name, of every project or of one."""
    from clockify_cli.actions.clockify.freshness import projects_without_tasks

    ctx = _show(program, "task", which, read, output, of.project)
    unknown = len(projects_without_tasks(ctx)) if of.project is None else 0
    if unknown:
        program.note(
            f"The tasks of {counted(unknown, 'project')} were never fetched from Clockify:"
            " `clockify tasks -p PROJECT` fetches those of one."
        )


@command("tasks add Design -p Acme/Website", "tasks add Website/Design")
def add_task(
    program: Program,
    *,
    name: Name,
    of: OfProject,
    settings: TaskSettings,
    create: Create,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Add a task to a project."""
    from clockify_cli.actions.names import catalogue
    from clockify_cli.actions.names.managing import ItemSettings, extra_with

    request = catalogue.AddName(
        kind="task",
        name=name.text,
        project=of.project,
        billable=settings.billable,
        extra=extra_with("{}", ItemSettings(estimate=settings.estimate)),
    )
    _make(program, request, once, read, output, create)


projects = Family(
    "List, add and change projects.",
    "list",
    {"list": list_projects, "add": add_project, **verbs("project", "Acme/Webiste", "Acme/Website")},
)
clients = Family(
    "List, add and change clients.",
    "list",
    {"list": list_clients, "add": add_client, **verbs("client", "Acmee", "Acme")},
)
tasks = Family(
    "List, add and change tasks.",
    "list",
    {"list": list_tasks, "add": add_task, **verbs("task", "Website/Desing", "Website/Design")},
)
tags = Family(
    "List, add and change tags.",
    "list",
    {"list": list_tags, "add": add_tag, **verbs("tag", "deeep", "deep")},
)
