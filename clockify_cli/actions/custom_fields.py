"""The custom fields of the workspace: learnt when first needed, and set as a person types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from clockify_cli.actions.context import AppContext
from clockify_cli.domain.custom_fields import (
    NONE,
    CustomField,
    Value,
    find_field,
    read_value,
    split_field,
)
from clockify_cli.domain.entry import LOCAL
from clockify_cli.domain.names import fold
from clockify_cli.errors import ClockifyError, NotFound, UsageError
from clockify_cli.store.catalogue import KnownFields, known_fields, save_fields

if TYPE_CHECKING:
    from clockify_cli.domain.exchange.rows import CustomValue
    from clockify_cli.store.database import Database
    from clockify_cli.sync.remote import RemoteField

OF_ENTRIES = "TIMEENTRY"
SEVERAL = "DROPDOWN_MULTIPLE"


def values_of(db: Database, workspace: str, asked: Sequence[str]) -> Mapping[str, Value | None]:
    """The values that *asked* (``NAME=VALUE`` each) gives, by the id of the field; None: cleared.

    Raises UsageError, NotFound or Ambiguous for what the fields known of *workspace* do not take.
    """
    if not asked:
        return {}
    if workspace == LOCAL:
        raise UsageError(
            "there are no custom fields without an account",
            "Leave out --field, or run `clockify login`.",
        )
    fields = known_fields(db, workspace).fields
    values: dict[str, Value | None] = {}
    for text in asked:
        name, said = split_field(text, fields)
        field = find_field(name, fields)
        value = None if said == NONE else read_value(field, said)
        values[field.id] = _together(field, values.get(field.id), value)
    return values


def _together(field: CustomField, before: Value | None, value: Value | None) -> Value | None:
    """A dropdown of several choices takes one with each time it is named."""
    if field.type == SEVERAL and isinstance(before, list) and isinstance(value, list):
        return list(dict.fromkeys(before + value))
    return value


def know_fields(ctx: AppContext, asked: Sequence[str]) -> None:
    """Ask Clockify for the custom fields where *asked* needs them and the copy cannot do.

    Raises what stands in the way where they were never listed. One request at most.
    """
    if not asked or ctx.account is None:
        return
    known = known_fields(ctx.db, ctx.workspace)
    if ctx.offline or not (ctx.refresh or _old(ctx, known) or _unknown(known, asked)):
        if known.fetched is None:
            raise NotFound(
                "the custom fields of the workspace have not been fetched yet",
                "Run the command once without --offline.",
                code="field-not-found",
            )
        return
    try:
        fetch_fields(ctx)
    except ClockifyError:
        if known.fetched is None:
            raise


def know_values(ctx: AppContext, said: Iterable[CustomValue]) -> None:
    """Ask Clockify for the custom fields where some in a file are not known.

    One request at most; where Clockify cannot be asked, all stays as it is.
    """
    known = known_fields(ctx.db, ctx.workspace)
    missing = any(field_of(one, known.fields) is None for one in said)
    if missing and ctx.account is not None and not ctx.offline:
        with suppress(ClockifyError):
            fetch_fields(ctx)


def field_of(said: CustomValue, fields: Sequence[CustomField]) -> CustomField | None:
    """The one of *fields* that *said* is of: by its id, else the only one of its name."""
    found = [field for field in fields if said.id and field.id == said.id]
    found = found or [field for field in fields if fold(field.name) == fold(said.name)]
    return found[0] if len(found) == 1 else None


def fetch_fields(ctx: AppContext) -> None:
    """Ask Clockify for the custom fields of the workspace; one request, which may raise."""
    from clockify_cli.actions.connecting import connect

    listed = connect(ctx).remote.custom_fields(ctx.workspace)
    usable = [_field(one) for one in listed if one.status != "INACTIVE"]
    entity_of = {one.id: one.entity for one in listed}
    fields = [field for field in usable if entity_of[field.id] in (OF_ENTRIES, None)]
    save_fields(ctx.db, ctx.workspace, fields, ctx.now)


def _field(found: RemoteField) -> CustomField:
    return CustomField(
        id=found.id,
        name=found.name,
        type=found.type or "TXT",
        required=found.required,
        allowed=found.allowed,
        filled=found.default not in (None, "", []),
    )


def _old(ctx: AppContext, known: KnownFields) -> bool:
    return not ctx.is_recent(known.fetched)


def _unknown(known: KnownFields, asked: Sequence[str]) -> bool:
    """Whether *asked* names a field that is not known: it may be new at Clockify."""
    try:
        for text in asked:
            find_field(split_field(text, known.fields)[0], known.fields)
    except NotFound:
        return True
    return False
