"""Reports and timesheets as rows for pipes and files, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clockify_cli.domain.report import CALENDAR
from clockify_cli.domain.time.zones import offset_text
from clockify_cli.show.formats.json import JsonObject, amounts_json, type_seconds_json, utc_text
from clockify_cli.show.rows.fields import Field, RowSchema
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.measured import Measure, Sums
    from clockify_cli.domain.report import Dimension, Group, Report
    from clockify_cli.domain.targets import Target
    from clockify_cli.domain.timesheet import Days, Timesheet, TimesheetRow
    from clockify_cli.show.time_format import TimeFormat


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An innermost group with the groups that contain it, outermost first.

    *worked* is the group with exact seconds; those of *path* may be rounded for display.
    """

    path: tuple[Group, ...]
    worked: Group

    @property
    def group(self) -> Group:
        """The innermost group."""
        return self.path[-1]


def report_rows(
    groups: Sequence[Group], worked: Sequence[Group] = (), outer: tuple[Group, ...] = ()
) -> Iterator[ReportRow]:
    """Yield each innermost group once, so that rows add up to the total (except for tags).

    *worked* are the same groups with exact seconds, if *groups* are rounded for display.
    """
    for group, as_worked in zip(groups, worked or groups, strict=True):
        if group.groups:
            yield from report_rows(group.groups, as_worked.groups, (*outer, group))
        else:
            yield ReportRow((*outer, group), as_worked)


def report_schema(report: Report) -> RowSchema[ReportRow]:
    """Return the rows of *report*: a column for each dimension, then its totals.

    Rounded time and a column for the amounts in each currency come last.
    """
    by, measure = report.by, report.measure
    dimensions = tuple(_dimension_field(name, depth) for depth, name in enumerate(by))
    amounts = [_amount_field(amount.currency) for amount in report.sums.amounts]
    more = ["roundedSeconds"] if measure.rounded else []
    written = ["roundedDuration"] if measure.rounded else []
    money = [field.name for field in amounts]
    return RowSchema(
        fields=(
            *dimensions,
            Field("key", "text", lambda row, _: row.group.key),
            Field("name", "text", lambda row, _: row.group.full_name),
            Field("seconds", "number", lambda row, _: row.worked.seconds),
            Field("duration", "length", lambda row, _: row.group.seconds),
            Field("elapsed", "length", lambda row, _: row.group.seconds),
            Field("billableSeconds", "number", lambda row, _: row.worked.billable_seconds),
            Field("billableDuration", "length", lambda row, _: row.group.billable_seconds),
            Field("entryCount", "number", lambda row, _: row.group.entry_count),
            *((_ROUNDED, _ROUNDED_DURATION) if measure.rounded else ()),
            *((_AMOUNTS,) if measure.priced else ()),
            *amounts,
        ),
        columns=(*by, "seconds", "billableSeconds", "entryCount", *more, *money),
        written=(*by, "duration", "billableDuration", "entryCount", *written, *money),
        document=lambda row, _: group_json(row.worked, measure),
    )


_ROUNDED: Field[ReportRow] = Field(
    "roundedSeconds", "number", lambda row, _: row.worked.sums.rounded
)
_ROUNDED_DURATION: Field[ReportRow] = Field(
    "roundedDuration", "length", lambda row, _: row.group.sums.rounded
)
_AMOUNTS: Field[ReportRow] = Field(
    "amounts",
    "names",
    lambda row, _: tuple(map(str, row.group.sums.amounts)),
    lambda row, _: amounts_json(row.group.sums.amounts),
)


def _amount_field(currency: str) -> Field[ReportRow]:
    """Return the column of the amounts in *currency*; empty if a row has none."""

    def value(row: ReportRow, _: TimeFormat) -> str | None:
        found = (amount for amount in row.group.sums.amounts if amount.currency == currency)
        return next((amount.text for amount in found), None)

    return Field(f"amount{currency}", "number", value)


def sums_json(sums: Sums, measure: Measure) -> JsonObject:
    """Return the totals of a group or the whole report that *measure* requests."""
    rounded: JsonObject = {"roundedSeconds": sums.rounded} if measure.rounded else {}
    return {**rounded, "amounts": amounts_json(sums.amounts)} if measure.priced else rounded


def _dimension_field(name: Dimension, depth: int) -> Field[ReportRow]:
    def value(row: ReportRow, _: TimeFormat) -> str | None:
        group = row.path[depth]
        if group.key is None or name in CALENDAR or name in ("billable", "type"):
            return group.key
        return group.name

    return Field(name, "text", value, missing=lambda row: row.path[depth].name)


def report_json(
    report: Report,
    times: TimeFormat,
    as_of: datetime | None,
    rounding: str = "",
    target: Target | None = None,
) -> JsonObject:
    """Return the whole report for scripts; the range excludes its end.

    *as_of* is when the local copy was fetched (aware UTC), None for never. *rounding* says how its
    time is rounded, *target* what is due in the range.
    """
    due: JsonObject = {}
    if target is not None:
        from clockify_cli.show.target import target_json

        due = target_json(target, report.seconds, report.of_types)
    return {
        "range": {
            "start": offset_text(report.start, times.zone),
            "end": offset_text(report.end, times.zone),
            "timeZone": times.zone.key,
        },
        "by": list(report.by),
        **({"rounding": rounding} if report.measure.rounded else {}),
        **total_json(report),
        **due,
        "groups": [group_json(group, report.measure) for group in report.groups],
        "asOf": utc_text(as_of) if as_of else None,
    }


