"""Bills: list what is not billed yet; make, show, check and void bills."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress

from clockify_cli.actions.billing import pricing
from clockify_cli.actions.billing.bill_drafts import (
    Draft,
    Plan,
    Review,
    draft,
    invoiced_there,
    review,
)
from clockify_cli.actions.clockify.freshness import BEGINNING, Copy, fresh_entries
from clockify_cli.actions.clockify.sending import finished
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.tracking.recording import PreviewOnly, Record, recorded
from clockify_cli.actions.viewing.filtering import EVERYTHING, FilterInput, entry_filter
from clockify_cli.domain.bill import (
    Bill,
    BillRange,
    ClientSum,
    Finding,
    Found,
    Named,
    Terms,
    lines_of,
)
from clockify_cli.domain.entry import ChangeResult, Choice, EntryFilter
from clockify_cli.domain.money import Amount, Rate, Rates, hundredths, line_price, total
from clockify_cli.domain.rounding import Rounding, Roundings
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import ClockifyError, Refused, UsageError
from clockify_cli.store.db.connection import moment_of
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet import bills
from clockify_cli.store.timesheet.billable import Unbilled, Workbook, unbilled
from clockify_cli.store.timesheet.entities import new_local_id
from clockify_cli.store.timesheet.rates import own_rate
from clockify_cli.values import dataclass, replace

Put = Callable[[], None]
Prepare = Callable[[Bill], AbstractContextManager[Put]]
"""Writes a bill to a temporary file, so that after the bill is made only a rename remains."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Everything that is not billed yet, by client, and the *copy* that it was read from."""

    clients: tuple[ClientSum, ...]
    copy: Copy


