"""Tests of a field that was also changed on the web: everything else is sent at once."""

from __future__ import annotations

from tests.fake_clockify.records import Entry
from tests.scenarios.signed_in.bench import Bench, Done


def entry(clockify: Bench) -> Entry:
    (found,) = clockify.fake.entries()
    return found


def stopped_in_conflict(clockify: Bench) -> Done:
    """Change a timer's description on the web, then stop it here with another one."""
    clockify.ok("start", "Write")
    clockify.time.passes(minutes=30)
    clockify.fake.change(entry(clockify), description="on the web")
    return clockify("stop", "-d", "here", "-B")


def review(clockify: Bench) -> dict[str, object]:
    done = clockify("queue", "--json")
    assert done.code == 9
    (row,) = done.json
    return dict(row)


def test_a_stop_with_a_text_that_was_changed_on_the_web_stops_the_timer(clockify: Bench) -> None:
    done = stopped_in_conflict(clockify)
    assert done.code == 9
    assert "10:00–10:30" in done.out
    assert "needs your decision: changed in Clockify too: description" in done.err
    there = entry(clockify)
    assert (there.end, there.description, there.billable) == (
        int(clockify.time.true),
        "on the web",
        False,
    )
    row = review(clockify)
    assert (row["verb"], row["state"]) == ("edit", "review")
    (here,) = clockify.ok("log", "--json", "--offline").json
    assert (here["description"], here["syncState"]) == ("here", "review")
    assert clockify("status", "--check").code == 3


def test_a_timer_whose_edit_waits_for_a_decision_is_stopped(clockify: Bench) -> None:
    clockify.ok("start", "Write")
    clockify.time.passes(minutes=30)
    clockify.fake.change(entry(clockify), description="on the web")
    assert clockify("edit", "current", "-d", "here").code == 9
    clockify.time.passes(minutes=30)
    clockify.ok("stop")
    assert entry(clockify).end == int(clockify.time.true)
    assert entry(clockify).description == "on the web"
    assert review(clockify)["verb"] == "edit"


def test_each_decision_does_what_it_says(clockify: Bench) -> None:
    stopped_in_conflict(clockify)
    number = str(review(clockify)["row"])
    clockify.ok("queue", "retry", number)
    assert entry(clockify).description == "here"
    assert clockify.ok("queue", "--json").json == []
    clockify.ok("undo", "-y")
    there = entry(clockify)
    assert (there.end, there.description, there.billable) == (None, "on the web", True)


def test_a_dropped_field_is_as_on_the_web(clockify: Bench) -> None:
    stopped_in_conflict(clockify)
    done = clockify.ok("queue", "drop", str(review(clockify)["row"]))
    assert "kept Clockify's version" in done.out
    assert clockify.local_copy() == clockify.server_copy()
    assert entry(clockify).description == "on the web"
    assert [c["state"] for c in clockify.ok("history", "--json").json][-1] == "sent"


def test_an_adopted_field_is_as_on_the_web_by_now(clockify: Bench) -> None:
    stopped_in_conflict(clockify)
    number = str(review(clockify)["row"])
    clockify.fake.change(entry(clockify), description="later on the web")
    done = clockify.ok("queue", "adopt", number, entry(clockify).id)
    assert "Kept Clockify's version of row" in done.out
    assert clockify.local_copy() == clockify.server_copy()
    assert entry(clockify).description == "later on the web"


def test_an_edited_field_is_sent(clockify: Bench) -> None:
    stopped_in_conflict(clockify)
    clockify.ok("queue", "edit", str(review(clockify)["row"]), "-d", "both")
    assert clockify.local_copy() == clockify.server_copy()
    assert entry(clockify).description == "both"


def test_two_fields_of_one_entry_are_decided_on_by_their_numbers(clockify: Bench) -> None:
    clockify.ok("add", "Standup", "7-8")
    clockify.time.passes(minutes=30)
    longer = (entry(clockify).end or 0) + 60
    clockify.fake.change(entry(clockify), description="on the web", end=longer)
    assert clockify("edit", "last", "-d", "here", "--end", "8:05", "--overlap").code == 9
    rows = clockify("queue", "--json").json
    assert [row["verdict"] for row in rows] == [
        "changed in Clockify too: end",
        "changed in Clockify too: description",
    ]
    done = clockify("queue", "drop", rows[0]["localId"])
    assert done.code == 5
    assert str(rows[1]["row"]) in done.err
    for row in rows:
        clockify("queue", "drop", str(row["row"]))
    assert clockify.local_copy() == clockify.server_copy()


def test_what_waits_behind_a_decision_says_so(clockify: Bench) -> None:
    stopped_in_conflict(clockify)
    number = review(clockify)["row"]
    clockify("edit", "last", "-d", "here again")
    behind = clockify("queue", "--json").json[1]
    assert behind["verdict"] == f"waiting behind row {number}, which needs your decision"
    done = clockify("queue", "drop", str(behind["row"]))
    assert done.code == 2
    assert f"row {number}" in done.err
