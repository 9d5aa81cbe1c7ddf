"""Tests that a conflict holds back one field only: the rest, and a stop's end, are sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.store.sync import journal
from clockify_cli.sync import decide
from clockify_cli.sync.model.remote import Rejected, RemoteEntry
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED

OURS = "ours"
THEIRS = "theirs"
Theirs = Callable[[RemoteEntry], RemoteEntry]


def known(home: Household, words: str = "Standup") -> str:
    """Create an entry that Clockify holds, seen here an hour ago."""
    local_id = home.add(at("07:00"), at("07:30"), words)
    home.push()
    home.clock.advance(3600)
    return local_id


def running(home: Household) -> str:
    """Create a timer that Clockify holds, seen here an hour ago."""
    local_id = home.start("Write")
    home.push()
    home.clock.advance(3600)
    return local_id


def on_the_phone(home: Household, local_id: str, edited: Theirs) -> None:
    home.twin.web_edit(home.there(local_id).id, edited)


def called(words: str) -> Theirs:
    return lambda there: replace(there, description=words)


def described(words: str) -> Callable[[EntryFields], EntryFields]:
    return lambda fields: replace(fields, description=words)


def waiting(home: Household, local_id: str) -> list[tuple[str, str, set[str]]]:
    """Return kind, state and fields of the entry's rows that wait."""
    found = []
    for row in journal.open_rows_of(home.db, local_id):
        before, after = json.loads(row.before or "{}"), json.loads(row.after or "{}")
        changed = {name for name in before if before[name] != after.get(name)}
        found.append((row.kind, row.state, changed))
    return found


# ── a stop ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("waited", [False, True])
def test_a_stop_goes_out_though_its_description_was_changed_elsewhere(
    home: Household, *, waited: bool
) -> None:
    local_id = running(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.stop(description=OURS)
    result = home.push(waited=waited)
    assert (home.there(local_id).end, home.there(local_id).description) == (at("10:00"), THEIRS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]
    assert [row.verdict for row in result.reviewed] == ["changed in Clockify too: description"]
    assert [row.change for row in result.reviewed] == [row.change for row in result.applied]
    assert home.entry(local_id).end == at("10:00")
    assert home.entry(local_id).description == OURS
    assert home.entry(local_id).sync_state == "review"


def test_a_stop_passes_an_edit_of_its_timer_that_waits_for_a_decision(home: Household) -> None:
    local_id = running(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, described(OURS))
    home.push()
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]
    home.clock.advance(600)
    home.stop()
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("10:10"), THEIRS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]


def test_a_stop_passes_an_edit_of_its_timer_that_was_refused(home: Household) -> None:
    local_id = running(home)
    home.twin.faults.append(REFUSED)
    home.edit(local_id, described(OURS))
    home.push()
    home.stop()
    home.push()
    assert home.there(local_id).end == at("10:00")
    assert waiting(home, local_id) == [("edit", "REJECTED", {"description"})]


def test_the_next_timer_starts_while_an_edit_of_the_last_waits_for_a_decision(
    home: Household,
) -> None:
    local_id = running(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, described(OURS))
    home.push()
    home.start("Next")
    home.push()
    assert home.there(local_id).end == at("10:00")
    assert home.described() == ["Next", THEIRS]


def test_a_stop_goes_out_though_its_project_cannot_be_made(home: Household) -> None:
    local_id = running(home)
    project = home.name("project", "Website")
    home.edit(local_id, lambda f: replace(f, project=project))
    home.twin.faults.append(REFUSED)
    home.push()
    home.stop(description=OURS)
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("10:00"), OURS)
    assert waiting(home, local_id) == [("edit", "PENDING", {"project"})]
    (row,) = journal.open_rows_of(home.db, project)
    decide.retry(home.db, KEY, row.seq)
    home.push()
    assert home.there(local_id).project_id is not None
    assert home.there(local_id).end == at("10:00")
    assert waiting(home, local_id) == []


