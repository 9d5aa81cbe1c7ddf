"""Convert Clockify's JSON to our values and back.

Replies are checked field by field: one that is not shaped like Clockify's raises
:class:`Malformed`, never a TypeError. Times arrive in any zone, with fractions or with a second 60;
they become aware UTC in whole seconds.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from clockify_cli.domain.entry import Kind
from clockify_cli.sync.model.remote import (
    UNKNOWN,
    EntryBody,
    ItemBody,
    RemoteEntry,
    RemoteField,
    RemoteItem,
    RemoteUser,
    RemoteWorkspace,
    Window,
)

T = TypeVar("T")
Object = Mapping[str, object]

_ID = re.compile(r"[0-9a-fA-F]{24}")
_LEAP = re.compile(r"(T\d\d:\d\d):60")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DEEPEST = 20
_KEPT: dict[Kind, tuple[str, ...]] = {
    "client": ("address", "email", "note", "ccEmails", "currencyId", "currencyCode"),
    "project": (
        "color", "note", "public", "isPublic", "hourlyRate", "costRate",
        "estimate", "timeEstimate", "budgetEstimate", "duration",
    ),
    "task": (
        "assigneeIds", "userGroupIds", "estimate", "budgetEstimate", "duration", "hourlyRate",
        "costRate",
    ),
    "tag": (),
}  # fmt: skip


class Malformed(Exception):
    """A reply that is not shaped like Clockify's; the message is a phrase that says why."""


def is_id(text: object) -> bool:
    """Return whether *text* is one of Clockify's ids: 24 hexadecimal digits."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def same_text(one: str, other: str) -> bool:
    """Return whether two texts differ only in Unicode composition and white space."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def each(document: object, read: Callable[[object], T]) -> tuple[T, ...]:
    """Read each member of the list *document* with *read*; Malformed names the wrong one.

    No member is skipped, because what a list lacks counts as deleted.
    """
    if not isinstance(document, list):
        raise Malformed("it is not a list")
    return tuple(_member(number, member, read) for number, member in enumerate(document, 1))


def _member(number: int, member: object, read: Callable[[object], T]) -> T:
    try:
        return read(member)
    except Malformed as error:
        known = member.get("id") if isinstance(member, dict) else None
        which = f"id {known}" if is_id(known) else f"number {number}"
        raise Malformed(f"of its list, {which}: {error}") from None


def of_workspace(workspace: str, read: Callable[[object], T]) -> Callable[[object], T]:
    """Return *read* with a check that refuses the data of another workspace."""

    def checked(document: object) -> T:
        named = document.get("workspaceId") if isinstance(document, dict) else None
        if named is not None and named != workspace:
            raise Malformed("it is of another workspace")
        return read(document)

    return checked


def read_entry(document: object) -> RemoteEntry:
    """Read a time entry, hydrated or not."""
    entry = as_object(document)
    interval = as_object(entry.get("timeInterval"))
    end = interval.get("end")
    project = _optional_object(entry, "project")
    task = _optional_object(entry, "task")
    return RemoteEntry(
        id=id_of(entry, "id"),
        user_id=id_of(entry, "userId"),
        workspace_id=id_of(entry, "workspaceId"),
        start=read_time(interval.get("start")),
        end=None if end is None else read_time(end),
        description=text_of(entry, "description"),
        project_id=optional_id(entry, "projectId") or _own_id(project),
        task_id=optional_id(entry, "taskId") or _own_id(task),
        tag_ids=_tag_ids(entry),
        billable=entry.get("billable") is True,
        custom_fields=_custom_fields(entry),
        type=text_of(entry, "type") or "REGULAR",
        locked=entry.get("isLocked") is True,
        hourly_rate=rate_of(entry, "hourlyRate"),
        cost_rate=rate_of(entry, "costRate"),
        rated="hourlyRate" in entry or "costRate" in entry,
        items=_carried(entry, project, task),
    )


def read_item(kind: Kind) -> Callable[[object], RemoteItem]:
    """Return the reader of an item of *kind*."""
    return lambda document: _item(kind, as_object(document))


