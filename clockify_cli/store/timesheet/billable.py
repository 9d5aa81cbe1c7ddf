"""Read the work that can be billed from the entries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from clockify_cli.domain.bill import BillRange, Named, Work
from clockify_cli.domain.entry import ALL, EntryFilter
from clockify_cli.domain.money import Rates
from clockify_cli.domain.rounding import Rounding
from clockify_cli.domain.time.zones import local_day
from clockify_cli.store.db.connection import Record, StoreConnection, moment_of, seconds_of
from clockify_cli.store.timesheet.entries import Condition, add_range, selection
from clockify_cli.store.timesheet.rates import outdated, own_rate
from clockify_cli.values import dataclass

_SELECT = """
    SELECT e.local_id, e.start, e."end", c.local_id, c.name, p.local_id, p.name, t.local_id, t.name,
           e.description, e.type, e.billable, e.extra,
           (SELECT b.ref FROM bill_entries w JOIN bills b ON b.id = w.bill
            WHERE w.entry = e.local_id AND w.live = 1)
    FROM entry e
    LEFT JOIN item p ON p.local_id = e.project
    LEFT JOIN item c ON c.local_id = p.client
    LEFT JOIN item t ON t.local_id = e.task
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that might be billed: its *work*, and the REF of the active *bill* it is on.

    *running*: it has no end yet, and its length does not count.
    """

    work: Work
    bill: str | None
    running: bool


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Unbilled entries of the same project, task and own rate.

    *extra* is JSON text of that rate. *rounded* is the sum of the entries, each rounded by itself.
    *first* is the start of the oldest one, in seconds since 1970.
    """

    client: Named
    project: str | None
    task: str | None
    extra: str
    count: int
    seconds: int
    rounded: int
    first: int


class Workbook:
    """Reads entries as work, with the current rates and the local days of *covered*."""

    def __init__(
        self, db: StoreConnection, workspace: str, rates: Rates, covered: BillRange, currency: str
    ) -> None:
        self._db = db
        self._rates = rates
        self._covered = covered
        self._currency = currency
        self._zone = ZoneInfo(covered.time_zone)
        self._outdated = frozenset(outdated(db, workspace))

    def candidates(
        self, workspace: str, user: str | None, chosen: EntryFilter = ALL
    ) -> Iterator[Candidate]:
        """Yield *user*'s entries that pass *chosen* and are in the range, oldest first.

        If the range has no start, running timers are included.
        """
        condition = selection(self._db, workspace, user, chosen)
        covered = self._covered
        if covered.start is None:
            condition.add('e.start <= :upto AND (e."end" IS NULL OR e."end" <= :upto)')
        else:
            condition.add(
                "e.start >= :from AND e.start < :upto", **{"from": seconds_of(covered.start)}
            )
        condition.parameters["upto"] = seconds_of(covered.end)
        return self._each(condition)

    def reaching_in(
        self, workspace: str, user: str | None, chosen: EntryFilter = ALL
    ) -> Iterator[Candidate]:
        """Yield *user*'s entries that pass *chosen*, start before the range and extend into it.

        A running timer extends into it, too.
        """
        if self._covered.start is None:
            return
        first = seconds_of(self._covered.start)
        condition = selection(self._db, workspace, user, chosen)
        add_range(self._db, condition, workspace, first, first)
        yield from self._each(condition)

    def entries(self, local_ids: Iterable[str], workspace: str) -> dict[str, Candidate]:
        """Return the entries with *local_ids* that are still in *workspace*, by local id."""
        condition = Condition()
        condition.add("e.deleted = 0 AND e.workspace = :workspace", workspace=workspace)
        condition.add(
            "e.local_id IN (SELECT value FROM json_each(:ids))", ids=json.dumps(list(local_ids))
        )
        return {found.work.entry: found for found in self._each(condition)}

    def _each(self, condition: Condition) -> Iterator[Candidate]:
        records = self._db.each(
            f"{_SELECT} WHERE {condition.sql} ORDER BY e.start, e.rowid", condition.parameters
        )
        for record in records:
            with self._db.making_sense("an entry in it"):
                found = self._candidate(record)
            yield found

    def _candidate(self, record: Record) -> Candidate:
        (entry, start, end, client, client_name, project, project_name, task, task_name,
         description, type_, billable, extra, bill) = record  # fmt: skip
        own = None if entry in self._outdated else own_rate(extra, self._currency)
        began = moment_of(start)
        work = Work(
            entry=entry,
            start=began,
            end=began if end is None else moment_of(end),
            day=local_day(began, self._zone, self._covered.day_start),
            client=Named(client, client_name or ""),
            project=Named(project, project_name or ""),
            task=Named(task, task_name or ""),
            description=description,
            type=type_,
            billable=bool(billable),
            rate=self._rates.of(own, task, project) if billable else None,
        )
        return Candidate(work, bill, end is None)


def unbilled(
    db: StoreConnection,
    workspace: str,
    user: str | None,
    now: datetime,
    rounding: Rounding | None = None,
    chosen: EntryFilter = ALL,
) -> list[Unbilled]:
    """Sum the entries of *chosen* that are billable, finished by *now* (aware UTC) and unbilled.

    *rounding* applies only if it is by entry. An entry that was moved to another project since
    Clockify sent its own rate has none.
    """
    length = 'e."end" - e.start'
    by_entry = rounding is not None and rounding.by == "entry"
    condition = selection(db, workspace, user, chosen)
    condition.add('e.billable = 1 AND e."end" <= :now AND e."end" > e.start', now=seconds_of(now))
    condition.add("NOT EXISTS (SELECT 1 FROM bill_entries w"
                  " WHERE w.entry = e.local_id AND w.live = 1)")  # fmt: skip
    if by_entry and rounding is not None:
        rounded = f"sum(({length} + :added) / :step * :step)"
        condition.parameters |= {"added": rounding.added, "step": rounding.step}
    else:
        rounded = f"sum({length})"
    extra = "e.extra"
    if moved := outdated(db, workspace):
        condition.parameters["moved"] = json.dumps(moved)
        extra = (
            "CASE WHEN e.local_id IN (SELECT value FROM json_each(:moved))"
            " THEN '{}' ELSE e.extra END"
        )
    records = db.each(
        f"""
        SELECT c.local_id, c.name, s.project, s.task, s.extra, s.count, s.seconds, s.rounded,
               s.first
        FROM (
            SELECT e.project, e.task, {extra} AS extra, count(*) AS count, sum({length}) AS seconds,
                   {rounded} AS rounded, min(e.start) AS first
            FROM entry e WHERE {condition.sql} GROUP BY 1, 2, 3
        ) s
        LEFT JOIN item p ON p.local_id = s.project LEFT JOIN item c ON c.local_id = p.client
        """,
        condition.parameters,
    )
    return [Unbilled(Named(client, name or ""), *rest) for client, name, *rest in records]
