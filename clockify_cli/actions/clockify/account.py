"""Signing in and out, and the workspaces of the account."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.identity import (
    KEY_SETTINGS,
    address_of,
    connect,
    named_workspace,
    refuse_other_user,
    signed_in,
)
from clockify_cli.actions.clockify.key_owner import (
    account_of,
    ask_whose,
    charge,
    remember,
)
from clockify_cli.actions.clockify.sending import tell_prompts
from clockify_cli.actions.context import Identity, describe
from clockify_cli.domain.entry import LOCAL
from clockify_cli.domain.status import Who
from clockify_cli.environment import API_KEY, api_key
from clockify_cli.errors import NotFound, NotSignedIn
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.glance import key_mark, profile_mark
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.sync.accounts import Account, Workspace
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext
    from clockify_cli.credentials import Key

Choose = Callable[[Sequence[Workspace], Workspace], Workspace]
"""Asks which of several workspaces is meant; the second argument is the active one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A *key* and where it is kept: *stored* are the settings to write; None removes one.

    *workspace* names one; otherwise *choose* decides if there are several.
    """

    key: Key
    stored: dict[str, str | None]
    keyring: bool = False
    workspace: str | None = None
    choose: Choose | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account and workspace now in use; *several*: it was chosen among more than one.

    *tracked* counts the entries in the workspace ``local``.
    """

    account: Account
    workspace: Workspace
    several: bool
    tracked: int


def sign_in(ctx: AppContext, request: SignIn, *, dry_run: bool = False) -> SignedIn:
    """Check the key (two requests), choose a workspace and store both, unless *dry_run*.

    Raises KeyRefused, Unreachable, and NotFound for an unknown workspace; then nothing is stored.
    """
    account, known = ask_whose(ctx, request.key)
    workspace = _chosen(account, known, request)
    if dry_run:
        charge(ctx, request.key, account, workspace)
    else:
        _keep(ctx, request, account, known, workspace)
    ctx.identity = Identity(account, workspace)
    ctx.connection = None
    tracked = entries.count(ctx.db, LOCAL)
    return SignedIn(account, workspace, len(known) > 1 and request.workspace is None, tracked)


def _keep(
    ctx: AppContext, request: SignIn, account: Account, known: list[Workspace], workspace: Workspace
) -> None:
    if request.keyring:
        _into_keyring(ctx, request.key)
    from clockify_cli.config.writing import write_config

    write_config(ctx.paths, ctx.settings.profile, {**request.stored, "workspace": workspace.id})
    with ctx.db.transaction():
        remember(ctx, request.key, account, known)
        put_meta(ctx.db, profile_mark(ctx.settings.profile), account.key)
        charge(ctx, request.key, account, workspace)
    tell_prompts(ctx)


def _chosen(account: Account, known: list[Workspace], request: SignIn) -> Workspace:
    if request.workspace is not None:
        return _named(known, request.workspace)
    active_id = json.loads(account.settings)["activeWorkspace"]
    if not known:
        raise NotSignedIn(
            "the account has no workspace",
            "Create a workspace in Clockify, then run `clockify login`.",
        )
    active = next((w for w in known if w.id == active_id), known[0])
    if len(known) > 1 and request.choose is not None:
        return request.choose(known, active)
    return active


def _named(known: list[Workspace], name: str) -> Workspace:
    try:
        return named_workspace(known, name)
    except NotFound as error:
        # Nobody is signed in yet, so no other command could list the workspaces.
        names = ", ".join(workspace.name for workspace in known)
        raise NotFound(error.message, f"Workspaces: {names}.") from None


def _into_keyring(ctx: AppContext, key: Key) -> None:
    from clockify_cli.credentials import keyring_set

    keyring_set(ctx.settings.profile, address_of(ctx).origin, key.value, ctx.environ)


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What was forgotten; *kept* names what could not be removed, *waiting* counts unsent rows.

    *was_in*: somebody was signed in, or a key was kept. *running*: the timer that continues, if
    any.
    """

    was_in: bool
    name: str
    kept: tuple[str, ...]
    waiting: int
    running: str | None = None


def sign_out(ctx: AppContext) -> SignedOut:
    """Forget the key of the profile, wherever it is. Entries and the journal stay."""
    from clockify_cli.config.writing import write_config

    profile = ctx.settings.profile
    known = meta_value(ctx.db, profile_mark(profile))
    account = accounts.account(ctx.db, known) if known else None
    was_in = account is not None or any(map(ctx.settings.in_file, KEY_SETTINGS))
    kept = _out_of_keyring(ctx)
    running = _running_of(ctx, account) if account else None
    if was_in:
        write_config(ctx.paths, profile, dict.fromkeys((*KEY_SETTINGS, "workspace")))
        with ctx.db.transaction():
            put_meta(ctx.db, profile_mark(profile), None)
        tell_prompts(ctx)
    if api_key(ctx.environ):
        kept += (f"{API_KEY} in the environment",)
    waiting = journal.waiting(ctx.db, account.key) if account else None
    return SignedOut(
        was_in,
        account.name if account else "",
        kept,
        waiting.pending + waiting.review if waiting else 0,
        running,
    )


def _running_of(ctx: AppContext, account: Account) -> str | None:
    """Return the name of *account*'s running timer, in any of its workspaces."""
    known = accounts.workspaces(ctx.db, account.key)
    found = (entries.running(ctx.db, workspace.id, account.user_id) for workspace in known)
    return next((describe(entry) for entry in found if entry is not None), None)


