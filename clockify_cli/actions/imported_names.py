"""The names in a file of entries become ids; those that do not exist yet are made with it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.workspace_rules import rules_of
from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.counting import counted
from clockify_cli.domain.entry import EntryFields, ProjectRef, Ref
from clockify_cli.domain.exchange.rows import ImportedEntry, WrongLine
from clockify_cli.domain.names import (
    Candidate,
    ambiguous,
    fold,
    not_to_be_called,
    read_otherwise,
)
from clockify_cli.errors import ClockifyError
from clockify_cli.store import catalogue
from clockify_cli.values import dataclass, field

ORDER: tuple[Kind, ...] = ("client", "project", "task", "tag")
"""What is made first, so that whatever belongs to something finds it there."""

LISTED = 10
MOST_PROJECTS = 10
"""Of so many projects the tasks are fetched, each with a request, to know those of a file."""

_Key = tuple[Kind, str | None, str]
_Lost = tuple[Kind, str, bool]
"""What has no place in an entry: its kind, its name or id, and whether that is an id."""
_References = tuple[str | None, str | None, tuple[str, ...], tuple[_Lost, ...]]
"""The project, task and tags of an entry, in ids of ours, and what had no place in it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether a file has *names* that are not here, and of which projects *tasks* are lacking."""

    names: bool
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a name in a file becomes here: *theirs* as the file has it, *ours* as it is called.

    *new*: it is made. *entries* counts those that get it.
    """

    kind: Kind
    theirs: str
    ours: str
    new: bool
    entries: int


