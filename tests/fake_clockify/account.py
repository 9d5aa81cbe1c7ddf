"""Operations on the user, workspaces, their users and their custom fields."""

from __future__ import annotations

from typing import Any

from tests.fake_clockify import plans, render
from tests.fake_clockify.answers import Answer, forbidden, json_answer, not_allowed_now
from tests.fake_clockify.call import Call, page_answer
from tests.fake_clockify.records import CustomField, Member, Project, User, Workspace
from tests.fake_clockify.state import State
from tests.fake_clockify.workspace_parts import currencies, features, settings

Json = dict[str, Any]


def show_user(call: Call) -> Answer:
    scope = "ALL" if call.query.get("include-memberships") else "NONE"
    return json_answer(user(call.state, call.user, _memberships(call.state, call.user, scope)))


def user(state: State, value: User, memberships: list[Json]) -> Json:
    return {
        "id": value.id,
        "email": value.email,
        "name": value.name,
        "memberships": memberships,
        "profilePicture": "https://img.clockify.me/no-user-image.png",
        "activeWorkspace": value.active_workspace,
        "defaultWorkspace": value.default_workspace,
        "settings": user_settings(value),
        "status": value.status,
        "customFields": [],
    }


def user_settings(value: User) -> Json:
    return {
        "weekStart": value.week_start,
        "timeZone": value.zone,
        "timeFormat": value.time_format,
        "dateFormat": value.date_format,
        "sendNewsletter": False,
        "weeklyUpdates": False,
        "longRunning": False,
        "scheduledReports": True,
        "approval": True,
        "pto": True,
        "alerts": True,
        "reminders": True,
        "timeTrackingManual": False,
        "summaryReportSettings": {"group": "Project", "subgroup": "Time Entry"},
        "isCompactViewOn": False,
        "dashboardSelection": "ME",
        "dashboardViewType": "PROJECT",
        "dashboardPinToTop": False,
        "projectListCollapse": 50,
        "collapseAllProjectLists": False,
        "groupSimilarEntriesDisabled": False,
        "myStartOfDay": "09:00",
        "projectPickerTaskFilter": False,
        "lang": "EN",
        "multiFactorEnabled": False,
        "theme": "DEFAULT",
        "scheduling": True,
        "onboarding": True,
        "showOnlyWorkingDays": False,
        "invoiceReminders": True,
    }


def membership(value: Member) -> Json:
    return {
        "userId": value.user_id,
        "hourlyRate": render.rate(value.hourly_rate),
        "costRate": render.rate(value.cost_rate),
        "targetId": value.workspace_id,
        "membershipType": "WORKSPACE",
        "membershipStatus": value.status,
    }


def _memberships(state: State, value: User, scope: str) -> list[Json]:
    """Return memberships: ALL kinds, of the WORKSPACE, of its PROJECTs, or NONE."""
    rows: list[Json] = []
    if scope in ("ALL", "WORKSPACE"):
        rows += [membership(each) for each in state.all(Member) if each.user_id == value.id]
    if scope in ("ALL", "PROJECT"):
        for project in state.all(Project):
            shown = render.project(state, project)["memberships"]
            rows += [row for row in shown if row["userId"] == value.id]
    return rows


def list_workspaces(call: Call) -> Answer:
    """List the workspaces of the key's user; with `roles`, those where the user has that role."""
    wanted = call.query.get("roles")
    mine = [each for each in call.state.all(Member) if each.user_id == call.user.id]
    ids = [each.workspace_id for each in mine if wanted is None or each.role == wanted]
    found = [call.state.find(Workspace, id_) for id_ in ids]
    return json_answer([workspace(call.state, each) for each in found if each is not None])


def show_workspace(call: Call) -> Answer:
    return json_answer(workspace(call.state, call.workspace))


def workspace(state: State, value: Workspace) -> Json:
    members = [each for each in state.all(Member) if each.workspace_id == value.id]
    return {
        "id": value.id,
        "name": value.name,
        "hourlyRate": render.rate(value.hourly_rate) or {"amount": 0, "currency": value.currency},
        "costRate": render.rate(value.cost_rate),
        "memberships": [membership(each) for each in members],
        "workspaceSettings": settings(value),
        "imageUrl": "",
        "featureSubscriptionType": value.plan,
        "features": features(value),
        "currencies": currencies(value),
        "subdomain": {"name": None, "enabled": False},
        "cakeOrganizationId": value.id,
    }


