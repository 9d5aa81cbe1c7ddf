"""`clockify projects`, `clients`, `tasks` and `tags`.

A command that is the same for all is one function, which gets the *kind* from its `Command`.
"""

from __future__ import annotations

import shlex

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import (
    naming,
    open_context,
    paged,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import ChangeResult, Item, Kind, counted
from clockify_cli.domain.terminal_text import clean_line, quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.names import managing
    from clockify_cli.cli.reference import complete

NOTHING_ELSE = opt.Create()


@dataclass(frozen=True)
class ProjectSettings:
    """The settings of a project."""

    colour: Annotated[str | None, typer.Option("--color", metavar="#RRGGBB", help="Its color.")] = (
        None
    )
    client: Annotated[
        str | None,
        typer.Option(
            "-c",
            "--client",
            metavar="NAME",
            autocompletion=complete.client,
            help="Its client, or none.",
        ),
    ] = None
    billable: Annotated[
        bool | None,
        typer.Option("-b/-B", "--billable/--no-billable", help="Whether new time is billable."),
    ] = None

    def wanted(self, program: Program) -> managing.ItemSettings:
        """Return what to set; ``--color always`` is the program's own option."""
        from clockify_cli.actions.names.managing import ItemSettings

        colour = self.colour
        if colour in ("auto", "always", "never"):
            opt.set_own(program, {"color": colour})
            colour = None
        return ItemSettings(color=colour, client=self.client, billable=self.billable)


@dataclass(frozen=True)
class TaskSettings:
    """The settings of a task."""

    billable: Annotated[
        bool | None,
        typer.Option("-b/-B", "--billable/--no-billable", help="Whether new time is billable."),
    ] = None
    estimate: Annotated[
        str | None,
        typer.Option("--estimate", metavar="DURATION", help="The estimated time, or none."),
    ] = None

    def wanted(self) -> managing.ItemSettings:
        """Return what to set."""
        from clockify_cli.actions.names.managing import ItemSettings

        return ItemSettings(billable=self.billable, estimate=self.estimate)


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
class Which:
    """The names to list."""

    archived: Annotated[bool, typer.Option("--archived", help="Only archived or done ones.")] = (
        False
    )
    all: Annotated[bool, typer.Option("-a", "--all", help="Include archived ones.")] = False


@dataclass(frozen=True)
class Name:
    """A new name."""

    words: Annotated[list[str], typer.Argument(metavar="NAME", help="The name.")]


@dataclass(frozen=True)
class Renaming:
    """A name, and the new one."""

    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME [NEW]",
            autocompletion=complete.name_renamed,
            help="The name, then the new name.",
        ),
    ]


# ── listing ──────────────────────────────────────────────────────────────────────────────────


def list_names(
    program: Program, *, kind: Kind, which: Which, read: opt.ReadChoice, output: opt.OutputChoice
) -> None:
    """List the {kind}s by name."""
    _show(program, kind, which, read, output)


@opt.command("tasks", "tasks list -p Acme/Website --json")
def list_tasks(
    program: Program, *, which: Which, of: OfProject, read: opt.ReadChoice, output: opt.OutputChoice
) -> None:
    """List the tasks by name, of every project or of one."""
    from clockify_cli.actions.clockify.freshness import projects_without_tasks

    ctx = _show(program, "task", which, read, output, of.project)
    unknown = projects_without_tasks(ctx) if of.project is None else ()
    if unknown:
        one = clean_line(shlex.quote(unknown[0].name))
        program.note(
            f"The tasks of {counted(len(unknown), 'project')} were never fetched from Clockify."
            f" `clockify tasks -p {one}` fetches the tasks of one project."
        )


def _show(
    program: Program,
    kind: Kind,
    which: Which,
    read: opt.ReadChoice,
    output: opt.OutputChoice,
    project: str | None = None,
) -> AppContext:
    from clockify_cli.actions.clockify.freshness import fresh_names
    from clockify_cli.actions.names import catalogue
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.fields import CATALOGUE
    from clockify_cli.show.rows.list_rows import ItemRow

    ctx = open_context(program, read)
    archived = None if which.all else which.archived
    of = None if project is None else _found(ctx, "project", project, substring=True).local_id
    names = fresh_names(ctx, kind, of)
    program.note(*names.notes)
    found = catalogue.listed(ctx, kind, archived=archived, project=of)
    rows = [ItemRow(row.item, row.client, row.project) for row in found]
    times = time_format(ctx)

    def draw() -> None:
        from clockify_cli.show.drawn.lists import catalogue_table

        if not rows:
            add = f"No {kind}s yet. `clockify {kind}s add NAME` adds one."
            program.note(f"No archived {kind}s." if archived else add)
            return
        uses, copy = catalogue.uses(ctx, kind, found)
        used = [
            replace(row, used=use.seconds, last=use.last)
            for row, use in zip(rows, uses, strict=True)
        ]
        program.note(*(note for note in copy.notes if note not in names.notes))
        paged(program, lambda screen: catalogue_table(screen, used, times))()

    show_rows(program.out, times, CATALOGUE[kind], rows, show_choice(output), draw)
    return ctx


