"""Ask Clockify whose a key is, and store the answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.identity import (
    address_of,
    key_of,
    open_connection,
    wanted_workspace,
)
from clockify_cli.errors import (
    KeyRefused,
    LimitReached,
    NotFound,
    NotSignedIn,
    Unreachable,
    UsageError,
)
from clockify_cli.store.db.connection import put_meta
from clockify_cli.store.glance import key_mark, profile_mark
from clockify_cli.store.sync import accounts
from clockify_cli.store.sync.accounts import Account, Workspace

if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext
    from clockify_cli.api.endpoints import Clockify
    from clockify_cli.credentials import Key
    from clockify_cli.sync.model.remote import RemoteUser, RemoteWorkspace

BASE_END = "/api/v1"
"""The end of every Clockify's base URL."""


def learn_owner(ctx: AppContext, named: str | None) -> None:
    """Ask Clockify whose the configured key is, and store the answer. Raises as `sign_in`."""
    if ctx.offline:
        raise NotSignedIn(
            "this key has not been checked yet",
            "`clockify status` asks Clockify, and `clockify login` stores the answer.",
        )
    key = key_of(ctx)
    account, known = _ask_with(ctx, key)
    with ctx.db.transaction():
        remember(ctx, key, account, known)
        if key.source != "environment":
            put_meta(ctx.db, profile_mark(ctx.settings.profile), account.key)
    workspace = wanted_workspace(ctx.db, account, ctx.settings, named)
    with ctx.db.transaction():
        charge(ctx, key, account, workspace)


def _ask_with(ctx: AppContext, key: Key) -> tuple[Account, list[Workspace]]:
    """Like `ask_whose`; an error about a refused key says where the key came from."""
    try:
        return ask_whose(ctx, key)
    except KeyRefused as error:
        from clockify_cli.credentials import refused_from

        raise refused_from(key, error) from None


def ask_whose(ctx: AppContext, key: Key) -> tuple[Account, list[Workspace]]:
    """Return the account of *key* and its workspaces, in two requests; nothing is stored.

    Raises KeyRefused, Unreachable, LimitReached, and UsageError if it is not a Clockify server.
    """
    nobody = _charged(ctx, key)
    remote = open_connection(ctx, key, nobody, nobody).remote
    try:
        account = account_of(ctx, _first_answer(ctx, remote))
        return account, [workspace_of(ctx, found) for found in remote.workspaces()]
    except LimitReached as error:
        raise LimitReached(
            error.message, "Sign in again after that time.", until=error.until
        ) from None


def charge(ctx: AppContext, key: Key, account: Account, workspace: Workspace) -> None:
    """Count requests for *workspace* that were sent before the owner of *key* was known."""
    accounts.charge_requests(ctx.db, _charged(ctx, key), account.key, workspace.id)


def _charged(ctx: AppContext, key: Key) -> str:
    """Return a ledger account for a key without a known owner, so that nobody else is charged."""
    return key_mark(address_of(ctx).base, key.value)


def _first_answer(ctx: AppContext, remote: Clockify) -> RemoteUser:
    """Return whose key it is; if that fails, raise an error that checks the address."""
    base = address_of(ctx).base
    try:
        return remote.user()
    except (NotFound, Unreachable) as error:
        if base.endswith(BASE_END):
            raise
        hint = f"A Clockify address ends in {BASE_END}: try {base}{BASE_END}"
        if isinstance(error, NotFound):
            raise UsageError(f"{base} answered, but not as Clockify does", hint) from error
        raise Unreachable(error.message, hint, code=error.code) from error


def account_of(ctx: AppContext, user: RemoteUser) -> Account:
    """Return the account of *user*, as just received from Clockify."""
    settings = {
        "timeZone": user.time_zone,
        "weekStart": user.week_start,
        "timeFormat": user.time_format,
        "activeWorkspace": user.active_workspace or user.default_workspace,
    }
    return Account(
        base_url=address_of(ctx).base,
        user_id=user.id,
        name=user.name,
        email=user.email,
        settings=json.dumps(settings),
        fetched=ctx.clock.now(),
    )


def workspace_of(ctx: AppContext, found: RemoteWorkspace) -> Workspace:
    """Return *found*, as just received from Clockify, in the form of the store."""
    return Workspace(
        id=found.id,
        name=found.name,
        plan=found.plan,
        settings=found.settings,
        extra=found.extra,
        fetched=ctx.clock.now(),
    )


def remember(ctx: AppContext, key: Key, account: Account, known: Sequence[Workspace]) -> None:
    """Store the owner of *key*, the account and its workspaces."""
    accounts.save_account(ctx.db, account)
    accounts.save_workspaces(ctx.db, account.key, known)
    put_meta(ctx.db, key_mark(account.base_url, key.value), account.key)
