"""Rename, archive, delete, merge and configure clients, projects, tasks and tags."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from shlex import quote
from typing import Any

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names.workspace_rules import as_allowed, refuse_locked, refuse_making
from clockify_cli.actions.tracking.recording import Record, recorded
from clockify_cli.actions.viewing.filtering import find_item
from clockify_cli.domain.entry import (
    NONE,
    ChangeResult,
    Choice,
    EntryFields,
    EntryFilter,
    Item,
    Kind,
    TimeEntry,
    Verb,
    counted,
)
from clockify_cli.domain.names import check_new_name, fold, owner_of
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.durations import iso_duration, parse_duration
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.values import dataclass, replace

COLOR_EXAMPLE = "For example: --color '#03A9F4'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSettings:
    """The settings to change of a name; None if not given.

    *color* is ``#RRGGBB`` (of a project), *client* a name or ``none`` (of a project), *billable*
    the default for new entries (of a project or task), *estimate* a DURATION or ``none`` (of a
    task).
    """

    color: str | None = None
    client: str | None = None
    billable: bool | None = None
    estimate: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is to change."""
        return self == ItemSettings()


def rename(ctx: AppContext, item: Item, name: str | None, settings: ItemSettings) -> ChangeResult:
    """Rename *item* to *name* (None: keep the name) and change its *settings*.

    Raises UsageError if a similar name already exists in the same place.
    """
    client = _client(ctx, settings.client)
    if name is not None:
        name = check_new_name(name, item.kind)
        _refuse_twin(
            ctx, replace(item, name=name, client=_new_client(item, settings.client, client))
        )
    return as_allowed(ctx, lambda: _rename(ctx, item, name, settings, client))


def _client(ctx: AppContext, text: str | None) -> Item | None:
    if text is None or text == NONE:
        return None
    try:
        return find_item(ctx, "client", text)
    except NotFound as error:
        if text.strip():
            error.hint = f"{error.hint}\n`clockify clients add {quote(text)}` adds it.".lstrip()
        raise


def _rename(
    ctx: AppContext, item: Item, name: str | None, settings: ItemSettings, client: Item | None
) -> ChangeResult:
    refuse_making(ctx, item.kind)
    new = replace(
        item,
        name=name if name is not None else item.name,
        client=_new_client(item, settings.client, client),
        billable=item.billable if settings.billable is None else settings.billable,
        extra=extra_with(item.extra, settings),
    )
    summary = f"{_summary(item, new)}{_settings_words(item, new, settings, client)}"
    if new == item:
        return ChangeResult(verb="edit", items=(item,), summary=summary, already=True)
    verb: Verb = "rename" if new.name != item.name else "edit"
    return _updated(ctx, verb, item, new, summary, notes=_set_under(ctx, _renamed(ctx, item, new)))


def _renamed(ctx: AppContext, item: Item, new: Item) -> Iterator[tuple[str, str]]:
    """Yield each name that settings may have for *item*, with the name that *new* has there."""
    if item.kind == "project":
        now = _path(ctx, new)
        yield _path(ctx, item), now
        if item.client is None:
            yield f"{NONE}/{item.name}", now
    elif item.kind == "client":
        yield item.name, new.name
        for project in entities.items(ctx.db, ctx.workspace, "project"):
            if project.client == item.local_id:
                yield f"{item.name}/{project.name}", f"{new.name}/{project.name}"


