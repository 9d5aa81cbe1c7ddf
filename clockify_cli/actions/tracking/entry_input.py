"""The fields of an entry as a person gave them, and how their names become ids."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from clockify_cli.actions.context import AppContext, Recovery, clock_text
from clockify_cli.actions.names.workspace_rules import values_of
from clockify_cli.domain.entry import LOCAL, NONE, PLAIN, EntryFields, Item, Kind
from clockify_cli.domain.names import (
    Candidate,
    NameIndex,
    check_name,
    check_new_name,
    fold,
    is_archived,
    is_id,
    split_new,
)
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.workspace import not_for_members, with_values
from clockify_cli.errors import Ambiguous, ClockifyError, NotFound, NothingRuns, UsageError
from clockify_cli.store.timesheet import entities
from clockify_cli.values import dataclass, field, replace

if TYPE_CHECKING:
    from clockify_cli.store.db.changes import Change, Database

MAX_DESCRIPTION = 3000
"""The most characters in a description (from the vendor's description of the API)."""

MAX_TAGS = 50

LINE_BREAKS = r"\r\n|[\r\n\u2028\u2029]"

Named = Literal["project", "task", "tags"]
"""A field of an entry that contains a name."""


Meant = tuple[str, str, str]
"""A kind, a text that matches several of that kind, and the local id of the one meant."""


@dataclass(frozen=True, slots=True)
class Making:
    """Which missing names may be created, even if they resemble others.

    *names* are the keys (`UnknownName.key`) of names that the person has allowed. *meant* are
    ambiguous names, with the one that the person picked.
    """

    everything: bool = False
    names: frozenset[str] = frozenset()
    meant: frozenset[Meant] = frozenset()

    def picked(self, kind: str, text: str) -> str | None:
        """Return the local id that the person has picked for *text*, if any."""
        return next((one[2] for one in self.meant if one[:2] == (kind, text)), None)

    def allows(self, key: str) -> bool:
        """Return whether the name *key* may be created."""
        return self.everything or key in self.names


NOTHING = Making()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInput:
    """The fields of an entry as typed; None if not given, ``none`` to clear.

    *custom* are ``NAME=VALUE`` of custom fields, *type* is Clockify's name. *create* allows
    creating missing names even if they resemble others, *agreed* are names that the person has
    allowed; *meant* is what the person picked for ambiguous names. *typed* is the input before the
    person was asked for more. *usual*: the setting that a field comes from, if the person did not
    give it.
    """

    description: str | None = None
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] | None = None
    billable: bool | None = None
    custom: tuple[str, ...] = ()
    type: str | None = None
    create: bool = False
    agreed: frozenset[str] = frozenset()
    meant: frozenset[Meant] = frozenset()
    typed: EntryInput | None = None
    usual: tuple[tuple[Named, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no field was given."""
        nothing = EntryInput(
            create=self.create, agreed=self.agreed, meant=self.meant, typed=self.typed
        )
        return self == nothing

    @property
    def named(self) -> tuple[str, ...]:
        """The fields that were given; a custom field as it was typed."""
        given = ("description", "project", "task", "tags", "billable", "type")
        return (*(name for name in given if getattr(self, name) is not None), *self.custom)

    @property
    def content(self) -> EntryInput:
        """The input without answers: the same words are equal, whatever was asked since."""
        return replace(self.typed or self, create=False, agreed=frozenset(), meant=frozenset())

    @property
    def making(self) -> Making:
        """Which names may be created with it."""
        return Making(self.create, self.agreed, self.meant)


class UnknownName(NotFound):
    """A name that is unknown here and may not be created silently.

    *typed* is the name as given, *label* the name with its kind and owner. *key* identifies the
    permission to create it (empty if it may not be created at all), *nearest* are names that it
    resembles, *project* (local id) is where a task was looked for.
    """

    code = "name-not-found"

    def __init__(
        self,
        message: str,
        hint: str,
        *,
        label: str = "",
        key: str = "",
        nearest: tuple[str, ...] = (),
        project: str | None = None,
        typed: str = "",
        details: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, hint, details=details)
        self.typed = typed
        self.label = label
        self.key = key
        self.nearest = nearest
        self.project = project


def _always(_project: str) -> bool:
    return True


def not_fetched(index: NameIndex, text: str, project: Item) -> UnknownName:
    """Return the error that a task *text* may exist in Clockify but was not fetched."""
    of = index.candidate(project)
    return UnknownName(
        f'the tasks of {quoted(of.label)} were never fetched from Clockify, so "{quoted(text)}"'
        " may be one of them",
        f"`clockify tasks -p {shlex.quote(of.path)}` fetches them.",
        project=project.local_id,
    )


@dataclass(slots=True)
class NameBook:
    """Finds names of one workspace in a transaction, and creates those that may be created.

    *fetched* returns whether the tasks of a project (local id) were ever fetched.
    """

    db: Database
    workspace: str
    change: Change
    making: Making = NOTHING
    forbidden: frozenset[Kind] = frozenset()
    """The kinds that this user may not create."""
    fetched: Callable[[str], bool] = _always
    created: list[Item] = field(default_factory=list)
    _index: NameIndex | None = None

    @property
    def index(self) -> NameIndex:
        """Every name of the workspace, including those created here."""
        if self._index is None:
            self._index = NameIndex(lambda kind: entities.items(self.db, self.workspace, kind))
        return self._index

    def _known(self, kind: Kind, text: str, among: Sequence[Item] | None = None) -> Item | None:
        """Like `NameIndex.find_active`; an ambiguous name is resolved by the person's pick."""
        picked = self.making.picked(kind, text)
        if picked is not None:
            return self.index.by_id(kind, picked)
        return self.index.find_active(kind, text, among)

    def client(self, text: str) -> Item:
        """Return the client called *text*, created if allowed."""
        return self._find_or_make("client", text)

    def project(self, text: str) -> Item:
        """Return the project called *text*, which may be ``CLIENT/PROJECT``, created if allowed."""
        found = self._known("project", text)
        if found is not None:
            return found
        client_name, name = split_new(text, "project")
        if client_name is None:
            self._may_make("project", name, self.index.resembling_project(name))
            return self._make(self._new("project", name))
        client = self._known("client", client_name)
        if client is None:
            self._may_make("client", client_name, self.index.resembling_client(client_name))
            client = self._make(self._new("client", client_name))
        siblings = self.index.owned_by("project", client.local_id)
        self._may_make("project", name, self.index.resembling(name, siblings), client)
        return self._make(self._new("project", name, client.local_id))

    def task(self, text: str, project: str | None) -> Item:
        """Return the task *text* of *project* (local id); without it, ``PROJECT/TASK`` or an id."""
        if project is None:
            return self._task_alone(text)
        siblings = self.index.owned_by("task", project)
        found = self._known("task", text, siblings)
        if found is not None:
            return found
        if self.index.by_id("task", text) is not None or self._is_elsewhere(text):
            raise UsageError(
                f'task "{quoted(text)}" belongs to another project',
                "Give that project with -p, or leave out the task.",
            )
        of = self.index.get("project", project)
        self._may_make("task", text, self.index.resembling(text, siblings), of)
        return self._make(self._new("task", text, project))

    def tags(self, texts: Sequence[str]) -> list[Item]:
        """Return the tags that *texts* name, created if allowed; commas separate several.

        Raises UsageError for more than an entry may have.
        """
        names = [name for text in texts if text != NONE for name in self.index.several("tag", text)]
        if len(names) > MAX_TAGS:
            raise UsageError(f"an entry cannot have {len(names)} tags", f"Give at most {MAX_TAGS}.")
        return [self._find_or_make("tag", name) for name in names]

    def known_tags(self, texts: Sequence[str]) -> list[Item]:
        """Return the tags that *texts* name; NotFound for unknown ones; none are created."""
        names = [name for text in texts for name in self.index.several("tag", text)]
        return [self.index.find("tag", name, substring=False) for name in names]

    def project_and_task(self, text: str) -> tuple[str, str]:
        """Split ``PROJECT/TASK`` into project and task.

        The project may be ``CLIENT/PROJECT``, and the task may contain a slash: existing names
        decide. Raises UsageError if either is missing.
        """
        places = [place for place, char in enumerate(text) if char == "/"]
        split = [(text[:place].strip(), text[place + 1 :].strip()) for place in reversed(places)]
        for project, task in split:
            if project and task and self._known("project", project) is not None:
                return project, task
        project, task = split[0] if split else ("", text.strip())
        if not task:
            raise UsageError("the name of the task is empty", "Give a task, or none.")
        if not project:
            raise UsageError(
                f'task "{quoted(text)}" needs a project',
                "Give -p PROJECT -k TASK, or -k PROJECT/TASK.",
            )
        return project, task

    def refuse_archived(self, fields: EntryFields) -> None:
        """Raise NotFound if *fields* name something archived, which a new entry cannot use."""
        used: list[tuple[Kind, str | None]] = [("project", fields.project), ("task", fields.task)]
        for kind, local_id in (*used, *(("tag", tag) for tag in fields.tags)):
            item = self.index.get(kind, local_id)
            if item is not None and item.archived:
                raise is_archived(self.index.candidate(item))

    def default_billable(self, project: str | None, task: str | None, otherwise: bool) -> bool:
        """Return whether new time on *task*, else *project* (local ids), is billable by default."""
        for item in (self.index.get("task", task), self.index.get("project", project)):
            if item is not None and item.billable is not None:
                return item.billable
        return otherwise and (project is None or not self._is_unmade(project))

    def _is_unmade(self, project: str) -> bool:
        """Return whether the project is not in Clockify yet, where it will not be billable."""
        found = self.index.get("project", project)
        return self.workspace != LOCAL and found is not None and found.server_id is None

    def _task_alone(self, text: str) -> Item:
        found = self.index.by_id("task", text)
        if found is not None:
            return found
        project, name = self.project_and_task(text)
        return self.task(name, self.project(project).local_id)

    def _is_elsewhere(self, text: str) -> bool:
        """Return whether *text* is the ``PROJECT/TASK`` of an existing task."""
        return "/" in text and self._known("task", text) is not None

    def _find_or_make(self, kind: Kind, text: str) -> Item:
        found = self._known(kind, text)
        if found is not None:
            return found
        self._may_make(kind, text, self.index.resembling(text, self.index.items(kind)))
        return self._make(self._new(kind, text))

    def _may_make(
        self, kind: Kind, text: str, near: Sequence[Candidate], owner: Item | None = None
    ) -> None:
        """Return if *text* of *owner* may be created; else raise with similar names and how to."""
        name = check_new_name(text, kind)
        if is_id(text):
            raise NotFound(
                f'no {kind} has the id "{text}"', f"`clockify {kind}s list --all` shows their ids."
            )
        path = "/".join((*((self.index.candidate(owner).path,) if owner else ()), name))
        key = making_key(kind, path)
        if self.making.allows(key):
            return
        if kind == "task" and owner is not None and not self.fetched(owner.local_id):
            raise not_fetched(self.index, text, owner)
        if self.workspace == LOCAL and not near:
            return
        of = f" for {owner.kind} {quoted(owner.name)}" if owner is not None else ""
        raise UnknownName(
            f'no {kind} named "{quoted(text)}"',
            f"{_did_you_mean(kind, text, near)}`--create` creates the {kind}.",
            label=f'{kind} "{quoted(name)}"{of}',
            key=key,
            nearest=tuple(map(shown, near)),
            typed=text,
            project=owner.local_id if owner is not None and kind == "task" else None,
        )

    def make(
        self,
        kind: Kind,
        name: str,
        owner: str | None = None,
        *,
        billable: bool | None = None,
        extra: str = "{}",
    ) -> Item:
        """Create an item of the client or project *owner* (local id); UsageError if it exists."""
        name = check_new_name(name, kind)
        for item in self.index.called(kind, name, owner):
            raise UsageError(
                f'{kind} "{quoted(self.index.candidate(item).label)}" already exists'
                + (" and is archived" if item.archived else ""),
                f"`clockify {kind}s list{' --archived' if item.archived else ''}` shows it.",
                code="exists",
            )
        return self._make(replace(self._new(kind, name, owner), billable=billable, extra=extra))

    def _new(self, kind: Kind, name: str, owner: str | None = None) -> Item:
        return new_item(self.workspace, kind, check_name(name, kind), owner)

    def _make(self, item: Item) -> Item:
        if item.kind in self.forbidden:
            raise not_for_members(item.kind)
        self.change.create_item(item)
        self.created.append(item)
        self.index.add(item)
        return item


def new_item(workspace: str, kind: Kind, name: str, owner: str | None = None) -> Item:
    """Return an item with an id of its own; *owner* is the client or project (local id)."""
    return Item(
        kind=kind,
        local_id=os.urandom(16).hex(),
        workspace_id=workspace,
        name=name,
        client=owner if kind == "project" else None,
        project=owner if kind == "task" else None,
    )


def making_key(kind: Kind, path: str) -> str:
    """Return the key of the permission to create a *kind* called *path* (``CLIENT/PROJECT``)."""
    return f"{kind} {fold(path)}"


def shown(near: Candidate) -> str:
    """Return how a similar name is written in a sentence."""
    kind = "client " if near.kind == "client" else ""
    return f"{kind}{quoted(near.label)}{' (archived)' if near.archived else ''}"


def _did_you_mean(kind: Kind, text: str, near: Sequence[Candidate]) -> str:
    """Return a question whether one of *near* was meant, as options that can be typed."""
    typed = dict.fromkeys(_option(kind, text, each) for each in near if not each.archived)
    return f"Did you mean {' or '.join(typed)}? " if typed else ""


def _option(kind: Kind, text: str, near: Candidate) -> str:
    if kind == "client" and near.kind == "project":
        return f"--project {shlex.quote(near.path)} --task TASK"
    if near.kind == kind:
        path = near.path if kind == "project" else near.name
    else:
        # A project that is called like a client, or `Client:Project`.
        path = f"{near.name}/{text.partition(':')[2].strip() or 'PROJECT'}"
    return f"--{kind} {shlex.quote(path)}"


def clean_description(text: str) -> tuple[str, bool]:
    """Like `clean_text`, for a description."""
    return clean_text(text, "description")


def clean_text(text: str, name: str) -> tuple[str, bool]:
    """Return *text* of the field *name* as recorded, and whether line breaks became spaces.

    Raises UsageError for control characters, bytes that are not text and over 3000 characters.
    """
    spaced = " ".join(re.split(LINE_BREAKS, text.strip()))
    for char in spaced:
        if "\ud800" <= char <= "\udfff":
            raise UsageError(f"the {name} is not valid UTF-8 text", "Use UTF-8.")
        if (char < " " and char != "\t") or "\x7f" <= char <= "\x9f":
            raise UsageError(
                f'the {name} has a control character: "{quoted(spaced)}"', "Remove that character."
            )
    if len(spaced) > MAX_DESCRIPTION:
        raise UsageError(
            f"the {name} has {len(spaced)} characters", f"Shorten it to {MAX_DESCRIPTION}."
        )
    return spaced.replace("\t", " "), spaced != text.strip()


def fill(book: NameBook, given: EntryInput, base: EntryFields) -> EntryFields:
    """Return *base* with the fields in *given*; a new project uses its own billable default."""
    project, task = _project_and_task(book, given, base)
    return replace(
        base,
        **{name: _plain(name, given, base) for name in PLAIN},
        project=project,
        task=task,
        tags=_tags(book, given, base),
        billable=_billable(book, given, base, project, task),
        custom_fields=with_values(
            base.custom_fields, values_of(book.db, book.workspace, given.custom)
        ),
        type=given.type or base.type,
    )


def _plain(name: str, given: EntryInput, base: EntryFields) -> Any:
    """Return the plain field *name*: the text ``none`` clears it."""
    said = getattr(given, name)
    if said is None:
        return getattr(base, name)
    if not isinstance(said, str):
        return said
    return "" if said == NONE else clean_text(said, name)[0]


def _project_and_task(
    book: NameBook, given: EntryInput, base: EntryFields
) -> tuple[str | None, str | None]:
    project = base.project
    task = base.task
    if given.project is not None:
        with _said_by(given, "project"):
            project = None if given.project == NONE else book.project(given.project).local_id
        if project != base.project:
            task = None
    if given.task is not None:
        if given.task == NONE:
            return project, None
        with _said_by(given, "task"):
            found = book.task(given.task, project)
        return found.project, found.local_id
    return project, task


@contextmanager
def _said_by(given: EntryInput, named: Named) -> Iterator[None]:
    """If the field *named* comes from a setting, name the setting in any error in the block."""
    try:
        yield
    except (NotFound, Ambiguous, UsageError) as error:
        where = dict(given.usual).get(named)
        if where is not None:
            option = {"project": "-p NAME", "task": "-k NAME", "tags": "-g NAME"}[named]
            error.message = f"{where}: {error.message}"
            error.hint = f"Change that setting, or use {option}. {error.hint}"
        raise


def _tags(book: NameBook, given: EntryInput, base: EntryFields) -> tuple[str, ...]:
    if given.tags is None:
        return base.tags
    with _said_by(given, "tags"):
        return tuple(dict.fromkeys(tag.local_id for tag in book.tags(given.tags)))


def _billable(
    book: NameBook, given: EntryInput, base: EntryFields, project: str | None, task: str | None
) -> bool:
    if given.billable is not None:
        return given.billable
    if project == base.project and task == base.task:
        return base.billable
    return book.default_billable(project, task, base.billable)


def stale_names(ctx: AppContext) -> Recovery:
    """Return a recovery that asks Clockify about an unknown name: once, and once per project.

    If Clockify cannot be asked, the error says how old the copy without the name is.
    """
    learnt: set[str | None] = set()

    def recover(error: ClockifyError) -> bool:
        if not isinstance(error, NotFound) or isinstance(error, NothingRuns):
            return False
        from clockify_cli.actions.clockify import freshness

        project = error.project if isinstance(error, UnknownName) else None
        worth = project is not None or freshness.names_worth_asking(ctx)
        if project in learnt or not worth or not freshness.learn_names(ctx, project):
            _say_age(ctx, error)
            return False
        learnt.add(project)
        return True

    return recover


def _say_age(ctx: AppContext, error: NotFound) -> None:
    """Add the age of the copy to *error* if it is old: Clockify may have the name."""
    if ctx.account is None or not isinstance(error, UnknownName) or not error.key:
        return
    from clockify_cli.actions.clockify.freshness import LISTED, RETRIED_NAMES, names_fetched

    seen = [names_fetched(ctx, kind) for kind in LISTED]
    known = [at for at in seen if at is not None]
    if len(known) < len(seen):
        error.message += ", and not all names have been fetched from Clockify yet"
    elif ctx.now - min(known) > RETRIED_NAMES:
        error.message += f" in the local copy of {clock_text(ctx, min(known))}"
