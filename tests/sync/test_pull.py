"""Tests of updating the copy to what Clockify holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from clockify_cli.domain.entry import TimeEntry
from clockify_cli.errors import NotFound
from clockify_cli.store.sync import replica
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.sync.guard import FREE_LIMIT
from clockify_cli.sync.model.remote import Page, RemoteEntry
from clockify_cli.sync.pull import PullOptions, refresh_names, refresh_timer
from tests.sync.household import HOUR, MINUTE, Household, at
from tests.sync.twin import USER, WORKSPACE


def known(home: Household) -> list[str]:
    found = entries.in_range(
        home.db, WORKSPACE, USER, at("2020-01-01 00:00"), at("2030-01-01 00:00")
    )
    return [entry.description for entry in found]


@pytest.mark.long
def test_the_first_copy_of_a_year_of_2000_entries_costs_eight_requests_at_most(
    home: Household,
) -> None:
    project = home.twin.web_name("project", "Website", client=home.twin.web_name("client", "Acme"))
    tag = home.twin.web_name("tag", "deep")
    for n in range(2000):
        start = at("2026-01-01 00:00") + timedelta(hours=4 * n)
        made = home.twin.web_add(start, start + MINUTE, f"entry {n}")
        home.twin.held[made] = replace(home.twin.held[made], project_id=project, tag_ids=(tag,))
    spent = home.spent(lambda: home.pull(at("2026-01-01 00:00"), at("2027-01-01 00:00"), "both"))
    assert len(spent) <= 8
    assert len(known(home)) == 2000
    entry = entries.in_range(
        home.db, WORKSPACE, USER, at("2026-02-01 00:00"), at("2026-02-02 00:00")
    )[0]
    assert entry.project is not None
    assert (entry.project.label, [t.name for t in entry.tags]) == ("Acme / Website", ["deep"])


def test_a_later_pull_of_a_day_is_one_request(home: Household) -> None:
    made = home.twin.web_add(at("07:00"), at("07:30"), "before")
    home.pull()
    home.twin.web_edit(made, lambda e: replace(e, description="after"))
    assert home.spent(home.pull) == ["GET"]
    assert known(home) == ["after"]


def test_what_is_as_it_was_counts_as_unchanged(home: Household) -> None:
    home.twin.web_add(at("07:00"), at("07:30"))
    assert home.pull().changed == 1
    assert home.pull().changed == 0


def rates_of(home: Household) -> list[str]:
    return [extra for (extra,) in home.db.all("SELECT extra FROM entry ORDER BY start")]


def test_rates_that_clockify_sent_stay_where_a_later_answer_is_silent_about_them(
    home: Household,
) -> None:
    site, other = home.twin.web_name("project", "Site"), home.twin.web_name("project", "Other")
    made = home.twin.web_add(at("07:00"), at("07:30"))
    home.twin.held[made] = replace(home.twin.held[made], project_id=site, hourly_rate=(9500, "EUR"))
    home.pull()
    sent = '{"hourlyRate":{"amount":9500,"currency":"EUR"}}'
    assert rates_of(home) == [sent]

    home.twin.web_edit(made, lambda e: replace(e, hourly_rate=None, rated=False))
    assert home.pull().changed == 0
    home.twin.web_edit(made, lambda e: replace(e, description="after"))
    assert (home.pull().changed, rates_of(home)) == (1, [sent])

    home.twin.web_edit(made, lambda e: replace(e, project_id=other))
    assert (home.pull().changed, rates_of(home)) == (1, ["{}"])


def test_rates_that_clockify_took_away_are_gone(home: Household) -> None:
    made = home.twin.web_add(at("07:00"), at("07:30"))
    home.twin.web_edit(made, lambda e: replace(e, hourly_rate=(9500, "EUR")))
    home.pull()
    home.twin.web_edit(made, lambda e: replace(e, hourly_rate=None))
    assert (home.pull().changed, rates_of(home)) == (1, ["{}"])


def test_what_was_deleted_there_is_gone_here(home: Household) -> None:
    gone = home.twin.web_add(at("07:00"), at("07:30"), "gone")
    home.twin.web_add(at("08:00"), at("08:30"), "stays")
    home.pull()
    home.twin.web_delete(gone)
    assert home.pull().deleted == 1
    assert known(home) == ["stays"]


def test_a_list_that_breaks_off_deletes_nothing(home: Household) -> None:
    for n in range(6):
        home.twin.web_add(at(f"0{n}:00"), at(f"0{n}:30"), str(n))
    home.twin.page_cap = 2
    home.pull()
    home.twin.web_delete(next(iter(home.twin.held)))
    home.twin.read_faults.extend(["", "lost"])
    result = home.pull()
    assert (result.complete, result.stopped_why, result.deleted) == (False, "offline", 0)
    assert len(known(home)) == 6


def test_entries_that_all_vanish_at_once_look_like_a_fault(home: Household) -> None:
    for n in range(6):
        home.twin.web_add(at(f"0{n}:00"), at(f"0{n}:30"), str(n))
    home.pull()
    home.twin.held.clear()
    assert home.pull().stopped_why == "empty"
    assert len(known(home)) == 6
    assert home.pull(options=PullOptions(accept_empty=True)).deleted == 6
    assert known(home) == []


def test_the_only_entry_may_vanish(home: Household) -> None:
    made = home.twin.web_add(at("07:00"), at("07:30"))
    home.pull()
    home.twin.web_delete(made)
    assert home.pull().deleted == 1


@pytest.mark.parametrize("held", [1, 6])
def test_a_list_that_is_empty_once_takes_nothing_away(home: Household, held: int) -> None:
    for n in range(held):
        home.twin.web_add(at(f"0{n}:00"), at(f"0{n}:30"), str(n))
    home.pull()
    home.twin.entries = first_empty(home.twin.entries)  # type: ignore[method-assign]
    result = home.pull()
    assert (result.stopped_why, result.deleted) == ("empty", 0)
    assert len(known(home)) == held
    assert home.pull().complete


def test_where_others_are_there_the_only_entry_of_a_day_may_vanish(home: Household) -> None:
    home.twin.web_add(at("2026-11-10 07:00"), at("2026-11-10 07:30"), "stays")
    made = home.twin.web_add(at("07:00"), at("07:30"), "gone")
    home.pull()
    home.twin.web_delete(made)
    assert home.pull().deleted == 1


def first_empty(entries: Callable[..., Page[RemoteEntry]]) -> Callable[..., Page[RemoteEntry]]:
    """Return *entries*, except that the first list is empty."""
    read_at = count()

    def listed(*args: Any, **more: Any) -> Page[RemoteEntry]:
        page = entries(*args, **more)
        return page if next(read_at) else replace(page, items=(), last=True)

    return listed


def test_what_waits_keeps_its_words(home: Household) -> None:
    made = home.twin.web_add(at("07:00"), at("07:30"), "theirs")
    home.pull()
    (entry,) = entries.in_range(home.db, WORKSPACE, USER, at("00:00"), at("23:00"))
    home.edit(entry.local_id, lambda f: replace(f, description="ours"))
    home.twin.web_edit(made, lambda e: replace(e, billable=True))
    home.pull()
    assert known(home) == ["ours"]
    home.push()
    there = home.there(entry.local_id)
    assert (there.description, there.billable) == ("ours", True)


def test_what_was_deleted_here_and_waits_does_not_come_back(home: Household) -> None:
    home.twin.web_add(at("07:00"), at("07:30"))
    home.pull()
    (entry,) = entries.in_range(home.db, WORKSPACE, USER, at("00:00"), at("23:00"))
    home.delete(entry.local_id)
    home.pull()
    assert known(home) == []


def test_an_entry_that_a_request_under_way_may_have_made_is_left_to_reading_back(
    home: Household,
) -> None:
    home.twin.faults.append("late")
    home.twin.lateness = 5.0
    home.add(at("07:00"), at("07:30"), "ours")
    home.push()
    home.clock.advance(10)
    home.pull()
    assert known(home) == ["ours"]
    home.push()
    assert known(home) == ["ours"]
    assert home.states() == ["APPLIED"]


def test_what_was_made_long_before_a_request_under_way_is_there_at_once(home: Household) -> None:
    home.twin.web_add(at("2025-03-03 07:00"), at("2025-03-03 07:30"), "Standup")
    home.clock.advance(2 * 3600)
    home.twin.faults.append("lost")
    home.add(at("07:00"), at("07:30"), "Standup")
    home.push()
    year = at("2025-01-01 00:00"), at("2026-01-01 00:00")
    home.pull(*year)
    assert known(home) == ["Standup", "Standup"]
    assert gaps(home, *year) == []


def test_a_window_of_which_something_was_left_out_does_not_count_as_fetched(
    home: Household,
) -> None:
    home.twin.faults.append("lost")
    home.add(at("07:00"), at("07:30"), "Standup")
    home.push()
    home.twin.web_add(at("2025-03-03 07:00"), at("2025-03-03 07:30"), "Standup")
    year = at("2025-01-01 00:00"), at("2026-01-01 00:00")
    home.pull(*year)
    assert known(home) == ["Standup"]
    assert gaps(home, *year) == [year]
    home.clock.advance(300)
    home.push()
    home.pull(*year)
    assert known(home) == ["Standup", "Standup"]
    assert gaps(home, *year) == []


def test_a_page_that_is_too_large_is_asked_for_in_halves(home: Household) -> None:
    for n in range(30):
        home.twin.web_add(at("01:00") + MINUTE * n, at("01:01") + MINUTE * n, str(n))
    home.twin.largest_page = 60
    result = home.pull(options=PullOptions(page_size=200))
    assert result.complete
    assert len(known(home)) == 30


@pytest.mark.parametrize(("fault", "why"), [("offline", "offline"), ("refused", "paused")])
def test_a_pull_that_cannot_be_says_why(home: Household, fault: str, why: str) -> None:
    home.twin.read_faults.append(fault)
    result = home.pull()
    assert result.stopped_why == why
    assert result.error is not None


def test_reads_stop_where_the_last_five_requests_begin(home: Household) -> None:
    home.twin.plan = "FREE"
    for _ in range(40):
        home.pull()
    assert len(home.twin.requests) == FREE_LIMIT - 5
    home.add(at("07:00"), at("07:30"))
    assert home.push().waiting == 0


def test_names_that_are_gone_are_gone_and_new_ones_are_there(home: Household) -> None:
    old = home.twin.web_name("tag", "old")
    for n in range(4):
        home.twin.web_name("tag", f"tag {n}")
    home.pull(what="names")
    del home.twin.names[old]
    home.twin.web_name("tag", "new")
    home.pull(what="names")
    names = [item.name for item in entities.items(home.db, WORKSPACE, "tag")]
    assert names == ["new", "tag 0", "tag 1", "tag 2", "tag 3"]


def test_a_name_not_known_is_learnt_from_the_entry(home: Household) -> None:
    project = home.twin.web_name("project", "Website", client=home.twin.web_name("client", "Acme"))
    made = home.twin.web_add(at("07:00"), at("07:30"))
    home.twin.web_edit(made, lambda e: replace(e, project_id=project))
    assert home.spent(home.pull) == ["GET"]
    (item,) = entities.items(home.db, WORKSPACE, "project")
    assert item.name == "Website"


def test_a_list_that_leaves_clients_out_takes_none_away(home: Household) -> None:
    client = home.twin.web_name("client", "Acme")
    home.twin.web_name("project", "Website", client=client)
    home.pull(what="names")
    (project,) = entities.items(home.db, WORKSPACE, "project")
    assert project.client is not None
    home.pull(what="names")
    assert entities.items(home.db, WORKSPACE, "project") == [project]


def test_the_tasks_of_a_project_are_one_request(home: Household) -> None:
    project = home.twin.web_name("project", "Website")
    home.twin.web_name("task", "Design", project=project)
    home.pull(what="names")
    (item,) = entities.items(home.db, WORKSPACE, "project")

    def act() -> None:
        refresh_names(
            home.db, home.twin, home.account, WORKSPACE, home.clock, "task", item.local_id
        )

    assert home.spent(act) == ["GET"]
    assert [t.name for t in entities.items(home.db, WORKSPACE, "task")] == ["Design"]


def test_the_timer_of_the_phone_shows_and_the_one_it_ended_has_ended(home: Household) -> None:
    first = home.start("Here")
    home.push()
    home.clock.advance(60)
    home.twin.web_edit(home.there(first).id, lambda e: replace(e, end=at("09:01")))
    home.twin.web_add(at("09:01"), None, "phone")
    refresh_timer(home.db, home.twin, home.account, WORKSPACE, home.clock)
    running = entries.running(home.db, WORKSPACE, USER)
    assert running is not None
    assert running.description == "phone"
    assert home.entry(first).end == at("09:01")


def test_a_timer_deleted_there_runs_here_no_more(home: Household) -> None:
    first = home.start("Here")
    home.push()
    home.twin.web_delete(home.there(first).id)
    refresh_timer(home.db, home.twin, home.account, WORKSPACE, home.clock)
    assert entries.running(home.db, WORKSPACE, USER) is None
    with pytest.raises(NotFound):
        home.entry(first)


def test_a_page_that_fails_at_once_is_asked_for_three_times_where_the_person_waits(
    home: Household,
) -> None:
    home.twin.read_faults.extend(["lost", "offline"])
    assert home.pull(options=PullOptions(tries=3)).complete
    home.twin.read_faults.extend(["lost", "lost", "lost"])
    assert home.pull(options=PullOptions(tries=3)).stopped_why == "offline"
    home.twin.read_faults.append("lost")
    assert home.pull().stopped_why == "offline"


def test_two_machines_do_not_ask_again_at_the_same_time(home: Household) -> None:
    pauses = set()
    for _ in range(8):
        begun = home.clock.boottime()
        home.twin.read_faults.extend(["lost", "lost"])
        home.pull(options=PullOptions(tries=3))
        pauses.add(home.clock.boottime() - begun)
    assert len(pauses) > 1
    assert max(pauses) < 1.5


def test_a_refused_key_or_a_limit_is_not_asked_about_again(home: Household) -> None:
    for fault in ("refused", "limited"):
        home.twin.read_faults.extend([fault, "", ""])
        read_at = len(home.twin.requests)
        assert not home.pull(options=PullOptions(tries=3)).complete
        assert len(home.twin.requests) == read_at + 1
        home.twin.read_faults.clear()


def many(home: Household, count: int) -> None:
    """Add *count* entries to Clockify, one an hour, and let a page have only ten."""
    for n in range(count):
        home.twin.web_add(
            at("2026-01-01 00:00") + HOUR * n, at("2026-01-01 00:30") + HOUR * n, f"{n}"
        )
    home.twin.page_cap = 10


def test_what_came_in_whole_pages_counts_and_the_next_pull_asks_for_the_rest(
    home: Household,
) -> None:
    many(home, 300)
    home.twin.read_faults.extend([""] * 15 + ["lost"])
    year = at("2026-01-01 00:00"), at("2027-01-01 00:00")
    assert home.pull(*year).stopped_why == "offline"
    assert len(known(home)) == 150
    reached = at("2026-01-01 00:00") + 150 * HOUR + timedelta(seconds=1)
    assert gaps(home, *year) == [(year[0], reached)]
    # The window is 26 hours wider: three pages are read again.
    spent = home.spent(lambda: home.pull(year[0], reached))
    assert len(spent) == 18
    assert len(known(home)) == 300
    assert gaps(home, *year) == []


def test_of_what_was_not_reached_nothing_is_taken_for_deleted(home: Household) -> None:
    many(home, 100)
    year = at("2026-01-01 00:00"), at("2027-01-01 00:00")
    home.pull(*year)
    by_name = {entry.description: id_ for id_, entry in home.twin.held.items()}
    for gone in ("99", "95", "50", "5"):
        home.twin.web_delete(by_name[gone])
    home.twin.read_faults.extend(["", "", "lost"])
    result = home.pull(*year)
    assert (result.deleted, result.complete) == (2, False)
    assert {"99", "95"}.isdisjoint(known(home))
    assert {"50", "5"} <= set(known(home))
    assert home.pull(*year).deleted == 2


def test_an_entry_that_was_moved_to_a_later_page_stays_the_same(home: Household) -> None:
    many(home, 40)
    year = at("2026-01-01 00:00"), at("2027-01-01 00:00")
    home.pull(*year)
    (moved,) = [e for e in in_year(home) if e.description == "39"]
    back = at("2026-01-01 02:15"), at("2026-01-01 02:20")
    assert moved.server_id is not None
    home.twin.web_edit(moved.server_id, lambda e: replace(e, start=back[0], end=back[1]))
    assert home.pull(*year).deleted == 0
    assert home.entry(moved.local_id).start == back[0]


def test_entries_of_one_second_on_two_pages_are_all_there(home: Household) -> None:
    for n in range(25):
        home.twin.web_add(at("07:00"), at("07:30"), str(n))
    home.twin.page_cap = 10
    home.pull()
    home.twin.read_faults.extend(["", "lost"])
    assert home.pull().deleted == 0
    assert len(known(home)) == 25


def test_a_pull_that_runs_out_of_time_keeps_what_came(home: Household) -> None:
    many(home, 100)
    slow = home.twin.entries
    year = at("2026-01-01 00:00"), at("2027-01-01 00:00")

    def slowly(*args: Any, **options: Any) -> Any:
        home.clock.advance(3)
        return slow(*args, **options)

    home.twin.entries = slowly  # type: ignore[method-assign]
    reached = []
    for _ in range(10):
        left = gaps(home, *year)
        if not left:
            break
        result = home.pull(*left[0], options=PullOptions(deadline=20))
        reached.append(len(known(home)))
        assert result.stopped_why in ("deadline", None)
    assert reached == sorted(set(reached))
    assert reached[-1] == 100


def in_year(home: Household) -> list[TimeEntry]:
    return entries.in_range(
        home.db, WORKSPACE, USER, at("2026-01-01 00:00"), at("2027-01-01 00:00")
    )


def gaps(home: Household, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    return replica.lacking(home.db, WORKSPACE, USER, "entries", (start, end))
