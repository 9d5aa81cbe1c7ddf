"""A report for people: its range, its groups indented with their totals, what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.domain.columns import width
from clockify_cli.domain.time.dates import date_text, short_date_text
from clockify_cli.show.paint import (
    Line,
    Piece,
    cell,
    fitted,
    fitted_label,
    in_a_row,
    line_width,
    paint,
    percent,
)
from clockify_cli.show.terminal_text import right

if TYPE_CHECKING:
    from clockify_cli.domain.report import Group, Report
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

_INDENT, _GAP = 2, 3
_LEAST_NAME = 8
_SHARE = "  100 %"


def report_table(screen: Screen, report: Report, name: str, times: TimeFormat) -> None:
    """Draw *report*, whose range is called *name*, as wide as its names need."""
    lines: list[Line] = list(_title(screen, name, times))
    if report.groups:
        lines += [(), *_groups(screen, report, times)]
    else:
        lines += [(), [("Nothing was tracked.", "")]]
    if _counts_twice(report.groups, report.seconds):
        lines.append([("An entry with several tags counts for each of them.", "faint")])
    if report.running:
        lines.append(running_note(times))
    paint(screen, lines)


def _title(screen: Screen, name: str, times: TimeFormat) -> Iterator[Line]:
    first, *dates = name.split(" · ")
    pieces: list[Piece] = [(first, "head"), *((part, "") for part in dates)]
    pieces.append((times.zone.key, "faint"))
    return in_a_row(screen, [(cell(screen, text), ink) for text, ink in pieces])


def running_note(times: TimeFormat) -> Line:
    """That a timer still runs, and until when it is counted."""
    return [(f"Counts the running timer up to {times.table_clock(times.now)}.", "faint")]


def _groups(screen: Screen, report: Report, times: TimeFormat) -> Iterator[Line]:
    one_year = _is_one_year(report, times)
    rows = [
        (depth, cell(screen, _name(group, one_year)), group)
        for depth, group in _walk(report.groups)
    ]
    lengths = [times.length(group.seconds) for _, _, group in rows] + [times.length(report.seconds)]
    length_width = max(map(width, lengths))
    needed = max(_INDENT * depth + width(name) for depth, name, _ in rows)
    most = screen.width - _GAP - length_width - len(_SHARE)
    name_width = max(min(max(needed, len("Total")), most), _LEAST_NAME)
    for (depth, name, group), length in zip(rows, lengths, strict=False):
        indent = " " * (_INDENT * depth)
        fit = fitted_label if group.dimension == "project" else fitted
        label = indent + fit(screen, name, max(name_width - len(indent), 1))
        share = percent(group.seconds, report.seconds) if depth == 0 else ""
        line: list[Piece] = [
            (label + " " * _GAP, "project" if depth == 0 else ""),
            (right(length, length_width), "length" if depth == 0 else ""),
            (right(share, len(_SHARE)) if share else "", "faint"),
        ]
        # Below its type a group need not say of which it is.
        of_it = "" if "type" in report.by[: depth + 1] else times.of_it(group.of_types)
        yield from _beside(screen, line, [(of_it, "faint")])
    yield [(screen.letters("─") * (name_width + _GAP + length_width), "faint")]
    total = fitted(screen, "Total", name_width) + " " * _GAP + right(lengths[-1], length_width)
    billable = f"billable {times.length(report.billable_seconds)}"
    shown = "" if times.is_nothing(report.billable_seconds) else billable
    of_it = times.of_it(report.of_types)
    yield from _beside(screen, [(total, "head")], [(of_it, ""), (shown, "billable")])


def _beside(screen: Screen, line: list[Piece], more: Sequence[Piece]) -> Iterator[Line]:
    """*line* with as many of *more* behind it as fit on the screen; the others on lines below."""
    for text, ink in more:
        if text and line_width(line) + 2 + width(text) > screen.width:
            yield line
            line = [(text, ink)]
        elif text:
            line += [("  ", ""), (text, ink)]
    yield line


def _counts_twice(groups: Sequence[Group], seconds: int) -> bool:
    """Whether anywhere the tags do not come to the *seconds* of what they divide."""
    by_tag = any(group.dimension == "tag" for group in groups)
    if by_tag and sum(group.seconds for group in groups) != seconds:
        return True
    return any(_counts_twice(group.groups, group.seconds) for group in groups)


def _walk(groups: Sequence[Group], depth: int = 0) -> Iterator[tuple[int, Group]]:
    """Each group with its depth, before those within it."""
    for group in groups:
        yield depth, group
        yield from _walk(group.groups, depth + 1)


def _is_one_year(report: Report, times: TimeFormat) -> bool:
    """Whether every day of the report is of this year, which then need not be said."""
    days = [
        date.fromisoformat(group.key)
        for _, group in _walk(report.groups)
        if group.dimension == "day" and group.key
    ]
    return all(day.year == times.today.year for day in days)


def _name(group: Group, one_year: bool) -> str:
    if group.dimension != "day" or group.key is None:
        return group.name
    day = date.fromisoformat(group.key)
    return short_date_text(day) if one_year else date_text(day)
