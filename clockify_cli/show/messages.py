"""Sentences: what a change did, what is running, what can come next. No rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import (
    KINDS,
    LOCAL,
    NO_DESCRIPTION,
    REGULAR,
    counted,
    type_name,
    word_of,
)
from clockify_cli.domain.terminal_text import (
    clean_line,
    cut,
    cut_label,
    left,
    prompt_line,
    right,
    width,
)
from clockify_cli.show.screen import TAIL_GAP
from clockify_cli.values import replace

if TYPE_CHECKING:
    from clockify_cli.domain.entry import ChangeResult, Item, TimeEntry, Verb
    from clockify_cli.domain.status import Status
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

_PAST: dict[Verb, str] = {
    "start": "Started",
    "stop": "Stopped",
    "cancel": "Canceled",
    "add": "Added",
    "resume": "Resumed",
    "delete": "Deleted",
    "edit": "Changed",
    "split": "Split",
    "cut": "Kept",
    "join": "Joined",
    "rename": "Renamed",
    "archive": "Archived",
    "unarchive": "Unarchived",
    "merge": "Merged",
    "undo": "Undone",
    "redo": "Redone",
    "import": "Imported",
    "make": "Created",
    "send-local": "Moved",
    "decide": "",
    "bill": "Billed",
    "void": "Voided",
}
# For these changes, a list of the entries does not say what was done.
_SUMMED = frozenset({"undo", "redo", "import", "send-local", "decide"})
_HAD_ENDED = "Had ended"
_BEGINNINGS = frozenset({"Started", "Resumed"})
_GAP = 3
_SHORTEST_LABEL = 12
_EASY_LABEL = 32
_LEAST_TEXT = 12
"""The columns of a description whose project or task was just changed."""
TWICE = "An entry with several tags counts for each of them."
MOST_NAMED = 8
"""More names than this are only counted."""


def entry_label(entry: TimeEntry, named: Sequence[str] = (), *, marked: bool = True) -> str:
    """Return ``Write spec · Acme / Website #deep · billable``, on one line and clean.

    *named* are the fields that a command has set (`EntryInput.named`): their values are shown even
    if they are the usual ones. *marked*: a billable entry is marked as such.
    """
    names = [entry.description, work_label(entry), type_mark(entry)]
    label = " · ".join(name for name in names if name) or NO_DESCRIPTION
    tags = "".join(f" #{tag.name}" for tag in entry.tags)
    marks = [
        "not a break" if "type" in named and entry.type == REGULAR else "",
        ("billable" if entry.billable else "not billable" if "billable" in named else "")
        if marked
        else "",
        *(text for text in named if "=" in text),
    ]
    return clean_line(label + tags + "".join(f" · {mark}" for mark in marks if mark))


def _kept_marks(entry: TimeEntry, named: Sequence[str]) -> str:
    """Return the end of the label that says what a command has set; never left out."""
    own = {
        "type": f" · {type_mark(entry) or 'not a break'}",
        "tags": "".join(f" #{tag.name}" for tag in entry.tags),
        "billable": f" · {'billable' if entry.billable else 'not billable'}",
    }
    texts = [text for name, text in own.items() if name in named]
    return clean_line("".join([*texts, *(f" · {text}" for text in named if "=" in text)]))


def type_mark(entry: TimeEntry) -> str:
    """Return the type of an irregular *entry*, such as ``break``; else empty."""
    return "" if entry.type == REGULAR else type_name(entry.type)


def work_label(entry: TimeEntry) -> str:
    """Return the project, with its client before it and its task after it."""
    project = entry.project.label if entry.project else ""
    return f"{project} / {entry.task.name}" if entry.task else project


def when_text(entry: TimeEntry, times: TimeFormat, verb: str = "") -> str:
    """Return the local times of *entry*: ``at 09:02`` while running, ``09:02–10:15 · 1:13``."""
    if verb in _BEGINNINGS and entry.running:
        return f"at {times.moment_text(entry.start)}"
    length = times.length(entry.seconds(times.now))
    if entry.end is None:
        return f"since {times.moment_text(entry.start)} · {length}"
    return f"{times.span_text(entry.start, entry.end)} · {length}"


_Done = tuple[str, "TimeEntry", Sequence[str]]
"""The words for what was done, the entry, and the names of the fields that were set."""
Ended = tuple[str, str]
"""A line, and its ending: the tail of its entry's id, or nothing."""


