"""Rows of entries and names. Written only here, without journal rows of their own.

Callers have a transaction open, and write the journal row in it
(:mod:`clockify_cli.store.db.changes`) or store what Clockify sent (:mod:`~.replica`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from clockify_cli.domain.entry import PLAIN, EntryFields, Item, Kind, plain_in
from clockify_cli.errors import NotFound
from clockify_cli.store.db.connection import (
    Record,
    StoreConnection,
    maybe_moment,
    maybe_seconds,
    meta_value,
    moment_of,
    put_meta,
    seconds_of,
)
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.workspace import CustomField


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as a row: the fields that a person can set, and its other columns.

    *server* is JSON text of the last known version in Clockify. A deleted entry keeps its row.
    """

    local_id: str
    workspace_id: str
    user_id: str | None
    server_id: str | None
    fields: EntryFields
    deleted: bool
    server: str | None


class NewEntry(Protocol):
    """An entry to record, with its local id."""

    @property
    def fields(self) -> EntryFields:
        """The fields of the entry."""

    @property
    def local_id(self) -> str:
        """The local id that it gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item as a row; *server* as in `StoredEntry`."""

    item: Item
    deleted: bool
    server: str | None


def new_local_id() -> str:
    """Return a new unique local id: 32 hex digits."""
    import os

    return os.urandom(16).hex()


def stored_entry(db: StoreConnection, local_id: str) -> StoredEntry | None:
    """Return the entry with *local_id*, deleted or not, or None."""
    found = db.one(
        f"""
        SELECT workspace, user, server_id, deleted, server, {", ".join(_COLUMNS)}
        FROM entry WHERE local_id = ?
        """,
        (local_id,),
    )
    if found is None:
        return None
    workspace, user, server_id, deleted, server, *said = found
    return StoredEntry(
        local_id=local_id,
        workspace_id=workspace,
        user_id=user,
        server_id=server_id,
        fields=_fields(tuple(said), tags_of(db, local_id)),
        deleted=bool(deleted),
        server=server,
    )


def tags_of(db: StoreConnection, local_id: str) -> tuple[str, ...]:
    """Return the local ids of an entry's tags, in the order in which they were given."""
    rows = db.all("SELECT tag FROM entry_tag WHERE entry = ? ORDER BY position", (local_id,))
    return tuple(tag for (tag,) in rows)


def _fields(said: Record, tags: tuple[str, ...]) -> EntryFields:
    start, end, project, task, billable, custom_fields, type_, *plain = said
    return EntryFields(
        start=moment_of(start),
        end=maybe_moment(end),
        **plain_in(dict(zip(PLAIN, plain, strict=True))),
        project=project,
        task=task,
        tags=tags,
        billable=bool(billable),
        custom_fields=custom_fields,
        type=type_,
    )


_COLUMNS = ("start", '"end"', "project", "task", "billable", "custom_fields", "type", *PLAIN)
"""The fields of an entry as columns; its tags have their own table."""

_INSERT_ENTRY = f"""
    INSERT INTO entry (local_id, workspace, user, {", ".join(_COLUMNS)})
    VALUES (?, ?, ?{", ?" * len(_COLUMNS)})
    """
_WRITE_ENTRY = f"""
    UPDATE entry SET {", ".join(f"{name} = ?" for name in _COLUMNS)}, deleted = 0
    WHERE local_id = ?
    """
_INSERT_TAG = "INSERT INTO entry_tag (entry, position, tag) VALUES (?, ?, ?)"


def insert_entry(
    db: StoreConnection, local_id: str, workspace: str, user: str | None, fields: EntryFields
) -> None:
    """Insert an entry that Clockify does not have yet."""
    db.run(_INSERT_ENTRY, (local_id, workspace, user, *_columns(fields)))
    _write_tags(db, local_id, fields.tags)


def insert_entries(
    db: StoreConnection, workspace: str, user: str | None, new: Sequence[NewEntry]
) -> None:
    """Like `insert_entry`, for many entries, none of which has a row; `insert_tags` follows."""
    db.run_many(
        _INSERT_ENTRY, [(one.local_id, workspace, user, *_columns(one.fields)) for one in new]
    )


def insert_tags(db: StoreConnection, new: Iterable[NewEntry]) -> None:
    """Insert the tags of *new* entries, none of which has any yet."""
    # In the order of the table, which is faster.
    tagged = sorted((one for one in new if one.fields.tags), key=attrgetter("local_id"))
    db.run_many(
        _INSERT_TAG,
        (
            (one.local_id, position, tag)
            for one in tagged
            for position, tag in enumerate(one.fields.tags)
        ),
    )


