"""Time by day, week or month as a column chart: the positions of its parts.

Lengths are in the units of the drawing, from its top left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.domain.time.points import MONTHS, date_text, short_date_text, weekday_text
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.report import Dimension
    from clockify_cli.show.time_format import TimeFormat

HOUR = 3600
_STEPS = (0.25, 0.5, 1, 2, 4, 6, 8, 12, 24, 40, 80, 160, 400, 800, 1600, 4000, 8000)
"""The possible distances between two lines, in hours."""
_MOST_LINES = 5
_HEIGHT, _TOP, _BOTTOM, _LEFT = 220, 20, 24, 46
_SPACIOUS, _CROWDED = 62, 22
"""The width of a column with its length written above it, and without."""
_FEW, _MANY = 14, 31
"""Up to the first number, columns show lengths and names; up to the second, day numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A column; *value* is written above it and *label* below, if there is room."""

    x: float
    y: float
    width: float
    height: float
    title: str
    value: str = ""
    label: str = ""

    @property
    def middle(self) -> float:
        """The horizontal centre of its texts."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the drawing at the height *y*, for a length."""

    y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChart:
    """A drawing of *width* by *height*; *least* is the smallest readable size, in ``rem``."""

    caption: str
    summary: str
    width: int
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    height: int = _HEIGHT
    left: int = _LEFT

    @property
    def least(self) -> float:
        """The width below which its letters become too small."""
        return round(self.width / 20, 1)


def day_chart(
    title: str, unit: Dimension, lengths: Sequence[tuple[date, int]], times: TimeFormat
) -> DayChart | None:
    """Return the chart *title* of *lengths*: the first day of each *unit*, and its seconds.

    None if there is nothing to compare.
    """
    most = max((seconds for _, seconds in lengths), default=0)
    if len(lengths) < 2 or most == 0:
        return None
    step = next((hours for hours in _STEPS if most <= hours * HOUR * _MOST_LINES), _STEPS[-1])
    top = int(step * HOUR) * -(-most // int(step * HOUR))
    few = len(lengths) <= _FEW
    each = _SPACIOUS if few else _CROWDED
    width = _LEFT + each * len(lengths)
    floor = _HEIGHT - _BOTTOM

    def height_of(seconds: float) -> float:
        return round((floor - _TOP) * seconds / top, 1)

    bars = []
    for number, (day, seconds) in enumerate(lengths):
        height = height_of(seconds)
        bars.append(
            Bar(
                x=_LEFT + number * each + each * 0.15,
                y=round(floor - height, 1),
                width=each * 0.7,
                height=height,
                title=f"{_whole_name(unit, day)}: {times.length(seconds)}",
                value=times.length(seconds) if few and seconds else "",
                label=_label(unit, day, number, len(lengths)),
            )
        )
    peak = max(lengths, key=lambda pair: pair[1])
    return DayChart(
        caption=f"{title} by {unit}",
        summary=f"{title} by {unit}: {len(lengths)} {unit}s, the most on"
        f" {_whole_name(unit, peak[0])} with {times.length(peak[1])}",
        width=width,
        lines=tuple(
            Line(round(floor - height_of(at), 1), times.length(at))
            for at in range(0, top + 1, int(step * HOUR))
        ),
        bars=tuple(bars),
    )


def _whole_name(unit: Dimension, day: date) -> str:
    if unit == "month":
        return f"{MONTHS[day.month - 1]} {day.year}"
    return f"the week of {date_text(day)}" if unit == "week" else date_text(day)


def _label(unit: Dimension, day: date, number: int, count: int) -> str:
    """Return the label below a column; if there are very many, only every seventh has one."""
    if unit == "month":
        return f"{MONTHS[day.month - 1][:3]} {day:%y}" if count <= _FEW or number % 3 == 0 else ""
    if count <= _FEW:
        return f"{weekday_text(day)} {day.day}" if unit == "day" else short_date_text(day)[4:]
    if unit == "day" and count <= _MANY:
        return str(day.day)
    return short_date_text(day)[4:] if number % 7 == 0 else ""
