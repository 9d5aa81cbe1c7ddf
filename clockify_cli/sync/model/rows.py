"""Convert journal rows to the engine's rows and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import cast

from clockify_cli.domain.entry import EntryFields, Item, plain_of
from clockify_cli.domain.entry import Kind as NameKind
from clockify_cli.store.sync.journal import JournalRow, merged_into
from clockify_cli.store.timesheet.entities import (
    carried,
    entry_of,
    item_of,
    mark_of,
    stop_end,
    touched,
    with_fields,
)
from clockify_cli.sync.model.conflicts import differing, unit_of, units_of, values_of
from clockify_cli.sync.model.remote import EntryBody, ItemBody, MarkBody
from clockify_cli.sync.model.row import (
    CREATES,
    DONE,
    PARTIAL,
    UNRESOLVED,
    Fingerprint,
    Instant,
    Kind,
    Method,
    NameKey,
    Row,
    State,
    kind_of_part,
    of_entry,
)
from clockify_cli.values import dataclass, replace

Ids = Mapping[str, str | None]
"""Local ids of names to Clockify's ids; None for a name that has none yet."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row with what it would send.

    *stored* has Clockify's current id of the entity as its server id. *body* is None for a
    deletion, a stop of whatever runs, and while a name in it is not in Clockify yet.
    """

    row: Row
    stored: JournalRow
    body: EntryBody | ItemBody | MarkBody | None = None

    @property
    def kind(self) -> NameKind:
        """The kind of name that the row is about."""
        return name_kind(self.stored)


def names_in(rows: Iterable[JournalRow]) -> set[str]:
    """Return the local ids of all names that *rows* refer to."""
    return {name for row in rows for name in _names(row)}


def marked_in(rows: Iterable[JournalRow]) -> set[str]:
    """Return the local ids of all entries that *rows* mark as invoiced or not."""
    texts = (row.after for row in rows if row.kind == "mark" and row.after is not None)
    return {entry for text in texts for entry in mark_of(text).entries}


def content_of(row: JournalRow) -> str | None:
    """Return the content to send; None for a deletion."""
    return row.payload or row.after


def _names(row: JournalRow) -> set[str]:
    return {name for text in (content_of(row), row.before) for _, name in _said(row, text)}


def _said(row: JournalRow, text: str | None) -> set[tuple[str, str]]:
    """Return the names that *text* refers to, each with its unit of the entry."""
    if text is None or row.kind == "stop_any":
        return set()
    said = json.loads(text)
    found = {(unit_of(field), said.get(field)) for field in ("project", "task", "client")}
    found |= {("tags", tag) for tag in said.get("tags", ())}
    return {(unit, name) for unit, name in found if name is not None}


def outbox_row(stored: JournalRow, ids: Ids) -> OutboxRow:
    """Return *stored* as the engine sees it, and what it would send.

    *ids* contain its names and the entries that it marks, except those that Clockify will never
    have.
    """
    if stored.kind == "mark":
        return _mark_row(stored, ids)
    touches = touches_of(stored)
    needs = frozenset(
        (unit, name)
        for unit, name in _said(stored, content_of(stored))
        if ids.get(name) is None and (touches is None or unit in touches)
    )
    if stored.entity == "entry":
        return _entry_row(stored, ids, needs, touches)
    return _item_row(stored, ids, needs)


def touches_of(stored: JournalRow) -> frozenset[str] | None:
    """Return the units that an edit or a stop changes; None for rows about everything."""
    content = content_of(stored)
    if stored.kind not in PARTIAL or stored.before is None or content is None:
        return None
    # If Clockify already has the very same end, it still counts as a stop.
    stops = {"end"} if stored.kind == "stop" else set()
    return units_of(touched(stored.before, content) | stops)


def _entry_row(
    stored: JournalRow, ids: Ids, needs: frozenset[tuple[str, str]], touches: frozenset[str] | None
) -> OutboxRow:
    content = content_of(stored)
    if stored.kind == "stop_any":
        end = None if content is None else stop_end(content)
        seconds = None if end is None else int(end.timestamp())
        return OutboxRow(_row(stored, kind="stop_any", timeline=True, end=seconds), stored)
    after = None if content is None else entry_of(content)
    before = None if stored.before is None else entry_of(stored.before)
    kind = _kind(stored, after)
    if stored.kind == "delete" or after is None:
        running = before is not None and before.end is None
        return OutboxRow(_row(stored, kind="delete", timeline=running), stored)
    body = None if needs else entry_body(after, ids)
    return OutboxRow(
        _row(
            stored,
            kind=kind,
            needs=needs,
            touches=touches,
            timeline=_moves_timer(kind, before, after),
            fp=of_entry(body) if body and kind in CREATES else None,
            end=_end_second(kind, after),
            wanted=_wanted(before, body, ids) if kind in PARTIAL else (),
        ),
        stored,
        body,
    )


def name_kind(stored: JournalRow) -> NameKind:
    """Return the kind of name that a row is about."""
    return cast(NameKind, stored.entity)


def kind_of(stored: JournalRow) -> Kind:
    """Return the kind of a row as stored in the journal."""
    return cast(Kind, stored.kind)


def _kind(stored: JournalRow, after: EntryFields | None) -> Kind:
    if stored.kind == "start" and after is not None and after.end is not None:
        return "add"
    return kind_of(stored)


def _moves_timer(kind: Kind, before: EntryFields | None, after: EntryFields) -> bool:
    if kind == "add":
        return False
    return after.end is None or (before is not None and before.end is None)


def _end_second(kind: Kind, after: EntryFields) -> int | None:
    """Return the second in which a stop, or the stop before a start, ends the timer."""
    moment = after.start if kind == "start" else after.end
    return None if moment is None else int(moment.timestamp())


def _wanted(
    before: EntryFields | None, body: EntryBody | None, ids: Ids
) -> tuple[tuple[str, object], ...]:
    if before is None or body is None:
        return ()
    now = values_of(body)
    return tuple(
        (name, now.get(name)) for name in differing(values_of(entry_body(before, ids)), now)
    )


def entry_body(fields: EntryFields, ids: Ids) -> EntryBody:
    """Return *fields* with Clockify's ids."""
    custom = json.loads(fields.custom_fields)
    return EntryBody(
        start=fields.start,
        end=fields.end,
        **plain_of(fields),
        project_id=ids.get(fields.project) if fields.project else None,
        task_id=ids.get(fields.task) if fields.task else None,
        tag_ids=tuple(tag for name in fields.tags if (tag := ids.get(name))),
        billable=fields.billable,
        custom_fields=tuple((one["customFieldId"], one["value"]) for one in custom),
        type=fields.type,
    )


