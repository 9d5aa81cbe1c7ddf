"""Ids and JSON as Clockify sends it, for the tests of the API layer."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from clockify_cli.sync.model.remote import EntryBody

WORKSPACE = "64a687e29ae1f428e7ebe303"
USER = "5a0ab5acb07987125438b60f"
ENTRY = "64c777ddd3fcab07cfbb210c"
PROJECT = "25b687e29ae1f428e7ebe123"
CLIENT = "44a687e29ae1f428e7ebe305"
TASK = "57a687e29ae1f428e7ebe107"
TAG = "21a687e29ae1f428e7ebe404"
FIELD = "5e4117fe8c625f38930d57b7"
KEY = "Zm9vYmFyQ2xvY2tpZnlDYW5hcnlLZXkwMTIzNDU2Nzg5WFla"

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
END = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
BODY = EntryBody(start=START, end=END, description="Write spec")


def entry_json(**changes: object) -> dict[str, object]:
    """Return a finished time entry, with *changes* to its fields."""
    entry: dict[str, object] = {
        "id": ENTRY,
        "description": "Write spec",
        "userId": USER,
        "workspaceId": WORKSPACE,
        "projectId": None,
        "taskId": None,
        "tagIds": None,
        "billable": False,
        "timeInterval": {
            "start": "2026-11-24T09:00:00Z",
            "end": "2026-11-24T10:30:00Z",
            "duration": "PT1H30M",
        },
        "customFieldValues": [],
        "type": "REGULAR",
        "isLocked": False,
    }
    return entry | changes


def interval(start: object, end: object) -> dict[str, object]:
    """Return a ``timeInterval``."""
    return {"start": start, "end": end, "duration": None}


def created_bytes(**changes: object) -> bytes:
    """Return the body of the answer to the POST of BODY."""
    return json.dumps(entry_json(**changes)).encode()


def error_bytes(message: str, code: int) -> bytes:
    """Return Clockify's error object."""
    return json.dumps({"message": message, "code": code}).encode()