@dataclass(frozen=True, slots=True)
class Made:
    """A *bill* that was made, or that the same command made before (*already*).

    *tells*: the marks of its entries have to be sent to Clockify; *known*: Clockify has them.
    *notes* are sentences about the marks, and *problem* is why Clockify refused them; the bill is
    made anyway.
    """

    bill: Bill
    change_id: int | None = None
    already: bool = False
    tells: bool = False
    known: bool = False
    notes: tuple[str, ...] = ()
    problem: ClockifyError | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking *bills* (REFs), and the *copy* they were compared with."""

    bills: tuple[str, ...]
    findings: tuple[Finding, ...]
    copy: Copy


def outstanding(ctx: AppContext, given: FilterInput = EVERYTHING) -> Outstanding:
    """Return billable, finished entries on no active bill, by client; the oldest first."""
    copy = fresh_entries(ctx, BEGINNING, ctx.now, whole=True)
    chosen = entry_filter(ctx, given)
    roundings = pricing.roundings(ctx, None, None)
    rates, currency = pricing.rates(ctx), pricing.currency(ctx)
    found: dict[Named, list[Unbilled]] = {}
    for one in _unbilled(ctx, roundings, chosen):
        found.setdefault(one.client, []).append(one)
    sums = []
    for client, group in found.items():
        rounding = roundings.of(client.id)
        if rounding is not None and rounding.by == "day":
            own = Choice(any_of=frozenset({client.id}))
            theirs = replace(chosen, clients=own, billable=True)
            amounts, unrated = _by_the_day(ctx, theirs, rounding, rates, currency)
        else:
            amounts, unrated = _amounts(group, rounding, rates, currency)
        sums.append(
            ClientSum(
                client=client,
                count=sum(one.count for one in group),
                seconds=sum(one.seconds for one in group),
                amounts=total(amounts),
                unrated=unrated,
                oldest=moment_of(min(one.first for one in group)),
            )
        )
    return Outstanding(tuple(sorted(sums, key=lambda each: each.oldest)), copy)


def _unbilled(ctx: AppContext, roundings: Roundings, chosen: EntryFilter) -> Iterator[Unbilled]:
    """Yield the unbilled entries of *chosen*, rounded as is usual for each client."""
    for rounding in {roundings.usual, *roundings.clients.values()}:
        for one in unbilled(ctx.db, ctx.workspace, ctx.user, ctx.now, rounding, chosen):
            if roundings.of(one.client.id) == rounding:
                yield one


def _amounts(
    group: Sequence[Unbilled], rounding: Rounding | None, rates: Rates, currency: str
) -> tuple[list[Amount], int]:
    """Return the amounts of a bill for *group*, and the number of entries without a rate."""
    lines: dict[tuple[str | None, str | None, Rate], int] = {}
    unrated = 0
    for one in group:
        rate = rates.of(own_rate(one.extra, currency), one.task, one.project)
        if rate is None:
            unrated += one.count
        else:
            key = (one.project, one.task, rate)
            lines[key] = lines.get(key, 0) + one.rounded
    amounts = []
    for (_, _, rate), seconds in lines.items():
        whole = rounding.rounded(seconds) if rounding and rounding.by == "group" else seconds
        amounts.append(Amount(line_price(hundredths(whole), rate), rate.currency))
    return amounts, unrated


def _by_the_day(
    ctx: AppContext, chosen: EntryFilter, rounding: Rounding, rates: Rates, currency: str
) -> tuple[list[Amount], int]:
    """Like `_amounts`, for *chosen*, if time is rounded by the day, which SQL cannot do."""
    covered = BillRange(
        start=None, end=ctx.now, time_zone=ctx.zone.key, day_start=ctx.settings.day_start
    )
    book = Workbook(ctx.db, ctx.workspace, rates, covered, currency)
    found = [
        each.work
        for each in book.candidates(ctx.workspace, ctx.user, chosen)
        if each.bill is None and each.work.seconds
    ]
    lines = lines_of((work for work in found if work.rate), Terms(rounding=rounding))
    unrated = sum(work.rate is None for work in found)
    return [Amount(line.amount, line.rate.currency) for line in lines], unrated


def make(
    ctx: AppContext, planned: Plan, seen: Draft | None = None, prepare: Prepare | None = None
) -> Made:
    """Make the planned bill in one transaction, or return the existing one.

    *seen* is the draft that the person agreed to: UsageError if the bill would now differ.
    *prepare* writes the bill to a temporary file first, which is renamed afterwards. Raises as
    `draft`, and UsageError if another bill has taken an entry or the REF in the meantime.
    """
    with ExitStack() as stack:
        change_id, tells = None, False
        found = draft(ctx, planned)
        if not found.stored:
            with recorded(ctx, "bill") as record:
                found = draft(ctx, planned)
                if not found.stored:
                    _refuse_other_lines(seen, found)
                    found = _kept(ctx, record, found)
                    change_id = record.change.id
                    tells = _mark(ctx, record, found, planned.given.mark)
                put = stack.enter_context(prepare(found.bill)) if prepare else None
        else:
            put = stack.enter_context(prepare(found.bill)) if prepare else None
        if put is not None:
            put()
        if found.stored and planned.given.mark:
            change_id, tells = _marked_later(ctx, found.bill), True
        return Made(found.bill, change_id, already=found.stored, tells=tells)


def _mark(ctx: AppContext, record: Record, found: Draft, given: bool) -> bool:
    """Mark the entries of the new bill *found* if *given*, or if it corrects a marked one.

    Returns whether Clockify has to be told; a correction also unmarks what it takes off.
    """
    bill, root = found.bill, found.root or found.bill.id
    before = bills.marked_in_chain(ctx.db, root)
    live = bills.billed(ctx.db, root).keys()
    change = record.change
    own = _entries(bill) - before if given or before else frozenset[str]()
    marked = bills.mark(change, bill, own, invoiced=True)
    unmarked = bills.mark(change, bill, before - live, invoiced=False)
    return marked is not None or unmarked is not None


def _entries(bill: Bill) -> frozenset[str]:
    """Return the entries that *bill* itself bills."""
    return frozenset(
        entry for line in bill.lines if line.takes_off is None for entry in line.entries
    )


def _marked_later(ctx: AppContext, bill: Bill) -> int | None:
    """Mark the entries of an existing *bill*; retry marks that Clockify refused.

    Returns the change that tells Clockify, or None if Clockify knows already.
    """
    from clockify_cli.sync import decide

    found = bills.marks(ctx.db, (bill.id,))
    for mark in found:
        if mark.is_stuck and ctx.account is not None:
            decide.retry(ctx.db, ctx.account.key, mark.seq)
    if found:
        return next((mark.change for mark in found if mark.is_open), None)
    live = bills.billed(ctx.db, bills.root_of(ctx.db, bill.id))
    with recorded(ctx, "bill") as record:
        bills.mark(record.change, bill, _entries(bill) & live.keys(), invoiced=True)
        record.change.summary = f"{quoted(bill.ref)}, marked as invoiced"
    return record.change.id


def tell_clockify(ctx: AppContext, made: Made) -> Made:
    """Send the marks of *made* and everything else that waits; return *made* with the result.

    Whatever the result, the bill is kept.
    """
    if not made.tells:
        return made
    done = finished(ctx, ChangeResult(verb="bill", change_id=made.change_id))
    bill, problem = bills.by_id(ctx.db, made.bill.id).bill, done.problem
    waits = made.change_id is not None and journal.unsent(ctx.db, made.change_id)
    if isinstance(problem, Refused):
        problem = Refused(
            f"{problem.message} (marking the entries of bill {quoted(bill.ref)} as invoiced)",
            f"The bill is {'void' if bill.state == 'void' else 'made'}. Marking needs a paid plan"
            " and an admin of the workspace.\n`clockify queue` shows what you can do.",
            code="not-marked",
        )
    known = problem is None and not waits
    return replace(made, bill=bill, known=known, notes=done.notes, problem=problem)


def _refuse_other_lines(seen: Draft | None, found: Draft) -> None:
    if seen is not None and seen.bill.lines != found.bill.lines:
        raise UsageError(
            "the entries changed while you looked; nothing was billed",
            "Run the command again to see the lines as they are now.",
            code="changed-meanwhile",
        )


def _kept(ctx: AppContext, record: Record, found: Draft) -> Draft:
    """Store *found* as a bill in the change of *record*."""
    bill = replace(found.bill, id=new_local_id())
    bills.make(ctx.db, record.change, bill, found.work, root=found.root, given=found.given)
    record.change.summary = _summary(bill)
    return replace(found, bill=bill)


def _summary(bill: Bill) -> str:
    client = f" for {quoted(bill.client.name)}" if bill.client.id else ""
    return f"{quoted(bill.ref)}{client}, {bill.total}"


def show(ctx: AppContext, ref: str) -> Bill:
    """Return the bill called *ref*, as it was made. Raises NotFound."""
    return bills.get(ctx.db, ctx.workspace, ctx.user, ref)


def every(ctx: AppContext) -> list[Bill]:
    """Return all bills, active and void, the newest last."""
    return bills.every(ctx.db, ctx.workspace, ctx.user)


def void(ctx: AppContext, ref: str, *, dry_run: bool = False) -> Made:
    """Void a bill: its entries can be billed again, and its REF is never used again.

    Its invoiced marks are removed. Raises NotFound; UsageError if it has an active correction.
    *dry_run*: nothing is stored; the result shows the bill as it would be.
    """
    bill = show(ctx, ref)
    if bill.state == "void":
        return Made(bill, already=True)
    with suppress(PreviewOnly), recorded(ctx, "void") as record:
        bills.change_state(ctx.db, record.change, bill.id, "void")
        tells = bills.unmark(ctx.db, record.change, bill)
        record.change.summary = _summary(bill)
        if dry_run:
            record.preview(())
    if dry_run:
        return Made(replace(bill, state="void"))
    return Made(replace(bill, state="void"), record.change.id, tells=tells)


def check(ctx: AppContext, ref: str | None = None) -> Checked:
    """Compare the bill *ref* (or all active bills) and its corrections with the entries now.

    Raises NotFound if there is no such bill.
    """
    if ref is None:
        roots = [bill for bill in every(ctx) if bill.state == "live" and not bill.corrects]
    else:
        found = show(ctx, ref)
        roots = [bills.by_id(ctx.db, bills.root_of(ctx.db, found.id)).bill]
    live = [bill for bill in roots if bill.state == "live"]
    start = min((bill.range.start or BEGINNING for bill in live), default=ctx.now)
    copy = fresh_entries(ctx, start, ctx.now, whole=True) if live else Copy(ctx.now)
    findings: list[Finding] = []
    seen: set[str] = set()
    # A late entry that fits several bills belongs to the one made last.
    for bill in reversed(live):
        found_here = list(_findings(ctx, review(ctx, bill.id), seen))
        seen |= {one.work.entry for one in found_here}
        findings = [*found_here, *findings]
    if any(found.what == "new" for found in findings):
        first = min(found.work.start for found in findings if found.what == "new")
        elsewhere, notes = invoiced_there(ctx, first, ctx.now)
        findings = [f for f in findings if f.what != "new" or f.work.entry not in elsewhere]
        copy = replace(copy, notes=copy.notes + notes)
    return Checked(tuple(bill.ref for bill in live), tuple(findings), copy)


def _findings(ctx: AppContext, found: Review, seen: Collection[str]) -> Iterator[Finding]:
    ref = found.root.ref
    for entry, then in found.then.items():
        why = found.change(entry)
        now = found.now.get(entry)
        if why:
            what: Found = "changed" if now else "vanished"
            yield Finding(ref=ref, what=what, then=then, now=now.work if now else None, why=why)
    for each in found.fresh:
        rate = each.work.rate
        # A bill has one currency, so a correction cannot contain an entry in another.
        other = rate is not None and rate.currency != found.root.currency
        late = each.bill is None and each.work.billable and each.work.seconds and not other
        if late and each.work.end <= ctx.now and each.work.entry not in seen:
            yield Finding(ref=ref, what="new", then=None, now=each.work, why="is not billed")
