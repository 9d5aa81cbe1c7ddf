"""Rates and rounding from the configuration, matched to clients and projects."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from clockify_cli.actions.context import AppContext
from clockify_cli.domain.bill import BillRange, Work
from clockify_cli.domain.entry import NONE, agreeing, counted
from clockify_cli.domain.measured import Measure
from clockify_cli.domain.money import NO_RATES, Rate, Rates, parse_rate
from clockify_cli.domain.names import fold
from clockify_cli.domain.rounding import Rounding, Roundings, at_level, parse_level, parse_rounding
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.durations import format_duration
from clockify_cli.domain.time.zones import offset_text
from clockify_cli.errors import UsageError
from clockify_cli.store.timesheet.billable import Workbook
from clockify_cli.store.timesheet.rates import (
    clients_of_projects,
    known_rates,
    named_clients,
    named_projects,
    outdated,
    usual_currency,
)
from clockify_cli.store.timesheet.totals import Measuring
from clockify_cli.values import replace

if TYPE_CHECKING:
    from clockify_cli.domain.entry import EntryFilter
    from clockify_cli.domain.report import Report
    from clockify_cli.domain.time.ranges import DayRange

NAMED = 10
"""More entries than this are only counted."""


def rate_hint(client: str, project: str = "") -> str:
    """Return the line that sets a rate for *project* of *client*; a default rate if both are ""."""
    name = "/".join(filter(None, (client, project)))
    key = shlex.quote(f"rate.{name}" if name else "rate")
    return f"Set one: `clockify config set {key} 95EUR`."


def rates(ctx: AppContext) -> Rates:
    """Return every rate of the user's own time, those of the configuration last."""
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
    """Return the workspace's currency, for Clockify rates without one; empty if unknown."""
    return usual_currency(ctx.db, ctx.account_key, ctx.workspace)


def _of_projects(ctx: AppContext, said: Mapping[str, Rate]) -> dict[str, Rate]:
    """Return the rates in *said*, by name, as rates of projects by local id."""
    found = {}
    for local_id, project, client in named_projects(ctx.db, ctx.workspace):
        # The most specific name first; a project without a client may be given by its name only.
        for name in (f"{client or NONE}/{project}", client or project):
            if (rate := said.get(fold(name))) is not None:
                found[local_id] = rate
                break
    return found


def roundings(ctx: AppContext, given: str | None, by: str | None) -> Roundings:
    """Return the rounding *given* for all clients, else the configured one for each.

    *by* is the requested level. UsageError if no rounding applies at all.
    """
    level = None if by is None else parse_level(by)
    if given is not None:
        return Roundings(at_level(parse_rounding(given), level))
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
        raise UsageError("--round-by needs --round", f"For example: --round 15m --round-by {level}")
    return found


def measuring(
    ctx: AppContext, given: str | None, by: str | None, *, priced: bool
) -> Measuring | None:
    """Return how a report rounds and prices; None if it does neither."""
    found = roundings(ctx, given, by)
    measure = Measure(rounded=found.any, priced=priced)
    if measure == Measure():
        return None
    return Measuring(
        measure=measure,
        roundings=found,
        rates=rates(ctx) if priced else NO_RATES,
        clients=clients_of_projects(ctx.db, ctx.workspace) if found.clients else {},
        outdated=tuple(outdated(ctx.db, ctx.workspace)) if priced else (),
        currency=currency(ctx) if priced else "",
    )


def rounding_text(ctx: AppContext, found: Roundings) -> str:
    """Return ``up to 15m by entry``, and the rounding of other clients; empty without rounding."""
    if not found.any:
        return ""
    parts = [found.usual.name] if found.usual else []
    names = dict(named_clients(ctx.db, ctx.workspace))
    for client, rounding in found.clients.items():
        name = quoted(names.get(client or "", ""))
        parts.append(f"{name}: {rounding.name if rounding else 'not rounded'}")
    return "; ".join(parts)


def unrated_notes(
    ctx: AppContext, range_: DayRange, found: Report, chosen: EntryFilter, how: Measuring
) -> tuple[str, ...]:
    """Return notes that entries of the report *found* have no rate, with their names."""
    count, seconds = found.unrated
    covered = BillRange(
        start=found.start, end=found.end, time_zone=range_.zone.key, day_start=range_.day_start
    )
    book = Workbook(ctx.db, ctx.workspace, how.rates, covered, how.currency)
    candidates = book.candidates(ctx.workspace, ctx.user, replace(chosen, billable=True))
    unrated = (each.work for each in candidates if each.work.rate is None)
    named = list(islice(unrated, NAMED))
    names = [work_text(ctx, work) for work in named]
    has = agreeing(count, "has", "have")
    length = format_duration(seconds)
    head = f"{counted(count, 'billable entry')} ({length}) {has} no rate and no amount:"
    more = [f"and {count - len(names)} more"] if count > len(names) else []
    hint = rate_hint(named[0].client.name, named[0].project.name) if named else rate_hint("")
    return (head, *(f"  {line}" for line in (*names, *more)), hint)


def work_text(ctx: AppContext, work: Work) -> str:
    """Return ``2026-11-24 09:00  1:30  Acme / Website · Draft · Fix login  1b2c3fa9``."""
    start = offset_text(work.start, ctx.zone)
    names = [
        " / ".join(filter(None, (work.client.name, work.project.name))),
        work.task.name,
        work.description,
    ]
    what = " · ".join(quoted(name) for name in names if name) or "(no description)"
    return (
        f"{start[:10]} {start[11:16]}  {format_duration(work.seconds)}  {what}  {work.entry[-8:]}"
    )
