"""The whole state of the fake service, and the log of everything that changed in it."""

from __future__ import annotations

import json
import os
import pickle
import threading
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.fake_clockify.clock import Clock, iso
from tests.fake_clockify.records import (
    Client,
    CustomField,
    Entry,
    Member,
    Project,
    Record,
    Tag,
    Task,
    User,
    Workspace,
    kind,
    plain,
)

R = TypeVar("R", User, Workspace, Member, Client, Project, Task, Tag, CustomField, Entry)
Place = tuple[str, str]
_LIVE = ("clock", "lock", "_log")


@dataclass(frozen=True, slots=True)
class Commit:
    """One change: `created`, `changed` or `deleted`, by `api`, by `web` or by `seed`."""

    number: int
    at: float
    change: str
    by: str
    request: int | None
    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        found = self.after if self.after is not None else self.before
        if found is None:
            raise ValueError("a commit has an image before or after")
        return found

    def plain(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "at": iso(self.at),
            "change": self.change,
            "by": self.by,
            "request": self.request,
            "kind": kind(self.record),
            "id": self.record.id,
            "object": plain(self.record),
            "before": None if self.before is None else plain(self.before),
        }


class State:
    """Tables of records by id. Hold `lock` for as long as an operation reads or writes."""

    def __init__(self, clock: Clock, log_path: Path) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.commits: list[Commit] = []
        self.revoked: set[str] = set()
        self.reserved_names: set[tuple[str, str]] = set()
        self.by = "web"
        self.request: int | None = None
        self.tracked: dict[str, int] = defaultdict(int)
        self._tables: dict[type, dict[str, Any]] = defaultdict(dict)
        self._keys: dict[str, str] = {}
        self._starts: dict[Place, list[tuple[int, str]]] = defaultdict(list)
        self._running: dict[str, dict[str, str]] = defaultdict(dict)
        self._ids = 0
        self._pending: list[Commit] | None = None
        self._log = log_path.open("ab")

    def close(self) -> None:
        self._log.close()

    def saved(self) -> bytes:
        """Return all that it holds, for `restore`; equal states mostly give equal bytes."""
        with self.lock:
            held = vars(self).items()
            return pickle.dumps({name: value for name, value in held if name not in _LIVE})

    def restore(self, saved: bytes) -> None:
        """Hold again what *saved* holds; the log of changes on disk keeps what it has."""
        with self.lock:
            vars(self).update(pickle.loads(saved))

    def new_id(self, at: float | None = None) -> str:
        """Return 24 hex digits, the first eight being the second of creation: *at*, or now."""
        self._ids += 1
        return f"{int(self.clock.now() if at is None else at):08x}{self._ids:016x}"

    def find(self, table: type[R], id_: str | None) -> R | None:
        return None if id_ is None else self._tables[table].get(id_)

    def anywhere(self, id_: str) -> Record:
        """Return the record with that id, of any kind; KeyError if there is none."""
        for table in self._tables.values():
            if id_ in table:
                record: Record = table[id_]
                return record
        raise KeyError(id_)

    def all(self, table: type[R]) -> Iterator[R]:
        return iter(self._tables[table].values())

    def everything(self) -> list[Record]:
        """Return all records."""
        return [record for table in self._tables.values() for record in table.values()]

    def member(self, workspace_id: str, user_id: str) -> Member | None:
        return self.find(Member, f"{workspace_id}:{user_id}")

    def user_of_key(self, key: str) -> User | None:
        return self.find(User, self._keys.get(key))

    def put(self, record: R) -> R:
        """Create or change *record* and commit that."""
        before = self._tables[type(record)].get(record.id)
        if before == record:
            return record
        self._unindex(before)
        self._tables[type(record)][record.id] = record
        self._index(record)
        self._commit("created" if before is None else "changed", before, record)
        return record

    def remove(self, record: Record) -> None:
        self._unindex(record)
        del self._tables[type(record)][record.id]
        self._commit("deleted", record, None)

    def _index(self, record: Record) -> None:
        if isinstance(record, User):
            self._keys[record.key] = record.id
        elif isinstance(record, Entry):
            insort(self._starts[record.workspace_id, record.user_id], (record.start, record.id))
            if record.end is None:
                self._running[record.workspace_id][record.id] = record.user_id
            self._track(record, 1)

    def _unindex(self, record: Record | None) -> None:
        if isinstance(record, User):
            self._keys.pop(record.key, None)
        elif isinstance(record, Entry):
            starts = self._starts[record.workspace_id, record.user_id]
            del starts[bisect_left(starts, (record.start, record.id))]
            self._running[record.workspace_id].pop(record.id, None)
            self._track(record, -1)

    def _track(self, entry: Entry, sign: int) -> None:
        if entry.project_id is not None and entry.end is not None:
            self.tracked[entry.project_id] += sign * (entry.end - entry.start)

    def entries(
        self, workspace_id: str, user_id: str, first: int | None = None, last: int | None = None
    ) -> Iterator[Entry]:
        """Yield entries, newest first, that start from *first* to *last*, both included."""
        starts = self._starts[workspace_id, user_id]
        low = 0 if first is None else bisect_left(starts, (first, ""))
        high = len(starts) if last is None else bisect_right(starts, (last, "~"))
        table: dict[str, Entry] = self._tables[Entry]
        return (table[starts[place][1]] for place in range(high - 1, low - 1, -1))

    def running(self, workspace_id: str, user_id: str | None = None) -> list[Entry]:
        """Return entries without an end, the last started first."""
        table: dict[str, Entry] = self._tables[Entry]
        found = [
            table[id_]
            for id_, owner in self._running[workspace_id].items()
            if user_id in (None, owner)
        ]
        return sorted(found, key=lambda entry: (-entry.start, entry.id))

    @contextmanager
    def as_before(self, changes: int) -> Iterator[None]:
        """Show the entries as before the last *changes* of them; the lock must be held."""
        undone = [each for each in self.commits if isinstance(each.record, Entry)][-changes:]
        for commit in reversed(undone):
            self._swap(commit.after, commit.before)
        try:
            yield
        finally:
            for commit in undone:
                self._swap(commit.before, commit.after)

    def _swap(self, old: Record | None, new: Record | None) -> None:
        self._unindex(old)
        if old is not None:
            del self._tables[type(old)][old.id]
        if new is not None:
            self._tables[type(new)][new.id] = new
            self._index(new)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything changed in the block at its end, or undo it if it raises."""
        self._pending = []
        try:
            yield
        except BaseException:
            for commit in reversed(self._pending):
                self._swap(commit.after, commit.before)
            raise
        else:
            self._write(self._pending)
        finally:
            self._pending = None

    def _commit(self, change: str, before: Record | None, after: Record | None) -> None:
        if self.by == "seed":
            return
        number = len(self.commits) + len(self._pending or ()) + 1
        commit = Commit(number, self.clock.now(), change, self.by, self.request, before, after)
        if self._pending is None:
            self._write([commit])
        else:
            self._pending.append(commit)

    def _write(self, commits: list[Commit]) -> None:
        if not commits:
            return
        self._log.writelines(json.dumps(each.plain()).encode() + b"\n" for each in commits)
        self._log.flush()
        os.fsync(self._log.fileno())
        self.commits += commits
