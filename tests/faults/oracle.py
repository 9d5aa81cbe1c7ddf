"""What has to hold in the end, whatever happened: compares the server's log with the output.

It shares no code with the program: an entry is identified by the token in its description, the
timesheet is read with plain SQLite, and the promises are what the program printed.
"""

from __future__ import annotations

import sqlite3
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fake_clockify import FakeClockify
from tests.fake_clockify.keys import key_in
from tests.fake_clockify.records import Entry, Project, Record
from tests.faults.person import DEADLINE, Person, Told

CODES = frozenset({0, 2, 3, 4, 5, 6, 7, 8, 9, 130, 143})
"""The documented exit codes, except 1, which is unexpected."""
FILES = frozenset(
    {
        "config/config.toml",
        "data/timesheet.db",
        "data/timesheet.db-shm",
        "data/timesheet.db-wal",
        "data/sync.lock",
        "state/timer",
        "state/sync.json",
    }
)
OVER = 0.5
"""Seconds that a command may take beyond its deadline."""


@dataclass(frozen=True)
class Promise:
    """What was said about the entry with *token* in its description.

    *made*: the most often that it may be made. *final*: the entry in the last answer, None if it
    was deleted. *kept*: it was acknowledged, so it has to exist; otherwise it may be missing.
    """

    token: str
    final: dict[str, Any] | None
    made: int = 1
    kept: bool = True


def violations(
    person: Person,
    fake: FakeClockify,
    promises: Iterable[Promise],
    asked: str,
    over: float = OVER,
) -> list[str]:
    """Return every broken invariant, with its cause.

    *asked* is in the description of everything that the person ever requested. *over*: seconds that
    a command may take beyond its deadline.
    """
    promises = list(promises)
    return [
        *_made(fake, promises),
        *_unasked(fake, asked),
        *_final(person, fake, promises),
        *secrets(person),
        *soundness(person.home),
        *manners(person.told, over),
    ]


def _made(fake: FakeClockify, promises: list[Promise]) -> Iterator[str]:
    for promise in promises:
        made = sum(n for text, n in entries_made(fake).items() if promise.token in text)
        if made not in range(1 if promise.kept and promise.final else 0, promise.made + 1):
            yield f"I1 {promise.token} was made {made} times"
        alive = [each for each in fake.entries() if promise.token in each.description]
        if len(alive) > 1:
            yield f"I1 {promise.token} is there {len(alive)} times"


def _unasked(fake: FakeClockify, asked: str) -> Iterator[str]:
    for each in fake.committed("entry"):
        texts = {_text(image) for image in (each.before, each.after) if image is not None}
        if not any(asked in text for text in texts):
            yield f"I2 nobody asked for {each.change} {texts}"


def _text(record: Record) -> str:
    return record.description if isinstance(record, Entry) else ""


def _final(person: Person, fake: FakeClockify, promises: list[Promise]) -> Iterator[str]:
    for promise in promises:
        there = [each for each in fake.entries() if promise.token in each.description]
        if promise.final is None:
            if promise.kept and there:
                yield f"I4 {promise.token} was deleted and is there"
        elif promise.kept and not there:
            yield f"I1 {promise.token} was acknowledged and is not there"
        elif promise.kept:
            yield from _differences(promise.final, there[0], fake)
    here = sorted(filter(None, (each["id"] for each in person.seen())))
    if here != sorted(each.id for each in fake.entries()):
        yield "I3 the timesheet shows other entries than Clockify holds"


def _differences(told: dict[str, Any], held: Entry, fake: FakeClockify) -> Iterator[str]:
    project = next(
        (each.name for each in fake.state.all(Project) if each.id == held.project_id), None
    )
    wanted = {
        "start": _second(told["timeInterval"]["start"]),
        "end": _second(told["timeInterval"]["end"]),
        "description": told["description"],
        "project": told["projectName"],
    }
    found = {
        "start": held.start,
        "end": held.end,
        "description": held.description,
        "project": project,
    }
    if wanted != found:
        yield f"I4 told {wanted}, held {found}"


def _second(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def projects_made(fake: FakeClockify, name: str) -> int:
    """Return how often a project called *name* was made through the API."""
    created = [each.record for each in fake.committed("project") if each.change == "created"]
    return sum(isinstance(record, Project) and record.name == name for record in created)


def entries_made(fake: FakeClockify) -> Counter[str]:
    """Return how often an entry was made through the API, by its description at that time."""
    created = (each.record for each in fake.committed("entry") if each.change == "created")
    return Counter(map(_text, created))


def secrets(person: Person) -> Iterator[str]:
    """I5: yield where the key is, but must not be."""
    for told in person.told:
        if key_in(f"{told.run.out}{told.run.err}".encode()):
            yield f"I5 the key is in the answer to {told.args}"
    for path in person.home.rglob("*"):
        if path.is_file() and path.name != "config.toml" and key_in(path.read_bytes()):
            yield f"I5 the key is in {path.name}"


def soundness(home: Path) -> Iterator[str]:
    """I6: a sound database, private files, nothing left over."""
    with closing(sqlite3.connect(home / "data" / "timesheet.db")) as db:
        if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            yield "I6 the database is damaged"
    for path in (home, *home.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode != (0o700 if path.is_dir() else 0o600):
            yield f"I6 {path.name} has mode {mode:o}"
        if path.is_file() and path.relative_to(home).as_posix() not in FILES:
            yield f"I6 {path.name} is left over"


def manners(told: Iterable[Told], over: float = OVER) -> Iterator[str]:
    """I7 and I8: no traceback, a documented exit code, a cause with a next step, in time."""
    for each in told:
        run = each.run
        if "Traceback" in run.out + run.err:
            yield f"I7 {each.args} shows a traceback"
        if run.code not in CODES:
            yield f"I7 {each.args} ends with {run.code}: {run.err}"
        if run.code and run.code not in (130, 143) and not _explains(run.err):
            yield f"I7 {each.args} does not explain its {run.code}: {run.err!r}"
        if each.seconds > _deadline(each) + over:
            yield f"I8 {each.args} cost {each.seconds:.1f} s"


def _deadline(told: Told) -> float:
    """Return the seconds for a command; a sync may take them twice, to send and to fetch."""
    return DEADLINE * (2 if told.args[0] == "sync" else 1)


def _explains(err: str) -> bool:
    decides = "` decides." in err or "` decides, such as `clockify queue " in err
    return "error: " in err or '"error"' in err or decides
