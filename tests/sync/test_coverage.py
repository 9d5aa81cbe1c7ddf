"""Tests of what a list proves about entries that it does not contain, page by page."""

from __future__ import annotations

from typing import Any

from clockify_cli.errors import Unreachable
from clockify_cli.store.timesheet import entries
from clockify_cli.sync.model.remote import Page, RemoteEntry
from clockify_cli.sync.pull import PullOptions
from tests.sync.household import Household, at
from tests.sync.twin import USER, WORKSPACE


def test_a_first_page_that_is_not_in_order_makes_nothing_look_gone(home: Household) -> None:
    """The timer comes first although it began before all others, and no page follows."""
    home.start("Timer", at=at("00:10"))
    for hour in range(1, 8):
        home.twin.web_add(at(f"0{hour}:00"), at(f"0{hour}:30"), f"at {hour}")
    home.push()
    home.pull()
    home.twin.entries = timer_first(home)  # type: ignore[method-assign]
    result = home.pull(options=PullOptions(page_size=3))
    assert (result.stopped_why, result.deleted) == ("offline", 0)
    assert len(entries.newest(home.db, WORKSPACE, USER, 99)) == 8


def timer_first(home: Household) -> Any:
    in_order = home.twin.entries

    def entries(*args: Any, page: int, page_size: int, **more: Any) -> Page[RemoteEntry]:
        if page > 1:
            raise Unreachable("broken off")
        whole = in_order(*args, page=1, page_size=1000, **more).items
        shown = sorted(whole, key=lambda e: (e.end is not None, -e.start.timestamp()))
        return Page(tuple(shown[:page_size]), False)

    return entries