def total_json(report: Report) -> JsonObject:
    """Return the totals of the whole report, for scripts."""
    return {
        "totalSeconds": report.seconds,
        "billableSeconds": report.billable_seconds,
        "entryCount": report.entry_count,
        **type_seconds_json("typeSeconds", report.of_types),
        **sums_json(report.sums, report.measure),
        **({"unratedSeconds": report.unrated[1]} if report.measure.priced else {}),
    }


def total_cells(report: Report) -> list[str]:
    """Return the totals for a pipe: seconds, rounded seconds, and amounts by currency."""
    rounded = [str(report.sums.rounded)] if report.measure.rounded else []
    return [str(report.seconds), *rounded, *(amount.text for amount in report.sums.amounts)]


def total_text(report: Report, times: TimeFormat) -> str:
    """Return the totals for a person: ``9:15, worked 9:02 · 854.50 EUR``."""
    length = times.length(report.seconds)
    if report.measure.rounded:
        length = f"{times.length(report.sums.rounded)}, worked {length}"
    return " · ".join([length, *map(str, report.sums.amounts)])


def group_json(group: Group, measure: Measure) -> JsonObject:
    """Return a group and the groups within it, with what *measure* requests."""
    return {
        "key": group.key,
        "name": group.full_name,
        "seconds": group.seconds,
        **type_seconds_json("typeSeconds", group.of_types),
        "billableSeconds": group.billable_seconds,
        "entryCount": group.entry_count,
        **sums_json(group.sums, measure),
        "groups": [group_json(inner, measure) for inner in group.groups],
    }


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A project in a timesheet as it was worked, and as it is *rounded* if time is."""

    worked: TimesheetRow
    rounded: TimesheetRow | None = None


def sheet_rows(worked: Timesheet, rounded: Timesheet | None = None) -> list[SheetRow]:
    """Return each project of a timesheet."""
    if rounded is None:
        return [SheetRow(row) for row in worked.rows]
    return list(map(SheetRow, worked.rows, rounded.rows))


def timesheet_schema(
    sheet: Timesheet, rounded: Timesheet | None = None, *, shaped: bool = False
) -> RowSchema[SheetRow]:
    """Return the rows of a timesheet: project, a column for each day (ISO date), sum.

    If time is *rounded*, scripts get worked seconds and then the rounded sum; people (*shaped*) get
    rounded days and sum, and then what was worked.
    """
    as_rounded = shaped and rounded is not None
    days = tuple(
        _day_field(day.isoformat(), number, as_rounded) for number, day in enumerate(sheet.days)
    )
    columns = ("project", *(field.name for field in days), "total")
    more = () if rounded is None else (_SHEET_ROUNDED, _SHEET_WORKED)
    return RowSchema(
        fields=(
            Field(
                "project",
                "text",
                lambda row, _: row.worked.name if row.worked.key else None,
                missing=lambda row: row.worked.name,
            ),
            Field("projectId", "text", lambda row, _: row.worked.key),
            *days,
            Field("total", "length", lambda row, _: _shown(row, as_rounded).total),
            Field("totalSeconds", "number", lambda row, _: _worked(row.worked)),
            *more,
        ),
        columns=(*columns, *(field.name for field in more[:1])),
        written=(*columns, *(field.name for field in more[1:])),
        document=lambda row, _: _timesheet_row_json(row),
    )


def _worked(row: TimesheetRow) -> int:
    return row.total if row.worked is None else row.worked


_SHEET_ROUNDED: Field[SheetRow] = Field(
    "roundedSeconds", "number", lambda row, _: _worked(row.rounded) if row.rounded else None
)
_SHEET_WORKED: Field[SheetRow] = Field("worked", "length", lambda row, _: row.worked.total)


def _shown(row: SheetRow, as_rounded: bool) -> TimesheetRow:
    return row.rounded if as_rounded and row.rounded is not None else row.worked


def _day_field(name: str, number: int, as_rounded: bool) -> Field[SheetRow]:
    return Field(name, "length", lambda row, _: _shown(row, as_rounded).seconds[number])


def timesheet_json(
    sheet: Timesheet,
    times: TimeFormat,
    as_of: datetime | None,
    rounded: Timesheet | None = None,
    rounding: str = "",
) -> JsonObject:
    """Return the whole timesheet for scripts; the seconds of a row are in the order of the days.

    *as_of* as in `report_json`; *rounded* is the same sheet, rounded as *rounding* says.
    """
    more: JsonObject = {}
    if rounded is not None:
        more = {"roundedTotals": list(rounded.totals), "roundedTotalSeconds": rounded.total}
    return {
        "days": [day.isoformat() for day in sheet.days],
        "timeZone": times.zone.key,
        **({} if rounded is None else {"rounding": rounding}),
        "rows": [_timesheet_row_json(row) for row in sheet_rows(sheet, rounded)],
        "totals": list(sheet.totals),
        "totalSeconds": sheet.total,
        **more,
        **_typed_days_json(sheet.of_types),
        "asOf": utc_text(as_of) if as_of else None,
    }


def _timesheet_row_json(row: SheetRow) -> JsonObject:
    worked, rounded = row.worked, row.rounded
    more: JsonObject = {}
    if rounded is not None:
        more = {"roundedSeconds": list(rounded.seconds), "roundedTotalSeconds": rounded.total}
    return {
        "projectId": worked.key,
        "projectName": worked.name if worked.key else None,
        "seconds": list(worked.seconds),
        "totalSeconds": worked.total,
        **more,
        **_typed_days_json(worked.of_types),
    }


def _typed_days_json(of_types: Mapping[str, Days]) -> JsonObject:
    return type_seconds_json("typeSeconds", {type_: list(of_types[type_]) for type_ in of_types})
