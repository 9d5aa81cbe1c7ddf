"""Tests that clients written by others work with the fake: two Clockify SDKs from PyPI.

They bring their own libraries, so install them into a separate environment and name its Python:

    python -m venv sdk
    sdk/bin/pip install clockify-python-115==0.2.0 clockify-sdk==0.2.2
    CLOCKIFY_SDK_PYTHON=$PWD/sdk/bin/python python -m pytest -m sdk tests/fake/test_sdk.py

Without the variable, the Python that runs the tests is tried. Where they fail, the vendor's
description decides:

- clockify-python-115 only uses https; it gets the fake's temporary CA. It requires a `subgroup` in
  a weekly report, which the description allows to be left out.
- clockify-sdk sends null for unknown values. Nothing is described as nullable, so the fake refuses
  that unless the switch `nulls` allows it. It starts and stops timers at paths that are not
  described (404), and reads JSON from the empty 204 that is described for a deletion.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.fake_clockify import FakeClockify

pytestmark = pytest.mark.sdk

PYTHON = os.environ.get("CLOCKIFY_SDK_PYTHON", sys.executable)

TYPED = """
import asyncio, json, sys
from clockify import ClockifyClient
from clockify.operations.model import Service

url, reports, key, workspace = sys.argv[1:]
NINE, TEN, NOON = (f"2024-05-01T{hour}:00:00Z" for hour in ("09", "10", "12"))
WEEK = {"dateRangeStart": "2024-05-01T00:00:00", "dateRangeEnd": "2024-05-07T23:59:59"}

async def main(c):
    me = await c.users.me()
    told = {
        "me": me.name,
        "workspaces": [each.name for each in await c.workspaces.list()],
        "users": [each.name for each in await c.users.list(include_roles=True)],
        "projects": [each.name for each in await c.projects.list(page_size=50)],
        "clients": [each.name for each in await c.clients.list(page_size=50)],
        "tags": [each.name for each in await c.tags.list(page_size=50)],
    }
    project = await c.projects.create({"name": "By SDK"})
    task = await c.tasks.create(project.id, {"name": "Build"})
    told["tasks"] = [each.name for each in await c.tasks.list(project.id)]
    named = {"projectId": project.id, "taskId": task.id}
    entry = await c.time_entries.create({"start": NINE, "description": "made", **named})
    told["running"] = [each.id == entry.id for each in await c.time_entries.list_in_progress()]
    stopped = await c.time_entries.stop_timer_for_user(me.id, {"end": TEN})
    told["stopped"] = stopped.time_interval.duration
    whole = {"start": NINE, "end": NOON, "description": "changed", **named}
    changed = await c.time_entries.update(entry.id, whole)
    told["changed"] = [changed.description, changed.time_interval.duration]
    copy = await c.time_entries.duplicate(me.id, entry.id)
    bulk = [{"id": copy.id, **whole, "description": "bulk"}]
    await c.time_entries.bulk_update_for_user(me.id, bulk)
    listed = await c.time_entries.list_for_user(me.id)
    told["listed"] = sorted(each.description for each in listed)
    filters = {
        "detailed": {"detailedFilter": {}},
        "summary": {"summaryFilter": {"groups": ["PROJECT"]}},
        "weekly": {"weeklyFilter": {"group": "PROJECT", "subgroup": "TIME"}},
    }
    for name, chosen in filters.items():
        report = await getattr(c.reports, name)({**WEEK, **chosen})
        told[name] = report.totals[0].total_time
    await c.time_entries.delete_all_for_user(me.id, time_entry_ids=[copy.id])
    await c.time_entries.delete(entry.id)
    told["left"] = len(await c.time_entries.list_for_user(me.id))
    print(json.dumps(told))

async def session():
    hosts = {Service.REGULAR: url, Service.REPORTS: reports}
    async with ClockifyClient(
        api_key=key, workspace_id=workspace, service_urls=hosts, allow_custom_hosts=True
    ) as client:
        await main(client)

