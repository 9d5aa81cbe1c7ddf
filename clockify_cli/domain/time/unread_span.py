"""Explain why the words contain no SPAN: what was probably meant, and how to write it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clockify_cli.domain.terminal_text import LONGEST_QUOTE
from clockify_cli.domain.time.points import names_day, read_clock, read_point, unreadable
from clockify_cli.domain.time.spans import (
    EXAMPLES,
    MERE_NUMBERS,
    MOST_WORDS,
    bare_times,
    is_clock,
    parse_span,
    split_words,
)
from clockify_cli.domain.time.zones import TimeContext, quoted
from clockify_cli.errors import TimeError

MOST_SEARCHED = 40
"""In longer texts the order of day, time and description is not searched for a slip."""
# `9.30-10.30`, `9h-10h`, `9-10:30,`
RESEMBLING = r"[0-9]\S* ?(?:\.\.|[-–—]) ?[0-9]\S*"
IN_WORDS = r"(?:from )?(.*[^ ]) (?:to|till|until) (.+)"


def refuse_unread(words: Sequence[str], ctx: TimeContext) -> None:
    """Raise TimeError that quotes what in *words* was probably meant as a SPAN or part of one.

    *words* end with no SPAN that `split_words` finds.
    """
    if not words:
        return
    _refuse_order(words, ctx)
    for first in range(max(0, len(words) - MOST_WORDS), len(words)):
        run = " ".join(words[first:])
        _refuse_bare_times(run, ctx)
        _refuse_numbers(run)
        _refuse_in_words(run, ctx)
        _refuse_point(run, ctx)
    if names_day(words[-1], ctx):
        raise unreadable(words[-1], ctx, future=True)
    for count in (3, 1):
        run = " ".join(words[-count:])
        if re.fullmatch(RESEMBLING, run):
            parse_span(run, ctx)


def _refuse_order(words: Sequence[str], ctx: TimeContext) -> None:
    """Refuse `9-10 yesterday` and `9-10 Call Ann`."""
    for end in range(len(words) - 1, 0, -1) if len(words) <= MOST_SEARCHED else ():
        before, span = split_words(words[:end], ctx)
        if span is None:
            continue
        found, rest = " ".join(words[len(before) : end]), " ".join(words[end:])
        ordered = f"{rest} {found}"
        is_span = _is_span(ordered, ctx)
        is_day = is_span or names_day(words[-1], ctx)
        where = "Put the day first" if is_day else "Put the time last"
        shown = len(ordered) <= LONGEST_QUOTE and is_day == is_span
        raise TimeError(
            f"{quoted(rest)} comes after the span {quoted(found)}",
            f'{where}: "{ordered}".' if shown else f"{where}. {EXAMPLES}",
        )


def _refuse_bare_times(run: str, ctx: TimeContext) -> None:
    """Refuse `555-1234` and `yesterday 2024-2025`, which can be a time or a description."""
    found = bare_times(run)
    if found is None or not (found[0] == "" or _is_span(run, ctx)):
        return
    day, *numbers = found
    start, end = (_clock_text(number) for number in numbers)
    typed = f"{day} {start}-{end}".strip()
    raise TimeError(
        f"{quoted(run)} can be a time, from {start} to {end}, or part of the description",
        f'As the time, write "{typed}". As the description, keep it and say when it was with'
        " --from TIME --to TIME.",
    )


def _clock_text(number: str) -> str:
    """Return ``5:55`` for ``555``, ``9:00`` for ``9``."""
    clock = read_clock(number)
    assert clock is not None  # noqa: S101 (`bare_times` gives times of day alone)
    return f"{clock.seconds // 3600}:{clock.seconds % 3600 // 60:02}"


def _refuse_numbers(run: str) -> None:
    """Refuse `9-25`, in which one number is not a time of day."""
    if match := re.fullmatch(MERE_NUMBERS, run):
        wrong = next((number for number in match.groups() if not is_clock(number)), "")
        raise TimeError(
            f"{quoted(run)} is not a span: {quoted(wrong)} is not a time of day",
            f"Hours go to 24 and minutes to 59. {EXAMPLES}",
        )


def _refuse_in_words(run: str, ctx: TimeContext) -> None:
    """Refuse `9 to 10`."""
    match = re.fullmatch(IN_WORDS, run, re.IGNORECASE)
    meant = "-".join(match.groups()) if match else ""
    if meant and _is_span(meant, ctx):
        raise TimeError(f"{quoted(run)} is not a span", f'Write "{meant}".')


def _refuse_point(run: str, ctx: TimeContext) -> None:
    """Refuse `9:00`; but in a description `now` and `last` are more likely words."""
    if run.lower() in ("now", "last"):
        return
    try:
        is_point = read_point(run, ctx) is not None
    except TimeError:
        # `4567` is only a number, `25:00` is not.
        if ":" in run:
            raise
        return
    if is_point:
        raise TimeError(f"{quoted(run)} is one time, and a span needs two", EXAMPLES)


def _is_span(text: str, ctx: TimeContext) -> bool:
    try:
        parse_span(text, ctx)
    except TimeError:
        return False
    return True
