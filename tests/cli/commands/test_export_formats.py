"""Tests of the formats that `clockify export` writes, and how FILE's ending selects them."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify_cli.store.db import sqlite_export
from tests.cli.conftest import Clockify, Done, Terminal, prepared

DECEMBER = datetime(2026, 12, 5, 18, 0, tzinfo=UTC)
"""In this range no date shows which number is the day and which the month."""


@prepared
def filled(clockify: Clockify) -> Clockify:
    clockify("add", "Write spec", "8-9", "-p", "Acme/Website", "-k", "Draft", "-g", "deep", "-b")
    clockify("add", "=1+1", "yesterday 9-10", "-p", "Internal")
    return clockify


def said(clockify: Clockify) -> list[object]:
    """Return what a person said of each entry."""
    names = ("description", "clientName", "projectName", "taskName", "billable", "type")
    return [
        [
            *(entry[name] for name in names),
            entry["timeInterval"],
            sorted(tag["name"] for tag in entry["tags"]),
        ]
        for entry in json.loads(clockify("log", "all", "--json").out)
    ]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x.ndjson", '{"id"'),
        ("x.jsonl", '{"id"'),
        ("x.ics", "BEGIN:VCALENDAR\r\n"),
        ("x.sqlite", "SQLite format 3"),
        ("x.sqlite3", "SQLite format 3"),
        ("x.DB", "SQLite format 3"),
        ("x.csv", "id,start"),
    ],
)
def test_the_ending_of_the_file_tells_the_format(
    filled: Clockify, home: Path, name: str, begins: str
) -> None:
    assert filled("export", "-o", name).err == f"Exported 2 entries to {name}.\n"
    assert (home / name).read_bytes().startswith(begins.encode())
    assert not list(home.glob(".clockify-*"))


def test_clockify_is_another_csv(filled: Clockify, home: Path) -> None:
    filled("export", "--format", "clockify", "-o", "x.csv")

    assert (home / "x.csv").read_text().startswith("Project,Client,Description,Task,User,")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (("--format", "sqlite"), "cannot be written to the screen"),
        (("--format", "clockify", "-o", "x.json"), "--format clockify contradicts"),
        (("--format", "csv", "-o", "x.ics"), "--format csv contradicts"),
        (("--format", "ics", "--fields", "id"), "--fields cannot be combined with --format ics"),
        (("-o", "x.sqlite", "--fields", "id"), "--fields cannot be combined with --format sqlite"),
        (("-o", "x.html"), "ends in .html"),
        (("-o", "x.parquet"), "ends in .parquet"),
    ],
)
def test_what_cannot_be_written_so_is_refused_and_leaves_nothing(
    filled: Clockify, home: Path, line: tuple[str, ...], problem: str
) -> None:
    done = filled("export", *line)

    assert done.code == 2
    assert problem in done.err
    assert [path.name for path in home.iterdir()] == ["clockify"]


def test_newline_delimited_json_has_the_objects_of_json(filled: Clockify) -> None:
    lines = filled("export", "--format", "ndjson").out.splitlines()

    assert [json.loads(line) for line in lines] == json.loads(filled("export", "--json").out)
    chosen = filled("export", "--format", "ndjson", "--fields", "description,seconds").out
    assert chosen.splitlines()[1] == '{"description": "Write spec", "seconds": 3600}'


def test_the_running_timer_is_in_none_of_them_and_that_is_said(
    filled: Clockify, home: Path
) -> None:
    filled("start", "Now")

    assert "Now" not in filled("export", "--format", "ics").out
    done = filled("export", "-o", "x.sqlite")
    assert done.err == "Exported 2 entries to x.sqlite.\nThe running timer was left out.\n"


def test_a_database_is_replaced_only_when_asked(filled: Clockify, home: Path) -> None:
    filled("export", "-o", "x.sqlite")
    before = (home / "x.sqlite").read_bytes()

    refused = filled("export", "-o", "x.sqlite")
    assert (refused.code, (home / "x.sqlite").read_bytes()) == (2, before)
    filled("add", "More", "7-8")
    assert filled("export", "-o", "x.sqlite", "--force").code == 0
    with sqlite3.connect(home / "x.sqlite") as db:
        assert db.execute("SELECT count(*) FROM entries").fetchone() == (3,)
    db.close()


def test_a_full_disk_leaves_nothing_and_harms_nothing(
    filled: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = (*sqlite_export._TABLES, "PRAGMA out.max_page_count = 10")
    with monkeypatch.context() as disk:
        disk.setattr(sqlite_export, "_TABLES", small)
        done = filled("export", "-o", "x.sqlite")

    assert (done.code, done.out) == (1, "")
    assert "could not be written: No space left on device" in done.err
    assert [path.name for path in home.iterdir()] == ["clockify"]
    assert len(json.loads(filled("log", "all", "--json").out)) == 2


def test_a_filter_chooses_what_is_in_the_database(filled: Clockify, home: Path) -> None:
    filled("export", "-o", "x.sqlite", "-p", "Website")

    with sqlite3.connect(home / "x.sqlite") as db:
        assert db.execute("SELECT description, tags FROM entries").fetchall() == [
            ("Write spec", '["deep"]')
        ]
        meta = dict(db.execute("SELECT * FROM meta"))
    db.close()
    assert (meta["program"], meta["schema"]) == ("clockify-cli", "1")
    assert (meta["time_zone"], meta["first_day"], meta["last_day"]) == (
        "UTC",
        "2026-11-01",
        "2026-11-30",
    )


# ── Clockify's own csv ───────────────────────────────────────────────────────────────────────


def busy(clockify: Clockify) -> None:
    """Track entries of each kind that an export could get wrong."""
    for line in (
        ("Over midnight", "2026-12-03 23:00..2026-12-04 01:30", "-p", "Acme/Website", "-b"),
        ("=1+1", "2026-12-04 9:00..10:00", "-g", "-deep", "-g", "café"),
        ("Lunch", "2026-12-04 12:00..12:30", "--break"),
        (
            "Comma, quote \" and ' tick",
            "2026-12-05 0:00..0:30",
            "-p",
            "Acme/Website",
            "-k",
            "Draft",
        ),
        # Both are in the hour that Berlin's clocks show twice.
        ("First", "2026-10-25T02:10+02:00..2026-10-25T02:40+02:00"),
        ("Second", "2026-10-25T02:10+01:00..2026-10-25T02:40+01:00"),
        ("Across", "2026-10-25T02:50+02:00..2026-10-25T02:05+01:00"),
        ("Long", "2026-11-01 0:00..2026-11-06 5:00", "--yes"),
    ):
        done = clockify("add", *line, "--overlap", "--create", now=DECEMBER)
        assert done.code == 0, done.err


@pytest.fixture
def berlin(clockify: Clockify, monkeypatch: pytest.MonkeyPatch) -> Clockify:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    return clockify


def import_(clockify: Clockify, *line: str) -> Done:
    return clockify("import", *line, now=DECEMBER)


@pytest.mark.parametrize("range_", ["all", "month"])
def test_clockifys_csv_imported_again_adds_nothing(
    berlin: Clockify, home: Path, range_: str
) -> None:
    busy(berlin)
    berlin("export", range_, "--format", "clockify", "-o", "x.csv", now=DECEMBER)

    done = import_(berlin, "x.csv")

    assert done.code == 0, done.err
    assert done.out.startswith("Nothing new to import.\n")
    assert done.err == ""


def test_clockifys_csv_says_all_of_an_entry_to_an_empty_timesheet(
    berlin: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(berlin)
    before = said(berlin)
    berlin("export", "all", "--format", "clockify", "-o", "x.csv", now=DECEMBER)
    monkeypatch.setenv("CLOCKIFY_HOME", str(home / "other"))

    done = import_(berlin, "x.csv", "--yes")

    assert "Imported 8 entries" in done.out, done.err
    assert said(berlin) == before


@pytest.mark.parametrize(("format_", "begins"), [("xlsx", b"PK"), ("sqlite", b"SQLite format 3")])
def test_a_binary_format_goes_into_a_pipe_where_that_is_asked_for(
    filled: Clockify,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    format_: str,
    begins: bytes,
) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", pipe)

    done = filled("export", "--format", format_, "-o", "-")

    assert done.code == 0, done.err
    assert pipe.buffer.getvalue().startswith(begins)
    assert [path.name for path in home.iterdir()] == ["clockify"]


@pytest.mark.parametrize("format_", ["xlsx", "sqlite"])
def test_a_binary_format_never_goes_to_a_terminal(
    filled: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)

    done = filled("export", "--format", format_, "-o", "-")

    assert done.code == 2
    assert f"-o FILE.{format_}" in done.err
    assert screen.getvalue() == ""
