"""The signed-in account and the workspaces, for people and for scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import agreeing, counted
from clockify_cli.show.formats.json import JsonObject, utc_text
from clockify_cli.show.rows.fields import Field, RowSchema
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.status import Who
    from clockify_cli.show.time_format import TimeFormat


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    """A workspace in a list."""

    id: str
    name: str
    active: bool


WORKSPACES: RowSchema[WorkspaceRow] = RowSchema(
    fields=(
        Field("id", "text", lambda row, _: row.id),
        Field("name", "text", lambda row, _: row.name),
        Field("active", "flag", lambda row, _: row.active),
    ),
    columns=("id", "name", "active"),
    document=lambda row, _: {"id": row.id, "name": row.name, "active": row.active},
)


def who_json(view: Who) -> JsonObject:
    """Return the account for scripts."""
    return {
        "id": view.user_id,
        "name": view.name,
        "email": view.email,
        "apiUrl": view.base_url,
        "workspace": {"id": view.workspace_id, "name": view.workspace, "plan": view.plan},
        "timeZone": view.zone,
        "key": view.key,
        "keySource": view.key_source,
        "requestsLeft": view.requests_left,
        "pending": view.waiting,
        "review": view.review,
        "otherAccounts": view.strangers,
        "asOf": utc_text(view.as_of),
    }


WHO: RowSchema[Who] = RowSchema(
    fields=(
        Field("id", "text", lambda view, _: view.user_id),
        Field("name", "text", lambda view, _: view.name),
        Field("email", "text", lambda view, _: view.email),
        Field("apiUrl", "text", lambda view, _: view.base_url),
        Field("workspace", "text", lambda view, _: view.workspace),
        Field("workspaceId", "text", lambda view, _: view.workspace_id),
        Field("plan", "text", lambda view, _: view.plan),
        Field("timeZone", "text", lambda view, _: view.zone),
        Field("key", "text", lambda view, _: view.key),
        Field("keySource", "text", lambda view, _: view.key_source),
        Field("requestsLeft", "number", lambda view, _: view.requests_left),
        Field("pending", "number", lambda view, _: view.waiting),
        Field("review", "number", lambda view, _: view.review),
        Field("otherAccounts", "number", lambda view, _: view.strangers),
        Field("asOf", "moment", lambda view, _: view.as_of),
    ),
    columns=("name", "email", "workspace", "plan", "timeZone", "apiUrl", "requestsLeft", "pending"),
    document=lambda view, _: who_json(view),
)


def _budget(view: Who, times: TimeFormat) -> str:
    """Return how many requests are left and for what."""
    left = view.requests_left
    if left is None:
        return "no hourly limit"
    if view.more_at is None:
        return f"at most {left} left in this hour"
    whole = view.more_at + timedelta(seconds=-view.more_at.timestamp() % 60)
    kept = f"at most {left} left, kept for changes" if left else "none left"
    return f"{kept}; more at {times.moment_text(whole)}"


def who_lines(view: Who, times: TimeFormat) -> list[str]:
    """Return the account for a person, one fact per line."""
    return [f"{name:<11}{text}" for name, text in who_details(view, times)]


def who_details(view: Who, times: TimeFormat) -> list[tuple[str, str]]:
    """Return the facts about the account, each with its name."""
    plan = f" ({view.plan.capitalize()})" if view.plan else ""
    details = [
        ("Signed in", f"{view.name} <{view.email}>"),
        ("Clockify", view.base_url),
        ("Workspace", f"{view.workspace}{plan}"),
        ("Time zone", view.zone),
        ("Key", f"{view.key}, from {view.key_source}"),
        ("Requests", _budget(view, times)),
    ]
    if view.waiting or view.review:
        waits = f"{view.waiting} waiting to be sent, {view.review} needing your decision"
        details.append(("Queue", f"{waits} (`clockify queue`)"))
    if view.strangers:
        others = counted(view.strangers, "change")
        stay = agreeing(view.strangers, "stays", "stay")
        details.append(("Others", f"{others} of other accounts {stay} with them"))
    return [*details, ("As of", times.moment_text(view.as_of))]
