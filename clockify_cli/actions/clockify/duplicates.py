"""Entries that Clockify may have twice because an answer was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clockify_cli.actions.context import AppContext, describe, describe_span
from clockify_cli.domain.entry import TimeEntry
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.sync.accounts import Account
from clockify_cli.store.sync.journal import JournalRow
from clockify_cli.store.timesheet import entries
from clockify_cli.sync.duplicates import DAY
from clockify_cli.sync.model.conflicts import version_of
from clockify_cli.sync.model.row import Fingerprint, matches, of_entry
from clockify_cli.sync.model.rows import fingerprint_of
from clockify_cli.values import dataclass

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A local *entry*, and Clockify's ids of *others* that look identical."""

    entry: TimeEntry
    others: tuple[str, ...]


def duplicates(ctx: AppContext, account: Account) -> list[Duplicate]:
    """Return entries of the last day that the copy has too often; sends no request."""
    found = []
    for row in journal.looked_for(ctx.db, account.key, ctx.clock.wall() - DAY):
        others, entry = _alike(ctx, account, row), entries.known(ctx.db, row.local_id)
        if entry and others:
            found.append(Duplicate(entry, others))
    return found


def _alike(ctx: AppContext, account: Account, row: JournalRow) -> tuple[str, ...]:
    """Return Clockify's ids of other entries in the copy that *row* may have made."""
    if row.fp is None:
        return ()
    sent = fingerprint_of(row.fp)
    if not isinstance(sent, Fingerprint):
        return ()
    start = datetime.fromtimestamp(sent.start, UTC)
    there = replica.known_entries(ctx.db, row.workspace, account.user_id, start, start + ONE_SECOND)
    return tuple(
        one.server_id
        for one in there
        if one.server is not None
        and not replica.made_here(ctx.db, row.workspace, "entry", one.server_id)
        and matches(sent, of_entry(version_of(one.server)))
    )


def duplicate_text(ctx: AppContext, duplicate: Duplicate) -> str:
    """Return *duplicate* in sentences, with the command that deletes one of the entries."""
    span = describe_span(duplicate.entry, ctx)
    remove = " or ".join(f"`clockify delete {id_}`" for id_ in duplicate.others)
    return (
        f"Clockify has {describe(duplicate.entry)}, {span}, more than once; it may have been "
        f"recorded twice. {remove} deletes one of them; do nothing if both are right."
    )