def read_user(document: object) -> RemoteUser:
    """Read the answer to ``GET /user``."""
    user = as_object(document)
    settings = _optional_object(user, "settings") or {}
    return RemoteUser(
        id=id_of(user, "id"),
        name=line_of(user, "name"),
        email=line_of(user, "email"),
        active_workspace=optional_id(user, "activeWorkspace"),
        default_workspace=optional_id(user, "defaultWorkspace"),
        time_zone=text_of(settings, "timeZone") or None,
        week_start=word_of(settings.get("weekStart")),
        time_format=word_of(settings.get("timeFormat")),
    )


def read_workspace(document: object) -> RemoteWorkspace:
    """Read a workspace, with its settings as received."""
    workspace = as_object(document)
    rates = {name: workspace.get(name) for name in ("hourlyRate", "costRate", "currencies")}
    rates["memberships"] = _member_rates(workspace, "WORKSPACE") or None
    return RemoteWorkspace(
        id=id_of(workspace, "id"),
        name=line_of(workspace, "name"),
        plan=word_of(workspace.get("featureSubscriptionType")),
        settings=as_text(_optional_object(workspace, "workspaceSettings") or {}),
        extra=as_text({name: rate for name, rate in rates.items() if rate is not None}),
    )


def read_field(document: object) -> RemoteField:
    """Read the definition of a custom field."""
    field = as_object(document)
    allowed = field.get("allowedValues")
    default = field.get("workspaceDefaultValue")
    return RemoteField(
        id=id_of(field, "id"),
        name=text_of(field, "name"),
        type=word_of(field.get("type")),
        status=word_of(field.get("status")),
        entity=word_of(field.get("entityType")),
        required=field.get("required") is True,
        allowed=tuple(str(value) for value in allowed) if isinstance(allowed, list) else (),
        default=None if default == "" else json.loads(as_text(default)),
    )


def read_report(document: object) -> tuple[frozenset[str], int | None]:
    """Return the ids of the entries on a page of a detailed report, and the total count.

    The count is None if the report has no totals.
    """
    report = as_object(document)
    ids = each(report.get("timeentries"), lambda row: _row_id(as_object(row)))
    totals = report.get("totals")
    total = totals[0] if isinstance(totals, list) and totals else None
    count = as_object(total).get("entriesCount") if total is not None else None
    return frozenset(ids), count if isinstance(count, int) else None


def _row_id(row: Object) -> str:
    return optional_id(row, "_id") or id_of(row, "id")


def read_time(value: object) -> datetime:
    """Read an ISO 8601 instant as aware UTC in whole seconds; Malformed without a zone.

    RFC 3339 also allows its letters in lower case.
    """
    if not isinstance(value, str):
        raise Malformed("a time is missing")
    try:
        moment = datetime.fromisoformat(_LEAP.sub(r"\1:59", value[:40].upper()))
        if moment.tzinfo is None:
            raise Malformed("a time without a zone")
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise Malformed("a time that cannot be read") from None


def as_object(value: object) -> Object:
    """Return *value* if it is a JSON object, else raise Malformed."""
    if not isinstance(value, dict):
        raise Malformed("an object is missing")
    return value


def id_of(record: Object, name: str) -> str:
    """Return the id in field *name*."""
    found = optional_id(record, name)
    if found is None:
        raise Malformed(f"{name} is missing")
    return found


def optional_id(record: Object, name: str) -> str | None:
    """Return the id in field *name*, or None."""
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not is_id(value):
        raise Malformed(f"{name} is not an id")
    return value


