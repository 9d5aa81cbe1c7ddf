"""Tests of the request that each method makes, and of how it reads the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import responses

from clockify_cli.api.endpoints import Clockify
from clockify_cli.domain.entry import KINDS, Kind
from clockify_cli.errors import KeyRefused, NotFound, Unreachable, UsageError
from clockify_cli.sync.model.remote import (
    Applied,
    ItemBody,
    MarkBody,
    Outcome,
    Rejected,
    Unknown,
    Window,
)
from tests.api.wire_samples import (
    BODY,
    CLIENT,
    END,
    ENTRY,
    FIELD,
    PROJECT,
    START,
    TAG,
    TASK,
    USER,
    WORKSPACE,
    entry_json,
    interval,
)

BASE = "https://clockify.test/api/v1"
IN = f"{BASE}/workspaces/{WORKSPACE}"
ENTRIES = f"{IN}/user/{USER}/time-entries"
Make = Callable[..., Clockify]


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def remote(clockify_at: Make) -> Clockify:
    return clockify_at(BASE)


def query(server: responses.RequestsMock) -> dict[str, str]:
    """Return the query of the only request."""
    assert len(server.calls) == 1
    return dict(server.calls[0].request.params)  # type: ignore[attr-defined]  # responses adds it


def sent(server: responses.RequestsMock) -> object:
    """Return the JSON body of the only request."""
    assert len(server.calls) == 1
    return json.loads(server.calls[0].request.body or b"null")


def test_the_user_is_whose_key_it_is(server: responses.RequestsMock, remote: Clockify) -> None:
    server.get(f"{BASE}/user", json={"id": USER, "name": "Ada"})
    assert remote.user().name == "Ada"


def test_workspaces_are_a_list(server: responses.RequestsMock, remote: Clockify) -> None:
    server.get(f"{BASE}/workspaces", json=[{"id": WORKSPACE, "name": "Cool"}])
    assert [each.name for each in remote.workspaces()] == ["Cool"]


def test_custom_fields_are_a_list(server: responses.RequestsMock, remote: Clockify) -> None:
    server.get(f"{IN}/custom-fields", json=[{"id": FIELD, "name": "Place"}])
    assert remote.custom_fields(WORKSPACE)[0].name == "Place"


def test_entries_are_asked_for_by_window_and_page(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    server.get(ENTRIES, json=[entry_json()], headers={"Last-Page": "true"})
    page = remote.entries(
        WORKSPACE, USER, Window(start=START, end=END), page=2, page_size=200, hydrated=True
    )
    assert page.items[0].id == ENTRY
    assert page.last
    assert query(server) == {
        "start": "2026-11-24T09:00:00Z",
        "end": "2026-11-24T10:30:00Z",
        "hydrated": "true",
        "page": "2",
        "page-size": "200",
    }


@pytest.mark.parametrize(
    ("header", "rows", "last"),
    [("true", 1, True), ("false", 1, False), (None, 1, False), (None, 0, True), ("x", 1, False),
     ("false", 0, True)],
)  # fmt: skip
def test_a_page_is_the_last_by_its_header_or_when_it_is_empty(
    server: responses.RequestsMock, remote: Clockify, header: str | None, rows: int, last: bool
) -> None:
    headers = {"Last-Page": header} if header else {}
    server.get(ENTRIES, json=[entry_json()] * rows, headers=headers)
    assert remote.entries(WORKSPACE, USER, None, page=1, page_size=50).last is last


def test_the_running_timer_is_the_users_own_and_open(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    open_one = interval("2026-11-24T09:00:00Z", None)
    server.get(
        ENTRIES,
        json=[
            entry_json(),
            entry_json(userId="0" * 24, timeInterval=open_one),
            entry_json(id="7" * 24, timeInterval=open_one),
        ],
    )
    running = remote.running(WORKSPACE, USER)
    assert running is not None
    assert running.id == "7" * 24
    assert query(server) == {"in-progress": "true"}


def test_nothing_runs_is_none(server: responses.RequestsMock, remote: Clockify) -> None:
    server.get(ENTRIES, json=[])
    assert remote.running(WORKSPACE, USER) is None


def test_one_list_of_another_shape_is_unreachable(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    server.get(ENTRIES, json={"items": []})
    with pytest.raises(Unreachable):
        remote.running(WORKSPACE, USER)


@pytest.mark.parametrize(
    ("kind", "path", "strict"),
    [
        ("client", "clients", False),
        ("project", "projects", True),
        ("tag", "tags", True),
        ("task", f"projects/{PROJECT}/tasks", True),
    ],
)
def test_each_kind_is_searched_with_the_parameters_it_has(
    server: responses.RequestsMock, remote: Clockify, kind: Kind, path: str, strict: bool
) -> None:
    server.get(f"{IN}/{path}", json=[{"id": TAG, "name": "a&b"}])
    page = remote.items(
        WORKSPACE, kind, page=1, page_size=50, project_id=PROJECT, name="a&b=ü", hydrated=True
    )
    expected = {"page": "1", "page-size": "50", "name": "a&b=ü"}
    if strict:
        expected["strict-name-search"] = "true"
    if kind == "project":
        expected["hydrated"] = "true"
    assert query(server) == expected
    assert page.items[0].kind == kind


def test_tasks_want_their_project(remote: Clockify) -> None:
    with pytest.raises(UsageError):
        remote.items(WORKSPACE, "task", page=1, page_size=50)


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_that_is_gone_is_not_found_and_its_list_is_named(
    server: responses.RequestsMock, remote: Clockify, kind: Kind
) -> None:
    parent = f"projects/{PROJECT}/tasks" if kind == "task" else f"{kind}s"
    server.get(f"{IN}/{parent}/{TAG}", json={"message": "gone", "code": 501}, status=400)
    with pytest.raises(NotFound) as caught:
        remote.item(WORKSPACE, kind, TAG, project_id=PROJECT)
    assert f"clockify {kind}s" in caught.value.hint


@pytest.mark.parametrize(
    ("code", "word"), [(1000, "more than one"), (4003, "does not know"), (4017, "revoked")]
)
def test_several_credentials_are_told_from_an_unknown_key(
    server: responses.RequestsMock, remote: Clockify, code: int, word: str
) -> None:
    server.get(f"{BASE}/user", json={"message": "no", "code": code}, status=401)
    with pytest.raises(KeyRefused, match=word):
        remote.user()


def test_a_key_that_was_refused_is_not_sent_again(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    server.get(f"{BASE}/user", json={"message": "no", "code": 4017}, status=401)
    for _ in range(2):
        with pytest.raises(KeyRefused, match="revoked"):
            remote.user()
    assert len(server.calls) == 1


def test_of_a_key_that_the_host_does_not_know_the_region_is_mentioned(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    server.get(f"{BASE}/user", json={"message": "no", "code": 4003}, status=401)
    with pytest.raises(KeyRefused) as refused:
        remote.user()
    assert "--region eu|us|uk|au" in refused.value.hint
    assert "clockify.test" in refused.value.message


def test_an_entry_is_created_by_post(server: responses.RequestsMock, remote: Clockify) -> None:
    server.post(f"{IN}/time-entries", json=entry_json(), status=201)
    outcome = remote.create_entry(WORKSPACE, BODY)
    assert isinstance(outcome, Applied)
    assert sent(server) == {
        "start": "2026-11-24T09:00:00Z",
        "end": "2026-11-24T10:30:00Z",
        "description": "Write spec",
    }


@pytest.mark.parametrize(
    ("change", "proven"),
    [
        ({}, True),
        ({"timeInterval": interval("2026-11-24T08:00:00Z", "2026-11-24T10:30:00.9Z")}, True),
        ({"timeInterval": interval("2026-11-24T09:00:00Z", None)}, False),
        ({"timeInterval": interval("2026-11-24T09:00:00Z", "2026-11-24T11:00:00Z")}, False),
        ({"userId": "0" * 24}, False),
    ],
)
def test_a_stop_is_proven_by_its_end(
    server: responses.RequestsMock, remote: Clockify, change: dict[str, object], proven: bool
) -> None:
    server.patch(ENTRIES, json=entry_json(**change))
    outcome = remote.stop_running(WORKSPACE, USER, END)
    assert isinstance(outcome, Applied) is proven
    assert sent(server) == {"end": "2026-11-24T10:30:00Z"}


def test_a_stop_while_nothing_runs_is_rejected_with_404(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    server.patch(ENTRIES, json={"message": "not found", "code": 404}, status=404)
    assert remote.stop_running(WORKSPACE, USER, END) == Rejected(404, 404, "not found")


@pytest.mark.parametrize(
    ("change", "proven"),
    [
        ({}, True),
        ({"id": "7" * 24}, False),
        ({"description": "else"}, False),
        ({"timeInterval": interval("2026-11-24T09:00:00Z", None)}, False),
    ],
)
def test_a_replacement_is_proven_by_id_content_and_end(
    server: responses.RequestsMock, remote: Clockify, change: dict[str, object], proven: bool
) -> None:
    server.put(f"{IN}/time-entries/{ENTRY}", json=entry_json(**change))
    assert isinstance(remote.replace_entry(WORKSPACE, ENTRY, BODY), Applied) is proven


OTHER = TASK
"""The id of a second entry."""


@pytest.mark.parametrize(
    ("answer", "proven"),
    [
        ([entry_json(), entry_json(id=OTHER)], {ENTRY, OTHER}),
        ([entry_json(id=OTHER), entry_json(id=TAG), entry_json()], {ENTRY, OTHER}),
        ([entry_json()], {ENTRY}),
        ([entry_json(), entry_json(), entry_json(id=OTHER)], {OTHER}),
        ([entry_json(), entry_json(id=OTHER, description="another")], {ENTRY}),
        ([entry_json(), {"id": OTHER}, None, 5], {ENTRY}),
        ([], set()),
        (entry_json(), set()),
        (None, set()),
    ],
)
def test_each_of_many_replacements_is_proven_by_itself(
    server: responses.RequestsMock, remote: Clockify, answer: object, proven: set[str]
) -> None:
    server.put(ENTRIES, json=answer)
    found = remote.replace_entries(WORKSPACE, USER, {ENTRY: BODY, OTHER: BODY})
    assert {id_ for id_, outcome in found.items() if isinstance(outcome, Applied)} == proven
    assert all(isinstance(one, Applied | Unknown) for one in found.values())


@pytest.mark.parametrize(
    ("status", "body", "proven"),
    [
        (204, "", True),
        (200, json.dumps({"id": ENTRY}), True),
        (200, json.dumps({"id": TAG}), False),
        (200, "", False),
        (200, "<html>", False),
        (202, "null", False),
    ],
)
def test_a_deletion_is_proven_by_no_content_or_by_the_thing(
    server: responses.RequestsMock, remote: Clockify, status: int, body: str, proven: bool
) -> None:
    server.delete(f"{IN}/time-entries/{ENTRY}", body=body, status=status)
    assert isinstance(remote.delete_entry(WORKSPACE, ENTRY), Applied) is proven


@pytest.mark.parametrize(
    ("kind", "path", "item_id"),
    [
        ("client", "clients", CLIENT),
        ("project", "projects", PROJECT),
        ("tag", "tags", TAG),
        ("task", f"projects/{PROJECT}/tasks", TASK),
    ],
)
def test_each_kind_is_created_replaced_and_deleted_at_its_place(
    server: responses.RequestsMock, remote: Clockify, kind: Kind, path: str, item_id: str
) -> None:
    answer = {"id": item_id, "name": "New", "archived": True, "status": "DONE"}
    server.post(f"{IN}/{path}", json=answer, status=201)
    server.put(f"{IN}/{path}/{item_id}", json=answer)
    server.delete(f"{IN}/{path}/{item_id}", json=answer)
    project = PROJECT if kind == "task" else None
    body = ItemBody(name="New", archived=True)
    outcomes = (
        remote.create_item(WORKSPACE, kind, body, project_id=project),
        remote.replace_item(WORKSPACE, kind, item_id, body, project_id=project),
        remote.delete_item(WORKSPACE, kind, item_id, project_id=project),
    )
    assert all(isinstance(outcome, Applied) for outcome in outcomes)


@pytest.mark.parametrize(
    "answer",
    [
        {"id": PROJECT, "name": "Other", "archived": True},
        {"id": CLIENT, "name": "New", "archived": True},
        {"id": PROJECT, "name": "New", "archived": False},
        {"name": "New"},
    ],
)
def test_a_name_is_replaced_only_when_the_answer_shows_it(
    server: responses.RequestsMock, remote: Clockify, answer: dict[str, object]
) -> None:
    server.put(f"{IN}/projects/{PROJECT}", json=answer)
    body = ItemBody(name="New", archived=True)
    outcome = remote.replace_item(WORKSPACE, "project", PROJECT, body)
    assert isinstance(outcome, Unknown)


def test_a_task_of_another_project_is_not_the_one_created(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    answer = {"id": TASK, "name": "New", "projectId": CLIENT}
    server.post(f"{IN}/projects/{PROJECT}/tasks", json=answer, status=201)
    outcome = remote.create_item(WORKSPACE, "task", ItemBody(name="New"), project_id=PROJECT)
    assert isinstance(outcome, Unknown)


BAD_IDS = [
    "",
    "../../user",
    "a?x=1",
    "a#b",
    "%2e%2e/x",
    "x" * 24,
    "a" * 23,
    "a" * 24 + "/",
    "٣" * 24,
]


@pytest.mark.parametrize("bad", BAD_IDS)
def test_what_is_no_id_never_gets_into_a_path(remote: Clockify, bad: str) -> None:
    calls: list[Callable[[], Outcome | object]] = [
        lambda: remote.entry(WORKSPACE, bad),
        lambda: remote.entry(bad, ENTRY),
        lambda: remote.entries(WORKSPACE, bad, None, page=1, page_size=1),
        lambda: remote.running(bad, USER),
        lambda: remote.item(WORKSPACE, "tag", bad),
        lambda: remote.items(WORKSPACE, "task", page=1, page_size=1, project_id=bad),
        lambda: remote.custom_fields(bad),
        lambda: remote.create_entry(bad, BODY),
        lambda: remote.stop_running(WORKSPACE, bad, END),
        lambda: remote.replace_entry(WORKSPACE, bad, BODY),
        lambda: remote.delete_entry(WORKSPACE, bad),
        lambda: remote.replace_entries(WORKSPACE, bad, {ENTRY: BODY}),
        lambda: remote.mark_invoiced(bad, MarkBody((ENTRY,), invoiced=True)),
        lambda: remote.create_item(bad, "tag", ItemBody(name="x")),
        lambda: remote.replace_item(WORKSPACE, "tag", bad, ItemBody(name="x")),
        lambda: remote.delete_item(WORKSPACE, "tag", bad),
    ]
    for call in calls:
        with pytest.raises(UsageError):
            call()


def test_times_go_out_in_utc_whatever_their_zone(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    server.get(ENTRIES, json=[])
    window = Window(start=START - timedelta(hours=26), end=END + timedelta(hours=26))
    remote.entries(WORKSPACE, USER, window, page=1, page_size=1)
    assert query(server)["start"] == "2026-11-23T07:00:00Z"


def test_what_is_of_another_workspace_is_not_taken(
    server: responses.RequestsMock, remote: Clockify
) -> None:
    other = entry_json(workspaceId=PROJECT)
    server.get(ENTRIES, json=[entry_json(), other])
    server.get(f"{IN}/time-entries/{ENTRY}", json=other)
    server.get(f"{IN}/tags", json=[{"id": TAG, "name": "x", "workspaceId": PROJECT}])
    server.get(f"{IN}/tags/{TAG}", json={"id": TAG, "name": "x", "workspaceId": PROJECT})
    window = Window(start=START, end=END)
    asked: list[Callable[[], object]] = [
        lambda: remote.entries(WORKSPACE, USER, window, page=1, page_size=50),
        lambda: remote.running(WORKSPACE, USER),
        lambda: remote.entry(WORKSPACE, ENTRY),
        lambda: remote.items(WORKSPACE, "tag", page=1, page_size=50),
        lambda: remote.item(WORKSPACE, "tag", TAG),
    ]
    for ask in asked:
        with pytest.raises(Unreachable, match="it is of another workspace"):
            ask()
