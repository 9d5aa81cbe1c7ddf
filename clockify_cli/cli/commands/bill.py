"""`clockify bill`: show what is not billed yet, and make bills."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import filter_input, open_context, show_choice, time_format
from clockify_cli.cli.file_formats import format_of
from clockify_cli.cli.output_file import put_aside, write_out
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import counted
from clockify_cli.domain.money import decimal_text
from clockify_cli.domain.terminal_text import capitalized, quoted
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.billing import bills
    from clockify_cli.actions.billing.bill_drafts import Draft
    from clockify_cli.actions.context import AppContext
    from clockify_cli.cli.reference import complete
    from clockify_cli.domain.bill import Bill
    from clockify_cli.show.formats.rows import OutputFormat
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

FOUND = 9
"""The exit code if entries differ from their bill."""

Format = Literal["table", "json", "csv", "tsv", "markdown", "html", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
Written = Literal[Format, "template"]


MARKED = {
    "": "",
    "yes": "marked in Clockify",
    "waiting": "to be marked in Clockify",
    "refused": "not marked: Clockify refused",
}
"""The words for whether a bill's entries are marked in Clockify."""


@dataclass(frozen=True)
class BillOutput(opt.RowsChoice):
    """How a bill is written. *format* is None if not given."""

    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="table, json, csv, tsv, markdown, html or xlsx; else by FILE's ending.",
        ),
    ] = None
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="TEXT", help="A line for each line of the bill."),
    ] = None


@dataclass(frozen=True)
class Ref:
    """The bill to use."""

    ref: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            autocompletion=complete.bill,
            help="The name of the bill (`clockify bill list`).",
        ),
    ]


# ── what is not billed yet ───────────────────────────────────────────────────────────────────


@opt.command(
    "bill",
    "bill -c Acme --json",
    notes="Columns in a pipe: client, seconds, amounts, oldest day. Time without a rate is\n"
    "not in the amounts; `clockify config set rate.CLIENT/PROJECT 95EUR` sets one.",
)
def unbilled(
    program: Program,
    *,
    chosen: opt.Filter,
    read: opt.ReadChoice,
    durations: opt.DurationChoice,
    output: opt.OutputChoice,
) -> None:
    """Show what is not billed yet, by client."""
    from clockify_cli.actions.billing import bills
    from clockify_cli.actions.billing.pricing import rate_hint
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.bill_rows import UNBILLED

    ctx = open_context(program, read)
    found = bills.outstanding(ctx, filter_input(chosen))
    program.note(*found.copy.notes)
    for one in found.clients:
        if one.unrated:
            entries = counted(one.unrated, "entry")
            program.note(f"{one.client.name or 'No client'}: {entries} without a rate.")
    if (first := next((one.client.name for one in found.clients if one.unrated), None)) is not None:
        program.note(rate_hint(first))
    choice = show_choice(output)
    if not found.clients and choice.format_on(program.out) == "table":
        program.note("Nothing left to bill.")
        return
    times = time_format(ctx, durations.durations)
    show_rows(program.out, times, UNBILLED, found.clients, choice)


# ── making ───────────────────────────────────────────────────────────────────────────────────


