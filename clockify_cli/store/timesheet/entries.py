"""Time entries as values, with their names filled in.

Every function takes the *workspace* and, since the copy may have entries of several people, the
*user* whose entries count; None means everybody's (there is only one person in ``local``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial

from clockify_cli.domain.entry import (
    ALL,
    EVERYTHING,
    LOCAL,
    PLAIN,
    SENT_TYPES,
    Choice,
    EntryFilter,
    ProjectRef,
    Ref,
    SyncState,
    TimeEntry,
    plain_in,
    searchable,
)
from clockify_cli.errors import Ambiguous, NotFound
from clockify_cli.store.db.connection import (
    Record,
    StoreConnection,
    maybe_moment,
    maybe_seconds,
    meta_value,
    moment_of,
    put_meta,
    seconds_of,
)
from clockify_cli.store.db.schema import OPEN
from clockify_cli.store.glance import PLANNED
from clockify_cli.values import dataclass, field

MIN_TAIL = 4
"""The fewest characters of an id's tail that can name an entry."""

_SHOWN = 10

_SELECT = f"""
    SELECT e.local_id, e.server_id, e.workspace, e.user, e.start, e."end",
           e.project, p.server_id, p.name, c.local_id, c.server_id, c.name,
           e.task, t.server_id, t.name,
           (SELECT group_concat(tag, ' ') FROM entry_tag WHERE entry = e.local_id),
           e.billable, e.type, e.locked, e.custom_fields,
           CASE WHEN e.workspace <> '{LOCAL}' THEN (
               SELECT max(state IN ('REJECTED', 'REVIEW')) FROM journal
               WHERE local_id = e.local_id AND {OPEN}) END,
           {", ".join(f"e.{name}" for name in PLAIN)}
    FROM entry e
    LEFT JOIN item p ON p.local_id = e.project
    LEFT JOIN item c ON c.local_id = p.client
    LEFT JOIN item t ON t.local_id = e.task
"""

LOOKED_BACK = 2000
"""This many entries are searched for recent work."""
_NEWEST_FIRST = " ORDER BY e.start DESC, e.rowid DESC"
_OLDEST_FIRST = " ORDER BY e.start, e.rowid"


def running(db: StoreConnection, workspace: str, user: str | None = None) -> TimeEntry | None:
    """Return the running timer; of several, which only a pull can bring, the latest started."""
    condition = selection(db, workspace, user)
    condition.add('e."end" IS NULL')
    return next(_each(db, condition, _NEWEST_FIRST), None)


def planned_end(db: StoreConnection, entry: TimeEntry) -> datetime | None:
    """Return when the timer *entry* is planned to end; None if not, or if it began later."""
    text = meta_value(db, PLANNED + entry.local_id)
    end = None if text is None else moment_of(int(text))
    return end if end is not None and end > entry.start else None


def plan_end(db: StoreConnection, local_id: str, end: datetime | None) -> None:
    """Plan the timer *local_id* to end at *end* (aware UTC); None removes the plan."""
    put_meta(db, PLANNED + local_id, None if end is None else str(seconds_of(end)))


def get(db: StoreConnection, local_id: str, *, even_deleted: bool = False) -> TimeEntry:
    """Return the entry with *local_id*. Raises NotFound if it never existed or is deleted."""
    found = known(db, local_id, even_deleted=even_deleted)
    if found is None:
        raise _no_entry(local_id or "")
    return found


def known(
    db: StoreConnection, local_id: str | None, *, even_deleted: bool = False
) -> TimeEntry | None:
    """Return the entry with *local_id*; None if it never existed or is deleted."""
    condition = Condition()
    condition.add("e.local_id = :local_id", local_id=local_id)
    if not even_deleted:
        condition.add("e.deleted = 0")
    return next(_each(db, condition, ""), None)


