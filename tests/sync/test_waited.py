"""Tests that a change sent late, even by a moment, respects what was changed meanwhile."""

from __future__ import annotations

from dataclasses import replace

from tests.sync.household import Household, at


def test_a_start_that_waited_a_moment_spares_a_timer_that_began_later(home: Household) -> None:
    home.start("Before")
    home.push()
    home.stop()
    home.push()
    local_id = home.start("Waited")
    home.clock.advance(2)
    other = home.twin.web_add(at("2026-11-24 09:00:02"), None, "on the phone")
    home.push(waited=True)
    assert home.twin.held[other].end is None
    assert home.there(local_id).end == at("2026-11-24 09:00:02")


def test_a_stop_that_waited_a_moment_spares_a_timer_that_began_since(home: Household) -> None:
    local_id = home.start("Mine")
    home.push()
    home.clock.advance(600)
    home.stop()
    held = home.there(local_id)
    home.twin.held[held.id] = replace(held, end=at("09:09"))
    other = home.twin.web_add(at("09:09"), None, "on the phone")
    home.push(waited=True)
    assert home.twin.held[other].end is None
    assert home.there(local_id).end == at("09:09")
    assert home.states() == ["APPLIED", "APPLIED"]


def test_an_edit_that_waited_a_moment_is_merged_with_what_was_changed_there(
    home: Household,
) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Call")
    home.push()
    home.edit(local_id, lambda fields: replace(fields, description="Called"))
    held = home.there(local_id)
    home.twin.held[held.id] = replace(held, end=at("08:45"))
    home.push(waited=True)
    there = home.there(local_id)
    assert (there.description, there.end) == ("Called", at("08:45"))


def test_what_was_begun_and_ended_in_one_second_is_sent_so_though_it_waited(
    home: Household,
) -> None:
    first = home.start("One")
    home.push()
    second = home.start("Two")
    home.push(waited=True)
    assert (home.there(first).start, home.there(first).end) == (at("09:00"), at("09:00"))
    assert home.there(second).end is None
    assert home.states() == ["APPLIED"] * 3


def test_a_timer_of_ours_of_the_same_second_that_still_runs_there_gives_way(
    home: Household,
) -> None:
    first = home.start("One")
    home.push()
    home.stop()
    home.push()
    held = home.there(first)
    home.twin.held[held.id] = replace(held, end=None)
    second = home.start("Two")
    result = home.push(waited=True)
    assert (result.review, result.notes) == (0, ())
    assert home.there(first).end == at("09:00")
    assert home.there(second).end is None
