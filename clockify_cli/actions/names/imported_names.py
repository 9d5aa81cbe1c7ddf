"""Turn the names in an imported file into ids, and create the missing ones with the import."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names.workspace_rules import field_of, know_values, rules_of
from clockify_cli.actions.tracking.entry_input import (
    Making,
    UnknownName,
    making_key,
    new_item,
    shown,
)
from clockify_cli.domain.entry import LOCAL, EntryFields, Item, Kind, ProjectRef, Ref, counted
from clockify_cli.domain.exchange.rows import ImportedEntry, WrongLine
from clockify_cli.domain.names import (
    Candidate,
    NameIndex,
    ambiguous,
    candidate_of,
    not_to_be_called,
    owner_of,
    read_otherwise,
)
from clockify_cli.domain.terminal_text import quoted, shortened
from clockify_cli.domain.workspace import CustomField, Value, checked, with_values
from clockify_cli.errors import ClockifyError, NotFound, UsageError
from clockify_cli.store.timesheet import entities
from clockify_cli.store.timesheet.entities import known_fields
from clockify_cli.values import dataclass, field

ORDER: tuple[Kind, ...] = ("client", "project", "task", "tag")
"""The order of creation: owners before what belongs to them."""

LISTED = 10
MOST_PROJECTS = 10
"""To recognize tasks in a file, those of at most this many projects are fetched."""

NO_VALUES = "[]"
_Lines = TypeVar("_Lines")
_Key = tuple[Kind, str | None, str]
_Lost = tuple[Kind, str, bool]
"""A name that an entry cannot have: its kind, the name or id, and whether that is an id."""
_References = tuple[str | None, str | None, tuple[str, ...], bool, tuple[_Lost, ...]]
"""The local ids of an entry's project, task and tags, whether it is billable, and lost names."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether a file has *names* that are not here, and which projects' *tasks* are missing."""

    names: bool
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a name in a file becomes here: *theirs* as in the file, *ours* as it is called here.

    *new*: it is created. *entries* counts the entries that get it.
    """

    kind: Kind
    theirs: str
    ours: str
    new: bool
    entries: int