def _set_under(ctx: AppContext, renamed: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return a note on each configured rate and rounding that still has an old name.

    *renamed* pairs each old name with the new one.
    """
    pairs = [(was, now) for was, now in renamed if fold(was) != fold(now)]
    notes = []
    for kind, said in (("rate", ctx.settings.rates), ("round", ctx.settings.roundings)):
        known = {fold(name): (f"{kind}.{name}", value) for name, value in said.items() if name}
        for was, now in pairs:
            if (found := known.get(fold(was))) is None:
                continue
            key, value = found
            new_key = f"{kind}.{now}"
            if fold(now) in known:
                then = f"{new_key} applies now."
            else:
                then = f"`clockify config set {quote(new_key)} {quote(value)}` sets it again."
            notes.append(f"{key} ({value}) no longer applies to {quoted(now)}. {then}")
    return tuple(notes)


def _settings_words(item: Item, new: Item, settings: ItemSettings, client: Item | None) -> str:
    """Return what was set besides the name, as ``: client none, billable``; else empty."""
    words = []
    if settings.client is not None:
        words.append(f"client {client.name if client else NONE}")
    if settings.color is not None:
        words.append(f"color {checked_color(settings.color)}")
    if settings.billable is not None:
        words.append("billable" if settings.billable else "not billable")
    if settings.estimate is not None:
        words.append(f"estimate {settings.estimate}")
    mark = ", " if new.name != item.name else ": "
    return mark + ", ".join(words) if words else ""


def _new_client(item: Item, text: str | None, client: Item | None) -> str | None:
    if text is None:
        return item.client
    return client.local_id if client else None


def extra_with(text: str, settings: ItemSettings) -> str:
    """Return *text* (JSON of a name's properties) with the colour and estimate of *settings*."""
    if settings.color is None and settings.estimate is None:
        return text
    extra = json.loads(text)
    if settings.color is not None:
        extra["color"] = checked_color(settings.color)
    if settings.estimate is not None:
        length = timedelta() if settings.estimate == NONE else parse_duration(settings.estimate)
        extra["estimate"] = iso_duration(int(length.total_seconds()))
    return json.dumps(extra)


def checked_color(text: str) -> str:
    """Return *text* in Clockify's form of a colour, ``#RRGGBB``; UsageError if it is not one."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise UsageError(f'"{quoted(text)}" is not a color', COLOR_EXAMPLE)
    return f"#{digits.upper()}"


def _refuse_twin(ctx: AppContext, wanted: Item) -> None:
    for item in entities.items(ctx.db, ctx.workspace, wanted.kind):
        same_place = (item.client, item.project) == (wanted.client, wanted.project)
        if item.local_id != wanted.local_id and same_place and fold(item.name) == fold(wanted.name):
            old = entities.get(ctx.db, wanted.local_id)
            names = f"{quote(_path(ctx, old))} {quote(_path(ctx, item))}"
            raise UsageError(
                f'{wanted.kind} "{quoted(item.name)}" already exists'
                + (" and is archived" if item.archived else ""),
                f"Choose another name; `clockify {wanted.kind}s merge {names}` moves the entries"
                " there.",
                code="exists",
            )


def _path(ctx: AppContext, item: Item) -> str:
    """Return *item* with its owners, as one can type it."""
    owner = owner_of(item)
    if owner is None:
        return item.name
    parent = entities.known(ctx.db, owner)
    if parent is None:
        # It was deleted since.
        return item.name
    return f"{parent.name if item.kind == 'project' else _path(ctx, parent)}/{item.name}"


def archive(ctx: AppContext, item: Item, *, archived: bool) -> ChangeResult:
    """Archive *item*, or unarchive it. UsageError if it already is."""
    if item.archived == archived:
        state = "already archived" if archived else "not archived"
        raise UsageError(
            f'{item.kind} "{quoted(item.name)}" is {state}',
            f"`clockify {item.kind}s list --all` lists archived {item.kind}s too.",
        )
    verb: Verb = "archive" if archived else "unarchive"

    def act() -> ChangeResult:
        refuse_making(ctx, item.kind)
        new = replace(item, archived=archived)
        return _updated(ctx, verb, item, new, _summary(item, new))

    return as_allowed(ctx, act)


def _updated(
    ctx: AppContext, verb: Verb, item: Item, new: Item, summary: str, *, notes: Sequence[str] = ()
) -> ChangeResult:
    with recorded(ctx, verb) as record:
        record.change.update_item(new, seen=item)
        record.change.summary = summary
        now = entities.get(ctx.db, item.local_id)
    return record.done((), items=(now,), notes=notes)


def _summary(item: Item, new: Item) -> str:
    renamed = f" to {new.name}" if new.name != item.name else ""
    return f"{item.kind} {item.name}{renamed}"


def uses(ctx: AppContext, item: Item) -> tuple[TimeEntry, ...]:
    """Return the person's own entries with *item*, oldest first."""
    only: dict[str, Any] = {f"{item.kind}s": Choice(frozenset({item.local_id}))}
    return tuple(entries.every(ctx.db, ctx.workspace, ctx.user, EntryFilter(**only)))


def delete(ctx: AppContext, item: Item) -> ChangeResult:
    """Delete *item*; entries keep its name. In Clockify this cannot be undone."""

    def act() -> ChangeResult:
        refuse_making(ctx, item.kind)
        with recorded(ctx, "delete") as record:
            record.change.delete_item(item.kind, item.local_id)
            record.change.summary = f"{item.kind} {item.name}"
        return record.done((), items=(item,))

    return as_allowed(ctx, act)


def check_merge(ctx: AppContext, source: Item, target: Item) -> tuple[TimeEntry, ...]:
    """Return the entries that a merge of *source* into *target* changes.

    Raises UsageError if both are the same.
    """
    if source.local_id == target.local_id:
        raise UsageError(
            f"{source.kind} {quoted(source.name)} cannot be merged into itself",
            "Give two different names.",
        )
    return uses(ctx, source)


def lost_tasks(
    ctx: AppContext, source: Item, target: Item, found: Sequence[TimeEntry]
) -> tuple[str, ...]:
    """Return a sentence for each task in *found* that the project *target* does not have."""
    if source.kind != "project":
        return ()
    known = _tasks_of(ctx, target)
    names = Counter(entry.task.name for entry in found if entry.task)
    return tuple(
        f"Without task {quoted(name)} ({counted(count, 'entry')}):"
        f" {quoted(target.name)} has no task called that."
        for name, count in names.items()
        if fold(name) not in known
    )


def merge(ctx: AppContext, source: Item, target: Item, *, archive_source: bool) -> ChangeResult:
    """Move the person's own entries from *source* to *target*; archive *source* if asked.

    Projects of a client move too. Raises Refused, changing nothing, if an entry is locked.
    """
    found = check_merge(ctx, source, target)

    def act() -> ChangeResult:
        if archive_source or source.kind == "client":
            refuse_making(ctx, source.kind)
        with recorded(ctx, "merge") as record:
            moved: list[str] = []
            notes = lost_tasks(ctx, source, target, found)
            if source.kind == "client":
                # The rates of the client itself stay: it may get new projects.
                renamed = (pair for pair in _renamed(ctx, source, target) if "/" in pair[0])
                notes += _set_under(ctx, renamed)
                _move_projects(ctx, record, source, target)
            else:
                refuse_locked(ctx, found)
                moved = _move_entries(ctx, record, found, source, target)
            if archive_source and not source.archived:
                record.change.update_item(replace(source, archived=True), seen=source)
            if not archive_source and not source.archived:
                path = quote(_path(ctx, source))
                notes += (f"`clockify {source.kind}s archive {path}` hides the old name.",)
            record.change.summary = f"{source.kind} {source.name} into {target.name}"
        return record.done(moved, items=(target,), notes=notes)

    return as_allowed(ctx, act)


def _move_projects(ctx: AppContext, record: Record, source: Item, target: Item) -> None:
    for project in entities.items(ctx.db, ctx.workspace, "project"):
        if project.client == source.local_id:
            moved = replace(project, client=target.local_id)
            _refuse_twin(ctx, moved)
            record.change.update_item(moved)


def _move_entries(
    ctx: AppContext, record: Record, found: Sequence[TimeEntry], source: Item, target: Item
) -> list[str]:
    tasks = _tasks_of(ctx, target) if source.kind == "project" else {}
    for entry in found:
        fields = _with_target(entry, source.kind, source, target, tasks)
        record.change.update_entry(entry.local_id, fields, seen=entry.fields)
    return [entry.local_id for entry in found]


def _tasks_of(ctx: AppContext, project: Item) -> dict[str, str]:
    items = entities.items(ctx.db, ctx.workspace, "task", project=project.local_id)
    return {fold(item.name): item.local_id for item in items}


def _with_target(
    entry: TimeEntry, kind: Kind, source: Item, target: Item, tasks: dict[str, str]
) -> EntryFields:
    """Return *entry* with *target* in place of *source*; its task is matched by name."""
    fields = entry.fields
    if kind == "tag":
        tags = (target.local_id if tag == source.local_id else tag for tag in fields.tags)
        return replace(fields, tags=tuple(dict.fromkeys(tags)))
    if kind == "task":
        return replace(fields, project=target.project, task=target.local_id)
    task = tasks.get(fold(entry.task.name)) if entry.task else None
    return replace(fields, project=target.local_id, task=task)
