"""Import entries from a file: all or nothing, and nothing twice."""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from clockify_cli.actions.clockify.freshness import fresh_entries, reported_sentence
from clockify_cli.actions.clockify.sending import finished, tell_cost
from clockify_cli.actions.context import AppContext, kept_notes
from clockify_cli.actions.names.imported_names import (
    ImportedNames,
    NameMatch,
    learn_names,
    read_otherwise_in,
)
from clockify_cli.actions.names.workspace_rules import as_allowed, refuse_making, refuse_rows
from clockify_cli.actions.tracking.entry_input import Making
from clockify_cli.actions.tracking.recording import once_of, recorded
from clockify_cli.domain.entry import (
    LOCAL,
    REGULAR,
    SENT_TYPES,
    ChangeResult,
    EntryFields,
    Item,
    TimeEntry,
    counted,
    plain_of,
)
from clockify_cli.domain.exchange.columns import Labels
from clockify_cli.domain.exchange.reading import AS_FOUND, HowToRead, read_import
from clockify_cli.domain.exchange.rows import (
    NO_IDS,
    TRACKERS,
    ImportedEntry,
    ImportFile,
    numbered,
    refuse_lines,
)
from clockify_cli.domain.exchange.sorting import (
    SECONDS,
    Sorted,
    compared_time,
    fingerprint,
    sharing_times,
    sort_out,
)
from clockify_cli.domain.terminal_text import shortened
from clockify_cli.errors import ClockifyError, NotFound, UsageError
from clockify_cli.store.db.changes import AlreadyDone
from clockify_cli.store.timesheet import entries
from clockify_cli.store.timesheet.imported import ids_elsewhere, is_empty, known_ids
from clockify_cli.values import dataclass, replace

