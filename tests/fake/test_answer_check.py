"""Tests of the check of answers: it notices each way in which a field can be wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

# The library has no type annotations.
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.fake.asking import Asking, Reply
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.answer_check import answer_schemas, faults_in
from tests.fake_clockify.operations import OPERATIONS
from tests.fake_clockify.presence import BESIDES, OTHERWISE, PRESENCE, Line
from tests.fake_clockify.records import Client, Estimate, FieldValue, ProjectMember, Rate, Workspace
from tests.fake_clockify.spec import DESCRIPTION, Operation, description, operations

W = "/workspaces/{w}"
MINE = W + "/user/{u}/time-entries"
NINE, TEN = "2024-05-01T09:00:00Z", "2024-05-01T10:00:00Z"
WEEK = {"dateRangeStart": "2024-05-01T00:00:00", "dateRangeEnd": "2024-05-07T23:59:59"}
WRONG: dict[type, Any] = {str: 7, int: "7", float: "7", bool: "no", list: {}, dict: []}


REPORTS = {
    "detailed": {**WEEK, "detailedFilter": {}},
    "summary": {**WEEK, "summaryFilter": {"groups": ["PROJECT", "DATE"]}},
    "weekly": {**WEEK, "weeklyFilter": {"group": "PROJECT"}},
}
OPTIONAL = {field for line in PRESENCE if line.rule == "optional" for field in line.fields.split()}
# Sent by Clockify but not described, so a client must do without them.
UNPROMISED: dict[str, set[str]] = {
    "getUsersOfWorkspace": {"roles"},
    "getProjects": set(BESIDES["ProjectDtoV1"]),
    "getProject": set(BESIDES["ProjectDtoImplV1"]),
    "generateDetailedReport": {"_id"},
    "generateSummaryReport": OPTIONAL,
    "generateWeeklyReport": OPTIONAL,
}
UNDESCRIBED_INSIDE = {"roles", "client", "tasks"}
ANY_VALUE = {"value", "workspaceDefaultValue"}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """Return one right answer of each operation, with as many fields as possible."""
    found: dict[str, Any] = {}
    with FakeClockify(plan="ENTERPRISE", client_in_list=True) as fake:
        ask = Asking(fake)
        _furnish(fake)
        for method, path, body, query in _everything(fake):
            _keep(found, fake, ask(method, path, body, **query))
        for name, report in REPORTS.items():
            _keep(found, fake, ask.report(name, report))
    return found


def _keep(found: dict[str, Any], fake: FakeClockify, reply: Reply) -> None:
    assert reply.status < 300, reply.document
    found[fake.requests[-1].operation or ""] = reply.document


def _furnish(fake: FakeClockify) -> None:
    """Create one object of each kind, with every optional field filled."""
    rates: dict[str, Any] = {"hourly_rate": Rate(5000), "cost_rate": Rate(2000)}
    fake.change(fake.get(Workspace, fake.workspace_id), **rates)
    client = fake.add_client("Acme", archived=True)
    fake.add_client("Other", archived=False)
    project = fake.add_project(
        "Web",
        client_id=client.id,
        estimate=Estimate(36000),
        members=(ProjectMember(fake.user_id, Rate(1), Rate(1)),),
        **rates,
    )
    fake.add_project("Old", archived=True, estimate=Estimate(5, money=True))
    task = fake.add_task("Build", project.id, assignee_ids=(fake.user_id,), budget=5, **rates)
    tag = fake.add_tag("deep", archived=True)
    field = fake.add_custom_field("Ticket", default="none")
    named: dict[str, Any] = {
        "project_id": project.id,
        "task_id": task.id,
        "tag_ids": [tag.id],
        "values": (FieldValue(field.id, "A-1"),),
        "billable": True,
    }
    for _ in range(4):
        fake.add_entry(NINE, TEN, "spec", **named)
    fake.add_entry(NINE, description="running", **named)


def _everything(fake: FakeClockify) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Yield every operation except the reports, once."""
    entries = [each.id for each in fake.entries()]
    kept = fake.entries()[0]
    entry, project, task = kept.id, kept.project_id, kept.task_id
    client = next(each.id for each in fake.state.all(Client) if each.archived)
    tag = (kept.tag_ids or ("",))[0]
    yield "GET", "/user", None, {"include-memberships": "true"}
    yield "GET", "/workspaces", None, {}
    yield "POST", "/workspaces", {"name": "New"}, {}
    yield "GET", W, None, {}
    yield "GET", f"{W}/users", None, {"include-roles": "true", "memberships": "ALL"}
    yield "POST", f"{W}/users", {"email": "eve@example.com"}, {"send-email": "false"}
    yield "GET", f"{W}/custom-fields", None, {}
    yield "POST", f"{W}/custom-fields", {"name": "Size", "type": "TXT"}, {}
    yield "GET", f"{W}/clients", None, {}
    yield "GET", f"{W}/clients/{client}", None, {}
    yield "GET", f"{W}/tags", None, {}
    yield "GET", f"{W}/tags/{tag}", None, {}
    yield "GET", f"{W}/projects", None, {"hydrated": "true"}
    yield "GET", f"{W}/projects/{project}", None, {}
    yield "GET", f"{W}/projects/{project}/tasks", None, {}
    yield "GET", f"{W}/projects/{project}/tasks/{task}", None, {}
    yield "GET", MINE, None, {}
    yield "GET", f"{W}/time-entries/status/in-progress", None, {}
    yield "GET", f"{W}/time-entries/{entry}", None, {}
    yield "PATCH", MINE, {"end": TEN}, {}
    marked = {"timeEntryIds": [entry], "invoiced": True}
    yield "PATCH", f"{W}/time-entries/invoiced", marked, {}
    yield "POST", f"{W}/time-entries", {"start": NINE, "end": TEN, "tagIds": [tag]}, {}
    yield "POST", MINE, {"start": NINE, "end": TEN, "projectId": project}, {}
    yield "PUT", f"{W}/time-entries/{entry}", {"start": NINE, "end": TEN}, {}
    yield "PUT", MINE, [{"id": entry, "start": NINE, "end": TEN, "tagIds": [tag]}], {}
    yield "POST", f"{MINE}/{entry}/duplicate", None, {}
    yield "DELETE", MINE, None, {"time-entry-ids": entries[1]}
    yield "DELETE", f"{W}/time-entries/{entries[2]}", None, {}
    yield "POST", f"{W}/clients", {"name": "C2", "email": "a@b.example"}, {}
    yield "PUT", f"{W}/clients/{client}", {"ccEmails": ["a@b.example"]}, {}
    yield "DELETE", f"{W}/clients/{client}", None, {}
    yield "POST", f"{W}/tags", {"name": "T2"}, {}
    yield "PUT", f"{W}/tags/{tag}", {"name": "T3", "archived": True}, {}
    yield "DELETE", f"{W}/tags/{tag}", None, {}
    yield "POST", f"{W}/projects", {"name": "P2"}, {}
    yield "POST", f"{W}/projects/{project}/tasks", {"name": "K2"}, {}
    done = {"name": "Build", "status": "DONE"}
    yield "PUT", f"{W}/projects/{project}/tasks/{task}", done, {}
    yield "DELETE", f"{W}/projects/{project}/tasks/{task}", None, {}
    yield "PUT", f"{W}/projects/{project}", {"archived": True}, {}
    yield "DELETE", f"{W}/projects/{project}", None, {}


