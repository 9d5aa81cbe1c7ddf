"""A plain field added to a copy of the package, in the files that docs/architecture.md names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

OPTIONS = """    mood: Annotated[
        str | None, typer.Option("--mood", metavar="TEXT", help="How it went.")
    ] = None
    energy: Annotated[
        int | None, typer.Option("--energy", metavar="N", help="What was left.")
    ] = None
"""
COLUMNS = """    (
        "ALTER TABLE entry ADD COLUMN mood TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry ADD COLUMN energy INTEGER NOT NULL DEFAULT 0",
    ),
"""
READ = 'mood=text_of(entry, "mood"),\nenergy=entry.get("energy") or 0,\n'
INPUTS = "    mood: str | None = None\n    energy: int | None = None\n"
EDITS = {
    "domain/entry.py": [
        ('    description: str = ""\n', '    mood: str = ""\n    energy: int = 0\n')
    ],
    "store/db/schema.py": [("    _UNBILLED,\n", COLUMNS)],
    "api/wire.py": [
        ('description=text_of(entry, "description"),\n', READ),
        ('"description": body.description,\n', '"mood": body.mood,\n"energy": body.energy,\n'),
    ],
    "actions/tracking/entry_input.py": [("    description: str | None = None\n", INPUTS)],
    "cli/options.py": [('    panel: ClassVar[str] = "The entry"\n', OPTIONS)],
}
"""For each file, lines of it and what follows them once a text and a number are added."""

RUN = """
import json, sys
from datetime import UTC, datetime
from unittest.mock import patch
from clockify_cli.__main__ import main
from tests.cli.conftest import Terminal
from tests.run_at import SetClock

clock = SetClock(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
for line in json.loads(sys.argv[1]):
    if line[0] == "edit":
        with patch("sys.stdin", Terminal()), patch("sys.stdout", Terminal()):
            code = main(line, clock=clock)
    else:
        code = main(line, clock=clock)
    print(code, flush=True)
"""
EDITOR = """#!/bin/sh
sed -i 's/^mood = "calm"/mood = "tired"/; s/^energy = 3/energy = 4/' "$1"
"""


def listed() -> set[str]:
    """Return the files that the page lists for a field of an entry, without the generated ones."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [row] = [line for line in page.splitlines() if line.startswith("| a field of an entry |")]
    return set(re.findall(r"`([\w/]+\.py)`", row.partition("follow")[0]))


def test_the_page_lists_exactly_the_files_that_a_field_touches() -> None:
    assert listed() == EDITS.keys()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package whose entries also have a mood and an energy."""
    folder = tmp_path_factory.mktemp("copy")
    copied = shutil.copytree(
        ROOT / "clockify_cli", folder / "clockify_cli", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, edits in EDITS.items():
        path = copied / name
        text = path.read_text(encoding="utf-8")
        for line, added in edits:
            assert text.count(line) == 1, f"{name}: {line!r} is there {text.count(line)} times"
            text = text.replace(line, f"{line}{added}")
        path.write_text(text, encoding="utf-8")
    return folder


def run(package: Path, home: Path, *lines: list[str]) -> list[str]:
    """Run the program of *package* once for each of *lines*; return what each printed."""
    code = f"import sys\nsys.path[:0] = [{str(package)!r}, {str(ROOT)!r}]\n{RUN}"
    editor = home.parent / "editor.sh"
    editor.write_text(EDITOR)
    editor.chmod(0o700)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "CLOCKIFY_HOME": str(home),
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "EDITOR": str(editor),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(lines)],
        env=environ,
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    parts = re.split(r"^0\n", done.stdout, flags=re.MULTILINE)
    assert len(parts) == len(lines) + 1, done.stdout + done.stderr
    return parts[:-1]


Fields = list[tuple[str, str, int]]


def fields(printed: str) -> Fields:
    found: list[Any] = json.loads(printed)
    return [(one["description"], one["mood"], one["energy"]) for one in found]


def test_a_new_field_is_recorded_edited_undone_exported_and_imported(
    package: Path, tmp_path: Path
) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    file = str(tmp_path / "entries.json")
    printed = run(
        package,
        home,
        ["add", "Write", "8-9", "--mood", "fine", "--energy", "5"],
        ["add", "Read", "9-9:30", "--mood", "calm", "--energy", "3"],
        ["log", "--json"],
        ["edit", "last"],
        ["log", "--json"],
        ["undo"],
        ["log", "--fields", "description,mood,energy"],
        ["export", "today", "-o", file],
    )
    both: Fields = [("Write", "fine", 5), ("Read", "calm", 3)]
    assert fields(printed[2]) == both
    assert fields(printed[4]) == [("Write", "fine", 5), ("Read", "tired", 4)]
    assert printed[6] == "Write\tfine\t5\nRead\tcalm\t3\n"
    imported = run(
        package,
        other,
        ["import", file, "--json"],
        ["log", "--json"],
        ["import", file, "--json"],
    )
    assert fields(imported[1]) == both
    assert fields(json.dumps(json.loads(imported[0])["entries"])) == both
    assert json.loads(imported[2])["entries"] == []