asyncio.run(session())
"""

UNTYPED = """
import json, logging, sys
from datetime import datetime
from clockify_sdk import Clockify
from clockify_sdk.config import Config
from clockify_sdk.exceptions import ResourceNotFoundError

logging.disable()
Config.BASE_URL, Config.REPORTS_URL = sys.argv[1:3]
clockify = Clockify(sys.argv[3], workspace_id=sys.argv[4])
nine, ten, noon = (datetime(2024, 5, 1, hour) for hour in (9, 10, 12))
told = {
    "projects": [each["name"] for each in clockify.projects.get_all()],
    "clients": [each["name"] for each in clockify.clients.get_all()],
}
entry = clockify.time_entries.create(nine, description="made")
running = clockify.time_entries.get_all_in_progress()
told["running"] = [each["id"] == entry["id"] for each in running]
stopped = clockify.time_entries.update(entry["id"], nine, ten, description="made")
told["stopped"] = stopped["timeInterval"]["duration"]
changed = clockify.time_entries.update(entry["id"], nine, noon, description="changed")
told["changed"] = [changed["description"], changed["timeInterval"]["duration"]]
rows = clockify.time_entries.get_by_user_id(clockify.user_id)
told["listed"] = [each["description"] for each in rows]
try:
    clockify.time_entries.start_timer(description="x")
except ResourceNotFoundError:
    told["start_timer"] = "not described"
try:
    clockify.time_entries.delete(entry["id"])
except ValueError:
    told["deleted"] = "no JSON in a 204"
told["left"] = len(clockify.time_entries.get_by_user_id(clockify.user_id))
print(json.dumps(told))
"""


def needs(module: str, package: str) -> None:
    """Skip the test and say what to do if the SDK is not installed."""
    if subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode:
        pytest.skip(
            f"{package} IS NOT INSTALLED for {PYTHON}: nothing foreign was tried against the fake."
            " The head of this file tells how to install it."
        )


def session(fake: FakeClockify, code: str) -> Any:
    """Return what *code* prints, run by the Python that has the SDKs."""
    places = [fake.url, f"{fake.origin}/report/v1", fake.key, fake.workspace_id]
    trust = {} if fake.ca_file is None else {"SSL_CERT_FILE": str(fake.ca_file)}
    run = subprocess.run(
        [PYTHON, "-c", code, *places],
        env={**os.environ, **trust},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def furnish(fake: FakeClockify) -> None:
    client = fake.add_client("Acme")
    fake.add_project("Web", client_id=client.id)
    fake.add_tag("deep")


def test_clockify_python_115_lists_creates_stops_updates_reports_and_deletes() -> None:
    needs("clockify.operations.model", "clockify-python-115")
    with FakeClockify(plan="PRO", tls=True) as fake:
        furnish(fake)
        told = session(fake, TYPED)
        assert told == {
            "me": "Ada Lovelace",
            "workspaces": ["Acme"],
            "users": ["Ada Lovelace"],
            "projects": ["Web"],
            "clients": ["Acme"],
            "tags": ["deep"],
            "tasks": ["Build"],
            "running": [True],
            "stopped": "PT1H",
            "changed": ["changed", "PT3H"],
            "listed": ["bulk", "changed"],
            "detailed": 21600,
            "summary": 21600,
            "weekly": 21600,
            "left": 0,
        }
        assert [each for each in fake.requests if each.unknown] == []


def test_clockify_sdk_lists_creates_stops_updates_and_deletes() -> None:
    needs("clockify_sdk", "clockify-sdk")
    with FakeClockify(plan="PRO", nulls="absent") as fake:
        furnish(fake)
        told = session(fake, UNTYPED)
        assert told == {
            "projects": ["Web"],
            "clients": ["Acme"],
            "running": [True],
            "stopped": "PT1H",
            "changed": ["changed", "PT3H"],
            "listed": ["changed"],
            "start_timer": "not described",
            "deleted": "no JSON in a 204",
            "left": 0,
        }
        changes = [each.change for each in fake.committed()]
        assert changes == ["created", "changed", "changed", "deleted"]
