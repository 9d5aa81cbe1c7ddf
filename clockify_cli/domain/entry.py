"""Time entries and what they refer to, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from clockify_cli.errors import ClockifyError
from clockify_cli.values import dataclass, fields

LOCAL = "local"
"""The workspace of everything tracked without an account."""

REGULAR, BREAK = "REGULAR", "BREAK"
TYPES = (REGULAR, BREAK, "TIME_OFF", "HOLIDAY")
"""Clockify's names for the types of an entry."""

SENT_TYPES = frozenset({REGULAR, BREAK})
"""The types that Clockify's API accepts; an entry of another type is never sent."""

TypeSeconds = Mapping[str, int]
"""Seconds by Clockify's name for a type."""

SyncState = Literal["local", "review", "pending", "synced"]


def type_name(type_: str) -> str:
    """Return Clockify's type name as people read it: ``break``, ``time off``."""
    return type_.replace("_", " ").lower()


def read_type(text: str) -> str | None:
    """Return Clockify's name for the type *text* (``Time off``, ``time-off``); None if unknown."""
    word = "".join(letter for letter in text if letter not in " _-").upper()
    return next((type_ for type_ in TYPES if type_.replace("_", "") == word), None)


def irregular(by_type: TypeSeconds) -> TypeSeconds:
    """Return the seconds by type without REGULAR and without zeros, in order."""
    there = (type_ for type_, seconds in by_type.items() if seconds and type_ != REGULAR)
    return {type_: by_type[type_] for type_ in sorted(there, key=type_place)}


def type_place(type_: str) -> tuple[int, str]:
    """Return a sort key for *type_*: Clockify's own types first, in their order."""
    return (TYPES.index(type_) if type_ in TYPES else len(TYPES), type_)


@dataclass(frozen=True, slots=True)
class Ref:
    """A client, task or tag that an entry or project refers to.

    *local_id* never changes; *server_id* is None until Clockify has it.
    """

    local_id: str
    server_id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class ProjectRef(Ref):
    """A project with the client it belongs to."""

    client: Ref | None = None

    @property
    def label(self) -> str:
        """``Client / Project``, or only the project."""
        return f"{self.client.name} / {self.name}" if self.client else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFields:
    """The fields of an entry that have the same form here, in the store and in Clockify.

    Each is a text, a flag or a number with a name of one word. Its default stands for an unknown
    value, such as in a row written before the field was added. The store, the journal, conflicts,
    undo, favorites and output use this list.
    """

    description: str = ""


PLAIN: tuple[str, ...] = tuple(field.name for field in fields(PlainFields))
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(PlainFields)}
"""The plain fields by name, each with its default."""
_PLAIN = tuple((name, type(default), default) for name, default in DEFAULTS.items())

CONTENT = (*PLAIN, "project", "task", "tags", "billable", "custom_fields", "type")
"""All fields of an entry except its times."""


def plain_of(entry: PlainFields) -> dict[str, Any]:
    """Return the plain fields of *entry* by name."""
    return {name: getattr(entry, name) for name in PLAIN}


