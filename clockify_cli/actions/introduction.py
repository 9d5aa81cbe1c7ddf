"""Whose a key is: Clockify is asked, and the answer kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clockify_cli.actions.connecting import address_of, key_of, open_connection
from clockify_cli.actions.identity import key_mark, profile_mark, wanted_workspace
from clockify_cli.environment import API_KEY
from clockify_cli.errors import (
    KeyRefused,
    LimitReached,
    NotFound,
    NotSignedIn,
    Unreachable,
    UsageError,
)
from clockify_cli.store import accounts, ledger, meta
from clockify_cli.store.accounts import Account, Workspace

if TYPE_CHECKING:
    from clockify_cli.actions.desk import Desk
    from clockify_cli.api.endpoints import Clockify
    from clockify_cli.credentials import Key
    from clockify_cli.sync.remote import RemoteUser, RemoteWorkspace

BASE_END = "/api/v1"
"""What the base URL of every Clockify ends in."""


def introduce(desk: Desk, named: str | None) -> None:
    """Ask Clockify whose the configured key is, and keep the answer. Raises as `sign_in`."""
    if desk.offline:
        raise NotSignedIn(
            "whose the configured key is has never been asked",
            "Run it once without --offline, or `clockify login`.",
        )
    key = key_of(desk)
    account, known = _ask_with(desk, key)
    with desk.db.transaction():
        remember(desk, key, account, known)
        if key.source != "environment":
            meta.put(desk.db, profile_mark(desk.settings.profile), account.key)
    workspace = wanted_workspace(desk.db, account, desk.settings, named)
    with desk.db.transaction():
        charge(desk, key, account, workspace)
        if key.source != "environment":
            meta.use_workspace(desk.db, desk.settings.profile, workspace.id)


def _ask_with(desk: Desk, key: Key) -> tuple[Account, list[Workspace]]:
    """As `ask_whose`; of a key that Clockify refuses it is said where it came from."""
    try:
        return ask_whose(desk, key)
    except KeyRefused as error:
        if key.source != "environment":
            raise
        raise KeyRefused(
            f"{error.message}: the one in {API_KEY}",
            f"Correct {API_KEY}, or unset it where `clockify login` has stored a key.",
        ) from None


def ask_whose(desk: Desk, key: Key) -> tuple[Account, list[Workspace]]:
    """The account of *key* and its workspaces, in two requests; nothing is stored.

    Raises KeyRefused, Unreachable, LimitReached, and UsageError for what is no Clockify.
    """
    nobody = _charged(desk, key)
    remote = open_connection(desk, key, nobody, nobody).remote
    try:
        account = account_of(desk, _first_answer(desk, remote))
        return account, [workspace_of(desk, found) for found in remote.workspaces()]
    except LimitReached as error:
        raise LimitReached(
            error.message,
            "Clockify answers nothing to this key until then; sign in again after that.",
            until=error.until,
        ) from None


def charge(desk: Desk, key: Key, account: Account, workspace: Workspace) -> None:
    """Count for *workspace* what was asked before it was known whose *key* is."""
    ledger.charge(desk.db, _charged(desk, key), account.key, workspace.id)


def _charged(desk: Desk, key: Key) -> str:
    """Whom the ledger charges before Clockify has said who it is: nobody else with their limit."""
    return key_mark(address_of(desk).base, key.value)


def _first_answer(desk: Desk, remote: Clockify) -> RemoteUser:
    """Whose key it is; where that cannot be told, whether the address may be the reason."""
    base = address_of(desk).base
    try:
        return remote.user()
    except (NotFound, Unreachable) as error:
        if base.endswith(BASE_END):
            raise
        hint = f"The address of a Clockify ends in {BASE_END}: try {base}{BASE_END}"
        if isinstance(error, NotFound):
            raise UsageError(f"{base} answers, and not as Clockify does", hint) from error
        raise Unreachable(error.message, hint, code=error.code) from error


def account_of(desk: Desk, user: RemoteUser) -> Account:
    """What *user*, just told by Clockify, says of the account."""
    settings = {
        "timeZone": user.time_zone,
        "weekStart": user.week_start,
        "timeFormat": user.time_format,
        "activeWorkspace": user.active_workspace or user.default_workspace,
    }
    return Account(
        base_url=address_of(desk).base,
        user_id=user.id,
        name=user.name,
        email=user.email,
        settings=json.dumps(settings),
        fetched=desk.clock.now(),
    )


def workspace_of(desk: Desk, found: RemoteWorkspace) -> Workspace:
    """The workspace *found*, just told by Clockify, as the store keeps it."""
    return Workspace(
        id=found.id,
        name=found.name,
        plan=found.plan,
        settings=found.settings,
        extra=found.extra,
        fetched=desk.clock.now(),
    )


def remember(desk: Desk, key: Key, account: Account, known: Sequence[Workspace]) -> None:
    """Keep whose *key* is, and what the account and its workspaces are."""
    accounts.save_account(desk.db, account)
    accounts.save_workspaces(desk.db, account.key, known)
    meta.put(desk.db, key_mark(account.base_url, key.value), account.key)
