"""Rows as records: the fields that each kind of row has, and a value of each as text or JSON.

The names serve ``--fields`` and the heads of CSV and Markdown. They are the JSON names of the
row, and a few that give the same as a person reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, Literal, TypeVar, cast

from clockify_cli.domain.exchange.cells import guard, join_names
from clockify_cli.domain.time.zones import offset_text
from clockify_cli.errors import UsageError
from clockify_cli.show.as_json import Json, dumps
from clockify_cli.show.look import Look
from clockify_cli.show.terminal_text import clean, clean_line
from clockify_cli.values import dataclass

Row = TypeVar("Row")

FieldKind = Literal["text", "number", "flag", "moment", "length", "names", "json"]
"""How a value is shown. *moment* is aware UTC, *length* whole seconds; any may be None."""


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """One field of a row. *data* is what JSON gives where that differs from *value*.

    *missing* is what a person reads where there is no value, such as ``(no project)``.
    """

    name: str
    kind: FieldKind
    value: Callable[[Row, Look], object]
    data: Callable[[Row, Look], Json] | None = None
    missing: Callable[[Row], str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether its column stands on the right."""
        return self.kind in ("number", "length")


@dataclass(frozen=True, slots=True)
class RowShape(Generic[Row]):
    """A kind of row: its *fields*, those shown unless others are asked for, its whole as JSON.

    *written* are the *columns* of a document (CSV, Markdown), where lengths are for people.
    """

    fields: tuple[Field[Row], ...]
    columns: tuple[str, ...]
    document: Callable[[Row, Look], Json]
    written: tuple[str, ...] = ()

    def default_fields(self) -> tuple[Field[Row], ...]:
        """The fields of a row in a pipe or a table."""
        return self._named(self.columns)

    def written_fields(self) -> tuple[Field[Row], ...]:
        """The fields of a row in CSV or Markdown."""
        return self._named(self.written or self.columns)

    def pick(self, names: Sequence[str]) -> tuple[Field[Row], ...]:
        """The fields called *names*, in that order; UsageError names the nearest to an unknown."""
        known = {field.name for field in self.fields}
        for name in names:
            if name not in known:
                raise self._unknown(name)
        return self._named(names)

    def _named(self, names: Sequence[str]) -> tuple[Field[Row], ...]:
        by_name = {field.name: field for field in self.fields}
        return tuple(by_name[name] for name in names)

    def _unknown(self, name: str) -> UsageError:
        from clockify_cli.domain.names import near, quoted

        names = [field.name for field in self.fields]
        nearest = near(name, names)
        meant = f"Did you mean {' or '.join(nearest)}?\n" if nearest else ""
        return UsageError(
            f'no field is called "{quoted(name)}"', f"{meant}Fields: {', '.join(names)}."
        )


def split_fields(text: str) -> list[str]:
    """The names in ``A,B``; UsageError if there is none."""
    names = [name for name in map(str.strip, text.split(",")) if name]
    if not names:
        raise UsageError("no field is named", "Write --fields start,duration,description.")
    return names


def tsv_cell(field: Field[Row], row: Row, look: Look) -> str:
    """The value for a script: RFC 3339, whole seconds, ids as they are; never a tab or a break."""
    value = field.value(row, look)
    if field.kind == "length":
        return "" if value is None else str(value)
    return clean_line(_plain(field.kind, value, look))


def csv_cell(field: Field[Row], row: Row, look: Look) -> str:
    """The value for a spreadsheet: as in TSV, with durations as the look wants them."""
    text = clean(_for_people(field, row, look))
    return guard(text) if field.kind in ("text", "names", "json") else text


def human_cell(field: Field[Row], row: Row, look: Look) -> str:
    """The value for a person to read in a table, on one line and clean."""
    value = field.value(row, look)
    if isinstance(value, datetime):
        return look.table_moment(value)
    if field.kind == "flag":
        return "" if value is None else "yes" if value else "no"
    return clean_line(_for_people(field, row, look))


def markdown_cell(field: Field[Row], row: Row, look: Look) -> str:
    """As `human_cell`, by a 24-hour clock."""
    value = field.value(row, look)
    if isinstance(value, datetime):
        return f"{look.local(value):%Y-%m-%d %H:%M}"
    return human_cell(field, row, look)


def json_value(field: Field[Row], row: Row, look: Look) -> Json:
    """The value for JSON; moments come as RFC 3339 with offset, lengths as whole seconds."""
    if field.data is not None:
        return field.data(row, look)
    value = field.value(row, look)
    if isinstance(value, datetime):
        return offset_text(value, look.zone)
    return list(value) if isinstance(value, tuple) else cast(Json, value)


def record_json(fields: Sequence[Field[Row]], row: Row, look: Look) -> Json:
    """The chosen *fields* of *row* as an object, in that order."""
    return {field.name: json_value(field, row, look) for field in fields}


def _for_people(field: Field[Row], row: Row, look: Look) -> str:
    """The value as text, and where there is none the word for that."""
    value = field.value(row, look)
    if value is None and field.missing is not None:
        return field.missing(row)
    return _plain(field.kind, value, look)


def _plain(kind: FieldKind, value: object, look: Look) -> str:
    """*value* as text that is not cleaned yet; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return offset_text(value, look.zone)
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "length":
        return look.length(cast(int, value))
    if kind == "names":
        return join_names(cast(tuple[str, ...], value))
    return dumps(cast(Json, value)) if kind == "json" else str(value)
