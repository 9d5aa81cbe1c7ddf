"""Records as the JSON objects that the API answers with: time entries and what they name."""

from __future__ import annotations

from typing import Any

from tests.fake_clockify.clock import iso
from tests.fake_clockify.rates import rate_of
from tests.fake_clockify.records import (
    Client,
    CustomField,
    Entry,
    Estimate,
    Project,
    ProjectMember,
    Rate,
    Tag,
    Task,
    Workspace,
)
from tests.fake_clockify.state import State

Json = dict[str, Any]


def duration(seconds: int) -> str:
    """Return ISO 8601 with hours, minutes and seconds, such as `PT1H30M`; `PT0S` for 0."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n]
    return "PT" + ("".join(parts) or "0S")


def rate(value: Rate | None) -> Json | None:
    return None if value is None else {"amount": value.amount, "currency": value.currency}


def interval(entry: Entry) -> Json:
    if entry.end is None:
        return {"start": iso(entry.start), "end": None, "duration": None}
    return {
        "start": iso(entry.start),
        "end": iso(entry.end),
        "duration": duration(entry.end - entry.start),
    }


def is_locked(state: State, entry: Entry) -> bool:
    workspace = state.find(Workspace, entry.workspace_id)
    lock = workspace.settings.get("lockTimeEntries") if workspace else None
    return bool(lock) and iso(entry.start) < str(lock)


def entry_row(state: State, entry: Entry) -> Json:
    """Return an entry as a write answers with it: ids, no rates."""
    return {
        "id": entry.id,
        "description": entry.description,
        "userId": entry.user_id,
        "workspaceId": entry.workspace_id,
        "projectId": entry.project_id,
        "taskId": entry.task_id,
        "tagIds": list(entry.tag_ids) if entry.tag_ids is not None else None,
        "billable": entry.billable,
        "timeInterval": interval(entry),
        "customFieldValues": field_values(state, entry),
        "type": entry.type,
        "kioskId": None,
        "isLocked": is_locked(state, entry),
    }


def entry_with_rates(state: State, entry: Entry) -> Json:
    return entry_row(state, entry) | _rates(state, entry)


def hydrated_with_rates(state: State, entry: Entry) -> Json:
    return hydrated_entry(state, entry) | _rates(state, entry)


def _rates(state: State, entry: Entry) -> Json:
    return {
        "hourlyRate": rate(rate_of(state, entry, "hourly_rate")),
        "costRate": rate(rate_of(state, entry, "cost_rate")),
    }


def hydrated_entry(state: State, entry: Entry) -> Json:
    """Return an entry with objects in place of the ids of project, task and tags."""
    row = entry_row(state, entry)
    del row["projectId"], row["taskId"], row["tagIds"]
    found_project = state.find(Project, entry.project_id)
    found_task = state.find(Task, entry.task_id)
    found_tags = [state.find(Tag, id_) for id_ in entry.tag_ids or ()]
    row["project"] = None if found_project is None else project(state, found_project)
    row["task"] = None if found_task is None else task(found_task)
    row["tags"] = [tag(each) for each in found_tags if each is not None]
    return row


def field_values(state: State, entry: Entry) -> list[Json]:
    return [
        _field_value(state, entry, each.field_id, each.value, each.source) for each in entry.values
    ]


def _field_value(state: State, entry: Entry, field_id: str, value: Any, source: str) -> Json:
    field = state.find(CustomField, field_id)
    return {
        "customFieldId": field_id,
        "timeEntryId": entry.id,
        "name": None if field is None else field.name,
        "type": source,
        "value": value,
    }


def client(value: Client, currency: str | None = None) -> Json:
    """Return a client; *currency* adds its code, as in a list and a single client."""
    row: Json = {
        "id": value.id,
        "name": value.name,
        "email": value.email,
        "ccEmails": list(value.cc_emails) or None,
        "workspaceId": value.workspace_id,
        "archived": value.archived,
        "address": value.address,
        "note": value.note,
        "currencyId": value.currency_id,
    }
    if currency is not None:
        row["currencyCode"] = currency
    return row


def tag(value: Tag) -> Json:
    return {
        "id": value.id,
        "name": value.name,
        "workspaceId": value.workspace_id,
        "archived": value.archived,
    }


def task(value: Task) -> Json:
    return {
        "id": value.id,
        "name": value.name,
        "projectId": value.project_id,
        "assigneeIds": list(value.assignee_ids),
        "assigneeId": value.assignee_ids[0] if value.assignee_ids else None,
        "userGroupIds": list(value.group_ids),
        "estimate": duration(value.estimate),
        "status": value.status,
        "budgetEstimate": value.budget,
        "duration": None,
        "billable": value.billable,
        "hourlyRate": rate(value.hourly_rate),
        "costRate": rate(value.cost_rate),
    }


def project(state: State, value: Project, *, with_client: bool = True) -> Json:
    """Return a project; a list leaves its client out."""
    row: Json = {
        "id": value.id,
        "name": value.name,
        "workspaceId": value.workspace_id,
        "billable": value.billable,
        "color": value.color,
        "archived": value.archived,
        "duration": duration(state.tracked[value.id]),
        "note": value.note,
        "public": value.public,
        "template": value.template,
        "hourlyRate": rate(value.hourly_rate),
        "costRate": rate(value.cost_rate),
        "memberships": [_project_member(value, each) for each in value.members],
        **_estimates(value.estimate),
    }
    if with_client:
        named = state.find(Client, value.client_id)
        row["clientId"] = value.client_id or ""
        row["clientName"] = "" if named is None else named.name
    return row


def _project_member(owner: Project, member: ProjectMember) -> Json:
    return {
        "userId": member.user_id,
        "targetId": owner.id,
        "membershipType": "PROJECT",
        "membershipStatus": "ACTIVE",
        "hourlyRate": rate(member.hourly_rate),
        "costRate": rate(member.cost_rate),
    }


def _estimates(value: Estimate | None) -> Json:
    seconds = 0 if value is None or value.money else value.amount
    row: Json = {
        "estimate": {"estimate": duration(seconds), "type": value.type if value else "AUTO"},
        "timeEstimate": None,
        "budgetEstimate": None,
        "estimateReset": None,
    }
    if value is None:
        return row
    shared = {"type": value.type, "resetOption": value.reset, "active": True}
    if value.money:
        row["budgetEstimate"] = {"estimate": value.amount, "includeExpenses": False, **shared}
    else:
        row["timeEstimate"] = {
            "estimate": duration(value.amount),
            "includeNonBillable": True,
            **shared,
        }
    return row
