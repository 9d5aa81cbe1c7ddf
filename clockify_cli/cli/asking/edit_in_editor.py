"""`clockify edit` in the user's editor: one entry as TOML, whole days as lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.tracking import editing
from clockify_cli.cli.asking.editor import edited_text
from clockify_cli.cli.context import input_of, recording
from clockify_cli.cli.options import EntryOptions, members
from clockify_cli.cli.program import Program
from clockify_cli.cli.quick import read
from clockify_cli.domain import edit_text
from clockify_cli.domain.edit_text import DayEdits, DayLine
from clockify_cli.domain.entry import (
    BREAK,
    DEFAULTS,
    NONE,
    PLAIN,
    REGULAR,
    ChangeResult,
    TimeEntry,
    counted,
)
from clockify_cli.domain.time.spans import MOST_WORDS, Span, parse_span
from clockify_cli.errors import TimeError, UsageError
from clockify_cli.values import replace

if TYPE_CHECKING:
    from typing import Any

    from clockify_cli.actions.tracking.entry_input import EntryInput
    from clockify_cli.domain.time.zones import TimeContext

EDITOR = "`clockify edit last -p PROJECT` changes a field without an editor."


def edit_entry(
    program: Program, ctx: AppContext, entry: TimeEntry, request: editing.EditEntries
) -> ChangeResult | None:
    """Let the person edit *entry* as text; None if nothing was changed."""
    projects, tags = editing.names_to_choose(ctx)
    before = edit_text.entry_text(entry, ctx.zone, projects, tags)

    def act(text: str) -> ChangeResult | None:
        changed = edit_text.changed_values(before, text)
        if not changed:
            return None
        wanted = _as_request(changed, request)
        return recording(
            program,
            ctx,
            wanted.given,
            lambda said, _: editing.edit(ctx, (entry,), replace(wanted, given=said)),
        )

    return edited_text(program, before, act, suffix=".toml", instead=EDITOR)


def _as_request(changed: Mapping[str, object], request: editing.EditEntries) -> editing.EditEntries:
    """Return *request* with the fields that were *changed* in the text."""
    words = {key: str(value) or NONE for key, value in changed.items()}
    plain: dict[str, Any] = {
        name: words[name] if isinstance(DEFAULTS[name], str) else changed[name]
        for name in PLAIN
        if name in changed
    }
    tags = changed.get("tags")
    billable = changed.get("billable")
    given = replace(
        request.given,
        project=words.get("project"),
        task=words.get("task"),
        tags=(tuple(map(str, tags)) or (NONE,)) if isinstance(tags, list) else None,
        billable=billable if isinstance(billable, bool) else None,
        **plain,
    )
    start, end = (str(changed[key]) if key in changed else None for key in ("start", "end"))
    return replace(request, given=given, start=start, end=end, seconds_seen=True)


def edit_days(
    program: Program, ctx: AppContext, words: str, request: editing.EditEntries
) -> ChangeResult | None:
    """Let the person edit the days of the RANGE *words* as text; None if nothing was changed."""
    range_, entries = editing.days_of(ctx, words)
    day = range_.first if range_.first == range_.last else None
    before = edit_text.days_text(entries, ctx.zone, day)
    by_tail = {tail: local_id for local_id, tail in edit_text.tails(entries).items()}
    known = {entry.local_id: entry for entry in entries}

    def act(text: str) -> ChangeResult | None:
        edits = edit_text.read_days(before, text)
        if edits == DayEdits():
            return None
        gone = tuple(known[by_tail[tail]] for tail in edits.deleted)
        if len(gone) > 1 and not (request.yes or request.dry_run):
            program.confirm(f"Delete {counted(len(gone), 'entry')} whose lines were taken out?")
        touched = [by_tail[line.tail] for line in edits.changed]
        context = ctx.time_context(without=(*touched, *(entry.local_id for entry in gone)))
        lines = tuple(
            _line(context, line, day, known[by_tail[line.tail]] if line.tail else None)
            for line in (*edits.changed, *edits.added)
        )

        def perform(said: EntryInput, _: bool) -> ChangeResult:
            return editing.edit_days(
                ctx,
                editing.EditDays(
                    lines=lines,
                    making=said.making,
                    deleted=gone,
                    overlap=request.overlap,
                    adjust=request.adjust,
                    yes=request.yes,
                    dry_run=request.dry_run,
                ),
            )

        return recording(program, ctx, request.given, perform)

    return edited_text(program, before, act, suffix=".txt", instead=EDITOR)


def _line(
    context: TimeContext, line: DayLine, day: date | None, entry: TimeEntry | None
) -> editing.EditedLine:
    """Parse *line* as words typed after ``add``."""
    text = edit_text.one_line(entry.description) if entry else ""
    # An unchanged description is kept as it is, even if it reads like a time or an option.
    kept = text in line.options[1:] and text != ""
    words = line.options.index(text, 1) if kept else MOST_WORDS
    own = len(edit_text.span_text(entry, context.zone, day).split()) if entry else 0
    span: Span | None = None
    if own and line.options[:own] == line.before[:own]:
        rest = line.options[own:]
    else:
        span, rest = _leading_span(context, line, day, words)
    said = _read_line(rest, line.number, text if kept else "")
    if entry is not None:
        said = _unlike(said, _read_line(line.before[own:], line.number, text))
    return editing.EditedLine(number=line.number, given=said, span=span, entry=entry)


def _read_line(options: tuple[str, ...], number: int, kept: str) -> EntryInput:
    """Return the fields in *options*; the description is None if it is exactly *kept*."""
    if kept:
        place = options.index(kept)
        said = _read_line_or_none((*options[:place], *options[place + 1 :]), number)
        if said is not None and said.description == NONE:
            return replace(said, description=None)
    said = _read_line_or_none(options, number)
    if said is None:
        raise UsageError(
            f"line {number} cannot be read",
            "After the time, write what you would type after `clockify add`: text, -p PROJECT, "
            "-g TAG …",
        )
    return said


def _read_line_or_none(options: tuple[str, ...], number: int) -> EntryInput | None:
    found = read(["add", *options])
    if found is None:
        return None
    given: dict[str, Any] = found[1]
    fields = members(EntryOptions)
    if others := given.keys() - {*fields, "words", "is_break"}:
        raise UsageError(
            f"line {number} has an option that is not a field of an entry: {min(others)}",
            "A line has a time, a description, -p, -k, -g, -b or -B, --break and --field.",
        )
    options_ = EntryOptions(**{name: given[name] for name in fields if name in given})
    said = input_of(options_, words=given.get("words"))
    return replace(
        said,
        description=said.description or NONE,
        project=given.get("project") or NONE,
        task=given.get("task") or NONE,
        tags=said.tags or (NONE,),
        type=BREAK if given.get("is_break") else REGULAR,
    )


def _unlike(said: EntryInput, before: EntryInput) -> EntryInput:
    """Return *said* without fields equal to *before*, whose names may be ambiguous."""
    same = {name for name in ("description", "tags", "type") if _same(said, before, name)}
    if _same(said, before, "project"):
        same |= {name for name in ("project", "task") if _same(said, before, name)}
    nothing: dict[str, Any] = dict.fromkeys(same)
    return replace(said, **nothing)


def _same(said: EntryInput, before: EntryInput, name: str) -> bool:
    return bool(getattr(said, name) == getattr(before, name))


def _leading_span(
    context: TimeContext, line: DayLine, day: date | None, words: int
) -> tuple[Span, tuple[str, ...]]:
    """Split off the longest SPAN, of at most *words* words, at the beginning of *line*."""
    refusal: TimeError | None = None
    for count in range(min(MOST_WORDS, words, len(line.options)), 0, -1):
        try:
            span = parse_span(" ".join(line.options[:count]), context, day=day)
        except TimeError as error:
            refusal = error
            continue
        return span, line.options[count:]
    assert refusal is not None  # noqa: S101 (a line has a word)
    raise UsageError(f"line {line.number}: {refusal.message}", refusal.hint)
