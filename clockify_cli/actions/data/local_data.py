"""Move what was tracked without an account into a Clockify workspace."""

from __future__ import annotations

from collections.abc import Mapping

from clockify_cli.actions.clockify.identity import connect
from clockify_cli.actions.context import AppContext, describe, kept_notes
from clockify_cli.actions.tracking.recording import recorded
from clockify_cli.domain.entry import (
    KINDS,
    LOCAL,
    ChangeResult,
    EntryFields,
    Item,
    Kind,
    TimeEntry,
    counted,
)
from clockify_cli.domain.names import fold
from clockify_cli.errors import NotFound, NotSignedIn
from clockify_cli.store.sync import replica
from clockify_cli.store.timesheet import bills, entities, entries
from clockify_cli.values import dataclass, field, replace


@dataclass(slots=True)
class _Carried:
    """How the names of ``local`` are transferred: those to be *made*, and those *matched* by name.

    *ids* maps local ids in ``local`` to those in the account's workspace.
    """

    ids: dict[str, str] = field(default_factory=dict)
    made: list[Item] = field(default_factory=list)
    matched: list[Item] = field(default_factory=list)


def tracked(ctx: AppContext) -> int:
    """Return how many entries the workspace ``local`` has."""
    return entries.count(ctx.db, LOCAL)


def running(ctx: AppContext) -> str | None:
    """Return the name of the timer that runs in ``local``; None if none does."""
    found = entries.running(ctx.db, LOCAL)
    return describe(found) if found else None


def names_known(ctx: AppContext) -> bool:
    """Return whether the copy has any name of the context's workspace."""
    return any(entities.items(ctx.db, ctx.workspace, kind) for kind in KINDS)


def send_local(ctx: AppContext, *, dry_run: bool = False) -> ChangeResult:
    """Move all of ``local`` into the context's workspace, to be sent like any change there.

    Names that the workspace already has are used, others are made. Entries keep their local ids. If
    a timer runs in both, the local one stays in ``local``. First Clockify is asked if the key is
    valid. Raises NotSignedIn, Unreachable, LimitReached, and NotFound if nothing was tracked.
    """
    if ctx.account is None:
        raise NotSignedIn("you are not signed in", "`clockify login` signs in.")
    moving = _movable(ctx)
    if dry_run:
        carried = _carried(ctx)
        return ChangeResult(
            verb="send-local",
            entries=tuple(moving),
            created=tuple(carried.made),
            matched=tuple(carried.matched),
            summary=_summary(moving),
            notes=kept_notes(ctx.workspace, moving),
            dry_run=True,
        )
    connect(ctx).remote.user()
    with recorded(ctx, "send-local") as record:
        # Another process may have changed it while Clockify was asked.
        moving = _movable(ctx)
        carried = _carried(ctx)
        for item in carried.made:
            record.change.create_item(item)
        for entry in moving:
            record.change.create_entry(_translated(entry.fields, carried.ids), entry.local_id)
            replica.move_entry(ctx.db, entry.local_id, ctx.workspace, ctx.user)
        bills.move(ctx.db, LOCAL, ctx.workspace, ctx.user, carried.ids)
        record.change.summary = _summary(moving)
    notes = kept_notes(ctx.workspace, moving)
    done = record.done([entry.local_id for entry in moving], notes=notes, made=carried.made)
    return replace(done, matched=(*carried.matched, *done.matched))


def _summary(moving: list[TimeEntry]) -> str:
    return f"{counted(len(moving), 'entry')} tracked here"


def _movable(ctx: AppContext) -> list[TimeEntry]:
    """Return the entries to move, the oldest first. Raises NotFound if there are none."""
    found = entries.newest(ctx.db, LOCAL, None, 10_000_000)[::-1]
    if entries.running(ctx.db, ctx.workspace, ctx.user) is not None:
        found = [entry for entry in found if not entry.running]
    if not found:
        raise NotFound(
            "nothing was tracked on this computer",
            "`clockify log all -w local` lists what is there.",
        )
    return found


def _carried(ctx: AppContext) -> _Carried:
    carried = _Carried()
    for kind in KINDS:
        there = {_place(item): item for item in entities.items(ctx.db, ctx.workspace, kind)}
        for item in entities.items(ctx.db, LOCAL, kind):
            moved = _moved(item, ctx.workspace, carried.ids)
            same = there.get(_place(moved))
            (carried.matched if same else carried.made).append(same or moved)
            carried.ids[item.local_id] = (same or moved).local_id
    return carried


def _moved(item: Item, workspace: str, ids: Mapping[str, str]) -> Item:
    """Return *item* as a new one of *workspace*; its owner was transferred before it."""
    return replace(
        item,
        local_id=entities.new_local_id(),
        workspace_id=workspace,
        client=ids.get(item.client or ""),
        project=ids.get(item.project or ""),
    )


def _place(item: Item) -> tuple[Kind, str, str | None, str | None]:
    return item.kind, fold(item.name), item.client, item.project


def _translated(fields: EntryFields, ids: Mapping[str, str]) -> EntryFields:
    return replace(
        fields,
        project=ids.get(fields.project or ""),
        task=ids.get(fields.task or ""),
        tags=tuple(ids[tag] for tag in fields.tags if tag in ids),
    )