@opt.command(
    "bill new last month -c Acme --ref 2026-041 -o 2026-041.csv",
    "bill new -c Acme --ref 2026-041 -n",
    "bill new 2026-11 -c Acme --ref 2026-042 --round 15m:up --by day",
    "bill new --correct 2026-041 --ref 2026-041-K",
    notes="Without a RANGE: everything billable and finished that is not on a bill. The same REF\n"
    "with the same RANGE and filter prints the bill again. A correction bills the difference\n"
    "to the bill that it corrects, on the same terms.\n\n"
    "Columns in a pipe and in CSV: ref, description, project, task, quantity, unit, unit_price,\n"
    "amount, currency, service_start, service_end.",
)
def new(
    program: Program,
    *,
    range: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RANGE",
            autocompletion=complete.range,
            help="Default: everything up to now that is not on a bill.",
        ),
    ] = None,
    ref: Annotated[
        str | None,
        typer.Option("--ref", metavar="REF", help="The name of the bill, such as 2026-041."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="A,B",
            autocompletion=complete.dimensions,
            help="What gets a line of its own; default: project,task.",
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option("--currency", metavar="CODE", help="Bill only entries in this currency."),
    ] = None,
    correct: Annotated[
        str | None,
        typer.Option(
            "--correct",
            metavar="REF",
            autocompletion=complete.bill,
            help="Bill the difference to this bill.",
        ),
    ] = None,
    mark: Annotated[
        bool, typer.Option("--mark", help="Mark the entries as invoiced in Clockify (paid plans).")
    ] = False,
    rounded: opt.Rounded,
    chosen: opt.Filter,
    confirm: opt.Confirm,
    file: opt.FileChoice,
    read: opt.ReadChoice,
    output: BillOutput,
) -> None:
    """Create a bill: lines for your invoicing tool."""
    from clockify_cli.actions.billing import bills
    from clockify_cli.actions.billing.bill_drafts import BillInput, draft, left_out_text, plan

    if ref is None:
        raise UsageError("a bill needs a --ref", "Use the number of the invoice: --ref 2026-041.")
    format_ = _format(program, output, file)
    ctx = open_context(program, read)
    given = BillInput(
        ref=ref,
        words=tuple(range or ()),
        chosen=filter_input(chosen),
        by=by,
        round=rounded.round,
        round_by=rounded.round_by,
        currency=currency,
        correct=correct,
        mark=mark,
    )
    planned = plan(ctx, given)
    seen = draft(ctx, planned)
    program.note(*planned.copy.notes, *(left_out_text(one) for one in seen.left_out))
    writer = _Writer(program, time_format(ctx), output, format_, file)
    if confirm.dry_run:
        writer.show(seen.bill, dry_run=True)
        return
    shown = not seen.stored and not confirm.yes and program.interactive
    if shown:
        _agree(program, writer, seen)
    made = bills.make(ctx, planned, seen, writer.prepare if file.to_file else None)
    program.recorded = True
    _tell_made(program, made, file)
    made = _mark_in_clockify(program, ctx, made)
    if program.quiet and format_ == "table":
        program.say(made.bill.ref)
    elif not file.to_file and not (shown and format_ == "table"):
        writer.show(made.bill)
    if made.problem is not None:
        raise made.problem


def _mark_in_clockify(program: Program, ctx: AppContext, made: bills.Made) -> bills.Made:
    """Mark the entries of *made* in Clockify, if necessary; return the updated result."""
    from clockify_cli.actions.billing import bills

    result = bills.tell_clockify(ctx, made)
    program.note(*result.notes)
    if result.known:
        how = "not invoiced" if result.bill.state == "void" else "invoiced"
        program.note(f"Marked the entries of bill {quoted(result.bill.ref)} in Clockify as {how}.")
    return result


def _agree(program: Program, writer: _Writer, seen: Draft) -> None:
    """Show the lines and ask whether to bill them; UsageError if not."""
    screen = program.out if program.out.is_terminal else program.err
    writer.draw(screen, seen.bill)
    hint = "`-n` shows the lines without asking."
    program.confirm(f"Create bill {quoted(seen.bill.ref)}?", "nothing was billed", hint)


def _tell_made(program: Program, made: bills.Made, file: opt.FileChoice) -> None:
    bill = made.bill
    client = f" for {quoted(bill.client.name)}" if bill.client.name else ""
    hours = f"{decimal_text(bill.quantity)} h"
    named = f"bill {quoted(bill.ref)}{client}"
    what = f"{capitalized(named)} already exists" if made.already else f"Created {named}"
    where = f", written to {file.output}" if file.to_file else ""
    program.note(f"{what}: {hours}, {bill.total}{where}.")


