"""Sums of a report: time in seconds, money in hundredths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.fake_clockify.call import Call
from tests.fake_clockify.rates import rate_of
from tests.fake_clockify.records import Entry
from tests.fake_clockify.report_scope import seconds

Json = dict[str, Any]
KINDS = ("EARNED", "COST", "PROFIT")


def amount(call: Call, entry: Entry, kind: str) -> float:
    """Return what an entry earns (only if billable), costs, or the difference."""
    if kind == "PROFIT":
        return amount(call, entry, "EARNED") - amount(call, entry, "COST")
    rate = rate_of(call.state, entry, "hourly_rate" if kind == "EARNED" else "cost_rate")
    if rate is None or (kind == "EARNED" and not entry.billable):
        return 0.0
    return rate.amount * seconds(entry) / 3600


def kind_shown(call: Call) -> str:
    shown: str = call.body.get("amountShown", "EARNED")
    return shown if shown in KINDS else "EARNED"


def sum_of(call: Call, entries: Iterable[Entry]) -> float:
    return round(sum(amount(call, each, kind_shown(call)) for each in entries), 2)


def totals(call: Call, entries: list[Entry]) -> list[Json]:
    """Return one row for the whole report; none if it has no entries."""
    if not entries:
        return []
    kinds = call.body.get("amounts") or [kind_shown(call)]
    return [
        {
            "id": "",
            "totalTime": sum(map(seconds, entries)),
            "totalBillableTime": sum(seconds(each) for each in entries if each.billable),
            "entriesCount": len(entries),
            "amounts": [
                {"type": kind, "value": round(sum(amount(call, e, kind) for e in entries), 2)}
                for kind in kinds
                if kind in KINDS
            ],
        }
    ]


def local(entry: Entry, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(entry.start, zone)


def by_day(call: Call, entries: list[Entry], zone: ZoneInfo) -> list[Json]:
    """Return a row for each day, in the zone, on which an entry starts."""
    groups = grouped(entries, lambda each: local(each, zone).date().isoformat())
    return [
        {
            "date": day,
            "duration": sum(map(seconds, rows)),
            "amount": sum_of(call, rows),
        }
        for day, rows in sorted(groups.items())
    ]


def grouped(entries: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for each in entries:
        groups.setdefault(key(each), []).append(each)
    return groups
