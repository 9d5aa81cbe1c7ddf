"""Our values as the JSON that Clockify takes."""

from __future__ import annotations

from datetime import UTC, datetime

from clockify_cli.api.wire import rate_of
from clockify_cli.domain.catalogue import Kind
from clockify_cli.sync.remote import EntryBody, ItemBody, Window

_WRITTEN_BACK: dict[Kind, tuple[str, ...]] = {
    "client": ("address", "email", "note", "ccEmails", "currencyId"),
    "project": ("color", "note"),
    "task": ("assigneeIds", "userGroupIds", "estimate", "budgetEstimate"),
    "tag": (),
}
_NOT_OF_NEW = {"ccEmails", "currencyId"}


def write_time(moment: datetime) -> str:
    """An aware instant as Clockify takes it: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def write_new_entry(body: EntryBody) -> dict[str, object]:
    """The body of a POST: what is set, and nothing else."""
    return {name: value for name, value in write_whole_entry(body).items() if value != []}


def write_whole_entry(body: EntryBody) -> dict[str, object]:
    """The body of a PUT, which replaces: every field that the entry is to have.

    Absence is how Clockify clears a project or task and opens an entry again; a null may be
    refused. Lists are sent empty.
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
    """The body that asks for a detailed report of what is invoiced; its dates are wall clock."""
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
    """The body of a POST (*new*) or PUT of an item of *kind*: what *body* names, and its rest."""
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
    """Of what an item says besides, what has to be sent again lest it be cleared.

    What Clockify reckons by itself it does not take.
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
