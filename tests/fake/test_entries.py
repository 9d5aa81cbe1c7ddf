"""Tests of time entries; each name ends with the paragraph or schema that shows the oddity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Rate

MINE = "/workspaces/{w}/user/{u}/time-entries"
ALL = "/workspaces/{w}/time-entries"
NINE, TEN = "2024-05-01T09:00:00Z", "2024-05-01T10:00:00Z"

Make = Callable[..., Asking]


@pytest.fixture
def under() -> Iterator[Make]:
    """Return a function that starts a paid fake with the given switches."""
    with ExitStack() as stack:

        def make(**switches: Any) -> Asking:
            return Asking(stack.enter_context(FakeClockify(plan="PRO", **switches)))

        yield make


def listed(ask: Asking, **query: Any) -> list[str]:
    return [row["description"] for row in ask("GET", MINE, **query).document]


def test_an_entry_without_end_runs__readme_entries(ask: Asking) -> None:
    reply = ask("POST", ALL, {"start": NINE, "description": "x"})
    assert reply.status == 201
    assert reply.document["timeInterval"] == {"start": NINE, "end": None, "duration": None}
    assert reply.document["tagIds"] is None


def test_a_finished_entry_has_an_iso_duration__readme_entries(ask: Asking) -> None:
    reply = ask("POST", ALL, {"start": NINE, "end": "2024-05-01T10:30:00Z"})
    assert reply.document["timeInterval"]["duration"] == "PT1H30M"


def test_times_are_cut_to_whole_seconds__readme_entries(ask: Asking) -> None:
    reply = ask("POST", ALL, {"start": "2024-05-01T09:00:00.987Z"})
    assert reply.document["timeInterval"]["start"] == NINE


def test_an_id_begins_with_the_second_of_its_making__readme_entries(
    fake: FakeClockify, ask: Asking
) -> None:
    before = int(fake.clock.now())
    id_ = ask("POST", ALL, {"start": NINE}).document["id"]
    assert len(id_) == 24
    assert before <= int(id_[:8], 16) <= fake.clock.now()


def test_idempotency_key_is_ignored__readme_access(fake: FakeClockify) -> None:
    ask = Asking(fake, headers={"Idempotency-Key": "one"})
    ask("POST", ALL, {"start": NINE, "end": TEN})
    ask("POST", ALL, {"start": NINE, "end": TEN})
    assert len(fake.entries()) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"start": "2024-05-01 09:00"},
        {"start": "2024-05-01T09:00:00"},
        {"start": 1714554000},
        {"start": NINE, "description": "x" * 3001},
        {"start": NINE, "description": None},
        {"start": NINE, "type": "HOLIDAY"},
        {"start": NINE, "billable": "yes"},
        {"start": NINE, "tagIds": "abc"},
        {"start": NINE, "customFields": [{"value": 1}]},
        [],
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_breaks_the_description_is_400__description_createtimeentryrequest(
    ask: Asking, body: Any
) -> None:
    assert ask("POST", ALL, body).refusal == (400, 400)


def test_a_null_is_as_good_as_nothing_by_the_switch(under: Make) -> None:
    body = {"start": NINE, "end": None, "description": None, "tagIds": None}
    assert under()("POST", ALL, body).refusal == (400, 400)
    assert under(nulls="absent")("POST", ALL, body).status == 201


def test_an_end_before_the_start_is_refused(ask: Asking) -> None:
    assert ask("POST", ALL, {"start": TEN, "end": NINE}).status == 400


@pytest.mark.parametrize(
    "named",
    [
        {"projectId": "0" * 24},
        {"tagIds": ["0" * 24]},
        {"taskId": "0" * 24},
        {"customFields": [{"customFieldId": "0" * 24, "value": "x"}]},
    ],
    ids=lambda named: next(iter(named)),
)
def test_what_a_body_names_in_vain_is_400_501__readme_entries(ask: Asking, named: Any) -> None:
    assert ask("POST", ALL, {"start": NINE, **named}).refusal == (400, 501)


def test_a_deleted_project_in_a_body_is_400_501__readme_entries(
    fake: FakeClockify, ask: Asking
) -> None:
    project = fake.add_project("Gone")
    fake.delete(project)
    assert ask("POST", ALL, {"start": NINE, "projectId": project.id}).refusal == (400, 501)


def test_a_task_needs_its_own_project__description_createtimeentryrequest(
    fake: FakeClockify, ask: Asking
) -> None:
    one, other = fake.add_project("One"), fake.add_project("Other")
    task = fake.add_task("Build", one.id)
    assert ask("POST", ALL, {"start": NINE, "taskId": task.id}).status == 400
    wrong = {"start": NINE, "projectId": other.id, "taskId": task.id}
    assert ask("POST", ALL, wrong).status == 400
    right = {"start": NINE, "projectId": one.id, "taskId": task.id}
    assert ask("POST", ALL, right).status == 201


@pytest.mark.parametrize(
    ("reading", "status", "running", "entries"),
    [("stops", 201, 1, 2), ("refused", 400, 1, 1), ("allowed", 201, 2, 2)],
)
def test_a_second_timer_meets_the_first_by_the_switch(
    under: Make, reading: str, status: int, running: int, entries: int
) -> None:
    ask = under(second_running=reading)
    ask("POST", ALL, {"start": NINE})
    assert ask("POST", ALL, {"start": TEN}).status == status
    assert len(ask.fake.running()) == running
    assert len(ask.fake.entries()) == entries


def test_a_timer_stopped_by_the_next_ends_where_that_starts(ask: Asking) -> None:
    first = ask("POST", ALL, {"start": NINE}).document["id"]
    ask("POST", ALL, {"start": TEN})
    assert ask("GET", f"{ALL}/{first}").document["timeInterval"]["end"] == TEN


def test_patch_stops_whatever_runs__readme_entries(fake: FakeClockify, ask: Asking) -> None:
    entry = fake.add_entry(NINE, description="started on the web")
    reply = ask("PATCH", MINE, {"end": TEN})
    assert (reply.status, reply.document["id"]) == (200, entry.id)
    assert fake.running() == []


def test_patch_stops_the_last_started_of_several(fake: FakeClockify, ask: Asking) -> None:
    fake.add_entry(NINE, description="first")
    fake.add_entry("2024-05-01T09:30:00Z", description="second")
    assert ask("PATCH", MINE, {"end": TEN}).document["description"] == "second"
    assert ask("PATCH", MINE, {"end": TEN}).document["description"] == "first"


def test_patch_while_nothing_runs_is_404_404__readme_entries(ask: Asking) -> None:
    assert ask("PATCH", MINE, {"end": TEN}).refusal == (404, 404)


def test_put_without_end_reopens_and_clears_the_rest__readme_entries(
    fake: FakeClockify, ask: Asking
) -> None:
    tag = fake.add_tag("deep")
    entry = fake.add_entry(NINE, TEN, "x", billable=True, tag_ids=[tag.id])
    row = ask("PUT", f"{ALL}/{entry.id}", {"start": NINE}).document
    assert row["timeInterval"]["end"] is None
    assert (row["description"], row["billable"], row["tagIds"]) == ("", False, None)


def test_put_without_start_is_400__description_updatetimeentryrequest(
    fake: FakeClockify, ask: Asking
) -> None:
    entry = fake.add_entry(NINE, TEN)
    assert ask("PUT", f"{ALL}/{entry.id}", {"end": TEN}).refusal == (400, 400)


def test_put_reads_customfieldvalues_nowhere_but_customfields__description_updatetimeentryrequest(
    fake: FakeClockify, ask: Asking
) -> None:
    field = fake.add_custom_field("Ticket")
    entry = fake.add_entry(NINE, TEN)
    value = {"customFieldId": field.id, "value": "A-1"}
    place = f"{ALL}/{entry.id}"
    row = ask("PUT", place, {"start": NINE, "end": TEN, "customFieldValues": [value]}).document
    assert row["customFieldValues"] == []
    assert fake.requests[-1].unknown == ["customFieldValues"]
    row = ask("PUT", place, {"start": NINE, "end": TEN, "customFields": [value]}).document
    assert [each["value"] for each in row["customFieldValues"]] == ["A-1"]


@pytest.mark.parametrize(("reading", "left"), [("replaces", ""), ("merges", "kept")])
def test_bulk_put_clears_or_keeps_what_is_left_out_by_the_switch(
    under: Make, reading: str, left: str
) -> None:
    ask = under(bulk_put=reading)
    entry = ask.fake.add_entry(NINE, TEN, "kept")
    reply = ask("PUT", MINE, [{"id": entry.id, "start": NINE, "end": TEN, "billable": True}])
    assert [row["description"] for row in reply.document] == [left]


def test_bulk_put_changes_all_or_nothing(fake: FakeClockify, ask: Asking) -> None:
    entry = fake.add_entry(NINE, TEN, "kept")
    rows = [{"id": id_, "start": NINE, "end": TEN} for id_ in (entry.id, "0" * 24)]
    assert ask("PUT", MINE, rows).refusal == (400, 501)
    assert fake.entries()[0].description == "kept"
    assert ask("PUT", MINE, []).refusal == (400, 400)


def test_a_refusal_in_the_middle_undoes_what_was_done(fake: FakeClockify, ask: Asking) -> None:
    fake.switch(second_running="refused")
    entries = [fake.add_entry(NINE, TEN, name) for name in ("one", "two")]
    rows = [{"id": each.id, "start": NINE, "description": "open"} for each in entries]
    assert ask("PUT", MINE, rows).refusal == (400, 501)
    assert {each.description for each in fake.entries()} == {"one", "two"}
    assert (fake.running(), fake.committed()) == ([], [])


def test_bulk_operations_stay_with_one_user__description_replacemany(
    fake: FakeClockify, ask: Asking
) -> None:
    theirs = fake.add_entry(NINE, TEN, user=fake.add_user("Bob").id)
    row = {"id": theirs.id, "start": NINE, "end": TEN}
    assert ask("PUT", MINE, [row]).refusal == (400, 501)
    assert ask("DELETE", MINE, time_entry_ids=theirs.id).refusal == (400, 501)
    mine = fake.add_entry(NINE, TEN)
    assert ask("PUT", MINE, [{"id": mine.id}]).refusal == (400, 400)


def test_an_entry_to_start_from_must_be_there__description_createforothers(
    fake: FakeClockify, ask: Asking
) -> None:
    entry = fake.add_entry(NINE, TEN)
    assert ask("POST", MINE, {"start": NINE}, from_entry="0" * 24).refusal == (400, 501)
    assert ask("POST", MINE, {"start": NINE}, from_entry=entry.id).status == 201


def test_delete_answers_204_and_then_the_entry_is_missing__readme_entries(
    fake: FakeClockify, ask: Asking
) -> None:
    entry = fake.add_entry(NINE, TEN)
    reply = ask("DELETE", f"{ALL}/{entry.id}")
    assert (reply.status, reply.body) == (204, b"")
    assert ask("DELETE", f"{ALL}/{entry.id}").refusal == (400, 501)
    fake.switch(missing_entry="404")
    assert ask("GET", f"{ALL}/{entry.id}").refusal == (404, 404)


def test_bulk_delete_takes_those_named_and_an_empty_list_takes_all__readme_chosen_here(
    fake: FakeClockify, ask: Asking
) -> None:
    one, two, _ = (fake.add_entry(NINE, TEN, name) for name in ("one", "two", "three"))
    assert ask("DELETE", MINE).refusal == (400, 400)
    assert len(ask("DELETE", MINE, time_entry_ids=f"{one.id},{two.id}").document) == 2
    assert [each.description for each in fake.entries()] == ["three"]
    ask("DELETE", MINE, time_entry_ids="")
    assert fake.entries() == []


def test_duplicate_makes_the_same_entry_once_more__description_duplicatetimeentry(
    fake: FakeClockify, ask: Asking
) -> None:
    entry = fake.add_entry(NINE, TEN, "twice")
    reply = ask("POST", f"{MINE}/{entry.id}/duplicate")
    assert reply.status == 201
    assert reply.document["id"] != entry.id
    assert listed(ask) == ["twice", "twice"]


def test_the_list_is_newest_first__readme_entries(fake: FakeClockify, ask: Asking) -> None:
    for hour in (9, 11, 10):
        fake.add_entry(f"2024-05-01T{hour:02}:00:00Z", f"2024-05-01T{hour:02}:30:00Z", str(hour))
    assert listed(ask) == ["11", "10", "9"]


def test_the_window_is_wall_clock_or_instants_by_the_switch(
    fake: FakeClockify, ask: Asking
) -> None:
    # 00:30 in Berlin, the evening before in UTC.
    fake.add_entry("2024-04-30T22:30:00Z", "2024-04-30T23:00:00Z", "night")
    may = {"start": "2024-05-01T00:00:00Z", "end": "2024-05-01T23:59:59Z"}
    assert listed(ask, **may) == ["night"]
    fake.switch(window="instant")
    assert listed(ask, **may) == []


def test_a_window_in_another_form_is_400__description_gettimeentries(ask: Asking) -> None:
    for wrong in ("2024-05-01", "2024-05-01T00:00:00+02:00", "2024-13-01T00:00:00Z", ""):
        assert ask("GET", MINE, start=wrong).refusal == (400, 400)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"description": "SPEC"}, ["write spec"]),
        ({"project": "P"}, ["write spec"]),
        ({"task": "T"}, ["write spec"]),
        ({"tags": "G"}, ["review"]),
        ({"in-progress": "true"}, ["running"]),
        ({"project-required": "true"}, ["write spec"]),
        ({"task-required": "true"}, ["write spec"]),
        ({"get-week-before": "2024-05-02T00:00:00Z"}, ["write spec"]),
        ({}, ["running", "review", "write spec"]),
    ],
    ids=lambda value: next(iter(value), "none") if isinstance(value, dict) else "",
)
def test_each_filter_of_the_list_picks__description_gettimeentries(
    fake: FakeClockify, ask: Asking, query: dict[str, str], found: list[str]
) -> None:
    project = fake.add_project("Web")
    task, tag = fake.add_task("Build", project.id), fake.add_tag("deep")
    fake.add_entry(NINE, TEN, "write spec", project_id=project.id, task_id=task.id)
    fake.add_entry("2024-05-01T11:00:00Z", "2024-05-01T12:00:00Z", "review", tag_ids=[tag.id])
    fake.add_entry("2024-05-01T13:00:00Z", description="running")
    ids = {"P": project.id, "T": task.id, "G": tag.id}
    assert listed(ask, **{key: ids.get(value, value) for key, value in query.items()}) == found


def test_hydrated_rows_have_objects_in_the_place_of_ids__readme_entries(
    fake: FakeClockify, ask: Asking
) -> None:
    client = fake.add_client("Acme")
    project = fake.add_project("Web", client_id=client.id)
    task, tag = fake.add_task("Build", project.id), fake.add_tag("deep")
    fake.add_entry(NINE, TEN, project_id=project.id, task_id=task.id, tag_ids=[tag.id])
    (row,) = ask("GET", MINE, hydrated="true").document
    assert row["project"]["clientName"] == "Acme"
    assert (row["task"]["name"], row["tags"][0]["name"]) == ("Build", "deep")
    assert not {"projectId", "taskId", "tagIds"} & set(row)


def test_hydrated_rows_carry_rates_where_the_switch_says_so(
    fake: FakeClockify, ask: Asking
) -> None:
    project = fake.add_project("Web")
    fake.set_rate(project, 9500)
    entry = fake.add_entry(NINE, TEN, project_id=project.id)
    assert "hourlyRate" not in ask("GET", MINE, hydrated="true").document[0]
    fake.switch(hydrated_rates=True)
    assert ask("GET", MINE, hydrated="true").document[0]["hourlyRate"]["amount"] == 9500
    fake.change(entry, hourly_rate=Rate(8000))
    assert ask("GET", MINE, hydrated="true").document[0]["hourlyRate"]["amount"] == 8000
    assert ask("GET", MINE).document[0]["hourlyRate"]["amount"] == 8000


def test_the_list_of_what_is_in_progress_is_everybodys__readme_entries(
    fake: FakeClockify, ask: Asking
) -> None:
    other = fake.add_user("Bob")
    fake.add_entry(NINE, user=other.id)
    fake.add_entry(TEN)
    rows = ask("GET", f"{ALL}/status/in-progress").document
    assert [row["userId"] for row in rows] == [fake.user_id, other.id]


def test_a_page_tells_whether_it_is_the_last__readme_catalogue(
    fake: FakeClockify, ask: Asking
) -> None:
    for minute in range(5):
        fake.add_entry(f"2024-05-01T09:0{minute}:00Z", TEN, str(minute))
    pages = [ask("GET", MINE, page=page, page_size=2) for page in (1, 2, 3, 4)]
    assert [each.headers["Last-Page"] for each in pages] == ["false", "false", "true", "true"]
    assert [len(each.document) for each in pages] == [2, 2, 1, 0]


def test_a_page_is_capped_by_the_switch(fake: FakeClockify, ask: Asking) -> None:
    fake.switch(page_cap=3)
    for minute in range(5):
        fake.add_entry(f"2024-05-01T09:0{minute}:00Z", TEN)
    reply = ask("GET", MINE, page_size=5000)
    assert (len(reply.document), reply.headers["Last-Page"]) == (3, "false")


@pytest.mark.parametrize("query", [{"page": 0}, {"page_size": 0}, {"page": "x"}, {"hydrated": "1"}])
def test_a_query_that_breaks_the_description_is_400__description_gettimeentries(
    ask: Asking, query: dict[str, Any]
) -> None:
    assert ask("GET", MINE, **query).refusal == (400, 400)


def test_many_are_marked_as_invoiced_by_one_request__readme_entries(under: Make) -> None:
    ask = under()
    ids = [ask("POST", ALL, {"start": NINE, "end": TEN}).document["id"] for _ in range(2)]

    def mark(invoiced: bool, *named: str) -> int:
        return ask("PATCH", f"{ALL}/invoiced", {"timeEntryIds": named, "invoiced": invoiced}).status

    reply = ask("PATCH", f"{ALL}/invoiced", {"timeEntryIds": ids, "invoiced": True})
    assert (reply.status, reply.body) == (200, b"")
    assert [each.invoiced for each in ask.fake.entries()] == [True, True]
    assert mark(True, *ids) == 200
    assert len(ask.fake.committed("entry")) == 4
    assert mark(False, ids[0]) == 200
    assert sorted(each.invoiced for each in ask.fake.entries()) == [False, True]
    changed = {"start": NINE, "end": TEN, "description": "after"}
    assert ask("PUT", f"{ALL}/{ids[1]}", changed).status == 200
    assert sorted(each.invoiced for each in ask.fake.entries()) == [False, True]


def test_marking_as_invoiced_is_all_or_nothing__readme_chosen_here(under: Make) -> None:
    ask = under()
    id_ = ask("POST", ALL, {"start": NINE, "end": TEN}).document["id"]
    for ids in ([], [id_, id_], [id_, "f" * 24]):
        body = {"timeEntryIds": ids, "invoiced": True}
        assert ask("PATCH", f"{ALL}/invoiced", body).status == 400
    assert ask("PATCH", f"{ALL}/invoiced", {"timeEntryIds": [id_]}).status == 400
    assert [each.invoiced for each in ask.fake.entries()] == [False]


def test_marking_as_invoiced_wants_a_paid_plan_and_a_manager__readme_entries(
    fake: FakeClockify,
) -> None:
    member = fake.add_user("Eve", workspace=fake.workspace_id)
    with FakeClockify(plan="FREE") as free:
        for asking in (Asking(free), Asking(fake, member.key)):
            id_ = asking("POST", ALL, {"start": NINE, "end": TEN}).document["id"]
            body = {"timeEntryIds": [id_], "invoiced": True}
            assert asking("PATCH", f"{ALL}/invoiced", body).refusal == (403, 403)