def test_a_stop_that_says_more_goes_out_though_the_project_in_it_cannot_be_made(
    home: Household,
) -> None:
    local_id = running(home)
    project = home.name("project", "Website")
    home.twin.faults.append(REFUSED)
    home.push()
    with home.change("stop") as change:
        fields = replace(home.entry(local_id).fields, end=home.now, project=project)
        change.update_entry(local_id, fields, kind="stop")
    home.push()
    assert home.there(local_id).end == at("10:00")
    assert waiting(home, local_id) == [("edit", "PENDING", {"project"})]
    (row,) = journal.open_rows_of(home.db, project)
    decide.drop(home.db, KEY, row.seq)
    home.push()
    assert waiting(home, local_id) == [("edit", "REVIEW", {"project"})]


def test_a_stop_goes_out_though_clockify_refuses_what_else_it_says(home: Household) -> None:
    local_id = running(home)
    home.twin.faults.append(REFUSED)
    home.stop(description="too long")
    result = home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("10:00"), "Write")
    assert waiting(home, local_id) == [("edit", "REJECTED", {"description"})]
    assert [row.verdict for row in result.rejected] == ["not allowed here"]


def test_a_stop_that_is_locked_is_refused_as_a_whole(home: Household) -> None:
    local_id = running(home)
    locked = Rejected(403, 403, "this time is locked")
    home.twin.put_refusal = locked
    home.stop(description=OURS)
    home.push()
    assert home.there(local_id).end is None
    assert waiting(home, local_id) == [("stop", "REJECTED", {"end", "description"})]


def test_of_a_stop_before_the_start_the_description_goes_out(home: Household) -> None:
    local_id = running(home)
    on_the_phone(home, local_id, lambda there: replace(there, start=at("10:30")))
    home.stop(description=OURS)
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (None, OURS)
    assert waiting(home, local_id) == [("stop", "REVIEW", {"end"})]


def test_a_stop_that_was_overtaken_asks_about_its_description_alone(home: Household) -> None:
    local_id = running(home)
    on_the_phone(home, local_id, lambda there: replace(there, end=at("09:30"), description=THEIRS))
    home.stop(description=OURS)
    home.push()
    assert home.there(local_id).end == home.entry(local_id).end == at("09:30")
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]


# ── an edit ──────────────────────────────────────────────────────────────────────────────────


def billed_and_called(words: str) -> Callable[[EntryFields], EntryFields]:
    return lambda fields: replace(fields, billable=True, description=words)


def test_of_an_edit_the_field_in_conflict_alone_waits(home: Household) -> None:
    local_id = known(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, billed_and_called(OURS))
    home.push()
    assert (home.there(local_id).billable, home.there(local_id).description) == (True, THEIRS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]
    assert home.states() == ["APPLIED", "APPLIED", "REVIEW"]


def test_each_field_in_conflict_waits_by_itself(home: Household) -> None:
    local_id = known(home)
    on_the_phone(home, local_id, lambda there: replace(there, description=THEIRS, end=at("07:45")))
    home.edit(
        local_id,
        lambda f: replace(f, description=OURS, end=at("07:50"), billable=True),
    )
    home.push()
    assert home.there(local_id).billable
    assert waiting(home, local_id) == [
        ("edit", "REVIEW", {"end"}),
        ("edit", "REVIEW", {"description"}),
    ]
    end, _ = journal.open_rows_of(home.db, local_id)
    decide.retry(home.db, KEY, end.seq)
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("07:50"), THEIRS)


def test_fields_that_are_both_to_be_sent_again_both_arrive(home: Household) -> None:
    local_id = known(home)
    on_the_phone(home, local_id, lambda there: replace(there, description=THEIRS, billable=True))
    on_the_phone(home, local_id, lambda there: replace(there, end=at("07:45")))
    home.edit(local_id, lambda fields: replace(fields, description=OURS, end=at("07:50")))
    home.push()
    rows = journal.open_rows_of(home.db, local_id)
    assert [row.state for row in rows] == ["REVIEW", "REVIEW"]

    for row in rows:
        decide.retry(home.db, KEY, row.seq)
    home.push()

    there = home.there(local_id)
    assert (there.end, there.description, there.billable) == (at("07:50"), OURS, True)
    assert waiting(home, local_id) == []


