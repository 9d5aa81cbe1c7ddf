"""Rows in the user's own words: ``{project} {elapsed:>6}``, with only names and widths."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

from clockify_cli.domain.status import Status
from clockify_cli.domain.terminal_text import clean, cut, left, quoted, right, width
from clockify_cli.errors import UsageError
from clockify_cli.show.rows.fields import STATUS, Field, RowSchema, human_value
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.values import dataclass

AnyRow = TypeVar("AnyRow")

WIDEST = 200
_EXAMPLE = "Such as '{description:20} {project} {elapsed:>6}'; {{ and }} are braces."
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|\\[nt]|\\\\|[^{}\\]+|\\")
_NAMED = re.compile(r"([A-Za-z][A-Za-z_]*|\d{4}-\d\d-\d\d)(?::([<>^]?)([0-9]{1,3}))?", re.ASCII)
_LITERAL = {"{{": "{", "}}": "}", r"\n": "\n", r"\t": "\t", r"\\": "\\"}


@dataclass(frozen=True, slots=True)
class _Slot(Generic[AnyRow]):
    """A field's place in a template; *columns* is None for its natural width."""

    field: Field[AnyRow]
    side: str = "<"
    columns: int | None = None

    def text(self, row: AnyRow, times: TimeFormat) -> str:
        """Return the value of *row*, cut or padded to the columns."""
        text = human_value(self.field, row, times)
        if self.columns is None:
            return text
        # Numbers are never cut: the remaining digits would be a different number.
        text = text if self.field.numeric else cut(text, self.columns)
        if self.side == "^":
            text = " " * ((self.columns - width(text)) // 2) + text
        return right(text, self.columns) if self.side == ">" else left(text, self.columns)


@dataclass(frozen=True, slots=True)
class Template(Generic[AnyRow]):
    """A parsed template: texts, and places of fields between them."""

    pieces: tuple[str | _Slot[AnyRow], ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(piece.field.name for piece in self.pieces if isinstance(piece, _Slot))

    def text(self, row: AnyRow, times: TimeFormat) -> str:
        """Return the template with the values of *row*, as a person reads them."""
        return "".join(
            piece if isinstance(piece, str) else piece.text(row, times) for piece in self.pieces
        )


def read_template(text: str, schema: RowSchema[AnyRow]) -> Template[AnyRow]:
    r"""Parse a template; ``\n`` and ``\t`` in it are a line break and a tab.

    Raises UsageError that quotes what it does not understand.
    """
    pieces: list[str | _Slot[AnyRow]] = []
    for found in _PIECE.finditer(text):
        piece = found[0]
        if found[1] is not None:
            pieces.append(_slot(found[1], schema))
        elif piece in ("{", "}"):
            raise UsageError(f'a brace stands alone in "{quoted(text)}"', _EXAMPLE)
        else:
            pieces.append(_LITERAL.get(piece) or clean(piece))
    return Template(tuple(pieces))


def _slot(text: str, schema: RowSchema[AnyRow]) -> _Slot[AnyRow]:
    found = _NAMED.fullmatch(text.strip())
    if found is None or int(found[3] or 1) not in range(1, WIDEST + 1):
        raise UsageError(
            f'"{{{quoted(text)}}}" is not a field, nor a field with a width of 1 to {WIDEST}',
            _EXAMPLE,
        )
    (field,) = schema.pick([found[1]])
    if found[3] is None:
        return _Slot(field)
    return _Slot(field, found[2] or (">" if field.numeric else "<"), int(found[3]))


_WITHOUT_A_TIMER = {"running", "todaySeconds", "today", "dueSeconds", "pending", "asOf"}


def status_text(text: str, view: Status, times: TimeFormat) -> str:
    """Return *view* in the template *text*; empty if it needs a timer and none runs."""
    template = read_template(text, STATUS)
    if view.entry is None and template.names - _WITHOUT_A_TIMER:
        return ""
    return template.text(view, times)