@dataclass(slots=True)
class ImportedNames:
    """The names of a workspace as an import sees them, and those it would add.

    A name matches an existing one if it is written the same, else if it differs only in case,
    composition and spacing. A merely similar name is a new name, which the person has to confirm:
    see `refuse_resembling`. *clientless*: the file has no clients, so a name that only one project
    has means that project. *unfit* are the lines with a value that does not fit its custom field.
    """

    ctx: AppContext
    clientless: bool = False
    _made: dict[str, Item] = field(default_factory=dict)
    _making: dict[_Key, Item] = field(default_factory=dict)
    _read: dict[object, _References] = field(default_factory=dict)
    _lost: dict[_Lost, list[int]] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)
    _nowhere: dict[str, list[int]] = field(default_factory=dict)
    unfit: list[WrongLine] = field(default_factory=list)
    _fields: tuple[CustomField, ...] | None = None
    _known: NameIndex | None = None

    @property
    def index(self) -> NameIndex:
        """Every existing name."""
        if self._known is None:
            self._known = NameIndex(
                lambda kind: entities.items(self.ctx.db, self.ctx.workspace, kind)
            )
        return self._known

    def fields_of(self, row: ImportedEntry) -> EntryFields:
        """Return the entry of *row*, with local ids; new names get the ids they will have.

        Raises Ambiguous for a name that two things have.
        """
        key = (row.client, row.project, row.task, row.tags, row.billable, row.ids)
        known = self._read.get(key)
        if known is None:
            known = self._read[key] = self._references(row)
        project, task, tags, billable, lost = known
        for one in lost:
            self._lost.setdefault(one, []).append(row.line)
        return EntryFields(
            start=row.start,
            end=row.end,
            description=row.description,
            **dict(row.others),
            project=project,
            task=task,
            tags=tags,
            billable=billable,
            custom_fields=self._values(row) if row.custom else NO_VALUES,
            type=row.type,
        )

    def _values(self, row: ImportedEntry) -> str:
        """Return the custom fields of *row* as an entry stores them, if the workspace has them."""
        if self._fields is None:
            self._fields = known_fields(self.ctx.db, self.ctx.workspace).fields
        values: dict[str, Value | None] = {}
        for said in row.custom:
            found = field_of(said, self._fields)
            if found is None:
                self._nowhere.setdefault(said.name or said.id, []).append(row.line)
                continue
            try:
                values[found.id] = checked(found, json.loads(said.value))
            except UsageError as error:
                self.unfit.append(WrongLine(row.line, error.message))
        return with_values(NO_VALUES, values)

    def _references(self, row: ImportedEntry) -> _References:
        """Return the project, task and tags of *row*, and the names an entry cannot have."""
        lost: list[_Lost] = []
        client = self._found("client", row.client, row.ids.client, None, [])
        project = self._found("project", row.project, row.ids.project, client, lost)
        task = self._found("task", row.task, row.ids.task, project, lost)
        if task is not None and project is None:
            project = self._item("task", task).project
        ids = row.ids.tags or ("",) * len(row.tags)
        tags = [
            self._found("tag", "" if name.lower() == id_ else name, id_, None, lost)
            for name, id_ in zip(row.tags, ids, strict=True)
        ]
        work = [name for name in (row.client, row.project) if name]
        for id_, said in ((project, work), (task, [*work, row.task])):
            if id_ is not None:
                self._said.setdefault(id_, " / ".join(said))
        for id_, name in zip(tags, row.tags, strict=True):
            if id_ is not None:
                self._said.setdefault(id_, name)
        billable = self._billable(row.billable, task, project)
        return project, task, tuple(dict.fromkeys(filter(None, tags))), billable, tuple(lost)

    def _found(
        self, kind: Kind, name: str, id_: str, owner: str | None, lost: list[_Lost]
    ) -> str | None:
        """Return the local id of the item with *id_*, else of *name*; None if *lost* or unset."""
        known = self.index.by_id(kind, id_) if id_ else None
        if known is not None:
            return known.local_id
        if not name or (kind == "task" and owner is None):
            if id_:
                lost.append((kind, id_, True))
            return None
        if kind == "tag" and read_otherwise(name) and not self._named(kind, name, owner):
            lost.append((kind, name, False))
            return None
        return self._find(kind, name, owner)

    def unknown_of(self, rows: Iterable[ImportedEntry]) -> Unknown:
        """Return the names in *rows* that are not here; call this before reading other rows."""
        for row in rows:
            self.fields_of(row)
        made = list(self._made.values())
        lost = {kind for kind, _, _ in self._lost}
        tasks = {item.project for item in made if item.kind == "task"}
        if "task" in lost:
            tasks |= {project for project, task, *_ in self._read.values() if task is None}
        return Unknown(
            names=bool(lost - {"task"}) or any(item.kind != "task" for item in made),
            tasks=frozenset(
                id_
                for id_ in tasks
                if id_ is not None and self._item("project", id_).server_id is not None
            ),
        )

    def keep(self, lines: Collection[int]) -> None:
        """Forget lost names of rows that are not on *lines*."""
        self._lost = _on(self._lost, lines)
        self._nowhere = _on(self._nowhere, lines)
        self.unfit = [one for one in self.unfit if one.line in lines]

    def unknown_ids(self) -> tuple[str, ...]:
        """Return the ids in the file that have no name in it and are unknown here."""
        unknown = [
            f"{kind} {id_} ({counted(len(lines), 'entry')})"
            for (kind, id_, is_id_), lines in self._lost.items()
            if is_id_
        ]
        return shortened(unknown)

    def notes(self) -> tuple[str, ...]:
        """Return sentences about what was left out of the entries."""
        notes = []
        if unknown := self.unknown_ids():
            notes.append(f"Left out because the ids are not known: {', '.join(unknown)}.")
        for (kind, name, is_id_), lines in self._lost.items():
            if not is_id_:
                entries = counted(len(lines), "entry")
                notes.append(f'Left out the {kind} "{name}" ({entries}): {read_otherwise(name)}.')
        if self._nowhere:
            lost = list(self._nowhere.items())[:LISTED]
            names = ", ".join(
                f'"{quoted(name)}" ({counted(len(on), "entry")})' for name, on in lost
            )
            why = "without an account there are none"
            if self.ctx.workspace != LOCAL:
                why = "the workspace has none of that name"
            notes.append(f"Left out custom fields, since {why}: {names}.")
        return tuple(notes)

    def new_for(self, entries: Iterable[EntryFields]) -> tuple[Item, ...]:
        """Return the items that *entries* need and that do not exist, in order of creation."""
        needed: dict[str, Item] = {}
        for kind, id_ in self._counts(entries):
            item = self._made.get(id_)
            if item is not None:
                needed[id_] = item
            owner = owner_of(item or self._item(kind, id_))
            above = self._made.get(owner or "")
            if above is not None:
                needed[above.local_id] = above
                if (client := self._made.get(above.client or "")) is not None:
                    needed[client.local_id] = client
        return tuple(sorted(needed.values(), key=lambda item: (ORDER.index(item.kind), item.name)))

    def refuse_archived(self, entries: Sequence[EntryFields]) -> None:
        """Raise NotFound if *entries* use archived names, which new entries cannot have."""
        counts = self._counts(entries)
        found = [
            (self.index.candidate(item), count)
            for (kind, id_), count in counts.items()
            if (item := self.index.get(kind, id_)) is not None and item.archived
        ]
        if not found:
            return
        first = found[0][0]
        unarchive = f"`clockify {first.kind}s unarchive {shlex.quote(first.path)}`"
        more = "" if len(found) == 1 else f", and {len(found) - 1} other names are"
        raise NotFound(
            f'{first.kind} "{quoted(first.label)}" is archived{more}',
            f"{unarchive} makes it active; then import the file again.",
            details=shortened(
                f"{one.kind} {one.label} ({counted(count, 'entry')})" for one, count in found
            ),
            code="archived",
        )

    def refuse_resembling(self, created: Sequence[Item], making: Making) -> None:
        """Raise UnknownName for the first of *created* that resembles an existing name.

        Names that *making* allows are skipped; the error lists the others that resemble one.
        """
        doubtful = [
            (item, near)
            for item in created
            if not making.allows(self._key(item)) and (near := self._resembled(item))
        ]
        if not doubtful:
            return
        item, near = doubtful[0]
        what = f'{item.kind} "{quoted(self._candidate(item).label)}"'
        raise UnknownName(
            f"the {what} of the file does not exist yet",
            "Change the name in the file, or create the new names with `--create`.",
            label=what,
            key=self._key(item),
            nearest=tuple(map(shown, near)),
            details=shortened(
                f'{one.kind} "{quoted(self._candidate(one).label)}": similar to '
                + ", ".join(map(shown, those))
                for one, those in doubtful
            ),
        )

    def _resembled(self, item: Item) -> list[Candidate]:
        """Return the existing names that the new *item* resembles."""
        owner = owner_of(item)
        if owner in self._made:
            return []
        if item.kind == "project" and owner is None:
            return self.index.resembling_project(item.name)
        return self.index.resembling(item.name, self.index.owned_by(item.kind, owner))

    def _key(self, item: Item) -> str:
        return making_key(item.kind, self._candidate(item).path)

    def _counts(self, entries: Iterable[EntryFields]) -> dict[tuple[Kind, str], int]:
        """Return how many of *entries* have each project, task and tag."""
        counts: Counter[tuple[Kind, str]] = Counter()
        works = Counter((entry.project, entry.task, entry.tags) for entry in entries)
        for (project, task, tags), count in works.items():
            named: list[tuple[Kind, str | None]] = [("project", project), ("task", task)]
            for kind, id_ in (*named, *(("tag", tag) for tag in tags)):
                if id_ is not None:
                    counts[kind, id_] += count
        return counts

    def matches(self, entries: Iterable[EntryFields]) -> tuple[NameMatch, ...]:
        """Return what the names of *entries* become: projects, tasks, then tags."""
        found = [
            NameMatch(
                kind,
                self._said.get(id_, item.name),
                self._candidate(item).label,
                id_ in self._made,
                count,
            )
            for (kind, id_), count in self._counts(entries).items()
            for item in (self._item(kind, id_),)
        ]
        return tuple(sorted(found, key=lambda one: (ORDER.index(one.kind), one.theirs)))

    def ref(self, kind: Kind, local_id: str) -> Ref:
        """Return the item of *kind* with *local_id*."""
        item = self._item(kind, local_id)
        return Ref(item.local_id, item.server_id, item.name)

    def project_ref(self, local_id: str) -> ProjectRef:
        """Return the project with *local_id* and its client."""
        item = self._item("project", local_id)
        client = self.ref("client", item.client) if item.client else None
        return ProjectRef(item.local_id, item.server_id, item.name, client)

    def _item(self, kind: Kind, local_id: str) -> Item:
        found = self._made.get(local_id) or self.index.get(kind, local_id)
        assert found is not None  # noqa: S101 (ids come from here)
        return found

    def _find(self, kind: Kind, name: str, owner: str | None) -> str:
        """Return the id of *name*, owned by the client or project *owner*; make it if missing."""
        found = self._named(kind, name, owner)
        if not found:
            return self._make(kind, name, owner).local_id
        active = [item for item in found if not item.archived] or found
        if len(active) > 1:
            raise ambiguous(name, [self._candidate(item) for item in active])
        return active[0].local_id

    def _named(self, kind: Kind, name: str, owner: str | None) -> list[Item]:
        """Return the items of *owner* called *name*: exactly, else when folded."""
        made = self._making.get((kind, owner, name))
        if made is not None:
            return [made]
        found = self.index.called(kind, name, owner)
        if found or kind != "project" or not self.clientless:
            return found
        of_clients = [
            one
            for client in self.index.items("client")
            for one in self.index.called(kind, name, client.local_id)
            if not one.archived
        ]
        return of_clients if len(of_clients) == 1 else []

    def _make(self, kind: Kind, name: str, owner: str | None) -> Item:
        item = new_item(self.ctx.workspace, kind, name, owner)
        self._made[item.local_id] = item
        self._making[kind, owner, name] = item
        return item

    def _billable(self, said: bool | None, task: str | None, project: str | None) -> bool:
        if said is not None:
            return said
        named: tuple[tuple[Kind, str | None], ...] = (("task", task), ("project", project))
        for kind, local_id in named:
            default = self._item(kind, local_id).billable if local_id else None
            if default is not None:
                return default
        usual = self.ctx.settings.default_billable
        if usual is not None:
            return usual
        # Clockify makes a project not billable unless told otherwise.
        unmade = project is not None and self._item("project", project).server_id is None
        return rules_of(self.ctx).billable and not unmade

    def _candidate(self, item: Item) -> Candidate:
        return candidate_of(item, self._owner)

    def _owner(self, item: Item) -> Item | None:
        owner = owner_of(item)
        kind: Kind = "client" if item.kind == "project" else "project"
        return self._item(kind, owner) if owner else None


