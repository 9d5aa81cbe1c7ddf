"""Tests of keys, users, workspaces, their rules, rates and limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.plans import PLANS
from tests.fake_clockify.records import ProjectMember, Rate, Workspace

W = "/workspaces/{w}"
MINE = W + "/user/{u}/time-entries"
NINE, TEN = "2024-05-01T09:00:00Z", "2024-05-01T10:00:00Z"


def test_no_key_is_1000_an_unknown_one_4003_a_revoked_one_4017__readme_access(
    fake: FakeClockify, ask: Asking
) -> None:
    assert Asking(fake, headers={"X-Api-Key": ""})("GET", "/user").refusal == (401, 1000)
    assert Asking(fake, "nobody")("GET", "/user").refusal == (401, 4003)
    fake.revoke_key(fake.key)
    assert ask("GET", "/user").refusal == (401, 4017)
    fake.restore_key(fake.key)
    assert ask("GET", "/user").status == 200


@pytest.mark.parametrize("other", ["X-Addon-Token", "X-Marketplace-Token", "Authorization"])
def test_two_credentials_at_once_are_1000__readme_access(fake: FakeClockify, other: str) -> None:
    assert Asking(fake, headers={other: "x"})("GET", "/user").refusal == (401, 1000)


def test_the_user_tells_zone_and_week_start__readme_account(fake: FakeClockify) -> None:
    user = fake.add_user("Bob", zone="Asia/Kathmandu", week_start="SUNDAY")
    row = Asking(fake, user.key)("GET", "/user").document
    assert (row["settings"]["timeZone"], row["settings"]["weekStart"]) == (user.zone, "SUNDAY")
    assert row["memberships"] == []
    full = Asking(fake, user.key)("GET", "/user", include_memberships="true").document
    assert [each["targetId"] for each in full["memberships"]] == [fake.workspace_id]


@pytest.mark.parametrize("plan", PLANS)
def test_features_are_a_list_and_the_plan_a_word__readme_account(plan: str) -> None:
    with FakeClockify(plan=plan) as fake:
        (row,) = Asking(fake)("GET", "/workspaces").document
    assert row["featureSubscriptionType"] == plan
    assert "TIME_TRACKING" in row["features"]
    assert row["workspaceSettings"]["adminOnlyPages"] == []


def test_workspaces_are_those_of_the_key_by_role__description_getworkspacesofuser(
    fake: FakeClockify, ask: Asking
) -> None:
    second = fake.add_workspace("Second")
    fake.add_member(fake.user_id, second.id, "TEAM_MANAGER")
    fake.add_workspace("Foreign")
    assert [row["name"] for row in ask("GET", "/workspaces").document] == ["Acme", "Second"]
    managed = ask("GET", "/workspaces", roles="TEAM_MANAGER").document
    assert [row["name"] for row in managed] == ["Second"]


def test_a_stranger_is_403_and_an_unknown_workspace_404__readme_access(
    fake: FakeClockify, ask: Asking
) -> None:
    foreign = fake.add_workspace("Foreign")
    assert ask("GET", f"/workspaces/{foreign.id}").refusal == (403, 403)
    assert ask("GET", f"/workspaces/{'0' * 24}").refusal == (404, 404)


def test_a_workspace_can_be_made__description_createworkspace(ask: Asking) -> None:
    reply = ask("POST", "/workspaces", {"name": "Mine"})
    assert (reply.status, reply.document["name"]) == (201, "Mine")
    assert ask("GET", f"/workspaces/{reply.document['id']}").status == 200
    assert ask("POST", "/workspaces", {"name": "x" * 51}).refusal == (400, 400)


def test_users_need_include_roles__readme_account(fake: FakeClockify, ask: Asking) -> None:
    fake.add_user("Bob")
    assert ask("GET", f"{W}/users").refusal == (400, 400)
    rows = ask("GET", f"{W}/users", include_roles="true", memberships="WORKSPACE").document
    assert [row["name"] for row in rows] == ["Ada Lovelace", "Bob"]
    assert [each["role"] for each in rows[0]["roles"]] == ["OWNER"]
    found = ask("GET", f"{W}/users", include_roles="false", name="bo").document
    assert [row["name"] for row in found] == ["Bob"]


def test_users_are_added_by_managers_of_paid_workspaces__description_addusers(
    fake: FakeClockify, ask: Asking
) -> None:
    body = {"email": "eve@example.com"}
    assert ask("POST", f"{W}/users", body).refusal == (400, 400)
    reply = ask("POST", f"{W}/users", body, send_email="false")
    assert reply.status == 200
    assert len(reply.document["memberships"]) == 2
    bob = Asking(fake, fake.add_user("Bob").key)
    assert bob("POST", f"{W}/users", body, send_email="false").status == 403
    fake.change(fake.get(Workspace, fake.workspace_id), plan="FREE")
    assert ask("POST", f"{W}/users", body, send_email="false").status == 403


def test_custom_fields_are_made_listed_and_checked__description_customfieldrequestv1(
    fake: FakeClockify, ask: Asking
) -> None:
    body = {"name": "Size", "type": "DROPDOWN_SINGLE", "allowedValues": ["S", "L"]}
    field = ask("POST", f"{W}/custom-fields", body).document
    assert [row["name"] for row in ask("GET", f"{W}/custom-fields").document] == ["Size"]
    assert ask("GET", f"{W}/custom-fields", status="INACTIVE").document == []
    value = {"customFieldId": field["id"], "value": "L"}
    entry = ask("POST", f"{W}/time-entries", {"start": NINE, "customFields": [value]})
    assert [each["value"] for each in entry.document["customFieldValues"]] == ["L"]
    wrong = {"start": NINE, "customFields": [{**value, "value": "XL"}]}
    assert ask("POST", f"{W}/time-entries", wrong).status == 400


def test_custom_fields_of_admins_and_of_free_plans_are_refused__description_customfieldrequestv1(
    fake: FakeClockify, ask: Asking
) -> None:
    bob = Asking(fake, fake.add_user("Bob").key)
    body = {"name": "Grade", "type": "NUMBER", "onlyAdminCanEdit": True}
    id_ = ask("POST", f"{W}/custom-fields", body).document["id"]
    entry = {"start": NINE, "customFields": [{"customFieldId": id_, "value": 3}]}
    assert bob("POST", f"{W}/time-entries", entry).refusal == (403, 403)
    assert ask("POST", f"{W}/time-entries", entry).status == 201
    assert bob("POST", f"{W}/custom-fields", body).refusal == (403, 403)
    fake.change(fake.get(Workspace, fake.workspace_id), plan="FREE")
    assert ask("POST", f"{W}/custom-fields", body).refusal == (403, 403)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("TXT", "x", 1),
        ("LINK", "https://example.com", 1),
        ("NUMBER", 1.5, "1.5"),
        ("CHECKBOX", True, "true"),
        ("DROPDOWN_SINGLE", "S", "M"),
        ("DROPDOWN_MULTIPLE", ["S", "L"], "S"),
    ],
)
def test_a_value_must_be_of_its_fields_type__description_customfielddtov1(
    fake: FakeClockify, ask: Asking, kind: str, right: Any, wrong: Any
) -> None:
    field = fake.add_custom_field("Field", type=kind, allowed=("S", "L"))

    def status(value: Any) -> int:
        body = {"start": NINE, "customFields": [{"customFieldId": field.id, "value": value}]}
        return ask("POST", f"{W}/time-entries", body).status

    assert (status(right), status(wrong)) == (201, 400)


def test_a_user_of_the_path_must_be_in_the_workspace__readme_access(
    fake: FakeClockify, ask: Asking
) -> None:
    elsewhere = fake.add_user("Eve", workspace=fake.add_workspace("Foreign").id)
    for id_ in (elsewhere.id, "0" * 24):
        assert ask("GET", f"{W}/user/{id_}/time-entries").refusal == (404, 404)


def test_users_of_a_private_project_are_its_members__description_getusersofworkspace(
    fake: FakeClockify, ask: Asking
) -> None:
    bob = fake.add_user("Bob")
    project = fake.add_project("Secret", public=False, members=(ProjectMember(bob.id),))
    query = {"include-roles": "false", "project-id": project.id}
    assert [row["name"] for row in ask("GET", f"{W}/users", **query).document] == ["Bob"]


def test_nobody_is_added_twice__description_addusers(fake: FakeClockify, ask: Asking) -> None:
    body = {"email": fake.add_user("Bob").email}
    assert ask("POST", f"{W}/users", body, send_email="false").status == 400


def test_project_managers_may_create_where_members_may_not__description_entitycreationpermissions(
    fake: FakeClockify,
) -> None:
    fake.set_settings(entityCreationPermissions={"whoCanCreateTags": "ADMINS_AND_PROJECT_MANAGERS"})
    bob = Asking(fake, fake.add_user("Bob").key)
    eve = Asking(fake, fake.add_user("Eve", role="PROJECT_MANAGER").key)
    assert bob("POST", f"{W}/tags", {"name": "b"}).refusal == (403, 403)
    assert eve("POST", f"{W}/tags", {"name": "e"}).status == 201


def test_a_default_fills_a_custom_field_that_is_left_out(fake: FakeClockify, ask: Asking) -> None:
    fake.add_custom_field("Place", default="office")
    row = ask("POST", f"{W}/time-entries", {"start": NINE}).document
    assert [each["value"] for each in row["customFieldValues"]] == ["office"]


@pytest.mark.parametrize(
    ("setting", "cure"),
    [
        ("forceProjects", "projectId"),
        ("forceTasks", "taskId"),
        ("forceTags", "tagIds"),
        ("forceDescription", "description"),
    ],
)
def test_what_a_workspace_requires_must_be_there_at_the_end__description_workspacesettings(
    fake: FakeClockify, ask: Asking, setting: str, cure: str
) -> None:
    project = fake.add_project("Web")
    task, tag = fake.add_task("Build", project.id), fake.add_tag("deep")
    whole = {
        "description": "x",
        "projectId": project.id,
        "taskId": task.id,
        "tagIds": [tag.id],
    }
    bare = {key: value for key, value in whole.items() if key != cure}
    if cure == "projectId":
        del bare["taskId"]
    fake.set_settings(**{setting: True})
    done = {"start": NINE, "end": TEN}
    assert ask("POST", f"{W}/time-entries", {**bare, **done}).status == 400
    assert ask("POST", f"{W}/time-entries", {**whole, **done}).status == 201
    assert ask("POST", f"{W}/time-entries", {**bare, "start": NINE}).status == 201
    assert ask("PATCH", MINE, {"end": TEN}).status == 400


def test_a_required_custom_field_must_be_there_at_the_end(fake: FakeClockify, ask: Asking) -> None:
    fake.add_custom_field("Ticket", required=True)
    assert ask("POST", f"{W}/time-entries", {"start": NINE, "end": TEN}).status == 400


def test_the_lock_date_holds_for_members_and_not_for_the_owner__readme_chosen_here(
    fake: FakeClockify, ask: Asking
) -> None:
    member = fake.add_user("Bob")
    bob = Asking(fake, member.key)
    old = fake.add_entry("2024-01-01T09:00:00Z", "2024-01-01T10:00:00Z", user=member.id)
    fake.set_settings(lockTimeEntries="2024-02-25T23:00:00Z")
    place = f"{W}/time-entries/{old.id}"
    assert bob("GET", place).document["isLocked"] is True
    assert bob("DELETE", place).refusal == (403, 403)
    late = {"start": "2024-01-02T09:00:00Z", "end": "2024-01-02T10:00:00Z"}
    assert bob("POST", f"{W}/time-entries", late).status == 403
    assert bob("POST", f"{W}/time-entries", {"start": NINE, "end": TEN}).status == 201
    assert ask("DELETE", place).status == 204


def test_with_the_stopwatch_only_no_span_is_written_by_hand__description_workspacesettings(
    fake: FakeClockify, ask: Asking
) -> None:
    fake.set_settings(timeTrackingMode="STOPWATCH_ONLY")
    assert ask("POST", f"{W}/time-entries", {"start": NINE, "end": TEN}).status == 403
    running = ask("POST", f"{W}/time-entries", {"start": NINE})
    assert running.status == 201
    assert ask("PATCH", MINE, {"end": TEN}).status == 200
    moved = {"start": "2024-05-01T08:00:00Z", "end": TEN}
    assert ask("PUT", f"{W}/time-entries/{running.document['id']}", moved).status == 403


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("onlyAdminsCreateProject", "projects"),
        ("onlyAdminsCreateProject", "clients"),
        ("onlyAdminsCreateTag", "tags"),
    ],
)
def test_only_admins_create_where_it_is_set_so__description_workspacesettings(
    fake: FakeClockify, ask: Asking, setting: str, place: str
) -> None:
    bob = Asking(fake, fake.add_user("Bob").key)
    assert bob("POST", f"{W}/{place}", {"name": "Before"}).status == 201
    fake.set_settings(**{setting: True})
    assert bob("POST", f"{W}/{place}", {"name": "After"}).refusal == (403, 403)
    assert ask("POST", f"{W}/{place}", {"name": "After"}).status == 201


def test_the_time_of_others_is_hidden_where_it_is_set_so(fake: FakeClockify) -> None:
    bob = Asking(fake, fake.add_user("Bob").key)
    assert bob("GET", MINE).status == 200
    fake.set_settings(onlyAdminsSeeAllTimeEntries=True)
    assert bob("GET", MINE).status == 403


def test_writing_for_others_needs_a_manager_and_a_paid_plan__readme_chosen_here(
    fake: FakeClockify, ask: Asking
) -> None:
    member = fake.add_user("Bob")
    theirs = f"{W}/user/{member.id}/time-entries"
    reply = ask("POST", theirs, {"start": NINE})
    assert (reply.status, reply.document["userId"]) == (201, member.id)
    bob = Asking(fake, member.key)
    assert bob("POST", MINE, {"start": NINE}).status == 403
    assert bob("PATCH", MINE, {"end": TEN}).status == 403
    fake.change(fake.get(Workspace, fake.workspace_id), plan="FREE")
    assert ask("POST", theirs, {"start": NINE}).status == 403


def test_the_nearest_rate_wins__readme_entries(fake: FakeClockify, ask: Asking) -> None:
    project = fake.add_project("Web")
    task = fake.add_task("Build", project.id)
    entry = fake.add_entry(NINE, TEN, project_id=project.id, task_id=task.id)

    def shown() -> Any:
        rate = ask("GET", f"{W}/time-entries/{entry.id}").document["hourlyRate"]
        return rate and rate["amount"]

    seen = [shown()]
    fake.set_rate(fake.get(Workspace, fake.workspace_id), 1000)
    seen.append(shown())
    fake.set_rate(fake.add_member(fake.user_id, fake.workspace_id, "OWNER"), 2000)
    seen.append(shown())
    fake.set_rate(project, 3000)
    seen.append(shown())
    fake.change(project, members=(ProjectMember(fake.user_id, Rate(4000)),))
    seen.append(shown())
    fake.set_rate(task, 5000)
    assert [*seen, shown()] == [None, 1000, 2000, 3000, 4000, 5000]


def test_a_free_workspace_has_30_requests_in_a_rolling_hour__readme_access() -> None:
    with FakeClockify(plan="FREE") as fake:
        ask = Asking(fake)
        statuses = [ask("GET", "/user").status for _ in range(30)]
        assert statuses == [200] * 30
        reply = ask("GET", W)
        assert reply.refusal == (429, 429)
        assert "Retry-After" not in reply.headers
        fake.clock.advance(3590)
        assert ask("GET", W).status == 429
        fake.clock.advance(20)
        assert ask("GET", W).status == 200


def test_a_paid_workspace_has_50_requests_a_second__readme_access() -> None:
    with FakeClockify(plan="PRO", clock=lambda: 1_700_000_000.0) as fake:
        ask = Asking(fake)
        assert {ask("GET", "/user").status for _ in range(50)} == {200}
        assert ask("GET", "/user").status == 429
        fake.clock.advance(1)
        assert ask("GET", "/user").status == 200


def test_the_limit_is_the_workspaces_and_not_the_keys__readme_access() -> None:
    with FakeClockify(plan="FREE") as fake:
        bob = Asking(fake, fake.add_user("Bob").key)
        for _ in range(30):
            bob("GET", W)
        assert Asking(fake)("GET", W).status == 429
        second = fake.add_workspace("Second")
        fake.add_member(fake.user_id, second.id)
        assert Asking(fake)("GET", f"/workspaces/{second.id}").status == 200


def test_retry_after_is_sent_by_the_switch() -> None:
    with FakeClockify(plan="FREE", retry_after=True, clock=lambda: 1_700_000_000) as fake:
        ask = Asking(fake)
        for _ in range(30):
            ask("GET", W)
        fake.clock.advance(100)
        assert ask("GET", W).headers["Retry-After"] == "3500"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/user", 405), ("GET", W + "/time-entries", 405)],
)
def test_what_is_not_described_is_not_there(
    ask: Asking, method: str, path: str, status: int
) -> None:
    assert ask(method, path).status == status


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({}, b"{", 400),
        ({}, b"", 400),
        ({}, b'{"start": NaN}', 400),
        ({}, b"[" * 100_000, 400),
        ({}, b"\xff", 400),
    ],
)
def test_a_body_that_is_no_json_is_refused(
    fake: FakeClockify, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert Asking(fake, headers=headers)("POST", f"{W}/tags", body).status == status
