"""Exact rates and amounts in whole cents, never in binary fractions.

Amounts of different currencies are never added. Half a cent is rounded away from zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from clockify_cli.domain.time.zones import quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, field

HOUR = 3600
RATE = r"([0-9]{1,9})(?:\.([0-9]{1,2}))? ?([A-Za-z]{3})"
EXAMPLES = "A rate is an amount for an hour with its currency, such as 95EUR or 95.50EUR."


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of an hour: *cents* of *currency*, a code of three letters."""

    cents: int
    currency: str

    def __str__(self) -> str:
        return f"{decimal_text(self.cents)} {self.currency}"


@dataclass(frozen=True, slots=True)
class Amount:
    """*cents* of *currency*; negative in a correction."""

    cents: int
    currency: str

    @property
    def text(self) -> str:
        """The amount without currency, as a decimal: ``1234.50``."""
        return decimal_text(self.cents)

    def __str__(self) -> str:
        return f"{self.text} {self.currency}"


def parse_rate(text: str) -> Rate:
    """Parse `95EUR` or `95.50 EUR`; else UsageError. A rate of 0 is refused: it counts as none."""
    match = re.fullmatch(RATE, text.strip())
    if match is None:
        raise UsageError(f"cannot read {quoted(text)} as a rate", EXAMPLES)
    whole, part, currency = match.groups()
    cents = int(whole) * 100 + int((part or "").ljust(2, "0"))
    if not cents:
        raise UsageError(f"{quoted(text)} is a rate of 0", EXAMPLES)
    return Rate(cents, currency.upper())


def parse_currency(text: str) -> str:
    """Parse a currency code such as EUR, or what Clockify users call one; else UsageError."""
    code = text.strip().upper()
    if not re.fullmatch(r"\S{1,20}", code) or not code.isprintable():
        raise UsageError(
            f"{quoted(text)} is not a currency code", "Give a code such as EUR or USD."
        )
    return code


def decimal_text(cents: int) -> str:
    """Return *cents* as a decimal with two places; also works for other hundredths."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02}"


def half_up(numerator: int, denominator: int) -> int:
    """Round a fraction with a positive *denominator* to a whole number, halves away from 0.

    This makes a cancelling amount the exact opposite of the original.
    """
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size


def price(seconds: int, rate: Rate) -> int:
    """Return the price of *seconds* at *rate*, in cents."""
    return half_up(seconds * rate.cents, HOUR)


def hundredths(seconds: int) -> int:
    """Return *seconds* in hundredths of an hour: the quantity on a bill."""
    return half_up(seconds * 100, HOUR)


def line_price(quantity: int, rate: Rate) -> int:
    """Return the price of *quantity* hundredths of an hour at *rate*, in cents."""
    return half_up(quantity * rate.cents, 100)


def total(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """Return the sum for each currency, sorted by code."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.cents
    return tuple(Amount(cents, currency) for currency, cents in sorted(sums.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Every known rate for one person's time, by local ids.

    *members* are the person's own rates in projects, *member* the one in the workspace. *settings*
    are the rates of the configuration, by project, then by client; *usual* is its default rate.
    """

    tasks: Mapping[str, Rate] = field(default_factory=dict)
    members: Mapping[str, Rate] = field(default_factory=dict)
    projects: Mapping[str, Rate] = field(default_factory=dict)
    member: Rate | None = None
    workspace: Rate | None = None
    settings: Mapping[str, Rate] = field(default_factory=dict)
    usual: Rate | None = None

    def of(self, own: Rate | None, task: str | None, project: str | None) -> Rate | None:
        """Return the rate of billable time: the first one set, starting with the entry's *own*."""
        return (
            own
            or self.tasks.get(task or "")
            or self.members.get(project or "")
            or self.projects.get(project or "")
            or self.member
            or self.workspace
            or self.settings.get(project or "")
            or self.usual
        )


NO_RATES = Rates()