@dataclass(slots=True)
class ImportedNames:
    """The catalogue of a workspace as an import sees it, and what it would add to it.

    A name is the same as one that exists if it is written alike, else if it alone differs in
    case, composition and spacing only. Names that only resemble others are names of their own.
    """

    ctx: AppContext
    _exact: dict[_Key, list[Item]] = field(default_factory=dict)
    _folded: dict[_Key, list[Item]] = field(default_factory=dict)
    _items: dict[str, Item] = field(default_factory=dict)
    _new: set[str] = field(default_factory=set)
    _by_id: dict[tuple[Kind, str], Item] = field(default_factory=dict)
    _read: dict[object, _References] = field(default_factory=dict)
    _lost: dict[_Lost, list[int]] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in ORDER:
            for item in catalogue.items(self.ctx.db, self.ctx.workspace, kind):
                self._remember(item)
                key = (kind, _owner(item), fold(item.name))
                self._folded.setdefault(key, []).append(item)
                for id_ in filter(None, (item.local_id, item.server_id)):
                    self._by_id[kind, id_] = item

    def fields_of(self, row: ImportedEntry) -> EntryFields:
        """What the entry of *row* says, in ids; of names that do not exist, those they will have.

        Raises Ambiguous for a name that two things have.
        """
        key = (row.client, row.project, row.task, row.tags, row.ids)
        if key not in self._read:
            self._read[key] = self._references(row)
        project, task, tags, lost = self._read[key]
        for one in lost:
            self._lost.setdefault(one, []).append(row.line)
        return EntryFields(
            start=row.start,
            end=row.end,
            description=row.description,
            project=project,
            task=task,
            tags=tags,
            billable=self._billable(row.billable, task, project),
            type=row.type,
        )

    def _references(self, row: ImportedEntry) -> _References:
        """The project, task and tags of *row*, and what of them has no place in an entry."""
        lost: list[_Lost] = []
        client = self._found("client", row.client, row.ids.client, None, [])
        project = self._found("project", row.project, row.ids.project, client, lost)
        task = self._found("task", row.task, row.ids.task, project, lost)
        if task is not None and project is None:
            project = self._items[task].project
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
        return project, task, tuple(dict.fromkeys(filter(None, tags))), tuple(lost)

    def _found(
        self, kind: Kind, name: str, id_: str, owner: str | None, lost: list[_Lost]
    ) -> str | None:
        """The *kind* with *id_*, else called *name*, of *owner*; None for none and where *lost*."""
        known = self._by_id.get((kind, id_)) if id_ else None
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
        """What *rows* name that is not here; nothing else may have been read before."""
        for row in rows:
            self.fields_of(row)
        made = [self._items[id_] for id_ in self._new]
        lost = {kind for kind, _, _ in self._lost}
        tasks = {item.project for item in made if item.kind == "task"}
        if "task" in lost:
            tasks |= {project for project, task, _, _ in self._read.values() if task is None}
        return Unknown(
            names=bool(lost - {"task"}) or any(item.kind != "task" for item in made),
            tasks=frozenset(
                id_ for id_ in tasks if id_ is not None and self._items[id_].server_id is not None
            ),
        )

    def keep(self, lines: Collection[int]) -> None:
        """Forget what had no place of the rows that are not on *lines*."""
        kept = {lost: [line for line in on if line in lines] for lost, on in self._lost.items()}
        self._lost = {lost: on for lost, on in kept.items() if on}

    def unknown_ids(self) -> tuple[str, ...]:
        """The ids of the file for which there is neither a name in it nor anything here."""
        unknown = [
            f"{kind} {id_} ({counted(len(lines), 'entry')})"
            for (kind, id_, is_id_), lines in self._lost.items()
            if is_id_
        ]
        more = (f"and {len(unknown) - LISTED} more",) if len(unknown) > LISTED else ()
        return (*unknown[:LISTED], *more)

    def notes(self) -> tuple[str, ...]:
        """Sentences about what was left out of the entries."""
        notes = []
        if unknown := self.unknown_ids():
            notes.append(f"Left out, their ids not being known here: {', '.join(unknown)}.")
        for (kind, name, is_id_), lines in self._lost.items():
            if not is_id_:
                entries = counted(len(lines), "entry")
                notes.append(f'Left out the {kind} "{name}" ({entries}): {read_otherwise(name)}.')
        return tuple(notes)

    def new_for(self, entries: list[EntryFields]) -> tuple[Item, ...]:
        """The items that *entries* need and that do not exist, in the order of their making."""
        used: set[str | None] = set()
        for entry in entries:
            used.update((entry.project, entry.task, *entry.tags))
        projects = {item.project for id_ in used if id_ and (item := self._items[id_]).project}
        used |= projects
        used |= {self._items[id_].client for id_ in used if id_}
        needed = [self._items[id_] for id_ in self._items if id_ in used & self._new]
        return tuple(sorted(needed, key=lambda item: (ORDER.index(item.kind), item.name)))

    def matches(self, entries: Iterable[EntryFields]) -> tuple[NameMatch, ...]:
        """What the names of *entries* are in the file and here: projects, tasks, then tags."""
        counts: dict[str, int] = {}
        for entry in entries:
            for id_ in filter(None, (entry.project, entry.task, *entry.tags)):
                counts[id_] = counts.get(id_, 0) + 1
        found = [
            NameMatch(
                item.kind,
                self._said.get(id_, item.name),
                self._candidate(item).label,
                id_ in self._new,
                count,
            )
            for id_, count in counts.items()
            for item in (self._items[id_],)
        ]
        return tuple(sorted(found, key=lambda one: (ORDER.index(one.kind), one.theirs)))

    def ref(self, local_id: str) -> Ref:
        """The task or tag with *local_id*."""
        item = self._items[local_id]
        return Ref(item.local_id, item.server_id, item.name)

    def project_ref(self, local_id: str) -> ProjectRef:
        """The project with *local_id* and its client."""
        item = self._items[local_id]
        client = self.ref(item.client) if item.client else None
        return ProjectRef(item.local_id, item.server_id, item.name, client)

    def _find(self, kind: Kind, name: str, owner: str | None = None) -> str:
        """The id of the *kind* called *name*, of the client or project *owner*; made if missing."""
        found = self._named(kind, name, owner)
        if not found:
            return self._make(kind, name, owner).local_id
        active = [item for item in found if not item.archived] or found
        if len(active) > 1:
            raise ambiguous(name, [self._candidate(item) for item in active])
        return active[0].local_id

    def _named(self, kind: Kind, name: str, owner: str | None) -> list[Item]:
        found = self._exact.get((kind, owner, name))
        return found or self._folded.get((kind, owner, fold(name))) or []

    def _make(self, kind: Kind, name: str, owner: str | None) -> Item:
        item = Item(
            kind=kind,
            local_id=os.urandom(16).hex(),
            workspace_id=self.ctx.workspace,
            name=name,
            client=owner if kind == "project" else None,
            project=owner if kind == "task" else None,
        )
        self._remember(item)
        self._new.add(item.local_id)
        return item

    def _remember(self, item: Item) -> None:
        self._items[item.local_id] = item
        self._exact.setdefault((item.kind, _owner(item), item.name), []).append(item)

    def _billable(self, said: bool | None, task: str | None, project: str | None) -> bool:
        if said is not None:
            return said
        for local_id in (task, project):
            default = self._items[local_id].billable if local_id else None
            if default is not None:
                return default
        usual = self.ctx.settings.default_billable
        if usual is not None:
            return usual
        # Clockify makes a project not billable unless told.
        unmade = project is not None and self._items[project].server_id is None
        return rules_of(self.ctx).billable and not unmade

    def _candidate(self, item: Item) -> Candidate:
        parent = self._items.get(_owner(item) or "")
        above = self._items.get(_owner(parent) or "") if parent else None
        return Candidate(
            item.kind,
            item.local_id,
            item.server_id,
            item.name,
            parent.name if parent else None,
            item.archived,
            above.name if above else None,
        )


def read_otherwise_in(
    rows: Sequence[tuple[int, EntryFields]], created: Sequence[Item]
) -> list[WrongLine]:
    """The *rows* (line and entry) for which *created* holds a name that nothing new may have."""
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


def learn_names(ctx: AppContext, rows: Iterable[ImportedEntry]) -> None:
    """Fetch names from Clockify where *rows* have some, or ids, that the copy does not know.

    A task is not unknown while its project's tasks were never fetched. Where Clockify cannot be
    asked, all stays as it is.
    """
    from clockify_cli.actions.freshness import BEGINNING, FAR, pull
    from clockify_cli.actions.names_copy import names_fetched, names_worth_asking, pull_names

    if ctx.account is None or ctx.offline:
        return
    told = {(row.client, row.project, row.task, row.tags, row.ids): row for row in rows}
    unknown = ImportedNames(ctx).unknown_of(told.values())
    with suppress(ClockifyError):
        if unknown.names and names_worth_asking(ctx):
            pull(ctx, "names", (BEGINNING, FAR))
            unknown = ImportedNames(ctx).unknown_of(told.values())
        for project in sorted(unknown.tasks)[:MOST_PROJECTS]:
            if names_fetched(ctx, f"task {project}") is None or names_worth_asking(ctx):
                pull_names(ctx, "task", project)


def _owner(item: Item) -> str | None:
    return item.client if item.kind == "project" else item.project