def text_of(record: Object, name: str) -> str:
    """Return the text in field *name*, empty if there is none."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{name} is not text")
    return value


def line_of(record: Object, name: str) -> str:
    """Return the text in field *name* on one line, without controls; only for display."""
    return " ".join(_CONTROLS.sub(" ", text_of(record, name)).split())


def word_of(value: object) -> str | None:
    """Return one word, from a word or the first of a list; None for anything else."""
    if isinstance(value, list):
        value = next(iter(value), None)
    return value if isinstance(value, str) and value else None


def as_text(value: object) -> str:
    """Return the JSON text of an uninterpreted value; Malformed if it is nested too deeply."""
    if _too_deep(value, _DEEPEST):
        raise Malformed("it is nested too deep")
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _too_deep(value: object, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (left == 0 or any(_too_deep(each, left - 1) for each in inner))


def _optional_object(record: Object, name: str) -> Object | None:
    value = record.get(name)
    return None if value is None or value == "" else as_object(value)


def _own_id(record: Object | None) -> str | None:
    return id_of(record, "id") if record else None


def _tag_ids(entry: Object) -> tuple[str, ...]:
    ids, tags = entry.get("tagIds"), entry.get("tags")
    if isinstance(tags, list) and tags:
        ids = [as_object(tag).get("id") for tag in tags]
    if ids is None:
        return ()
    if not isinstance(ids, list) or not all(is_id(tag) for tag in ids):
        raise Malformed("tagIds is not a list of ids")
    return tuple(dict.fromkeys(ids))


def _custom_fields(entry: Object) -> tuple[tuple[str, object], ...]:
    """Return pairs of id and value; empty if the reply has no custom fields, or null."""
    values = entry.get("customFieldValues")
    if values is None:
        return ()
    pairs = each(values, as_object)
    if any(_too_deep(pair.get("value"), _DEEPEST) for pair in pairs):
        raise Malformed("a custom field is nested too deep")
    return tuple((id_of(pair, "customFieldId"), pair.get("value")) for pair in pairs)


def rate_of(record: Object, name: str) -> tuple[int, str] | None:
    """Return cents and currency of the rate in field *name*, or None."""
    rate = _optional_object(record, name)
    amount = rate.get("amount") if rate else None
    if rate is None or not isinstance(amount, int):
        return None
    return amount, text_of(rate, "currency")


def _member_rates(record: Object, sort: str) -> list[object]:
    """Return the members of a workspace or project that have their own rate, with that rate.

    *sort* is the type of the membership. Malformed rates are ignored: missing amounts must not
    prevent reading names.
    """
    members = record.get("memberships")
    found: list[object] = []
    for member in members if isinstance(members, list) else ():
        if not isinstance(member, dict) or member.get("membershipType", sort) != sort:
            continue
        rate = member.get("hourlyRate")
        if isinstance(rate, dict) and isinstance(rate.get("amount"), int) and rate["amount"]:
            kept = {name: rate[name] for name in ("amount", "currency") if name in rate}
            found.append({"userId": member.get("userId"), "hourlyRate": kept})
    return found


def _carried(entry: Object, project: Object | None, task: Object | None) -> tuple[RemoteItem, ...]:
    items: list[RemoteItem] = []
    if project:
        found = _item("project", project)
        items.append(found)
        if is_id(found.client_id) and found.client_name:
            items.append(RemoteItem(kind="client", id=str(found.client_id), name=found.client_name))
    if task:
        owner = _own_id(project) or optional_id(entry, "projectId")
        items.append(_item("task", {"projectId": owner, **task}))
    tags = entry.get("tags")
    if isinstance(tags, list):
        items.extend(each(tags, read_item("tag")))
    return tuple(items)


def _item(kind: Kind, record: Object) -> RemoteItem:
    client_id, client_name = _client(record) if kind == "project" else (None, None)
    billable = record.get("billable")
    kept = {name: record[name] for name in _KEPT[kind] if record.get(name) is not None}
    if kind == "project" and (members := _member_rates(record, "PROJECT")):
        kept["memberships"] = members
    return RemoteItem(
        kind=kind,
        id=id_of(record, "id"),
        name=text_of(record, "name"),
        archived=_finished(record) if kind == "task" else record.get("archived") is True,
        client_id=client_id,
        client_name=client_name,
        project_id=optional_id(record, "projectId") if kind == "task" else None,
        billable=billable if isinstance(billable, bool) else None,
        extra=as_text(kept),
    )


def _client(project: Object) -> tuple[str | None, str | None]:
    """Return id and name of a project's client; UNKNOWN if the reply does not mention it."""
    client = project.get("client")
    if isinstance(client, dict):
        return id_of(client, "id"), text_of(client, "name") or None
    if "clientId" not in project:
        return (None, None) if "client" in project else (UNKNOWN, None)
    return optional_id(project, "clientId"), text_of(project, "clientName") or None


