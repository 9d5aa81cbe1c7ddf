"""The rounded time of a group, and its price.

Time is rounded and priced in innermost groups: billable time at each rate makes one line of money.
Everything above is a sum, so that the parts always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.values import dataclass, field

if TYPE_CHECKING:
    from clockify_cli.domain.money import Amount, Rate
    from clockify_cli.domain.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Kind:
    """Time with the same rounding, billable flag and rate."""

    rounding: Rounding | None = None
    billable: bool = False
    rate: Rate | None = None


@dataclass(slots=True)
class _Length:
    """Seconds as worked, and with each entry rounded by itself."""

    worked: int = 0
    by_entry: int = 0


@dataclass(slots=True)
class Tally:
    """The time of one innermost group, by kind and local day."""

    _days: dict[Kind, dict[date, _Length]] = field(default_factory=dict)

    def add(self, kind: Kind, day: date, worked: int, by_entry: int) -> None:
        """Count *worked* seconds of *day*; *by_entry* is the same time with each entry rounded."""
        days = self._days.setdefault(kind, {})
        length = days.get(day)
        if length is None:
            length = days[day] = _Length()
        length.worked += worked
        length.by_entry += by_entry

    def rounded(self) -> int:
        """Return all seconds, rounded as requested."""
        by_rounding: dict[Rounding | None, dict[date, _Length]] = {}
        for kind, days in self._days.items():
            together = by_rounding.setdefault(kind.rounding, {})
            for day, length in days.items():
                both = together.setdefault(day, _Length())
                both.worked += length.worked
                both.by_entry += length.by_entry
        return sum(_rounded(rounding, days) for rounding, days in by_rounding.items())

    def amounts(self) -> tuple[Amount, ...]:
        """Return the price in each currency: one line for each rate, each rounded by itself."""
        lines: dict[Rate, int] = {}
        for kind, days in self._days.items():
            if kind.billable and kind.rate is not None:
                lines[kind.rate] = lines.get(kind.rate, 0) + _rounded(kind.rounding, days)
        if not lines:
            return ()
        from clockify_cli.domain.money import Amount, price, total

        return total(Amount(price(seconds, rate), rate.currency) for rate, seconds in lines.items())


def _rounded(rounding: Rounding | None, days: dict[date, _Length]) -> int:
    if rounding is None:
        return sum(length.worked for length in days.values())
    if rounding.by == "entry":
        return sum(length.by_entry for length in days.values())
    if rounding.by == "day":
        return sum(rounding.rounded(length.worked) for length in days.values())
    return rounding.rounded(sum(length.worked for length in days.values()))


@dataclass(frozen=True, slots=True)
class Measure:
    """What a report shows besides worked time: *rounded* time, or prices."""

    rounded: bool = False
    priced: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of a group: *rounded* seconds, and the amount in each currency."""

    rounded: int = 0
    amounts: tuple[Amount, ...] = ()


def tallied(tally: Tally) -> Sums:
    """Return the sums of an innermost group."""
    return Sums(tally.rounded(), tally.amounts())


def added(sums: Iterable[Sums]) -> Sums:
    """Return the sums of a group that contains groups with *sums*."""
    inner = list(sums)
    rounded = sum(one.rounded for one in inner)
    amounts = [amount for one in inner for amount in one.amounts]
    if not amounts:
        return Sums(rounded)
    from clockify_cli.domain.money import total

    return Sums(rounded, total(amounts))
