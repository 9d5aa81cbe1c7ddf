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
from clockify_cli.environment import API_KEY
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
"""What the base URL of every Clockify ends in."""


def introduce(ctx: AppContext, named: str | None) -> None:
    """Ask Clockify whose the configured key is, and keep the answer. Raises as `sign_in`."""
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
    """As `ask_whose`; of a key that Clockify refuses it is said where it came from."""
    try:
        return ask_whose(ctx, key)
    except KeyRefused as error:
        if key.source != "environment":
            raise
        raise KeyRefused(
            f"{error.message} (the key is in {API_KEY})",
            f"Correct {API_KEY}, or unset it where `clockify login` has stored a key.",
        ) from None


def ask_whose(ctx: AppContext, key: Key) -> tuple[Account, list[Workspace]]:
    """The account of *key* and its workspaces, in two requests; nothing is stored.

    Raises KeyRefused, Unreachable, LimitReached, and UsageError for what is not a Clockify server.
    """
    nobody = _charged(ctx, key)
    remote = open_connection(ctx, key, nobody, nobody).remote
    try:
        account = account_of(ctx, _first_answer(ctx, remote))
        return account, [workspace_of(ctx, found) for found in remote.workspaces()]
    except LimitReached as error:
        raise LimitReached(
            error.message,
            "Sign in again after that time.",
            until=error.until,
        ) from None


def charge(ctx: AppContext, key: Key, account: Account, workspace: Workspace) -> None:
    """Count for *workspace* what was asked before it was known whose *key* is."""
    accounts.charge_requests(ctx.db, _charged(ctx, key), account.key, workspace.id)


def _charged(ctx: AppContext, key: Key) -> str:
    """Whom the ledger charges before Clockify has said who it is: nobody else with their limit."""
    return key_mark(address_of(ctx).base, key.value)


def _first_answer(ctx: AppContext, remote: Clockify) -> RemoteUser:
    """Whose key it is; where that cannot be told, whether the address may be the reason."""
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
    """What *user*, just told by Clockify, says of the account."""
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
    """The workspace *found*, just told by Clockify, as the store keeps it."""
    return Workspace(
        id=found.id,
        name=found.name,
        plan=found.plan,
        settings=found.settings,
        extra=found.extra,
        fetched=ctx.clock.now(),
    )


def remember(ctx: AppContext, key: Key, account: Account, known: Sequence[Workspace]) -> None:
    """Keep whose *key* is, and what the account and its workspaces are."""
    accounts.save_account(ctx.db, account)
    accounts.save_workspaces(ctx.db, account.key, known)
    put_meta(ctx.db, key_mark(account.base_url, key.value), account.key)
