"""The custom fields of a workspace, as Clockify listed them last."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from clockify_cli.domain.custom_fields import CustomField
from clockify_cli.store import meta
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.instants import moment_of, seconds_of
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class KnownFields:
    """The fields of a workspace; *fetched* is aware UTC, None where they were never listed."""

    fields: tuple[CustomField, ...] = ()
    fetched: datetime | None = None


def known_fields(db: StoreConnection, workspace: str) -> KnownFields:
    """What is known of the custom fields of *workspace*."""
    text = meta.value(db, _key(workspace))
    if text is None:
        return KnownFields()
    said = json.loads(text)
    fields = tuple(
        CustomField(**{**one, "allowed": tuple(one["allowed"])}) for one in said["fields"]
    )
    return KnownFields(fields, moment_of(said["fetched"]))


def save_fields(
    db: StoreConnection, workspace: str, fields: Iterable[CustomField], fetched: datetime
) -> None:
    """The workspace has exactly *fields*, as of *fetched* (aware UTC)."""
    rows = [
        {
            "id": field.id,
            "name": field.name,
            "type": field.type,
            "required": field.required,
            "allowed": field.allowed,
            "filled": field.filled,
        }
        for field in fields
    ]
    said = {"fetched": seconds_of(fetched), "fields": rows}
    with db.transaction():
        meta.put(db, _key(workspace), json.dumps(said, separators=(",", ":")))


def _key(workspace: str) -> str:
    return f"fields:{workspace}"
