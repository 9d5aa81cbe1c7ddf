"""What every refusal has in common: its code, one clear line, a next step, no changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from tests.cli.conftest import Clockify, Done

LONGEST_RUN = 80
"""The most characters of an offending text that are shown."""
_BESIDES = (".db-wal", ".db-shm")


@dataclass(frozen=True)
class Bad:
    """A command line that is refused with *code* and with *says* in the error."""

    args: tuple[str, ...]
    says: str
    code: int = 2

    def __str__(self) -> str:
        return " ".join(self.args).encode("ascii", "backslashreplace").decode()[:60]


def bad(line: str, says: str, code: int = 2) -> Bad:
    """Return a `Bad` of the words in *line*."""
    return Bad(tuple(line.split()), says, code)


def track(clockify: Clockify, home: Path, made: Path, lines: tuple[str, ...]) -> None:
    """Run *lines* in *home*; the result is kept in *made* and copied from there next time."""
    there = home / "clockify"
    if not made.exists():
        for line in lines:
            assert clockify(*line.split()).code == 0
        shutil.copytree(there, made)
    elif not there.exists():
        shutil.copytree(made, there)


def kept(home: Path) -> Mapping[str, object]:
    """Return all that the program keeps under *home*: database rows, other files as bytes."""
    found: dict[str, object] = {}
    for path in sorted(home.rglob("*")):
        if path.name.endswith(_BESIDES) or not path.is_file():
            continue
        found[str(path)] = dump(path) if path.suffix == ".db" else path.read_bytes()
    return found


def dump(database: Path) -> dict[str, list[object]]:
    """Return every row of every table of the database, and its schema."""
    log = database.with_name(f"{database.name}-wal")
    return _dump(_Copy(database), database.read_bytes(), log.read_bytes() if log.exists() else b"")


class _Copy:
    """A file whose content is compared separately: all places are equal."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Copy)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _dump(at: _Copy, _file: bytes, _log: bytes) -> dict[str, list[object]]:
    with closing(sqlite3.connect(f"file:{at.database}?mode=ro", uri=True)) as connection:
        schema = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
        tables = [name for type_, name, _ in schema if type_ == "table"]
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
        return {"": schema, **rows}


def check_text(done: Done, code: int, says: str) -> None:
    """Check an error for a person: one sentence, a next step, clean, and cut."""
    lines = done.err.splitlines()
    assert done.code == code, done.err
    assert done.out == ""
    assert lines[0].startswith("error: ")
    assert sum(line.startswith("error: ") for line in lines) == 1
    assert says in done.err
    assert len(lines) > 1, "no next step"
    check_clean(done.err)


def check_clean(text: str) -> None:
    """Check that *text* is safe for a terminal, and contains no overlong text of a person."""
    assert all(line.isprintable() for line in text.splitlines())
    assert "Traceback" not in text
    assert max((len(list(run)) for _, run in groupby(text)), default=0) <= LONGEST_RUN


def check_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    """Check that *wrong* is refused, as text and as JSON, and changes nothing."""
    before = kept(home)
    check_text(clockify(*wrong.args), wrong.code, wrong.says)
    assert kept(home) == before
    check_json(clockify(*wrong.args, "--json"), wrong.code)
    assert kept(home) == before


def check_json(done: Done, code: int) -> None:
    """Check an error for a script: one document on standard error, and nothing else."""
    assert done.out == ""
    error = json.loads(done.err)["error"]
    assert (done.code, error["exit"]) == (code, code), done.err
    assert error["message"]
    assert error["code"]
    assert error["hint"]
    assert done.err.isascii()
    check_clean(done.err)
