"""Favorites and recent work."""

from __future__ import annotations

from clockify_cli.actions.clockify.freshness import RECENT, Copy, entries_copy
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names.workspace_rules import know_fields, rules_of
from clockify_cli.actions.tracking.entry_input import EntryInput, clean_text, fill
from clockify_cli.actions.tracking.recording import Record, recorded
from clockify_cli.domain.entry import (
    ChangeResult,
    EntryFields,
    Item,
    ProjectRef,
    Ref,
    TimeEntry,
    plain_of,
)
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.timesheet import entities, entries, favorites, numbering
from clockify_cli.store.timesheet.favorites import Favorite

LONGEST_NAME = 100


def recent(ctx: AppContext, count: int) -> tuple[TimeEntry, ...]:
    """Return the latest entry of each of the *count* most recent kinds of work, the newest last.

    From now on ``@1`` is the newest of them, and so on.
    """
    found = entries.recent(ctx.db, ctx.workspace, ctx.user, count)
    numbering.remember(ctx.db, ctx.session, [entry.local_id for entry in found])
    return tuple(reversed(found))


def copy_of_recent(ctx: AppContext) -> Copy:
    """Return the state of the copy that `recent` reads; sends no request."""
    return entries_copy(ctx, ctx.now - RECENT, ctx.now)


def listed(ctx: AppContext) -> tuple[TimeEntry, ...]:
    """Return the favorites by name, each as an entry without times whose id is its name."""
    return tuple(as_entry(ctx, one) for one in favorites.every(ctx.db, ctx.workspace))


def as_entry(ctx: AppContext, favorite: Favorite) -> TimeEntry:
    """Return what *favorite* starts, as an entry without length whose id is the favorite's name."""
    fields = favorites.fields_at(favorite, ctx.now)
    names = {
        item.local_id: item
        for kind in ("client", "project", "task", "tag")
        for item in entities.items(ctx.db, ctx.workspace, kind)
    }
    project = names.get(fields.project or "")
    client = names.get(project.client or "") if project else None
    task = names.get(fields.task or "")
    return TimeEntry(
        local_id=favorite.name,
        server_id=None,
        workspace_id=ctx.workspace,
        user_id=ctx.user,
        start=ctx.now,
        end=ctx.now,
        **plain_of(fields),
        project=_project(project, client),
        task=_ref(task) if task else None,
        tags=tuple(_ref(names[tag]) for tag in fields.tags if tag in names),
        billable=fields.billable,
        type=fields.type,
    )


def _ref(item: Item) -> Ref:
    return Ref(item.local_id, item.server_id, item.name)


def _project(project: Item | None, client: Item | None) -> ProjectRef | None:
    if project is None:
        return None
    return ProjectRef(
        project.local_id, project.server_id, project.name, _ref(client) if client else None
    )


def add(ctx: AppContext, name: str, given: EntryInput) -> tuple[Favorite, ChangeResult | None]:
    """Save the fields in *given* as the favorite *name*; without any, the current or last entry.

    Missing names are created as for a timer; they are the second result, if there are any. Raises
    UsageError for a bad name.
    """
    name = _checked_name(name)
    know_fields(ctx, given.custom)
    fields, made = (_latest(ctx), None) if given.empty else _made(ctx, given)
    favorite = favorites.of_fields(name, fields)
    favorites.put(ctx.db, ctx.workspace, favorite)
    return favorite, None if made is None else made.done(())


def _checked_name(name: str) -> str:
    name, _ = clean_text(name, "name")
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(
            f"the name of a favorite has 1 to {LONGEST_NAME} characters",
            "For example: `clockify fav add standup -p Internal`",
        )
    return name


def _latest(ctx: AppContext) -> EntryFields:
    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    last = running or entries.last_finished(ctx.db, ctx.workspace, ctx.user, ctx.now)
    if last is None:
        raise NotFound(
            "no entry yet to save as a favorite",
            "For example: `clockify fav add standup -d Stand-up -p Internal`",
        )
    return last.fields


def _made(ctx: AppContext, given: EntryInput) -> tuple[EntryFields, Record | None]:
    """Return the fields of *given*, and the record of the names made for them, if any."""
    base = EntryFields(start=ctx.now, end=None, billable=rules_of(ctx).billable)
    with recorded(ctx, "make") as record:
        book = record.book(given.making)
        fields = fill(book, given, base)
        record.change.summary = ", ".join(f"{item.kind} {item.name}" for item in book.created)
    return fields, record if book.created else None


def find(ctx: AppContext, name: str) -> Favorite:
    """Return the favorite *name*. Raises NotFound."""
    return favorites.get(ctx.db, ctx.workspace, name)


def remove(ctx: AppContext, name: str) -> Favorite:
    """Remove the favorite *name* and return it. Raises NotFound."""
    return favorites.remove(ctx.db, ctx.workspace, name)
