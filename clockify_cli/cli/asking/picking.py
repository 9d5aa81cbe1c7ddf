"""Let a person pick required fields, what to start, and what to edit."""

from __future__ import annotations

from collections.abc import Sequence

from clockify_cli.actions.clockify.freshness import fresh_names
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names import catalogue
from clockify_cli.actions.names.workspace_rules import Incomplete
from clockify_cli.actions.tracking.entry_input import EntryInput
from clockify_cli.cli.asking.picker import Choice, can_pick, pick
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import SENT_TYPES, Kind, TimeEntry
from clockify_cli.domain.workspace import CustomField, Missing
from clockify_cli.errors import UsageError
from clockify_cli.show.messages import entry_label
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.store.timesheet import entries
from clockify_cli.values import replace

LISTED = 40
"""More choices than this are not listed; the person types a name instead."""


def picked(
    program: Program, ctx: AppContext, given: EntryInput, refusal: Incomplete
) -> EntryInput | None:
    """Return *given* with its first missing field; None if the person picks nothing."""
    lacking = refusal.lacking[0]
    given = replace(given, typed=given.typed or given)
    if lacking.field is not None:
        text = _field_value(program, lacking.field)
        custom = (*given.custom, f"{lacking.field.id}={text}")
        return replace(given, custom=custom) if text else None
    if lacking.what == "description":
        text = program.ask("Description?", instead=lacking.option)
        return replace(given, description=text) if text else None
    names = _names(program, ctx, lacking, refusal.project)
    if not names:
        return None
    if lacking.what == "tag":
        return replace(given, tags=names)
    if lacking.what == "task":
        return replace(given, task=names[0])
    return replace(given, project=names[0])


def _names(
    program: Program, ctx: AppContext, lacking: Missing, project: str | None
) -> tuple[str, ...]:
    """Return the words for the project, task or tags that the person picks; empty if none."""
    kind: Kind = lacking.what if lacking.what == "tag" or lacking.what == "task" else "project"
    of = project if kind == "task" else None
    program.note(*fresh_names(ctx, kind, of).notes)
    choices = []
    for row in catalogue.listed(ctx, kind, project=of):
        client = f"{row.client.name} / " if row.client else ""
        choices.append(Choice(f"{client}{row.item.name}", row.item.local_id))
    several = kind == "tag"
    question = (
        "Which tags (numbers or names, separated by commas)?" if several else f"Which {kind}?"
    )
    return _pick(program, choices, question, lacking.option, several=several)


def _field_value(program: Program, field: CustomField) -> str:
    if not field.allowed:
        return program.ask(f"{field.name}?", instead="--field NAME=VALUE")
    choices = [Choice(value, value) for value in field.allowed]
    picked = _pick(program, choices, f"{field.name}?", "--field NAME=VALUE", only=True)
    return picked[0] if picked else ""


def _pick(
    program: Program,
    choices: Sequence[Choice],
    question: str,
    option: str,
    *,
    several: bool = False,
    only: bool = False,
) -> tuple[str, ...]:
    """Return the words of the choices that the person picks, or gives by number or name.

    *only*: no other names are accepted.
    """
    if can_pick(program):
        given = question.partition(" (")[0].removesuffix("?") + "?"
        picked, typed = pick(program, given, choices, free="" if only else "New:", several=several)
        return tuple(word or typed for word in picked)
    if len(choices) <= LISTED:
        program.note(*(f"  {at}  {choice.label}" for at, choice in enumerate(choices, 1)))
    while True:
        answer = program.ask(question, instead=option)
        parts = [part.strip() for part in (answer.split(",") if several else [answer])]
        words = tuple(_word(part, choices) for part in parts if part)
        if "" not in words:
            return words
        program.note(f"Type a number from 1 to {len(choices)}, a name, or nothing.")


def _word(answer: str, choices: Sequence[Choice]) -> str:
    """Return the word that *answer* means; empty for a number outside the list."""
    if not (answer.isascii() and answer.isdecimal()) or answer in {c.label for c in choices}:
        return answer
    number = int(answer[:9])
    return choices[number - 1].word if 0 < number <= len(choices) else ""


OFFERED = 50
"""The number of entries, or of recent descriptions, that are offered."""
_EMPTY = "none of these"


def recent_thing(program: Program, ctx: AppContext, times: TimeFormat) -> TimeEntry | str | None:
    """Return what the person wants to start: a similar entry, or a typed description.

    An empty text is a timer without description. None if nothing was tracked yet. Raises UsageError
    if the person leaves.
    """
    found = entries.recent(ctx.db, ctx.workspace, ctx.user, OFFERED)
    found = [entry for entry in found if entry.type in SENT_TYPES]
    if not found:
        return None
    choices = [
        Choice(entry_label(entry), entry.local_id, times.day_text(times.local(entry.start).date()))
        for entry in found
    ]
    choices.append(Choice("(no description)", _EMPTY))
    word, typed = _left(pick(program, "Start what?", choices, free="New:"))
    if not word:
        return typed
    return "" if word == _EMPTY else entries.get(ctx.db, word)


def last_entry(program: Program, ctx: AppContext, times: TimeFormat) -> str | None:
    """Return the local id of the recent entry that the person picks; None if there is none.

    Raises UsageError if the person leaves.
    """
    found = entries.newest(ctx.db, ctx.workspace, ctx.user, OFFERED)
    if not found:
        return None
    choices = [
        Choice(f"{_span(entry, times)}  {entry_label(entry)}", entry.local_id) for entry in found
    ]
    return _left(pick(program, "Edit which entry?", choices))[0]


def _span(entry: TimeEntry, times: TimeFormat) -> str:
    if entry.end is None:
        return f"{times.moment_text(entry.start)}–now"
    return times.span_text(entry.start, entry.end)


def _left(picked: tuple[tuple[str, ...], str]) -> tuple[str, str]:
    """Return the word and the text that were *picked*; UsageError if the person left."""
    words, typed = picked
    if not words:
        raise UsageError("nothing was changed")
    return words[0], typed
