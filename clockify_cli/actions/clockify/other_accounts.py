"""Changes waiting for accounts other than the one in use."""

from __future__ import annotations

from clockify_cli.actions.clockify.account import account_here
from clockify_cli.actions.clockify.identity import address_of
from clockify_cli.actions.context import AppContext
from clockify_cli.domain.entry import agreeing, counted
from clockify_cli.store.sync import accounts, journal


def waiting_of_other_accounts(ctx: AppContext) -> tuple[str, ...]:
    """Return a sentence for each other account that changes wait for."""
    here = account_here(ctx)
    others = journal.strangers(ctx.db, here.key if here else None)
    return tuple(_waits(ctx, key, count) for key, count in others.items())


def _waits(ctx: AppContext, key: str, count: int) -> str:
    waits = agreeing(count, "waits", "wait")
    sends = agreeing(count, "sends it", "sends them")
    known = accounts.account(ctx.db, key)
    if known is None:
        return f"{counted(count, 'change')} {waits} for {key}."
    who, way = f"{known.name} ({known.email})", "clockify login"
    if known.base_url != address_of(ctx).base:
        who, way = f"{who} at {known.base_url}", f"clockify login --api-url {known.base_url}"
    return f"{counted(count, 'change')} {waits} for {who}: `{way}` {sends}."