def change_lines(change: ChangeResult, times: TimeFormat, screen: Screen) -> list[str]:
    """Return what *change* did, or would do; see `ended_lines`."""
    return [line for line, _ in ended_lines(change, times, screen, {})]


def ended_lines(
    change: ChangeResult, times: TimeFormat, screen: Screen, tails: Mapping[str, str]
) -> list[Ended]:
    """Return what *change* did: the names it made, the stopped timer, and each of its entries.

    *tails* are the short ids of the entries, by local id.
    """
    lines = [(line, "") for line in _of_names(change)]
    if change.items:
        return lines
    return lines + _in_line(_of_entries(change), times, screen, tails)


def answer_lines(
    said: ChangeResult,
    now: ChangeResult,
    times: TimeFormat,
    screen: Screen,
    tails: Mapping[str, str],
) -> list[Ended]:
    """Return what *now* adds to what was *said* before Clockify's answer arrived."""
    before = _of_names(said)
    lines = [(line, "") for line in _of_names(now) if line not in before]
    if now.items:
        return lines
    known = {entry.local_id: _words(verb, entry, times) for verb, entry, _ in _of_entries(said)}
    news = [
        (verb if verb == _HAD_ENDED or entry.local_id not in known else "Now", entry, named)
        for verb, entry, named in _of_entries(now)
        if known.get(entry.local_id) != _words(verb, entry, times)
    ]
    return lines + _in_line(news, times, screen, tails)


def _words(verb: str, entry: TimeEntry, times: TimeFormat) -> tuple[str, str, str]:
    return verb, entry_label(entry), when_text(entry, times, verb)


def _of_names(change: ChangeResult) -> list[str]:
    """Return lines on the names that *change* made, and on its subject if that is not an entry."""
    lines = [created_line(change)] if change.created and not change.already else []
    if change.matched:
        lines.append(found_line(change))
    if change.summary and change.verb in _SUMMED:
        lines.append(_summary(change))
    if change.already and not (change.entries or change.items):
        lines.append(f"Already done: change {change.change_id}.")
    if change.items:
        lines.append(_summary(change))
        if change.entries:
            would = "would change" if change.dry_run else "changed"
            lines.append(f"{counted(len(change.entries), 'entry')} {would}.")
    return lines


def _summary(change: ChangeResult) -> str:
    """Return ``Renamed tag deep to focus`` or ``Undone: delete Reading``.

    Decisions about the queue have such a sentence as their summary.
    """
    said = clean_line(change.summary)
    if change.verb == "decide":
        return said
    of_another = change.verb in ("undo", "redo") and not change.already
    return f"{_verb(change, change.verb)}{':' if of_another else ''} {said}"


def _of_entries(change: ChangeResult) -> list[_Done]:
    """Return each entry of *change* with the words for what was done to it."""
    as_now = change.verb in _SUMMED and not change.dry_run
    verb = "Now" if as_now else _verb(change, change.verb)
    # A whole timesheet was moved: it is only summed up.
    shown = () if change.verb == "send-local" and as_now else change.entries
    done = [(_of_entry(change, verb, entry), entry) for entry in shown]
    removed = "Would remove" if change.dry_run else "Removed"
    done += [(removed, entry) for entry in change.removed]
    if change.stopped is not None:
        ended = _of_entry(change, _verb(change, "stop"), change.stopped)
        done.insert(0, (ended, change.stopped))
    changed = {entry.local_id for entry in change.entries}
    return [
        (verb, entry, change.named if entry.local_id in changed else ()) for verb, entry in done
    ]


def _verb(change: ChangeResult, verb: Verb) -> str:
    """Return the words for what was done, or would be done."""
    if change.dry_run:
        return f"Would {word_of(verb)}"
    if change.already:
        return "Unchanged" if verb == "edit" else "Already done:"
    return _PAST[verb]


def _of_entry(change: ChangeResult, verb: str, entry: TimeEntry) -> str:
    """Return *verb*, or the words for a timer that had already ended or an entry that was added."""
    if entry.local_id in change.added:
        return _verb(change, "add")
    return _HAD_ENDED if entry.local_id in change.ended_before else verb