def find(db: StoreConnection, workspace: str, text: str) -> TimeEntry:
    """Return the entry with the id *text* (either of its ids), or with a tail of 4 characters on.

    Raises NotFound, or Ambiguous with the candidates and their full ids.
    """
    wanted = text.strip().lower()
    if len(wanted) < MIN_TAIL or not wanted.isalnum():
        raise _no_entry(text)
    found = _by_whole_id(db, workspace, wanted) or _by_tail(db, workspace, wanted)
    if not found:
        raise _no_entry(text)
    if len(found) > 1:
        raise _several(text, found)
    return found[0]


def _by_whole_id(db: StoreConnection, workspace: str, wanted: str) -> list[TimeEntry]:
    condition = selection(db, workspace, None)
    condition.add("(e.local_id = :wanted OR e.server_id = :wanted)", wanted=wanted)
    return list(_each(db, condition, ""))


def _by_tail(db: StoreConnection, workspace: str, wanted: str) -> list[TimeEntry]:
    condition = selection(db, workspace, None)
    condition.add(
        "(substr(e.local_id, -:length) = :tail OR substr(e.server_id, -:length) = :tail)",
        length=len(wanted),
        tail=wanted,
    )
    return list(_each(db, condition, _NEWEST_FIRST, limit=_SHOWN + 1))


def tails(db: StoreConnection, found: Collection[TimeEntry]) -> dict[str, str]:
    """Return the shortest tail of each entry's id that no other id ends in, by local id.

    It has at least 4 characters, and `find` accepts it.
    """
    ends = json.dumps([entry.key[-MIN_TAIL:] for entry in found])
    # One column each, so that an index covers the whole search.
    others = [
        str(row[0])
        for column in ("local_id", "server_id")
        for row in db.all(
            f"""
            SELECT {column} FROM entry WHERE {column} IS NOT NULL
            AND substr({column}, -{MIN_TAIL}) IN (SELECT value FROM json_each(?))
            """,
            (ends,),
        )
    ]
    return {
        entry.local_id: _own_tail(
            entry.key, [each for each in others if each not in (entry.local_id, entry.server_id)]
        )
        for entry in found
    }


def _own_tail(key: str, others: Collection[str]) -> str:
    length = MIN_TAIL
    while length < len(key) and any(other.endswith(key[-length:]) for other in others):
        length += 1
    return key[-length:]


def last_finished(
    db: StoreConnection, workspace: str, user: str | None, now: datetime
) -> TimeEntry | None:
    """Return the latest started of the entries that are finished and not in the future."""
    condition = selection(db, workspace, user)
    condition.add('e."end" <= :now AND e.start <= :now', now=seconds_of(now))
    return next(_each(db, condition, _NEWEST_FIRST, limit=1), None)


def last_end(
    db: StoreConnection, workspace: str, user: str | None, now: datetime
) -> datetime | None:
    """Return the latest end that is not after *now*; None if nothing has ended."""
    latest = last_finished(db, workspace, user, now)
    if latest is None or latest.end is None:
        return None
    # An entry that began before the latest started one may have ended after it.
    condition = selection(db, workspace, user)
    add_range(db, condition, workspace, seconds_of(latest.end), seconds_of(now) + 1)
    condition.add('e."end" <= :now', now=seconds_of(now))
    later = db.number(
        f'SELECT max(e."end") FROM entry e WHERE {condition.sql}', condition.parameters
    )
    return latest.end if later is None else max(latest.end, moment_of(later))


def first_start(db: StoreConnection, workspace: str, user: str | None = None) -> datetime | None:
    """Return when the oldest entry began; None if there is none."""
    condition = selection(db, workspace, user)
    sql = f"SELECT min(e.start) FROM entry e WHERE {condition.sql}"
    return maybe_moment(db.number(sql, condition.parameters))


def last_instant(
    db: StoreConnection, workspace: str, user: str | None, now: datetime
) -> datetime | None:
    """Return when the newest tracked time ends (a running timer at *now*); None if none."""
    condition = selection(db, workspace, user)
    condition.parameters["now"] = seconds_of(now)
    sql = f'SELECT max(max(e.start, coalesce(e."end", :now))) FROM entry e WHERE {condition.sql}'
    return maybe_moment(db.number(sql, condition.parameters))


