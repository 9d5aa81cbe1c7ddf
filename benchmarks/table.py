"""The results as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from benchmarks.rows import PEAK_BAR, ROWS, Row
from benchmarks.runs import Result

OURS = "clockify"


def as_json(results: Iterable[Result]) -> str:
    """Return an array with an object for each result."""
    return json.dumps(
        [
            {
                "program": result.program,
                "row": result.row.title,
                "multiple": round(result.multiple, 2),
                "milliseconds": round(result.milliseconds, 1),
                "peakMiB": round(result.peak, 1),
                "bar": result.row.bar if result.program == OURS else None,
                "verdict": result.verdict if result.program == OURS else None,
            }
            for result in results
        ],
        indent=2,
    )


def as_table(results: Sequence[Result]) -> str:
    """Return Markdown: a line for each row, a column for each program."""
    others = list(dict.fromkeys(r.program for r in results if r.program != OURS))
    head = ["command", OURS, "bar", "", "peak MiB", *others]
    found = {(result.program, result.row.key): result for result in results}
    lines = [head, ["---", "---:", "---:", "---", "---:", *("---:" for _ in others)]]
    lines += [
        [*_our_cells(found[OURS, row.key]), *(_cell(found.get((name, row.key))) for name in others)]
        for row in ROWS
        if (OURS, row.key) in found
    ]
    lines.append(_prompt_line(found[OURS, "short"], others))
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _our_cells(result: Result) -> list[str]:
    row: Row = result.row
    return [
        row.title,
        f"{result.multiple:.1f}",
        f"{row.bar:.1f}",
        result.verdict,
        f"{result.peak:.1f}",
    ]


def _cell(result: Result | None) -> str:
    return "–" if result is None else f"{result.multiple:.1f} ({result.peak:.0f} MiB)"


def _prompt_line(prompt: Result, others: Sequence[str]) -> list[str]:
    verdict = "ok" if prompt.peak <= PEAK_BAR else "over"
    cells = ["peak memory of a prompt, MiB", f"{prompt.peak:.1f}", f"{PEAK_BAR:.1f}", verdict, ""]
    return [*cells, *("" for _ in others)]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if n in (1, 2, 4) or n > 4 else cell.ljust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
