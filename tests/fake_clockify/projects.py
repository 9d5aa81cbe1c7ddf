"""Operations on projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from tests.fake_clockify.catalogue import (
    by_archived,
    by_name,
    changes,
    checked_name,
    may_create,
    refuse_taken,
    require_archived,
)
from tests.fake_clockify.entry_rules import may_see
from tests.fake_clockify.project_request import estimate_of, hour_rate, members_of, tasks_of
from tests.fake_clockify.records import Client, Project, Task

FIELDS: dict[str, tuple[str, Any]] = {
    "archived": ("archived", False),
    "billable": ("billable", False),
    "color": ("color", Project("", "", "").color),
    "note": ("note", ""),
    "isPublic": ("public", False),
}


def _projects(call: Call) -> list[Project]:
    id_ = call.workspace.id
    return [
        each for each in call.state.all(Project) if each.workspace_id == id_ and may_see(call, each)
    ]


def project_of_path(call: Call) -> Project:
    id_ = call.path["projectId"]
    found = call.state.find(Project, id_)
    if found is None or found.workspace_id != call.workspace.id or not may_see(call, found):
        raise unknown_path_id("Project", id_)
    return found


def list_projects(call: Call) -> Answer:
    """List projects, without the client unless `hydrated` or the switch adds it."""
    tests = list(_tests(call))
    found = [
        each for each in by_archived(call, _projects(call)) if all(test(each) for test in tests)
    ]
    rows, last = call.page(by_name(call, found))
    named = call.switches.client_in_list or call.query.get("hydrated", False)
    return page_answer([_row(call, each, named) for each in rows], last)


def _row(call: Call, project: Project, named: bool) -> dict[str, Any]:
    row = render.project(call.state, project, with_client=named)
    if call.query.get("hydrated"):
        tasks = [each for each in call.state.all(Task) if each.project_id == project.id]
        client = call.state.find(Client, project.client_id)
        row["tasks"] = [render.task(each) for each in tasks]
        row["client"] = None if client is None else render.client(client)
    return row


def _tests(call: Call) -> Iterator[Callable[[Project], bool]]:
    query = call.query
    if query.get("billable"):
        yield lambda each: each.billable
    if query.get("clients"):
        wanted = query.get("contains-client", True)
        yield lambda each: (each.client_id in query["clients"]) == wanted
    if query.get("client-status", "ALL") != "ALL":
        archived = query["client-status"] == "ARCHIVED"
        gone = {each.id for each in call.state.all(Client) if each.archived}
        yield lambda each: each.client_id is not None and (each.client_id in gone) == archived
    if query.get("users"):
        with_user = query.get("contains-user", True)
        yield lambda each: bool(_users(each) & set(query["users"])) == with_user
    if "is-template" in query:
        yield lambda each: each.template == query["is-template"]
    if "access" in query:
        yield lambda each: each.public == (query["access"] == "PUBLIC")
    if query.get("userGroups") and query.get("contains-group", True):
        # There are no user groups here, so nothing contains one.
        yield lambda each: False


def _users(project: Project) -> set[str]:
    return {each.user_id for each in project.members}


def show_project(call: Call) -> Answer:
    return json_answer(_row(call, project_of_path(call), True))


def create_project(call: Call) -> Answer:
    may_create(call, "onlyAdminsCreateProject", "whoCanCreateProjectsAndClients")
    body, settings = call.body, call.workspace.settings
    made = Project(
        call.state.new_id(),
        call.workspace.id,
        checked_name(call),
        client_id=_client_id(call),
        billable=body.get("billable", False),
        public=body.get("isPublic", settings.get("isProjectPublicByDefault", False)),
        color=body.get("color", FIELDS["color"][1]),
        note=body.get("note", ""),
        hourly_rate=hour_rate(call, body.get("hourlyRate")),
        cost_rate=hour_rate(call, body.get("costRate")),
        members=members_of(call),
        estimate=estimate_of(body.get("estimate")),
    )
    _refuse_name(call, made)
    kept = call.state.put(made)
    for task in tasks_of(call, kept):
        call.state.put(task)
    return json_answer(render.project(call.state, kept), 201)


def _client_id(call: Call) -> str | None:
    id_: str | None = call.body.get("clientId")
    if not id_:
        return None
    client = call.state.find(Client, id_)
    if client is None or client.workspace_id != call.workspace.id:
        raise missing_reference("Client", id_)
    return id_


def _refuse_name(call: Call, project: Project) -> None:
    """Refuse a name already used by the same client; a deleted project's may stay taken."""
    same_client = [
        each
        for each in call.state.all(Project)
        if each.workspace_id == project.workspace_id and each.client_id == project.client_id
    ]
    refuse_taken("Project", project.name, same_client, project.id)
    reserved = (project.workspace_id, project.name) in call.state.reserved_names
    if reserved and call.switches.deleted_name == "reserved":
        raise not_allowed_now(f"Project with name '{project.name}' already exists")


def update_project(call: Call) -> Answer:
    old = project_of_path(call)
    may_create(call, "onlyAdminsCreateProject", "whoCanCreateProjectsAndClients")
    clears = call.switches.catalogue_put == "replaces"
    name = checked_name(call, None if clears else old.name)
    new = replace(old, name=name, **changes(call, FIELDS))
    if "clientId" in call.body or clears:
        new = replace(new, client_id=_client_id(call))
    if "hourlyRate" in call.body or clears:
        new = replace(new, hourly_rate=hour_rate(call, call.body.get("hourlyRate")))
    if "costRate" in call.body or clears:
        new = replace(new, cost_rate=hour_rate(call, call.body.get("costRate")))
    if (new.name, new.client_id) != (old.name, old.client_id):
        _refuse_name(call, new)
    return json_answer(render.project(call.state, call.state.put(new)))


def delete_project(call: Call) -> Answer:
    """Delete a project with its tasks; entries keep its id."""
    old = project_of_path(call)
    may_create(call, "onlyAdminsCreateProject", "whoCanCreateProjectsAndClients")
    require_archived("project", old)
    answer = json_answer(render.project(call.state, old))
    for task in [each for each in call.state.all(Task) if each.project_id == old.id]:
        call.state.remove(task)
    call.state.remove(old)
    call.state.reserved_names.add((old.workspace_id, old.name))
    return answer