def in_range(
    db: StoreConnection,
    workspace: str,
    user: str | None,
    start: datetime,
    end: datetime,
    chosen: EntryFilter = ALL,
    limit: int | None = None,
) -> list[TimeEntry]:
    """Return entries with time from *start* to *end*, oldest first; *limit* keeps the newest."""
    if limit is None:
        return list(each_in_range(db, workspace, user, start, end, chosen))
    condition = _within(db, workspace, user, start, end, chosen)
    return list(_each(db, condition, _NEWEST_FIRST, limit=limit))[::-1]


def each_in_range(
    db: StoreConnection,
    workspace: str,
    user: str | None,
    start: datetime,
    end: datetime,
    chosen: EntryFilter = ALL,
) -> Iterator[TimeEntry]:
    """Like `in_range`, one by one, so that memory does not grow with the range.

    Exhaust it before changing anything: another process's write in between would make the change
    fail.
    """
    yield from _each(db, _within(db, workspace, user, start, end, chosen), _OLDEST_FIRST)


def every(
    db: StoreConnection, workspace: str, user: str | None, chosen: EntryFilter
) -> list[TimeEntry]:
    """Return all entries that pass *chosen*, oldest first."""
    return list(_each(db, selection(db, workspace, user, chosen), _OLDEST_FIRST))


def count_in_range(
    db: StoreConnection,
    workspace: str,
    user: str | None,
    start: datetime,
    end: datetime,
    chosen: EntryFilter = ALL,
) -> int:
    """Return how many entries have time between *start* and *end*."""
    condition = _within(db, workspace, user, start, end, chosen)
    sql = f"SELECT count(*) FROM entry e WHERE {condition.sql}"
    return db.number(sql, condition.parameters) or 0


def count(db: StoreConnection, workspace: str) -> int:
    """Return how many entries the workspace has."""
    sql = "SELECT count(*) FROM entry WHERE workspace = ? AND deleted = 0"
    return db.number(sql, (workspace,)) or 0


def overlapping(
    db: StoreConnection,
    workspace: str,
    user: str | None,
    start: datetime,
    end: datetime | None,
    except_ids: Collection[str] = (),
) -> list[TimeEntry]:
    """Return entries that share time with *start* to *end* (None: open end), oldest first.

    A running timer has no end. Entries that only touch, or have no length, do not overlap.
    """
    until = maybe_seconds(end)
    condition = selection(db, workspace, user)
    add_range(db, condition, workspace, seconds_of(start), 2**62 if until is None else until)
    condition.add('(e."end" IS NULL OR e."end" > max(e.start, :range_start))')
    return [e for e in _each(db, condition, _OLDEST_FIRST) if e.local_id not in except_ids]


def newest(db: StoreConnection, workspace: str, user: str | None, limit: int) -> list[TimeEntry]:
    """Return the *limit* latest started entries, the newest first."""
    return list(_each(db, selection(db, workspace, user), _NEWEST_FIRST, limit=limit))


def recent(db: StoreConnection, workspace: str, user: str | None, limit: int) -> list[TimeEntry]:
    """Return the latest entry of each of the *limit* most recent kinds of work, newest first.

    Entries are of the same kind of work if they differ only in their times.
    """
    found: dict[tuple[object, ...], TimeEntry] = {}
    for entry in _each(db, selection(db, workspace, user), _NEWEST_FIRST, limit=LOOKED_BACK):
        fields = entry.fields
        thing = (fields.description, fields.project, fields.task, frozenset(fields.tags))
        found.setdefault((*thing, fields.type), entry)
        if len(found) == limit:
            break
    return list(found.values())


def _within(
    db: StoreConnection,
    workspace: str,
    user: str | None,
    start: datetime,
    end: datetime,
    chosen: EntryFilter,
) -> Condition:
    condition = selection(db, workspace, user, chosen)
    add_range(db, condition, workspace, seconds_of(start), seconds_of(end))
    return condition


