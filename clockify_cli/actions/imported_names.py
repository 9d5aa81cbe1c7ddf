"""The names in a file of entries become ids; those that do not exist yet are made with it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.workspace_rules import rules_of
from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.entry import EntryFields, ProjectRef, Ref
from clockify_cli.domain.exchange.rows import ImportedEntry, WrongLine
from clockify_cli.domain.names import (
    Candidate,
    ambiguous,
    fold,
    not_to_be_called,
    read_otherwise,
)
from clockify_cli.store import catalogue
from clockify_cli.values import dataclass, field

ORDER: tuple[Kind, ...] = ("client", "project", "task", "tag")
"""What is made first, so that whatever belongs to something finds it there."""

_Key = tuple[Kind, str | None, str]


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

    def __post_init__(self) -> None:
        for kind in ORDER:
            for item in catalogue.items(self.ctx.db, self.ctx.workspace, kind):
                self._remember(item)
                key = (kind, _owner(item), fold(item.name))
                self._folded.setdefault(key, []).append(item)

    def fields_of(self, row: ImportedEntry) -> EntryFields:
        """What the entry of *row* says, in ids; of names that do not exist, those they will have.

        Raises Ambiguous for a name that two things have.
        """
        client = self._find("client", row.client) if row.client else None
        project = self._find("project", row.project, client) if row.project else None
        task = self._find("task", row.task, project) if row.task else None
        return EntryFields(
            start=row.start,
            end=row.end,
            description=row.description,
            project=project,
            task=task,
            tags=tuple(dict.fromkeys(self._find("tag", tag) for tag in row.tags)),
            billable=self._billable(row.billable, task, project),
            type=row.type,
        )

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
        found = self._exact.get((kind, owner, name)) or self._folded.get((kind, owner, fold(name)))
        if not found:
            return self._make(kind, name, owner).local_id
        active = [item for item in found if not item.archived] or found
        if len(active) > 1:
            raise ambiguous(name, [self._candidate(item) for item in active])
        return active[0].local_id

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
        owner = _owner(item)
        parent = self._items[owner].name if owner in self._items else None
        return Candidate(item.kind, item.local_id, item.server_id, item.name, parent, item.archived)


def read_otherwise_in(
    rows: Sequence[tuple[int, EntryFields]], created: Sequence[Item]
) -> list[WrongLine]:
    """The *rows* (line and entry) for which *created* holds a name that nothing new may have."""
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


def _owner(item: Item) -> str | None:
    return item.client if item.kind == "project" else item.project