# ── looking ──────────────────────────────────────────────────────────────────────────────────


@opt.command("bill list", "bill list --json")
def list_(program: Program, *, read: opt.ReadChoice, output: opt.OutputChoice) -> None:
    """List the bills, newest last."""
    from clockify_cli.actions.billing import bills
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.bill_rows import BILLS

    ctx = open_context(program, read)
    found = bills.every(ctx)
    choice = show_choice(output)
    if not found and choice.format_on(program.out) == "table":
        program.note("No bills yet: `clockify bill new -c CLIENT --ref REF` creates one.")
        return
    show_rows(program.out, time_format(ctx), BILLS, found, choice)


@opt.command("bill show 2026-041", "bill show 2026-041 --format csv -o 2026-041.csv")
def show(
    program: Program, *, which: Ref, file: opt.FileChoice, read: opt.ReadChoice, output: BillOutput
) -> None:
    """Show a bill as it was created."""
    from clockify_cli.actions.billing import bills

    format_ = _format(program, output, file)
    ctx = open_context(program, read)
    bill = bills.show(ctx, which.ref)
    writer = _Writer(program, time_format(ctx), output, format_, file)
    if not file.to_file:
        writer.show(bill)
        return
    with writer.prepare(bill) as put:
        put()
    program.note(f"Wrote bill {quoted(bill.ref)} to {file.output}.")


@opt.command(
    "bill check",
    "bill check 2026-041 --json",
    notes="Exits with 9 if something changed, is gone or is new.",
)
def check(
    program: Program,
    *,
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar="REF",
            autocompletion=complete.bill,
            help="Default: every bill that is not void.",
        ),
    ] = None,
    read: opt.ReadChoice,
    output: opt.OutputChoice,
) -> int | None:
    """Compare bills with what was tracked, and name what differs."""
    from clockify_cli.actions.billing import bills
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.bill_rows import FINDINGS, SHOWN_OF_A_FINDING, FindingRow

    ctx = open_context(program, read)
    found = bills.check(ctx, ref)
    program.note(*found.copy.notes)
    choice = show_choice(output)
    rows = [FindingRow(one) for one in found.findings]
    if choice.fields is None and choice.format_on(program.out) == "table":
        choice = replace(choice, fields=SHOWN_OF_A_FINDING)
    if rows or choice.format_on(program.out) != "table":
        show_rows(program.out, time_format(ctx), FINDINGS, rows, choice)
    for command_ in dict.fromkeys(row.command for row in rows):
        program.note(f"`{command_}` bills the difference.")
    if not rows:
        bills_ = counted(len(found.bills), "bill")
        program.note(f"Nothing changed in {bills_}." if found.bills else "No bills to check.")
    return FOUND if rows else None


