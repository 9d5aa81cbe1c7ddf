"""`rename`, `archive`, `unarchive`, `delete` and `merge` of projects, clients, tasks and tags."""

from __future__ import annotations

from clockify_cli.cli.context import open_context, show_change
from clockify_cli.cli.options import Command, Confirm, JsonChoice, ReadChoice, command, set_own
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import Changed, Item, Kind, counted
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.names import managing
    from clockify_cli.cli.reference import complete


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

    def colour_of(self, program: Program) -> str | None:
        """Return the project's colour, or None; ``--color always`` is the program's own option."""
        if self.colour in ("auto", "always", "never"):
            set_own(program, {"color": self.colour})
            return None
        return self.colour


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


@dataclass(frozen=True)
class OneName:
    """A name of one or more words."""

    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME", autocompletion=complete.name_active, help="The name, or its id."
        ),
    ]

    @property
    def text(self) -> str:
        """Return the words as one name. Raises UsageError if there are none."""
        if not self.words:
            raise UsageError("no name given", "Give its name.")
        return " ".join(self.words)


@dataclass(frozen=True)
class ArchivedName(OneName):
    """The name of something archived."""

    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME", autocompletion=complete.name_archived, help="The name, or its id."
        ),
    ]


@dataclass(frozen=True)
class AnyName(OneName):
    """A name, archived or not."""

    words: Annotated[
        list[str],
        typer.Argument(metavar="NAME", autocompletion=complete.name, help="The name, or its id."),
    ]


def _found(ctx: AppContext, kind: Kind, text: str) -> Item:
    from clockify_cli.actions.viewing.filtering import find_item

    return find_item(ctx, kind, text)


