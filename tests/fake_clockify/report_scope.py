"""Which entries a report covers: its range, read in its zone, and its filters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.fake_clockify import plans
from tests.fake_clockify.answers import forbidden, invalid
from tests.fake_clockify.call import Call
from tests.fake_clockify.records import Client, Entry, Member, Project, Tag, Task, User

WALL = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?)?Z?")
Test = Callable[[Entry], bool]


def zone_of(call: Call) -> ZoneInfo:
    """Return the body's zone, else that of the user's profile."""
    name = call.body.get("timeZone", call.user.zone)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid(f"timeZone: {name!r} is not a time zone") from error


def bounds(call: Call) -> tuple[datetime, datetime]:
    """Return the first and last moment of the range as wall clock without a zone."""
    first, last = (_wall(call.body[name], name) for name in ("dateRangeStart", "dateRangeEnd"))
    if last < first:
        raise invalid("dateRangeEnd: is before dateRangeStart")
    longest = timedelta(days=plans.FREE_REPORT_DAYS)
    if last - first > longest and not plans.has(call.workspace, "UNLIMITED_REPORTS"):
        raise forbidden("Reports over more than 31 days are not part of this plan")
    return first, last


def _wall(text: str, name: str) -> datetime:
    if not WALL.fullmatch(text):
        raise invalid(f"{name}: {text[:40]!r} is not in YYYY-MM-DDTHH:MM:SS.ssssss format")
    try:
        return datetime.fromisoformat(text.rstrip("Z"))
    except ValueError as error:
        raise invalid(f"{name}: {text[:40]!r} is not a date") from error


def covered(call: Call) -> list[Entry]:
    """Return finished entries that start in the range and pass every filter, newest first."""
    zone = zone_of(call)
    first, last = (int(each.replace(tzinfo=zone).timestamp()) for each in bounds(call))
    tests = list(_tests(call))
    found = [
        entry
        for owner in _owners(call)
        for entry in call.state.entries(call.workspace.id, owner, first, last)
        if entry.end is not None and all(test(entry) for test in tests)
    ]
    return sorted(found, key=lambda each: (-each.start, each.id))


def _owners(call: Call) -> list[str]:
    """Return the users whose time the user may see and the filter requests."""
    hidden = call.workspace.settings.get("onlyAdminsSeeAllTimeEntries")
    if hidden and not call.is_manager:
        return [call.user.id]
    members = [each for each in call.state.all(Member) if each.workspace_id == call.workspace.id]
    chosen = call.body.get("users", {})
    return [each.user_id for each in members if _contained(chosen, {each.user_id})]


def _contained(chosen: dict[str, Any], ids: set[str]) -> bool:
    wanted = set(chosen.get("ids", ()))
    if not wanted:
        return True
    how = chosen.get("contains", "CONTAINS")
    if how == "DOES_NOT_CONTAIN":
        return not wanted & ids
    return bool(wanted & ids) and (how == "CONTAINS" or ids <= wanted)


def _tests(call: Call) -> Iterator[Test]:
    body = call.body
    if "billable" in body:
        yield lambda each: each.billable == body["billable"]
    if body.get("description"):
        term = body["description"].casefold()
        yield lambda each: term in each.description.casefold()
    if body.get("invoicingState", "ALL") != "ALL":
        yield lambda each: each.invoiced == (body["invoicingState"] == "INVOICED")
    if body.get("withoutDescription"):
        yield lambda each: not each.description
    yield from _named(call)
    yield from _audited(body.get("detailedFilter", {}).get("auditFilter", {}))


def _named(call: Call) -> Iterator[Test]:
    """Yield filters by project, client, task and tags: by ids and by status."""
    body = call.body
    for name, ids in {
        "projects": lambda each: {each.project_id},
        "tasks": lambda each: {each.task_id},
        "clients": lambda each: {client_of(call, each)},
        "tags": lambda each: set(each.tag_ids or ()),
    }.items():
        if name in body:
            yield _named_test(call, body[name], name, ids)


def _named_test(
    call: Call, chosen: dict[str, Any], name: str, ids: Callable[[Entry], set[Any]]
) -> Test:
    status = chosen.get("status", "ALL")

    def passes(entry: Entry) -> bool:
        named = {each for each in ids(entry) if each is not None}
        wanted = {"containedInTimeentry": "contains"}
        how = {wanted.get(key, key): value for key, value in chosen.items()}
        return _contained(how, named) and (
            status == "ALL"
            or all(_is_archived(call, name, id_) == (status == "ARCHIVED") for id_ in named)
        )

    return passes


def _is_archived(call: Call, name: str, id_: str) -> bool:
    if name == "tasks":
        task = call.state.find(Task, id_)
        return task is not None and task.status == "DONE"
    tables: dict[str, type[Any]] = {"projects": Project, "clients": Client, "tags": Tag}
    found = call.state.find(tables[name], id_)
    return found is not None and bool(found.archived)


def _audited(chosen: dict[str, Any]) -> Iterator[Test]:
    if chosen.get("withoutProject"):
        yield lambda each: each.project_id is None
    if chosen.get("withoutTask"):
        yield lambda each: each.task_id is None
    if "duration" in chosen:
        shorter = chosen.get("durationShorter", False)
        limit = chosen["duration"] * 60
        yield lambda each: (seconds(each) < limit) == shorter


def client_of(call: Call, entry: Entry) -> str | None:
    project = call.state.find(Project, entry.project_id)
    return None if project is None else project.client_id


def seconds(entry: Entry) -> int:
    return 0 if entry.end is None else entry.end - entry.start


def owner_of(call: Call, entry: Entry) -> User | None:
    return call.state.find(User, entry.user_id)