def test_a_project_and_its_task_are_decided_on_together(home: Household) -> None:
    website, other = home.name("project", "Website"), home.name("project", "Other")
    design = home.name("task", "Design", project=website)
    home.push()
    theirs = next(i.id for i in home.twin.names.values() if i.name == "Other")
    local_id = known(home)
    on_the_phone(home, local_id, lambda there: replace(there, project_id=theirs))
    home.edit(local_id, lambda f: replace(f, project=website, task=design, description=OURS))
    home.push()
    there = home.there(local_id)
    assert (there.project_id, there.task_id, there.description) == (theirs, None, OURS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"project", "task"})]
    assert other != website


def test_custom_fields_are_merged_one_by_one(home: Household) -> None:
    local_id = known(home)

    def with_custom(*pairs: tuple[str, str]) -> Theirs:
        return lambda there: replace(there, custom_fields=pairs)

    on_the_phone(home, local_id, with_custom(("a", "1"), ("b", "1"), ("c", "1")))
    home.pull()
    home.clock.advance(3600)
    on_the_phone(home, local_id, with_custom(("a", "2"), ("b", "1"), ("c", "2")))
    ours = [{"customFieldId": i, "value": v} for i, v in (("a", "1"), ("b", "3"), ("c", "3"))]
    home.edit(local_id, lambda f: replace(f, custom_fields=json.dumps(ours)))
    home.push()
    assert dict(home.there(local_id).custom_fields) == {"a": "2", "b": "3", "c": "2"}
    here = {
        one["customFieldId"]: one["value"]
        for one in json.loads(home.entry(local_id).fields.custom_fields)
    }
    assert here == {"a": "2", "b": "3", "c": "3"}
    (row,) = journal.open_rows_of(home.db, local_id)
    assert row.verdict == "changed in Clockify too: custom field"
    decide.retry(home.db, KEY, row.seq)
    home.push()
    assert dict(home.there(local_id).custom_fields) == {"a": "2", "b": "3", "c": "3"}


def test_times_that_no_longer_fit_wait_and_the_rest_goes_out(home: Household) -> None:
    local_id = known(home)
    on_the_phone(home, local_id, lambda there: replace(there, start=at("07:20")))
    home.edit(local_id, lambda f: replace(f, end=at("07:10"), description=OURS))
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("07:30"), OURS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"end"})]


def test_a_timer_that_would_run_on_beside_another_waits_and_the_rest_goes_out(
    home: Household,
) -> None:
    local_id = known(home)
    home.twin.web_add(at("08:00"), None, "on the phone")
    home.edit(local_id, lambda f: replace(f, end=None, description=OURS))
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("07:30"), OURS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"end"})]


def test_many_entries_of_one_change_are_each_settled_by_themselves(home: Household) -> None:
    ids = [home.add(at(f"0{hour}:00"), at(f"0{hour}:30"), f"at {hour}") for hour in (5, 6, 7)]
    home.push()
    home.clock.advance(3600)
    on_the_phone(home, ids[1], called(THEIRS))
    with home.change("edit") as change:
        for local_id in ids:
            fields = home.entry(local_id).fields
            change.update_entry(local_id, replace(fields, description=OURS, billable=True))
    home.twin.faults.extend(["lost", "lost", "lost"])
    home.push()
    assert home.states() == ["APPLIED"] * 3 + ["UNKNOWN", "UNKNOWN", "UNKNOWN", "REVIEW"]
    home.clock.advance(121)
    home.push()
    assert [home.there(local_id).description for local_id in ids] == [OURS, THEIRS, OURS]
    assert all(home.there(local_id).billable for local_id in ids)
    assert waiting(home, ids[1]) == [("edit", "REVIEW", {"description"})]


# ── what comes after ─────────────────────────────────────────────────────────────────────────


def conflict(home: Household) -> str:
    """Create a description that waits for a decision: row 3, a part of change 2."""
    local_id = known(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, billed_and_called(OURS))
    home.push()
    return local_id


def test_an_edit_of_another_field_passes_what_waits_for_a_decision(home: Household) -> None:
    local_id = conflict(home)
    home.edit(local_id, lambda f: replace(f, end=at("07:40")))
    home.push()
    assert home.there(local_id).end == at("07:40")
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]


