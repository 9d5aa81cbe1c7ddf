"""Explain what Clockify refused, and read again what the refusal was based on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.workspace_refresh import pull_names
from clockify_cli.actions.context import AppContext, describe, describe_span
from clockify_cli.actions.names.workspace_rules import (
    Cause,
    may_ask_again,
    read_rules_again,
    rules_of,
    tell_refused_key,
)
from clockify_cli.domain.entry import Kind, Ref, TimeEntry
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.workspace import missing
from clockify_cli.errors import ClockifyError, Refused
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.timesheet import entities, entries

if TYPE_CHECKING:
    from clockify_cli.sync.push import Settled

_VERBS = {"stop_any": "stop", "edit": "change", "update": "change", "create": "create"}
_UNKNOWN_NAME = re.compile(r"\b(project|task|tag)\b.*\bbelong", re.IGNORECASE)
_ID = re.compile(r"\b[0-9a-f]{24}\b")
_CUSTOM_FIELD = re.compile(r"custom ?field", re.IGNORECASE)


def refusal_of(ctx: AppContext, refused: Sequence[Settled]) -> Refused:
    """Return an error about what Clockify refused, naming the first, with what to do about it."""
    first = refused[0]
    several = f"{len(refused)} changes, the first " if len(refused) > 1 else ""
    reason = reason_text(ctx, first.local_id, first.verdict)
    return Refused(
        f"Clockify refused {several}to {_what(ctx, first)}: {reason}",
        f"Kept on this computer, not sent. {_way_out(ctx, first)}`clockify undo` undoes it; "
        "`clockify queue` shows what you can do.",
    )


def reason_text(ctx: AppContext, local_id: str | None, verdict: str) -> str:
    """Return the reason for refusing the entry with *local_id*, in our own words if possible.

    Clockify names what it does not find by its id only; other reasons stay as they are.
    """
    gone = _gone(ctx, _entry(ctx, local_id), verdict)
    if gone is None:
        return verdict
    kind, name = gone
    return f'{kind} "{quoted(name)}" was deleted in Clockify, or you no longer have access to it'


def _gone(ctx: AppContext, entry: TimeEntry | None, verdict: str) -> tuple[Kind, str] | None:
    """Return kind and name of what Clockify does not find, according to its *verdict*.

    None if that cannot be told, or the reason is another one.
    """
    named = _UNKNOWN_NAME.search(verdict)
    if named is None:
        return None
    kind = _kind(named[1])
    for server_id in _ID.findall(verdict):
        local_id = replica.local_id_of(ctx.db, ctx.workspace, kind, server_id)
        stored = entities.stored_item(ctx.db, kind, local_id) if local_id else None
        if stored is not None:
            return kind, stored.item.name
    # If the id is unknown here, only the entry can tell the name.
    refs = {} if entry is None else {"project": entry.project, "task": entry.task}
    ref = refs.get(kind)
    return (kind, ref.name) if ref is not None else None


def _kind(word: str) -> Kind:
    folded = word.casefold()
    return "task" if folded == "task" else "tag" if folded == "tag" else "project"


def learn_from(ctx: AppContext, refused: Sequence[Settled]) -> None:
    """Read again what caused the refusals, so that the copy agrees with Clockify.

    One request for each cause, and none within ten minutes of the last one for the same cause.
    """
    given: set[str] = set()
    for row in refused:
        if row.entity != "entry":
            continue
        named = _UNKNOWN_NAME.search(row.verdict)
        cause: Cause = "fields" if _CUSTOM_FIELD.search(row.verdict) else "workspace"
        key = named[1].casefold() if named else cause
        if key in given:
            continue
        given.add(key)
        if named:
            _read_names_again(ctx, row, key)
        else:
            read_rules_again(ctx, cause)


def _read_names_again(ctx: AppContext, row: Settled, word: str) -> None:
    kind = _kind(word)
    project = None
    if kind == "task":
        entry = _entry(ctx, row.local_id)
        project = entry.project.local_id if entry is not None and entry.project else None
        if project is None:
            return
    if not may_ask_again(ctx, f"{kind} {project or ''}"):
        return
    try:
        error = pull_names(ctx, kind, project).error
    except ClockifyError as failure:
        error = failure
    if error is not None:
        tell_refused_key(ctx, error)


def _what(ctx: AppContext, row: Settled) -> str:
    """Describe *row*, such as ``stop Write spec, 2026-11-24 09:00–10:30``."""
    verb = _VERBS.get(row.kind, row.kind)
    if row.entity != "entry":
        item = entities.known(ctx.db, row.local_id)
        return f"{verb} {row.entity} {quoted(item.name)}" if item else f"{verb} a {row.entity}"
    entry = _entry(ctx, row.local_id)
    if entry is None:
        return f"{verb} the running timer"
    stored = journal.get(ctx.db, row.seq)
    if row.kind == "start" and stored is not None and stored.method in ("patch", "put"):
        return f"stop {_before(ctx, entry)}, so {describe(entry)} is not started there"
    return f"{verb} {describe(entry)}, {describe_span(entry, ctx)}"


def _before(ctx: AppContext, entry: TimeEntry) -> str:
    """Return the timer in Clockify that was to end before *entry*."""
    other = replica.running_elsewhere(ctx.db, ctx.workspace, ctx.user or "", entry.local_id)
    if other is None:
        return "the timer running there"
    before = entries.find(ctx.db, ctx.workspace, other)
    return f"{describe(before)}, which is running there,"


def _way_out(ctx: AppContext, row: Settled) -> str:
    """Return how to send the row, if it lacks what the workspace requires or has a deleted name."""
    entry = _entry(ctx, row.local_id)
    if entry is not None and (gone := _gone(ctx, entry, row.verdict)) is not None:
        without = " ".join(_without(ctx, entry, gone))
        another = "; -p NAME gives it another project" if gone[0] == "project" else ""
        return f"`clockify queue edit {row.seq} {without}` sends it without{another}. "
    lacking = missing(entry.fields, rules_of(ctx)) if entry is not None else ()
    if not lacking:
        return ""
    options = " ".join(one.option for one in lacking)
    return f"`clockify queue edit {row.seq} {options}` completes it, "


def _without(ctx: AppContext, entry: TimeEntry, gone: tuple[Kind, str]) -> Iterator[str]:
    """Yield the options that remove *gone*, and other deleted names, from *entry*."""

    def is_gone(kind: Kind, ref: Ref) -> bool:
        stored = entities.stored_item(ctx.db, kind, ref.local_id)
        return (kind, ref.name) == gone or stored is None or stored.deleted

    if entry.project is not None and is_gone("project", entry.project):
        yield "-p none"
    elif entry.task is not None and is_gone("task", entry.task):
        yield "-k none"
    kept = [tag.name for tag in entry.tags if not is_gone("tag", tag)]
    if len(kept) < len(entry.tags):
        yield " ".join(f"-g {quote(name)}" for name in kept) or "-g none"


def _entry(ctx: AppContext, local_id: str | None) -> TimeEntry | None:
    return entries.known(ctx.db, local_id, even_deleted=True)
