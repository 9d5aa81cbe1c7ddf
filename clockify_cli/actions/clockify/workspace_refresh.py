"""Fetch the workspaces with their settings, custom fields and names."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.identity import connect, connected, signed_in
from clockify_cli.actions.clockify.key_owner import workspace_of
from clockify_cli.actions.context import AppContext, Identity
from clockify_cli.domain.entry import Kind
from clockify_cli.domain.workspace import CustomField
from clockify_cli.errors import ClockifyError
from clockify_cli.store.sync import accounts
from clockify_cli.store.sync.accounts import Account, Workspace
from clockify_cli.store.timesheet.entities import known_fields, save_fields

if TYPE_CHECKING:
    from clockify_cli.sync.model.remote import RemoteField
    from clockify_cli.sync.pull import PullResult


WITHOUT_FIELDS = ("FREE", "SELF_HOSTED_FREE", "BASIC", "STANDARD")
"""Beginnings of the names of plans without custom fields; an unknown plan may have them."""


def fetch_workspace(ctx: AppContext) -> None:
    """Fetch the settings of the workspace; one request, which may raise."""
    known = _listed(ctx, signed_in(ctx))
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


def workspaces(ctx: AppContext) -> list[Workspace]:
    """Return the account's workspaces by name, fetched if the copy is old or a refresh is asked."""
    account = signed_in(ctx)
    known = accounts.workspaces(ctx.db, account.key)
    old = not known or not ctx.is_recent(known[0].fetched)
    if (old or ctx.refresh) and not ctx.offline:
        known = _listed(ctx, account)
    return known


def _listed(ctx: AppContext, account: Account) -> list[Workspace]:
    """Fetch and store all workspaces of *account*; one request, which may raise."""
    known = [workspace_of(ctx, found) for found in connect(ctx).remote.workspaces()]
    accounts.save_workspaces(ctx.db, account.key, known)
    return known


OF_ENTRIES = "TIMEENTRY"


def fetch_fields(ctx: AppContext) -> None:
    """Fetch the custom fields of the workspace; one request, which may raise."""
    listed = connect(ctx).remote.custom_fields(ctx.workspace)
    usable = [_field(one) for one in listed if one.status != "INACTIVE"]
    entity_of = {one.id: one.entity for one in listed}
    fields = [field for field in usable if entity_of[field.id] in (OF_ENTRIES, None)]
    save_fields(ctx.db, ctx.workspace, fields, ctx.now)


def _field(found: RemoteField) -> CustomField:
    return CustomField(
        id=found.id,
        name=found.name,
        type=found.type or "TXT",
        required=found.required,
        allowed=found.allowed,
        filled=found.default not in (None, "", []),
    )


def pull_names(ctx: AppContext, kind: Kind, project: str | None = None) -> PullResult:
    """Fetch the names of *kind*; tasks are those of *project* (a local id)."""
    from clockify_cli.sync.pull import PullOptions, refresh_names

    connection, account = connected(ctx)
    return refresh_names(
        ctx.db,
        connection.remote,
        account,
        ctx.workspace,
        ctx.clock,
        kind,
        project,
        PullOptions(deadline=connection.left()),
        limit=connection.limit,
    )
