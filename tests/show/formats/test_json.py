from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.entry import ChangeResult, Item
from clockify_cli.domain.status import Status
from clockify_cli.errors import Ambiguous, NothingRuns
from clockify_cli.show.formats import json as as_json
from clockify_cli.show.rows.list_rows import ItemRow
from tests.show.samples import ACME, DEEP, DESIGN, INTERNAL, NOW, SPEC, STANDUP, WEBSITE, entry

SERVER_ID = "64a687e29ae1f428e7ebe377"


def test_an_entry_has_clockifys_names_in_a_fixed_order() -> None:
    tag = replace(DEEP, server_id="64a687e29ae1f428e7ebe388")
    given_entry = replace(
        entry(24, "09:00", "10:30", tags=(tag,), billable=True, task=DESIGN),
        server_id=SERVER_ID,
        workspace_id="64a687e29ae1f428e7ebe399",
        user_id="64a687e29ae1f428e7ebe311",
        custom_fields='[{"customFieldId": "5", "value": "x"}]',
        sync_state="synced",
        locked=True,
    )
    assert json.dumps(as_json.entry_json(given_entry, NOW)) == json.dumps(
        {
            "id": SERVER_ID,
            "localId": given_entry.local_id,
            "description": "Write spec",
            "projectId": "64a687e29ae1f428e7ebe303",
            "projectName": "Website",
            "clientName": "Acme",
            "taskId": "64a687e29ae1f428e7ebe309",
            "taskName": "Design",
            "tagIds": ["64a687e29ae1f428e7ebe388"],
            "tags": [{"id": "64a687e29ae1f428e7ebe388", "name": "deep"}],
            "billable": True,
            "timeInterval": {
                "start": "2026-11-24T08:00:00Z",
                "end": "2026-11-24T09:30:00Z",
                "duration": "PT1H30M",
            },
            "durationSeconds": 5400,
            "type": "REGULAR",
            "isLocked": True,
            "customFieldValues": [{"customFieldId": "5", "value": "x"}],
            "workspaceId": "64a687e29ae1f428e7ebe399",
            "userId": "64a687e29ae1f428e7ebe311",
            "syncState": "synced",
        }
    )


def test_a_running_entry_counts_up_and_has_neither_end_nor_duration() -> None:
    document = as_json.entry_json(STANDUP, NOW)
    assert document["durationSeconds"] == 240
    assert document["timeInterval"] == {
        "start": "2026-11-24T09:15:00Z",
        "end": None,
        "duration": None,
    }


def test_what_clockify_does_not_have_yet_has_no_id() -> None:
    document = as_json.entry_json(replace(STANDUP, tags=(DEEP,)), NOW)
    assert (document["id"], document["projectId"], document["projectName"]) == (
        None,
        None,
        "Internal",
    )
    assert document["tagIds"] == []
    assert document["tags"] == [{"id": None, "name": "deep"}]
    assert document["localId"] == STANDUP.local_id


def test_an_entry_without_project_has_null_names() -> None:
    document = as_json.entry_json(replace(STANDUP, project=None), NOW)
    assert [document[name] for name in ("projectName", "clientName", "taskId", "taskName")] == [
        None
    ] * 4


def test_status_while_a_timer_runs() -> None:
    view = Status(entry=STANDUP, today_seconds=4620, as_of=NOW, pending=2)
    assert as_json.status_json(view) == {
        "running": True,
        "entry": as_json.entry_json(STANDUP, NOW),
        "todaySeconds": 4620,
        "dueSeconds": None,
        "pending": 2,
        "asOf": "2026-11-24T09:19:00Z",
    }


def test_status_while_nothing_runs_is_no_error() -> None:
    document = as_json.status_json(Status(entry=None, today_seconds=0, as_of=NOW))
    assert (document["running"], document["entry"]) == (False, None)


def test_a_project_carries_its_client_and_its_default() -> None:
    item = Item(
        kind="project",
        local_id="1" * 32,
        workspace_id="local",
        name="Website",
        client=ACME.local_id,
        billable=True,
    )
    assert as_json.item_json(ItemRow(item, client=ACME)) == {
        "id": None,
        "localId": "1" * 32,
        "name": "Website",
        "clientId": ACME.server_id,
        "clientName": "Acme",
        "billable": True,
        "archived": False,
        "workspaceId": "local",
    }


def test_a_finished_task_says_so_in_clockifys_word() -> None:
    item = Item(kind="task", local_id="1" * 32, workspace_id="local", name="Design", archived=True)
    document = as_json.item_json(ItemRow(item, project=WEBSITE))
    assert (document["status"], document["projectId"], document["projectName"]) == (
        "DONE",
        WEBSITE.server_id,
        "Website",
    )


def test_a_tag_has_neither_owner_nor_default() -> None:
    item = Item(kind="tag", local_id="1" * 32, workspace_id="local", name="deep")
    assert list(as_json.item_json(ItemRow(item))) == [
        "id",
        "localId",
        "name",
        "archived",
        "workspaceId",
    ]


def test_an_error_has_exactly_its_four_words() -> None:
    assert as_json.error_json(NothingRuns("no timer is running", "Start one.")) == {
        "error": {
            "code": "nothing-runs",
            "message": "no timer is running",
            "hint": "Start one.",
            "exit": 3,
        }
    }


def test_candidates_of_an_ambiguous_name_come_besides() -> None:
    document = as_json.error_json(Ambiguous("two", details=("a", "b")))
    assert isinstance(document["error"], dict)
    assert document["error"]["details"] == ["a", "b"]


def test_a_change_of_one_entry_is_that_entry() -> None:
    document = as_json.changed_json(ChangeResult(verb="stop", entries=(SPEC,)), NOW)
    assert document == as_json.entry_json(SPEC, NOW)


def test_a_change_of_several_entries_is_an_array() -> None:
    document = as_json.changed_json(ChangeResult(verb="delete", entries=(SPEC, STANDUP)), NOW)
    assert document == [as_json.entry_json(SPEC, NOW), as_json.entry_json(STANDUP, NOW)]


def test_a_new_name_is_its_item() -> None:
    item = Item(kind="tag", local_id="1" * 32, workspace_id="local", name="deep")
    document = as_json.changed_json(ChangeResult(verb="make", created=(item,)), NOW)
    assert document == as_json.item_json(ItemRow(item))


def test_an_undo_tells_what_it_took_back() -> None:
    change = ChangeResult(verb="undo", entries=(SPEC,), change_id=7, summary="stop Write spec")
    assert as_json.changed_json(change, NOW) == {
        "verb": "undo",
        "changeId": 7,
        "summary": "stop Write spec",
        "dryRun": False,
        "entries": [as_json.entry_json(SPEC, NOW)],
        "created": [],
    }


def test_rows_stand_on_lines_of_one_array() -> None:
    assert "".join(as_json.array_lines([{"a": 1}, {"a": 2}])) == '[\n{"a": 1},\n{"a": 2}\n]\n'
    assert "".join(as_json.array_lines([])) == "[]\n"


@given(st.text(st.characters(codec=None)))
def test_any_text_is_ascii_in_json_without_controls_and_reads_back(text: str) -> None:
    shown = as_json.dumps({"text": text})
    assert shown.isascii()
    assert shown.isprintable()
    # Two surrogate escapes in a row are read back as the one character that they spell.
    spelt = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(shown) == {"text": spelt}


def test_the_project_alone_has_no_client() -> None:
    assert INTERNAL.client is None
    assert as_json.entry_json(STANDUP, NOW)["clientName"] is None