def create_workspace(call: Call) -> Answer:
    made = call.state.put(Workspace(call.state.new_id(), call.body.get("name", "Workspace")))
    call.state.put(Member(f"{made.id}:{call.user.id}", made.id, call.user.id, "OWNER"))
    return json_answer(workspace(call.state, made), 201)


def list_users(call: Call) -> Answer:
    members = [each for each in call.state.all(Member) if each.workspace_id == call.workspace.id]
    pairs = [(each, call.state.find(User, each.user_id)) for each in members]
    found = [(member, user) for member, user in pairs if user and _passes(call, member, user)]
    rows, last = call.page(sorted(found, key=lambda pair: _sort_key(call, pair[1])))
    return page_answer([_user_row(call, member, each) for member, each in rows], last)


def _passes(call: Call, member: Member, value: User) -> bool:
    query = call.query
    project = call.state.find(Project, query.get("project-id"))
    return (
        query.get("email", "").casefold() in value.email.casefold()
        and query.get("name", "").casefold() in value.name.casefold()
        and query.get("status", "ALL") in ("ALL", member.status)
        and query.get("account-statuses", value.status) == value.status
        and (project is None or project.public or _in_project(project, value))
    )


def _in_project(project: Project, value: User) -> bool:
    return any(each.user_id == value.id for each in project.members)


def _sort_key(call: Call, value: User) -> str:
    column = call.query.get("sort-column", "EMAIL")
    return {"ID": value.id, "NAME": value.name, "NAME_LOWERCASE": value.name.lower()}.get(
        column, value.email
    )


def _user_row(call: Call, member: Member, value: User) -> Json:
    row = user(
        call.state, value, _memberships(call.state, value, call.query.get("memberships", "NONE"))
    )
    if call.query["include-roles"] == "true":
        held = {"role": member.role, "userId": value.id, "entities": [{"id": member.workspace_id}]}
        row["roles"] = [] if member.role == "MEMBER" else [held]
    return row


def add_user(call: Call) -> Answer:
    """Add a user; only managers of a paid workspace may."""
    call.require_manager()
    if plans.is_free(call.workspace):
        raise forbidden("Users can be added on a paid plan only")
    email = call.body["email"]
    found = next((each for each in call.state.all(User) if each.email == email), None)
    if found is not None and call.state.member(call.workspace.id, found.id):
        raise not_allowed_now(f"User with email {email} is already in the workspace")
    if found is None:
        id_ = call.state.new_id()
        invited = User(
            id_, email.split("@")[0], email, f"key-{id_}", "UTC", status="NOT_REGISTERED"
        )
        found = call.state.put(invited)
    member = Member(
        f"{call.workspace.id}:{found.id}", call.workspace.id, found.id, status="PENDING"
    )
    call.state.put(member)
    return json_answer(workspace(call.state, call.workspace))


def list_custom_fields(call: Call) -> Answer:
    query = call.query
    found = [
        each
        for each in call.state.all(CustomField)
        if each.workspace_id == call.workspace.id
        and query.get("name", "").casefold() in each.name.casefold()
        and query.get("status", each.status) == each.status
        and query.get("entity-type", each.entity) == each.entity
    ]
    return json_answer([custom_field(each) for each in found])


def custom_field(value: CustomField) -> Json:
    return {
        "id": value.id,
        "name": value.name,
        "type": value.type,
        "workspaceId": value.workspace_id,
        "status": value.status,
        "entityType": value.entity,
        "required": value.required,
        "onlyAdminCanEdit": value.only_admin,
        "description": value.description,
        "placeholder": value.placeholder,
        "allowedValues": list(value.allowed),
        "workspaceDefaultValue": value.default,
        "projectDefaultValues": [],
    }


def create_custom_field(call: Call) -> Answer:
    call.require_manager()
    if not plans.has(call.workspace, "CUSTOM_FIELDS"):
        raise forbidden("Custom fields are not part of this plan")
    body = call.body
    made = CustomField(
        call.state.new_id(),
        call.workspace.id,
        body["name"],
        body["type"],
        status=body.get("status", "VISIBLE"),
        entity=body.get("entityType", "TIMEENTRY"),
        only_admin=body.get("onlyAdminCanEdit", False),
        description=body.get("description"),
        placeholder=body.get("placeholder"),
        allowed=tuple(body.get("allowedValues", ())),
        default=body.get("workspaceDefaultValue"),
    )
    return json_answer(custom_field(call.state.put(made)), 201)
