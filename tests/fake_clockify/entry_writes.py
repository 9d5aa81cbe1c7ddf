"""Operations that create, change, stop, copy and delete time entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fake_clockify import plans, render
from tests.fake_clockify.answers import (
    Answer,
    Refusal,
    forbidden,
    invalid,
    json_answer,
    not_allowed_now,
)
from tests.fake_clockify.call import Call
from tests.fake_clockify.clock import parse
from tests.fake_clockify.entry_reads import entry_named, entry_of_path
from tests.fake_clockify.entry_rules import (
    check_by_hand,
    check_entry,
    check_for_others,
    check_lock,
    drafted,
)
from tests.fake_clockify.records import Entry


def create_entry(call: Call) -> Answer:
    return _created(call, call.user.id)


def create_for_others(call: Call) -> Answer:
    owner = call.owner()
    check_for_others(call, owner.id)
    if "from-entry" in call.query:
        entry_named(call, call.query["from-entry"])
    return _created(call, owner.id)


def _created(call: Call, owner_id: str) -> Answer:
    now = int(call.state.clock.now())
    draft = Entry(call.state.new_id(), call.workspace.id, owner_id, now)
    entry = drafted(call, call.body, draft)
    if entry.end is not None:
        check_by_hand(call)
    return json_answer(render.entry_row(call.state, _kept(call, entry)), 201)


def _kept(call: Call, entry: Entry) -> Entry:
    """Store a new entry; if another timer runs, a switch decides what happens."""
    check_entry(call, entry)
    if entry.end is None:
        _meet_running(call, entry)
    return call.state.put(entry)


def _meet_running(call: Call, entry: Entry) -> None:
    running = [
        each
        for each in call.state.running(entry.workspace_id, entry.user_id)
        if each.id != entry.id
    ]
    if running and call.switches.second_running == "refused":
        raise not_allowed_now("There is already a running time entry")
    if call.switches.second_running == "stops":
        stopped = [replace(each, end=max(each.start, entry.start)) for each in running]
        for each in stopped:
            check_entry(call, each)
        for each in stopped:
            call.state.put(each)


def stop_running(call: Call) -> Answer:
    """Stop whatever runs, the last started first; if nothing runs: 404 with code 404."""
    owner = call.owner()
    check_for_others(call, owner.id)
    running = call.state.running(call.workspace.id, owner.id)
    if not running:
        raise Refusal(404, 404, "There is no running time entry")
    stopped = replace(running[0], end=parse(call.body["end"]))
    check_entry(call, stopped)
    return json_answer(render.entry_row(call.state, call.state.put(stopped)))


def replace_entry(call: Call) -> Answer:
    """Replace the whole entry: fields missing in the body are cleared, even the end."""
    old = entry_of_path(call)
    new = _replaced(call, old, call.body, blank(old))
    return json_answer(render.entry_row(call.state, _changed(call, new)))


def blank(old: Entry) -> Entry:
    return Entry(old.id, old.workspace_id, old.user_id, old.start, invoiced=old.invoiced)


def _replaced(call: Call, old: Entry, body: dict[str, Any], draft: Entry) -> Entry:
    _check_may_change(call, old)
    new = drafted(call, body, draft)
    moved = new.start != old.start or (old.end is not None and new.end != old.end)
    if moved:
        check_by_hand(call)
    check_entry(call, new)
    return new


def _check_may_change(call: Call, entry: Entry) -> None:
    if entry.user_id != call.user.id:
        call.require_manager()
    check_lock(call, entry)


def _changed(call: Call, new: Entry) -> Entry:
    if new.end is None:
        _meet_running(call, new)
    return call.state.put(new)


def replace_many(call: Call) -> Answer:
    """Replace several entries of one user: all of them or, on any fault, none."""
    owner = call.owner()
    fresh = []
    for body in call.body:
        old = _of_owner(call, body["id"], owner.id)
        merges = call.switches.bulk_put == "merges"
        if not merges and "start" not in body:
            raise invalid("start: is required")
        fresh.append(_replaced(call, old, body, old if merges else blank(old)))
    kept = [_changed(call, each) for each in fresh]
    row = render.hydrated_entry if call.query.get("hydrated") else render.entry_row
    return json_answer([row(call.state, each) for each in kept])


def _of_owner(call: Call, id_: str, owner_id: str) -> Entry:
    found = entry_named(call, id_)
    if found.user_id != owner_id:
        raise not_allowed_now(f"Time entry with id {id_} doesn't belong to the user")
    return found


def delete_entry(call: Call) -> Answer:
    entry = entry_of_path(call)
    _check_may_change(call, entry)
    call.state.remove(entry)
    return Answer(204, content_type=None)


def delete_many(call: Call) -> Answer:
    """Delete the named entries; an empty list means every entry of the user."""
    owner = call.owner()
    ids = list(dict.fromkeys(call.query["time-entry-ids"]))
    entries = [_of_owner(call, id_, owner.id) for id_ in ids]
    if not ids:
        entries = list(call.state.entries(call.workspace.id, owner.id))
    for entry in entries:
        _check_may_change(call, entry)
    for entry in entries:
        call.state.remove(entry)
    return json_answer([render.entry_row(call.state, each) for each in entries])


def mark_invoiced(call: Call) -> Answer:
    """Mark the named entries as invoiced or not: all of them or, on any fault, none."""
    call.require_manager()
    if not plans.has(call.workspace, "INVOICING"):
        raise forbidden("Access Denied")
    ids = call.body["timeEntryIds"]
    if len(set(ids)) != len(ids):
        raise invalid("timeEntryIds: must not contain duplicates")
    entries = [entry_named(call, id_) for id_ in ids]
    if any(each.end is None for each in entries):
        raise not_allowed_now("A running time entry can't be invoiced")
    for each in entries:
        if each.invoiced != call.body["invoiced"]:
            call.state.put(replace(each, invoiced=call.body["invoiced"]))
    return Answer(200, content_type=None)


def duplicate_entry(call: Call) -> Answer:
    owner = call.owner()
    check_for_others(call, owner.id)
    old = _of_owner(call, call.path["id"], owner.id)
    copy = replace(old, id=call.state.new_id(), invoiced=False)
    return json_answer(render.entry_row(call.state, _kept(call, copy)), 201)
