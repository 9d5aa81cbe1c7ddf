"""What a workspace requires of entries: its custom fields and its rules, as values."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Literal

from clockify_cli.domain.entry import NONE, EntryFields, Kind
from clockify_cli.domain.names import fold
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import Ambiguous, NotFound, Refused, UsageError
from clockify_cli.values import dataclass

MAX_TEXT = 3000
_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})

Value = bool | int | float | str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A field that a workspace adds to its entries.

    *type* is Clockify's name (TXT, NUMBER, DROPDOWN_SINGLE, DROPDOWN_MULTIPLE, CHECKBOX, LINK).
    *allowed* are the choices of a dropdown. *filled*: Clockify fills it in if it is left out.
    """

    id: str
    name: str
    type: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    filled: bool = False


def split_field(text: str, fields: Sequence[CustomField]) -> tuple[str, str]:
    """Split *text* into NAME and VALUE; a NAME containing ``=`` is found if *fields* have it.

    Raises UsageError without ``=``.
    """
    places = [place for place, char in enumerate(text) if char == "="]
    if not places:
        raise UsageError(
            f'"{quoted(text)}" is not a NAME=VALUE',
            "For example: --field 'Ticket=ABC-12', or Ticket=none",
        )
    known = {fold(field.name) for field in fields}
    place = next((at for at in places if fold(text[:at]) in known), places[0])
    return text[:place].strip(), text[place + 1 :].strip()


def find_field(name: str, fields: Sequence[CustomField]) -> CustomField:
    """Return the field that *name*, a name or an id, means. Raises NotFound or Ambiguous."""
    exact = [field for field in fields if name in (field.id, field.name)]
    found = exact or [field for field in fields if fold(field.name) == fold(name)]
    if not found:
        names = ", ".join(quoted(field.name) for field in fields)
        raise NotFound(
            f'no custom field named "{quoted(name)}"',
            f"Custom fields: {names}." if names else "The workspace has no custom fields.",
            code="field-not-found",
        )
    if len(found) > 1:
        raise Ambiguous(
            f'"{quoted(name)}" matches {len(found)} custom fields',
            "Give the id.",
            details=tuple(f"{quoted(field.name)}    {field.id}" for field in found),
        )
    return found[0]


def read_value(field: CustomField, text: str) -> Value:
    """Parse *text* as a value of *field*. Raises UsageError that names the allowed values."""
    return _READERS.get(field.type, _text)(field, text)


def checked(field: CustomField, value: object) -> Value:
    """Check *value*, from JSON, as a value of *field*. UsageError names the allowed values."""
    if field.type == "DROPDOWN_MULTIPLE" and isinstance(value, list):
        return list(dict.fromkeys(_choice(field, str(one)) for one in value))
    if isinstance(value, bool):
        return read_value(field, "yes" if value else "no")
    if isinstance(value, (int, float, str)):
        return read_value(field, str(value))
    raise _refusal(field, json.dumps(value)[:40], "Give one value, as Clockify writes it.")