def _on(found: dict[_Lines, list[int]], lines: Collection[int]) -> dict[_Lines, list[int]]:
    """Return *found* reduced to *lines*."""
    kept = {key: [line for line in on if line in lines] for key, on in found.items()}
    return {key: on for key, on in kept.items() if on}


def read_otherwise_in(
    rows: Sequence[tuple[int, EntryFields]], created: Sequence[Item]
) -> list[WrongLine]:
    """Return the *rows* (line and entry) that would create a name that is not allowed."""
    if not any(read_otherwise(item.name) for item in created):
        return []
    made = {item.local_id: item for item in created}
    wrong = []
    for line, fields in rows:
        used = [fields.project, fields.task, *fields.tags]
        if fields.project in made:
            used.insert(0, made[fields.project].client)
        for item in (made[id_] for id_ in used if id_ in made):
            if why := read_otherwise(item.name):
                wrong.append(WrongLine(line, not_to_be_called(item.name, item.kind, why)))
    return wrong


def learn_names(
    ctx: AppContext, rows: Iterable[ImportedEntry], *, clientless: bool = False
) -> None:
    """Fetch names from Clockify if *rows* contain names or ids unknown to the copy.

    *clientless* as for `ImportedNames`. A task does not count as unknown while its project's tasks
    were never fetched. If Clockify cannot be asked, nothing changes.
    """
    from clockify_cli.actions.clockify.freshness import (
        BEGINNING,
        FAR,
        names_fetched,
        names_worth_asking,
        pull,
    )
    from clockify_cli.actions.clockify.workspace_refresh import pull_names

    if ctx.account is None or ctx.offline:
        return
    distinct = {(row.client, row.project, row.task, row.tags, row.ids): row for row in rows}
    know_values(ctx, {value for row in rows for value in row.custom})
    unknown = ImportedNames(ctx, clientless).unknown_of(distinct.values())
    with suppress(ClockifyError):
        if unknown.names and names_worth_asking(ctx):
            pull(ctx, "names", (BEGINNING, FAR))
            unknown = ImportedNames(ctx, clientless).unknown_of(distinct.values())
        for project in sorted(unknown.tasks)[:MOST_PROJECTS]:
            if names_fetched(ctx, f"task {project}") is None or names_worth_asking(ctx):
                pull_names(ctx, "task", project)
