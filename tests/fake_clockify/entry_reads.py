"""Operations that list and show time entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.fake_clockify import render
from tests.fake_clockify.answers import (
    Answer,
    Refusal,
    forbidden,
    invalid,
    json_answer,
    missing_reference,
    unknown_path_id,
)
from tests.fake_clockify.call import Call, page_answer
from tests.fake_clockify.records import Entry
from tests.fake_clockify.spec import is_instant
from tests.fake_clockify.state import State

WEEK = 7 * 24 * 3600
Render = Callable[[State, Entry], dict[str, Any]]


def list_entries(call: Call) -> Answer:
    """List entries, newest first; a switch decides how the window is read."""
    workspace, owner = call.workspace, call.owner()
    hidden = workspace.settings.get("onlyAdminsSeeAllTimeEntries")
    if owner.id != call.user.id and hidden and not call.is_manager:
        raise forbidden("You don't have permission to see these time entries")
    first, last = window(call, "start"), window(call, "end")
    before = window(call, "get-week-before")
    if before is not None:
        first, last = before - WEEK, before
    found = call.state.entries(workspace.id, owner.id, first, last)
    rows, is_last = call.page(filtered(call, found))
    return page_answer([rendering(call)(call.state, each) for each in rows], is_last)


def window(call: Call, name: str) -> int | None:
    """Return a bound of the list in seconds since 1970, or None if it was not sent."""
    text = call.query.get(name)
    if text is None:
        return None
    if len(text) != len("2024-01-01T00:00:00Z") or text[-1] != "Z" or not is_instant(text):
        raise invalid(f"{name}: '{text[:40]}' is not in yyyy-MM-ddThh:mm:ssZ format")
    wall = datetime.fromisoformat(text).replace(tzinfo=None)
    zone = _zone(call.user.zone) if call.switches.window == "wall" else UTC
    return int(wall.replace(tzinfo=zone).timestamp())


def _zone(name: str) -> tzinfo:
    """Return the zone, or UTC if only Clockify knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def filtered(call: Call, found: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries of *found* that pass every filter of the query."""
    tests = list(_tests(call.query))
    return (each for each in found if all(test(each) for test in tests))


def _tests(query: dict[str, Any]) -> Iterator[Callable[[Entry], bool]]:
    term = query.get("description", "").casefold()
    if term:
        yield lambda each: term in each.description.casefold()
    if query.get("project"):
        yield lambda each: each.project_id == query["project"]
    if query.get("task"):
        yield lambda each: each.task_id == query["task"]
    if query.get("tags"):
        yield lambda each: bool(set(each.tag_ids or ()) & set(query["tags"]))
    if query.get("project-required"):
        yield lambda each: each.project_id is not None
    if query.get("task-required"):
        yield lambda each: each.task_id is not None
    if query.get("in-progress") == "true":
        yield lambda each: each.end is None
    if "get-week-before" in query:
        yield lambda each: each.project_id is not None or each.task_id is not None


def rendering(call: Call) -> Render:
    if not call.query.get("hydrated"):
        return render.entry_with_rates
    rated = call.switches.hydrated_rates
    return render.hydrated_with_rates if rated else render.hydrated_entry


def in_progress(call: Call) -> Answer:
    """List the running entries of everybody in the workspace."""
    rows, last = call.page(call.state.running(call.workspace.id))
    return page_answer([render.entry_with_rates(call.state, each) for each in rows], last)


def show_entry(call: Call) -> Answer:
    return json_answer(rendering(call)(call.state, entry_of_path(call)))


def entry_of_path(call: Call) -> Entry:
    return entry_named(call, call.path["id"])


def entry_named(call: Call, id_: str) -> Entry:
    found = call.state.find(Entry, id_)
    if found is None or found.workspace_id != call.workspace.id:
        raise missing_entry(call, id_)
    return found


def missing_entry(call: Call, id_: str) -> Refusal:
    if call.switches.missing_entry == "404":
        return unknown_path_id("Time entry", id_)
    return missing_reference("Time entry", id_)
