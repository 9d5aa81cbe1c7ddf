"""A bill as one HTML page: for a client to read and to print, without a request to anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from clockify_cli.domain.money import decimal_text
from clockify_cli.show.terminal_text import clean_line

if TYPE_CHECKING:
    from clockify_cli.domain.bill import Bill, Line
    from clockify_cli.show.time_format import TimeFormat

_STYLE = """
:root { color-scheme: light dark; --line: #c8ccd0; --faint: #595f66; }
@media (prefers-color-scheme: dark) { :root { --line: #4a5056; --faint: #a9b0b7; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
p { color: var(--faint); margin: 0.25rem 0 1.5rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: 0.5rem 0; }
th, td { text-align: left; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot th, tfoot td { font-weight: bold; border-bottom: 0; }
@media print {
  :root { color-scheme: light; --line: #999; --faint: #333; }
  body { margin: 0; max-width: none; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
}
""".strip()

_HEADS = (
    ("Description", ""),
    ("Service", ""),
    ("Hours", "number"),
    ("Price per hour", "number"),
    ("Amount", "number"),
)


def page(bill: Bill, times: TimeFormat) -> str:
    """The whole page; every text in it is escaped."""
    title = f"Bill {_text(bill.ref)}"
    heads = "".join(f'<th scope="col"{_class(kind)}>{head}</th>' for head, kind in _HEADS)
    rows = "\n".join(map(_row, bill.lines))
    total = f"{bill.total.text} {_text(bill.currency)}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{_under(bill, times)}</p>
<div class="table" role="region" aria-label="Lines" tabindex="0">
<table>
<caption>Hours in decimals, amounts in {_text(bill.currency)}</caption>
<thead>
<tr>{heads}</tr>
</thead>
<tbody>
{rows}
</tbody>
<tfoot>
<tr><th scope="row" colspan="2">Total</th><td class="number">{decimal_text(bill.quantity)}</td>\
<td></td><td class="number">{total}</td></tr>
</tfoot>
</table>
</div>
</main>
</body>
</html>
"""


def _under(bill: Bill, times: TimeFormat) -> str:
    """What stands below the title: for whom, of which days, and what it is about."""
    parts = [f"For {bill.client.name}"] if bill.client.name else []
    if bill.lines:
        first = min(line.first for line in bill.lines)
        last = max(line.last for line in bill.lines)
        parts.append(f"{first}" if first == last else f"{first} to {last}")
    parts.append(f"made on {times.local(bill.created):%Y-%m-%d}")
    if bill.corrects:
        parts.append(f"corrects bill {bill.corrects}")
    if bill.state == "void":
        parts.append("void")
    return " · ".join(map(_text, parts))


def _row(line: Line) -> str:
    days = f"{line.first}" if line.first == line.last else f"{line.first} to {line.last}"
    cells = (
        ("", _text(line.description)),
        ("", days),
        ("number", line.quantity_text),
        ("number", line.price_text),
        ("number", line.amount_text),
    )
    first, *others = (f"{_class(kind)}>{text}" for kind, text in cells)
    return (
        f'<tr><th scope="row"{first}</th>' + "".join(f"<td{each}</td>" for each in others) + "</tr>"
    )


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _text(text: str) -> str:
    return escape(clean_line(text))
