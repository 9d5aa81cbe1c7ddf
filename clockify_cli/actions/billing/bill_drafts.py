"""A bill before it is made: its entries, rates and lines, and what is left out and why.

Nothing is changed here; `bills` makes the bill that this drafts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from clockify_cli.actions.billing import pricing
from clockify_cli.actions.billing.pricing import work_text
from clockify_cli.actions.clockify.freshness import (
    BEGINNING,
    Copy,
    fresh_entries,
    reported_sentence,
)
from clockify_cli.actions.clockify.identity import connect
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.viewing.filtering import EVERYTHING, FilterInput, entry_filter
from clockify_cli.actions.viewing.reports import dimensions
from clockify_cli.domain.bill import (
    DEFAULT_BY,
    Bill,
    BillRange,
    Named,
    Terms,
    Work,
    changes_in,
    corrected,
    lines_of,
    rate_then,
    still_billed,
)
from clockify_cli.domain.entry import NO_DESCRIPTION, Choice, EntryFilter, agreeing, counted
from clockify_cli.domain.money import parse_currency
from clockify_cli.domain.report import Dimension
from clockify_cli.domain.terminal_text import quoted, shortened
from clockify_cli.domain.time import points
from clockify_cli.domain.time.durations import format_duration
from clockify_cli.domain.time.ranges import parse_range
from clockify_cli.errors import ClockifyError, NotSignedIn, UsageError
from clockify_cli.store.db.connection import moment_of, seconds_of
from clockify_cli.store.timesheet import bills, entities
from clockify_cli.store.timesheet.billable import Candidate, Workbook, unbilled
from clockify_cli.sync.guard import is_free
from clockify_cli.values import dataclass, field, replace

MAX_REF = 100

NEAR = timedelta(hours=26)
"""Clockify may read the dates of a report in another time zone."""

NOT_BILLED: tuple[Dimension, ...] = ("tag", "user")
"""An entry with two tags would be billed twice, and a bill has only one person's entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillInput:
    """The arguments of `bill new`: a RANGE in words, a FILTER that includes the client, and more.

    *correct* is the REF of the bill to correct, which decides everything except the *ref* of the
    correction. *mark*: mark the billed entries as invoiced in Clockify.
    """

    ref: str
    words: tuple[str, ...] = ()
    chosen: FilterInput = EVERYTHING
    by: str | None = None
    round: str | None = None
    round_by: str | None = None
    currency: str | None = None
    correct: str | None = None
    mark: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """*count* entries of *seconds* that are not on the bill, and *why*."""

    why: str
    count: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A *bill* as it would be made, and what is *left_out* of it.

    *stored*: it already existed. *work* is the content of its entries, *root* the id of the bill
    that it corrects, *given* the request as JSON text.
    """

    bill: Bill
    stored: bool = False
    left_out: tuple[LeftOut, ...] = ()
    work: Mapping[str, Work] = field(default_factory=dict)
    root: str | None = None
    given: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a bill is to cover, with names and words already resolved."""

    client: Named
    range: BillRange
    chosen: EntryFilter
    terms: Terms
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A resolved request, ready to be drafted from the *copy* without asking Clockify again.

    *wanted* is None for a correction; *root* is then the id of the bill that it corrects.
    *invoiced* are the local ids of entries known to be invoiced in Clockify.
    """

    given: BillInput
    ref: str
    wanted: Wanted | None
    root: str | None
    copy: Copy
    invoiced: frozenset[str] = frozenset()


def plan(ctx: AppContext, given: BillInput) -> Plan:
    """Resolve the request, and update the local copy if a bill is to be made.

    Raises UsageError and NotFound for words, names and bills; nothing is drafted yet. Raises
    NotSignedIn if entries are to be marked in Clockify, and there is no account.
    """
    ref = _checked_ref(given.ref)
    if given.mark and ctx.account is None:
        raise NotSignedIn(
            "--mark marks entries in Clockify, and you are not signed in",
            "`clockify login` signs in. Without --mark, the bill is made on this computer.",
        )
    wanted = root = None
    if given.correct is None:
        wanted = _wanted(ctx, given)
        covered = wanted.range
    else:
        _refuse_other_terms(given)
        corrects = bills.get(ctx.db, ctx.workspace, ctx.user, given.correct)
        root = bills.root_of(ctx.db, corrects.id)
        covered = bills.by_id(ctx.db, root).bill.range
    copy, invoiced = Copy(ctx.now), frozenset[str]()
    if bills.by_ref(ctx.db, ctx.workspace, ctx.user, ref) is None:
        copy = fresh_entries(ctx, covered.start or BEGINNING, covered.end, whole=True)
        invoiced, notes = _invoiced_within(ctx, covered)
        copy = replace(copy, notes=tuple(dict.fromkeys((*copy.notes, *notes))))
    return Plan(given=given, ref=ref, wanted=wanted, root=root, copy=copy, invoiced=invoiced)


def _invoiced_within(ctx: AppContext, covered: BillRange) -> tuple[frozenset[str], tuple[str, ...]]:
    """Like `invoiced_there`, for entries of *covered* that are on no bill."""
    if not _knows_invoiced(ctx):
        return frozenset(), ()
    free = unbilled(ctx.db, ctx.workspace, ctx.user, ctx.now)
    start = covered.start or moment_of(min((one.first for one in free), default=0))
    if not free or start >= covered.end:
        return frozenset(), ()
    return invoiced_there(ctx, start, covered.end)


def _knows_invoiced(ctx: AppContext) -> bool:
    """Return whether to ask Clockify what is invoiced: only paid plans know."""
    workspace = ctx.identity.workspace
    if ctx.account is None or ctx.offline or workspace is None:
        return False
    return not is_free(workspace.plan)


def invoiced_there(
    ctx: AppContext, start: datetime, end: datetime
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the local ids of entries invoiced in Clockify from *start* to *end* (aware UTC).

    Entries waiting to be unmarked count as not invoiced. Also returns notes if Clockify does not
    answer.
    """
    from clockify_cli.sync.model.remote import Window

    if not _knows_invoiced(ctx):
        return frozenset(), ()
    window = Window(start=start - NEAR, end=end + NEAR)
    try:
        ids = connect(ctx).remote.invoiced(ctx.workspace, ctx.user or "", window)
    except ClockifyError as error:
        warning = "Entries already invoiced in Clockify are not known here and may be billed again."
        return frozenset(), (reported_sentence(ctx, error), warning)
    marked = bills.local_ids(ctx.db, ctx.workspace, ids)
    return marked - bills.unmarking(ctx.db, ctx.workspace), ()