def _operation(name: str) -> Operation:
    return next(each for each in operations() if each.name == name)


def test_every_described_operation_is_there() -> None:
    assert {each.name for each in operations()} == set(OPERATIONS)


def test_every_operation_answers_as_described(answers: dict[str, Any]) -> None:
    assert set(answers) == set(OPERATIONS)
    for name, document in answers.items():
        if document is not None:
            assert faults_in(_operation(name), document) == []


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every property of every object in *value*."""
    items: Any = ()
    if isinstance(value, dict):
        yield from ((*path, key) for key in value)
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value[:2])
    for key, each in items:
        yield from _places(each, (*path, key))


SOME = pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.long)])
"""One in this many properties of an answer is tried."""


def _holder(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        document = document[key]
    return document


def _inside_undescribed(place: tuple[Any, ...]) -> bool:
    return bool(UNDESCRIBED_INSIDE & set(map(str, place[:-1])))


@SOME
def test_a_field_dropped_from_any_answer_is_noticed(answers: dict[str, Any], step: int) -> None:
    unnoticed = []
    for name, document in answers.items():
        for place in [*_places(document)][::step]:
            if place[-1] in UNPROMISED.get(name, ()) or _inside_undescribed(place):
                continue
            changed = copy.deepcopy(document)
            del _holder(changed, place)[place[-1]]
            if not faults_in(_operation(name), changed):
                unnoticed.append((name, place))
    assert unnoticed == []


@SOME
def test_a_field_of_another_type_in_any_answer_is_noticed(
    answers: dict[str, Any], step: int
) -> None:
    unnoticed = []
    for name, document in answers.items():
        for place in [*_places(document)][::step]:
            value = _holder(document, place)[place[-1]]
            if value is None or place[-1] in ANY_VALUE or _inside_undescribed(place):
                continue
            changed = copy.deepcopy(document)
            _holder(changed, place)[place[-1]] = WRONG[type(value)]
            if not faults_in(_operation(name), changed):
                unnoticed.append((name, place))
    assert unnoticed == []


@pytest.mark.parametrize("line", PRESENCE, ids=lambda line: f"{line.schema}-{line.rule}")
def test_null_is_noticed_just_where_the_table_forbids_it(line: Line) -> None:
    family = next(name for name, part in description().items() if line.schema in part["schemas"])
    schemas = answer_schemas(family)
    for field in line.fields.split():
        told = schemas[line.schema]["properties"][field]
        validator = Draft202012Validator({**told, "components": {"schemas": schemas}})
        assert validator.is_valid(None) == (line.rule == "nullable"), field


@SOME
def test_a_null_in_any_answer_is_noticed(answers: dict[str, Any], step: int) -> None:
    nullable = {
        field for line in PRESENCE if line.rule == "nullable" for field in line.fields.split()
    }
    unnoticed = []
    for name, document in answers.items():
        for place in [*_places(document)][::step]:
            if place[-1] in {*nullable, *UNDESCRIBED_INSIDE} or _inside_undescribed(place):
                continue
            changed = copy.deepcopy(document)
            _holder(changed, place)[place[-1]] = None
            if not faults_in(_operation(name), changed):
                unnoticed.append((name, place))
    assert unnoticed == []


def test_a_field_that_nobody_described_is_noticed(answers: dict[str, Any]) -> None:
    for name, document in answers.items():
        for changed in copy.deepcopy([document] if document else []):
            row = changed[0] if isinstance(changed, list) else changed
            row["new"] = 1
            assert faults_in(_operation(name), changed), name


def test_a_hydrated_row_with_ids_is_noticed() -> None:
    with FakeClockify() as fake:
        fake.add_entry(NINE, TEN)
        rows = Asking(fake)("GET", MINE, hydrated="true").document
    listing = _operation("getTimeEntries")
    assert faults_in(listing, rows, hydrated=True) == []
    assert faults_in(listing, [rows[0] | {"projectId": None}], hydrated=True)


def test_the_table_speaks_of_every_described_field_once_and_of_no_other() -> None:
    for part in description().values():
        for name, schema in part["schemas"].items():
            if not _answered(name):
                continue
            described = {
                field
                for field, told in schema.get("properties", {}).items()
                if not told.get("writeOnly")
            }
            listed = [
                field for line in PRESENCE if line.schema == name for field in line.fields.split()
            ]
            assert sorted(listed) == sorted(described), name


def _answered(name: str) -> bool:
    """Return whether any operation's answer contains that schema."""
    for part in description().values():
        seen: set[str] = set()
        texts = [json.dumps(each.get("answer", {})) for each in part["operations"]]
        while texts:
            text = texts.pop()
            for other in set(part["schemas"]) - seen:
                if f'/{other}"' in text:
                    seen.add(other)
                    texts.append(json.dumps(part["schemas"][other]))
        if name in seen and "oneOf" not in part["schemas"][name]:
            return True
    return False


def test_every_line_of_the_tables_cites_a_source_that_is_there() -> None:
    readme = DESCRIPTION.with_name("README.md").read_text("utf-8")
    cited = [line.source for line in PRESENCE]
    for rows in (*BESIDES.values(), *OTHERWISE.values()):
        cited += [source for _, source in rows.values()]
    schemas = {name for part in description().values() for name in part["schemas"]}
    for source in cited:
        kind, _, place = source.partition(": ")
        if kind == "README":
            assert f"### {place}\n" in readme
        else:
            assert kind == "description"
            assert place.split(",")[0] in schemas or place.startswith("the parameter ")
