"""Ranges and filters as conditions of SQL, every value of a person or server a parameter."""

from __future__ import annotations

from collections.abc import Iterable

from clockify_cli.domain.filters import Choice, EntryFilter, searchable
from clockify_cli.store.connection import StoreConnection
from clockify_cli.values import dataclass, field

DAY_SECONDS = 86_400
"""An entry that lasts longer is in the index `entry_long`."""


@dataclass(slots=True)
class Condition:
    """Parts of a WHERE clause over the entry ``e``, and their parameters by name."""

    parts: list[str] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)

    def add(self, sql: str, **values: object) -> None:
        """*sql* has to hold too; *values* are its named parameters."""
        self.parts.append(sql)
        self.parameters.update(values)

    def name(self, value: object) -> str:
        """A fresh parameter for *value*."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    @property
    def sql(self) -> str:
        """All parts joined."""
        return " AND ".join(self.parts) or "1"


def selection(
    db: StoreConnection, workspace: str, users: Iterable[str | None], chosen: EntryFilter
) -> Condition:
    """The live entries of *workspace* that *users* own (all where empty) and *chosen* passes."""
    condition = Condition()
    condition.add("e.deleted = 0")
    condition.add("e.workspace = :workspace", workspace=workspace)
    _users(condition, list(users))
    _choice(condition, "e.project", chosen.projects)
    _choice(condition, "e.task", chosen.tasks)
    _choice(condition, "(SELECT client FROM item WHERE local_id = e.project)", chosen.clients)
    _tags(condition, chosen.tags)
    _choice(condition, "e.type", chosen.types)
    if chosen.billable is not None:
        condition.add("e.billable = :billable", billable=int(chosen.billable))
    if chosen.search:
        db.read.create_function("searchable", 1, searchable, deterministic=True)
        condition.add(
            "instr(searchable(e.description), :search) > 0", search=searchable(chosen.search)
        )
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
    """Of *condition*'s entries, those with time in *start* to *end* (seconds since 1970).

    Entries without length count where they stand. Where the earliest entry begins that reaches
    in is asked for first: then one search of the index in order finds them all.
    """
    row = db.one(
        _REACHING, {"workspace": workspace, "start": start, "day_before": start - DAY_SECONDS}
    )
    reaching = row[0] if row else None
    condition.add(
        "e.start >= :earliest AND e.start < :range_end"
        ' AND (e."end" IS NULL OR e."end" > :range_start OR e.start >= :range_start)',
        earliest=start if reaching is None else reaching,
        range_start=start,
        range_end=end,
    )


def _users(condition: Condition, users: list[str | None]) -> None:
    if users:
        _choice(condition, "e.user", Choice(any_of=frozenset(users)))


def _choice(condition: Condition, column: str, choice: Choice) -> None:
    if choice.any_of:
        condition.add(_one_of(condition, column, choice.any_of))
    if choice.none_of:
        # A comparison with NULL is neither true nor false: IS TRUE settles it.
        condition.add(f"NOT (({_one_of(condition, column, choice.none_of)}) IS TRUE)")


def _one_of(condition: Condition, column: str, ids: frozenset[str | None]) -> str:
    named = ", ".join(condition.name(id_) for id_ in sorted(i for i in ids if i is not None))
    tests = [f"{column} IN ({named})"] if named else []
    if None in ids:
        tests.append(f"{column} IS NULL")
    return f"({' OR '.join(tests)})"


def _tags(condition: Condition, choice: Choice) -> None:
    if choice.any_of:
        condition.add(_has_tag(condition, choice.any_of))
    if choice.none_of:
        condition.add(f"NOT {_has_tag(condition, choice.none_of)}")


def _has_tag(condition: Condition, ids: frozenset[str | None]) -> str:
    named = ", ".join(condition.name(id_) for id_ in sorted(i for i in ids if i is not None))
    of_entry = "SELECT 1 FROM entry_tag WHERE entry = e.local_id"
    tests = [f"EXISTS ({of_entry} AND tag IN ({named}))"] if named else []
    if None in ids:
        tests.append(f"NOT EXISTS ({of_entry})")
    return f"({' OR '.join(tests)})"