def draft(ctx: AppContext, planned: Plan) -> Draft:
    """Return the bill that would be made, or the existing one; reads only the store.

    Raises UsageError if the REF has other content or was voided, if an entry has no rate, for two
    currencies, and if there is nothing to bill.
    """
    ref = planned.ref
    before = bills.by_ref(ctx.db, ctx.workspace, ctx.user, ref)
    if before is not None and before.bill.state == "void":
        raise UsageError(f'bill "{quoted(ref)}" was voided', "Choose another --ref.", code="voided")
    if planned.wanted is None:
        return _correction(ctx, planned, before)
    if before is not None:
        return _made_before(planned.given, planned.wanted, before)
    return _drafted(ctx, planned, planned.wanted)


def _checked_ref(ref: str) -> str:
    found = ref.strip()
    if not found or len(found) > MAX_REF or not found.isprintable() or found.startswith("-"):
        raise UsageError(
            f'"{quoted(ref)}" is not a REF: use 1 to {MAX_REF} printable characters, and no - '
            "at the start",
            "Use the number of the invoice: --ref 2026-041.",
        )
    return found


def _wanted(ctx: AppContext, given: BillInput) -> Wanted:
    chosen = entry_filter(ctx, given.chosen)
    client = _client(ctx, given, chosen.clients)
    return Wanted(
        client=client,
        range=_range(ctx, given.words),
        chosen=replace(chosen, billable=None),
        terms=Terms(
            by=_dimensions(given.by),
            rounding=pricing.roundings(ctx, given.round, given.round_by).of(client.id),
            week_start=ctx.settings.week_start,
        ),
        currency=None if given.currency is None else parse_currency(given.currency),
    )


def _client(ctx: AppContext, given: BillInput, choice: Choice) -> Named:
    """Return the one client whose work is billed; UsageError unless exactly one was named."""
    if len(choice.any_of) != 1 or choice.none_of:
        given_none = "" if choice.any_of else ", and you gave no client"
        raise UsageError(
            f"a bill is for one client{given_none}",
            "Name the client: `clockify bill new -c CLIENT --ref REF`; -c none is for time without"
            " one. `clockify bill` lists what is not billed yet.",
        )
    (local_id,) = choice.any_of
    if given.chosen.billable is False:
        raise UsageError(
            "a bill never contains time that is not billable", "Leave out --no-billable."
        )
    return Named() if local_id is None else Named(local_id, entities.get(ctx.db, local_id).name)