def known_rows(db: StoreConnection, local_ids: Iterable[str]) -> set[str]:
    """Return the *local_ids* that have a row, including deleted ones."""
    rows = db.each_of(
        "SELECT value FROM json_each(:ids) CROSS JOIN entry ON local_id = value", local_ids
    )
    return {local_id for (local_id,) in rows}


def write_entry(db: StoreConnection, local_id: str, fields: EntryFields) -> None:
    """Set an existing entry to *fields*; a deleted one is restored."""
    db.run(_WRITE_ENTRY, (*_columns(fields), local_id))
    if tags_of(db, local_id) != fields.tags:
        db.run("DELETE FROM entry_tag WHERE entry = ?", (local_id,))
        _write_tags(db, local_id, fields.tags)


def mark_entry_deleted(db: StoreConnection, local_id: str) -> None:
    """Mark the entry as deleted; its row stays, so that an undo can restore it."""
    db.run("UPDATE entry SET deleted = 1 WHERE local_id = ?", (local_id,))


_in_columns = attrgetter(*(name.strip('"') for name in _COLUMNS))


def _columns(fields: EntryFields) -> tuple[object, ...]:
    start, end, project, task, billable, *others = _in_columns(fields)
    return (seconds_of(start), maybe_seconds(end), project, task, int(billable), *others)


def _write_tags(db: StoreConnection, local_id: str, tags: tuple[str, ...]) -> None:
    if tags:
        rows = [(local_id, position, tag) for position, tag in enumerate(tags)]
        db.run_many(_INSERT_TAG, rows)


_ITEM = ("name", "client", "project", "billable", "archived", "extra")
"""What a person can change of an item, as columns and in the journal."""

_in_item = attrgetter(*_ITEM)

ITEM_COLUMNS = ", ".join(
    f"i.{name}" for name in ("kind", "local_id", "workspace", "server_id", *_ITEM)
)


def item_from(record: Record) -> Item:
    """Return the item in the columns `ITEM_COLUMNS`."""
    kind, local_id, workspace, server_id, name, client, project, billable, archived, extra = record
    return Item(
        kind=kind,
        local_id=local_id,
        workspace_id=workspace,
        server_id=server_id,
        name=name,
        client=client,
        project=project,
        billable=None if billable is None else bool(billable),
        archived=bool(archived),
        extra=extra,
    )


def stored_item(db: StoreConnection, kind: Kind, local_id: str) -> StoredItem | None:
    """Return the item of *kind* with *local_id*, deleted or not, or None."""
    found = db.one(
        f"SELECT i.deleted, i.server, {ITEM_COLUMNS} FROM item i"
        " WHERE i.local_id = ? AND i.kind = ?",
        (local_id, kind),
    )
    if found is None:
        return None
    deleted, server, *record = found
    return StoredItem(item=item_from(tuple(record)), deleted=bool(deleted), server=server)


def insert_item(db: StoreConnection, item: Item) -> None:
    """Insert a new item."""
    db.run(
        f"""
        INSERT INTO item (kind, local_id, workspace, server_id, {", ".join(_ITEM)})
        VALUES (?, ?, ?, ?{", ?" * len(_ITEM)})
        """,
        (item.kind, item.local_id, item.workspace_id, item.server_id, *_in_item(item)),
    )


def write_item(db: StoreConnection, item: Item) -> None:
    """Set an existing item to *item*; a deleted one is restored."""
    written = ", ".join(f"{name} = ?" for name in _ITEM)
    db.run(
        f"UPDATE item SET {written}, deleted = 0 WHERE local_id = ?",
        (*_in_item(item), item.local_id),
    )


def mark_item_deleted(db: StoreConnection, local_id: str) -> None:
    """Mark the item as deleted; entries that refer to it keep its name."""
    db.run("UPDATE item SET deleted = 1 WHERE local_id = ?", (local_id,))


def in_use(db: StoreConnection, local_id: str) -> bool:
    """Return whether an entry or item that is not deleted refers to the item *local_id*."""
    return (
        db.one(
            """
            SELECT 1 FROM entry WHERE deleted = 0 AND project = :id
            UNION ALL SELECT 1 FROM entry WHERE deleted = 0 AND task = :id
            UNION ALL SELECT 1 FROM entry_tag JOIN entry ON local_id = entry
                      WHERE tag = :id AND deleted = 0
            UNION ALL SELECT 1 FROM item WHERE deleted = 0 AND client = :id
            UNION ALL SELECT 1 FROM item WHERE deleted = 0 AND project = :id
            LIMIT 1
            """,
            {"id": local_id},
        )
        is not None
    )


