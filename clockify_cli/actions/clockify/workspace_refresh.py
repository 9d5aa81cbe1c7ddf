"""Fetch the settings and custom fields of the workspace when its names are fetched."""

from __future__ import annotations

from contextlib import suppress

from clockify_cli.actions.clockify.account import signed_in, workspaces
from clockify_cli.actions.clockify.identity import Identity, connect
from clockify_cli.actions.clockify.key_owner import workspace_of
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names.workspace_rules import fetch_fields
from clockify_cli.errors import ClockifyError
from clockify_cli.store.sync import accounts
from clockify_cli.store.timesheet.entities import known_fields

WITHOUT_FIELDS = ("FREE", "SELF_HOSTED_FREE", "BASIC", "STANDARD")
"""Beginnings of the names of plans without custom fields; an unknown plan may have them."""


def fetch_workspace(ctx: AppContext) -> None:
    """Fetch the settings of the workspace; one request, which may raise."""
    account = signed_in(ctx)
    known = [workspace_of(ctx, found) for found in connect(ctx).remote.workspaces()]
    accounts.save_workspaces(ctx.db, account.key, known)
    workspace = next((found for found in known if found.id == ctx.workspace), None)
    if workspace is not None:
        ctx.identity = Identity(ctx.account, workspace)


def refresh_workspace(ctx: AppContext) -> None:
    """Fetch what is older than names may be; at most two requests.

    Old settings are kept if Clockify cannot be asked: Clockify refuses what they get wrong.
    """
    with suppress(ClockifyError):
        known = {found.id: found for found in workspaces(ctx)}
        workspace = known.get(ctx.workspace)
        if workspace is None:
            return
        ctx.identity = Identity(ctx.account, workspace)
        fetched = known_fields(ctx.db, workspace.id).fetched
        old = fetched is None or ctx.now - fetched > ctx.settings.fresh_names
        may_have = not (workspace.plan or "").startswith(WITHOUT_FIELDS)
        if may_have and (old or ctx.refresh):
            fetch_fields(ctx)
