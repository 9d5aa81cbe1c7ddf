"""`clockify workspaces`."""

from __future__ import annotations

from clockify_cli.actions.clockify import account as actions
from clockify_cli.actions.clockify import workspace_refresh
from clockify_cli.actions.clockify.identity import account_here
from clockify_cli.actions.data import local_data
from clockify_cli.cli.context import open_context, show_choice, time_format
from clockify_cli.cli.options import Family, JsonChoice, OutputChoice, ReadChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import LOCAL
from clockify_cli.errors import UsageError
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.rows.account_rows import WORKSPACES, WorkspaceRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.cli.reference import complete


@command("workspaces", "workspaces list --json")
def list_workspaces(program: Program, *, read: ReadChoice, output: OutputChoice) -> None:
    """List the workspaces and mark the active one.

    The workspace local, on this computer, is listed while it is active or holds entries.
    """
    ctx = open_context(program, read, lost_too=True)
    lost = ctx.identity.lost
    if lost is not None:
        program.warn(lost.message)
    active = None if lost else ctx.workspace
    known = workspace_refresh.workspaces(ctx) if account_here(ctx) else []
    rows = [WorkspaceRow(w.id, w.name, w.id == active) for w in known]
    used = ctx.identity.workspace
    if used is not None and not any(row.active for row in rows):
        program.warn(
            f"you no longer have access to the workspace in use, {used.name}:"
            " `clockify workspaces use NAME` chooses another"
        )
    if not rows or active == LOCAL or local_data.tracked(ctx):
        rows.append(WorkspaceRow(LOCAL, LOCAL, active == LOCAL))

    def draw() -> None:
        from clockify_cli.show.drawn.lists import workspaces_table

        workspaces_table(program.out, rows)

    show_rows(program.out, time_format(ctx), WORKSPACES, rows, show_choice(output), draw)


@command("workspaces use Acme", "workspaces use local")
def use_workspace(
    program: Program,
    *,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME",
            autocompletion=complete.workspace,
            help="The name or id; local is the one on this computer.",
        ),
    ],
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Work in another workspace from now on."""
    name = " ".join(words or ())
    if not name:
        raise UsageError("no workspace given", "`clockify workspaces` lists the workspaces.")
    ctx = open_context(program, read, lost_too=True)
    chosen = actions.use_workspace(ctx, name)
    program.recorded = True
    id_, label = (chosen.id, chosen.name) if chosen else (LOCAL, LOCAL)
    if output.json:
        program.out.write_json({"id": id_, "name": label, "active": True})
    else:
        program.say(id_ if program.quiet else f"Now working in workspace {label}.")


workspaces = Family(
    "List workspaces, or switch to one.", "list", {"list": list_workspaces, "use": use_workspace}
)
