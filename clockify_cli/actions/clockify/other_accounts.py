"""Changes waiting for accounts other than the one in use."""

from __future__ import annotations

from clockify_cli.actions.clockify.identity import account_here, address_of
from clockify_cli.actions.context import AppContext
from clockify_cli.domain.entry import agreeing, counted
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.sync.accounts import Account


def waiting_of_other_accounts(ctx: AppContext) -> tuple[str, ...]:
    """Return a sentence for each other account that changes wait for."""
    here = account_here(ctx)
    others = journal.strangers(ctx.db, here.key if here else None)
    return tuple(_waits(ctx, here, key, count) for key, count in others.items())


def _waits(ctx: AppContext, here: Account | None, key: str, count: int) -> str:
    waits = agreeing(count, "waits", "wait")
    sends = agreeing(count, "sends it", "sends them")
    known = accounts.account(ctx.db, key)
    if known is None:
        return f"{counted(count, 'change')} {waits} for {key}."
    who, way = f"{known.name} ({known.email})", "clockify login"
    if here is not None and (known.email, known.base_url) == (here.email, here.base_url):
        # `clockify login` with the same key would only lead to this message again.
        lists = agreeing(count, "lists it", "lists them")
        return (
            f"{counted(count, 'change')} {waits} for another account of {who}, with the id"
            f" {known.user_id}; you are signed in to {here.user_id}. Only a key of that account"
            f" {sends}; `clockify logout`, then `clockify queue` {lists}."
        )
    if known.base_url != address_of(ctx).base:
        who, way = f"{who} at {known.base_url}", f"clockify login --api-url {known.base_url}"
    return f"{counted(count, 'change')} {waits} for {who}: `{way}` {sends}."
