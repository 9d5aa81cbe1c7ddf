"""Tests of what is done if Clockify no longer holds what the person saw."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clockify_cli.sync.model.conflicts import (
    Adopt,
    EndFirst,
    EndItself,
    Held,
    Proceed,
    Review,
    Superseded,
    Undecided,
    body_of,
    deleting,
    editing,
    starting,
    stopping,
    stopping_any,
    values_of,
    version_of,
    version_text,
)
from clockify_cli.sync.model.remote import EntryBody, RemoteEntry
from clockify_cli.sync.model.row import of_entry
from clockify_cli.values import replace
from tests.sync.household import at

NOW = at("10:30")
START = EntryBody(start=at("10:00"), end=None, description="A")
HELD = RemoteEntry(
    id="e" * 24,
    user_id="u",
    workspace_id="w",
    start=at("09:00"),
    end=at("09:30"),
    description="X",
    tag_ids=("g", "h"),
    custom_fields=(("f1", 7),),
    type="BREAK",
)
TIMER = replace(HELD, end=None, description="W")


def start(
    running: RemoteEntry | None, now: datetime = NOW, *, retry_requested: bool = False
) -> object:
    return starting(START, of_entry(START), running, now, retry_requested=retry_requested)


def test_a_start_where_nothing_runs_goes_on() -> None:
    assert start(None) == Proceed(START)


def test_a_start_ends_the_timer_that_began_before_it_and_keeps_all_of_that() -> None:
    assert start(TIMER) == EndFirst(TIMER, replace(body_of(TIMER), end=at("10:00")))


def test_a_start_ends_itself_where_a_later_timer_runs() -> None:
    assert start(replace(TIMER, start=at("10:20"))) == EndItself(at("10:20"))


def test_a_start_takes_a_timer_just_like_it_for_its_own() -> None:
    same = replace(TIMER, start=at("10:00"), description="A")
    assert start(same) == Adopt(same)


def test_a_start_at_the_same_second_as_another_timer_is_for_the_person() -> None:
    assert isinstance(start(replace(TIMER, start=at("10:00"))), Review)


def test_a_start_at_the_same_second_as_another_timer_goes_on_by_the_persons_word() -> None:
    running = replace(TIMER, start=at("10:00"))
    ended = replace(body_of(running), end=at("10:00"))
    assert start(running, retry_requested=True) == EndFirst(running, ended)


def test_a_start_that_has_ended_here_ends_no_timer_of_the_same_second() -> None:
    running = replace(TIMER, start=at("10:00"))
    decided = starting(START, of_entry(START), running, NOW, stopped=True)
    assert decided == EndItself(at("10:00"))


def test_a_start_of_over_twelve_hours_ago_asks_first_and_then_obeys() -> None:
    later = NOW + timedelta(hours=12)
    assert isinstance(start(TIMER, later), Review)
    assert isinstance(start(TIMER, later, retry_requested=True), EndFirst)


def test_a_stop_sends_every_field_of_the_timer_that_runs() -> None:
    assert stopping(NOW, TIMER) == Proceed(replace(body_of(TIMER), end=NOW))


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (None, "superseded: deleted in Clockify"),
        (HELD, "superseded: ended there at 2026-11-24 09:30:00 UTC, here at 10:30:00 UTC"),
        (replace(HELD, end=NOW), "read back"),
    ],
    ids=["deleted", "ended at another time", "ended at ours"],
)
def test_a_stop_yields_to_what_happened_there(entry: RemoteEntry | None, verdict: str) -> None:
    assert stopping(NOW, entry) == Superseded(verdict, entry)


def test_a_stop_before_the_start_is_for_the_person() -> None:
    assert isinstance(stopping(at("08:00"), TIMER), Review)


def test_a_stop_of_whatever_ran_in_the_second_of_a_start_goes_by_which_came_first() -> None:
    ended = replace(body_of(TIMER), end=TIMER.start)
    assert stopping_any(TIMER.start, TIMER) == Proceed(ended)
    assert isinstance(stopping_any(TIMER.start, TIMER, started_after=True), Superseded)


def test_a_stop_in_the_second_of_the_start_is_sent_where_the_person_saw_that_start() -> None:
    stopped = stopping(TIMER.start, TIMER, began=TIMER.start)
    assert stopped == Proceed(replace(body_of(TIMER), end=TIMER.start))
    assert isinstance(stopping(TIMER.start, TIMER, began=at("08:00")), Review)


def test_an_edit_of_what_lasts_no_time_keeps_it_so() -> None:
    held = replace(HELD, end=HELD.start)
    ours = replace(body_of(held), description="Y")
    assert editing(values_of(held), {"description": "Y"}, ours, held) == Proceed(ours)


def test_a_stop_of_whatever_ran_leaves_what_began_later() -> None:
    assert isinstance(stopping_any(at("08:59"), TIMER), Superseded)
    assert stopping_any(NOW, None) == Superseded("superseded: nothing ran")
    assert stopping_any(NOW, TIMER) == Proceed(replace(body_of(TIMER), end=NOW))


def edit(there: RemoteEntry | None, **ours: object) -> object:
    wanted = replace(body_of(HELD), **ours)  # type: ignore[arg-type]
    fields = {name: values_of(wanted)[name] for name in ours}
    return editing(values_of(HELD), fields, wanted, there)


def test_an_edit_changes_its_fields_and_keeps_all_others() -> None:
    assert edit(HELD, description="Y") == Proceed(replace(body_of(HELD), description="Y"))


def twice(unit: str, *fields: str) -> Held:
    """Return what is held if both sides changed *fields* of *unit*."""
    return Held(frozenset({unit}), f"changed in Clockify too: {', '.join(fields or (unit,))}")


def test_edits_of_different_fields_merge() -> None:
    theirs = replace(HELD, billable=True)
    assert edit(theirs, description="Y") == Proceed(replace(body_of(theirs), description="Y"))


def test_edits_of_the_same_field_are_for_the_person_unless_they_agree() -> None:
    theirs = replace(HELD, description="Z")
    assert edit(theirs, description="Y") == Undecided((twice("description"),))
    assert edit(theirs, description="Z") == Superseded("read back", theirs)


def test_an_edit_of_what_is_gone_or_would_end_before_it_begins_is_for_the_person() -> None:
    assert isinstance(edit(None, description="Y"), Review)
    backward = Held(frozenset({"end"}), "it would end before it begins")
    assert edit(replace(HELD, start=at("09:20")), end=at("09:10")) == Undecided((backward,))


def test_tags_in_another_order_are_the_same_tags() -> None:
    theirs = replace(HELD, tag_ids=("h", "g"))
    assert deleting(values_of(HELD), theirs) == Proceed()


def test_a_deletion_spares_what_changed_unseen() -> None:
    changed = replace(HELD, end=at("09:45"))
    assert deleting(values_of(HELD), changed) == Review("changed in Clockify since: end")
    assert deleting(values_of(HELD), None) == Superseded("superseded: deleted in Clockify")
    assert deleting(None, HELD) == Proceed()


def test_a_version_reads_back_as_it_was_written() -> None:
    assert version_of(version_text(HELD)) == replace(HELD, rated=False)
    assert version_of(version_text(TIMER)) == replace(TIMER, rated=False)
