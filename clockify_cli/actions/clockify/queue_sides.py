"""Both sides of an open row, here and in Clockify, and the possible decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from clockify_cli.actions.context import AppContext, clock_text, describe, describe_span
from clockify_cli.domain.entry import (
    KINDS,
    PLAIN,
    EntryFields,
    Item,
    Kind,
    ProjectRef,
    Ref,
    TimeEntry,
    counted,
    plain_of,
    type_name,
)
from clockify_cli.domain.queued import Decision, Sent, Sides, Thing
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.store.sync import journal
from clockify_cli.store.sync.journal import SENT_BEFORE, JournalRow
from clockify_cli.store.sync.replica import local_entry
from clockify_cli.store.timesheet import entities, entries, undo
from clockify_cli.store.timesheet.entities import item_of, mark_of, stored_entry, stored_item
from clockify_cli.store.timesheet.held import as_held
from clockify_cli.sync.model.conflicts import DELETED_THERE
from clockify_cli.sync.model.engine import PERHAPS_SENT
from clockify_cli.sync.model.row import CREATES, STUCK, UNRESOLVED, State
from clockify_cli.sync.model.rows import instant_of
from clockify_cli.values import replace

_ID = re.compile(r"\b[0-9a-f]{24}\b")


def sides_of(
    ctx: AppContext, row: JournalRow, first: Mapping[str, JournalRow], behind: int | None
) -> Sides:
    """Return both sides of *row*.

    *first* is the first open row of each entry or name, by local id; *behind* is the number of the
    row whose decision it waits for.
    """
    here, there = _here(ctx, row), _there(ctx, row, first)
    return Sides(
        sent=_sent(row),
        here=here,
        there=there,
        here_text=_here_text(ctx, row, here, there),
        there_text=_there_text(ctx, row, there, here),
        decisions=_decisions(ctx, row, there, behind),
    )


def looks_like(row: JournalRow) -> list[str]:
    """Return Clockify's ids of the entries that *row* may have made."""
    return _ID.findall(row.verdict) if row.verdict.startswith(PERHAPS_SENT) else []


def _sent(row: JournalRow) -> Sent:
    state = State(row.state)
    if state in UNRESOLVED or row.verdict.startswith(PERHAPS_SENT):
        return "unanswered"
    return "refused" if state is State.REJECTED else "never"


# ── the two sides ────────────────────────────────────────────────────────────────────────────────


def _here(ctx: AppContext, row: JournalRow) -> Thing | None:
    if row.entity == "entry":
        return entries.known(ctx.db, row.local_id)
    return entities.known(ctx.db, row.local_id)


def _there(ctx: AppContext, row: JournalRow, first: Mapping[str, JournalRow]) -> Thing | None:
    if row.entity != "entry":
        return _name_there(row, first)
    if row.verdict == DELETED_THERE or row.local_id is None:
        return None
    seen = (local_entry(ctx.db, row.workspace, id_) for id_ in looks_like(row))
    return _entry_there(ctx, next(filter(None, seen), row.local_id))


def _entry_there(ctx: AppContext, local_id: str) -> TimeEntry | None:
    stored = stored_entry(ctx.db, local_id)
    if stored is None or stored.server is None:
        return None
    fields = as_held(ctx.db, stored, stored.fields)
    return replace(
        entries.get(ctx.db, local_id, even_deleted=True),
        start=fields.start,
        end=fields.end,
        **plain_of(fields),
        project=_project(ctx, fields),
        task=_name(ctx, "task", fields.task),
        tags=tuple(tag for id_ in fields.tags if (tag := _name(ctx, "tag", id_))),
        billable=fields.billable,
        custom_fields=fields.custom_fields,
        type=fields.type,
    )


def _project(ctx: AppContext, fields: EntryFields) -> ProjectRef | None:
    found = stored_item(ctx.db, "project", fields.project) if fields.project else None
    if found is None:
        return None
    item = found.item
    client = _name(ctx, "client", item.client)
    return ProjectRef(item.local_id, item.server_id, item.name, client)


def _name(ctx: AppContext, kind: Kind, local_id: str | None) -> Ref | None:
    found = stored_item(ctx.db, kind, local_id) if local_id else None
    return None if found is None else Ref(local_id or "", found.item.server_id, found.item.name)


def _name_there(row: JournalRow, first: Mapping[str, JournalRow]) -> Item | None:
    """Return the name as it was before the first waiting change of it."""
    kind = next((kind for kind in KINDS if kind == row.entity), None)
    if kind is None or row.local_id is None:
        return None
    before = first[row.local_id].before
    if before is None:
        return None
    return item_of(before, kind, row.local_id, row.workspace, row.server_id)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def _here_text(ctx: AppContext, row: JournalRow, here: Thing | None, there: Thing | None) -> str:
    if here is not None:
        return _text(ctx, here, there)
    if row.kind == "mark" and row.after is not None:
        return marked_text(row.after)
    if row.kind == "stop_any":
        return "no timer is known here; any timer running in Clockify is to be stopped"
    return "deleted"


def _there_text(ctx: AppContext, row: JournalRow, there: Thing | None, here: Thing | None) -> str:
    if there is not None:
        return _text(ctx, there, here)
    if row.verdict == DELETED_THERE:
        return "deleted"
    if ids := looks_like(row):
        return f"perhaps {', '.join(ids)}"
    if _sent(row) == "unanswered":
        return "unknown: it was sent, but Clockify did not answer"
    return "unknown" if row.kind in ("stop_any", "mark") else "not recorded"