def with_values(text: str, values: Mapping[str, Value | None]) -> str:
    """Return JSON *text* of an entry's custom fields with *values* by id; None removes one."""
    if not values:
        return text
    said = {one["customFieldId"]: one["value"] for one in json.loads(text)}
    said |= values
    kept = [
        {"customFieldId": id_, "value": value} for id_, value in said.items() if value is not None
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def ids_said(text: str) -> frozenset[str]:
    """Return the ids of the fields that have a value in JSON *text* of an entry's custom fields."""
    return frozenset(
        one["customFieldId"] for one in json.loads(text) if one["value"] not in (None, "", [])
    )


def _refusal(field: CustomField, text: str, wanted: str) -> UsageError:
    return UsageError(
        f'"{quoted(text)}" is not a value for the custom field "{quoted(field.name)}"', wanted
    )


def _number(field: CustomField, text: str) -> int | float:
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _refusal(field, text, "Give a number, such as 12 or 0.5.") from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise _refusal(field, text, "Give a number, such as 12 or 0.5.")
    return int(number) if number == int(number) else float(number)


def _checkbox(field: CustomField, text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise _refusal(field, text, "Give yes or no.")
    return word in _YES


def _choice(field: CustomField, text: str) -> str:
    exact = [choice for choice in field.allowed if choice == text]
    found = exact or [choice for choice in field.allowed if fold(choice) == fold(text)]
    if len(found) != 1:
        choices = ", ".join(quoted(choice) for choice in field.allowed)
        raise _refusal(field, text, f"Give one of: {choices}.")
    return found[0]


def _choices(field: CustomField, text: str) -> list[str]:
    if any(fold(choice) == fold(text) for choice in field.allowed):
        return [_choice(field, text)]
    return list(dict.fromkeys(_choice(field, part.strip()) for part in text.split(",")))


def _link(field: CustomField, text: str) -> str:
    address = _text(field, text)
    if not address.casefold().startswith(("http://", "https://")) or " " in address:
        raise _refusal(field, text, "Give an address that begins with https:// or http://.")
    return address


def _text(field: CustomField, text: str) -> str:
    if not text:
        raise _refusal(field, text, f"Give text, or {NONE} to clear the field.")
    if len(text) > MAX_TEXT:
        raise _refusal(field, text[:40], f"Give at most {MAX_TEXT} characters.")
    if not text.isprintable():
        raise _refusal(field, text, "Leave out control characters and line breaks.")
    return text


_READERS: dict[str, Callable[[CustomField, str], Value]] = {
    "NUMBER": _number,
    "CHECKBOX": _checkbox,
    "DROPDOWN_SINGLE": _choice,
    "DROPDOWN_MULTIPLE": _choices,
    "LINK": _link,
}
"""How the values of each type of field are read; of any other type they are text."""

What = Literal["project", "task", "tag", "description", "field"]
_ADMINS = "ADMINS"
_MAKERS: tuple[tuple[str, str, tuple[Kind, ...]], ...] = (
    ("onlyAdminsCreateProject", "whoCanCreateProjectsAndClients", ("project", "client")),
    ("onlyAdminsCreateTask", "whoCanCreateTasks", ("task",)),
    ("onlyAdminsCreateTag", "whoCanCreateTags", ("tag",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRules:
    """What entries must have: *project*, *task*, *tags*, *description* and each of *fields*.

    Only managers may change entries that start before *locked_before* (aware UTC), or create names
    of the kinds in *managers_make*. *stopwatch*: only timers, no manual entries. *billable*: the
    default for new time if neither its task nor its project decides.
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
        """Whether finished entries have required fields."""
        return bool(self.project or self.task or self.tags or self.description or self.fields)

    def locks(self, start: datetime) -> bool:
        """Return whether an entry that starts at *start* (aware) is in the locked time."""
        return self.locked_before is not None and start < self.locked_before


NO_RULES = WorkspaceRules()


def read_rules(settings: str, fields: Iterable[CustomField] = ()) -> WorkspaceRules:
    """Parse *settings*, JSON text from Clockify, and add the required ones of *fields*.

    A setting that is absent or not understood requires nothing.
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
    """A required field that an entry lacks; *field* is set for a custom field."""

    what: What
    field: CustomField | None = None

    @property
    def name(self) -> str:
        """Its name in a message: ``a project``, ``tags``, ``the custom field Ticket``."""
        if self.field is not None:
            return f'the custom field "{self.field.name}"'
        return "tags" if self.what == "tag" else f"a {self.what}"

    @property
    def option(self) -> str:
        """The option that sets it."""
        if self.field is not None:
            return f"--field {shlex.quote(f'{self.field.name}=VALUE')}"
        return {
            "project": "-p NAME",
            "task": "-k NAME",
            "tag": "-g NAME",
            "description": "-d TEXT",
        }[self.what]


def missing(fields: EntryFields, rules: WorkspaceRules) -> tuple[Missing, ...]:
    """Return what *rules* require of a finished entry and *fields* lack, the project first."""
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
    """Return ``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _is_on(said: Mapping[str, object], name: str) -> bool:
    return said.get(name) in (True, "true")


def _lock(said: Mapping[str, object]) -> datetime | None:
    """Return the lock date: an instant, or the beginning of a day in the zone of the lock."""
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
    """Return the kinds that only admins may create; those open to project managers are left out."""
    allowed = said.get("entityCreationPermissions")
    permissions = allowed if isinstance(allowed, dict) else {}
    return frozenset(
        kind
        for old, new, kinds in _MAKERS
        for kind in kinds
        if permissions.get(new) == _ADMINS or (new not in permissions and _is_on(said, old))
    )


class ForManagers(Refused):
    """Only owners and admins of the workspace may do this; *entry* (local id) is locked."""

    code = "locked"
    entry: str | None = None


def not_for_members(kind: Kind) -> ForManagers:
    """Return the refusal to create a name of *kind*."""
    return ForManagers(
        f"only owners and admins of the workspace may create a {kind}",
        f"`clockify {kind}s` lists the {kind}s.",
        code="not-allowed",
    )