_OUR_ID = 32
_READ, _PLANNED = 0.5, 0.75
"""The finished fraction of an import after reading the file, and after comparing it."""
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """The bytes of a file, *how* to read them, and how to import them.

    *name* is what the history calls the file. *create* makes names that do not exist; without an
    account this is implied unless one resembles another. *agreed* are the names that the person has
    allowed. *unseen*: a person is shown what the names in another tracker's file become, and agrees
    to it and to new names, before anything is recorded. *yes* accepts what is otherwise refused:
    entries in the future, over 24 hours, or of somebody else, and unknown ids. *dry_run* changes
    nothing.
    """

    data: bytes
    name: str
    how: HowToRead = AS_FOUND
    create: bool = False
    agreed: frozenset[str] = frozenset()
    yes: bool = False
    unseen: bool = False
    dry_run: bool = False
    once: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The result of an import, or of its dry run.

    *entries* are the new ones in the order of the file, *created* the names made for them, *names*
    what the names of another tracker's file are here. *here* counts rows that already existed,
    *repeats* rows that the file contains twice. *already*: the same ``--once`` key was used before.
    *problem*: the import is saved here, but Clockify refused part of it or it needs a decision.
    """

    entries: Sequence[TimeEntry] = ()
    created: tuple[Item, ...] = ()
    matched: tuple[Item, ...] = ()
    names: tuple[NameMatch, ...] = ()
    here: int = 0
    repeats: int = 0
    change_id: int | None = None
    dry_run: bool = False
    already: bool = False
    notes: tuple[str, ...] = ()
    problem: ClockifyError | None = None


class ToConfirm(UsageError):
    """A person has not yet seen what becomes of the file; nothing was changed.

    *names* are those in it, *notes* sentences on how it was read, *count* its new entries.
    """

    def __init__(self, names: tuple[NameMatch, ...], notes: tuple[str, ...], count: int) -> None:
        super().__init__("the names in the file were not confirmed", "`--yes` confirms them.")
        self.names = names
        self.notes = notes
        self.count = count


class _Planned(NamedTuple):
    """A row of the file as the entry that it would be; one of *ids* may already exist here."""

    line: int
    fields: EntryFields
    ids: tuple[str, ...]
    local_id: str


def import_entries(
    ctx: AppContext, request: ImportRequest, tell: Tell = lambda _: None
) -> Imported:
    """Record the entries of a file that are not here yet, as one change.

    Raises UsageError for wrong lines, and, with a code of `DOUBTS`, for what needs *yes*; Ambiguous
    for a name that two things have; NotFound for names that may not be made; Refused for what the
    workspace forbids. Then nothing is changed. *tell* is called from time to time with the finished
    fraction, from 0 to 1.
    """
    with _uncollected():
        return as_allowed(ctx, lambda: _import(ctx, request, tell))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Switch off the garbage collector: a file's rows have no cycles to find."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _import(ctx: AppContext, request: ImportRequest, tell: Tell) -> Imported:
    how = replace(request.how, labels=_labels(ctx))
    file = read_import(request.data, how, ctx.time_context(), lambda part: tell(part * _READ))
    rows = deque(file.rows)
    clientless = _clientless(file, rows)
    learn_names(ctx, rows, clientless=clientless)
    notes = (*file.notes, *_starting(ctx, file), *_compared(ctx, rows))
    file = replace(file, rows=(), notes=notes)
    if request.dry_run:
        plan = _plan(ctx, request, file, rows, clientless)
        tell_cost(ctx, plan.changes)
        return replace(plan.imported(), dry_run=True)
    more = (how.columns, how.person) if how.columns or how.person else ()
    once = once_of(request.once, "import", request.data, how.source, how.dates, *more)
    try:
        with recorded(ctx, "import", once) as record:
            plan = _plan(ctx, request, file, rows, clientless)
            tell(_PLANNED)
            for item in plan.created:
                record.change.create_item(item)
            record.change.create_entries(
                plan.sorted.new, lambda part: tell(_PLANNED + (1 - _PLANNED) * part)
            )
            record.change.summary = f"{counted(len(plan.sorted.new), 'entry')} from {request.name}"
    except AlreadyDone as done:
        return Imported(change_id=done.change_id, already=True)
    found = plan.imported()
    if not plan.sorted.new:
        return found
    sent = finished(
        ctx, ChangeResult(verb="import", change_id=record.change.id, created=found.created)
    )
    return replace(
        found,
        created=sent.created,
        matched=sent.matched,
        change_id=record.change.id,
        notes=found.notes + sent.notes,
        problem=sent.problem,
    )


def _starting(ctx: AppContext, file: ImportFile) -> tuple[str, ...]:
    """Return how to start the timer that was left out of *file*, unless it is here already."""
    running = file.running
    if running is None or known_ids(ctx.db, ctx.workspace, running.ids):
        return ()
    return (f"`{running.command}` starts the timer that was left out.",)


def _compared(ctx: AppContext, rows: Collection[ImportedEntry]) -> tuple[str, ...]:
    """Fetch Clockify's entries of the time of *rows*, so that none is recorded again.

    Returns sentences about what could not be fetched.
    """
    if ctx.account is None or not rows:
        return ()
    first = min(row.start for row in rows)
    last = max(row.end for row in rows) + timedelta(seconds=1)
    try:
        return fresh_entries(ctx, first, last, closely=True).notes
    except ClockifyError as error:
        why = reported_sentence(ctx, error)
        return (f"{why} So the file was compared only with your local copy.",)


def _clientless(file: ImportFile, rows: Collection[ImportedEntry]) -> bool:
    """Return whether *file* has no column for clients, or is another tracker's and names none."""
    if "client" not in file.said:
        return True
    return file.source in TRACKERS and not any(row.client or row.ids.client for row in rows)


def _labels(ctx: AppContext) -> Labels:
    """Return the workspace's own words for projects and tasks, used as headings in reports."""
    if ctx.identity.workspace is None:
        return {}
    said = json.loads(ctx.identity.workspace.settings)
    named = {"project": said.get("projectLabel"), "task": said.get("taskLabel")}
    return {field: label for field, label in named.items() if label and isinstance(label, str)}