def _each(
    db: StoreConnection, condition: Condition, order: str, *, limit: int | None = None
) -> Iterator[TimeEntry]:
    ending = "" if limit is None else " LIMIT :limit"
    parameters = condition.parameters if limit is None else {**condition.parameters, "limit": limit}
    records = db.each(f"{_SELECT} WHERE {condition.sql}{order}{ending}", parameters)
    tags: dict[str, Ref] = {}
    projects: dict[Record, ProjectRef | None] = {}
    for record in records:
        if record[15] and not tags:
            tags = _all_tags(db, record[2])
        with db.making_sense("an entry in it"):
            # Many entries share few projects.
            named = record[6:12]
            if named not in projects:
                projects[named] = _project(*named)
            entry = _entry(record, projects[named], tags)
        yield entry


def _all_tags(db: StoreConnection, workspace: str) -> dict[str, Ref]:
    rows = db.each(
        "SELECT local_id, server_id, name FROM item WHERE workspace = ? AND kind = 'tag'",
        (workspace,),
    )
    return {local_id: Ref(local_id, server_id, name) for local_id, server_id, name in rows}


def _entry(record: Record, project: ProjectRef | None, tags: dict[str, Ref]) -> TimeEntry:
    local_id, server_id, workspace, user, start, end = record[:6]
    tag_ids, billable, type_, locked, custom_fields, waiting = record[15:21]
    return TimeEntry(
        local_id=local_id,
        server_id=server_id,
        workspace_id=workspace,
        user_id=user,
        start=moment_of(start),
        end=maybe_moment(end),
        **plain_in(dict(zip(PLAIN, record[21:], strict=True))),
        project=project,
        task=_ref(*record[12:15]),
        tags=tuple(tags[tag] for tag in tag_ids.split()) if tag_ids else (),
        billable=bool(billable),
        type=type_,
        locked=bool(locked),
        custom_fields=custom_fields,
        sync_state=_sync_state(
            workspace, waiting, stays=server_id is None and type_ not in SENT_TYPES
        ),
    )


def _project(
    local_id: str | None,
    server_id: str | None,
    name: str | None,
    client: str | None,
    client_server: str | None,
    client_name: str | None,
) -> ProjectRef | None:
    if local_id is None:
        return None
    # A copy may name a project before its own row has been pulled.
    return ProjectRef(local_id, server_id, name or "", _ref(client, client_server, client_name))


def _ref(local_id: str | None, server_id: str | None, name: str | None) -> Ref | None:
    return None if local_id is None else Ref(local_id, server_id, name or "")


def _sync_state(workspace: str, waiting: int | None, *, stays: bool) -> SyncState:
    if workspace == LOCAL or stays:
        return "local"
    if waiting is None:
        return "synced"
    return "review" if waiting else "pending"


def _no_entry(text: str) -> NotFound:
    return NotFound(
        f'no entry matches "{text[:80]}"',
        f"Give current, last, @N, an id, or at least the last {MIN_TAIL} characters of one; "
        "`clockify log` shows them.",
    )


def _several(text: str, found: list[TimeEntry]) -> Ambiguous:
    shown = tuple(
        f"{entry.key}  {entry.start:%Y-%m-%dT%H:%M:%SZ}  {entry.description}"
        for entry in found[:_SHOWN]
    )
    return Ambiguous(
        f'"{text[:80]}" matches {len(found) if len(found) <= _SHOWN else "many"} entries',
        "Give more of the id.",
        details=shown,
    )


DAY_SECONDS = 86_400
"""An entry that lasts longer is in the index `entry_long`."""