def plain_in(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain fields in *said*, a stored mapping, with defaults for missing ones."""
    return {name: kind(said.get(name, default)) for name, kind, default in _PLAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFields(PlainFields):
    """The fields of an entry that a person sets, with local ids.

    *start* and *end* are aware UTC in whole seconds; *end* is None while the timer runs. *project*,
    *task* and *tags* are local ids. *custom_fields* is JSON text: a list of ``{"customFieldId",
    "value"}``. *type* is Clockify's name (REGULAR, BREAK …).
    """

    start: datetime
    end: datetime | None
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()
    billable: bool = False
    custom_fields: str = "[]"
    type: str = "REGULAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry(PlainFields):
    """One time entry as read from the store, with its names filled in.

    *start* and *end* are aware UTC in whole seconds; *end* is None while the timer runs.
    """

    local_id: str
    server_id: str | None
    workspace_id: str
    user_id: str | None
    start: datetime
    end: datetime | None
    project: ProjectRef | None
    task: Ref | None
    tags: tuple[Ref, ...]
    billable: bool
    type: str = "REGULAR"
    locked: bool = False
    custom_fields: str = "[]"
    sync_state: SyncState = "local"

    @property
    def key(self) -> str:
        """The id to show: Clockify's if it has one, else the local one."""
        return self.server_id or self.local_id

    @property
    def running(self) -> bool:
        """Whether this timer has not been stopped."""
        return self.end is None

    def seconds(self, now: datetime) -> int:
        """Return the seconds from start to end, else to *now* (aware UTC); at least 0."""
        until = now if self.end is None else self.end
        return max(0, int((until - self.start).total_seconds()))

    @property
    def fields(self) -> EntryFields:
        """The fields that a person sets."""
        return EntryFields(
            start=self.start,
            end=self.end,
            **plain_of(self),
            project=self.project.local_id if self.project else None,
            task=self.task.local_id if self.task else None,
            tags=tuple(tag.local_id for tag in self.tags),
            billable=self.billable,
            custom_fields=self.custom_fields,
            type=self.type,
        )


_VOWELS = "aeiou"


def counted(number: int, noun: str) -> str:
    """Return ``1 entry``, ``12 entries``, ``0 changes``; *noun* has a regular plural."""
    return f"{number} {noun if number == 1 else _many(noun)}"


def agreeing(number: int, one: str, many: str) -> str:
    """Return *one* for the number 1, else *many*: ``1 change waits``, ``2 changes wait``."""
    return one if number == 1 else many


def _many(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return f"{noun[:-1]}ies"
    return f"{noun}s"


Kind = Literal["client", "project", "task", "tag"]


KINDS: tuple[Kind, ...] = ("client", "project", "task", "tag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A client, project, task or tag.

    *local_id* never changes; *server_id* is None until Clockify has it. *client* (of a project) and
    *project* (of a task) are local ids. *billable* is the default for new entries of a project or
    task; None if unknown. *archived* is also set for a finished task. *extra* is JSON text of
    Clockify's other properties (colour, estimate, rates …).
    """

    kind: Kind
    local_id: str
    workspace_id: str
    name: str
    server_id: str | None = None
    client: str | None = None
    project: str | None = None
    billable: bool | None = None
    archived: bool = False
    extra: str = "{}"

    @property
    def key(self) -> str:
        """The id to show: Clockify's if it has one, else the local one."""
        return self.server_id or self.local_id


Verb = Literal[
    "start",
    "stop",
    "cancel",
    "add",
    "resume",
    "delete",
    "edit",
    "split",
    "cut",
    "join",
    "rename",
    "archive",
    "unarchive",
    "merge",
    "undo",
    "redo",
    "import",
    "make",
    "send-local",
    "decide",
    "bill",
    "void",
]
NO_DESCRIPTION = "(no description)"
_WORDS = {"make": "create", "send-local": "move"}


def word_of(verb: str) -> str:
    """Return the word shown for *verb*: making a name is shown as creating it."""
    return _WORDS.get(verb, verb)


def act_text(verb: str, summary: str) -> str:
    """Return what a change did, in words: ``delete Reading``, ``delete (no description)``."""
    return f"{word_of(verb)} {summary or NO_DESCRIPTION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResult:
    """The outcome of one command that changes something.

    *entries* are the entries of the command as they are now (deleted ones as they were); *stopped*
    is the timer that ended because another began; *ended_before* holds the local ids of those that
    had already ended elsewhere. *removed* are entries merged into others or deleted beside them,
    *added* the local ids of *entries* that an edit made. *items* are the names of the command,
    *created* the names it made, *matched* the names that already existed, *owners* the clients and
    projects that these belong to. *named* are the fields of *entries* that the command has set.
    *already*: the same ``--once KEY`` was used before, and nothing
    was done now. *dry_run*: nothing was done, this is a preview. *notes* are sentences for the
    person (stderr). *problem*: the change is saved here, but Clockify refused it or it needs a
    decision.
    """

    verb: Verb
    entries: tuple[TimeEntry, ...] = ()
    stopped: TimeEntry | None = None
    removed: tuple[TimeEntry, ...] = ()
    items: tuple[Item, ...] = ()
    ended_before: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    created: tuple[Item, ...] = ()
    matched: tuple[Item, ...] = ()
    owners: tuple[Item, ...] = ()
    named: tuple[str, ...] = ()
    change_id: int | None = None
    summary: str = ""
    already: bool = False
    dry_run: bool = False
    notes: tuple[str, ...] = ()
    problem: ClockifyError | None = None


NONE = "none"
"""The word that clears a field; in a filter it means "has none"."""

EXCLUDING = ("!", "not:")
"""The prefixes of a name that a filter excludes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition on one dimension: any of *any_of*, if not empty, and none of *none_of*.

    Both hold local ids; None in them means "has none".
    """

    any_of: frozenset[str | None] = frozenset()
    none_of: frozenset[str | None] = frozenset()


EVERYTHING = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """An entry passes if it meets all conditions.

    *types* holds Clockify's type names. *search* holds texts that are searched for anywhere in the
    description, ignoring case; None in it means no description. *billable* None means either.
    """

    clients: Choice = EVERYTHING
    projects: Choice = EVERYTHING
    tasks: Choice = EVERYTHING
    tags: Choice = EVERYTHING
    types: Choice = EVERYTHING
    search: Choice = EVERYTHING
    billable: bool | None = None


ALL = EntryFilter()


def searchable(text: str) -> str:
    """Return *text* for searching: differences in case and composition are removed."""
    if text.isascii():
        return text.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