def test_of_a_later_edit_the_same_field_waits_and_the_rest_goes_out(home: Household) -> None:
    local_id = conflict(home)
    home.edit(local_id, lambda f: replace(f, end=at("07:40"), description="later"))
    home.push()
    assert (home.there(local_id).end, home.there(local_id).description) == (at("07:40"), THEIRS)
    assert waiting(home, local_id) == [
        ("edit", "REVIEW", {"description"}),
        ("edit", "PENDING", {"description"}),
    ]
    decide.retry(home.db, KEY, 3)
    home.push()
    assert home.there(local_id).description == home.entry(local_id).description == "later"
    assert waiting(home, local_id) == []


def test_a_field_that_is_given_up_is_so_in_the_edits_that_were_sent_as_one(
    home: Household,
) -> None:
    local_id = known(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, lambda fields: replace(fields, billable=True))
    home.edit(local_id, described("first"))
    home.edit(local_id, described("second"))
    home.twin.faults.append(REFUSED)
    home.push()
    rest, field = journal.open_rows_of(home.db, local_id)
    assert (rest.state, field.state) == ("REJECTED", "REVIEW")

    decide.drop(home.db, KEY, field.seq)

    assert (home.entry(local_id).description, home.entry(local_id).billable) == (THEIRS, True)
    decide.retry(home.db, KEY, rest.seq)
    home.push(waited=True)
    assert (home.there(local_id).description, home.there(local_id).billable) == (THEIRS, True)
    assert (home.entry(local_id).description, home.entry(local_id).billable) == (THEIRS, True)
    assert waiting(home, local_id) == []


def test_a_deletion_waits_for_the_decision(home: Household) -> None:
    local_id = conflict(home)
    home.delete(local_id)
    home.push()
    assert home.there(local_id).description == THEIRS
    decide.retry(home.db, KEY, 3)
    home.push()
    home.push(waited=True)
    assert home.twin.held == {}


def test_what_is_changed_elsewhere_meanwhile_is_seen_here(home: Household) -> None:
    local_id = running(home)
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, described(OURS))
    home.push()
    on_the_phone(home, local_id, lambda there: replace(there, end=at("09:30"), billable=True))
    home.pull()
    entry = home.entry(local_id)
    assert (entry.end, entry.billable, entry.description) == (at("09:30"), True, OURS)
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]


def test_who_agrees_with_clockify_by_now_is_not_asked(home: Household) -> None:
    local_id = conflict(home)
    on_the_phone(home, local_id, called(OURS))
    home.pull()
    assert waiting(home, local_id) == []
    assert home.entry(local_id).sync_state == "synced"


def test_what_nobody_here_has_seen_is_not_overwritten_by_what_waits(home: Household) -> None:
    local_id = known(home)
    home.twin.faults.append(REFUSED)
    home.edit(local_id, described(OURS))
    home.push()
    on_the_phone(home, local_id, called(THEIRS))
    home.edit(local_id, lambda f: replace(f, billable=True))
    home.push()
    assert home.there(local_id).billable
    decide.retry(home.db, KEY, 2)
    home.push()
    assert home.there(local_id).description == THEIRS
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]


def test_what_is_changed_again_after_the_question_is_asked_about_again(home: Household) -> None:
    local_id = conflict(home)
    on_the_phone(home, local_id, called("theirs, again"))
    decide.retry(home.db, KEY, 3)
    home.push()
    assert home.there(local_id).description == "theirs, again"
    decide.retry(home.db, KEY, 3)
    home.push()
    assert home.there(local_id).description == OURS


def test_what_was_asked_about_before_a_backup_is_asked_about_after_it(
    home: Household, tmp_path: Path
) -> None:
    local_id = conflict(home)
    home.copied(tmp_path / "backup")
    home.add(at("08:00"), at("08:30"), "Later")
    home.push()
    home.restored(tmp_path / "backup")
    for _ in range(3):
        home.clock.advance(121)
        home.push(waited=True, eager=True)
    assert home.there(local_id).description == THEIRS
    assert waiting(home, local_id) == [("edit", "REVIEW", {"description"})]
