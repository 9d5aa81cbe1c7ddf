"""Tests of how Clockify's JSON becomes values."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.api.wire import (
    Malformed,
    as_text,
    each,
    is_id,
    read_entry,
    read_field,
    read_item,
    read_time,
    read_user,
    read_workspace,
    same_text,
    word_of,
)
from clockify_cli.domain.entry import KINDS
from clockify_cli.sync.model.remote import UNKNOWN, RemoteItem
from tests.api.wire_samples import (
    CLIENT,
    END,
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

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def test_an_entry_is_read_with_its_ids_times_and_fields() -> None:
    entry = read_entry(
        entry_json(
            projectId=PROJECT,
            taskId=TASK,
            tagIds=[TAG, TAG],
            billable=True,
            isLocked=True,
            type="BREAK",
            customFieldValues=[{"customFieldId": FIELD, "name": "TIN", "value": ["a", 1]}],
            hourlyRate={"amount": 10500, "currency": "USD"},
            costRate={"amount": None, "currency": "USD"},
        )
    )
    assert (entry.start, entry.end) == (START, END)
    assert (entry.project_id, entry.task_id, entry.tag_ids) == (PROJECT, TASK, (TAG,))
    assert (entry.billable, entry.locked, entry.type) == (True, True, "BREAK")
    assert entry.custom_fields == ((FIELD, ["a", 1]),)
    assert (entry.hourly_rate, entry.cost_rate, entry.rated) == ((10500, "USD"), None, True)
    assert entry.items == ()


def test_a_running_entry_has_no_end_and_null_tags_are_none() -> None:
    entry = read_entry(entry_json(timeInterval=interval("2026-11-24T09:00:00Z", None)))
    assert entry.end is None
    assert entry.tag_ids == ()


def test_null_words_of_an_entry_are_empty_or_usual() -> None:
    entry = read_entry(
        entry_json(description=None, type=None, customFieldValues=None, projectId="")
    )
    assert (entry.description, entry.type, entry.project_id) == ("", "REGULAR", None)
    assert entry.custom_fields == ()


def test_an_entry_that_says_nothing_of_rates_is_another_thing_than_one_without() -> None:
    assert not read_entry(entry_json()).rated
    assert read_entry(entry_json(hourlyRate=None)).rated


def test_a_hydrated_entry_carries_its_names() -> None:
    document = entry_json(
        project={"id": PROJECT, "name": "Site", "clientId": CLIENT, "clientName": "Acme"},
        task={"id": TASK, "name": "Draft", "status": "DONE"},
        tags=[{"id": TAG, "name": "deep", "archived": True}],
    )
    del document["projectId"], document["taskId"], document["tagIds"]
    entry = read_entry(document)
    assert (entry.project_id, entry.task_id, entry.tag_ids) == (PROJECT, TASK, (TAG,))
    assert entry.items == (
        RemoteItem(kind="project", id=PROJECT, name="Site", client_id=CLIENT, client_name="Acme"),
        RemoteItem(kind="client", id=CLIENT, name="Acme"),
        RemoteItem(kind="task", id=TASK, name="Draft", project_id=PROJECT, archived=True),
        RemoteItem(kind="tag", id=TAG, name="deep", archived=True),
    )


def test_a_hydrated_entry_without_project_or_tags_carries_nothing() -> None:
    entry = read_entry(entry_json(project=None, task=None, tags=[]))
    assert (entry.items, entry.project_id, entry.tag_ids) == ((), None, ())


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "../../user"},
        {"id": 5},
        {"userId": None},
        {"description": 5},
        {"projectId": "x"},
        {"project": "x"},
        {"project": {"id": "x"}},
        {"tagIds": "x"},
        {"tagIds": ["x"]},
        {"tags": ["x"]},
        {"timeInterval": None},
        {"timeInterval": interval(None, None)},
        {"timeInterval": interval("2026-11-24T09:00:00Z", "soon")},
        {"customFieldValues": {}},
        {"customFieldValues": [{"value": 1}]},
        {"hourlyRate": 5},
        {"type": ["REGULAR"]},
    ],
    ids=str,
)
def test_an_entry_of_another_shape_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        read_entry(entry_json(**change))


@given(JSON, st.sampled_from(sorted(entry_json())))
def test_any_json_in_any_field_is_an_entry_or_malformed(value: object, name: str) -> None:
    with contextlib.suppress(Malformed):
        read_entry(entry_json(**{name: value}))


@given(JSON)
def test_any_json_is_an_answer_or_malformed(document: object) -> None:
    readers = [read_user, read_workspace, read_field, read_entry]
    for read in (*readers, *(read_item(kind) for kind in KINDS)):
        with contextlib.suppress(Malformed):
            each([document], read)


def test_a_custom_field_nested_beyond_reason_is_malformed() -> None:
    deep: object = "x"
    for _ in range(900):
        deep = [deep]
    with pytest.raises(Malformed):
        read_entry(entry_json(customFieldValues=[{"customFieldId": FIELD, "value": deep}]))
    with pytest.raises(Malformed):
        as_text(deep)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T09:00:00Z", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T09:00:00.999Z", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T10:00:00+01:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T03:15:00-05:45", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T09:00:60Z", datetime(2026, 11, 24, 9, 0, 59, tzinfo=UTC)),
        ("2026-11-24T09:00Z", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24t09:00:00z", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24t09:00:60z", datetime(2026, 11, 24, 9, 0, 59, tzinfo=UTC)),
    ],
)
def test_a_time_is_utc_in_whole_seconds(text: str, moment: datetime) -> None:
    assert read_time(text) == moment


@pytest.mark.parametrize(
    "value",
    ["2026-11-24T09:00:00", "2026-11-24", "", "x", None, 5, "0001-01-01T00:00:00+14:00",
     "2026-02-30T00:00:00Z", "9" * 5000],
)  # fmt: skip
def test_a_time_that_is_none_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        read_time(value)


def test_a_project_says_its_client_or_that_it_does_not_say() -> None:
    read = read_item("project")
    named = read({"id": PROJECT, "name": "Site", "clientId": CLIENT, "clientName": "Acme"})
    assert (named.client_id, named.client_name) == (CLIENT, "Acme")
    nested = read({"id": PROJECT, "name": "Site", "client": {"id": CLIENT, "name": "Acme"}})
    assert (nested.client_id, nested.client_name) == (CLIENT, "Acme")
    assert read({"id": PROJECT, "name": "Site"}).client_id == UNKNOWN
    assert read({"id": PROJECT, "name": "Site", "clientId": ""}).client_id is None
    assert read({"id": PROJECT, "name": "Site", "client": None}).client_id is None


def test_the_rest_of_a_project_worth_keeping_is_kept_as_json() -> None:
    item = read_item("project")(
        {"id": PROJECT, "name": "Site", "billable": True, "color": "#000", "memberships": [1]}
    )
    assert item.billable is True
    assert json.loads(item.extra) == {"color": "#000"}


def test_of_the_members_of_a_project_or_workspace_those_with_a_rate_are_kept() -> None:
    def member(user: str, sort: str, rate: object) -> dict[str, object]:
        more = {"costRate": {"amount": 1}, "membershipStatus": "ACTIVE", "targetId": PROJECT}
        return {"userId": user, "membershipType": sort, "hourlyRate": rate, **more}

    rate = {"amount": 9500, "currency": "EUR"}
    members = [
        member(USER, "PROJECT", rate),
        member(CLIENT, "PROJECT", None),
        member(TAG, "PROJECT", {"amount": 0, "currency": "EUR"}),
        member(TASK, "WORKSPACE", {"amount": 1}),
        "nonsense",
    ]
    project = read_item("project")({"id": PROJECT, "name": "Site", "memberships": members})
    assert json.loads(project.extra) == {"memberships": [{"userId": USER, "hourlyRate": rate}]}
    workspace = read_workspace({"id": WORKSPACE, "name": "Cool", "memberships": members})
    kept = [{"userId": TASK, "hourlyRate": {"amount": 1}}]
    assert json.loads(workspace.extra) == {"memberships": kept}


@pytest.mark.parametrize(
    ("status", "done"),
    [("DONE", True), ("ACTIVE", False), (["DONE"], True), ({"active": False}, True),
     ({"active": True}, False), (None, False), (5, False)],
)  # fmt: skip
def test_a_finished_task_is_archived(status: object, done: bool) -> None:
    item = read_item("task")({"id": TASK, "name": "Draft", "projectId": PROJECT, "status": status})
    assert (item.archived, item.project_id) == (done, PROJECT)


def test_a_user_is_read_with_the_settings_that_matter() -> None:
    user = read_user(
        {
            "id": USER,
            "name": "Ada",
            "email": "ada@example.com",
            "activeWorkspace": WORKSPACE,
            "settings": {"timeZone": "Europe/Paris", "weekStart": "MONDAY", "timeFormat": "HOUR12"},
        }
    )
    assert (user.active_workspace, user.default_workspace) == (WORKSPACE, None)
    assert (user.time_zone, user.week_start, user.time_format) == (
        "Europe/Paris",
        "MONDAY",
        "HOUR12",
    )


@pytest.mark.parametrize(
    ("plan", "word"),
    [("FREE", "FREE"), (["PRO", "X"], "PRO"), (None, None), ({"PRO": 1}, None), ([], None)],
)
def test_a_plan_is_a_word_or_unknown(plan: object, word: str | None) -> None:
    workspace = read_workspace(
        {
            "id": WORKSPACE,
            "name": "Cool",
            "featureSubscriptionType": plan,
            "workspaceSettings": {"forceProjects": True, "adminOnlyPages": ["TEAM"]},
            "hourlyRate": {"amount": 1, "currency": "EUR"},
        }
    )
    assert workspace.plan == word == word_of(plan)
    assert json.loads(workspace.settings) == {"adminOnlyPages": ["TEAM"], "forceProjects": True}
    assert json.loads(workspace.extra) == {"hourlyRate": {"amount": 1, "currency": "EUR"}}


def test_a_field_says_what_it_wants() -> None:
    field = read_field(
        {"id": FIELD, "name": "Place", "type": "DROPDOWN_SINGLE", "status": "VISIBLE",
         "entityType": "TIMEENTRY", "required": True, "allowedValues": ["Rome", 5],
         "workspaceDefaultValue": "Rome"}
    )  # fmt: skip
    assert (field.required, field.allowed, field.default) == (True, ("Rome", "5"), "Rome")
    assert read_field({"id": FIELD, "workspaceDefaultValue": ""}).default is None


def test_texts_are_the_same_whatever_their_white_space_and_composition() -> None:
    assert same_text("Caf\u00e9  au lait ", "Cafe\u0301 au\tlait")
    assert not same_text("Cafe", "cafe")


@pytest.mark.parametrize("text", ["", "x" * 24, "a" * 23, "a" * 25, "٣" * 24, "a" * 24 + "\n", 5])
def test_an_id_is_24_hexadecimal_digits(text: object) -> None:
    assert is_id("0123456789abcdefABCDEF01")
    assert not is_id(text)


def test_the_names_of_people_and_workspaces_are_one_line_without_controls() -> None:
    name = " Ada\r\nError: \x1b]0;x\x07\u2028 \u2003Lovelace\x9b\t"
    user = read_user({"id": USER, "name": name, "email": "a@b\nc"})
    assert (user.name, user.email) == ("Ada Error: ]0;x Lovelace", "a@b c")
    assert read_workspace({"id": USER, "name": name}).name == user.name


def test_of_a_list_the_one_that_is_malformed_is_named() -> None:
    good, bad = {"id": PROJECT, "name": "Site"}, {"id": CLIENT, "name": 5}
    with pytest.raises(Malformed, match=f"of its list, id {CLIENT}: name is not text"):
        each([good, bad], read_item("tag"))
    with pytest.raises(Malformed, match="of its list, number 2: an object is missing"):
        each([good, 5], read_item("tag"))
