"""`clockify login`, `logout` and `whoami`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from clockify_cli.actions.clockify import account as actions
from clockify_cli.actions.clockify import freshness, syncing
from clockify_cli.actions.clockify.identity import address_of, signed_in
from clockify_cli.actions.clockify.other_accounts import waiting_of_other_accounts
from clockify_cli.actions.context import Identity, message_of
from clockify_cli.actions.data import local_data
from clockify_cli.cli.context import (
    follow_account,
    open_context,
    progress_of,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.options import Confirm, JsonChoice, OutputChoice, ReadChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import LOCAL, agreeing, counted
from clockify_cli.errors import ClockifyError, KeyRefused, UsageError
from clockify_cli.show.formats.json import JsonObject
from clockify_cli.show.formats.rows import show_one
from clockify_cli.show.rows.account_rows import WHO, who_details, who_json, who_lines
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Literal

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.credentials import Key, Source
    from clockify_cli.store.sync.accounts import Workspace


@dataclass(frozen=True)
class Login:
    """Where the key comes from and is kept, and what happens to the local entries."""

    with_key: Annotated[
        bool, typer.Option("--with-key", help="Read the key from standard input.")
    ] = False
    key_command: Annotated[
        str | None,
        typer.Option(
            "--key-command",
            metavar="CMD",
            help="Store a command that prints the key instead of the key.",
        ),
    ] = None
    keyring: Annotated[
        bool, typer.Option("--keyring", help="Keep the key in the system keyring.")
    ] = False
    region: Annotated[
        Literal["global", "eu", "us", "uk", "au"] | None,
        typer.Option("--region", metavar="REGION", help="global, eu, us, uk or au."),
    ] = None
    api_url: Annotated[
        str | None,
        typer.Option(
            "--api-url", metavar="URL", help="The address of another Clockify, ending in /api/v1."
        ),
    ] = None
    workspace: Annotated[
        str | None,
        typer.Option("-w", "--workspace", metavar="NAME", help="The workspace to work in."),
    ] = None
    send_local: Annotated[
        bool, typer.Option("--send-local", help="Send what was tracked on this computer before.")
    ] = False
    keep_local: Annotated[
        bool,
        typer.Option("--keep-local", help="Keep what was tracked before in the workspace `local`."),
    ] = False


@command(
    "login",
    "login --with-key < key.txt",
    "login --key-command 'pass show clockify' --region eu",
    "login --send-local --dry-run",
    notes="Clockify shows your key under Profile settings → API. It is kept in config.toml, which\n"
    "only you can read.",
)
def login(program: Program, *, options: Login, confirm: Confirm, output: JsonChoice) -> None:
    """Connect a Clockify account. What you tracked before stays on this computer."""
    program.new_profile = True
    if options.send_local and options.keep_local:
        raise UsageError("--send-local and --keep-local cannot be combined", "Give one of the two.")
    if options.send_local and not _gives_key(options):
        here = open_context(program)
        if here.account is not None:
            _send_local(program, here, confirm, output, options=True)
            return
    ctx = _context_at(program, options, confirm)
    signed_in = _sign_in(program, ctx, options, dry_run=confirm.dry_run)
    if not output.json:
        program.say(_signed_in(signed_in, confirm))
    if confirm.dry_run:
        _show_what_would_be(program, ctx, signed_in, options, output)
        return
    program.recorded = True
    ctx = open_context(program.again())
    if signed_in.several:
        program.note(
            "There are other workspaces: `clockify workspaces` lists them, "
            "`clockify workspaces use NAME` changes to one."
        )
    _first_copy(program, ctx)
    program.note(*waiting_of_other_accounts(ctx))
    running = local_data.running(ctx)
    if running is not None and not options.send_local:
        program.note(
            f"The timer {running} keeps running in local: `clockify stop -w local` stops it."
        )
    sends = signed_in.tracked and not options.keep_local
    moved = sends and _send_local(program, ctx, confirm, output, options=options.send_local)
    if output.json and not moved:
        program.out.write_json(who_json(actions.who(ctx)), indent=2)


def _sign_in(
    program: Program, ctx: AppContext, options: Login, *, dry_run: bool
) -> actions.SignedIn:
    request = _request(program, ctx, options)
    try:
        return actions.sign_in(ctx, request, dry_run=dry_run)
    except KeyRefused as error:
        hint = error.hint.replace("`clockify login`", f"`{_line_of(program, options)}`")
        raise KeyRefused(error.message, hint, details=error.details, code=error.code) from error


def _line_of(program: Program, options: Login) -> str:
    """Return the line to sign in again; its region or address decides which host gets the key."""
    given = {
        "--region": options.region,
        "--api-url": options.api_url,
        "--key-command": options.key_command,
        "--profile": program.profile,
    }
    named = [word for name, value in given.items() if value is not None for word in (name, value)]
    return shlex.join(["clockify", "login", *named, *["--keyring"] * options.keyring])


def _signed_in(done: actions.SignedIn, confirm: Confirm) -> str:
    verb = "Would sign in" if confirm.dry_run else "Signed in"
    who = f"{done.account.name} ({done.account.email})"
    return f"{verb} as {who}, workspace {done.workspace.name}."


def _show_what_would_be(
    program: Program, ctx: AppContext, done: actions.SignedIn, options: Login, output: JsonChoice
) -> None:
    """Show what would happen to the local entries; for a script, also whose key it is."""
    if options.send_local and done.tracked:
        change = local_data.send_local(ctx, dry_run=True)
        if change.created and not local_data.names_known(ctx):
            program.note(
                f"The names in {done.workspace.name} are not known yet; existing ones will be "
                "used, not created."
            )
        show_change(program, ctx, change, output)
        return
    if done.tracked and not options.keep_local:
        program.note(
            f"The {counted(done.tracked, 'entry')} tracked here would stay in the workspace local;"
            " --send-local would send them."
        )
    if output.json:
        account, workspace = done.account, done.workspace
        shown: JsonObject = {
            "dryRun": True,
            "id": account.user_id,
            "name": account.name,
            "email": account.email,
            "apiUrl": account.base_url,
            "workspace": {"id": workspace.id, "name": workspace.name, "plan": workspace.plan},
        }
        program.out.write_json(shown, indent=2)


def _gives_key(options: Login) -> bool:
    return options.with_key or options.key_command is not None or options.keyring


def _context_at(program: Program, options: Login, confirm: Confirm) -> AppContext:
    """Return a context with the address that the person gave."""
    given = {"region": options.region, "api-url": options.api_url}
    named = {key: value for key, value in given.items() if value is not None}
    if options.region is not None and options.api_url is not None:
        raise UsageError("--region and --api-url cannot be combined", "Give one of the two.")
    if confirm.dry_run and not program.paths.database.exists():
        _work_beside(program)
    ctx = open_context(program, ReadChoice(workspace=LOCAL, offline=True))
    if named:
        ctx.settings = ctx.settings.with_options(named)
    return ctx


def _work_beside(program: Program) -> None:
    """Use a temporary timesheet for this run."""
    from tempfile import TemporaryDirectory

    folder = TemporaryDirectory(prefix="clockify-")
    program.at_end(folder.cleanup)
    program.paths = replace(program.paths, data=Path(folder.name))


def _request(program: Program, ctx: AppContext, options: Login) -> actions.SignIn:
    address = address_of(ctx)
    key = _key(program, ctx, options, address.host)
    stored: dict[str, str | None] = {
        "key": key.value if key.source == "file" else None,
        "key-command": options.key_command,
        "keyring": "yes" if options.keyring else None,
    }
    if options.region is not None or options.api_url is not None:
        stored["region"] = options.region
        stored["api-url"] = options.api_url
    elif ctx.settings.origin("api-url").layer == "environment":
        # The key belongs to the Clockify that it was checked with.
        stored["api-url"] = ctx.settings.api_url
    return actions.SignIn(
        key=key,
        stored=stored,
        keyring=options.keyring,
        workspace=options.workspace,
        choose=(lambda known, active: _choose(program, known, active))
        if program.interactive
        else None,
    )


def _key(program: Program, ctx: AppContext, options: Login, host: str) -> Key:
    from clockify_cli.credentials import Key, checked_key, command_key, read_key

    if options.key_command is not None:
        return command_key(options.key_command, ctx.environ, "--key-command")
    source: Source = "keyring" if options.keyring else "file"
    if options.with_key:
        return Key(read_key(program.stdin.buffer), source)
    if not program.interactive:
        raise UsageError(
            "cannot ask for the API key: this is not a terminal",
            "Give --with-key with the key on standard input, or --key-command CMD.",
        )
    program.note(f"Your API key for {host}: Clockify shows it under Profile settings → API.")
    return Key(checked_key(program.ask_hidden("API key:").strip()), source)


def _choose(program: Program, known: Sequence[Workspace], active: Workspace) -> Workspace:
    """Let the person pick one of several workspaces; an empty answer means the active one."""
    for number, workspace in enumerate(known, 1):
        mark = "  (active in Clockify)" if workspace is active else ""
        program.note(f"  {number}  {workspace.name}{mark}")
    while True:
        answer = program.ask(f"Which workspace? [{active.name}]", instead="--workspace NAME")
        if not answer:
            return active
        if answer.isdecimal() and 1 <= int(answer) <= len(known):
            return known[int(answer) - 1]
        try:
            from clockify_cli.actions.clockify.identity import named_workspace

            return named_workspace(list(known), answer)
        except ClockifyError as error:
            program.note(error.message)


def _first_copy(program: Program, ctx: AppContext) -> None:
    try:
        program.note(*syncing.send_waiting(ctx))
        with progress_of(program, "Fetching entries") as progress:
            result = freshness.first_copy(ctx, progress)
    except ClockifyError as error:
        program.note(f"{message_of(error, ctx.zone, ctx.now).rstrip('.')}. {error.hint}")
        return
    if result.error is not None:
        message = message_of(result.error, ctx.zone, ctx.now)
        program.note(f"The first fetch did not finish: {message.rstrip('.')}.")
        program.note("`clockify sync` continues.")
    else:
        since = freshness.reaches_back(ctx)
        count = counted(result.changed, "entry")
        if since is None:
            program.note(f"Fetched {count}.")
        else:
            day = since.astimezone(ctx.zone).date()
            program.note(f"Fetched {count}, back to {day}; `clockify log all` fetches the rest.")


def _send_local(
    program: Program, ctx: AppContext, confirm: Confirm, output: JsonChoice, *, options: bool
) -> bool:
    """Send the entries in local if the person agrees; return whether they do."""
    count = local_data.tracked(ctx)
    if not options and not program.interactive:
        program.note(
            f"{counted(count, 'entry')} {agreeing(count, 'stays', 'stay')} in the workspace "
            "local; `clockify login --send-local` sends what is there."
        )
        return False
    question = (
        f"Send the {counted(count, 'entry')} tracked here to Clockify? This cannot be undone."
    )
    if not options and not confirm.yes and not program.agreed(question, instead="--send-local"):
        program.note("They stay in the workspace local; `clockify login --send-local` sends them.")
        return False
    show_change(program, ctx, local_data.send_local(ctx, dry_run=confirm.dry_run), output)
    return True


@command("logout")
def logout(program: Program, *, output: JsonChoice) -> None:
    """Sign out and forget the API key. Your entries and the changes waiting to be sent are kept."""
    ctx = open_context(program, ReadChoice(workspace=LOCAL, offline=True))
    gone = actions.sign_out(ctx)
    program.recorded = True
    if output.json:
        program.out.write_json(
            {"signedOut": gone.was_in, "kept": gone.kept, "waiting": gone.waiting}
        )
        return
    if gone.was_in:
        program.say(f"Signed out{f' {gone.name}' if gone.name else ''}.")
        program.note(
            "Your entries are kept; `clockify login` shows them again. What you track now goes into"
            " the workspace local, on this computer."
        )
    else:
        program.say("You were not signed in.")
    if gone.running:
        program.note(f"The timer {gone.running} keeps running in Clockify; sign in to stop it.")
    for thing in gone.kept:
        program.warn(f"could not be removed: {thing}")
    if gone.waiting:
        wait = f"{counted(gone.waiting, 'change')} {agreeing(gone.waiting, 'waits', 'wait')}"
        program.note(f"{wait} to be sent; sign in again to send them.")


@command("whoami", "whoami --json")
def whoami(program: Program, *, read: ReadChoice, output: OutputChoice) -> None:
    """Show who is signed in and where, and how many requests are left."""
    ctx = open_context(program, read)
    local = ctx.account is None
    if local:
        ctx = replace(ctx, identity=Identity(signed_in(ctx)))
    view = actions.who(ctx)
    if not local:
        follow_account(program, ctx, read)
        view = replace(view, zone=ctx.zone.key)
    times = time_format(ctx)

    def draw() -> None:
        if program.out.is_terminal:
            from clockify_cli.show.drawn.lists import details_table

            details_table(program.out, who_details(view, times))
        else:
            program.say(*who_lines(view, times))

    show_one(program.out, times, WHO, view, show_choice(output), draw)