def _in_line(
    done: Sequence[_Done], times: TimeFormat, screen: Screen, tails: Mapping[str, str]
) -> list[Ended]:
    """Return a line for each verb and entry, aligned in columns, and its ending.

    On a terminal the label is cut so that the times stay on the same line; if there is no room for
    that, the times get their own line.
    """
    labels = [screen.letters(entry_label(entry, named)) for _, entry, named in done]
    whens = [screen.letters(when_text(entry, times, verb)) for verb, entry, _ in done]
    ends = [tails.get(entry.local_id, "") for _, entry, _ in done]
    verb_width = max((width(verb) for verb, *_ in done), default=0) + 2
    label_width = max(map(width, labels), default=0)
    when_width = max(map(width, whens), default=0)
    if any(ends):
        whens = [
            left(when, when_width) if end else when for when, end in zip(whens, ends, strict=True)
        ]
    if screen.is_terminal:
        end_width = max(map(len, ends), default=0)
        taken = when_width + (len(TAIL_GAP) + end_width if end_width else 0)
        room = screen.width - verb_width - _GAP - taken
        kept = (_kept_marks(entry, named) for _, entry, named in done)
        easy = max((_EASY_LABEL, *(_EASY_LABEL // 2 + width(marks) for marks in kept)))
        if end_width and room < min(label_width, easy):
            return _in_two_lines(done, whens, ends, screen)
        label_width = min(label_width, max(room, _SHORTEST_LABEL))
        labels = [_short_label(entry, label_width, screen, named) for _, entry, named in done]
        label_width = max(map(width, labels), default=0)
    return [
        (f"{left(verb, verb_width)}{left(label, label_width)}{' ' * _GAP}{when}", end)
        for (verb, *_), label, when, end in zip(done, labels, whens, ends, strict=True)
    ]


def _in_two_lines(
    done: Sequence[_Done], whens: Sequence[str], ends: Sequence[str], screen: Screen
) -> list[Ended]:
    lines = []
    for (verb, entry, named), when, end in zip(done, whens, ends, strict=True):
        label = _short_label(entry, screen.width - width(verb) - 2, screen, named)
        lines += [(f"{verb}  {label}", ""), (f"  {when}", end)]
    return lines


def _short_label(entry: TimeEntry, columns: int, screen: Screen, named: Sequence[str] = ()) -> str:
    """Cut `entry_label` to *columns*: a long description must not hide the project.

    Description and project get half each, plus what the other leaves free. The fields that a
    command has set (*named*) are left out or cut after all others.
    """
    label = screen.letters(entry_label(entry, named))
    if width(label) > columns:
        label = screen.letters(entry_label(entry, named, marked="billable" in named))
    kept = ""
    if named and width(label) > columns:
        mark = screen.letters("…")
        most = max(columns // 2, columns - _SHORTEST_LABEL)
        kept = cut(screen.letters(_kept_marks(entry, named)), most, mark=mark)
        entry = replace(entry, type=REGULAR, tags=(), billable=False)
        label = screen.letters(entry_label(entry))
    return _work_label(entry, label, columns - width(kept), screen, named) + kept


def _work_label(
    entry: TimeEntry, label: str, columns: int, screen: Screen, named: Sequence[str]
) -> str:
    """Cut *label*, or what it says of description and project, to *columns*."""
    mark, dot = screen.letters("…"), screen.letters(" · ")
    description = screen.letters(clean_line(entry.description))
    work = screen.letters(clean_line(work_label(entry)))
    room = columns - width(dot)
    if not (description and work) or width(description) + width(work) <= room:
        return cut(label, columns, mark=mark)
    only_work = "description" not in named and not {"project", "task"}.isdisjoint(named)
    least = min(width(description), _LEAST_TEXT if only_work else room // 2)
    work = cut_label(work, max(room - width(description), room - least), mark=mark)
    return f"{cut(description, room - width(work), mark=mark)}{dot}{work}"


def created_line(change: ChangeResult) -> str:
    """Return ``Created project Website, tag deep (on this computer).``; many names are counted."""
    here_only = all(item.workspace_id == LOCAL for item in change.created)
    verb = "Would create" if change.dry_run else "Created"
    named = _named(change, change.created)
    return clean_line(f"{verb} {named}{' (on this computer)' if here_only else ''}.")


def found_line(change: ChangeResult) -> str:
    """Return ``Found project Website in Clockify.``: it already existed and is used."""
    named = _named(change, change.matched)
    moved = change.verb == "send-local"
    return clean_line(f"Already in Clockify: {named}." if moved else f"Found {named} in Clockify.")


def _named(change: ChangeResult, items: Sequence[Item]) -> str:
    """Return *items* of *change* by name, or how many there are of each kind."""
    if len(items) > MOST_NAMED:
        counts = Counter(item.kind for item in items)
        return ", ".join(counted(counts[kind], kind) for kind in KINDS if counts[kind])
    known = (*change.owners, *change.created, *change.matched)
    names = {item.local_id: item.name for item in known}
    for item in known:
        if item.kind == "project" and item.client in names:
            names[item.local_id] = f"{names[item.client]} / {item.name}"
    for entry in change.entries:
        if entry.project and entry.project.client:
            names[entry.project.client.local_id] = entry.project.client.name
        if entry.project:
            names[entry.project.local_id] = entry.project.label
    parents = {item.client or item.project for item in items}
    return ", ".join(
        _called(item, names)
        for item in items
        # A client is named with its project.
        if not (item.kind == "client" and item.local_id in parents)
    )


def _called(item: Item, names: Mapping[str, str]) -> str:
    owner = {"project": "client", "task": "project"}.get(item.kind)
    parent = names.get(item.client or item.project or "")
    belongs = f" for {owner} {parent}" if owner and parent else ""
    return f"{item.kind} {item.name}{belongs}"


def status_lines(view: Status, times: TimeFormat, screen: Screen) -> list[str]:
    """Return the timer and today's total on one line, and what waits on another."""
    today = f"today {times.length(view.today_seconds)}"
    if view.of_types:
        today += f", {times.of_it(view.of_types)}"
    if view.due_seconds:
        today += f", due {times.length(view.due_seconds)}"
    if view.entry is None:
        lines = [_apart("No timer is running.", today, screen)]
    else:
        when = screen.letters(when_text(view.entry, times) + left_text(view, times))
        room = screen.width - width(f"Running  {when}{today}") - 2 * _GAP
        label = screen.letters(entry_label(view.entry))
        if screen.is_terminal and room < min(width(label), _EASY_LABEL):
            label = _short_label(view.entry, screen.width - width("Running  "), screen)
            lines = [f"Running  {label}", _apart(when, today, screen)]
        else:
            label = _short_label(view.entry, room, screen) if screen.is_terminal else label
            lines = [_apart(f"Running  {label}{' ' * _GAP}{when}", today, screen)]
    return lines + waiting_lines(view.pending, view.review)


def left_text(view: Status, times: TimeFormat) -> str:
    """Return `` · 0:12 left`` for a timer with a planned end; else empty."""
    return "" if view.left is None else f" · {times.length(view.left)} left"


def _apart(first: str, last: str, screen: Screen) -> str:
    """Put both on a line; on a terminal *last* is right-aligned, at column 80 at most."""
    columns = min(screen.width, 80) if screen.is_terminal else 0
    room = max(columns - width(first), width(last) + _GAP)
    return first + right(last, room)


def waiting_lines(pending: int, review: int) -> list[str]:
    """Return a line each for changes waiting to be sent and for a decision, if there are any."""
    waits = []
    if pending:
        waits.append(f"{pending} waiting to be sent")
    if review:
        waits.append(f"{review} needing your decision")
    return [" · ".join(waits) + " (`clockify queue`)"] if waits else []


def status_short(entry: TimeEntry | None, times: TimeFormat) -> str:
    """Return ``Write spec 1:13`` for a prompt; empty without a timer."""
    if entry is None:
        return ""
    seconds = entry.seconds(times.now)
    return prompt_line(short_label(entry), times.length(seconds), seconds=seconds)


def short_label(entry: TimeEntry) -> str:
    """Return a short name for *entry*: its description, else its project."""
    return entry.description or work_label(entry) or NO_DESCRIPTION


def next_line(screen: Screen, *commands: str) -> str:
    """Return ``Next: clockify stop · start · log``; a hyphen would look like an option."""
    return f"Next: clockify {(' · ' if screen.unicode else ' | ').join(commands)}"