def _range(ctx: AppContext, words: tuple[str, ...]) -> BillRange:
    zone, day_start = ctx.zone.key, ctx.settings.day_start
    found = parse_range(words, ctx.time_context(), default="all")
    start, end = (None, ctx.now) if found.is_all else (found.start, found.end)
    return BillRange(start=start, end=end, time_zone=zone, day_start=day_start)


def _dimensions(by: str | None) -> tuple[Dimension, ...]:
    found = DEFAULT_BY if by is None else dimensions(by)
    for dimension in found:
        if dimension in NOT_BILLED:
            raise UsageError(
                f"a bill cannot have a line for each {dimension}",
                "For example: --by project,task or --by day.",
            )
    return found


# ── the same REF again ───────────────────────────────────────────────────────────────────────


def _request_text(given: BillInput, wanted: Wanted) -> str:
    """Return the request as JSON text that is equal for the same RANGE and filter."""
    covered = wanted.range
    bounds = covered.start and [seconds_of(covered.start), seconds_of(covered.end)]
    return json.dumps(
        {
            "range": bounds,
            "filter": _filter_json(wanted.chosen),
            "by": given.by and ",".join(wanted.terms.by),
            "round": given.round,
            "roundBy": given.round_by,
            "currency": wanted.currency,
            "correct": given.correct,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def _made_before(given: BillInput, wanted: Wanted, before: bills.StoredBill) -> Draft:
    then, now = json.loads(before.given), json.loads(_request_text(given, wanted))
    terms = before.bill.terms
    same = (
        all(then[name] == now[name] for name in ("range", "filter", "correct"))
        and (given.by is None or terms.by == wanted.terms.by)
        and (not (given.round or given.round_by) or terms.rounding == wanted.terms.rounding)
        and wanted.currency in (None, before.bill.currency)
    )
    if not same:
        raise _other_content(before.bill.ref)
    return Draft(bill=before.bill, stored=True)


def _other_content(ref: str) -> UsageError:
    return UsageError(
        f'bill "{quoted(ref)}" already exists with other content',
        f"`clockify bill show {quoted(ref)}` shows that bill; choose another --ref for this one.",
        code="other-content",
    )


_CHOICES = ("clients", "projects", "tasks", "tags", "types")


def _filter_json(chosen: EntryFilter) -> dict[str, Any]:
    choices = {name: getattr(chosen, name) for name in _CHOICES}
    said = {name: [_ids(each.any_of), _ids(each.none_of)] for name, each in choices.items()}
    return {**said, "search": _search_json(chosen.search)}


def _search_json(search: Choice) -> Any:
    """Return a single text as it is, as earlier versions did; else both sides of *search*."""
    if search.none_of or None in search.any_of or len(search.any_of) > 1:
        return [_ids(search.any_of), _ids(search.none_of)]
    return next(iter(search.any_of), "")


def _ids(ids: Iterable[str | None]) -> list[str | None]:
    return sorted(ids, key=lambda id_: id_ or "")


def filter_of(given: str) -> EntryFilter:
    """Parse the filter in the request of a bill (JSON text)."""
    said = json.loads(given)["filter"]
    chosen: dict[str, Any] = {name: Choice(*map(frozenset, said[name])) for name in _CHOICES}
    return EntryFilter(**chosen, search=_search_of(said["search"]))


def _search_of(said: Any) -> Choice:
    if isinstance(said, str):
        return Choice(frozenset({said})) if said else Choice()
    return Choice(*map(frozenset, said))


# ── the entries ──────────────────────────────────────────────────────────────────────────────


class Sorting:
    """Puts candidates onto the bill, or aside with the reason.

    *invoiced* are local ids of entries that are invoiced elsewhere.
    """

    def __init__(self, now: datetime, currency: str | None, invoiced: Collection[str] = ()) -> None:
        self._now = now
        self._currency = currency
        self._invoiced = invoiced
        self.work: dict[str, Work] = {}
        self.unrated: list[Work] = []
        self._aside: dict[str, list[int]] = {}
        self._earlier: list[Work] = []

    def take_earlier(self, candidates: Iterable[Candidate]) -> None:
        """Remember those of *candidates* that could be billed, but start before the range."""
        self._earlier += [found.work for found in candidates if not self._why_not(found)]

    def take(self, candidates: Iterable[Candidate]) -> None:
        """Sort each of *candidates*."""
        for found in candidates:
            why = self._why_not(found)
            if why:
                self._aside.setdefault(why, []).append(found.work.seconds)
            elif found.work.rate is None:
                self.unrated.append(found.work)
            elif found.work.seconds:
                self.work[found.work.entry] = found.work

    def _why_not(self, found: Candidate) -> str:
        work = found.work
        if found.bill is not None:
            return f"on bill {found.bill}"
        if not work.billable:
            return "not billable"
        if found.running:
            return "still running"
        if work.end > self._now:
            return "in the future"
        if work.entry in self._invoiced:
            return "invoiced in Clockify"
        if self._currency and work.rate and work.rate.currency != self._currency:
            return f"in {work.rate.currency}"
        return ""

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What is not on the bill, most entries first."""
        found = [LeftOut(why, len(each), sum(each)) for why, each in self._aside.items()]
        found.sort(key=lambda one: (-one.count, one.why))
        return (*self._before_range, *found)

    @property
    def _before_range(self) -> tuple[LeftOut, ...]:
        """Return one `LeftOut` for all entries that only reach into the range, naming the first."""
        if not self._earlier:
            return ()
        count, first = len(self._earlier), self._earlier[0]
        begun = f"{points.date_text(first.day)}{', the first one' if count > 1 else ''}"
        name = quoted(first.description) or NO_DESCRIPTION
        why = (
            f"{agreeing(count, 'starts', 'start')} before the range ({name}, {begun}):"
            " an entry is billed with the day on which it starts"
        )
        return (LeftOut(why, count, sum(work.seconds for work in self._earlier)),)


def _drafted(ctx: AppContext, planned: Plan, wanted: Wanted) -> Draft:
    book = Workbook(ctx.db, ctx.workspace, pricing.rates(ctx), wanted.range, pricing.currency(ctx))
    sorting = Sorting(ctx.now, wanted.currency, planned.invoiced)
    sorting.take(book.candidates(ctx.workspace, ctx.user, wanted.chosen))
    sorting.take_earlier(book.reaching_in(ctx.workspace, ctx.user, wanted.chosen))
    _refuse_unrated(ctx, sorting.unrated)
    currency = _one_currency(sorting.work.values())
    if currency is None:
        raise _nothing(f"nothing to bill for {_client_name(wanted.client)}", sorting)
    lines = lines_of(sorting.work.values(), wanted.terms)
    bill = Bill(
        id="",
        ref=planned.ref,
        state="live",
        client=wanted.client,
        currency=currency,
        range=wanted.range,
        terms=wanted.terms,
        created=ctx.now,
        lines=lines,
    )
    return Draft(
        bill=bill,
        left_out=sorting.left_out,
        work=sorting.work,
        given=_request_text(planned.given, wanted),
    )


def _client_name(client: Named) -> str:
    return quoted(client.name) if client.id else "no client"


def _nothing(message: str, sorting: Sorting) -> UsageError:
    return UsageError(
        message,
        "`clockify bill` lists what is not billed yet.",
        details=tuple(left_out_text(one) for one in sorting.left_out),
        code="nothing-to-bill",
    )


def left_out_text(one: LeftOut) -> str:
    """Return ``left out: 3 entries (4:30), not billable``."""
    return f"left out: {counted(one.count, 'entry')} ({format_duration(one.seconds)}), {one.why}"


def _refuse_unrated(ctx: AppContext, unrated: list[Work]) -> None:
    if not unrated:
        return
    has = agreeing(len(unrated), "has", "have")
    raise UsageError(
        f"{counted(len(unrated), 'entry')} to bill {has} no rate",
        pricing.rate_hint(unrated[0].client.name, unrated[0].project.name),
        details=shortened(work_text(ctx, work) for work in unrated),
        code="no-rate",
    )


def _one_currency(work: Iterable[Work]) -> str | None:
    """Return the currency of all *work*; None if there is none. UsageError for several."""
    by_currency: dict[str, list[Work]] = {}
    for one in work:
        if one.rate is not None:
            by_currency.setdefault(one.rate.currency, []).append(one)
    if len(by_currency) > 1:
        raise UsageError(
            "a bill has one currency, and these entries are in "
            f"{' and '.join(sorted(by_currency))}",
            f"Choose one: --currency {min(by_currency)}.",
            details=tuple(_currency_text(name, each) for name, each in sorted(by_currency.items())),
            code="currencies",
        )
    return next(iter(by_currency), None)


def _currency_text(currency: str, work: list[Work]) -> str:
    seconds = sum(one.seconds for one in work)
    return f"{currency}: {counted(len(work), 'entry')} ({format_duration(seconds)})"


# ── what a bill and its corrections say, and what their entries say now ──────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The entries of the bill *root* and its corrections, then and now.

    *then* is what was billed, by local id; *now* the entries of it that still exist. *fresh* are
    other entries in its range and filter.
    """

    root: Bill
    then: Mapping[str, Work]
    now: Mapping[str, Candidate]
    fresh: tuple[Candidate, ...]

    def change(self, entry: str) -> str:
        """Return what changed in *entry*, in words; empty if nothing did."""
        then, now = self.then[entry], self.now.get(entry)
        if now is None:
            return "was deleted"
        if now.running:
            return "runs again"
        covered = self.root.range.covers(now.work.start)
        return changes_in(then, now.work, self.root.client, covered)


def review(ctx: AppContext, root_id: str) -> Review:
    """Compare the entries billed by the bill *root_id* and its corrections with the present."""
    stored = bills.by_id(ctx.db, root_id)
    root = stored.bill
    then = bills.billed(ctx.db, root_id)
    book = Workbook(ctx.db, ctx.workspace, pricing.rates(ctx), root.range, pricing.currency(ctx))
    candidates = book.candidates(ctx.workspace, ctx.user, filter_of(stored.given))
    return Review(
        root=root,
        then=then,
        now=book.entries(then, ctx.workspace),
        fresh=tuple(found for found in candidates if found.work.entry not in then),
    )


def _correction(ctx: AppContext, planned: Plan, before: bills.StoredBill | None) -> Draft:
    root_id = planned.root or ""
    stored = bills.by_id(ctx.db, root_id)
    root = stored.bill
    if root.state != "live":
        raise UsageError(
            f'bill "{quoted(root.ref)}" was voided, so it cannot be corrected',
            "Bill its entries again: `clockify bill new -c CLIENT --ref REF`.",
            code="voided",
        )
    if before is not None and before.bill.corrects != root.ref:
        raise _other_content(planned.ref)
    if before is not None:
        return Draft(bill=before.bill, stored=True)
    found = review(ctx, root_id)
    # Entries of the bill itself may be marked as invoiced because of it.
    sorting = Sorting(ctx.now, root.currency, planned.invoiced - found.then.keys())
    sorting.take(_as_corrected(found))
    _refuse_unrated(ctx, sorting.unrated)
    lines = corrected(bills.standing(ctx.db, root_id), lines_of(sorting.work.values(), root.terms))
    if not lines:
        raise _nothing(f'bill "{quoted(root.ref)}" needs no correction', sorting)
    return Draft(
        bill=replace(root, id="", ref=planned.ref, created=ctx.now, lines=lines, corrects=root.ref),
        left_out=sorting.left_out,
        work=sorting.work,
        root=root_id,
        given=json.dumps({**json.loads(stored.given), "correct": root.ref}, ensure_ascii=False),
    )


def _refuse_other_terms(given: BillInput) -> None:
    """Raise UsageError for other terms: a correction keeps the range and terms of its bill."""
    others = (given.words, given.by, given.round, given.round_by, given.currency)
    if any(others) or given.chosen != EVERYTHING:
        raise UsageError(
            "a correction keeps the range, filter, rounding and lines of the bill it corrects",
            f"Give only --correct {given.correct} and --ref REF.",
        )


def _as_corrected(found: Review) -> Iterator[Candidate]:
    """Yield the entries that now belong on the bill, each as it counts.

    Unchanged entries keep what was billed, including the rate.
    """
    for entry, then in found.then.items():
        now = found.now.get(entry)
        if not found.change(entry):
            yield Candidate(then, None, running=False)
        elif now and not now.running and still_billed(now.work, found.root):
            rate = rate_then(then, now.work)
            yield Candidate(replace(now.work, rate=rate), None, running=False)
    yield from found.fresh
