"""Reports, timesheets and logs with their seconds as they are displayed, so that they add up.

What comes out is what went in, each number of seconds replaced by those that its text stands for in
a style of durations. Only the tags of an entry with several of them may come to more than it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.domain.apportion import Apportioned, Part, Path, apportion, largest_remainders
from clockify_cli.domain.day_log import DayLine, DayLog, LoggedDay, type_sums
from clockify_cli.domain.entry import REGULAR, TypeSeconds
from clockify_cli.domain.report import Dimension, Group, Report
from clockify_cli.domain.time.durations import DISPLAY_UNITS, displayed
from clockify_cli.values import replace

if TYPE_CHECKING:
    from clockify_cli.domain.time.durations import DurationStyle
    from clockify_cli.domain.timesheet import Timesheet

Node = TypeVar("Node", Report, Group)


def adds_up(node: Report | Group) -> bool:
    """Whether the groups of *node* divide it: an entry with two tags is in two of them."""
    return sum(group.seconds for group in node.groups) == node.seconds


def report(whole: Report, style: DurationStyle) -> Report:
    """*whole* as it is displayed; its groups add up to it wherever their seconds do.

    So do its rounded seconds, where time is rounded.
    """
    shown = _node(whole, whole.by, style)
    return _rounded(shown, style) if whole.measure.rounded else shown


def _node(node: Node, by: Sequence[Dimension], style: DurationStyle) -> Node:
    """*node* as it is displayed by itself, and what it divides into by the dimensions *by*."""
    shown = apportion(list(_parts(node, ())), DISPLAY_UNITS[style], displayed(node.seconds, style))
    return _rebuilt(node, (), by, shown, style)


def _parts(node: Report | Group, path: Path, billable: bool = False) -> Iterator[Part]:
    """The seconds of the innermost groups of *node* by their types; *billable*: all of them are."""
    if node.groups and adds_up(node):
        for number, group in enumerate(node.groups):
            all_ = billable or (group.dimension == "billable" and group.key == "true")
            yield from _parts(group, (*path, number), all_)
        return
    regular = node.seconds - sum(node.of_types.values())
    yield Part(regular, path, ("billable",) if billable else ())
    for type_, seconds in node.of_types.items():
        # How much of each group is of the type adds up as well.
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
    """How much of *seconds*, which are displayed for *node*, is billable."""
    if "billable" in by and groups and adds_up(node):
        # The groups tell it: the total says the same.
        if by[0] == "billable":
            return sum(group.seconds for group in groups if group.key == "true")
        return sum(group.billable_seconds for group in groups)
    unit = DISPLAY_UNITS[style]
    apart = (node.billable_seconds, node.seconds - node.billable_seconds)
    return largest_remainders(seconds // unit, apart, unit)[0] * unit


def _rounded(node: Node, style: DurationStyle) -> Node:
    """*node* with its rounded seconds as they are displayed by themselves."""
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
    """*sheet* as it is displayed: its rows, its columns and the types in both add up."""
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
    """*whole* as it is displayed: the lines of a day sum to it, and the days to the total.

    So do the parts of an entry over midnight, where all of it is there.
    """
    unit = DISPLAY_UNITS[style]
    total = displayed(whole.seconds, style)
    parts = dict(_log_parts(whole))
    shown = apportion(list(parts.values()), unit, total)
    seconds = dict(zip(parts, shown.parts, strict=True))
    billable = (whole.billable_seconds, whole.seconds - whole.billable_seconds)

    wholes = _wholes(whole, seconds, style)

    def line_of(number: int, place: int, line: DayLine) -> DayLine:
        return replace(line, seconds=seconds[number, place], whole=wholes[line.entry.local_id])

    days = tuple(
        replace(
            day,
            seconds=shown.rows.get((number,), 0),
            of_types={type_: shown.columns[type_, number] for type_ in day.of_types},
            lines=tuple(line_of(number, place, line) for place, line in enumerate(day.lines)),
        )
        for number, day in enumerate(whole.days)
    )
    return replace(
        whole,
        days=days,
        seconds=total,
        billable_seconds=largest_remainders(total // unit, billable, unit)[0] * unit,
        of_types={type_: shown.columns[type_,] for type_ in whole.of_types},
    )


def _log_parts(whole: DayLog) -> Iterator[tuple[Path, Part]]:
    """What a log is made of: its lines, and what of its sums no line is about."""
    lines = [line for day in whole.days for line in day.lines]
    in_days: dict[str, int] = {}
    for line in lines:
        in_days[line.entry.local_id] = in_days.get(line.entry.local_id, 0) + line.seconds
    for number, day in enumerate(whole.days):
        for place, line in enumerate(day.lines):
            columns: Path = ()
            if line.entry.type != REGULAR:
                columns = (line.entry.type, number)
            elif line.is_part and in_days[line.entry.local_id] == line.whole:
                columns = (_over_midnight(line),)
            yield (number, place), Part(line.seconds, (number, place), columns)
        for type_, seconds in _hidden(day, type_sums(day.lines)).items():
            columns = () if type_ == REGULAR else (type_, number)
            yield (number, type_), Part(seconds, (number, type_), columns)
    listed: dict[str, int] = {}
    for day in whole.days:
        for type_, seconds in _by_type(day).items():
            listed[type_] = listed.get(type_, 0) + seconds
    for type_, seconds in _hidden(whole, listed).items():
        columns = () if type_ == REGULAR else (type_, "hidden")
        yield ("hidden", type_), Part(seconds, ("hidden", type_), columns)


def _wholes(whole: DayLog, shown: Mapping[Path, int], style: DurationStyle) -> dict[str, int]:
    """The length of each entry as it is displayed, by its local id: its parts, where all are there.

    *shown*: the displayed seconds of each line by its day and place.
    """
    worked: dict[str, int] = {}
    parts: dict[str, int] = {}
    lengths: dict[str, int] = {}
    for number, day in enumerate(whole.days):
        for place, line in enumerate(day.lines):
            key = line.entry.local_id
            worked[key] = worked.get(key, 0) + line.seconds
            parts[key] = parts.get(key, 0) + shown[number, place]
            lengths[key] = line.whole
    return {
        key: parts[key] if worked[key] == length else max(parts[key], displayed(length, style))
        for key, length in lengths.items()
    }


def _over_midnight(line: DayLine) -> tuple[str, str]:
    return ("entry", line.entry.local_id)


def _by_type(one: DayLog | LoggedDay) -> TypeSeconds:
    return {REGULAR: one.seconds - sum(one.of_types.values()), **one.of_types}


def _hidden(one: DayLog | LoggedDay, listed: TypeSeconds) -> TypeSeconds:
    """The seconds of *one* by type that are not among the *listed*."""
    return {
        type_: seconds - listed.get(type_, 0)
        for type_, seconds in _by_type(one).items()
        if seconds > listed.get(type_, 0)
    }
