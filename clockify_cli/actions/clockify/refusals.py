"""Explain what Clockify refused, and read again what the refusal was based on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.freshness import pull_names
from clockify_cli.actions.context import AppContext, describe, describe_span
from clockify_cli.actions.names.workspace_rules import (
    Cause,
    may_ask_again,
    read_rules_again,
    rules_of,
    tell_refused_key,
)
from clockify_cli.domain.entry import Kind, TimeEntry
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.workspace import missing
from clockify_cli.errors import ClockifyError, NotFound, Refused
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.timesheet import entities, entries

if TYPE_CHECKING:
    from clockify_cli.sync.push import Settled

_VERBS = {
    "stop_any": "stop",
    "edit": "change",
    "update": "change",
    "create": "create",
}
_UNKNOWN_NAME = re.compile(r"\b(project|task|tag)\b.*\bbelong", re.IGNORECASE)
_CUSTOM_FIELD = re.compile(r"custom ?field", re.IGNORECASE)


def refusal_of(ctx: AppContext, refused: Sequence[Settled]) -> Refused:
    """Return an error about what Clockify refused, naming the first, with what to do about it."""
    first = refused[0]
    several = f"{len(refused)} changes, the first " if len(refused) > 1 else ""
    return Refused(
        f"Clockify refused {several}to {_what(ctx, first)}: {first.verdict}",
        f"Kept on this computer, not sent. {_way_out(ctx, first)}`clockify undo` undoes it; "
        "`clockify queue` shows what you can do.",
    )


def learn_from(ctx: AppContext, refused: Sequence[Settled]) -> None:
    """Read again what caused the refusals, so that the copy agrees with Clockify.

    One request for each cause, and none within ten minutes of the last one for the same cause.
    """
    asked: set[str] = set()
    for row in refused:
        if row.entity != "entry":
            continue
        named = _UNKNOWN_NAME.search(row.verdict)
        cause: Cause = "fields" if _CUSTOM_FIELD.search(row.verdict) else "workspace"
        key = named[1].casefold() if named else cause
        if key in asked:
            continue
        asked.add(key)
        if named:
            _read_names_again(ctx, row, key)
        else:
            read_rules_again(ctx, cause)


def _read_names_again(ctx: AppContext, row: Settled, word: str) -> None:
    kind: Kind = "task" if word == "task" else "tag" if word == "tag" else "project"
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
        with suppress(NotFound):
            return f"{verb} {row.entity} {quoted(entities.get(ctx.db, row.local_id or '').name)}"
        return f"{verb} a {row.entity}"
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
    """Return how to complete the row, if it lacks something that the workspace requires."""
    entry = _entry(ctx, row.local_id)
    lacking = missing(entry.fields, rules_of(ctx)) if entry is not None else ()
    if not lacking:
        return ""
    options = " ".join(one.option for one in lacking)
    return f"`clockify queue edit {row.seq} {options}` completes it, "


def _entry(ctx: AppContext, local_id: str | None) -> TimeEntry | None:
    with suppress(NotFound):
        return entries.get(ctx.db, local_id or "", even_deleted=True)
    return None
