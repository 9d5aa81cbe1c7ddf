"""Round reports, timesheets and logs for display, so that they add up.

The result has the same form as the input; each number of seconds is replaced by the seconds that
its text shows in a duration style. Only the tag groups of entries with several tags may add up to
more than their total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.domain.apportion import (
    Apportioned,
    Impossible,
    Part,
    Path,
    apportion,
    largest_remainders,
)
from clockify_cli.domain.day_log import DayLog, LoggedDay
from clockify_cli.domain.entry import REGULAR, TypeSeconds, irregular
from clockify_cli.domain.report import Dimension, Group, Report
from clockify_cli.domain.time.durations import DISPLAY_UNITS, displayed
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from clockify_cli.domain.time.durations import DurationStyle
    from clockify_cli.domain.timesheet import Timesheet

Node = TypeVar("Node", Report, Group)


def adds_up(node: Report | Group) -> bool:
    """Return whether the groups of *node* add up to it; an entry with two tags is in two groups."""
    return sum(group.seconds for group in node.groups) == node.seconds


def report(whole: Report, style: DurationStyle) -> Report:
    """Return *whole* as displayed; groups add up to it wherever their exact seconds do.

    The same is true of rounded seconds, if time is rounded.
    """
    shown = _node(whole, whole.by, style)
    return _rounded(shown, style) if whole.measure.rounded else shown


def _node(node: Node, by: Sequence[Dimension], style: DurationStyle) -> Node:
    """Return *node* as displayed on its own, with its groups by the dimensions *by*."""
    seconds, unit = displayed(node.seconds, style), DISPLAY_UNITS[style]
    if node.of_types and "billable" not in by:
        try:
            return _divided(node, by, style, seconds, _types(node, seconds, unit))
        except Impossible:
            pass
    shown = apportion(list(_parts(node, ())), unit, seconds)
    return _rebuilt(node, (), by, shown, style)


def _types(node: Report | Group, seconds: int, unit: int) -> dict[str, int]:
    """Return how much of the displayed *seconds* of *node* is of each type."""
    lengths = [node.seconds - sum(node.of_types.values()), *node.of_types.values()]
    _, *units = largest_remainders(seconds // unit, lengths, unit)
    return {type_: each * unit for type_, each in zip(node.of_types, units, strict=True)}


def _divided(
    node: Node, by: Sequence[Dimension], style: DurationStyle, seconds: int, types: dict[str, int]
) -> Node:
    """Divide the displayed *seconds* and *types* of *node* among its groups.

    Groups are divided level by level, because dividing all at once gets slow with many groups.
    Raises Impossible if a group was given seconds that its own groups cannot add up to.
    """
    if node.groups and adds_up(node):
        parts = [
            Part(length, (number,), () if type_ == REGULAR else (type_,))
            for number, group in enumerate(node.groups)
            for type_, length in _typed(group.seconds, group.of_types).items()
        ]
        decided: dict[Path, int] = {(type_,): length for type_, length in types.items()}
        shown = apportion(parts, DISPLAY_UNITS[style], seconds, decided)
        shares = iter(shown.parts)
        groups = tuple(
            _divided(group, by[1:], style, shown.rows[number,], _taken(group, shares))
            for number, group in enumerate(node.groups)
        )
    else:
        groups = tuple(_node(group, by[1:], style) for group in node.groups)
    return replace(
        node,
        seconds=seconds,
        billable_seconds=_billable(node, groups, by, seconds, style),
        of_types={type_: types[type_] for type_ in node.of_types},
        groups=groups,
    )


def _taken(group: Group, shares: Iterator[int]) -> dict[str, int]:
    """Return the next of *shares*, one for each type in *group*."""
    return {type_: next(shares) for type_ in (REGULAR, *group.of_types)}


def _parts(node: Report | Group, path: Path, billable: bool = False) -> Iterator[Part]:
    """Yield the seconds of the innermost groups of *node* by type; *billable*: all are billable."""
    if node.groups and adds_up(node):
        for number, group in enumerate(node.groups):
            all_ = billable or (group.dimension == "billable" and group.key == "true")
            yield from _parts(group, (*path, number), all_)
        return
    regular = node.seconds - sum(node.of_types.values())
    yield Part(regular, path, ("billable",) if billable else ())
    for type_, seconds in node.of_types.items():
        # The seconds of one type have to add up in each group as well.
        yield Part(seconds, path, (type_, *path))


def _rebuilt(
    node: Node, path: Path, by: Sequence[Dimension], shown: Apportioned, style: DurationStyle
) -> Node:
    if node.groups and adds_up(node):
        groups = tuple(
            _rebuilt(group, (*path, number), by[1:], shown, style)
            for number, group in enumerate(node.groups)
        )
    else:
        groups = tuple(_node(group, by[1:], style) for group in node.groups)
    seconds = shown.rows[path]
    return replace(
        node,
        seconds=seconds,
        billable_seconds=_billable(node, groups, by, seconds, style),
        of_types={type_: shown.columns[type_, *path] for type_ in node.of_types},
        groups=groups,
    )


def _billable(
    node: Report | Group,
    groups: Sequence[Group],
    by: Sequence[Dimension],
    seconds: int,
    style: DurationStyle,
) -> int:
    """Return how much of the displayed *seconds* of *node* is billable."""
    if "billable" in by and groups and adds_up(node):
        # If billable time is a dimension, its groups decide, so that the total agrees with them.
        if by[0] == "billable":
            return sum(group.seconds for group in groups if group.key == "true")
        return sum(group.billable_seconds for group in groups)
    unit = DISPLAY_UNITS[style]
    apart = (node.billable_seconds, node.seconds - node.billable_seconds)
    return largest_remainders(seconds // unit, apart, unit)[0] * unit


def _rounded(node: Node, style: DurationStyle) -> Node:
    """Return *node* with its rounded seconds made to add up independently of the exact ones."""
    parts = list(_rounded_parts(node, ()))
    shown = apportion(parts, DISPLAY_UNITS[style], displayed(node.sums.rounded, style))
    return _with_rounded(node, (), shown, style)


def _rounded_adds_up(node: Report | Group) -> bool:
    return sum(group.sums.rounded for group in node.groups) == node.sums.rounded


def _rounded_parts(node: Report | Group, path: Path) -> Iterator[Part]:
    if node.groups and _rounded_adds_up(node):
        for number, group in enumerate(node.groups):
            yield from _rounded_parts(group, (*path, number))
    else:
        yield Part(node.sums.rounded, path)


def _with_rounded(node: Node, path: Path, shown: Apportioned, style: DurationStyle) -> Node:
    if node.groups and _rounded_adds_up(node):
        groups = tuple(
            _with_rounded(group, (*path, number), shown, style)
            for number, group in enumerate(node.groups)
        )
    else:
        groups = tuple(_rounded(group, style) for group in node.groups)
    return replace(node, sums=replace(node.sums, rounded=shown.rows[path]), groups=groups)


def timesheet(sheet: Timesheet, style: DurationStyle) -> Timesheet:
    """Return *sheet* as displayed: its rows, its columns and the types in both add up."""
    parts, places = [], []
    for number, row in enumerate(sheet.rows):
        for typed in row.by_type():
            type_ = next(iter(typed.of_types), REGULAR)
            for day, seconds in enumerate(typed.seconds):
                parts.append(Part(seconds, (type_, number), (day, type_)))
                places.append((number, type_, day))
    shown = apportion(parts, DISPLAY_UNITS[style], displayed(sheet.total, style))
    cells = dict(zip(places, shown.parts, strict=True))
    days = range(len(sheet.days))

    def row_of(number: int, type_: str) -> tuple[int, ...]:
        return tuple(cells.get((number, type_, day), 0) for day in days)

    return replace(
        sheet,
        rows=tuple(
            replace(
                row,
                seconds=_added(row_of(number, type_) for type_ in (REGULAR, *row.of_types)),
                total=sum(shown.rows.get((type_, number), 0) for type_ in (REGULAR, *row.of_types)),
                of_types={type_: row_of(number, type_) for type_ in row.of_types},
                worked=row.total,
            )
            for number, row in enumerate(sheet.rows)
        ),
        totals=tuple(shown.columns.get((day,), 0) for day in days),
        total=shown.rows[()],
        of_types={
            type_: tuple(shown.columns.get((day, type_), 0) for day in days)
            for type_ in sheet.of_types
        },
    )


def _added(rows: Iterator[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def log(whole: DayLog, style: DurationStyle) -> DayLog:
    """Return *whole* as displayed: lines add up to their day, and days to the total.

    So do the parts of an entry over midnight, if all of them are listed.
    """
    plan = LogPlan(style)
    for day in whole.days:
        plan.count(day)
    plan.settle(whole.seconds, whole.billable_seconds, whole.of_types)
    return replace(
        whole,
        days=tuple(plan.day(day) for day in whole.days),
        seconds=plan.seconds,
        billable_seconds=plan.billable_seconds,
        of_types=plan.of_types,
    )


@dataclass(slots=True)
class _Planned:
    """A counted day of a log: its number, seconds and number of lines.

    *cells* are its seconds by type without the *parts*, which are the lines of entries that also
    have time on other days, by their position.
    """

    number: int
    seconds: int
    lines: int
    cells: dict[str, int]
    parts: dict[int, tuple[str, str, int]]


class LogPlan:
    """Decides how a log is displayed without holding it in memory; the log is read twice.

    First each day is counted, then the totals are settled, then each day is returned as displayed.
    In between only the sums of each day and type and the parts of entries over midnight are kept.
    Lines of one day and type are rounded to their sum, independently of other days.
    """

    def __init__(self, style: DurationStyle) -> None:
        self._style = style
        self._unit = DISPLAY_UNITS[style]
        self._days: dict[date, _Planned] = {}
        self._over: dict[str, tuple[int, int]] = {}
        self._billable = 0
        self._shown: dict[Path, int] = {}
        self._wholes: dict[str, int] = {}
        self.seconds = 0
        self.billable_seconds = 0
        self.of_types: TypeSeconds = {}

    def count(self, day: LoggedDay) -> None:
        """Count *day* as it was worked; days come in order."""
        cells = _typed(day.seconds, day.of_types)
        parts: dict[int, tuple[str, str, int]] = {}
        for place, line in enumerate(day.lines):
            entry = line.entry
            self._billable += line.seconds if entry.billable else 0
            if line.is_part:
                parts[place] = (entry.type, entry.local_id, line.seconds)
                cells[entry.type] = cells.get(entry.type, 0) - line.seconds
                worked, _ = self._over.get(entry.local_id, (0, 0))
                self._over[entry.local_id] = (worked + line.seconds, line.whole)
        number = len(self._days)
        self._days[day.day] = _Planned(number, day.seconds, len(day.lines), cells, parts)

    def settle(
        self,
        seconds: int | None = None,
        billable_seconds: int | None = None,
        of_types: TypeSeconds | None = None,
    ) -> None:
        """Decide how everything that was counted is displayed.

        The totals are the sums of the days, or the given ones, which may include days that are not
        listed.
        """
        if seconds is None:
            seconds = sum(day.seconds for day in self._days.values())
        if billable_seconds is None:
            billable_seconds = self._billable
        parts = dict(self._parts(seconds, of_types))
        self.seconds = displayed(seconds, self._style)
        shown = apportion(list(parts.values()), self._unit, self.seconds)
        self._shown = dict(zip(parts, shown.parts, strict=True))
        self._settle_wholes()
        self.of_types = irregular(
            {
                path[0]: length
                for path, length in shown.columns.items()
                if len(path) == 1 and isinstance(path[0], str)
            }
        )
        other = max(seconds - billable_seconds, 0)
        units = self.seconds // self._unit
        share = largest_remainders(units, (billable_seconds, other), self._unit)[0]
        self.billable_seconds = share * self._unit

    def _parts(self, seconds: int, of_types: TypeSeconds | None) -> Iterator[tuple[Path, Part]]:
        """Yield the sums of days by type, the parts of entries over midnight, and unlisted time."""
        listed: dict[str, int] = {}
        for day in self._days.values():
            number = day.number
            for type_, length in day.cells.items():
                columns: Path = () if type_ == REGULAR else (type_, number)
                yield (number, type_), Part(length, (number, type_), columns)
                listed[type_] = listed.get(type_, 0) + length
            for place, (type_, key, length) in day.parts.items():
                columns = (type_, number)
                if type_ == REGULAR:
                    worked, whole = self._over[key]
                    columns = (("entry", key),) if worked == whole else ()
                yield (number, place), Part(length, (number, place), columns)
                listed[type_] = listed.get(type_, 0) + length
        if of_types is None:
            return
        for type_, length in _typed(seconds, of_types).items():
            if length > listed.get(type_, 0):
                columns = () if type_ == REGULAR else (type_, "hidden")
                rest = length - listed.get(type_, 0)
                yield ("hidden", type_), Part(rest, ("hidden", type_), columns)

    def _settle_wholes(self) -> None:
        """Set the shown length of entries over midnight: the sum of the parts if all are listed."""
        shown: dict[str, int] = {}
        for day in self._days.values():
            for place, (_, key, _) in day.parts.items():
                shown[key] = shown.get(key, 0) + self._shown[day.number, place]
        for key, (worked, whole) in self._over.items():
            most = max(shown[key], displayed(whole, self._style))
            self._wholes[key] = shown[key] if worked == whole else most

    def day(self, day: LoggedDay) -> LoggedDay:
        """Return *day* as displayed; a day that changed since the count is rounded on its own."""
        planned = self._days.get(day.day)
        if planned is None or (planned.seconds, planned.lines) != (day.seconds, len(day.lines)):
            alone = LogPlan(self._style)
            alone.count(day)
            alone.settle()
            return alone.day(day)
        seconds = self._lines(planned, day)
        lines = tuple(
            replace(line, seconds=shown, whole=self._wholes.get(line.entry.local_id, shown))
            for line, shown in zip(day.lines, seconds, strict=True)
        )
        of_types = {type_: self._of_type(planned, type_) for type_ in day.of_types}
        keys = (*planned.cells, *planned.parts)
        total = sum(self._shown[planned.number, key] for key in keys)
        return replace(day, seconds=total, lines=lines, of_types=of_types)

    def _of_type(self, planned: _Planned, type_: str) -> int:
        """Return the displayed seconds of a day that are of *type_*."""
        keys = [type_, *(place for place, part in planned.parts.items() if part[0] == type_)]
        return sum(self._shown.get((planned.number, key), 0) for key in keys)

    def _lines(self, planned: _Planned, day: LoggedDay) -> list[int]:
        """Return the displayed seconds of each line of *day*."""
        shown = [0] * len(day.lines)
        by_type: dict[str, list[int]] = {}
        for place, line in enumerate(day.lines):
            if place in planned.parts:
                shown[place] = self._shown[planned.number, place]
            else:
                by_type.setdefault(line.entry.type, []).append(place)
        for type_, places in by_type.items():
            lengths = [day.lines[place].seconds for place in places]
            # Entries without a line get a share too.
            hidden = planned.cells[type_] - sum(lengths)
            units = self._shown[planned.number, type_] // self._unit
            shares = largest_remainders(units, [*lengths, hidden], self._unit)
            for place, share in zip(places, shares, strict=False):
                shown[place] = share * self._unit
        return shown


def _typed(seconds: int, of_types: TypeSeconds) -> dict[str, int]:
    return {REGULAR: seconds - sum(of_types.values()), **of_types}
