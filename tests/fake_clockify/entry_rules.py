"""What a time entry must fulfil before it is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fake_clockify import plans
from tests.fake_clockify.answers import forbidden, invalid, missing_reference, not_allowed_now
from tests.fake_clockify.call import Call
from tests.fake_clockify.clock import iso, parse
from tests.fake_clockify.records import CustomField, Entry, FieldValue, Project, Tag, Task


def drafted(call: Call, body: dict[str, Any], draft: Entry) -> Entry:
    """Return *draft* with the fields of *body*; whatever the body names must exist."""
    names = {
        "description": "description",
        "projectId": "project_id",
        "taskId": "task_id",
        "billable": "billable",
        "type": "type",
    }
    changes: dict[str, Any] = {
        field: body[name] or None if name.endswith("Id") else body[name]
        for name, field in names.items()
        if name in body
    }
    for name in ("start", "end"):
        if name in body:
            changes[name] = parse(body[name])
    if "tagIds" in body:
        changes["tag_ids"] = tuple(dict.fromkeys(body["tagIds"])) or None
    if call.switches.breaks == "ignored" and not plans.has(call.workspace, "BREAKS"):
        changes.pop("type", None)
    if "customFields" in body:
        changes["values"] = _values(call, body["customFields"])
    return with_defaults(call, replace(draft, **changes))


def with_defaults(call: Call, entry: Entry) -> Entry:
    """Return *entry* with the workspace's defaults for custom fields that it does not set."""
    said = {each.field_id for each in entry.values}
    added = tuple(
        FieldValue(each.id, each.default, "WORKSPACE")
        for each in _fields(call)
        if each.default is not None and each.id not in said
    )
    return replace(entry, values=entry.values + added)


def _fields(call: Call) -> list[CustomField]:
    return [
        each
        for each in call.state.all(CustomField)
        if each.workspace_id == call.workspace.id
        and each.entity == "TIMEENTRY"
        and each.status != "INACTIVE"
    ]


def _values(call: Call, sent: list[dict[str, Any]]) -> tuple[FieldValue, ...]:
    known = {each.id: each for each in _fields(call)}
    values = []
    for row in sent:
        field = known.get(row["customFieldId"])
        if field is None:
            raise missing_reference("Custom field", row["customFieldId"])
        if field.only_admin and not call.is_manager:
            raise forbidden("Only admins can edit this custom field")
        if "value" in row:
            _check_value(field, row["value"])
            source = row.get("sourceType", "TIMEENTRY")
            values.append(FieldValue(field.id, row["value"], source))
    return tuple(values)


def _check_value(field: CustomField, value: Any) -> None:
    chosen = value if isinstance(value, list) else [value]
    right: dict[str, bool] = {
        "TXT": isinstance(value, str),
        "LINK": isinstance(value, str),
        "NUMBER": isinstance(value, int | float) and not isinstance(value, bool),
        "CHECKBOX": isinstance(value, bool),
        "DROPDOWN_SINGLE": value in field.allowed,
        "DROPDOWN_MULTIPLE": isinstance(value, list) and set(chosen) <= set(field.allowed),
    }
    if not right[field.type]:
        raise invalid(f"customFields: {value!r} is not a value for {field.name}")


def check_entry(call: Call, entry: Entry) -> None:
    """Refuse *entry* if its span, its references or the workspace's rules forbid it."""
    if entry.end is not None and entry.end < entry.start:
        raise not_allowed_now("Start time must be before end time")
    check_lock(call, entry)
    _check_references(call, entry)
    if entry.end is not None:
        _check_required(call, entry)


def check_lock(call: Call, entry: Entry) -> None:
    """Enforce the lock date for everybody except owners and admins."""
    lock = call.workspace.settings.get("lockTimeEntries")
    if lock and iso(entry.start) < lock and not call.is_manager:
        raise forbidden("Time entry is locked")


def _check_references(call: Call, entry: Entry) -> None:
    project = visible_project(call, entry.project_id) if entry.project_id else None
    if entry.task_id is not None:
        task = call.state.find(Task, entry.task_id)
        if task is None or project is None or task.project_id != project.id:
            raise missing_reference("Task", entry.task_id)
    for id_ in entry.tag_ids or ():
        tag = call.state.find(Tag, id_)
        if tag is None or tag.workspace_id != call.workspace.id:
            raise missing_reference("Tag", id_)


def visible_project(call: Call, id_: str) -> Project:
    """Return a project of the workspace that the user may see."""
    found = call.state.find(Project, id_)
    if found is None or found.workspace_id != call.workspace.id or not may_see(call, found):
        raise missing_reference("Project", id_)
    return found


def may_see(call: Call, project: Project) -> bool:
    return (
        project.public
        or call.is_manager
        or any(each.user_id == call.user.id for each in project.members)
    )


def _check_required(call: Call, entry: Entry) -> None:
    settings = call.workspace.settings
    wanted = {
        "forceProjects": ("project", entry.project_id),
        "forceTasks": ("task", entry.task_id),
        "forceTags": ("tags", entry.tag_ids),
        "forceDescription": ("description", entry.description.strip()),
    }
    for name, (what, value) in wanted.items():
        if settings.get(name) and not value:
            raise not_allowed_now(f"Time entry must have {what}: it is required in this workspace")
    said = {each.field_id for each in entry.values}
    for field in _fields(call):
        if field.required and field.id not in said:
            raise not_allowed_now(f"Custom field {field.name} is required")


def check_by_hand(call: Call) -> None:
    """Refuse a span written by hand if only the stopwatch is allowed."""
    if call.workspace.settings.get("timeTrackingMode") == "STOPWATCH_ONLY":
        raise forbidden("Manual time tracking is disabled in this workspace")


def check_for_others(call: Call, owner_id: str) -> None:
    """Refuse another user's time, except for managers of paid workspaces."""
    if owner_id == call.user.id:
        return
    call.require_manager()
    if not plans.has(call.workspace, "ADD_TIME_FOR_OTHERS"):
        raise forbidden("Adding time for others is not part of this plan")
