"""Which of the entries in a listing may have come of a row whose answer got lost. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from clockify_cli.sync.remote import RemoteEntry, Window
from clockify_cli.sync.row import Fingerprint, Instant, Row, matches, near, of_entry
from clockify_cli.values import dataclass

TOLERANCE = 5.0
"""Seconds by which an id may be older than the first send, for clocks that disagree a little."""

# Clockify reads a window as wall clock in the account's zone: a day and a bit more on both sides.
MARGIN = timedelta(hours=26)

DOUBT = 3600.0
"""Seconds by which an id has to be older than the first send while a row is not settled yet.

What the clocks are thought to differ by may turn out otherwise before the row is looked up."""

_OLDEST_ID = 1_262_304_000.0  # 2010: an id that decodes to less carries no time
_AHEAD = 86_400.0


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a window; *complete* when every page was a well-formed list.

    *asked*: the moment before the first page was asked for.
    """

    entries: tuple[RemoteEntry, ...]
    complete: bool
    asked: Instant


def window_around(start: datetime, end: datetime | None = None) -> Window:
    """What to ask for so that an entry from *start* to *end* is surely in the answer."""
    return Window(start=start - MARGIN, end=(end or start) + MARGIN)


def window_of(row: Row) -> Window:
    """The window that surely holds what *row* made, or what its stop stopped."""
    second = row.fp.start if isinstance(row.fp, Fingerprint) else row.end
    last = row.fp.end if isinstance(row.fp, Fingerprint) else row.end
    if second is None:
        raise ValueError(f"row {row.seq} has no time to look around")
    at = datetime.fromtimestamp(second, UTC)
    return window_around(at, None if last is None else datetime.fromtimestamp(last, UTC))


def made_at(entry_id: str, now: Instant) -> float | None:
    """The second at which Clockify made the id, or None where it does not tell.

    Undocumented. It rules out what was made before a row was first sent, and puts what is left in
    order.
    """
    try:
        second = float(int(entry_id[:8], 16)) if len(entry_id) == 24 else 0.0
    except ValueError:
        return None
    return second if _OLDEST_ID <= second <= now.server + _AHEAD else None


def _not_before(row: Row, asked: Instant) -> float:
    """Clockify's second before which *row* was surely not sent yet.

    What its clock was thought to say then may have been wrong: this machine's may have been set
    since. How long ago it was is known within one boot, whatever was set; where boots have no
    names, it may have been within this one or not.
    """
    sent = row.first_send
    if sent is None:
        return 0.0
    otherwise = min(sent.server, sent.wall)
    if sent.boot_id != asked.boot_id:
        return otherwise
    within = min(sent.server, asked.server - max(0.0, asked.boot - sent.boot))
    return within if asked.boot_id else min(within, otherwise)


def _new(row: Row, listing: Listing, claimed: frozenset[str]) -> Iterator[RemoteEntry]:
    since = _not_before(row, listing.asked) - TOLERANCE
    for entry in listing.entries:
        if entry.id in claimed or entry.id in row.seen_before:
            continue
        made = made_at(entry.id, listing.asked)
        if made is None or made >= since:
            yield entry


def candidates(row: Row, listing: Listing, claimed: frozenset[str]) -> list[RemoteEntry]:
    """The entries that may be what *row* made, the one made nearest to its first send first."""
    if not isinstance(row.fp, Fingerprint):
        return []
    fp, first = row.fp, row.first_send.server if row.first_send else 0.0

    def distance(entry: RemoteEntry) -> tuple[float, str]:
        made = made_at(entry.id, listing.asked)
        return (float("inf") if made is None else abs(made - first), entry.id)

    found = [e for e in _new(row, listing, claimed) if matches(fp, of_entry(e))]
    return sorted(found, key=distance)


def unexplained(row: Row, listing: Listing, claimed: frozenset[str]) -> list[RemoteEntry]:
    """New entries that nothing explains and that may be what *row* made, edited since."""
    if not isinstance(row.fp, Fingerprint):
        return []
    fp = row.fp
    return [e for e in _new(row, listing, claimed) if near(fp, of_entry(e))]


def may_be_of(row: Row, entry: RemoteEntry, now: Instant) -> bool:
    """Whether reading back could still find that *row* made *entry*, edited since or not."""
    if not isinstance(row.fp, Fingerprint) or not near(row.fp, of_entry(entry)):
        return False
    made = made_at(entry.id, now)
    return made is None or made >= _not_before(row, now) - DOUBT


def like(fp: Fingerprint, entries: Iterable[RemoteEntry]) -> frozenset[str]:
    """The ids among *entries* that could later be taken for something sent with *fp*."""
    return frozenset(e.id for e in entries if near(fp, of_entry(e)))