@opt.command("bill void 2026-041")
def void(
    program: Program,
    *,
    which: Ref,
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Void a bill: its entries can be billed again, but its REF cannot be reused."""
    from clockify_cli.actions.billing import bills
    from clockify_cli.show.rows.bill_rows import bill_json

    ctx = open_context(program, read)
    made = bills.void(ctx, which.ref, dry_run=confirm.dry_run)
    program.recorded = not confirm.dry_run
    if confirm.dry_run and not (output.json or made.already):
        program.say(f"Would void bill {quoted(made.bill.ref)}: its entries could be billed again.")
        return
    made = _mark_in_clockify(program, ctx, made)
    if output.json:
        program.out.write_json(bill_json(made.bill, time_format(ctx)), indent=2)
    elif program.quiet:
        program.say(made.bill.ref)
    else:
        was = "was already void" if made.already else "is void; its entries can be billed again"
        program.say(f"Bill {quoted(made.bill.ref)} {was}.")
    if made.problem is not None:
        raise made.problem


# ── writing ──────────────────────────────────────────────────────────────────────────────────


def _format(program: Program, output: BillOutput, file: opt.FileChoice) -> Written:
    """Return the format named, else that of the file extension, else the default of the screen."""
    if output.is_template:
        return "template"
    found = format_of(program, output.named, file, FORMATS, what="a bill")
    if found or file.to_file:
        return found or "csv"
    return "table" if program.out.is_terminal else "tsv"


@dataclass(frozen=True)
class _Writer:
    """Writes a bill in the requested *format*."""

    program: Program
    times: TimeFormat
    output: BillOutput
    format: Written
    file: opt.FileChoice

    def show(self, bill: Bill, *, dry_run: bool = False) -> None:
        """Write *bill* to standard output."""
        if self.format == "xlsx" and not self.file.to_file:
            write_out(self.program, self._content(bill))
            return
        self._write(self.program.out, bill, dry_run=dry_run)

    def prepare(self, bill: Bill) -> AbstractContextManager[Callable[[], None]]:
        """Write *bill* to a temporary file; see `bills.Prepare`."""
        return put_aside(self.program, self.file, self._content(bill))

    def draw(self, screen: Screen, bill: Bill) -> None:
        """Draw *bill* for a person."""
        from clockify_cli.show.rows.bill_rows import SHOWN_OF_A_LINE

        parts = [f"Bill {bill.ref}", bill.client.name or "no client", _days_text(bill)]
        if bill.corrects:
            parts.append(f"corrects {bill.corrects}")
        if bill.state == "void":
            parts.append("void")
        parts += filter(None, [MARKED[bill.marked]])
        screen.say(" · ".join(parts), "")
        self._write_lines(screen, bill, "table", self.output.fields or SHOWN_OF_A_LINE)
        screen.say("", f"Total  {decimal_text(bill.quantity)} h  {bill.total}")

    def _content(self, bill: Bill) -> bytes:
        if self.format == "xlsx":
            from clockify_cli.show.formats.sheets import bill_sheet

            return bill_sheet(bill)
        text = StringIO()
        screen = replace(
            self.program.out, stream=text, is_terminal=False, color=False, unicode=True
        )
        self._write(screen, bill)
        return text.getvalue().encode("utf-8", "backslashreplace")

    def _write(self, screen: Screen, bill: Bill, *, dry_run: bool = False) -> None:
        if self.format == "html":
            from clockify_cli.cli.documents import readable
            from clockify_cli.show.formats.page import bill_page

            screen.write(readable(screen, bill_page(bill, self.times)))
        elif self.format == "json" and self.output.fields is None:
            from clockify_cli.show.rows.bill_rows import bill_json

            extra = {"dryRun": True} if dry_run else {}
            screen.write_json({**bill_json(bill, self.times), **extra}, indent=2)
        elif self.format == "table":
            self.draw(screen, bill)
        elif self.format != "xlsx":
            self._write_lines(screen, bill, self.format, self.output.fields)

    def _write_lines(
        self, screen: Screen, bill: Bill, format_: OutputFormat, fields: str | None
    ) -> None:
        from clockify_cli.show.formats.rows import OutputChoice as Chosen
        from clockify_cli.show.formats.rows import show_rows
        from clockify_cli.show.rows.bill_rows import LINES, line_rows

        chosen = Chosen(format_, fields, self.file.to_file, self.output.template or "")
        show_rows(screen, self.times, LINES, line_rows(bill), chosen)


def _days_text(bill: Bill) -> str:
    """Return the days that *bill* covers, including the last one."""
    covered = bill.range
    first, last = covered.days
    if first is None:
        return f"up to {covered.end.astimezone(ZoneInfo(covered.time_zone)):%Y-%m-%d %H:%M}"
    return f"{first}" if first == last else f"{first} to {last}"


bill = opt.Family(
    "Bill your time: make lines for an invoice, and never bill an hour twice.",
    "unbilled",
    {"unbilled": unbilled, "new": new, "list": list_, "show": show, "check": check, "void": void},
)