def _item_row(stored: JournalRow, ids: Ids, needs: frozenset[tuple[str, str]]) -> OutboxRow:
    kind = name_kind(stored)
    content = content_of(stored)
    if stored.kind == "delete" or content is None or stored.local_id is None:
        return OutboxRow(_row(stored, kind="delete"), stored)
    item = item_of(content, kind, stored.local_id, stored.workspace, stored.server_id)
    parent = ids.get(item.project) if item.project else None
    body = None if needs else item_body(item, ids)
    return OutboxRow(
        _row(
            stored,
            kind="create" if stored.kind == "create" else "update",
            needs=needs,
            fp=NameKey(kind, item.name, parent),
            wanted=(("name", item.name), ("archived", item.archived)),
        ),
        stored,
        body,
    )


def _mark_row(stored: JournalRow, ids: Ids) -> OutboxRow:
    said = mark_of(stored.after or "")
    there = [entry for entry in said.entries if entry in ids]
    needs = frozenset(("entries", entry) for entry in there if ids[entry] is None)
    marked = tuple(id_ for entry in there if (id_ := ids[entry]) is not None)
    body = None if needs else MarkBody(marked, said.invoiced)
    # One id for all marks of a workspace, so that they are sent in order: two bills may be about
    # the same entry.
    row = replace(_row(stored, kind="mark", needs=needs), local_id=f"invoiced {stored.workspace}")
    return OutboxRow(row, stored, body)


def item_body(item: Item, ids: Ids) -> ItemBody:
    """Return *item* with Clockify's ids."""
    return ItemBody(
        name=item.name,
        client_id=ids.get(item.client) if item.client else None,
        billable=item.billable,
        archived=item.archived,
        extra=json.loads(item.extra),
    )


def _row(
    stored: JournalRow,
    *,
    kind: Kind,
    needs: frozenset[tuple[str, str]] = frozenset(),
    touches: frozenset[str] | None = None,
    timeline: bool = False,
    fp: Fingerprint | NameKey | None = None,
    end: int | None = None,
    wanted: tuple[tuple[str, object], ...] = (),
) -> Row:
    # A name is identified by its current name; an entry by what was sent, whatever came later.
    sent = fp if stored.fp is None or stored.entity != "entry" else fingerprint_of(stored.fp)
    creates = kind in CREATES
    return Row(
        seq=stored.seq,
        kind=kind,
        local_id=stored.local_id or f"any {stored.seq}",
        entity=stored.entity,
        state=State(stored.state),
        server_id=None if creates else stored.server_id,
        fp=sent if creates else None,
        end=end,
        wanted=wanted,
        touches=touches,
        needs=needs,
        timeline=timeline,
        method=cast("Method | None", stored.method),
        attempts=stored.attempts,
        first_send=instant_of(stored.first_send),
        last_send=instant_of(stored.last_send),
        seen_before=frozenset(stored.seen_before),
        not_before=stored.not_before,
        cleared=stored.cleared,
        verdict=stored.verdict,
    )


def standing(stored: JournalRow, row: Row) -> JournalRow:
    """Return *stored* with the outcome in *row*."""
    keeps_id = row.creates or row.kind == "stop_any"
    fp = row.fp if isinstance(row.fp, Fingerprint) and row.attempts else None
    return replace(
        stored,
        server_id=row.server_id if keeps_id else stored.server_id,
        fp=None if fp is None else _fp_text(fp),
        method=row.method,
        state=row.state.value,
        attempts=row.attempts,
        first_send=instant_text(row.first_send),
        last_send=instant_text(row.last_send),
        seen_before=tuple(sorted(row.seen_before)),
        not_before=row.not_before,
        cleared=row.cleared,
        verdict=row.verdict,
    )


