"""Tests of an account too large for one command: what was fetched counts, the next one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fake_clockify import worlds
from tests.scenarios.signed_in.bench import Bench, Preparations, bench

COUNT = 2000


@pytest.fixture
def large(tmp_path: Path, preparations: Preparations) -> Iterator[Bench]:
    """A free account with years of entries, fifty on a page; signed in an hour ago."""
    with bench(tmp_path, plan="FREE", page_cap=50) as found:
        found.time.true = datetime(2030, 3, 5, 9, tzinfo=UTC).timestamp()
        worlds.fill(found.fake, COUNT)
        preparations.take(found, signed_in)
        yield found


def signed_in(large: Bench) -> None:
    large.login()
    large.time.passes(hours=1)


def reported(large: Bench) -> None:
    large("report", "all")


@pytest.mark.parametrize(
    "words",
    [
        "report all --total",
        *(pytest.param(f"{each} all", marks=pytest.mark.long) for each in ("log", "export")),
    ],
)
def test_a_few_tries_fetch_what_one_hour_of_requests_cannot(large: Bench, words: str) -> None:
    asked = 0
    for _ in range(3):
        done = large(*words.split())
        asked += len(done.requests)
        said = " ".join(done.err.split())
        if "Not fetched" not in said and done.code == 0:
            break
        if words.startswith("export"):
            # An incomplete file is not written.
            assert done.code == 8
            assert "Your local copy goes back to 20" in said
        else:
            assert done.code == 0
            assert "request limit is reached" in said or "request limit" in said
            assert "Not fetched from Clockify yet: before 20" in said
        assert len(done.requests) == 25
        large.time.passes(hours=1)
    assert done.code == 0
    assert asked <= COUNT // 50 + 4
    assert large.local_copy() == large.server_copy()
    assert large.ok(*words.split()).requests == ()


def test_what_the_copy_does_not_hold_is_said_offline(
    large: Bench, preparations: Preparations
) -> None:
    preparations.take(large, reported)
    for words in ("report all --json", "log all --json", "export all --format json", "log 2022"):
        done = large.ok(*words.split(), "--offline")
        assert "Not fetched from Clockify yet: " in done.err
        assert "leave out --offline to fetch" in done.err
    assert "Not fetched" not in large.ok("log", "--offline").err


def test_a_gap_is_fetched_without_what_lies_after_it(
    large: Bench, preparations: Preparations
) -> None:
    preparations.take(large, reported)
    large.time.passes(hours=1)
    large("report", "all")
    large.time.passes(hours=1)
    large.ok("report", "all")
    large.time.passes(minutes=6)
    assert len(large.ok("report", "all").requests) == 1
