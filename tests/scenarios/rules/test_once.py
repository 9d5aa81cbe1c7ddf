"""Tests of ``--once KEY``: the change is recorded once, however often and wherever it is run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.scenarios.rules.test_required import history
from tests.scenarios.signed_in.bench import Bench, Preparations

KEY = ("--once", "standup 47")


@pytest.fixture
def clockify(workspace: Bench, preparations: Preparations) -> Bench:
    preparations.take(workspace, begin)
    return workspace


def begin(workspace: Bench) -> None:
    workspace.login()
    workspace.ok("add", "Old", "6-7")


@pytest.mark.parametrize(
    ("words", "other"),
    [
        (("start", "Spec", "-p", "Website"), ("start", "Spec")),
        (("add", "Spec", "8-9"), ("add", "Spec", "8-9:30")),
        (("resume",), ("resume", "-d", "Other")),
        (("start", "-p", "New", "--create"), ("start", "-p", "Newer", "--create")),
        (("projects", "add", "New", "-c", "Acme"), ("projects", "add", "New")),
        (("clients", "add", "New"), ("clients", "add", "Newer")),
        (("tasks", "add", "New", "-p", "Website"), ("tasks", "add", "Newer", "-p", "Website")),
        (("tags", "add", "New"), ("projects", "add", "New")),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_the_same_key_and_content_is_done_once_and_other_content_is_refused(
    clockify: Bench, words: tuple[str, ...], other: tuple[str, ...]
) -> None:
    first = clockify.ok(*words, *KEY, "--json")
    made = history(clockify)
    again = clockify.ok(*words, *KEY, "--json")
    said = clockify.ok(*words, *KEY)
    refused = clockify(*other, *KEY)

    assert made == 2
    assert (again.json["localId"], again.requests) == (first.json["localId"], ())
    assert "Already done" in said.out
    assert "Created" not in said.out
    assert refused.code == 2
    assert history(clockify) == made


def test_what_was_moved_out_of_local_is_done_already(workspace: Bench) -> None:
    words = ("add", "Spec", "8-9", *KEY)
    first = workspace.ok(*words, "--json")
    workspace.login("--send-local")
    again = workspace.ok(*words, "--json")
    assert again.json["localId"] == first.json["localId"]
    assert workspace("add", "Spec", "8-10", *KEY).code == 2
    assert [entry.description for entry in workspace.fake.entries()] == ["Spec"]


def test_an_import_under_a_key_is_done_once(clockify: Bench) -> None:
    rows = "start,end,description\n2026-11-23 08:00,2026-11-23 08:30,Spec\n"

    clockify.ok("import", "-", *KEY, typed=rows)
    again = clockify.ok("import", "-", *KEY, typed=rows)

    assert "Already done" in again.out
    assert clockify("import", "-", *KEY, typed=rows.replace("Spec", "Other")).code == 2
    assert history(clockify) == 2


def test_processes_at_once_record_it_once(clockify: Bench) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "CLOCKIFY_HOME": str(clockify.home / "clockify"),
        "TZ": "Europe/Berlin",
    }
    command = (
        *(sys.executable, "-m", "tests.run_at", "--now", "2026-11-24T09:00:00Z", "--"),
        *("add", "Spec", "8-9", *KEY),
    )
    running = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    said = [process.communicate(timeout=300)[0].decode() for process in running]

    assert [process.returncode for process in running] == [0] * 6
    assert sorted(text.split()[0] for text in said) == ["Added", *["Already"] * 5]
    clockify.ok("sync")
    assert [entry.description for entry in clockify.fake.entries()] == ["Spec", "Old"]
