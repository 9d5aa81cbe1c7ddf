"""Tests of sending the journal to Clockify: the cost, and the result."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clockify_cli.sync.model.engine import EndedByLater, EndedForStart, EndedThere, StoppedOther
from clockify_cli.sync.model.remote import RemoteEntry
from clockify_cli.sync.push import PushOptions
from tests.sync.household import MINUTE, Household, at


def test_an_added_entry_is_sent_once_for_one_request(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    assert home.spent(home.push) == ["POST"]
    assert home.spent(home.push) == []
    assert home.there(local_id).description == "Standup"
    assert home.entry(local_id).sync_state == "synced"


def test_a_start_on_a_copy_that_knows_nothing_ends_what_runs_first(home: Household) -> None:
    other = home.twin.web_add(at("08:00"), None, "on the phone")
    local_id = home.start("Write")
    assert home.spent(home.push) == ["PATCH", "POST"]
    assert home.twin.held[other].end == at("09:00")
    assert home.there(local_id).end is None


def test_a_start_where_nothing_runs_needs_two_requests_once_and_then_one(home: Household) -> None:
    home.start("Write")
    assert home.spent(home.push) == ["PATCH", "POST"]
    home.clock.advance(60)
    home.stop()
    assert home.spent(home.push) == ["PATCH"]
    home.clock.advance(60)
    home.start("Again")
    assert home.spent(home.push) == ["POST"]


def test_starting_over_a_running_timer_stops_it_and_starts(home: Household) -> None:
    first = home.start("One")
    home.push()
    home.clock.advance(600)
    second = home.start("Two")
    assert home.spent(home.push) == ["PATCH", "POST"]
    assert home.there(first).end == at("09:10")
    assert home.there(second).end is None


def test_a_stop_names_what_it_stopped_when_another_timer_ran(home: Household) -> None:
    first = home.start("One")
    home.push()
    home.clock.advance(600)
    home.twin.web_edit(home.there(first).id, lambda e: replace(e, end=at("09:05")))
    other = home.twin.web_add(at("09:05"), None, "on the phone")
    home.clock.advance(600)
    home.stop()
    result = home.push()
    assert home.twin.held[other].end == at("09:20")
    assert home.entry(first).end == at("09:05")
    note, ended = result.notes
    assert ended == EndedThere(first, at("09:20"), at("09:05"))
    assert isinstance(note, StoppedOther)
    assert note.meant == first
    assert home.entry(note.stopped).server_id == other


def test_a_stop_of_a_timer_not_known_here_takes_one_request_and_learns_it(home: Household) -> None:
    other = home.twin.web_add(at("08:00"), None, "on the phone")
    home.stop()
    assert home.spent(home.push) == ["PATCH"]
    assert home.twin.held[other].end == at("09:00")
    (local_id,) = home.db.one("SELECT local_id FROM entry") or ("",)
    assert home.entry(local_id).description == "on the phone"


def test_a_stop_where_nothing_runs_is_settled_and_says_so(home: Household) -> None:
    home.stop()
    (settled,) = home.push().applied
    assert settled.verdict == "superseded: nothing ran"


def test_an_edit_asks_before_and_a_delete_of_a_fresh_entry_does_not(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.edit(local_id, lambda f: replace(f, description="Daily"))
    assert home.spent(home.push) == ["GET", "PUT"]
    home.delete(local_id)
    assert home.spent(home.push) == ["DELETE"]
    assert home.twin.held == {}


def test_an_edit_of_a_stale_copy_looks_first_and_keeps_what_it_does_not_know(
    home: Household,
) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_edit(
        home.there(local_id).id,
        lambda e: replace(e, custom_fields=(("f1", 7),), type="BREAK", billable=True),
    )
    home.clock.advance(3600)
    home.edit(local_id, lambda f: replace(f, description="Daily"))
    assert home.spent(home.push) == ["GET", "PUT"]
    there = home.there(local_id)
    assert (there.description, there.type, there.custom_fields) == ("Daily", "BREAK", (("f1", 7),))
    assert there.end == at("08:30")
    assert home.entry(local_id).billable


def test_what_both_sides_changed_waits_for_a_decision(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, description="Theirs"))
    home.clock.advance(3600)
    home.edit(local_id, lambda f: replace(f, description="Ours"))
    result = home.push()
    assert result.review == 1
    assert result.reviewed[0].verdict == "changed in Clockify too: description"
    assert home.there(local_id).description == "Theirs"


def test_what_changed_unseen_is_never_deleted(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, end=at("08:45")))
    home.clock.advance(3600)
    home.delete(local_id)
    result = home.push()
    assert result.reviewed[0].verdict == "changed in Clockify since: end"
    assert len(home.twin.held) == 1


def test_a_deletion_of_what_is_gone_already_is_settled(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_delete(home.there(local_id).id)
    home.delete(local_id)
    assert home.spent(home.push) == ["DELETE", "GET", "GET", "GET"]
    assert home.states() == ["APPLIED", "APPLIED"]


def test_names_go_before_the_entries_that_use_them(home: Household) -> None:
    home.twin.faults.extend(["", "offline"])
    client = home.name("client", "Acme")
    project = home.name("project", "Website", client=client)
    tag = home.name("tag", "deep")
    local_id = home.add(at("08:00"), at("09:00"), "Write", project=project, tags=(tag,))
    assert home.push().stopped_why == "offline"
    assert home.push(eager=True).waiting == 0
    there = home.there(local_id)
    (project_id,) = [i.id for i in home.twin.names.values() if i.kind == "project"]
    assert there.project_id == project_id
    assert len(there.tag_ids) == 1
    assert home.twin.names[project_id].client_id is not None


def test_a_name_that_exists_already_is_adopted(home: Household) -> None:
    theirs = home.twin.web_name("tag", "deep")
    tag = home.name("tag", "deep")
    local_id = home.add(at("08:00"), at("09:00"), tags=(tag,))
    home.push()
    assert home.there(local_id).tag_ids == (theirs,)


def test_an_entry_whose_project_will_never_be_there_waits_for_a_decision(home: Household) -> None:
    project = home.name("project", "Website")
    home.add(at("08:00"), at("09:00"), project=project)
    home.db.run("UPDATE journal SET state = 'DROPPED' WHERE seq = 1")
    (settled,) = home.push().reviewed
    assert settled.verdict == "a name in it is not in Clockify"


def test_offline_changes_of_one_entry_are_one_request(home: Household) -> None:
    home.start("Write")
    home.clock.advance(1800)
    local_id = home.stop()
    home.edit(local_id, lambda f: replace(f, description="Written"))
    home.clock.advance(3600)
    assert home.spent(home.push) == ["POST"]
    there = home.there(local_id)
    assert (there.description, there.end) == ("Written", at("09:30"))
    assert home.states() == ["APPLIED", "DROPPED", "DROPPED"]


def test_what_was_made_and_deleted_offline_is_never_sent(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"))
    home.delete(local_id)
    assert home.spent(home.push) == []
    assert home.states() == ["DROPPED", "DROPPED"]


def test_a_refused_row_is_kept_and_blocks_only_its_entry(home: Household) -> None:
    from clockify_cli.sync.model.remote import Rejected

    home.twin.refusal = Rejected(400, 400, "project is required")
    refused = home.add(at("08:00"), at("08:30"))
    assert home.push().rejected[0].verdict == "project is required"
    home.twin.refusal = None
    home.edit(refused, lambda f: replace(f, description="more"))
    home.add(at("07:00"), at("07:30"))
    result = home.push()
    assert home.states() == ["REJECTED", "PENDING", "APPLIED"]
    assert (result.waiting, result.review) == (1, 1)
    assert home.entry(refused).sync_state == "review"


def test_a_refused_key_pauses_everything_and_nothing_is_lost(home: Household) -> None:
    home.add(at("08:00"), at("08:30"))
    home.add(at("08:30"), at("08:40"))
    home.twin.faults.append("refused")
    result = home.push()
    assert (result.stopped_why, result.waiting) == ("paused", 2)
    assert home.push().waiting == 0
    assert len(home.twin.held) == 2


def test_at_the_limit_rows_wait_and_it_says_until_when(home: Household) -> None:
    home.twin.plan = "FREE"
    home.know_workspace()
    for n in range(35):
        home.add(at("07:00") + MINUTE * n, at("07:01") + MINUTE * n)
    result = home.push()
    assert (result.stopped_why, result.waiting) == ("limit", 5)
    assert result.until == at("10:00")
    home.clock.advance(3601)
    assert home.push().waiting == 0
    assert len(home.twin.held) == 35


def test_a_429_closes_the_window_for_everybody(home: Household) -> None:
    home.twin.plan = "FREE"
    home.know_workspace()
    home.add(at("08:00"), at("08:30"))
    home.twin.faults.append("limited")
    assert home.push().stopped_why == "limit"
    assert home.spent(home.push) == []


def test_another_sender_is_left_to_do_it(home: Household) -> None:
    from clockify_cli.sync.guard import sole_sender

    home.add(at("08:00"), at("08:30"))
    with sole_sender(home.folder / "sync.lock"):
        assert home.push().stopped_why == "locked"
    assert home.push().waiting == 0


def test_a_row_that_comes_in_while_another_is_sent_goes_out_too(home: Household) -> None:
    other = Household(home.folder, home.clock, home.twin)
    home.twin.limiter = home.limiter

    def once() -> None:
        home.twin.meanwhile = lambda: None
        other.add(at("08:30"), at("08:40"), "from another terminal")
        assert other.push().stopped_why == "locked"
        home.twin.limiter = home.limiter

    home.twin.meanwhile = once
    home.add(at("08:00"), at("08:30"), "here")
    assert home.push().waiting == 0
    assert len(home.twin.held) == 2


def test_a_row_taken_back_while_another_is_sent_does_not_go_out(home: Household) -> None:
    from clockify_cli.store.timesheet.undo import undo
    from tests.sync.household import KEY
    from tests.sync.twin import USER, WORKSPACE

    home.add(at("08:00"), at("08:30"), "stays")
    home.add(at("08:30"), at("08:40"), "goes")
    other = Household(home.folder, home.clock, home.twin)
    home.twin.limiter = home.limiter

    def once() -> None:
        home.twin.meanwhile = lambda: None
        undo(other.db, WORKSPACE, at=home.now, account=KEY, user=USER)

    home.twin.meanwhile = once
    assert home.push().waiting == 0
    assert [e.description for e in home.twin.held.values()] == ["stays"]


def test_a_push_ends_with_its_deadline(home: Household) -> None:
    home.add(at("08:00"), at("08:30"))
    assert home.push(deadline=0.0).stopped_why == "deadline"
    assert home.twin.held == {}


# ── the timer, when others have touched it ───────────────────────────────────────────────────


def test_a_start_from_the_queue_ends_the_earlier_timer_of_the_web(home: Household) -> None:
    home.twin.web_add(at("08:30"), None, "on the phone")
    local_id = home.start("Write")
    home.clock.advance(1800)
    result = home.push()
    assert [e.end for e in home.twin.held.values()] == [at("09:00"), None]
    (note,) = result.notes
    assert isinstance(note, EndedForStart)
    assert (note.started, note.at) == (local_id, at("09:00"))


def test_a_start_from_the_queue_gives_way_to_a_later_timer_of_the_web(home: Household) -> None:
    local_id = home.start("Write")
    home.clock.advance(1800)
    later = home.twin.web_add(at("09:20"), None, "on the phone")
    result = home.push()
    assert home.there(local_id).end == at("09:20")
    assert home.twin.held[later].end is None
    assert result.notes == (EndedByLater(local_id, at("09:20")),)
    assert home.entry(local_id).end == at("09:20")


def test_a_start_sent_in_vain_and_stopped_since_gives_way_to_a_later_timer_too(
    home: Household,
) -> None:
    home.start("One")
    home.push()
    home.clock.advance(60)
    home.stop()
    home.push()
    home.twin.faults.append("lost")
    local_id = home.start("Two")
    home.push()
    home.clock.advance(30)
    home.twin.web_add(at("2026-11-24 09:01:20"), None, "on the phone")
    home.clock.advance(30)
    home.stop()
    home.clock.advance(300)
    assert home.push().waiting == 0
    assert home.there(local_id).end == at("2026-11-24 09:01:20")
    assert home.entry(local_id).end == at("2026-11-24 09:01:20")
    assert [e.description for e in home.twin.held.values() if e.end is None] == ["on the phone"]


def test_an_old_start_from_the_queue_asks_before_it_ends_a_timer(home: Household) -> None:
    home.twin.web_add(at("08:30"), None, "on the phone")
    home.start("Write")
    home.clock.advance(13 * 3600)
    result = home.push()
    assert result.review == 1
    assert len(home.twin.held) == 1


def test_a_timer_that_runs_there_alike_is_adopted(home: Household) -> None:
    local_id = home.start("Write")
    theirs = home.twin.web_add(at("09:00"), None, "Write")
    home.clock.advance(1800)
    home.push()
    assert home.entry(local_id).server_id == theirs
    assert len(home.twin.held) == 1


@pytest.mark.parametrize("what", ["ended", "deleted"])
def test_a_stop_from_the_queue_yields_to_what_happened_there(home: Household, what: str) -> None:
    local_id = home.start("Write")
    home.push()
    there = home.there(local_id)
    if what == "ended":
        home.twin.web_edit(there.id, lambda e: replace(e, end=at("09:10")))
    else:
        home.twin.web_delete(there.id)
    home.clock.advance(1800)
    home.stop()
    home.clock.advance(1800)
    (settled,) = home.push().applied
    assert settled.verdict.startswith("superseded")
    if what == "ended":
        assert home.entry(local_id).end == at("09:10")
    assert all(e.end is not None for e in home.twin.held.values())


def test_a_stop_from_the_queue_leaves_another_timer_alone(home: Household) -> None:
    local_id = home.start("Write")
    home.push()
    home.clock.advance(600)
    home.stop()
    home.clock.advance(600)
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, end=at("09:12")))
    other = home.twin.web_add(at("09:12"), None, "on the phone")
    home.push()
    assert home.twin.held[other].end is None


def test_a_stop_that_completes_the_entry_sends_every_field_at_once(home: Household) -> None:
    local_id = home.start("Write")
    home.push()
    home.clock.advance(60)
    home.stop(description="Written")
    assert home.spent(home.push) == ["GET", "PUT"]
    there: RemoteEntry = home.there(local_id)
    assert (there.description, there.end) == ("Written", at("09:01"))


def test_an_undone_deletion_of_what_was_deleted_makes_it_anew(home: Household) -> None:
    from clockify_cli.store.timesheet.undo import undo
    from tests.sync.household import KEY
    from tests.sync.twin import USER, WORKSPACE

    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    first = home.there(local_id).id
    home.delete(local_id)
    home.push()
    undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)
    home.push()
    assert home.there(local_id).id != first
    home.edit(local_id, lambda f: replace(f, description="Daily"))
    home.push()
    assert [e.description for e in home.twin.held.values()] == ["Daily"]


@pytest.mark.parametrize(("minutes", "sent"), [(5, ["DELETE"]), (6, ["GET", "DELETE"])])
def test_a_copy_of_five_minutes_is_believed_and_one_of_six_is_not(
    home: Household, minutes: int, sent: list[str]
) -> None:
    home.options = PushOptions(fresh=timedelta(minutes=5))
    local_id = home.add(at("08:00"), at("08:30"))
    home.push()
    home.clock.advance(minutes * 60)
    home.delete(local_id)
    assert home.spent(home.push) == sent
