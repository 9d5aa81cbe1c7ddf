"""Show rows as a table, JSON, CSV, TSV or Markdown, as chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

from clockify_cli.domain.exchange.cells import guard
from clockify_cli.show.formats.json import Json, array_lines
from clockify_cli.show.rows.fields import (
    Field,
    RowSchema,
    csv_cell,
    markdown_cell,
    split_fields,
    tsv_cell,
)
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.values import dataclass

AnyRow = TypeVar("AnyRow")

OutputFormat = Literal["table", "json", "csv", "tsv", "markdown", "template", "html", "xlsx", "ics"]
"""The last three are documents of their own, which `show_rows` does not write."""
FORMATS: tuple[OutputFormat, ...] = ("table", "json", "csv", "tsv", "markdown")


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """The requested *format*, and *fields* as ``A,B``; None for the defaults.

    *template* is the text of the format of that name, a line for each row. *to_file* is for text
    that goes into its own file, which a spreadsheet may open.
    """

    format: OutputFormat | None = None
    fields: str | None = None
    to_file: bool = False
    template: str = ""

    def format_on(self, screen: Screen) -> OutputFormat:
        """Return the chosen format; by default a table on a terminal, TSV in a pipe."""
        return self.format or ("table" if screen.is_terminal else "tsv")

    def shows(self, field: str, screen: Screen) -> bool:
        """Return whether *field*, by default shown only in tables, is shown on *screen*."""
        if self.fields is not None:
            return field in split_fields(self.fields)
        if self.format == "template":
            return f"{{{field}" in self.template
        return self.format_on(screen) == "table"


def chosen_fields(
    schema: RowSchema[AnyRow], choice: OutputChoice
) -> tuple[Field[AnyRow], ...] | None:
    """Return the requested fields of *schema*, or None; UsageError for an unknown field."""
    if choice.format == "template":
        _template_lines(schema, choice.template)
    return schema.pick(split_fields(choice.fields)) if choice.fields is not None else None


def show_rows(
    screen: Screen,
    times: TimeFormat,
    schema: RowSchema[AnyRow],
    rows: Sequence[AnyRow],
    choice: OutputChoice,
    draw_table: Callable[[], None] | None = None,
    whole: Callable[[], Json] | None = None,
) -> None:
    """Write *rows* in ascending order as *choice* says.

    *draw_table* draws the usual table of these rows; without it, and with chosen fields, a table
    has a column for each field. *whole* makes the complete JSON if that is not an array of the
    rows.
    """
    fields = chosen_fields(schema, choice)
    format_ = choice.format_on(screen)
    if format_ == "table":
        if draw_table is not None and fields is None:
            draw_table()
            return
        from clockify_cli.show.drawn.lists import fields_table

        fields_table(screen, times, fields or schema.default_fields(), rows)
        return
    if format_ == "template":
        line_of = _template_lines(schema, choice.template)
        for row in rows:
            screen.write(f"{line_of(row, times)}\n")
        return
    if format_ == "json" and whole is not None and fields is None:
        screen.write_json(whole(), indent=2)
        return
    if format_ == "json":
        for line in array_lines(schema.as_json(row, times, fields) for row in rows):
            screen.write(line)
        return
    usual = schema.default_fields() if format_ == "tsv" else schema.written_fields()
    assert format_ in ("csv", "tsv", "markdown")  # noqa: S101 (documents are written elsewhere)
    for line in text_lines(fields or usual, rows, times, format_, choice.to_file):
        screen.write(line)


def _template_lines(
    schema: RowSchema[AnyRow], template: str
) -> Callable[[AnyRow, TimeFormat], str]:
    """Return a function that makes a line of a row; UsageError for an invalid template."""
    from clockify_cli.show.templates import read_template

    return read_template(template, schema).text


def show_one(
    screen: Screen,
    times: TimeFormat,
    schema: RowSchema[AnyRow],
    row: AnyRow,
    choice: OutputChoice,
    sentence: Callable[[], None],
) -> None:
    """Write the single *row*: JSON as an object; *sentence* if no format was chosen."""
    fields = chosen_fields(schema, choice)
    if choice.format == "json":
        screen.write_json(schema.as_json(row, times, fields), indent=2)
    elif choice.format in (None, "table") and fields is None:
        sentence()
    else:
        show_rows(screen, times, schema, [row], choice)


def text_lines(
    fields: Sequence[Field[AnyRow]],
    rows: Iterable[AnyRow],
    times: TimeFormat,
    format_: Literal["csv", "tsv", "markdown"],
    to_file: bool = False,
) -> Iterable[str]:
    """Yield the lines of *rows* as CSV, TSV or Markdown, with their line ends."""
    names = [field.name for field in fields]
    if format_ == "csv":
        from clockify_cli.show.formats.csv import csv_lines

        return csv_lines(names, ([csv_cell(f, row, times) for f in fields] for row in rows))
    if format_ == "markdown":
        from clockify_cli.show.formats.markdown import markdown_lines

        cells = ([markdown_cell(f, row, times) for f in fields] for row in rows)
        return markdown_lines(names, cells, [field.numeric for field in fields])
    return (
        "\t".join(_tsv_cell(field, row, times, to_file) for field in fields) + "\n" for row in rows
    )


def _tsv_cell(field: Field[AnyRow], row: AnyRow, times: TimeFormat, guarded: bool) -> str:
    cell = tsv_cell(field, row, times)
    return guard(cell) if guarded and field.kind in ("text", "names", "json") else cell