@dataclass(slots=True)
class Condition:
    """Parts of a WHERE clause over the entry ``e``, and their parameters by name."""

    parts: list[str] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)

    def add(self, sql: str, **values: object) -> None:
        """Add the condition *sql*; *values* are its named parameters."""
        self.parts.append(sql)
        self.parameters.update(values)

    def name(self, value: object) -> str:
        """Return a new parameter for *value*."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    @property
    def sql(self) -> str:
        """Return all parts joined."""
        return " AND ".join(self.parts) or "1"


def selection(
    db: StoreConnection, workspace: str, user: str | None, chosen: EntryFilter = ALL
) -> Condition:
    """Select the entries of *user* (None: everybody's) in *workspace* that pass *chosen*."""
    condition = Condition()
    condition.add("e.deleted = 0")
    condition.add("e.workspace = :workspace", workspace=workspace)
    if user is not None:
        condition.add("e.user = :user", user=user)
    columns = {
        "e.project": chosen.projects,
        "e.task": chosen.tasks,
        "(SELECT client FROM item WHERE local_id = e.project)": chosen.clients,
        "e.type": chosen.types,
    }
    for column, choice in columns.items():
        _choose(condition, choice, partial(_one_of, condition, column))
    _choose(condition, chosen.tags, partial(_has_tag, condition))
    if chosen.billable is not None:
        condition.add("e.billable = :billable", billable=int(chosen.billable))
    if chosen.search != EVERYTHING:
        db.read.create_function("searchable", 1, searchable, deterministic=True)
        _choose(condition, chosen.search, partial(_says, condition))
    return condition


_REACHING = """
    SELECT min(start) FROM (
        SELECT min(start) AS start FROM entry
        WHERE workspace = :workspace AND deleted = 0 AND start >= :day_before AND start < :start
          AND ("end" IS NULL OR "end" > :start)
        UNION ALL
        SELECT min(start) FROM entry INDEXED BY entry_long
        WHERE workspace = :workspace AND deleted = 0 AND "end" - start > 86400
          AND start < :day_before AND "end" > :start
        UNION ALL
        SELECT min(start) FROM entry INDEXED BY entry_running
        WHERE workspace = :workspace AND deleted = 0 AND "end" IS NULL AND start < :day_before
    )
"""


def add_range(
    db: StoreConnection, condition: Condition, workspace: str, start: int, end: int
) -> None:
    """Restrict *condition* to entries with time in *start* to *end* (seconds since 1970).

    Entries without length count at their start. The start of the earliest entry that extends into
    the range is looked up first, so that one ordered index search finds them all.
    """
    reaching = db.number(
        _REACHING, {"workspace": workspace, "start": start, "day_before": start - DAY_SECONDS}
    )
    condition.add(
        "e.start >= :earliest AND e.start < :range_end"
        ' AND (e."end" IS NULL OR e."end" > :range_start OR e.start >= :range_start)',
        earliest=start if reaching is None else reaching,
        range_start=start,
        range_end=end,
    )


def _choose(
    condition: Condition, choice: Choice, any_of: Callable[[frozenset[str | None]], str]
) -> None:
    """Add what *choice* wants and excludes; *any_of* returns the SQL for one of several values."""
    if choice.any_of:
        condition.add(any_of(choice.any_of))
    if choice.none_of:
        # A comparison with NULL is neither true nor false: IS TRUE settles it.
        condition.add(f"NOT ({any_of(choice.none_of)} IS TRUE)")


def _named(condition: Condition, values: frozenset[str | None]) -> list[str]:
    """Return a new parameter for each of *values* that is not None."""
    return [condition.name(value) for value in sorted(v for v in values if v is not None)]


def _one_of(condition: Condition, column: str, ids: frozenset[str | None]) -> str:
    named = ", ".join(_named(condition, ids))
    tests = [f"{column} IN ({named})"] if named else []
    if None in ids:
        tests.append(f"{column} IS NULL")
    return f"({' OR '.join(tests)})"


def _says(condition: Condition, texts: frozenset[str | None]) -> str:
    folded = frozenset(None if text is None else searchable(text) for text in texts)
    tests = [f"instr(searchable(e.description), {n}) > 0" for n in _named(condition, folded)]
    if None in texts:
        tests.append("e.description = ''")
    return f"({' OR '.join(tests)})"


def _has_tag(condition: Condition, ids: frozenset[str | None]) -> str:
    named = ", ".join(_named(condition, ids))
    of_entry = "SELECT 1 FROM entry_tag WHERE entry = e.local_id"
    tests = [f"EXISTS ({of_entry} AND tag IN ({named}))"] if named else []
    if None in ids:
        tests.append(f"NOT EXISTS ({of_entry})")
    return f"({' OR '.join(tests)})"
