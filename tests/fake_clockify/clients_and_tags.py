"""Operations on clients and on tags."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fake_clockify import render
from tests.fake_clockify.answers import Answer, json_answer, missing_reference, unknown_path_id
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
from tests.fake_clockify.records import Client, Project, Tag, Task
from tests.fake_clockify.workspace_parts import currencies, currency_code

CLIENT_FIELDS: dict[str, tuple[str, Any]] = {
    "archived": ("archived", False),
    "email": ("email", None),
    "address": ("address", None),
    "note": ("note", None),
    "currencyId": ("currency_id", None),
}


def _clients(call: Call) -> list[Client]:
    id_ = call.workspace.id
    return [each for each in call.state.all(Client) if each.workspace_id == id_]


def _client(call: Call) -> Client:
    found = call.state.find(Client, call.path["id"])
    if found is None or found.workspace_id != call.workspace.id:
        raise unknown_path_id("Client", call.path["id"])
    return found


def _with_currency(call: Call, client: Client) -> dict[str, Any]:
    return render.client(client, currency_code(call.workspace, client.currency_id))


def list_clients(call: Call) -> Answer:
    rows, last = call.page(by_name(call, by_archived(call, _clients(call))))
    return page_answer([_with_currency(call, each) for each in rows], last)


def show_client(call: Call) -> Answer:
    return json_answer(_with_currency(call, _client(call)))


def create_client(call: Call) -> Answer:
    may_create(call, "onlyAdminsCreateProject", "whoCanCreateProjectsAndClients")
    name = checked_name(call)
    refuse_taken("Client", name, _clients(call))
    told = {field: call.body.get(field) for field in ("email", "address", "note")}
    made = Client(call.state.new_id(), call.workspace.id, name, **told)
    return json_answer(_with_currency(call, call.state.put(made)), 201)


def update_client(call: Call) -> Answer:
    """Update a client; archiving it may archive its projects and finish their tasks."""
    old = _client(call)
    may_create(call, "onlyAdminsCreateProject", "whoCanCreateProjectsAndClients")
    name = checked_name(call, None if call.switches.catalogue_put == "replaces" else old.name)
    refuse_taken("Client", name, _clients(call), old.id)
    new = replace(old, name=name, **changes(call, CLIENT_FIELDS))
    if "ccEmails" in call.body:
        new = replace(new, cc_emails=tuple(call.body["ccEmails"]))
    if new.currency_id not in {None, *(each["id"] for each in currencies(call.workspace))}:
        raise missing_reference("Currency", str(new.currency_id))
    kept = call.state.put(new)
    if kept.archived and call.query.get("archive-projects"):
        _archive_projects(call, kept)
    return json_answer(render.client(kept))


def _archive_projects(call: Call, client: Client) -> None:
    mine = [each for each in call.state.all(Project) if each.client_id == client.id]
    for project in mine:
        call.state.put(replace(project, archived=True))
        if call.query.get("mark-tasks-as-done"):
            for task in [t for t in call.state.all(Task) if t.project_id == project.id]:
                call.state.put(replace(task, status="DONE"))


def delete_client(call: Call) -> Answer:
    old = _client(call)
    may_create(call, "onlyAdminsCreateProject", "whoCanCreateProjectsAndClients")
    require_archived("client", old)
    for project in [each for each in call.state.all(Project) if each.client_id == old.id]:
        call.state.put(replace(project, client_id=None))
    call.state.remove(old)
    return json_answer(render.client(old))


def _tags(call: Call) -> list[Tag]:
    id_ = call.workspace.id
    return [each for each in call.state.all(Tag) if each.workspace_id == id_]


def _tag(call: Call) -> Tag:
    found = call.state.find(Tag, call.path["id"])
    if found is None or found.workspace_id != call.workspace.id:
        raise unknown_path_id("Tag", call.path["id"])
    return found


def list_tags(call: Call) -> Answer:
    excluded = set(call.query.get("excluded-ids", "").split(","))
    found = [each for each in by_archived(call, _tags(call)) if each.id not in excluded]
    rows, last = call.page(by_name(call, found))
    return page_answer([render.tag(each) for each in rows], last)


def show_tag(call: Call) -> Answer:
    return json_answer(render.tag(_tag(call)))


def create_tag(call: Call) -> Answer:
    may_create(call, "onlyAdminsCreateTag", "whoCanCreateTags")
    name = checked_name(call)
    refuse_taken("Tag", name, _tags(call))
    made = Tag(call.state.new_id(), call.workspace.id, name)
    return json_answer(render.tag(call.state.put(made)), 201)


def update_tag(call: Call) -> Answer:
    old = _tag(call)
    may_create(call, "onlyAdminsCreateTag", "whoCanCreateTags")
    name = checked_name(call, None if call.switches.catalogue_put == "replaces" else old.name)
    refuse_taken("Tag", name, _tags(call), old.id)
    changed = changes(call, {"archived": ("archived", False)})
    return json_answer(render.tag(call.state.put(replace(old, name=name, **changed))))


def delete_tag(call: Call) -> Answer:
    old = _tag(call)
    may_create(call, "onlyAdminsCreateTag", "whoCanCreateTags")
    require_archived("tag", old)
    call.state.remove(old)
    return json_answer(render.tag(old))
