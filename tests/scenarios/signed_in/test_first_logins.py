"""Tests that a home signed in by copying equals one that the program signed in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.signed_in.bench import Bench, Done, FirstLogins, bench

SWITCHES: tuple[dict[str, Any], ...] = ({}, {"plan": "FREE"}, {"window": "instant"})


@pytest.fixture
def logins(tmp_path: Path) -> FirstLogins:
    folder = tmp_path / "first-logins"
    folder.mkdir()
    return FirstLogins(folder)


def kept(home: Path) -> Iterator[tuple[str, int, Any]]:
    """Yield every file and folder with its mode; of a timesheet, its content."""
    for path in sorted(home.rglob("*")):
        held: Any = None
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                held = list(connection.iterdump())
        elif path.is_file():
            held = path.read_bytes()
        yield str(path.relative_to(home)), path.stat().st_mode, held


def outcome(found: Bench) -> tuple[Any, ...]:
    seen = [each.plain() for each in found.fake.requests]
    return list(kept(found.home)), found.time, seen, found.fake.commits, found.fake.url


def signed_in(folder: Path, how: Any, switches: dict[str, Any]) -> tuple[tuple[Any, ...], ...]:
    """Return what signing in leaves, and what commands print and send afterwards."""
    folder.mkdir()
    with bench(folder, **switches) as found:
        how(found)
        first = outcome(found)
        found.time.passes(minutes=30)
        said = [found.ok(*line.split()) for line in ("log", "whoami", "sync")]
        more = [[each.plain() for each in done.requests] for done in said]
        return first, tuple(done.out for done in said), tuple(more)


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
def test_a_copied_login_is_as_one_that_was_run(
    tmp_path: Path, logins: FirstLogins, switches: dict[str, Any]
) -> None:
    run = signed_in(tmp_path / "run", Bench.login, switches)
    first = signed_in(tmp_path / "first", logins.sign_in, switches)
    copied = signed_in(tmp_path / "copied", logins.sign_in, switches)
    assert run == first == copied


def test_of_benches_that_are_alike_the_first_alone_asks(
    tmp_path: Path, logins: FirstLogins, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Bench] = []
    login = Bench.login

    def noted(self: Bench) -> Done:
        asked.append(self)
        return login(self)

    monkeypatch.setattr(Bench, "login", noted)
    for number, switches in enumerate((*SWITCHES, *SWITCHES)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with bench(folder, **switches) as found:
            logins.sign_in(found)
    assert len(asked) == len(SWITCHES)


def test_benches_that_differ_are_signed_in_each(tmp_path: Path, logins: FirstLogins) -> None:
    for number, name in enumerate(("Acme", "Initech")):
        folder = tmp_path / str(number)
        folder.mkdir()
        with bench(folder) as found:
            found.fake.add_client(name)
            logins.sign_in(found)
            assert [row["name"] for row in found.ok("clients", "--json").json] == [name]


def test_two_benches_at_once_have_an_address_each(tmp_path: Path, logins: FirstLogins) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with bench(tmp_path / "one") as one, bench(tmp_path / "two") as two:
        assert one.fake.url != two.fake.url
        logins.sign_in(one)
        logins.sign_in(two)
        two.ok("start", "Second")
        assert (len(one.fake.entries()), len(two.fake.entries())) == (0, 1)
