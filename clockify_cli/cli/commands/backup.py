"""`clockify backup` and `clockify restore`."""

from __future__ import annotations

from pathlib import Path

from clockify_cli.actions.data import backups
from clockify_cli.cli.options import STANDARD, Confirm, FileChoice, JsonChoice, command
from clockify_cli.cli.output_file import copy_out, place_for, telling, temporary
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import counted
from clockify_cli.errors import UsageError
from clockify_cli.show.formats.json import Json, utc_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated
    from zoneinfo import ZoneInfo

    import typer

    from clockify_cli.cli.reference import complete
    from clockify_cli.store.db.backups import Contents


@command("backup", "backup /mnt/stick/timesheet.db --force", "backup - | gzip > timesheet.db.gz")
def backup(
    program: Program,
    *,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            autocompletion=complete.file,
            help="Default: a dated file beside the timesheet; - is standard output.",
        ),
    ] = None,
    where: FileChoice,
    output: JsonChoice,
) -> None:
    """Copy the whole timesheet into a file, even while it is in use."""
    if file and where.output:
        raise UsageError("FILE and -o FILE cannot be combined", "Give one of the two.")
    file = file or where.output
    if file == STANDARD:
        _to_pipe(program, output)
        return
    target = _target(program, file, force=where.force)
    contents = backups.save(program.paths, target, replace=where.force)
    shown = file or str(target)
    if output.json:
        program.out.write_json({"file": shown, **_counted(contents)})
    elif program.quiet:
        program.say(shown)
    else:
        program.say(f"Copied {counted(contents.entries, 'entry')} to {shown}.")


def _to_pipe(program: Program, output: JsonChoice) -> None:
    """Write the copy to standard output, and say so on standard error."""
    if program.out.is_terminal:
        raise UsageError(
            "a backup cannot be written to the screen",
            "Name a file: clockify backup timesheet.db. For a pipe: clockify backup - | COMMAND",
        )
    if output.json:
        raise UsageError("--json and a backup on standard output", "Leave out --json.")
    with temporary() as path:
        contents = backups.save(program.paths, path, replace=True)
        copy_out(program, path)
    program.note(f"Copied {counted(contents.entries, 'entry')} to standard output.")


def _target(program: Program, file: str | None, *, force: bool) -> Path:
    if not file:
        now = program.clock.now()
        return program.paths.backups / f"timesheet-{now:%Y-%m-%dT%H%M%SZ}.db"
    with telling(file):
        return place_for(file, force, program.paths, allowed_folder=program.paths.backups)


@command(
    "restore timesheet.db --dry-run",
    "restore timesheet.db --yes",
    notes="The current timesheet is kept with the backups, and `undo` restores it. Changes\n"
    "that were waiting in the backup may have been sent since; Clockify is asked about "
    "them first.",
)
def restore(
    program: Program,
    *,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", autocompletion=complete.file, help="A file made by `clockify backup`."
        ),
    ],
    confirm: Confirm,
    output: JsonChoice,
) -> None:
    """Replace the timesheet with a backup."""
    source = Path(file)
    contents = backups.inspect(source)
    span = _span(contents, _zone(program))
    if confirm.dry_run:
        _show(program, output, source, (contents, span), None, dry_run=True)
        return
    if not confirm.yes:
        hint = "`--dry-run` shows what would happen."
        program.confirm(f"Replace the timesheet with {span}?", hint=hint)
    new = not program.paths.database.exists()
    kept = backups.restore(program.paths, source, program.clock.now(), f"{span} from {source.name}")
    program.recorded = True
    backups.tell_prompts(program.paths, program.environ)
    _show(program, output, source, (contents, span), None if new else kept, dry_run=False)


def _zone(program: Program) -> ZoneInfo:
    """Return the zone in which days are shown, according to the current timesheet."""
    from clockify_cli.actions.clockify.identity import settings_in_force

    database = program.paths.database
    return settings_in_force(database, program.settings, program.environ).zone


def _show(
    program: Program,
    output: JsonChoice,
    file: Path,
    held: tuple[Contents, str],
    kept: Path | None,
    *,
    dry_run: bool,
) -> None:
    contents, span = held
    if output.json:
        shown = {"file": str(file), "kept": str(kept) if kept else None, "dryRun": dry_run}
        program.out.write_json({**shown, **_counted(contents)})
        return
    program.say(f"{'Would restore' if dry_run else 'Restored'} {span} from {file}.")
    if kept is not None:
        program.note(f"The previous timesheet is kept in {kept}.")


def _span(contents: Contents, zone: ZoneInfo) -> str:
    """Return ``12 entries (2026-11-02 to 2026-11-24)``, by days of *zone*."""
    if contents.first is None or contents.last is None:
        return "a timesheet without entries"
    first, last = (at.astimezone(zone) for at in (contents.first, contents.last))
    days = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return f"{counted(contents.entries, 'entry')} ({days})"


def _counted(contents: Contents) -> dict[str, Json]:
    return {
        "entries": contents.entries,
        "first": utc_text(contents.first) if contents.first else None,
        "last": utc_text(contents.last) if contents.last else None,
    }