def _found(ctx: AppContext, kind: Kind, text: str, *, substring: bool = False) -> Item:
    from clockify_cli.actions.viewing.filtering import find_item

    return find_item(ctx, kind, text, substring=substring)


# ── adding and renaming ──────────────────────────────────────────────────────────────────────


def add(
    program: Program,
    *,
    kind: Kind,
    name: Name,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Add a {kind}."""
    _add(program, kind, name, once, read, output)


@opt.command("projects add Website -c Acme --billable", "projects add Acme/Website")
def add_project(
    program: Program,
    *,
    name: Name,
    settings: ProjectSettings,
    create: opt.Create,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Add a project, with or without a client."""
    _add(program, "project", name, once, read, output, settings.wanted(program), create=create)


@opt.command("tasks add Design -p Acme/Website", "tasks add Website/Design")
def add_task(
    program: Program,
    *,
    name: Name,
    of: OfProject,
    settings: TaskSettings,
    create: opt.Create,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Add a task to a project."""
    wanted = settings.wanted()
    _add(program, "task", name, once, read, output, wanted, project=of.project, create=create)


def _add(
    program: Program,
    kind: Kind,
    name: Name,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
    wanted: managing.ItemSettings | None = None,
    *,
    project: str | None = None,
    create: opt.Create = NOTHING_ELSE,
) -> None:
    from clockify_cli.actions.names import catalogue, managing
    from clockify_cli.actions.tracking.entry_input import EntryInput

    wanted = wanted or managing.ItemSettings()
    request = catalogue.AddName(
        kind=kind,
        name=" ".join(name.words),
        client=wanted.client,
        project=project,
        billable=wanted.billable,
        extra=managing.extra_with("{}", wanted),
        once=once.once,
    )
    ctx = open_context(program, read)

    def act(said: EntryInput) -> ChangeResult:
        return catalogue.add(ctx, replace(request, making=said.making))

    done = naming(program, ctx, EntryInput(create=create.create), act)
    show_change(program, ctx, done, output)


def rename(
    program: Program, *, kind: Kind, name: Renaming, read: opt.ReadChoice, output: opt.JsonChoice
) -> None:
    """Rename a {kind}."""
    _rename(program, kind, name, read, output)


@opt.command(
    "projects rename Webiste Website",
    "projects rename Website -c Acme --color '#03A9F4' --billable",
)
def rename_project(
    program: Program,
    *,
    name: Renaming,
    settings: ProjectSettings,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Rename a project, or change its client, color or billing."""
    _rename(program, "project", name, read, output, settings.wanted(program))


@opt.command("tasks rename Website/Desing Design", "tasks rename Website/Design --estimate 40h")
def rename_task(
    program: Program,
    *,
    name: Renaming,
    settings: TaskSettings,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Rename a task, or change its estimate or billing."""
    _rename(program, "task", name, read, output, settings.wanted())


def _rename(
    program: Program,
    kind: Kind,
    name: Renaming,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
    wanted: managing.ItemSettings | None = None,
) -> None:
    from clockify_cli.actions.names import managing

    wanted, words = wanted or managing.ItemSettings(), name.words
    if not 1 <= len(words) <= 2 or (len(words) == 1 and wanted.empty):
        raise UsageError(
            f"`clockify {kind}s rename` needs the name and the new name",
            f"For example: clockify {kind}s rename 'Old name' 'New name'",
        )
    ctx = open_context(program, read)
    new = words[1] if len(words) == 2 else None
    item = _found(ctx, kind, words[0])
    show_change(program, ctx, managing.rename(ctx, item, new, wanted), output)


# ── the rest ─────────────────────────────────────────────────────────────────────────────────


def archive(
    program: Program,
    *,
    kind: Kind,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME", autocompletion=complete.name_active, help="The name, or its id."
        ),
    ],
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Archive a {kind}."""
    _archive(program, kind, words, read, output, archived=True)


def unarchive(
    program: Program,
    *,
    kind: Kind,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME", autocompletion=complete.name_archived, help="The name, or its id."
        ),
    ],
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Bring back an archived {kind}."""
    _archive(program, kind, words, read, output, archived=False)


def _archive(
    program: Program,
    kind: Kind,
    words: list[str],
    read: opt.ReadChoice,
    output: opt.JsonChoice,
    *,
    archived: bool,
) -> None:
    from clockify_cli.actions.names import managing

    ctx = open_context(program, read)
    item = _found(ctx, kind, " ".join(words))
    show_change(program, ctx, managing.archive(ctx, item, archived=archived), output)


def delete(
    program: Program,
    *,
    kind: Kind,
    words: Annotated[
        list[str],
        typer.Argument(metavar="NAME", autocompletion=complete.name, help="The name, or its id."),
    ],
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Delete a {kind}. In a Clockify workspace that cannot be undone."""
    from clockify_cli.actions.names import managing

    ctx = open_context(program, read)
    item = _found(ctx, kind, " ".join(words))
    if confirm.dry_run:
        done = ChangeResult(
            verb="delete", items=(item,), summary=f"{kind} {item.name}", dry_run=True
        )
    else:
        if not confirm.yes:
            _ask_to_delete(program, ctx, item, len(managing.uses(ctx, item)))
        done = managing.delete(ctx, item)
    show_change(program, ctx, done, output)


def _ask_to_delete(program: Program, ctx: AppContext, item: Item, used: int) -> None:
    """Ask before deleting a name that *used* entries have, or that Clockify has."""
    if ctx.account is None and not used:
        return
    where = " in Clockify? This cannot be undone." if ctx.account is not None else "?"
    uses = f" It is used by {counted(used, 'entry')}." if used else ""
    question = f'Delete {item.kind} "{quoted(item.name)}"{where}{uses}'
    program.confirm(question, "nothing was deleted")


def merge(
    program: Program,
    *,
    kind: Kind,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FROM INTO",
            autocompletion=complete.name_pair,
            help="The name to empty, and the name to fill.",
        ),
    ],
    archive: Annotated[bool, typer.Option("--archive", help="Archive FROM afterwards.")] = False,
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Move your own entries of one {kind} to another."""
    from clockify_cli.actions.names import managing

    if len(words) != 2:
        raise UsageError(
            f"`clockify {kind}s merge` needs two names",
            f"For example: clockify {kind}s merge {' '.join(MISSPELT[kind])} --archive",
        )
    ctx = open_context(program, read)
    source, target = (_found(ctx, kind, text) for text in words)
    found = managing.check_merge(ctx, source, target)
    summary = f"{kind} {source.name} into {target.name}"
    if confirm.dry_run:
        lost = managing.lost_tasks(ctx, source, target, found)
        looked = ChangeResult(
            verb="merge", items=(target,), entries=found, summary=summary, notes=lost, dry_run=True
        )
        show_change(program, ctx, looked, output)
        return
    if len(found) > 1 and not confirm.yes:
        program.confirm(f"Merge {summary}, changing {counted(len(found), 'entry')}?")
    show_change(program, ctx, managing.merge(ctx, source, target, archive_source=archive), output)


MISSPELT: dict[Kind, tuple[str, str]] = {
    "project": ("Acme/Webiste", "Acme/Website"),
    "client": ("Acmee", "Acme"),
    "task": ("Website/Desing", "Website/Design"),
    "tag": ("deeep", "deep"),
}
"""Two names of each kind for examples."""


def _family(kind: Kind, **own: opt.Command) -> opt.Family:
    """Return the commands for names of *kind*, with its *own* instead of those for all kinds."""
    one, other = MISSPELT[kind]

    def of_kind(function: opt.Function, *lines: str) -> opt.Command:
        return opt.Command(function, tuple(f"{kind}s{line}" for line in lines), kind=kind)

    commands = {
        "list": of_kind(list_names, "", " list --all --json"),
        "add": of_kind(add, f" add {other}"),
        "rename": of_kind(rename, f" rename {one} {other}"),
        "archive": of_kind(archive, f" archive {one}"),
        "unarchive": of_kind(unarchive, f" unarchive {one}"),
        "delete": of_kind(delete, f" delete {one}"),
        "merge": of_kind(merge, f" merge {one} {other} --archive"),
    }
    return opt.Family(f"List, add and change {kind}s.", "list", commands | own)


projects = _family("project", add=add_project, rename=rename_project)
clients = _family("client")
tasks = _family("task", list=list_tasks, add=add_task, rename=rename_task)
tags = _family("tag")
