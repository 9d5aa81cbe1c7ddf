"""Operations that report: detailed, summary and weekly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.fake_clockify import exports, plans
from tests.fake_clockify.answers import Answer, forbidden, invalid, json_answer
from tests.fake_clockify.call import Call
from tests.fake_clockify.records import Client, Entry, Project, Tag, Task, User, Workspace
from tests.fake_clockify.render import is_locked
from tests.fake_clockify.report_scope import bounds, client_of, covered, owner_of, seconds, zone_of
from tests.fake_clockify.report_totals import by_day, grouped, local, sum_of, totals
from tests.fake_clockify.workspace_parts import settings

Json = dict[str, Any]
NONE = "none"
FORMAT_FEATURES = {"CSV": "CSV_EXPORT", "XLSX": "XLSX_EXPORT"}


def _answer(call: Call, document: Json, entries: list[Entry]) -> Answer:
    """Return the report in the requested format."""
    form = call.body.get("exportType", "JSON")
    feature = FORMAT_FEATURES.get(form)
    if feature and not plans.has(call.workspace, feature):
        raise forbidden(f"{form} export is not part of this plan")
    if form in ("JSON", "JSON_V1"):
        return json_answer(document)
    return exports.exported(form, [_detailed_row(call, each, zone_of(call)) for each in entries])


def detailed(call: Call) -> Answer:
    """Report entry by entry, newest first unless sorted another way, page by page."""
    zone, found = zone_of(call), covered(call)
    chosen = call.body["detailedFilter"]
    page, size = chosen.get("page", 1), chosen.get("pageSize", 50)
    if page < 1 or size < 1:
        raise invalid("detailedFilter: page and pageSize start at 1")
    rows = _sorted(call, found)[(page - 1) * size : page * size]
    excluded = chosen.get("options", {}).get("totals") == "EXCLUDE"
    document = {
        "totals": [] if excluded else totals(call, found),
        "timeentries": [_detailed_row(call, each, zone) for each in rows],
    }
    return _answer(call, document, found)


def _sorted(call: Call, entries: list[Entry]) -> list[Entry]:
    column = call.body["detailedFilter"].get("sortColumn", "DATE")
    keys: dict[str, Callable[[Entry], Any]] = {
        "ID": lambda each: each.id,
        "DESCRIPTION": lambda each: each.description.casefold(),
        "USER": lambda each: each.user_id,
        "DURATION": seconds,
    }
    ascending = call.body.get("sortOrder") == "ASCENDING"
    return sorted(entries, key=keys.get(column, lambda each: each.start), reverse=not ascending)


def _detailed_row(call: Call, entry: Entry, zone: ZoneInfo) -> Json:
    owner = owner_of(call, entry)
    project = call.state.find(Project, entry.project_id)
    task = call.state.find(Task, entry.task_id)
    client = call.state.find(Client, client_of(call, entry))
    tags = [call.state.find(Tag, id_) for id_ in entry.tag_ids or ()]
    return {
        # Described as get_id, which is the name of the property _id in the vendor's code.
        "get_id": entry.id,
        "_id": entry.id,
        "description": entry.description,
        "userId": entry.user_id,
        "userName": owner.name if owner else None,
        "userEmail": owner.email if owner else None,
        "billable": entry.billable,
        "locked": is_locked(call.state, entry),
        "approvalRequestId": None,
        "projectId": entry.project_id,
        "projectName": project.name if project else None,
        "projectColor": project.color if project else None,
        "clientId": client.id if client else None,
        "clientName": client.name if client else None,
        "taskId": entry.task_id,
        "taskName": task.name if task else None,
        "tags": [{"id": each.id, "name": each.name} for each in tags if each],
        "timeInterval": {
            "start": _stamp(entry.start, zone),
            "end": _stamp(entry.end, zone) if entry.end is not None else None,
            "duration": seconds(entry),
        },
    }


def _stamp(moment: int, zone: ZoneInfo) -> str:
    """Return a time with the offset of the report's zone: `2024-05-01T11:00:00+02:00`."""
    return datetime.fromtimestamp(moment, zone).isoformat()


