"""What the configuration says of rates and rounding, for the clients and projects there are."""

from __future__ import annotations

from collections.abc import Mapping

from clockify_cli.actions.context import AppContext
from clockify_cli.domain.money import Rate, Rates, parse_rate
from clockify_cli.domain.names import NONE, fold
from clockify_cli.domain.rounding import (
    Rounding,
    Roundings,
    at_level,
    parse_level,
    parse_rounding,
)
from clockify_cli.errors import UsageError
from clockify_cli.store.rates import (
    known_rates,
    named_clients,
    named_projects,
    usual_currency,
)

NO_RATE_HINT = "Set one: `clockify config set rate.CLIENT/PROJECT 95EUR`."


def rates(ctx: AppContext) -> Rates:
    """Every rate of the user's own time, those of the configuration last."""
    said = {fold(name): parse_rate(rate) for name, rate in ctx.settings.rates.items()}
    usual = said.pop("", None)
    return known_rates(
        ctx.db,
        ctx.workspace,
        account=ctx.account_key,
        user=ctx.user,
        settings=_of_projects(ctx, said) if said else {},
        usual=usual,
    )


def currency(ctx: AppContext) -> str:
    """The workspace's own currency, for rates of Clockify that name none; empty if not known."""
    return usual_currency(ctx.db, ctx.account_key, ctx.workspace)


def _of_projects(ctx: AppContext, said: Mapping[str, Rate]) -> dict[str, Rate]:
    """*said*, by names, as rates of projects by local id."""
    found = {}
    for local_id, project, client in named_projects(ctx.db, ctx.workspace):
        # From the closest name outwards: a project without a client may go by its name alone.
        for name in (f"{client or NONE}/{project}", client or project):
            if (rate := said.get(fold(name))) is not None:
                found[local_id] = rate
                break
    return found


def roundings(ctx: AppContext, asked: str | None, by: str | None) -> Roundings:
    """How time is rounded: as *asked* for all, else as the configuration says for each client.

    *by* is the level that was asked for. UsageError where there is nothing to round by it.
    """
    level = None if by is None else parse_level(by)
    if asked is not None:
        return Roundings(at_level(parse_rounding(asked), level))
    said = {fold(name): parse_rounding(text) for name, text in ctx.settings.roundings.items()}
    usual = at_level(said.pop("", None), level)
    clients = named_clients(ctx.db, ctx.workspace) if said else []
    of_clients: dict[str | None, Rounding | None] = {
        local_id: at_level(said[fold(name)], level)
        for local_id, name in clients
        if fold(name) in said
    }
    found = Roundings(usual, of_clients)
    if level is not None and not found.any:
        raise UsageError(
            "--round-by says by what to round, and nothing is to be rounded",
            f"Give --round with it, such as --round 15m --round-by {level}.",
        )
    return found