@dataclass(frozen=True, slots=True)
class _Plan:
    """The result of an import before anything is written."""

    ctx: AppContext
    file: ImportFile
    names: ImportedNames
    sorted: Sorted[_Planned]
    alike: tuple[_Planned, ...]
    created: tuple[Item, ...]
    shown: tuple[NameMatch, ...]
    doubts: tuple[str, ...] = ()
    """What a dry run says where the import itself asks about a name."""

    @property
    def changes(self) -> int:
        """The number of changes that it makes for Clockify."""
        sent = sum(one.fields.type in SENT_TYPES for one in self.sorted.new)
        return sent + len(self.created)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how the file was read, and on what was left out."""
        kept = kept_notes(self.ctx.workspace, (one.fields for one in self.sorted.new))
        notes = (*self.file.notes, *self.names.notes(), *self.doubts, *kept)
        if not self.alike:
            return notes
        lines = numbered([one.line for one in self.alike], self.file.unit)
        alike = f"An entry with the same times but other details was already here: {lines}."
        return (*notes, alike)

    def imported(self) -> Imported:
        new = self.sorted.new
        return Imported(
            entries=_Entries(self.ctx, self.names, new),
            created=self.created,
            names=self.shown,
            here=self.sorted.here,
            repeats=self.sorted.repeats,
            notes=self.notes,
        )


class _Entries(Sequence[TimeEntry]):
    """The planned entries, each made on demand because there may be many."""

    def __init__(self, ctx: AppContext, names: ImportedNames, planned: Sequence[_Planned]) -> None:
        self._ctx = ctx
        self._names = names
        self._planned = planned

    def __len__(self) -> int:
        return len(self._planned)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(_entry(self._ctx, self._names, one) for one in self._planned[place])
        return _entry(self._ctx, self._names, self._planned[place])


def _plan(
    ctx: AppContext,
    request: ImportRequest,
    file: ImportFile,
    rows: deque[ImportedEntry],
    clientless: bool,
) -> _Plan:
    names = ImportedNames(ctx, clientless)
    found, alike = _sorted(ctx, _planned(ctx, names, rows), file.said)
    new = [(one.line, one.fields) for one in found.new]
    lines = {line for line, _ in new}
    names.keep(lines)
    if wrong := names.unfit:
        raise refuse_lines(wrong, file.unit, "Correct the file and import it again.")
    if not request.yes:
        _refuse_doubts(ctx, file, names, lines)
    fields = [one.fields for one in found.new]
    names.refuse_archived(fields)
    created = names.new_for(fields)
    asks = request.unseen and file.source in TRACKERS
    if created and ctx.workspace != LOCAL and not (request.create or asks):
        raise _unknown_names(created)
    doubts = _doubts(names, created, request)
    if wrong := read_otherwise_in(new, created):
        raise refuse_lines(wrong, file.unit, "Change those names in the file.")
    # Entries that are never sent need not meet Clockify's rules.
    refuse_rows(ctx, [row for row in new if row[1].type in SENT_TYPES], file.unit)
    for item in created:
        refuse_making(ctx, item.kind)
    shown = names.matches(fields) if file.source in TRACKERS else ()
    plan = _Plan(ctx, file, names, found, alike, created, shown, doubts)
    if new and asks and not request.dry_run:
        tell_cost(ctx, plan.changes)
        raise ToConfirm(shown, plan.notes, len(new))
    return plan


def _doubts(
    names: ImportedNames, created: Sequence[Item], request: ImportRequest
) -> tuple[str, ...]:
    """Return what a dry run says of new names that resemble others; UnknownName otherwise."""
    try:
        names.refuse_resembling(created, Making(request.create, request.agreed))
    except NotFound as error:
        # Where nobody can be asked, a dry run ends as the import would.
        if not (request.dry_run and request.unseen):
            raise
        return (f"The import asks about new names: {'; '.join(error.details)}.",)
    return ()


def _planned(ctx: AppContext, names: ImportedNames, rows: deque[ImportedEntry]) -> list[_Planned]:
    """Plan *rows*, removing each from the queue, because a large file fills the memory."""
    empty = is_empty(ctx.db)
    ours = (id_ for row in rows for id_ in row.original if len(id_) == _OUR_ID)
    elsewhere = set() if empty else ids_elsewhere(ctx.db, ctx.workspace, ours)
    derived_id = _DerivedIds(ctx.workspace).of
    planned = []
    while rows:
        row = rows.popleft()
        ids = row.original
        own = next((id_ for id_ in ids if len(id_) == _OUR_ID and id_ not in elsewhere), None)
        if own is None or not empty:
            # Only an entry that is here already can have the other of the two ids.
            derived = derived_id(row)
            ids = (*ids, derived)
            own = own or derived
        planned.append(_Planned(row.line, names.fields_of(row), ids, own))
    return planned


class _DerivedIds:
    """Gives each row a stable id, so that it is found again even after it was edited here.

    Equal rows of a file are separate entries; the first of them has the same id wherever it is in
    the file.
    """

    def __init__(self, workspace: str) -> None:
        from hashlib import sha256

        self._workspace = repr(workspace)
        self._hash = sha256
        self._seen: dict[str, int] = {}

    def of(self, row: ImportedEntry) -> str:
        """Return the id of *row*."""
        found = self._hashed(repr(row.original) if row.original else _text_of(row))
        if row.original:
            return found
        self._seen[found] = count = self._seen.get(found, 0) + 1
        return found if count == 1 else self._hashed(f"{_text_of(row)[:-1]}, {count})")

    def _hashed(self, content: str) -> str:
        return self._hash(f"({self._workspace}, {content})".encode()).hexdigest()[:_OUR_ID]


def _text_of(row: ImportedEntry) -> str:
    """Return all values of *row*, as Python writes a tuple of them."""
    parts = [_moment(row.start), _moment(row.end), repr(row[3:9])[1:-1]]
    if row.type != REGULAR:
        parts.append(repr(row.type))
    if row.ids is not NO_IDS:
        parts.append(repr(row.ids))
    if row.others:
        parts.append(repr(row.others))
    if row.custom:
        parts.append(repr(tuple(map(tuple, row.custom))))
    return f"({', '.join(parts)})"


def _moment(moment: datetime) -> str:
    """Return the aware UTC *moment* as `repr` does, but much faster."""
    second = f", {moment.second}" if moment.second else ""
    return (
        f"datetime.datetime({moment.year}, {moment.month}, {moment.day}, {moment.hour},"
        f" {moment.minute}{second}, tzinfo=datetime.timezone.utc)"
    )


def _sorted(
    ctx: AppContext, planned: list[_Planned], said: frozenset[str]
) -> tuple[Sorted[_Planned], tuple[_Planned, ...]]:
    """Separate the new rows; entries are compared by the fields that the file has (*said*).

    Also returns those of the new rows that have the same times as another entry.
    """
    if not planned or is_empty(ctx.db):
        return sort_out(planned, lambda _: None, lambda one: one.ids, {}, ()), ()
    known = known_ids(ctx.db, ctx.workspace, (id_ for one in planned for id_ in one.ids))
    starts = {compared_time(one.fields.start, said) for one in planned}
    last = max(one.fields.end or one.fields.start for one in planned) + timedelta(seconds=1)
    spans: list[Hashable] = []

    def span_of(fields: EntryFields) -> Hashable:
        return fingerprint(fields, said & {SECONDS})

    def held() -> Iterator[tuple[str, Hashable]]:
        for entry in entries.each_in_range(ctx.db, ctx.workspace, ctx.user, min(starts), last):
            if compared_time(entry.start, said) in starts:
                spans.append(span_of(entry.fields))
                yield entry.local_id, fingerprint(entry.fields, said)

    found = sort_out(
        planned, lambda one: fingerprint(one.fields, said), lambda one: one.ids, known, held()
    )
    return found, sharing_times(planned, found, lambda one: span_of(one.fields), spans)


DOUBTS = ("doubtful", "another-person", "unknown-ids")
"""The codes of refusals that ``--yes`` overrides."""


def _refuse_doubts(
    ctx: AppContext, file: ImportFile, names: ImportedNames, new: Collection[int]
) -> None:
    """Raise UsageError, with a code of `DOUBTS`, for everything the person has to confirm."""
    lines = [one for one in file.doubtful if one.line in new]
    clashes = [one for first, one in file.clashing if first in new]
    hint = "`--yes` imports them anyway." if lines else "`--yes` imports only the first of each."
    both = [*lines, *clashes]
    refusal = refuse_lines(both, file.unit, hint) if both else None
    details = refusal.details if refusal else ()
    if unknown := names.unknown_ids():
        details = (*unknown, *details)
        refusal = UsageError("the file has unknown ids", code="unknown-ids")
    if new and (why := _somebody_elses(ctx, file)):
        refusal = UsageError(why, code="another-person")
    if refusal is not None:
        refusal.code = "doubtful" if refusal.code == "bad-lines" else refusal.code
        refusal.hint = refusal.hint or "`--yes` imports it as it is."
        refusal.details = details
        raise refusal


def _somebody_elses(ctx: AppContext, file: ImportFile) -> str:
    """Return a sentence that the time in *file* is another person's; empty if it may not be."""
    me, person = ctx.identity.owner, file.person
    if me is None or person is None:
        return ""
    if person.is_same(name=me.name, email=me.email, id_=me.user_id):
        return ""
    return f"the file has the time of {person.label}, but {me.name or me.email} is signed in"


def _unknown_names(created: Sequence[Item]) -> NotFound:
    return NotFound(
        "the file has names that do not exist yet",
        "`--create` creates them.",
        details=shortened(f"{item.kind} {item.name}" for item in created),
        code="name-not-found",
    )


def _entry(ctx: AppContext, names: ImportedNames, planned: _Planned) -> TimeEntry:
    fields = planned.fields
    return TimeEntry(
        local_id=planned.local_id,
        server_id=None,
        workspace_id=ctx.workspace,
        user_id=ctx.user,
        start=fields.start,
        end=fields.end,
        **plain_of(fields),
        project=names.project_ref(fields.project) if fields.project else None,
        task=names.ref("task", fields.task) if fields.task else None,
        tags=tuple(names.ref("tag", tag) for tag in fields.tags),
        billable=fields.billable,
        type=fields.type,
        sync_state="local" if ctx.workspace == LOCAL else "pending",
    )
