"""Tests of entries edited, split, cut and joined at Clockify: their cost, and what stays."""

from __future__ import annotations

import pytest

from tests.scenarios.signed_in.bench import Bench, Preparations


@pytest.fixture
def worked(clockify: Bench, preparations: Preparations) -> Bench:
    """Two adjacent entries in two projects."""
    preparations.take(clockify, work)
    return clockify


def work(clockify: Bench) -> None:
    clockify.ok("projects", "add", "Website")
    clockify.ok("tags", "add", "deep")
    clockify.ok("add", "Write", "7-8:30", "-p", "Website", "-g", "deep", "-b")
    clockify.ok("add", "Review", "8:30-9:30")
    clockify.ok("log")


@pytest.mark.parametrize(
    ("line", "most"),
    [
        ("edit @2 -d Draft", 2),
        ("edit @2 --start 7:15", 2),
        ("edit @2 --add-tag deep --break", 2),
        ("edit @2 --for 2h --adjust", 4),
        ("split @2 --at 8:00", 4),
        ("cut @2 7:30-7:45", 4),
        ("join @2 @1 --yes", 4),
    ],
)
def test_a_change_costs_few_requests_and_undo_restores_what_clockify_has(
    worked: Bench, line: str, most: int
) -> None:
    before = worked.server_copy()
    done = worked.ok(*line.split())
    assert len(done.requests) <= most, done.sent
    after = worked.server_copy()
    assert worked.local_copy() == after
    worked.ok("undo")
    restored = worked.server_copy()
    assert worked.local_copy() == restored
    if not line.startswith("join"):
        assert restored == before


def test_a_field_that_changed_on_the_phone_stays_beside_an_edit_of_another(worked: Bench) -> None:
    (entry,) = [e for e in worked.fake.entries() if e.description == "Write"]
    worked.time.passes(minutes=1)
    worked.fake.change(entry, description="Write, on the phone")
    worked.time.passes(minutes=10)
    worked.ok("edit", "@2", "--for", "1h")
    (entry,) = [e for e in worked.fake.entries() if e.description == "Write, on the phone"]
    assert entry.end is not None
    assert entry.end - entry.start == 3600
    assert entry.billable


def test_an_edit_made_offline_arrives_once_with_the_next_sync(worked: Bench) -> None:
    worked.ok("edit", "@2", "-d", "Draft", "--offline")
    worked.ok("split", "@1", "--at", "9:00", "--offline")
    assert {e.description for e in worked.fake.entries()} == {"Write", "Review"}
    worked.ok("sync")
    assert sorted(e.description for e in worked.fake.entries()) == ["Draft", "Review", "Review"]
    assert worked.local_copy() == worked.server_copy()
    assert worked.ok("sync").code == 0
    assert len(worked.fake.entries()) == 3


@pytest.fixture
def whole(stranger: Bench, preparations: Preparations) -> Bench:
    """One entry that has a value in every field."""
    preparations.take(stranger, fill)
    return stranger


def fill(stranger: Bench) -> None:
    fake = stranger.fake
    website = fake.add_project("Website", client_id=fake.add_client("Acme").id)
    fake.add_task("Design", website.id)
    fake.add_task("Draft", website.id)
    fake.add_project("Intranet")
    for name in ("deep", "call"):
        fake.add_tag(name)
    fake.add_custom_field("Ticket no")
    stranger.login()
    stranger.ok("tasks", "-p", "Website", "--refresh")
    fields = ("-p", "Website", "-k", "Design", "-g", "deep", "-b", "--field", "Ticket no=A-1")
    stranger.ok("add", "Write", "7-8:30", *fields)
    stranger.ok("log")


FIELDS = (
    *("start", "end", "description", "project_id", "task_id", "tag_ids", "billable", "type"),
    "values",
)


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (("-d", "Draft"), {"description"}),
        (("-d", "none"), {"description"}),
        (("-p", "Intranet"), {"project_id", "task_id"}),
        (("-k", "Draft"), {"task_id"}),
        (("-k", "none"), {"task_id"}),
        (("-g", "call"), {"tag_ids"}),
        (("--add-tag", "call"), {"tag_ids"}),
        (("-B",), {"billable"}),
        (("--break",), {"type"}),
        (("--field", "Ticket no=B-2"), {"values"}),
        (("--start", "7:15"), {"start"}),
        (("--end", "8:15"), {"end"}),
        (("--shift", "-15m"), {"start", "end"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_edit_changes_no_other_field_nor_what_changed_meanwhile(
    whole: Bench, options: tuple[str, ...], changed: set[str]
) -> None:
    (before,) = whole.fake.entries()
    whole.time.passes(minutes=5)
    other = {"billable": False} if "description" in changed else {"description": "on the phone"}
    whole.fake.change(before, **other)
    whole.ok("edit", "last", *options)
    (after,) = whole.fake.entries()
    found = {name for name in FIELDS if getattr(after, name) != getattr(before, name)}
    assert found == changed | set(other)
    assert {name: getattr(after, name) for name in other} == other
    assert whole.local_copy() == whole.server_copy()


HARD_TO_READ = (
    *("a\nb", "c\u2028d", "e\x85f", "g\x1b[31m", "-x foo", "--help", "-B", "none", "am", "pm"),
    *("10:30", "# abcd", "it's # 1234", '"', "\\", "  two  spaces  ", "\u202eabc", "", "plain"),
)


def test_a_day_as_text_keeps_every_description_that_the_web_gave(clockify: Bench) -> None:
    for number, said in enumerate(HARD_TO_READ):
        start = after_three(number * 10)
        clockify.fake.add_entry(start, after_three(number * 10 + 9), description=said)
    # One without length, and one that overlaps.
    for _ in range(2):
        clockify.fake.add_entry(after_three(0), after_three(0), description="Call")
    clockify.ok("log", "--refresh")
    before = clockify.local_copy()
    edited = clockify.home / "editor"
    edited.write_text("#!/bin/sh\nsed -i 's/ -B  # / -b  # /' \"$1\"\n")
    edited.chmod(0o755)
    clockify.environ["EDITOR"] = str(edited)
    clockify.typist = clockify.screen = True

    clockify.ok("edit", "--day", "today")

    clockify.typist = clockify.screen = False
    after = clockify.local_copy()
    assert len(after) == len(HARD_TO_READ) + 2
    assert [(*entry[:6], True, *entry[7:]) for entry in before] == after
    assert clockify.server_copy() == after


def after_three(minutes: int) -> str:
    """Return this many minutes after three o'clock in UTC, as Clockify writes it."""
    return f"2026-11-24T{3 + minutes // 60:02}:{minutes % 60:02}:00Z"