def marked_text(text: str) -> str:
    """Return what a bill marks, from the journal's *text*: ``bill 41: 2 entries as invoiced``."""
    said = mark_of(text)
    how = "as invoiced" if said.invoiced else "as not invoiced"
    return f"bill {quoted(said.name)}: {counted(len(said.entries), 'entry')} {how}"


def _text(ctx: AppContext, thing: Thing, other: Thing | None) -> str:
    """Describe *thing*; minor fields only if they differ from *other*."""
    if isinstance(thing, Item):
        marks = [f"{thing.kind} {quoted(thing.name)}", "archived" if thing.archived else ""]
        return ", ".join(filter(None, marks))
    parts = [describe(thing), describe_span(thing, ctx)]
    return ", ".join((*parts, *_smaller(thing, other if isinstance(other, TimeEntry) else None)))


def _smaller(entry: TimeEntry, other: TimeEntry | None) -> Iterable[str]:
    if other is None:
        return
    for name in PLAIN:
        said = getattr(entry, name)
        if name != "description" and said != getattr(other, name):
            yield f"{name} {quoted(str(said))}" if said else f"no {name}"
    if entry.task != other.task:
        yield f"task {quoted(entry.task.name)}" if entry.task else "no task"
    if {tag.local_id for tag in entry.tags} != {tag.local_id for tag in other.tags}:
        names = ", ".join(quoted(tag.name) for tag in entry.tags)
        yield f"tagged {names}" if names else "no tags"
    if entry.billable != other.billable:
        yield "billable" if entry.billable else "not billable"
    if entry.type != other.type:
        yield type_name(entry.type)
    if entry.custom_fields != other.custom_fields:
        yield "other custom fields"


# ── what can be decided ──────────────────────────────────────────────────────────────────────────


def _decisions(
    ctx: AppContext, row: JournalRow, there: Thing | None, behind: int | None
) -> tuple[Decision, ...]:
    state = State(row.state)
    if state in STUCK:
        return tuple(_of_stuck(row, there))
    if state in UNRESOLVED:
        return (_check(ctx, row),)
    send = Decision("send", "clockify sync", "sends it to Clockify")
    return (*(() if behind is not None else (send,)), *_take_back(ctx, row))


def _check(ctx: AppContext, row: JournalRow) -> Decision:
    sent = instant_of(row.last_send)
    over = None if sent is None else sent.wall + ctx.settings.sync_settle.total_seconds()
    left = 0.0 if over is None else over - ctx.clock.wall()
    when = ""
    if left > 0:
        when = f" after {clock_text(ctx, ctx.now + timedelta(seconds=left + 60))}"
    copied = "it arrived before this timesheet was copied"
    what = copied if row.verdict == SENT_BEFORE else "it arrived"
    return Decision(
        "check", "clockify sync", f"checks whether {what}; if not, sends it again{when}"
    )


def _take_back(ctx: AppContext, row: JournalRow) -> Iterable[Decision]:
    change = undo.get(ctx.db, row.workspace, row.change)
    if change.verb == undo.FINAL:
        return
    command = "clockify redo" if change.kind == "undo" else f"clockify undo {row.change}"
    effect = "undoes the change; nothing is sent"
    if journal.large_changes(ctx.db, (row.change,), 1):
        effect = f"undoes all of {change.named}"
    yield Decision("undo", command, effect)


def _of_stuck(row: JournalRow, there: Thing | None) -> Iterable[Decision]:
    queue = "clockify queue"
    if row.verdict != DELETED_THERE:
        yield Decision("retry", f"{queue} retry {row.seq}", _retried(row, there))
    if row.kind in CREATES and row.entity == "entry":
        for id_ in looks_like(row):
            effect = f"links this entry to {id_[-4:]} in Clockify; nothing is sent"
            yield Decision("adopt", f"{queue} adopt {row.seq} {id_}", effect)
    if State(row.state) is State.REJECTED and row.entity == "entry" and row.after is not None:
        effect = "changes the entry (any option of `clockify edit`), then sends it"
        yield Decision("edit", f"{queue} edit {row.seq} -p PROJECT", effect)
    yield Decision("drop", f"{queue} drop {row.seq}", _dropped(row))


def _retried(row: JournalRow, there: Thing | None) -> str:
    if looks_like(row):
        return "sends it again; if it did arrive, Clockify will have it twice"
    if row.kind == "mark":
        return "asks Clockify again to mark these entries"
    if row.kind == "delete":
        return "deletes it in Clockify anyway"
    if row.kind in CREATES or there is None:
        return "sends it to Clockify again, as it is here"
    return "sends what is here; it replaces what Clockify has"


def _dropped(row: JournalRow) -> str:
    if row.verdict == DELETED_THERE:
        return "drops your change; the entry is deleted here too"
    if row.kind in CREATES:
        return "deletes it here; nothing is sent"
    if row.kind == "mark":
        return "marks nothing in Clockify; the bill stays as it is"
    if row.kind == "stop_any":
        return "drops your change; the timer in Clockify keeps running"
    if row.kind == "delete":
        return "keeps it, and brings it back here"
    return "keeps Clockify's version here too"
