"""Tests of the JSON that is sent to Clockify."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from clockify_cli.api.wire import write_item, write_new_entry, write_time, write_whole_entry
from clockify_cli.sync.model.remote import EntryBody, ItemBody
from tests.api.wire_samples import BODY, CLIENT, END, FIELD, PROJECT, START, TAG, TASK

FULL = EntryBody(
    start=START,
    end=END,
    description="Write spec",
    project_id=PROJECT,
    task_id=TASK,
    tag_ids=(TAG,),
    billable=True,
    custom_fields=((FIELD, "x"),),
    type="REGULAR",
)


def test_a_new_entry_says_what_is_set_and_nothing_else() -> None:
    assert write_new_entry(BODY) == {
        "start": "2026-11-24T09:00:00Z",
        "end": "2026-11-24T10:30:00Z",
        "description": "Write spec",
    }


def test_a_new_running_entry_has_no_end() -> None:
    assert "end" not in write_new_entry(replace(BODY, end=None))


def test_a_whole_entry_names_every_field() -> None:
    assert write_whole_entry(FULL) == {
        "start": "2026-11-24T09:00:00Z",
        "end": "2026-11-24T10:30:00Z",
        "description": "Write spec",
        "projectId": PROJECT,
        "taskId": TASK,
        "tagIds": [TAG],
        "billable": True,
        "customFields": [{"customFieldId": FIELD, "value": "x"}],
        "type": "REGULAR",
    }


def test_a_whole_entry_clears_lists_by_empty_ones_and_the_rest_by_absence() -> None:
    bare = EntryBody(start=START, end=None, billable=False, type="REGULAR")
    assert write_whole_entry(bare) == {
        "start": "2026-11-24T09:00:00Z",
        "description": "",
        "tagIds": [],
        "billable": False,
        "customFields": [],
        "type": "REGULAR",
    }


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 24, 9, 0, 5, 999_999, tzinfo=UTC), "2026-11-24T09:00:05Z"),
        (datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=2))), "2026-11-24T07:00:00Z"),
        (datetime(1970, 1, 1, tzinfo=UTC), "1970-01-01T00:00:00Z"),
    ],
)
def test_a_time_goes_out_as_utc_in_whole_seconds(moment: datetime, text: str) -> None:
    assert write_time(moment) == text


def test_a_new_project_names_its_client() -> None:
    body = ItemBody(name="Site", client_id=CLIENT, billable=True, archived=False)
    assert write_item("project", body, new=True) == {
        "name": "Site",
        "clientId": CLIENT,
        "billable": True,
    }


def test_a_task_is_finished_instead_of_archived() -> None:
    done = ItemBody(name="Draft", archived=True)
    assert write_item("task", done, new=False) == {"name": "Draft", "status": "DONE"}
    again = ItemBody(name="Draft", archived=False, billable=True)
    assert write_item("task", again, new=False) == {
        "name": "Draft",
        "status": "ACTIVE",
        "billable": True,
    }


def test_billable_is_nothing_that_a_tag_or_a_new_task_has() -> None:
    body = ItemBody(name="x", billable=True, client_id=CLIENT)
    assert write_item("tag", body, new=False) == {"name": "x"}
    assert write_item("task", body, new=True) == {"name": "x"}


def test_the_rest_of_an_item_goes_back_with_it() -> None:
    extra: dict[str, object] = {
        "color": "#000",
        "note": "n",
        "public": True,
        "hourlyRate": {"amount": 5, "currency": "EUR"},
        "duration": "PT1H",
        "estimate": {"estimate": "PT0S", "type": "AUTO"},
    }
    body = ItemBody(name="Site", archived=True, extra=extra)
    assert write_item("project", body, new=False) == {
        "color": "#000",
        "note": "n",
        "isPublic": True,
        "hourlyRate": {"amount": 5},
        "name": "Site",
        "archived": True,
    }


def test_what_clockify_reckons_by_itself_does_not_go_back() -> None:
    unknown = ItemBody(name="x", extra={"learnt": False})
    assert write_item("tag", unknown, new=False) == {"name": "x"}
    client = ItemBody(name="x", extra={"currencyCode": "USD", "currencyId": "c", "note": "n"})
    assert write_item("client", client, new=False) == {"name": "x", "note": "n", "currencyId": "c"}
    assert write_item("client", client, new=True) == {"name": "x", "note": "n"}