def instant_of(text: str | None) -> Instant | None:
    """Read an instant in the journal."""
    if text is None:
        return None
    said = json.loads(text)
    return Instant(said["server"], said["wall"], said["boot"], said["boot_id"])


def instant_text(instant: Instant | None) -> str | None:
    return None if instant is None else json.dumps(asdict(instant))


def _fp_text(fp: Fingerprint) -> str:
    return json.dumps({**asdict(fp), "tags": sorted(fp.tags)}, ensure_ascii=False)


def fingerprint_of(text: str) -> Fingerprint:
    """Read a fingerprint in the journal."""
    said = json.loads(text)
    return Fingerprint(**{**said, "tags": frozenset(said["tags"])})


_KEPT = {*UNRESOLVED, State.REJECTED}
"""States in which a row's outcome is unknown, or known to be a refusal."""


def waiting(rows: Sequence[JournalRow]) -> list[JournalRow]:
    """Return the open *rows* of one entity (oldest first) and those merged into them."""
    open_ = {row.seq for row in rows if State(row.state) not in DONE}
    parts = {merged_into(number) for number in open_}
    return [row for row in rows if row.seq in open_ or row.verdict in parts]


def later_than(rows: Sequence[JournalRow], seq: int) -> list[JournalRow]:
    """Like `waiting`, for rows after row *seq*."""
    later = after(rows, seq)
    own = [row for row in rows if row.seq == seq]
    return [row for row in waiting([*own, *later]) if row.seq != seq]


def after(rows: Sequence[JournalRow], seq: int) -> list[JournalRow]:
    """Return the *rows* of one entity (oldest first) after row *seq*."""
    index = next(i for i, row in enumerate(rows) if row.seq == seq)
    return list(rows[index + 1 :])


def following(rows: Iterable[JournalRow], now: str) -> Iterator[JournalRow]:
    """Rewrite *rows* of one entity (oldest first) to make the same changes, starting from *now*.

    Each row starts from the result of the one before it.
    """
    was: str | None = None
    for row in rows:
        was = row.before or was
        before, after = row.before and now, row.after
        if after is not None and was is not None:
            after = carried(now, was, after)
            if before is not None and State(row.state) in _KEPT:
                # Keep what it was to do, even if Clockify happens to have that value already.
                before = carried(now, row.after or "", was)
        yield worded(replace(row, before=before), after)
        was, now = row.after or was, after or now


def worded(row: JournalRow, after: str | None) -> JournalRow:
    """Return *row* with the content *after*; a merged payload is adapted the same way."""
    payload = row.payload
    if payload is not None and row.after is not None and after is not None:
        payload = carried(after, row.after, payload)
    return replace(row, after=after, payload=payload)


def together(head: JournalRow, later: Iterable[JournalRow]) -> str:
    """Return the content of *head* after also applying the *later* rows."""
    content = content_of(head) or ""
    for row in later:
        if row.before is not None and row.after is not None:
            content = carried(content, row.before, content_of(row) or row.after)
    return content


def is_idle(row: JournalRow) -> bool:
    """Return whether *row* would change nothing."""
    return row.before is not None and row.before == row.after == content_of(row)


def apart(row: JournalRow, parts: Sequence[frozenset[str]]) -> list[JournalRow]:
    """Split the edit or stop *row*: first without *parts*, then each part as an unsent row.

    *parts*: units of the entry. Each row starts from the result of the one before it.
    """
    if row.before is None or row.after is None:
        raise ValueError(f"row {row.seq} is not an edit")
    first = without(row, frozenset[str]().union(*parts))
    found, now, content = [first], content_of(first) or row.before, content_of(row) or row.after
    for units in parts:
        after = _only(now, content, units)
        found.append(_never_sent(row, kind_of_part(row.kind, units), now, after))
        now = after
    return found


def without(row: JournalRow, units: frozenset[str]) -> JournalRow:
    """Return the edit or stop *row* without what it changes in *units* of the entry."""
    if row.before is None or row.after is None:
        return row
    rest = (touches_of(row) or frozenset()) - units
    return replace(
        row,
        kind=kind_of_part(row.kind, rest),
        after=_only(row.before, row.after, rest),
        payload=row.payload and _only(row.before, row.payload, rest),
    )


def _only(was: str, after: str, units: frozenset[str]) -> str:
    """Return *was* with the values of *after* for *units*."""
    return with_fields(was, after, [f for f in touched(was, after) if unit_of(f) in units])


def _never_sent(row: JournalRow, kind: str, before: str, after: str) -> JournalRow:
    return replace(
        row,
        kind=kind,
        before=before,
        after=after,
        payload=None,
        fp=None,
        method=None,
        attempts=0,
        first_send=None,
        last_send=None,
        seen_before=(),
        not_before=0.0,
        cleared=False,
        verdict="",
    )
