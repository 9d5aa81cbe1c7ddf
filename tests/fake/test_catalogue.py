"""Tests of clients, projects, tasks and tags; each name ends with the source of the oddity."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify

W = "/workspaces/{w}"


def names(ask: Asking, place: str, **query: Any) -> list[str]:
    return [row["name"] for row in ask("GET", f"{W}/{place}", **query).document]


def made(ask: Asking, place: str, **body: Any) -> Any:
    reply = ask("POST", f"{W}/{place}", body)
    assert reply.status == 201
    return reply.document


@pytest.mark.parametrize("place", ["clients", "projects", "tags"])
def test_archived_left_out_lists_both__readme_catalogue(ask: Asking, place: str) -> None:
    old = made(ask, place, name="Old")
    made(ask, place, name="New")
    ask("PUT", f"{W}/{place}/{old['id']}", {"name": "Old", "archived": True})
    assert names(ask, place) == ["New", "Old"]
    assert names(ask, place, archived="true") == ["Old"]
    assert names(ask, place, archived="false") == ["New"]


@pytest.mark.parametrize("place", ["clients", "projects", "tags"])
def test_what_is_not_archived_is_not_deleted__readme_catalogue(ask: Asking, place: str) -> None:
    id_ = made(ask, place, name="Thing")["id"]
    assert ask("DELETE", f"{W}/{place}/{id_}").status == 400
    ask("PUT", f"{W}/{place}/{id_}", {"name": "Thing", "archived": True})
    reply = ask("DELETE", f"{W}/{place}/{id_}")
    assert (reply.status, reply.document["id"]) == (200, id_)
    assert ask("GET", f"{W}/{place}/{id_}").refusal == (404, 404)


@pytest.mark.parametrize("place", ["clients", "projects", "tags"])
def test_a_name_is_taken_once(ask: Asking, place: str) -> None:
    made(ask, place, name="Thing")
    reply = ask("POST", f"{W}/{place}", {"name": "Thing"})
    assert reply.status == 400
    assert "already exists" in reply.document["message"]


def test_an_active_task_is_not_deleted__readme_catalogue(fake: FakeClockify, ask: Asking) -> None:
    place = f"projects/{fake.add_project('Web').id}/tasks"
    id_ = made(ask, place, name="Build")["id"]
    assert ask("DELETE", f"{W}/{place}/{id_}").status == 400
    row = ask("PUT", f"{W}/{place}/{id_}", {"name": "Build", "status": "DONE"}).document
    assert row["status"] == "DONE"
    assert ask("DELETE", f"{W}/{place}/{id_}").status == 200


def test_tasks_are_listed_by_is_active__description_gettasks(
    fake: FakeClockify, ask: Asking
) -> None:
    project = fake.add_project("Web")
    fake.add_task("Plan", project.id, status="DONE")
    fake.add_task("Build", project.id)
    place = f"projects/{project.id}/tasks"
    assert names(ask, place) == ["Build", "Plan"]
    assert names(ask, place, is_active="true") == ["Build"]
    assert names(ask, place, is_active="false") == ["Plan"]
    assert names(ask, place, archived="true") == ["Build", "Plan"]
    assert fake.requests[-1].unknown == ["?archived"]


def test_names_are_searched_within_or_strictly__description_getprojects(ask: Asking) -> None:
    for name in ("app", "applications", "web"):
        made(ask, "projects", name=name)
    assert names(ask, "projects", name="APP") == ["app", "applications"]
    assert names(ask, "projects", name="app", strict_name_search="true") == ["app"]


def test_clients_know_no_strict_search__description_getclients(ask: Asking) -> None:
    made(ask, "clients", name="Acme")
    assert names(ask, "clients", name="Ac", strict_name_search="true") == ["Acme"]


def test_a_listed_project_names_its_client_by_the_switch(fake: FakeClockify, ask: Asking) -> None:
    client = fake.add_client("Acme")
    project = fake.add_project("Web", client_id=client.id)
    (row,) = ask("GET", f"{W}/projects").document
    assert "clientId" not in row
    assert ask("GET", f"{W}/projects/{project.id}").document["clientName"] == "Acme"
    (row,) = ask("GET", f"{W}/projects", hydrated="true").document
    assert row["clientName"] == "Acme"
    fake.switch(client_in_list=True)
    (row,) = ask("GET", f"{W}/projects").document
    assert (row["clientId"], row["clientName"]) == (client.id, "Acme")


@pytest.mark.parametrize(("reading", "status"), [("free", 201), ("reserved", 400)])
def test_the_name_of_a_deleted_project_is_free_or_not_by_the_switch(
    fake: FakeClockify, ask: Asking, reading: str, status: int
) -> None:
    fake.switch(deleted_name=reading)
    project = fake.add_project("Web", archived=True)
    ask("DELETE", f"{W}/projects/{project.id}")
    assert ask("POST", f"{W}/projects", {"name": "Web"}).status == status


@pytest.mark.parametrize(("reading", "note"), [("merges", "kept"), ("replaces", "")])
def test_a_project_put_keeps_or_clears_what_is_left_out_by_the_switch(
    fake: FakeClockify, ask: Asking, reading: str, note: str
) -> None:
    fake.switch(catalogue_put=reading)
    project = fake.add_project("Web", note="kept")
    row = ask("PUT", f"{W}/projects/{project.id}", {"name": "Web 2"}).document
    assert (row["name"], row["note"]) == ("Web 2", note)


def test_an_entry_keeps_the_id_of_a_deleted_project__readme_chosen_here(
    fake: FakeClockify, ask: Asking
) -> None:
    project = fake.add_project("Web", archived=True)
    entry = fake.add_entry(0, 60, project_id=project.id)
    ask("DELETE", f"{W}/projects/{project.id}")
    assert ask("GET", f"{W}/time-entries/{entry.id}").document["projectId"] == project.id


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "x" * 251},
        {"name": "Web", "color": "red"},
        {"name": "Web", "hourlyRate": {}},
        {"name": "Web", "hourlyRate": {"amount": -1}},
        {"name": "Web", "hourlyRate": {"amount": 2**31}},
        {"name": "Web", "tasks": [{}]},
        {"name": "Web", "estimate": {"estimate": "1h"}},
    ],
    ids=lambda body: str(body)[:40],
)
def test_a_project_that_breaks_the_description_is_400__description_projectrequest(
    ask: Asking, body: Any
) -> None:
    assert ask("POST", f"{W}/projects", body).refusal == (400, 400)


def test_a_project_comes_with_tasks_members_rates_and_estimate__description_projectrequest(
    fake: FakeClockify, ask: Asking
) -> None:
    other = fake.add_user("Bob")
    row = made(
        ask,
        "projects",
        name="Web",
        hourlyRate={"amount": 5000},
        estimate={"estimate": "PT10H", "type": "MANUAL"},
        memberships=[{"userId": other.id, "hourlyRate": {"amount": 7000}}],
        tasks=[{"name": "Build", "estimate": "PT1H"}],
    )
    assert row["hourlyRate"] == {"amount": 5000, "currency": "USD"}
    assert row["timeEstimate"]["estimate"] == "PT10H"
    assert [each["userId"] for each in row["memberships"]] == [fake.user_id, other.id]
    assert names(ask, f"projects/{row['id']}/tasks") == ["Build"]


def test_a_client_can_take_its_projects_into_the_archive__description_updateclient(
    fake: FakeClockify, ask: Asking
) -> None:
    client = fake.add_client("Acme")
    project = fake.add_project("Web", client_id=client.id)
    task = fake.add_task("Build", project.id)
    ask(
        "PUT",
        f"{W}/clients/{client.id}",
        {"archived": True},
        archive_projects="true",
        mark_tasks_as_done="true",
    )
    assert ask("GET", f"{W}/projects/{project.id}").document["archived"] is True
    row = ask("GET", f"{W}/projects/{project.id}/tasks/{task.id}").document
    assert row["status"] == "DONE"


def test_a_client_keeps_what_it_is_told__description_updateclientrequestv1(ask: Asking) -> None:
    id_ = made(ask, "clients", name="Acme", email="a@b.example", note="n")["id"]
    place = f"{W}/clients/{id_}"
    ask("PUT", place, {"ccEmails": ["c@d.example"]})
    row = ask("GET", place).document
    assert (row["email"], row["ccEmails"], row["note"]) == ("a@b.example", ["c@d.example"], "n")
    assert ask("PUT", place, {"email": "nowhere"}).refusal == (400, 400)
    assert ask("PUT", place, {"currencyId": "0" * 24}).refusal == (400, 501)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"billable": "true"}, ["Paid"]),
        ({"clients": "C"}, ["Paid"]),
        ({"clients": "C", "contains-client": "false"}, ["Free", "Secret"]),
        ({"access": "PRIVATE"}, ["Secret"]),
        ({"is-template": "true"}, []),
        ({"client-status": "ACTIVE"}, ["Paid"]),
        ({"users": "U"}, ["Secret"]),
        ({"sort-order": "DESCENDING"}, ["Secret", "Paid", "Free"]),
    ],
    ids=str,
)
def test_each_filter_of_projects_picks__description_getprojects(
    fake: FakeClockify, ask: Asking, query: dict[str, str], found: list[str]
) -> None:
    client = fake.add_client("Acme")
    fake.add_project("Paid", billable=True, client_id=client.id)
    fake.add_project("Free")
    made(ask, "projects", name="Secret", isPublic=False)
    ids = {"C": client.id, "U": fake.user_id}
    wanted = {key: ids.get(value, value) for key, value in query.items()}
    assert names(ask, "projects", **wanted) == found


def test_a_project_put_sets_client_and_rates__description_updateprojectrequest(
    fake: FakeClockify, ask: Asking
) -> None:
    client = fake.add_client("Acme")
    place = f"{W}/projects/{fake.add_project('Web').id}"
    body = {"clientId": client.id, "hourlyRate": {"amount": 7}, "costRate": {"amount": 5}}
    row = ask("PUT", place, body).document
    assert (row["clientName"], row["hourlyRate"]["amount"]) == ("Acme", 7)
    assert row["costRate"]["amount"] == 5
    assert ask("PUT", place, {"clientId": "0" * 24}).refusal == (400, 501)
    assert ask("PUT", place, {"clientId": ""}).document["clientId"] == ""


def test_a_task_put_sets_its_fields__description_updatetaskrequest(
    fake: FakeClockify, ask: Asking
) -> None:
    project = fake.add_project("Web")
    place = f"{W}/projects/{project.id}/tasks/{fake.add_task('Build', project.id).id}"
    body = {"name": "Ship", "assigneeIds": [fake.user_id], "estimate": "PT2H", "billable": True}
    row = ask("PUT", place, body).document
    assert (row["name"], row["estimate"], row["billable"]) == ("Ship", "PT2H", True)
    assert row["assigneeIds"] == [fake.user_id]
    assert ask("PUT", place, {"status": "DONE"}).refusal == (400, 400)
    assert ask("PUT", place, {"name": "Ship", "status": "ALL"}).refusal == (400, 501)
    assert ask("PUT", place, {"name": "Ship", "assigneeIds": ["0" * 24]}).refusal == (400, 501)
    twice = {"name": "Ship", "assigneeIds": [fake.user_id] * 2}
    assert ask("PUT", place, twice).refusal == (400, 400)
    assert ask("GET", place[:-1] + "x").refusal == (404, 404)


def test_what_a_new_project_names_must_be_there_once__description_projectrequest(
    ask: Asking,
) -> None:
    stranger = {"name": "Web", "memberships": [{"userId": "0" * 24}]}
    assert ask("POST", f"{W}/projects", stranger).refusal == (400, 501)
    twins = {"name": "Web", "tasks": [{"name": "x"}, {"name": "x"}]}
    assert ask("POST", f"{W}/projects", twins).refusal == (400, 501)
    assert names(ask, "projects") == []


def test_no_project_has_a_user_group__readme_not_here(fake: FakeClockify, ask: Asking) -> None:
    fake.add_project("Web")
    assert names(ask, "projects", userGroups="0" * 24) == []


@pytest.mark.parametrize("place", ["clients", "tags"])
def test_a_name_is_not_blank(ask: Asking, place: str) -> None:
    for body in ({}, {"name": ""}, {"name": "  "}):
        assert ask("POST", f"{W}/{place}", body).refusal == (400, 400)


def test_tags_can_be_left_out_by_id__description_gettags(fake: FakeClockify, ask: Asking) -> None:
    one = fake.add_tag("one")
    fake.add_tag("two")
    assert names(ask, "tags", excluded_ids=one.id) == ["two"]


def test_a_private_project_is_hidden_from_strangers(fake: FakeClockify, ask: Asking) -> None:
    bob = Asking(fake, fake.add_user("Bob").key)
    id_ = made(ask, "projects", name="Secret", isPublic=False)["id"]
    assert names(bob, "projects") == []
    assert bob("GET", f"{W}/projects/{id_}").status == 404
    entry = {"start": "2024-05-01T09:00:00Z", "projectId": id_}
    assert bob("POST", f"{W}/time-entries", entry).refusal == (400, 501)