def _rename(
    program: Program,
    kind: Kind,
    words: list[str],
    settings: managing.ItemSettings,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    if not 1 <= len(words) <= 2 or (len(words) == 1 and settings.empty):
        raise UsageError(
            f"`clockify {kind}s rename` needs the name and the new name",
            f"For example: clockify {kind}s rename 'Old name' 'New name'",
        )
    from clockify_cli.actions.names import managing

    ctx = open_context(program, read)
    item = _found(ctx, kind, words[0])
    new = words[1] if len(words) == 2 else None
    show_change(program, ctx, managing.rename(ctx, item, new, settings), output)


@command(
    "projects rename Webiste Website",
    "projects rename Website -c Acme --color '#03A9F4' --billable",
)
def rename_project(
    program: Program,
    *,
    name: Renaming,
    settings: ProjectSettings,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Rename a project, or change its client, color or billing."""
    from clockify_cli.actions.names import managing

    wanted = managing.ItemSettings(
        color=settings.colour_of(program), client=settings.client, billable=settings.billable
    )
    _rename(program, "project", name.words or [], wanted, read, output)


@command("tasks rename Website/Desing Design", "tasks rename Website/Design --estimate 40h")
def rename_task(
    program: Program,
    *,
    name: Renaming,
    settings: TaskSettings,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Rename a task, or change its estimate or billing."""
    from clockify_cli.actions.names import managing

    wanted = managing.ItemSettings(billable=settings.billable, estimate=settings.estimate)
    _rename(program, "task", name.words or [], wanted, read, output)


def _plain_rename(kind: Kind, example: str) -> Command:
    def rename(program: Program, *, name: Renaming, read: ReadChoice, output: JsonChoice) -> None:
        from clockify_cli.actions.names import managing

        _rename(program, kind, name.words or [], managing.ItemSettings(), read, output)

    rename.__doc__ = f"Rename a {kind}."
    return command(example)(rename)


def _archiving(kind: Kind, example: str) -> Command:
    def archive(program: Program, *, name: OneName, read: ReadChoice, output: JsonChoice) -> None:
        _archive(program, kind, name, read, output, archived=True)

    archive.__doc__ = f"Archive a {kind}."
    return command(f"{kind}s archive {example}")(archive)


def _unarchiving(kind: Kind, example: str) -> Command:
    def unarchive(
        program: Program, *, name: ArchivedName, read: ReadChoice, output: JsonChoice
    ) -> None:
        _archive(program, kind, name, read, output, archived=False)

    unarchive.__doc__ = f"Bring back an archived {kind}."
    return command(f"{kind}s unarchive {example}")(unarchive)


def _archive(
    program: Program,
    kind: Kind,
    name: OneName,
    read: ReadChoice,
    output: JsonChoice,
    *,
    archived: bool,
) -> None:
    from clockify_cli.actions.names import managing

    ctx = open_context(program, read)
    item = _found(ctx, kind, name.text)
    show_change(program, ctx, managing.archive(ctx, item, archived=archived), output)


def _deleting(kind: Kind, example: str) -> Command:
    def delete(
        program: Program, *, name: AnyName, confirm: Confirm, read: ReadChoice, output: JsonChoice
    ) -> None:
        from clockify_cli.actions.names import managing

        ctx = open_context(program, read)
        item = _found(ctx, kind, name.text)
        looked = Changed(verb="delete", items=(item,), summary=f"{kind} {item.name}", dry_run=True)
        if confirm.dry_run:
            show_change(program, ctx, looked, output)
            return
        if not confirm.yes:
            _ask_to_delete(program, ctx, item)
        show_change(program, ctx, managing.delete(ctx, item), output)

    delete.__doc__ = f"Delete a {kind}. In a Clockify workspace that cannot be undone."
    return command(f"{kind}s delete {example}")(delete)


def _ask_to_delete(program: Program, ctx: AppContext, item: Item) -> None:
    """Ask before deleting a name that entries use, or that Clockify has."""
    from clockify_cli.actions.names import managing

    used = len(managing.uses(ctx, item))
    if ctx.account is None and not used:
        return
    where = " in Clockify? This cannot be undone." if ctx.account is not None else "?"
    uses = f" It is used by {counted(used, 'entry')}." if used else ""
    question = f'Delete {item.kind} "{quoted(item.name)}"{where}{uses}'
    if not program.agreed(question, instead="--yes"):
        raise UsageError("nothing was deleted")


def _merging(kind: Kind, example: str) -> Command:
    def merge(
        program: Program,
        *,
        words: Annotated[
            list[str],
            typer.Argument(
                metavar="FROM INTO",
                autocompletion=complete.name_pair,
                help="The name to empty, and the name to fill.",
            ),
        ],
        archive: Annotated[
            bool, typer.Option("--archive", help="Archive FROM afterwards.")
        ] = False,
        confirm: Confirm,
        read: ReadChoice,
        output: JsonChoice,
    ) -> None:
        if len(words or ()) != 2:
            raise UsageError(
                f"`clockify {kind}s merge` needs two names", f"For example: clockify {example}"
            )
        from clockify_cli.actions.names import managing

        ctx = open_context(program, read)
        source, target = (_found(ctx, kind, text) for text in words or ())
        found = managing.check_merge(ctx, source, target)
        summary = f"{kind} {source.name} into {target.name}"
        if confirm.dry_run:
            looked = Changed(
                verb="merge",
                items=(target,),
                entries=found,
                summary=summary,
                notes=managing.lost_tasks(ctx, source, target, found),
                dry_run=True,
            )
            show_change(program, ctx, looked, output)
            return
        question = f"Merge {summary}, changing {counted(len(found), 'entry')}?"
        if len(found) > 1 and not confirm.yes and not program.agreed(question, instead="--yes"):
            raise UsageError("nothing was changed")
        done = managing.merge(ctx, source, target, archive_source=archive)
        show_change(program, ctx, done, output)

    merge.__doc__ = f"Move your own entries of one {kind} to another."
    return command(example)(merge)


def verbs(kind: Kind, one: str, other: str) -> dict[str, Command]:
    """Return the commands that change names of *kind*; *one* and *other* are for examples."""
    renames = {"project": rename_project, "task": rename_task}
    plain = _plain_rename(kind, f"{kind}s rename {one} {other}")
    return {
        "rename": renames.get(kind, plain),
        "archive": _archiving(kind, one),
        "unarchive": _unarchiving(kind, one),
        "delete": _deleting(kind, one),
        "merge": _merging(kind, f"{kind}s merge {one} {other} --archive"),
    }
