"""Tests of breaks, time off and holidays with an account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fake_clockify.records import Entry
from tests.scenarios.signed_in.bench import TEN, Bench, bench

NINE = int(TEN.timestamp()) - 3600
LEAVES = [
    {
        "description": text,
        "type": type_,
        "timeInterval": {"start": f"2026-11-{day}T07:00:00Z", "end": f"2026-11-{day}T15:00:00Z"},
    }
    for text, type_, day in (
        ("Leave", "TIME_OFF", 16),
        ("Feast", "HOLIDAY", 17),
        ("Lunch", "BREAK", 18),
        ("Write spec", "REGULAR", 19),
    )
]
KEPT = "2 entries stay on this computer: Clockify's API does not accept time off or holiday."


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return a file with an entry of each type."""
    path = tmp_path / "entries.json"
    path.write_text(json.dumps(LEAVES))
    return str(path)


def held(clockify: Bench) -> list[tuple[str, str]]:
    """Return descriptions and types at Clockify."""
    return sorted((entry.description, entry.type) for entry in clockify.fake.entries())


def here(clockify: Bench, *args: str) -> dict[str, tuple[str, str]]:
    """Return types and states here, by description."""
    return {
        entry["description"]: (entry["type"], entry["syncState"])
        for entry in clockify.ok("log", "all", "--json", *args).json
    }


SENT = [("Lunch", "BREAK"), ("Write spec", "REGULAR")]
ALL_HERE = {
    "Leave": ("TIME_OFF", "local"),
    "Feast": ("HOLIDAY", "local"),
    "Lunch": ("BREAK", "synced"),
    "Write spec": ("REGULAR", "synced"),
}


def test_what_was_imported_is_told_as_clockify_has_it(clockify: Bench, file: str) -> None:
    told = clockify.ok("import", file, "--json").json

    assert {one["description"]: (one["type"], one["syncState"]) for one in told["entries"]} == (
        ALL_HERE
    )
    ids = {entry.id for entry in clockify.fake.entries()}
    assert {one["id"] for one in told["entries"]} == {None, *ids}
    (change,) = clockify.ok("history", "--json").json
    assert change["state"] == "sent"
    clockify.ok("undo")
    printed = clockify.ok("import", file, "-q").out.split()
    assert {entry.id for entry in clockify.fake.entries()} <= set(printed)
    assert len(printed) == len(LEAVES)


# ── breaks ───────────────────────────────────────────────────────────────────────────────────


def test_a_break_is_one_at_clockify_too_through_all_that_is_done_with_it(clockify: Bench) -> None:
    clockify.ok("start", "Tea", "--break")
    assert held(clockify) == [("Tea", "BREAK")]
    clockify.time.passes(minutes=5)
    clockify.ok("stop", "-d", "Green tea")
    assert held(clockify) == [("Green tea", "BREAK")]
    clockify.ok("resume")
    clockify.time.passes(minutes=5)
    clockify.ok("stop")
    assert held(clockify) == [("Green tea", "BREAK")] * 2
    for _ in range(3):
        clockify.ok("undo")
    clockify.ok("redo")
    assert held(clockify) == [("Green tea", "BREAK")]
    clockify.ok("delete", "last")
    clockify.ok("undo")
    assert held(clockify) == [("Green tea", "BREAK")]
    assert here(clockify, "--refresh") == {"Green tea": ("BREAK", "synced")}


def test_a_break_that_was_recorded_without_a_network_is_sent_as_one(clockify: Bench) -> None:
    clockify.fake.refuse()
    clockify.ok("add", "Lunch", "8-8:30", "--break")
    clockify.ok("start", "Tea", "--break")
    clockify.time.passes(minutes=5)
    clockify.ok("stop")
    clockify.fake.accept_again()
    clockify.ok("sync")
    assert held(clockify) == [("Lunch", "BREAK"), ("Tea", "BREAK")]


def test_a_break_started_elsewhere_is_stopped_as_one(clockify: Bench) -> None:
    clockify.fake.add_entry(NINE, None, "Tea", type="BREAK")
    clockify.ok("stop")
    assert held(clockify) == [("Tea", "BREAK")]
    assert here(clockify) == {"Tea": ("BREAK", "synced")}


def test_a_workspace_that_has_no_breaks_and_keeps_regular_time_is_told_of(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE", breaks="ignored") as clockify:
        clockify.login()
        done = clockify("add", "Lunch", "8-8:30", "--break", "--json")
        assert done.code == 6
        assert done.error["code"] == "no-breaks"
        assert "recorded Lunch as regular, not as break" in done.error["message"]
        assert held(clockify) == [("Lunch", "REGULAR")]
        assert here(clockify) == {"Lunch": ("REGULAR", "synced")}


# ── time off and holidays ────────────────────────────────────────────────────────────────────


def test_what_clockify_does_not_take_of_a_file_stays_here_and_nothing_waits(
    clockify: Bench, file: str
) -> None:
    looked = clockify.ok("import", file, "-n")
    assert KEPT in looked.err
    done = clockify.ok("import", file)
    assert KEPT in done.err
    assert held(clockify) == SENT
    assert here(clockify) == ALL_HERE
    assert clockify.ok("queue", "--json").json == []
    assert clockify.ok("sync").code == 0
    assert here(clockify, "--refresh") == ALL_HERE
    report = clockify.ok("report", "month", "--by", "type", "--json").json
    assert [(group["key"], group["seconds"]) for group in report["groups"]] == [
        (type_, 28800) for type_ in ("REGULAR", "BREAK", "TIME_OFF", "HOLIDAY")
    ]
    again = clockify.ok("import", file)
    assert "Nothing new" in again.out
    clockify.ok("undo")
    assert (held(clockify), here(clockify)) == ([], {})
    clockify.ok("redo")
    assert (held(clockify), here(clockify)) == (SENT, ALL_HERE)


def test_what_was_imported_without_an_account_moves_and_is_not_sent(
    stranger: Bench, file: str
) -> None:
    stranger.ok("import", file)
    stranger.login("--keep-local")
    assert KEPT in stranger.ok("login", "--send-local", "-n").err
    done = stranger.ok("login", "--send-local")
    assert KEPT in done.err
    assert held(stranger) == SENT
    assert here(stranger) == ALL_HERE
    assert stranger.ok("queue", "--json").json == []
    assert here(stranger, "-w", "local") == {}


def test_a_required_project_keeps_no_time_off_out(stranger: Bench, file: str) -> None:
    stranger.fake.set_settings(forceProjects=True)
    stranger.login()
    done = stranger("import", file)
    assert done.code == 6
    assert "entry 1" not in done.err
    assert "entry 2" not in done.err
    assert "entry 3" in done.err


@pytest.mark.parametrize("type_", ["TIME_OFF", "HOLIDAY"])
def test_what_clockify_made_itself_refuses_changes_with_exit_6(clockify: Bench, type_: str) -> None:
    made: Entry = clockify.fake.add_entry(NINE - 7200, NINE - 3600, "Leave", type=type_)
    clockify.ok("sync")
    done = clockify("delete", made.id, "--json")
    assert (done.code, done.error["code"]) == (6, "not-changeable")
    assert "only Clockify's website can change it" in done.error["message"]
    assert clockify("resume", made.id).code == 2
    assert held(clockify) == [("Leave", type_)]
    assert here(clockify, "--refresh") == {"Leave": (type_, "synced")}
