"""Tests of `edit`, `split`, `cut` and `join` as command lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clockify_cli.__main__ import main
from tests.cli.conftest import TEN, Clockify, Done, prepared
from tests.cli.conftest import Terminal as Screen
from tests.run_at import SetClock

Entry = dict[str, Any]


def entries(clockify: Clockify) -> list[Entry]:
    found: list[Entry] = json.loads(clockify("log", "--json").out)
    return found


def times(entry: Entry) -> tuple[str, str | None]:
    interval = entry["timeInterval"]
    return interval["start"][11:16], interval["end"] and interval["end"][11:16]


@prepared
def morning(clockify: Clockify) -> Clockify:
    """Track two adjacent entries: 6 to 7:30 with every field, and 7:30 to 9."""
    clockify(
        "add", "Write", "6-7:30", "-p", "Acme/Website", "-k", "Design", "-g", "deep", "-b",
    )  # fmt: skip
    clockify("add", "Review", "7:30-9", "-p", "Internal")
    clockify("log")
    return clockify


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (["-d", "Draft"], {"description": "Draft"}),
        (["-p", "Internal"], {"projectName": "Internal", "clientName": None, "taskName": None}),
        (["-k", "none"], {"taskName": None}),
        (["-g", "call"], {"tags": ["call"]}),
        (["--add-tag", "call"], {"tags": ["deep", "call"]}),
        (["--remove-tag", "deep"], {"tags": []}),
        (["-B"], {"billable": False}),
        (["--break"], {"type": "BREAK"}),
        (["--start", "6:15"], {"times": ("06:15", "07:30")}),
        (["--end", "7:00"], {"times": ("06:00", "07:00")}),
        (["--for", "45m"], {"times": ("06:00", "06:45")}),
        (["--by", "-30m"], {"times": ("06:00", "07:00")}),
        (["--shift", "-1h"], {"times": ("05:00", "06:30")}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_edit_of_one_field_changes_no_other(
    morning: Clockify, options: list[str], changed: Entry
) -> None:
    def facts() -> Entry:
        entry = entries(morning)[0]
        kept = ("description", "projectName", "clientName", "taskName", "billable", "type")
        tags = [tag["name"] for tag in entry["tags"]]
        return {**{key: entry[key] for key in kept}, "tags": tags, "times": times(entry)}

    before = facts()
    if options[0] == "-g" or "--add-tag" in options:
        morning("tags", "add", "call")
    done = morning("edit", "@2", *options)
    assert done.code == 0, done.err
    names = {"projectName", "clientName", "taskName"} & changed.keys()
    after = facts()
    assert after == {**before, **changed, **({"billable": after["billable"]} if names else {})}
    assert morning("undo").code == 0
    assert facts() == before


def test_what_would_overlap_is_refused_then_left_or_trimmed(morning: Clockify) -> None:
    refused = morning("edit", "@2", "--for", "2h")
    assert (refused.code, [times(e) for e in entries(morning)]) == (
        2,
        [("06:00", "07:30"), ("07:30", "09:00")],
    )
    assert "07:30" in refused.err
    assert morning("edit", "@2", "--for", "2h", "--overlap").code == 0
    assert [times(e) for e in entries(morning)] == [("06:00", "08:00"), ("07:30", "09:00")]
    morning("undo")
    trimmed = morning("edit", "@2", "--for", "2h", "--adjust")
    assert [times(e) for e in entries(morning)] == [("06:00", "08:00"), ("08:00", "09:00")]
    assert "Review" in trimmed.err
    morning("undo")
    assert [times(e) for e in entries(morning)] == [("06:00", "07:30"), ("07:30", "09:00")]


def test_a_neighbour_that_would_vanish_refuses_the_edit(morning: Clockify) -> None:
    refused = morning("edit", "@2", "--for", "3h30m", "--adjust")
    assert refused.code == 2
    assert "Review" in refused.err
    assert len(entries(morning)) == 2


def test_the_running_timer_is_edited_without_stopping_it(clockify: Clockify) -> None:
    clockify("start", "Call")
    assert clockify("edit", "current", "--start", "9:15", "-d", "Long call").code == 0
    (entry,) = entries(clockify)
    assert (entry["description"], times(entry)) == ("Long call", ("09:15", None))
    for option in (["--by", "5m"], ["--end", "9:30"], ["--for", "1h"]):
        refused = clockify("edit", "current", *option)
        assert refused.code == 2
        assert "--start" in refused.err
    assert clockify("edit", "current", "--start", "10:15").code == 2


def test_a_time_without_a_day_is_of_the_entrys_own_day(clockify: Clockify) -> None:
    clockify("add", "Late", "yesterday 22-23")
    assert clockify("edit", "last", "--end", "23:30").code == 0
    assert clockify("edit", "last", "--start", "21:30").code == 0
    found = json.loads(clockify("log", "yesterday", "--json").out)
    assert found[0]["timeInterval"]["start"] == "2026-11-23T21:30:00Z"
    assert found[0]["timeInterval"]["end"] == "2026-11-23T23:30:00Z"


def test_many_are_changed_by_range_and_filter_when_that_is_confirmed(morning: Clockify) -> None:
    line = ("edit", "--range", "today", "--where-project", "Website", "-p", "Internal")
    looked = morning(*line, "-n")
    assert looked.code == 0
    assert "Internal" in looked.out
    assert {e["projectName"] for e in entries(morning)} == {"Website", "Internal"}
    assert morning(*line).code == 0
    assert {e["projectName"] for e in entries(morning)} == {"Internal"}
    assert morning("edit", "--range", "today", "-d", "Same").code == 2
    assert morning("edit", "--range", "today", "-d", "Same", "--yes").code == 0
    assert {e["description"] for e in entries(morning)} == {"Same"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("edit", 2),
        ("edit last", 2),
        ("edit @9 -d x", 3),
        ("edit last --day today", 2),
        ("edit --day today -d x", 2),
        ("edit last --where-project x -d y", 2),
        ("edit last @2 --start 6", 2),
        ("edit last --by x", 2),
        ("edit last --shift 1h --end 9", 2),
        ("split last", 2),
        ("split last --at 12:00", 2),
        ("split last --at 25:00", 2),
        ("cut last", 2),
        ("cut last 9-9", 2),
        ("cut last 7:30-9", 2),
        ("cut @9 7-8", 3),
        ("join last", 2),
        ("join last last", 2),
    ],
)
def test_what_cannot_be_changes_nothing(morning: Clockify, line: str, code: int) -> None:
    before = entries(morning)
    done = morning(*line.split())
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("error: ")
    assert entries(morning) == before


def parts(done: Done) -> list[tuple[str, str | None]]:
    assert done.code == 0, done.err
    found = json.loads(done.out)
    return [times(entry) for entry in (found if isinstance(found, list) else [found])]


def test_a_split_gives_its_parts_and_one_undo_takes_it_back(morning: Clockify) -> None:
    done = morning("split", "@2", "--at", "6:30", "--at", "7:00", "--json")
    assert parts(done) == [("06:00", "06:30"), ("06:30", "07:00"), ("07:00", "07:30")]
    said = {json.dumps([e["projectName"], e["taskName"], e["tags"]]) for e in entries(morning)[:3]}
    assert len(said) == 1
    morning("undo")
    assert [times(e) for e in entries(morning)] == [("06:00", "07:30"), ("07:30", "09:00")]


def test_lunch_is_cut_out_of_a_finished_and_of_the_running_entry(clockify: Clockify) -> None:
    clockify("add", "Work", "6-9")
    assert parts(clockify("cut", "last", "7-7:30", "--json")) == [
        ("06:00", "07:00"),
        ("07:30", "09:00"),
    ]
    clockify("start", "More", "--at", "9:00")
    assert parts(clockify("cut", "current", "9:30-9:45", "--json")) == [
        ("09:00", "09:30"),
        ("09:45", None),
    ]
    assert clockify("status", "--check").code == 0


def test_entries_that_touch_are_joined_and_others_only_when_told(morning: Clockify) -> None:
    refused = morning("join", "@2", "@1")
    assert refused.code == 2
    assert "description differs" in refused.err
    assert "project differs" in refused.err
    assert parts(morning("join", "@2", "@1", "--yes", "--json")) == [("06:00", "09:00")]
    assert [e["description"] for e in entries(morning)] == ["Write"]
    morning("undo")
    assert len(entries(morning)) == 2


def test_what_lies_between_is_named_before_it_is_joined(clockify: Clockify) -> None:
    clockify("add", "A", "6-7")
    clockify("add", "A", "8-9")
    clockify("log")
    assert "gap 07:00" in clockify("join", "@2", "@1").err
    clockify("add", "Between", "7-8")
    refused = clockify("join", "@2", "@1", "--yes")
    assert refused.code == 2
    assert "Between" in refused.err


def test_recent_things_are_numbered_for_resume(morning: Clockify) -> None:
    morning("add", "Write", "9-9:30", "-p", "Acme/Website", "-k", "Design", "-g", "deep")
    rows = [line.split("\t") for line in morning("recent").out.splitlines()]
    assert [(row[0], row[3]) for row in rows] == [("2", "Review"), ("1", "Write")]
    assert morning("resume", "@2").code == 0
    assert json.loads(morning("status", "--json").out)["entry"]["description"] == "Review"


def test_a_favorite_starts_what_it_says(morning: Clockify) -> None:
    assert (
        morning("fav", "add", "spec", "-d", "Write spec", "-p", "Website", "-g", "deep").code == 0
    )
    assert morning("fav", "add", "again").code == 0
    names = [line.split("\t")[0] for line in morning("fav").out.splitlines()]
    assert names == ["again", "spec"]
    assert morning("start", "--fav", "SPEC").code == 0
    entry = json.loads(morning("status", "--json").out)["entry"]
    assert (entry["description"], entry["projectName"]) == ("Write spec", "Website")
    assert morning("fav", "remove", "spec").code == 0
    assert morning("start", "--fav", "spec").code == 3


def test_a_favorite_says_which_names_it_makes_and_asks_about_those_that_resemble(
    morning: Clockify,
) -> None:
    done = morning("fav", "add", "lunch", "-p", "Canteen", "-g", "food")
    assert "Created project Canteen, tag food (on this computer)." in done.out
    assert "Created" not in morning("fav", "add", "lunch", "-p", "Canteen").out
    assert morning("fav", "add", "x", "-p", "Canteens").code == 3
    quiet = morning("fav", "add", "y", "-p", "Garden", "-q")
    assert (quiet.out, quiet.err) == ("y\n", "")
    assert morning("undo").code == 0
    assert "Garden" not in morning("projects").out


def test_what_an_added_entry_overlaps_is_trimmed_when_told(morning: Clockify) -> None:
    refused = morning("add", "Call", "7-8")
    assert refused.code == 2
    assert "--adjust" in refused.err
    done = morning("add", "Call", "7-8", "--adjust")
    assert done.code == 0
    assert [times(e) for e in entries(morning)] == [
        ("06:00", "07:00"),
        ("07:00", "08:00"),
        ("08:00", "09:00"),
    ]
    morning("undo")
    assert [times(e) for e in entries(morning)] == [("06:00", "07:30"), ("07:30", "09:00")]


def test_a_timer_that_began_earlier_trims_what_it_reaches_into(morning: Clockify) -> None:
    assert morning("start", "Now", "--at", "8:30").code == 2
    assert morning("start", "Now", "--at", "8:30", "--adjust").code == 0
    assert [times(e) for e in entries(morning)][1:] == [("07:30", "08:30"), ("08:30", None)]
    assert morning("cancel").code == 0
    assert morning("start", "Now", "--at", "7:15", "--adjust").code == 2


def test_the_latest_gap_of_today_is_filled(morning: Clockify) -> None:
    assert morning("add", "Mail", "--gap", "last").code == 0
    assert times(entries(morning)[-1]) == ("09:00", "10:00")
    assert morning("add", "Mail", "--gap", "last").code == 3
    morning("edit", "@2", "--for", "1h")
    assert morning("add", "Post", "--gap", "last").code == 0
    assert [times(e) for e in entries(morning)][2] == ("08:30", "09:00")
    assert morning("add", "Mail", "9-9:30", "--gap", "last", "--overlap").code == 2


def test_days_can_be_edited_to_look_only(
    morning: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = home / "editor"
    editor.write_text(
        '#!/bin/sh\nsed -i -e /Review/d -e s/Write/Draft/ "$1"\necho \'9-9:30 Mail\' >> "$1"\n'
    )
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    before = entries(morning)
    out = Screen()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", Screen())
        patch.setattr(sys, "stdout", out)
        assert main(["edit", "--day", "today", "--dry-run"], clock=SetClock(TEN)) == 0
    assert [line.split()[:3] for line in out.getvalue().splitlines()] == [
        ["Would", "edit", "Draft"],
        ["Would", "add", "Mail"],
        ["Would", "remove", "Review"],
    ]
    assert entries(morning) == before


@pytest.mark.parametrize("line", ["edit yesterday", "edit mon -b", "edit last week -d x"])
def test_days_in_place_of_an_entry_are_told_how_days_are_edited(
    morning: Clockify, line: str
) -> None:
    done = morning(*line.split())
    assert done.code == 3
    days = line.removeprefix("edit ").partition(" -")[0]
    assert "`clockify edit --day " in done.err
    assert days in done.err.partition("--day ")[2]


def test_what_many_entries_would_be_is_shown_before_it_is_asked(morning: Clockify) -> None:
    done = morning(
        "edit", "--range", "today", "-g", "admin", "-p", "Internal", person=True, typed="n\n"
    )
    assert done.code == 2
    assert "Would edit  Write · Internal #admin" in done.err
    assert "Would edit  Review · Internal #admin" in done.err
    assert "Change these 2 entries? [y/N]" in done.err
    assert morning("tags").out.count("\n") == 1
    done = morning("edit", "--range", "today", "-g", "admin", person=True, typed="y\n")
    assert done.code == 0
    assert [[tag["name"] for tag in e["tags"]] for e in entries(morning)] == [["admin"]] * 2


def test_an_unknown_name_of_many_entries_is_asked_about_once(morning: Clockify) -> None:
    morning("tags", "add", "admins")
    done = morning(
        "edit", "--range", "today", "-g", "admnis", "--add-tag", "x", person=True, typed="y\ny\n"
    )
    assert done.code == 0, done.err
    assert done.err.count('Create the tag "admnis"?') == 1
    assert done.err.count("Change these 2 entries?") == 1


def test_an_edit_that_changes_nothing_says_so(morning: Clockify) -> None:
    before = morning("history").out
    for line in ("edit last -d Review", "edit last --remove-tag deep", "edit @1 @2 -p none -n"):
        done = morning(*line.split())
        assert done.code == 0
    done = morning("edit", "last", "-d", "Review")
    assert done.out.startswith("Unchanged  Review · Internal")
    assert morning("history").out == before
    done = morning("edit", "@1", "@2", "-p", "Internal", "-k", "none", "--yes")
    assert "Changed  Write · Internal" in done.out
    assert "Review" not in done.out


def test_a_favorite_that_is_mistyped_is_told_the_nearest(morning: Clockify) -> None:
    morning("fav", "add", "standup", "-d", "Stand-up")
    assert "Did you mean standup?" in morning("start", "--fav", "standpu").err


def test_a_neighbour_that_would_vanish_is_named_in_a_line_that_can_be_typed(
    morning: Clockify,
) -> None:
    done = morning("add", "Call", "7:30-9", "--adjust")
    assert done.code == 2
    line = done.err.partition("`clockify ")[2].partition("`")[0]
    assert morning(*line.split()).code == 0
    assert [each["description"] for each in entries(morning)] == ["Write"]
    assert morning("add", "Call", "7:30-9", "--adjust").code == 0


def test_an_end_before_the_start_is_not_taken_for_tomorrow(morning: Clockify) -> None:
    done = morning("edit", "last", "--end", "7:10")
    assert done.code == 2
    assert "the end (07:10) is not after the start (07:30)" in done.err
    done = morning("edit", "last", "--for", "")
    assert (done.code, "editor" in done.err) == (2, False)


@pytest.mark.parametrize(
    "line",
    [
        "edit last -p Internal",
        "edit last -d Call",
        "edit last --shift=-30m",
        "edit last --start 9:50",
    ],
)
def test_an_entry_without_a_length_is_edited(morning: Clockify, line: str) -> None:
    morning("start", "Slip", "-p", "Acme/Website")
    morning("stop")
    done = morning(*line.split())
    assert (done.code, done.err) == (0, "")
    assert morning("undo").code == 0
    assert morning(*["edit", "last", "--end", "9:59"]).code == 2


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("edit --range last week -d X --yes", '--range "last week"'),
        ("edit --day last workday", '--day "last workday"'),
        ("edit last --start 9:30", "or move both with --shift"),
        ("edit last --shift 1d", "such as 24h"),
    ],
)
def test_a_refusal_shows_what_was_probably_meant(clockify: Clockify, line: str, hint: str) -> None:
    clockify("add", "Planning", "8-9")
    done = clockify(*line.split())
    assert done.code == 2
    assert hint in done.err


def test_a_length_that_was_accepted_is_not_asked_about_again(clockify: Clockify) -> None:
    added = clockify("add", "Night", "2026-11-22 14:00..2026-11-23 09:00", "--yes")
    assert added.code == 0
    moved = clockify("edit", "last", "--shift", "-24h")
    assert moved.code == 0, moved.err
    assert clockify("edit", "last", "--by", "-1h").code == 0
    assert clockify("edit", "last", "--by", "2h").code == 2