def entry_text(fields: EntryFields) -> str:
    """Return *fields* as JSON text."""
    frame = _frame(*_in_frame(fields))
    own = [write(value) for write, value in zip(_WRITERS, _in_text(fields), strict=True)]
    return frame % tuple(own)


def _end_text(moment: datetime | None) -> str | int:
    return "null" if moment is None else seconds_of(moment)


_OWN: tuple[tuple[str, str, Callable[[Any], object]], ...] = tuple(
    sorted(
        (
            ("start", "start", seconds_of),
            ("end", "end", _end_text),
            *(
                (name, name, encode_basestring if isinstance(value, str) else json.dumps)
                for name, value in plain_in({}).items()
            ),
        )
    )
)
"""The fields whose values rarely repeat: name in the JSON text, attribute, and writer."""

_in_frame = attrgetter("project", "task", "tags", "billable", "type", "custom_fields")
_in_text = attrgetter(*(name for _, name, _ in _OWN))
_WRITERS = tuple(write for _, _, write in _OWN)


@lru_cache(maxsize=4096)
def _frame(
    project: str | None,
    task: str | None,
    tags: tuple[str, ...],
    billable: bool,
    type_: str,
    custom_fields: str,
) -> str:
    """Return the text of `_text` for an entry, with ``%s`` for each field of `_OWN`.

    An import writes 100,000 entries, and most have everything else in common with many others.
    """
    said = {
        "billable": "true" if billable else "false",
        "customFields": encode_basestring(custom_fields),
        "project": "null" if project is None else encode_basestring(project),
        "tags": f"[{','.join(map(encode_basestring, tags))}]",
        "task": "null" if task is None else encode_basestring(task),
        "type": encode_basestring(type_),
    }
    parts = {name: text.replace("%", "%%") for name, text in said.items()}
    parts |= {name: "%s" for name, _, _ in _OWN}
    return "{" + ",".join(f'"{name}":{parts[name]}' for name in sorted(parts)) + "}"


def entry_of(text: str) -> EntryFields:
    """Read the fields that `entry_text` wrote."""
    said = json.loads(text)
    return EntryFields(
        start=moment_of(said["start"]),
        end=maybe_moment(said["end"]),
        **plain_in(said),
        project=said["project"],
        task=said["task"],
        tags=tuple(said["tags"]),
        billable=said["billable"],
        custom_fields=said["customFields"],
        type=said["type"],
    )


def item_text(item: Item) -> str:
    """Return what a person can change of *item*, as JSON text."""
    return _text({name: getattr(item, name) for name in _ITEM})


@dataclass(frozen=True, slots=True)
class Marking:
    """The *entries* (local ids) of the bill *name* are *invoiced*, or no longer."""

    name: str
    invoiced: bool
    entries: tuple[str, ...]


def mark_text(marking: Marking) -> str:
    """Return *marking* as the journal stores it."""
    said = {"name": marking.name, "invoiced": marking.invoiced, "entries": marking.entries}
    return json.dumps(said, ensure_ascii=False)


def mark_of(text: str) -> Marking:
    """Read what `mark_text` wrote."""
    said = json.loads(text)
    return Marking(said["name"], said["invoiced"], tuple(said["entries"]))


def name_of(text: str) -> str:
    """Return the name in what `item_text` wrote."""
    name: str = json.loads(text)["name"]
    return name


def item_of(text: str, kind: Kind, local_id: str, workspace: str, server_id: str | None) -> Item:
    """Read the item that `item_text` wrote; constant parts come from the journal row."""
    said = json.loads(text)
    return Item(
        kind=kind,
        local_id=local_id,
        workspace_id=workspace,
        server_id=server_id,
        **{name: said[name] for name in _ITEM},
    )


def stop_text(end: datetime) -> str:
    """Return the *end* of a stop without a known entry, as JSON text."""
    return _text({"end": seconds_of(end)})


def stop_end(text: str) -> datetime:
    """Read the end that `stop_text` wrote."""
    return moment_of(json.loads(text)["end"])


CUSTOM = "custom field "
"""The field name of a custom field is this prefix and its id."""

