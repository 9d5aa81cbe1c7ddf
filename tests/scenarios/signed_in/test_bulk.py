"""Tests that changes of many entries state their cost and leave requests for timers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, FirstLogins, bench

ROWS = 40


def rows(count: int = ROWS) -> str:
    lines = (
        f"2026-11-{1 + row // 10:02d} {8 + row % 10:02d}:00,"
        f"2026-11-{1 + row // 10:02d} {8 + row % 10:02d}:30,Row {row}"
        for row in range(count)
    )
    return "\n".join(("start,end,description", *lines, ""))


@pytest.fixture
def free(tmp_path: Path, first_logins: FirstLogins) -> Iterator[Bench]:
    """Signed in to a Free workspace more than an hour ago."""
    with bench(tmp_path, plan="FREE") as clockify:
        first_logins.sign_in(clockify)
        clockify.time.passes(hours=1, minutes=1)
        yield clockify


def writes(clockify: Bench) -> int:
    return sum(one.method == "POST" for one in clockify.fake.requests)


def test_an_import_says_what_it_costs_and_leaves_five_requests_to_timers(free: Bench) -> None:
    asked = len(free.fake.requests)

    done = free("import", "-", typed=rows())

    assert done.code == 0
    assert len(free.fake.requests) - asked == 25
    read = len([one for one in done.requests if one.method == "GET"])
    said = f"Sending 40 changes to Clockify takes about 40 requests; {30 - read} are left this hour"
    assert said in done.err
    assert f"5 of them kept for timers: about {25 - read} go now" in done.err
    assert "`clockify sync` sends the rest from 12:01 on" in done.err
    assert "last requests of this hour are kept for timers" in done.err
    assert "`clockify sync` sends the rest from 12:01 on (" in done.err


def test_a_timer_goes_before_what_waits_and_takes_of_what_is_kept_for_it(free: Bench) -> None:
    free("import", "-", typed=rows())
    before = len(free.fake.entries())

    free.ok("start", "Now")
    free.ok("stop")

    assert "Now" in [entry.description for entry in free.fake.entries()]
    assert len(free.fake.entries()) == before + 1
    synced = free("sync")
    assert synced.code == 8
    assert "last requests of this hour are kept for timers" in synced.err
    assert synced.requests == ()


def test_sync_sends_the_rest_hour_by_hour_each_once(free: Bench) -> None:
    free("import", "-", typed=rows())
    for _ in range(3):
        free.time.passes(hours=1, minutes=1)
        free("sync")

    assert sorted(entry.description for entry in free.fake.entries()) == sorted(
        f"Row {row}" for row in range(ROWS)
    )
    assert free("sync").code == 0


def test_a_look_at_what_an_import_would_do_says_the_cost_and_asks_for_nothing_more(
    free: Bench,
) -> None:
    done = free("import", "-", "--dry-run", typed=rows())

    assert "Sending 40 changes to Clockify takes about 40 requests" in done.err
    assert writes(free) == 0


def test_few_changes_and_a_paid_plan_hear_nothing_of_it(free: Bench, tmp_path: Path) -> None:
    assert "requests" not in free("import", "-", typed=rows(5)).err
    (tmp_path / "paid").mkdir()
    with bench(tmp_path / "paid", plan="PRO") as paid:
        paid.login()
        done = paid.ok("import", "-", typed=rows(20))
        assert "requests" not in done.err
        assert len(paid.fake.entries()) == 20


def test_what_undoes_an_import_leaves_them_too(free: Bench) -> None:
    free("import", "-", typed=rows(15))
    free.time.passes(hours=1, minutes=1)
    free.ok("import", "-", typed=rows(40))
    free.time.passes(hours=1, minutes=1)
    asked = len(free.fake.requests)

    free("undo")

    # The last of them may have been read first.
    assert len(free.fake.requests) - asked <= 26
    free.ok("start", "Now")
    assert "Now" in [entry.description for entry in free.fake.entries()]


def test_what_was_tracked_without_an_account_says_its_cost_too(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE") as clockify:
        clockify.ok("import", "-", typed=rows())

        done = clockify(
            "login",
            *("--api-url", clockify.fake.url, "--with-key", "--send-local"),
            typed=clockify.fake.key,
        )

        assert "Sending 40 changes to Clockify takes about 40 requests" in done.err
        assert len(clockify.fake.requests) == 25
        clockify.ok("start", "Now")
        assert "Now" in [entry.description for entry in clockify.fake.entries()]


def test_undoing_what_waits_of_many_changes_says_that_it_undoes_them_all(free: Bench) -> None:
    free("import", "-", typed=rows())

    (decision,) = [
        each for each in free("queue", "--json").json[0]["decisions"] if each["name"] == "undo"
    ]

    assert decision["effect"].startswith("undoes all of change ")
    free.time.passes(hours=3)
    free.ok(*decision["command"].split()[1:], "--yes")
    assert free.local_copy() == []


def test_what_was_sent_from_before_signing_in_is_not_offered_to_be_undone(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE") as clockify:
        for day in range(1, 29):
            clockify.ok("add", f"Row {day}", f"2026-10-{day:02d} 8-9")
        clockify.login("--send-local")
        waiting = clockify("queue", "--json").json
        assert waiting
        assert {each["name"] for row in waiting for each in row["decisions"]} == {"send"}


def test_what_is_left_for_timers_is_not_more_than_there_is(free: Bench) -> None:
    free("import", "-", typed=rows())

    looked = free("import", "-", "--dry-run", typed=rows().replace("Row", "Other"))

    assert "5 are left this hour, kept for timers. `clockify sync` sends the changes " in looked.err
    assert "go now" not in looked.err
