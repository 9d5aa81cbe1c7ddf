"""Round parts to displayed units so that they add up to their displayed sums.

A table divides its total in one way (a tree of groups) or in two (projects by days). Each number is
displayed in whole units, such as minutes. Rounding every number down would break the sums, so in
each group the parts with the largest remainders are rounded up until they add up.

With two ways of dividing, the result may not fit the sums of the second way. The correction is a
flow problem: units flow from the total through a part's groups to its column, and every number may
be its length rounded down or up. A flow in whole units always exists, because one in fractions
does. A surplus or missing unit moves along the path of parts whose rounding error grows least.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush

from clockify_cli.values import dataclass, field

Path = tuple[object, ...]
"""The groups that contain something, outermost first."""


@dataclass(frozen=True, slots=True)
class Part:
    """Seconds that lie in the group *rows* of the first division and *columns* of the second.

    *columns* is empty for a part that no sum of the second division contains.
    """

    seconds: int
    rows: Path
    columns: Path = ()


@dataclass(frozen=True, slots=True)
class Apportioned:
    """Seconds as they are displayed, in whole units.

    *parts* are in the order given; *rows* and *columns* are the sums of the groups by path. The
    path of the total in *rows* is empty.
    """

    parts: tuple[int, ...]
    rows: dict[Path, int]
    columns: dict[Path, int]


def largest_remainders(total: int, parts: Sequence[int], unit: int) -> list[int]:
    """Return *parts* (seconds) in units of *unit* seconds; the largest remainders are rounded up.

    *total* (units) is the sum of *parts*, rounded down or up; so no part is raised by more than
    one.
    """
    shares = [part // unit for part in parts]
    missing = total - sum(shares)
    order = sorted(range(len(parts)), key=lambda index: -(parts[index] % unit))
    for index in order[: max(0, missing)]:
        shares[index] += 1
    return shares


class Impossible(Exception):
    """No division has the sums that were decided before."""


def apportion(
    parts: Sequence[Part], unit: int, total: int, decided: Mapping[Path, int] | None = None
) -> Apportioned:
    """Return *parts* in units of *unit* seconds such that all their sums add up.

    *total* is the displayed seconds of the whole: its sum, rounded down or up. *decided* holds
    displayed seconds of columns that are already known. Raises Impossible if they cannot be met.
    """
    network = _Network(unit)
    for part in parts:
        network.add(part)
    for path, seconds in (decided or {}).items():
        if path in network.columns:
            network.columns[path].out.decided = seconds // unit
    network.divide(total // unit)
    network.repair()
    return Apportioned(
        parts=tuple(arc.units * unit for arc in network.parts),
        rows={path: node.into.units * unit for path, node in network.rows.items()},
        columns={path: node.out.units * unit for path, node in network.columns.items()},
    )


@dataclass(slots=True, eq=False)
class _Arc:
    """The flow from *tail* to *head*: *units* displayed for *seconds*."""

    tail: int
    head: int
    seconds: int = 0
    units: int = 0
    decided: int | None = None

    def least(self, unit: int) -> int:
        """Return the decided units, else the length rounded down."""
        return self.seconds // unit if self.decided is None else self.decided

    def most(self, unit: int) -> int:
        """Return the decided units, else the length rounded up."""
        return -(-self.seconds // unit) if self.decided is None else self.decided


@dataclass(slots=True, eq=False)
class _Row:
    """A group of the first division: the arc *into* it and the arcs to its parts."""

    number: int
    into: _Arc
    below: list[_Arc] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Column:
    """A group of the second division: the arc *out* of it."""

    number: int
    out: _Arc


_Way = tuple[_Arc, int, int, int, int]
"""A step along an arc: the arc, the node it leads to, its direction (1 with the arc, -1 against
it), the limit for ``units * direction``, and the cost of one more unit."""

_SINK, _SOURCE = 0, 1
_NEVER = 1 << 60
"""More than any path costs."""


class _Network:
    """The groups as numbered nodes; the parts and their sums as arcs."""

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.count = 2
        self.parts: list[_Arc] = []
        self.columns: dict[Path, _Column] = {}
        whole = self._node()
        self.rows: dict[Path, _Row] = {(): _Row(whole, _Arc(_SOURCE, whole))}

    def _node(self) -> int:
        self.count += 1
        return self.count - 1

    def add(self, part: Part) -> None:
        """Add one part and count it in every group that contains it."""
        row = self.rows[()]
        row.into.seconds += part.seconds
        for depth in range(1, len(part.rows) + 1):
            row = self._row(part.rows[:depth], row)
            row.into.seconds += part.seconds
        head = _SINK
        for depth in range(1, len(part.columns) + 1):
            column = self._column(part.columns[:depth], head)
            column.out.seconds += part.seconds
            head = column.number
        arc = _Arc(row.number, head, part.seconds)
        row.below.append(arc)
        self.parts.append(arc)

    def _row(self, path: Path, above: _Row) -> _Row:
        found = self.rows.get(path)
        if found is None:
            number = self._node()
            found = self.rows[path] = _Row(number, _Arc(above.number, number))
            above.below.append(found.into)
        return found

    def _column(self, path: Path, head: int) -> _Column:
        found = self.columns.get(path)
        if found is None:
            number = self._node()
            found = self.columns[path] = _Column(number, _Arc(number, head))
        return found

    def divide(self, total: int) -> None:
        """Divide *total* units down to the parts, and sum the columns."""
        self.rows[()].into.units = total
        # A group comes after the group that contains it.
        for row in self.rows.values():
            shares = largest_remainders(
                row.into.units, [arc.seconds for arc in row.below], self.unit
            )
            for arc, units in zip(row.below, shares, strict=True):
                arc.units = units
        into: dict[int, int] = {}
        for arc in self.parts:
            into[arc.head] = into.get(arc.head, 0) + arc.units
        for column in reversed(self.columns.values()):
            column.out.units = into.get(column.number, 0)
            into[column.out.head] = into.get(column.out.head, 0) + column.out.units

    def repair(self) -> None:
        """Bring each column to its own length, rounded down or up."""
        wrong = [column.out for column in self.columns.values() if self._wrong(column.out)]
        if not wrong:
            return
        ways = self._ways()
        for arc in wrong:
            while excess := self._wrong(arc):
                self._reroute(arc, excess > 0, ways)

    def _wrong(self, arc: _Arc) -> int:
        """Return how many units *arc* has too many, or (negative) too few."""
        return max(0, arc.units - arc.most(self.unit)) + min(0, arc.units - arc.least(self.unit))

    def _arcs(self) -> Iterable[_Arc]:
        whole = self.rows[()].into
        yield from (row.into for row in self.rows.values() if row.into is not whole)
        yield from self.parts
        yield from (column.out for column in self.columns.values())

    def _ways(self) -> dict[int, list[_Way]]:
        """Return the steps out of each node; arcs that are already whole units never change."""
        ways: dict[int, list[_Way]] = {}
        for arc in self._arcs():
            remainder = arc.seconds % self.unit
            if remainder or self._wrong(arc):
                onward = (arc, arc.head, 1, arc.most(self.unit), self.unit - remainder)
                back = (arc, arc.tail, -1, -arc.least(self.unit), remainder)
                ways.setdefault(arc.tail, []).append(onward)
                ways.setdefault(arc.head, []).append(back)
        return ways

    def _reroute(self, arc: _Arc, less: bool, ways: dict[int, list[_Way]]) -> None:
        """Move one unit away from *arc* (or towards it) along the cheapest path."""
        start, goal = (arc.tail, arc.head) if less else (arc.head, arc.tail)
        came: dict[int, tuple[int, _Arc, int]] = {}
        open_: list[tuple[int, int]] = [(0, start)]
        costs = {start: 0}
        while open_ and open_[0][1] != goal:
            so_far, node = heappop(open_)
            if so_far > costs[node]:
                continue
            # A path that already costs as much as a known one cannot become better.
            best = costs.get(goal, _NEVER)
            for way, reached, step, most, price in ways.get(node, ()):
                cost = so_far + price
                if (
                    cost < best
                    and way.units * step < most
                    and way is not arc
                    and cost < costs.get(reached, best)
                ):
                    costs[reached] = cost
                    came[reached] = (node, way, step)
                    heappush(open_, (cost, reached))
                    best = costs.get(goal, best)
        if not open_:
            raise Impossible
        arc.units += -1 if less else 1
        while goal != start:
            goal, way, step = came[goal]
            way.units += step