def _finished(task: Object) -> bool:
    status = task.get("status")
    if isinstance(status, dict):
        return status.get("active") is False
    return word_of(status) == "DONE"


_WRITTEN_BACK: dict[Kind, tuple[str, ...]] = {
    "client": ("address", "email", "note", "ccEmails", "currencyId"),
    "project": ("color", "note"),
    "task": ("assigneeIds", "userGroupIds", "estimate", "budgetEstimate"),
    "tag": (),
}
_NOT_OF_NEW = {"ccEmails", "currencyId"}


def write_time(moment: datetime) -> str:
    """Return an aware instant as Clockify accepts it: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def write_new_entry(body: EntryBody) -> dict[str, object]:
    """Return the body of a POST: only the fields that are set."""
    return {name: value for name, value in write_whole_entry(body).items() if value != []}


def write_whole_entry(body: EntryBody) -> dict[str, object]:
    """Return the body of a PUT, which replaces the entry: every field it is to have.

    Leaving a field out is how Clockify clears a project or task and reopens an entry; it may refuse
    null. Lists are sent even if empty.
    """
    written: dict[str, object] = {
        "start": write_time(body.start),
        "end": None if body.end is None else write_time(body.end),
        "description": body.description,
        "projectId": body.project_id,
        "taskId": body.task_id,
        "tagIds": list(body.tag_ids),
        "billable": body.billable,
        "customFields": [
            {"customFieldId": field, "value": value} for field, value in body.custom_fields
        ],
        "type": body.type,
    }
    return {name: value for name, value in written.items() if value is not None}


REPORT_PAGE = 1000


def write_invoiced_report(user: str, window: Window, page: int) -> dict[str, object]:
    """Return the body of a detailed report of invoiced entries; its dates are wall clock."""
    start, end = (
        moment.astimezone(UTC).replace(tzinfo=None) for moment in (window.start, window.end)
    )
    return {
        "dateRangeStart": start.isoformat(timespec="milliseconds"),
        "dateRangeEnd": end.isoformat(timespec="milliseconds"),
        "timeZone": "UTC",
        "detailedFilter": {"page": page, "pageSize": REPORT_PAGE},
        "exportType": "JSON",
        "invoicingState": "INVOICED",
        "amountShown": "HIDE_AMOUNT",
        "users": {"ids": [user], "contains": "CONTAINS", "status": "ALL"},
    }


def write_item(kind: Kind, body: ItemBody, *, new: bool) -> dict[str, object]:
    """Return the body of a POST (*new*) or PUT of an item of *kind*, with its other properties."""
    written = _rest(kind, body.extra, new)
    if body.name is not None:
        written["name"] = body.name
    if kind == "project" and body.client_id is not None:
        written["clientId"] = body.client_id
    if body.billable is not None and (kind == "project" or (kind == "task" and not new)):
        written["billable"] = body.billable
    if body.archived is not None and not new:
        archived: dict[str, object] = {"archived": body.archived}
        done: dict[str, object] = {"status": "DONE" if body.archived else "ACTIVE"}
        written.update(done if kind == "task" else archived)
    return written


def _rest(kind: Kind, extra: dict[str, object], new: bool) -> dict[str, object]:
    """Return those other properties of an item that a PUT must repeat, or they are cleared.

    Values that Clockify computes itself are left out, as it does not accept them.
    """
    names = set(_WRITTEN_BACK[kind]) - (_NOT_OF_NEW if new else set())
    rest = {name: value for name, value in extra.items() if name in names}
    if kind == "project":
        public = extra.get("isPublic", extra.get("public"))
        if public is not None:
            rest["isPublic"] = public
        for name in ("hourlyRate", "costRate"):
            rate = rate_of(extra, name)
            if rate is not None:
                rest[name] = {"amount": rate[0]}
    return rest
