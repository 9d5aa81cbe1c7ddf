"""Tests of what other files, programs and people on the machine cannot do to a person."""

from __future__ import annotations

import ast
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import clockify_cli
from tests.fake_clockify.keys import key_in
from tests.faults.conftest import Signed
from tests.faults.oracle import secrets, soundness

PACKAGE = Path(clockify_cli.__file__).parent
NEVER = {
    "yaml": "reads code out of data",
    "pickle": "runs what it reads",
    "marshal": "runs what it reads",
    "shelve": "runs what it reads",
}
CALLS = {"eval", "exec", "compile", "__import__"}
STARTING = ("system", "popen", "getoutput")


def _trees(*words: str) -> Iterator[tuple[Path, ast.AST]]:
    """Yield the modules that contain one of *words*; others cannot use that name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text("utf-8")
        if any(word in text for word in words):
            yield path, ast.parse(text)


def test_nothing_that_is_read_is_ever_run() -> None:
    for path, tree in _trees(*NEVER, *CALLS):
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not set(names) & set(NEVER), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in CALLS, path


def test_no_program_is_started_by_a_shell() -> None:
    for path, tree in _trees("shell", *STARTING):
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "shell":
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is False, path
            if isinstance(node, ast.Attribute):
                assert node.attr not in STARTING, path


def test_no_hook_shows_what_a_function_held_when_it_failed() -> None:
    # The library that parses the command line would install one that shows local variables.
    found = subprocess.run(
        [sys.executable, "-c", _AFTER_A_RUN], capture_output=True, text=True, timeout=300
    )
    assert found.stdout.splitlines()[-1] == "True", found


_AFTER_A_RUN = """
import sys
from clockify_cli.__main__ import main
main(["help"])
print(sys.excepthook is sys.__excepthook__)
"""


def test_every_file_is_private_also_after_the_database_was_rewritten(signed: Signed) -> None:
    person, _ = signed
    person.ok("start", "Kt files")
    with closing(sqlite3.connect(person.home / "data" / "timesheet.db")) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        person.ok("add", "Kt files", "yesterday", "9-10")
        assert list(soundness(person.home)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TRIGGER theirs AFTER INSERT ON change BEGIN DELETE FROM entry; END",
        "CREATE VIEW theirs AS SELECT * FROM meta",
    ],
    ids=["trigger", "view"],
)
def test_a_database_that_somebody_planted_does_nothing(planted: str, signed: Signed) -> None:
    person, fake = signed
    person.ok("add", "Kt planted", "yesterday", "9-10")
    seen = len(fake.requests)
    with closing(sqlite3.connect(person.home / "data" / "timesheet.db")) as db:
        db.execute(planted)
        db.commit()
    told = person("add", "Kt after", "yesterday", "11-12")
    assert told.run.code == 1
    assert "timesheet.db" in told.run.err
    assert len(fake.requests) == seen


def test_a_backup_that_was_tampered_with_is_not_put_back(signed: Signed, tmp_path: Path) -> None:
    person, _ = signed
    person.ok("add", "Kt kept", "yesterday", "9-10")
    backup = tmp_path / "backup.db"
    person.ok("backup", str(backup))
    with closing(sqlite3.connect(backup)) as db:
        db.execute("CREATE TRIGGER theirs AFTER INSERT ON change BEGIN DELETE FROM entry; END")
        db.commit()
    told = person("restore", str(backup), "--yes")
    assert told.run.code != 0
    assert [entry["description"] for entry in person.seen()] == ["Kt kept"]
    with closing(sqlite3.connect(person.home / "data" / "timesheet.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall() == []


EVERYTHING: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("--version",),
    ("whoami",),
    ("whoami", "--json"),
    ("config", "list"),
    ("config", "get", "key"),
    ("config", "path"),
    ("doctor",),
    ("start", "Kt all"),
    ("status", "--json"),
    ("stop",),
    ("add", "Kt all", "yesterday", "9-10", "-p", "Secret", "--create"),
    ("log", "week"),
    ("log", "week", "--json"),
    ("report", "week", "--json"),
    ("timesheet",),
    ("history",),
    ("projects", "--json"),
    ("clients",),
    ("tags",),
    ("workspaces", "--json"),
    ("export", "week"),
    ("export", "week", "--json"),
    ("queue", "--json"),
    ("sync", "--refresh"),
    ("undo",),
    ("redo",),
    ("login",),
    ("nonsense",),
    ("logout",),
)


@pytest.mark.parametrize(
    "fault",
    [
        *("401", "redirect", "echo"),
        *(pytest.param(each, marks=pytest.mark.long) for each in ("none", "drop", "html")),
    ],
)
def test_the_key_is_shown_nowhere_whatever_is_asked_and_whatever_fails(
    fault: str, signed: Signed
) -> None:
    person, fake = signed
    armed: dict[str, tuple[str, dict[str, Any]]] = {
        "401": ("S14", {}),
        "drop": ("S5", {}),
        "html": ("S16", {}),
        "redirect": ("S20", {"kind": "other"}),
        "echo": ("S15", {"message": f"X-Api-Key {fake.key} may not do that"}),
    }
    if fault in armed:
        name, args = armed[fault]
        fake.fault(name, times=None, **args)
    for words in EVERYTHING:
        told = person(*words, "--debug")
        assert told.run.code != 1, told
    assert list(secrets(person)) == []


def test_a_failure_that_nobody_foresaw_leaves_no_key_in_its_log(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, fake = signed

    def fail(*_: object, **__: object) -> object:
        raise RuntimeError(f"something went wrong with {fake.key}")

    monkeypatch.setattr("clockify_cli.api.session.Session.exchange", fail)
    told = person("sync", "--debug")
    assert told.run.code == 1
    logs = list((person.home / "state").glob("debug-*.log"))
    assert logs
    shown = [told.run.out, told.run.err, *(log.read_text("utf-8") for log in logs)]
    assert not any(key_in(text.encode()) for text in shown)
