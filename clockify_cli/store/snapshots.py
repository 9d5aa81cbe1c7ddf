"""Entities as JSON text: what the journal keeps of the time before and after a change.

An entry: ``{"start", "end", "description", "project", "task", "tags", "billable",
"customFields", "type"}``, times in seconds since 1970, ids our own. An item: ``{"name", "client",
"project", "billable", "archived", "extra"}``. What a bill marks: ``{"name", "invoiced",
"entries"}``, our own ids of the entries. The same text always means the same content.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from json.encoder import encode_basestring

from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.entry import EntryFields
from clockify_cli.store.instants import maybe_moment, moment_of, seconds_of
from clockify_cli.values import dataclass


def entry_text(fields: EntryFields) -> str:
    """*fields* as JSON text."""
    # As `_text` would write it: an import writes a hundred thousand, and this takes a fifth.
    end = "null" if fields.end is None else seconds_of(fields.end)
    project = "null" if fields.project is None else encode_basestring(fields.project)
    task = "null" if fields.task is None else encode_basestring(fields.task)
    return (
        f'{{"billable":{"true" if fields.billable else "false"}'
        f',"customFields":{encode_basestring(fields.custom_fields)}'
        f',"description":{encode_basestring(fields.description)}'
        f',"end":{end},"project":{project},"start":{seconds_of(fields.start)}'
        f',"tags":[{",".join(map(encode_basestring, fields.tags))}]'
        f',"task":{task},"type":{encode_basestring(fields.type)}}}'
    )


def entry_of(text: str) -> EntryFields:
    """The fields that `entry_text` wrote."""
    said = json.loads(text)
    return EntryFields(
        start=moment_of(said["start"]),
        end=maybe_moment(said["end"]),
        description=said["description"],
        project=said["project"],
        task=said["task"],
        tags=tuple(said["tags"]),
        billable=said["billable"],
        custom_fields=said["customFields"],
        type=said["type"],
    )


def item_text(item: Item) -> str:
    """What a person can change of *item*, as JSON text."""
    return _text(
        {
            "name": item.name,
            "client": item.client,
            "project": item.project,
            "billable": item.billable,
            "archived": item.archived,
            "extra": item.extra,
        }
    )


@dataclass(frozen=True, slots=True)
class Marking:
    """That the *entries* (local ids) of the bill *name* are *invoiced*, or not any more."""

    name: str
    invoiced: bool
    entries: tuple[str, ...]


def mark_text(marking: Marking) -> str:
    """*marking* as the journal keeps it."""
    said = {"name": marking.name, "invoiced": marking.invoiced, "entries": marking.entries}
    return json.dumps(said, ensure_ascii=False)


def mark_of(text: str) -> Marking:
    """What `mark_text` wrote."""
    said = json.loads(text)
    return Marking(said["name"], said["invoiced"], tuple(said["entries"]))


def name_of(text: str) -> str:
    """The name in what `item_text` wrote."""
    name: str = json.loads(text)["name"]
    return name


def item_of(text: str, kind: Kind, local_id: str, workspace: str, server_id: str | None) -> Item:
    """The item that `item_text` wrote; what does not change comes from the journal's row."""
    said = json.loads(text)
    return Item(
        kind=kind,
        local_id=local_id,
        workspace_id=workspace,
        server_id=server_id,
        name=said["name"],
        client=said["client"],
        project=said["project"],
        billable=said["billable"],
        archived=said["archived"],
        extra=said["extra"],
    )


def stop_text(end: datetime) -> str:
    """The *end* that a stop without a known entry asks for, as JSON text."""
    return _text({"end": seconds_of(end)})


def stop_end(text: str) -> datetime:
    """The end that `stop_text` wrote."""
    return moment_of(json.loads(text)["end"])


CUSTOM = "custom field "
"""What a custom field is called beside the other fields of an entry: this, and its id."""

_GONE = object()


def touched(was: str, after: str) -> frozenset[str]:
    """The fields in which two texts of one thing differ; each custom field is one by itself."""
    old, new = _fields_of(was), _fields_of(after)
    return frozenset(
        name for name in old.keys() | new.keys() if old.get(name, _GONE) != new.get(name, _GONE)
    )


def carried(now: str, was: str, after: str) -> str:
    """What a change that made *after* of *was* makes of *now*: the fields that it touched alone.

    All three are of one entry, or of one item.
    """
    return with_fields(now, after, touched(was, after))


def with_fields(now: str, after: str, names: Collection[str]) -> str:
    """*now* with what *after* says of the fields *names*."""
    said, theirs = json.loads(now), json.loads(after)
    said |= {name: theirs[name] for name in names if not name.startswith(CUSTOM)}
    ids = {name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM)}
    if ids:
        said["customFields"] = _custom_with(said["customFields"], theirs["customFields"], ids)
    return _text(said)


def _fields_of(text: str) -> dict[str, object]:
    said: dict[str, object] = json.loads(text)
    for one in json.loads(str(said.pop("customFields", "[]"))):
        said[f"{CUSTOM}{one['customFieldId']}"] = one["value"]
    return said


def _custom_with(now: str, after: str, ids: Collection[str]) -> str:
    theirs = {one["customFieldId"]: one for one in json.loads(after)}
    ours = {one["customFieldId"]: one for one in json.loads(now)}
    for id_ in ids:
        ours.pop(id_, None) if id_ not in theirs else ours.update({id_: theirs[id_]})
    return json.dumps(list(ours.values()), ensure_ascii=False, separators=(",", ":"))


def _text(said: dict[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
