"""Operations on the tasks of a project."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fake_clockify import render
from tests.fake_clockify.answers import (
    Answer,
    json_answer,
    missing_reference,
    not_allowed_now,
    unknown_path_id,
)
from tests.fake_clockify.call import Call, page_answer
from tests.fake_clockify.catalogue import by_name, changes, checked_name, may_create, refuse_taken
from tests.fake_clockify.project_request import seconds_of
from tests.fake_clockify.projects import project_of_path
from tests.fake_clockify.records import Task

FIELDS: dict[str, tuple[str, Any]] = {
    "billable": ("billable", False),
    "status": ("status", "ACTIVE"),
    "budgetEstimate": ("budget", None),
}


def _tasks(call: Call) -> list[Task]:
    project = project_of_path(call)
    return [each for each in call.state.all(Task) if each.project_id == project.id]


def _task(call: Call) -> Task:
    id_ = call.path["taskId"]
    found = next((each for each in _tasks(call) if each.id == id_), None)
    if found is None:
        raise unknown_path_id("Task", id_)
    return found


def list_tasks(call: Call) -> Answer:
    """List tasks: `is-active` true the active ones, false the finished ones."""
    active = call.query.get("is-active")
    found = [each for each in _tasks(call) if active is None or (each.status == "ACTIVE") == active]
    rows, last = call.page(by_name(call, found))
    return page_answer([render.task(each) for each in rows], last)


def show_task(call: Call) -> Answer:
    return json_answer(render.task(_task(call)))


def create_task(call: Call) -> Answer:
    may_create(call, "onlyAdminsCreateTask", "whoCanCreateTasks")
    project, name = project_of_path(call), checked_name(call)
    refuse_taken("Task", name, _tasks(call))
    made = Task(
        call.state.new_id(),
        project.workspace_id,
        project.id,
        name,
        status=_status(call.body.get("status", "ACTIVE")),
        billable=project.billable,
        assignee_ids=_assignees(call),
        estimate=seconds_of(call.body["estimate"]) if "estimate" in call.body else 0,
        budget=call.body.get("budgetEstimate"),
    )
    return json_answer(render.task(call.state.put(made)), 201)


def _status(word: str) -> str:
    if word == "ALL":
        raise not_allowed_now("A task is ACTIVE or DONE")
    return word


def _assignees(call: Call) -> tuple[str, ...]:
    ids = call.body.get("assigneeIds", [])
    for id_ in ids:
        if call.state.member(call.workspace.id, id_) is None:
            raise missing_reference("User", id_)
    return tuple(ids)


def update_task(call: Call) -> Answer:
    old = _task(call)
    may_create(call, "onlyAdminsCreateTask", "whoCanCreateTasks")
    name = checked_name(call)
    refuse_taken("Task", name, _tasks(call), old.id)
    new = replace(old, name=name, **changes(call, FIELDS))
    new = replace(new, status=_status(new.status))
    if "estimate" in call.body:
        new = replace(new, estimate=seconds_of(call.body["estimate"]))
    if "assigneeIds" in call.body:
        new = replace(new, assignee_ids=_assignees(call))
    return json_answer(render.task(call.state.put(new)))


def delete_task(call: Call) -> Answer:
    """Delete a task, which must be finished."""
    old = _task(call)
    may_create(call, "onlyAdminsCreateTask", "whoCanCreateTasks")
    if old.status != "DONE":
        raise not_allowed_now("Cannot delete an active task")
    call.state.remove(old)
    return json_answer(render.task(old))
