"""What a person asks an entry to say, and how names become ids."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clockify_cli.actions.custom_fields import values_of
from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.custom_fields import with_values
from clockify_cli.domain.entry import LOCAL, EntryFields
from clockify_cli.domain.names import (
    NONE,
    Candidate,
    check_name,
    check_new_name,
    fold,
    is_id,
    near,
    quoted,
    resolve,
    split_new,
)
from clockify_cli.errors import NotFound, Refused, UsageError
from clockify_cli.store import catalogue
from clockify_cli.values import dataclass, field, replace

if TYPE_CHECKING:
    from clockify_cli.store.changes import Change
    from clockify_cli.store.database import Database

MAX_DESCRIPTION = 3000
"""Characters in a description (the vendor's description of the API)."""

MAX_TAGS = 50

LINE_BREAKS = r"\r\n|[\r\n\u2028\u2029]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The fields of an entry as typed; None where nothing was said, ``none`` to clear.

    *custom* are ``NAME=VALUE`` of custom fields, *type* is Clockify's word. *create* makes names
    that do not exist yet even where something resembles them. *typed* is what was typed before the
    person was asked for more.
    """

    description: str | None = None
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] | None = None
    billable: bool | None = None
    custom: tuple[str, ...] = ()
    type: str | None = None
    create: bool = False
    typed: Asked | None = None

    @property
    def empty(self) -> bool:
        """Whether no field was named."""
        return self == Asked(create=self.create, typed=self.typed)

    @property
    def content(self) -> Asked:
        """What was typed: the same words mean the same, whoever was asked for what since."""
        return replace(self.typed or self, create=False)


class ForManagers(Refused):
    """Only owners and admins of the workspace may do it."""

    code = "locked"


def not_for_members(kind: Kind) -> ForManagers:
    """The refusal to make a name of *kind*."""
    return ForManagers(
        f"only owners and admins of the workspace may make a {kind}",
        f"`clockify {kind}s` lists what there is.",
        code="not-allowed",
    )


class UnknownName(NotFound):
    """A name that is not known here and may not be made without a word.

    *nearest* are names that it resembles; *project* (local id) is where a task was looked for.
    """

    code = "name-not-found"

    def __init__(
        self, message: str, hint: str, *, nearest: tuple[str, ...], project: str | None = None
    ) -> None:
        super().__init__(message, hint)
        self.nearest = nearest
        self.project = project


@dataclass(slots=True)
class NameBook:
    """Finds names of one workspace inside a transaction, and makes those that may be made."""

    db: Database
    workspace: str
    change: Change
    create: bool = False
    forbidden: frozenset[Kind] = frozenset()
    """What this user may not make."""
    created: list[Item] = field(default_factory=list)
    _known: dict[Kind, list[Item]] = field(default_factory=dict)

    def client(self, text: str) -> Item:
        """The client called *text*, made where that is allowed."""
        return self._find_or_make("client", text)

    def project(self, text: str) -> Item:
        """The project called *text*, which may be ``CLIENT/PROJECT``, made where allowed."""
        found = self._find("project", text)
        if found is not None:
            return found
        client_name, name = split_new(text, "project")
        if client_name is None:
            self._may_make("project", name, self._items("project"))
            return self._make("project", name)
        client = self._find_or_make("client", client_name)
        siblings = [item for item in self._items("project") if item.client == client.local_id]
        self._may_make("project", name, siblings)
        return self._make("project", name, client=client.local_id)

    def task(self, text: str, project: str | None) -> Item:
        """The task called *text* of *project* (a local id); alone, ``PROJECT/TASK`` or an id."""
        if project is None:
            return self._task_alone(text)
        siblings = [item for item in self._items("task") if item.project == project]
        found = self._pick("task", text, siblings)
        if found is not None:
            return found
        if self._by_id(text) is not None or self._is_elsewhere(text):
            raise UsageError(f'task "{quoted(text)}" belongs to another project', "Give that one.")
        self._may_make("task", text, siblings, project)
        return self._make("task", text, project=project)

    def tag(self, text: str) -> Item:
        """The tag called *text*, made where that is allowed."""
        return self._find_or_make("tag", text)

    def default_billable(self, project: str | None, task: str | None, otherwise: bool) -> bool:
        """Whether new time on *task*, else *project* (local ids), is billable by default."""
        for kind, wanted in (("task", task), ("project", project)):
            for item in self._items(kind):  # type: ignore[arg-type]
                if item.local_id == wanted and item.billable is not None:
                    return item.billable
        return otherwise and (project is None or not self._is_unmade(project))

    def _is_unmade(self, project: str) -> bool:
        """Whether Clockify has yet to make the project: it makes one not billable unless told."""
        return self.workspace != LOCAL and any(
            item.local_id == project and item.server_id is None for item in self._items("project")
        )

    def _task_alone(self, text: str) -> Item:
        found = self._by_id(text)
        if found is not None:
            return found
        if not text.strip():
            raise UsageError("an empty name", "Give a task, or none.")
        project, slash, name = text.rpartition("/")
        if not slash:
            raise UsageError(
                f'task "{quoted(text)}" needs its project',
                "Say -p PROJECT -k TASK, or -k PROJECT/TASK.",
            )
        return self.task(name, self.project(project).local_id)

    def _by_id(self, text: str) -> Item | None:
        if not is_id(text):
            return None
        return next((i for i in self._items("task") if text in (i.local_id, i.server_id)), None)

    def _is_elsewhere(self, text: str) -> bool:
        """Whether *text* is the ``PROJECT/TASK`` of a task that there is."""
        return "/" in text and self._pick("task", text, self._items("task")) is not None

    def _find_or_make(self, kind: Kind, text: str) -> Item:
        found = self._find(kind, text)
        if found is not None:
            return found
        self._may_make(kind, text, self._items(kind))
        return self._make(kind, text)

    def _find(self, kind: Kind, text: str) -> Item | None:
        return self._pick(kind, text, self._items(kind))

    def _pick(self, kind: Kind, text: str, items: Sequence[Item]) -> Item | None:
        """The one of *items* that *text* names; None where nothing does."""
        active = [item for item in items if not item.archived]
        exact = [item for item in active if item.name == text]
        if len(exact) == 1:
            return exact[0]
        for group in (active, items):
            try:
                chosen = resolve(text, [self._candidate(item) for item in group])
            except NotFound:
                continue
            if chosen.archived:
                raise NotFound(
                    f'{kind} "{quoted(chosen.name)}" is archived',
                    f"`clockify {kind}s list` shows the active ones.",
                    code="archived",
                )
            return next(item for item in group if item.local_id == chosen.local_id)
        return None

    def _candidate(self, item: Item) -> Candidate:
        return Candidate(
            item.kind, item.local_id, item.server_id, item.name, self._parent(item), item.archived
        )

    def _may_make(
        self, kind: Kind, text: str, items: Sequence[Item], project: str | None = None
    ) -> None:
        """Pass where *text* may be made; else say what is near, and how to make it."""
        check_new_name(text, kind)
        if is_id(text):
            raise NotFound(
                f'no {kind} has the id "{text}"', f"`clockify {kind}s list --all` shows their ids."
            )
        if self.create:
            return
        nearest = near(text, {item.name for item in items})
        if self.workspace == LOCAL and not nearest:
            return
        wanted = " or ".join(f"--{kind} {shlex.quote(name)}" for name in nearest)
        raise UnknownName(
            f'no {kind} is called "{quoted(text)}"',
            "`--create` makes it."
            if not wanted
            else f"Did you mean {wanted}? `--create` makes it.",
            nearest=tuple(nearest),
            project=project,
        )

    def make(
        self,
        kind: Kind,
        name: str,
        *,
        client: str | None = None,
        project: str | None = None,
        billable: bool | None = None,
        extra: str = "{}",
    ) -> Item:
        """A new item called *name*. Raises UsageError where its place has one of that name."""
        name = check_new_name(name, kind)
        for item in self._items(kind):
            if fold(item.name) == fold(name) and (item.client, item.project) == (client, project):
                raise UsageError(
                    f'there is a {kind} "{quoted(item.name)}" already'
                    + (" (archived)" if item.archived else ""),
                    f"`clockify {kind}s list` shows it.",
                    code="exists",
                )
        return self._make(
            kind, name, client=client, project=project, billable=billable, extra=extra
        )

    def _make(
        self,
        kind: Kind,
        name: str,
        *,
        client: str | None = None,
        project: str | None = None,
        billable: bool | None = None,
        extra: str = "{}",
    ) -> Item:
        if kind in self.forbidden:
            raise not_for_members(kind)
        item = Item(
            kind=kind,
            local_id=os.urandom(16).hex(),
            workspace_id=self.workspace,
            name=check_name(name, kind),
            client=client,
            project=project,
            billable=billable,
            extra=extra,
        )
        self.change.create_item(item)
        self.created.append(item)
        self._items(kind).append(item)
        return item

    def _items(self, kind: Kind) -> list[Item]:
        if kind not in self._known:
            self._known[kind] = list(catalogue.items(self.db, self.workspace, kind))
        return self._known[kind]

    def _parent(self, item: Item) -> str | None:
        """The name of a project's client or of a task's project."""
        of: Kind = "client" if item.kind == "project" else "project"
        wanted = item.client if item.kind == "project" else item.project
        if wanted is None:
            return None
        return next((i.name for i in self._items(of) if i.local_id == wanted), None)


def clean_description(text: str) -> tuple[str, bool]:
    """*text* as it is recorded, and whether line breaks in it became spaces.

    Raises UsageError for control characters, bytes that are no text and over 3000 characters.
    """
    spaced = " ".join(re.split(LINE_BREAKS, text.strip()))
    for char in spaced:
        if "\ud800" <= char <= "\udfff":
            raise UsageError("the description holds bytes that are no text", "Type it in UTF-8.")
        if (char < " " and char != "\t") or "\x7f" <= char <= "\x9f":
            raise UsageError(
                f'the description holds a control character: "{quoted(spaced)}"', "Leave it out."
            )
    if len(spaced) > MAX_DESCRIPTION:
        raise UsageError(
            f"the description has {len(spaced)} characters", f"At most {MAX_DESCRIPTION}."
        )
    return spaced.replace("\t", " "), spaced != text.strip()


def fill(book: NameBook, asked: Asked, base: EntryFields) -> EntryFields:
    """*base* with the fields that *asked* names; a new project takes its own billable default."""
    project, task = _project_and_task(book, asked, base)
    return replace(
        base,
        description=_description(asked, base),
        project=project,
        task=task,
        tags=_tags(book, asked, base),
        billable=_billable(book, asked, base, project, task),
        custom_fields=with_values(
            base.custom_fields, values_of(book.db, book.workspace, asked.custom)
        ),
        type=asked.type or base.type,
    )


def _description(asked: Asked, base: EntryFields) -> str:
    if asked.description is None:
        return base.description
    return "" if asked.description == NONE else clean_description(asked.description)[0]


def _project_and_task(
    book: NameBook, asked: Asked, base: EntryFields
) -> tuple[str | None, str | None]:
    project = base.project
    task = base.task
    if asked.project is not None:
        project = None if asked.project == NONE else book.project(asked.project).local_id
        if project != base.project:
            task = None
    if asked.task is not None:
        if asked.task == NONE:
            return project, None
        found = book.task(asked.task, project)
        return found.project, found.local_id
    return project, task


def _tags(book: NameBook, asked: Asked, base: EntryFields) -> tuple[str, ...]:
    if asked.tags is None:
        return base.tags
    if len(asked.tags) > MAX_TAGS:
        raise UsageError(f"{len(asked.tags)} tags on one entry", f"At most {MAX_TAGS}.")
    named = [tag for tag in asked.tags if tag != NONE]
    return tuple(dict.fromkeys(book.tag(tag).local_id for tag in named))


def _billable(
    book: NameBook, asked: Asked, base: EntryFields, project: str | None, task: str | None
) -> bool:
    if asked.billable is not None:
        return asked.billable
    if project == base.project and task == base.task:
        return base.billable
    return book.default_billable(project, task, base.billable)