def _out_of_keyring(ctx: AppContext) -> tuple[str, ...]:
    if not ctx.settings.in_file("keyring"):
        return ()
    from clockify_cli.credentials import keyring_delete

    try:
        keyring_delete(ctx.settings.profile, address_of(ctx).origin, ctx.environ)
    except NotSignedIn as failure:
        return (f"the key in the system keyring ({failure.message})",)
    return ()


def who(ctx: AppContext) -> Who:
    """Return who is signed in, from the local copy, or from Clockify in one request if it is asked.

    Raises NotSignedIn, and if Clockify is to be asked, whatever prevents that.
    """
    from clockify_cli.sync.guard import ClosedUntil, left_now, verdict_now

    account = signed_in(ctx)
    if ctx.refresh and not ctx.offline:
        account = ask_again(ctx)
    workspace = ctx.identity.workspace
    key, source = _shown_key(ctx)
    left = left_now(ctx.db, workspace.id, workspace.plan, ctx.now) if workspace else None
    verdict = workspace and verdict_now(
        ctx.db, workspace.id, workspace.plan, "read" if left else "write", ctx.now
    )
    open_rows = journal.waiting(ctx.db, account.key)
    return Who(
        user_id=account.user_id,
        name=account.name,
        email=account.email,
        base_url=account.base_url,
        workspace_id=workspace.id if workspace else LOCAL,
        workspace=workspace.name if workspace else LOCAL,
        plan=(workspace.plan or "FREE") if workspace else "",
        zone=ctx.zone.key,
        key=key,
        key_source=source,
        requests_left=left,
        more_at=verdict.when if left is not None and isinstance(verdict, ClosedUntil) else None,
        waiting=open_rows.pending,
        review=open_rows.review,
        strangers=sum(journal.strangers(ctx.db, account.key).values()),
        as_of=account.fetched,
    )


def ask_again(ctx: AppContext) -> Account:
    """Read the account from Clockify in one request, and use it for the rest of the run.

    Raises the error that prevented it, and KeyRefused if the key belongs to another user.
    """
    known, connection = signed_in(ctx), connect(ctx)
    user = connection.remote.user()
    if user.id != known.user_id:
        put_meta(ctx.db, key_mark(known.base_url, connection.key.value), None)
    refuse_other_user(known, user.id, user.name)
    account = _in_the_same_workspace(ctx, known, account_of(ctx, user))
    accounts.save_account(ctx.db, account)
    ctx.identity = replace(ctx.identity, account=account)
    return account


def _in_the_same_workspace(ctx: AppContext, known: Account, account: Account) -> Account:
    """Return *account* with the active workspace of *known*, if it still has that one."""
    before = json.loads(known.settings).get("activeWorkspace")
    if all(each.id != before for each in accounts.workspaces(ctx.db, known.key)):
        return account
    # Switching workspaces in the web app must not redirect what is tracked here.
    settings = {**json.loads(account.settings), "activeWorkspace": before}
    return replace(account, settings=json.dumps(settings))


def _shown_key(ctx: AppContext) -> tuple[str, str]:
    """Return the masked key and its place; a key command is not run only to show it."""
    from clockify_cli.credentials import masked

    given = api_key(ctx.environ)
    if given:
        return masked(given), API_KEY
    if ctx.settings.in_file("key-command"):
        return masked(""), "the key command"
    if ctx.settings.in_file("keyring"):
        return masked(""), "the system keyring"
    return masked(ctx.settings.in_file("key") or ""), "the configuration file"


def use_workspace(ctx: AppContext, name: str) -> Workspace | None:
    """Make the workspace called *name* the active one; None for ``local``."""
    account = signed_in(ctx)
    if name == LOCAL:
        _store_workspace(ctx, LOCAL)
        return None
    workspace = named_workspace(accounts.workspaces(ctx.db, account.key), name)
    _store_workspace(ctx, workspace.id)
    return workspace


def _store_workspace(ctx: AppContext, id_: str) -> None:
    from clockify_cli.config.writing import write_config

    write_config(ctx.paths, ctx.settings.profile, {"workspace": id_})
    tell_prompts(ctx)
