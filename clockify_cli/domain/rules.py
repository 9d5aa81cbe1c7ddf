"""What a workspace demands of its entries, as its settings say."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Literal

from clockify_cli.domain.catalogue import Kind
from clockify_cli.domain.custom_fields import CustomField, ids_said
from clockify_cli.domain.entry import EntryFields
from clockify_cli.values import dataclass

What = Literal["project", "task", "tag", "description", "field"]
_ADMINS = "ADMINS"
_MAKERS: tuple[tuple[str, str, tuple[Kind, ...]], ...] = (
    ("onlyAdminsCreateProject", "whoCanCreateProjectsAndClients", ("project", "client")),
    ("onlyAdminsCreateTask", "whoCanCreateTasks", ("task",)),
    ("onlyAdminsCreateTag", "whoCanCreateTags", ("tag",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRules:
    """*project*, *task*, *tags* and *description* must be said, and each of *fields* too.

    What starts before *locked_before* (aware UTC) is for managers alone, and so is making names
    of the kinds in *managers_make*. *stopwatch*: nothing is recorded by hand. *billable*: what
    new time is where neither its task nor its project says.
    """

    project: bool = False
    task: bool = False
    tags: bool = False
    description: bool = False
    fields: tuple[CustomField, ...] = ()
    locked_before: datetime | None = None
    stopwatch: bool = False
    billable: bool = False
    managers_make: frozenset[Kind] = frozenset()

    @property
    def demands(self) -> bool:
        """Whether anything must be said of a finished entry."""
        return bool(self.project or self.task or self.tags or self.description or self.fields)

    def locks(self, start: datetime) -> bool:
        """Whether an entry that starts at *start* (aware) lies in the locked time."""
        return self.locked_before is not None and start < self.locked_before


NO_RULES = WorkspaceRules()


def read_rules(settings: str, fields: Iterable[CustomField] = ()) -> WorkspaceRules:
    """The rules in *settings*, JSON text as Clockify sent it, and the required ones of *fields*.

    A setting that is absent or not understood demands nothing.
    """
    said = json.loads(settings)
    if not isinstance(said, dict):
        said = {}
    return WorkspaceRules(
        project=_is_on(said, "forceProjects"),
        task=_is_on(said, "forceTasks"),
        tags=_is_on(said, "forceTags"),
        description=_is_on(said, "forceDescription"),
        fields=tuple(field for field in fields if field.required and not field.filled),
        locked_before=_lock(said),
        stopwatch=said.get("timeTrackingMode") == "STOPWATCH_ONLY",
        billable=_is_on(said, "defaultBillableProjects")
        and said.get("activeBillableHours") is not False,
        managers_make=_for_managers(said),
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the workspace demands and that was not said; *field* which custom field."""

    what: What
    field: CustomField | None = None

    @property
    def name(self) -> str:
        """``a project``, ``tags``, ``the custom field Ticket``."""
        if self.field is not None:
            return f'the custom field "{self.field.name}"'
        return "tags" if self.what == "tag" else f"a {self.what}"

    @property
    def option(self) -> str:
        """The option that says it."""
        if self.field is not None:
            return f"--field {shlex.quote(f'{self.field.name}=VALUE')}"
        return {
            "project": "-p NAME",
            "task": "-k NAME",
            "tag": "-g NAME",
            "description": "-d TEXT",
        }[self.what]


def missing(fields: EntryFields, rules: WorkspaceRules) -> tuple[Missing, ...]:
    """What *rules* demand of an entry that ends and *fields* do not say, the project first."""
    demanded: tuple[tuple[What, bool, object], ...] = (
        ("project", rules.project or rules.task, fields.project),
        ("task", rules.task, fields.task),
        ("tag", rules.tags, fields.tags),
        ("description", rules.description, fields.description.strip()),
    )
    said = ids_said(fields.custom_fields)
    return (
        *(Missing(what) for what, wanted, value in demanded if wanted and not value),
        *(Missing("field", field) for field in rules.fields if field.id not in said),
    )


def listed(names: Iterable[str]) -> str:
    """``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _is_on(said: Mapping[str, object], name: str) -> bool:
    return said.get(name) in (True, "true")


def _lock(said: Mapping[str, object]) -> datetime | None:
    """The lock date: an instant, or a day that begins in the zone of the lock."""
    text = said.get("lockTimeEntries")
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_zone(said.get("lockTimeZone")))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: object) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name) if isinstance(name, str) and name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _for_managers(said: Mapping[str, object]) -> frozenset[Kind]:
    """What nobody but an admin may make; where project managers may too, nothing is refused."""
    allowed = said.get("entityCreationPermissions")
    permissions = allowed if isinstance(allowed, dict) else {}
    return frozenset(
        kind
        for old, new, kinds in _MAKERS
        for kind in kinds
        if permissions.get(new) == _ADMINS or (new not in permissions and _is_on(said, old))
    )