def summary(call: Call) -> Answer:
    """Report nested groups in the requested order."""
    zone, found = zone_of(call), covered(call)
    groups = call.body["summaryFilter"].get("groups") or ["PROJECT"]
    days = by_day(call, found, zone)
    chart = [
        {
            "id": row["date"],
            "totalTime": row["duration"],
            "totalBillableTime": sum(
                seconds(each)
                for each in found
                if each.billable and local(each, zone).date().isoformat() == row["date"]
            ),
            "totalAmount": row["amount"],
            "earned": row["amount"],
        }
        for row in days
    ]
    document = {
        "totals": totals(call, found),
        "groupOne": _groups(call, found, groups, zone),
        "chart": chart,
    }
    return _answer(call, document, found)


def _groups(call: Call, entries: list[Entry], groups: list[str], zone: ZoneInfo) -> list[Json]:
    if not groups:
        return []
    found = grouped(entries, _key(call, groups[0], zone))
    rows = [
        _group(call, groups[0], key, rows, _groups(call, rows, groups[1:], zone))
        for key, rows in found.items()
    ]
    column = call.body["summaryFilter"].get("sortColumn", "GROUP")
    descending = call.body.get("sortOrder") == "DESCENDING"
    by = {"GROUP": "nameLowerCase", "DURATION": "duration"}.get(column, "amount")
    return sorted(rows, key=lambda row: row[by], reverse=descending)


def _key(call: Call, group: str, zone: ZoneInfo) -> Callable[[Entry], str]:
    keys: dict[str, Callable[[Entry], str]] = {
        "CLIENT": lambda each: client_of(call, each) or NONE,
        "PROJECT": lambda each: each.project_id or NONE,
        "TASK": lambda each: each.task_id or NONE,
        "TIMEENTRY": lambda each: each.description or NONE,
        "USER": lambda each: each.user_id,
        "DATE": lambda each: local(each, zone).date().isoformat(),
        "WEEK": lambda each: _week_start(call, local(each, zone)),
        "MONTH": lambda each: local(each, zone).strftime("%Y-%m"),
    }
    return keys[group]


def _week_start(call: Call, day: datetime) -> str:
    names = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    first = names.index(call.body.get("weekStart", call.user.week_start))
    return (day.date() - timedelta(days=(day.weekday() - first) % 7)).isoformat()


def _group(call: Call, group: str, key: str, entries: list[Entry], children: list[Json]) -> Json:
    name = _name(call, group, key)
    row: Json = {
        "id": key,
        "name": name,
        "nameLowerCase": name.lower(),
        "duration": sum(map(seconds, entries)),
        "amount": sum_of(call, entries),
        "children": children,
    }
    if group == "PROJECT":
        client = call.state.find(Client, client_of(call, entries[0]))
        row["clientName"] = client.name if client else ""
    return row


def _name(call: Call, group: str, key: str) -> str:
    tables: dict[str, type[Any]] = {
        "CLIENT": Client,
        "PROJECT": Project,
        "TASK": Task,
        "USER": User,
    }
    if group not in tables:
        return "(Without description)" if key == NONE else key
    found = call.state.find(tables[group], key)
    return f"(Without {group.lower()})" if found is None else str(found.name)


def weekly(call: Call) -> Answer:
    """Report exactly seven days, by user or by project."""
    zone, (first, last) = zone_of(call), bounds(call)
    if not timedelta(days=6) < last - first <= timedelta(days=7):
        raise invalid("Weekly report must have a range of exactly seven days")
    found = covered(call)
    group = call.body["weeklyFilter"]["group"]
    rows = [
        {**_group(call, group, key, rows, []), "days": by_day(call, rows, zone)}
        for key, rows in grouped(found, _key(call, group, zone)).items()
    ]
    workspace: Workspace = call.workspace
    document = {
        "totals": totals(call, found),
        "groupOne": sorted(rows, key=lambda row: str(row["nameLowerCase"])),
        "totalsByDay": by_day(call, found, zone),
        "usersWithoutTime": [],
        "includeUsersWithoutTime": False,
        "decimalFormat": settings(workspace)["durationFormat"] == "DECIMAL",
        "trackTimeDownToSeconds": settings(workspace)["trackTimeDownToSecond"],
    }
    return _answer(call, document, found)