_GONE = object()


def touched(was: str, after: str) -> frozenset[str]:
    """Return the fields in which two texts of one entity differ, each custom field separately."""
    old, new = _fields_of(was), _fields_of(after)
    return frozenset(
        name for name in old.keys() | new.keys() if old.get(name, _GONE) != new.get(name, _GONE)
    )


def carried(now: str, was: str, after: str) -> str:
    """Apply to *now* only the fields that changed from *was* to *after*.

    All three are of the same entry or item.
    """
    return with_fields(now, after, touched(was, after))


def with_fields(now: str, after: str, names: Collection[str]) -> str:
    """Return *now* with the fields *names* from *after*."""
    said, theirs = _read(now), _read(after)
    said |= {name: theirs[name] for name in names if not name.startswith(CUSTOM)}
    ids = {name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM)}
    if ids:
        said["customFields"] = _custom_with(said["customFields"], theirs["customFields"], ids)
    return _text(said)


def _fields_of(text: str) -> dict[str, object]:
    said = _read(text)
    for one in json.loads(str(said.pop("customFields", "[]"))):
        said[f"{CUSTOM}{one['customFieldId']}"] = one["value"]
    return said


def _read(text: str) -> dict[str, Any]:
    """Read *text*; for an entry, plain fields added after it was written get defaults."""
    said: dict[str, Any] = json.loads(text)
    return {**said, **plain_in(said)} if "customFields" in said else said


def _custom_with(now: str, after: str, ids: Collection[str]) -> str:
    theirs = {one["customFieldId"]: one for one in json.loads(after)}
    ours = {one["customFieldId"]: one for one in json.loads(now)}
    for id_ in ids:
        ours.pop(id_, None) if id_ not in theirs else ours.update({id_: theirs[id_]})
    return json.dumps(list(ours.values()), ensure_ascii=False, separators=(",", ":"))


def _text(said: dict[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_SELECT = f"SELECT {ITEM_COLUMNS} FROM item i WHERE i.deleted = 0"


def items(
    db: StoreConnection,
    workspace: str,
    kind: Kind,
    archived: bool | None = None,
    *,
    project: str | None = None,
) -> list[Item]:
    """Return the items of *kind* by name; *archived* None means both, *project* restricts tasks."""
    sql = f"{_SELECT} AND i.workspace = :workspace AND i.kind = :kind"
    if archived is not None:
        sql += " AND i.archived = :archived"
    if project is not None:
        sql += " AND i.project = :project"
    values = {"workspace": workspace, "kind": kind, "archived": archived, "project": project}
    return [item_from(record) for record in db.each(f"{sql} ORDER BY i.name, i.local_id", values)]


def get(db: StoreConnection, local_id: str) -> Item:
    """Return the item with *local_id*. Raises NotFound if it is deleted or never existed."""
    found = known(db, local_id)
    if found is None:
        raise NotFound(f"there is no {local_id} in the catalogue")
    return found


def known(db: StoreConnection, local_id: str | None) -> Item | None:
    """Return the item with *local_id*; None if it is deleted or never existed."""
    found = db.one(f"{_SELECT} AND i.local_id = ?", (local_id,))
    return None if found is None else item_from(found)


@dataclass(frozen=True, slots=True)
class KnownFields:
    """The fields of a workspace; *fetched* is aware UTC, None if they were never listed."""

    fields: tuple[CustomField, ...] = ()
    fetched: datetime | None = None


def known_fields(db: StoreConnection, workspace: str) -> KnownFields:
    """Return the known custom fields of *workspace*."""
    text = meta_value(db, _key(workspace))
    if text is None:
        return KnownFields()
    from clockify_cli.domain.workspace import CustomField

    said = json.loads(text)
    fields = tuple(
        CustomField(**{**one, "allowed": tuple(one["allowed"])}) for one in said["fields"]
    )
    return KnownFields(fields, moment_of(said["fetched"]))


def save_fields(
    db: StoreConnection, workspace: str, fields: Iterable[CustomField], fetched: datetime
) -> None:
    """Replace the custom fields of *workspace* by *fields*, as of *fetched* (aware UTC)."""
    from dataclasses import asdict

    said = {"fetched": seconds_of(fetched), "fields": [asdict(field) for field in fields]}
    with db.transaction():
        put_meta(db, _key(workspace), json.dumps(said, separators=(",", ":")))


def _key(workspace: str) -> str:
    return f"fields:{workspace}"
