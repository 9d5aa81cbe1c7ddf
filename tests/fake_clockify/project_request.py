"""Reads the nested parts of a request for a project: rates, members, estimates, tasks."""

from __future__ import annotations

import re
from typing import Any

from tests.fake_clockify.answers import invalid, missing_reference, not_allowed_now
from tests.fake_clockify.call import Call
from tests.fake_clockify.records import Estimate, Project, ProjectMember, Rate, Task

ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")


def hour_rate(call: Call, sent: dict[str, Any] | None) -> Rate | None:
    """Return a rate in the currency of the workspace."""
    if sent is None or "amount" not in sent:
        return None
    return Rate(sent["amount"], call.workspace.currency)


def seconds_of(text: str) -> int:
    """Return the seconds of an ISO 8601 duration of days, hours, minutes and seconds."""
    match = ISO_DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise invalid(f"estimate: '{text[:40]}' is not an ISO-8601 duration")
    parts = [int(part or 0) for part in match.groups()]
    return sum(n * unit for n, unit in zip(parts, (86400, 3600, 60, 1), strict=True))


def estimate_of(sent: dict[str, Any] | None) -> Estimate | None:
    if sent is None or "estimate" not in sent:
        return None
    return Estimate(seconds_of(sent["estimate"]), sent.get("type", "AUTO"))


def members_of(call: Call) -> tuple[ProjectMember, ...]:
    """Return the members in the body; whoever creates a project is a member."""
    members = {call.user.id: ProjectMember(call.user.id)}
    for each in call.body.get("memberships", ()):
        id_ = each.get("userId", "")
        if call.state.member(call.workspace.id, id_) is None:
            raise missing_reference("User", id_)
        members[id_] = ProjectMember(id_, hour_rate(call, each.get("hourlyRate")))
    return tuple(members.values())


def tasks_of(call: Call, project: Project) -> list[Task]:
    rows = call.body.get("tasks", [])
    names = [row["name"] for row in rows]
    if len(set(names)) < len(names):
        raise not_allowed_now("Task with this name already exists")
    return [
        Task(
            call.state.new_id(),
            project.workspace_id,
            project.id,
            row["name"],
            billable=row.get("billable", False),
            assignee_ids=tuple(row.get("assigneeIds", ())),
            estimate=seconds_of(row["estimate"]) if "estimate" in row else 0,
            budget=row.get("budgetEstimate"),
            hourly_rate=hour_rate(call, row.get("hourlyRate")),
            cost_rate=hour_rate(call, row.get("costRate")),
        )
        for row in rows
    ]
