"""What clients, projects, tasks and tags share: filters of lists, names, archive before delete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from tests.fake_clockify.answers import forbidden, invalid, not_allowed_now
from tests.fake_clockify.call import Call
from tests.fake_clockify.records import Client, Project, Tag, Task

Named = TypeVar("Named", Client, Project, Tag, Task)


def by_name(call: Call, rows: Iterable[Named]) -> list[Named]:
    """Return the rows whose name matches the query, in the requested order."""
    term, strict = call.query.get("name", ""), call.query.get("strict-name-search", False)
    found = [
        each
        for each in rows
        if not term or (each.name == term if strict else term.casefold() in each.name.casefold())
    ]
    column = call.query.get("sort-column", "NAME")
    descending = call.query.get("sort-order") == "DESCENDING"
    return sorted(
        found,
        key=lambda each: (each.id if column == "ID" else each.name.casefold(), each.id),
        reverse=descending,
    )


def by_archived(call: Call, rows: Iterable[Any]) -> list[Any]:
    """Filter by `archived` true or false; without it, return both."""
    wanted = {True: True, False: False, "true": True, "false": False}.get(
        call.query.get("archived", "")
    )
    return [each for each in rows if wanted is None or each.archived == wanted]


def checked_name(call: Call, old: str | None = None) -> str:
    """Return the body's name, else *old*; it may not be blank."""
    name: str | None = call.body.get("name", old)
    if name is None or not name.strip():
        raise invalid("name: must not be blank")
    return name


def refuse_taken(what: str, name: str, others: Iterable[Named], own_id: str | None = None) -> None:
    if any(each.name == name and each.id != own_id for each in others):
        raise not_allowed_now(f"{what} with name '{name}' already exists")


def changes(call: Call, names: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields to change: *names* maps the body's words to our field and default."""
    clears = call.switches.catalogue_put == "replaces"
    return {
        field: call.body.get(word, default)
        for word, (field, default) in names.items()
        if word in call.body or clears
    }


def require_archived(what: str, record: Client | Project | Tag) -> None:
    if not record.archived:
        raise not_allowed_now(f"Cannot delete an active {what}")


def may_create(call: Call, setting: str, permission: str) -> None:
    """Obey onlyAdminsCreate… and the creation permissions of the workspace."""
    settings = call.workspace.settings
    who = settings.get("entityCreationPermissions", {}).get(permission, "EVERYONE")
    if settings.get(setting) or who == "ADMINS":
        call.require_manager()
    elif who == "ADMINS_AND_PROJECT_MANAGERS" and call.member.role == "MEMBER":
        raise forbidden("You don't have permission to perform this action")
