"""Tests of the names that undo, redo and history give to changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.conftest import TEN, Clockify


def test_making_a_name_is_creating_it(clockify: Clockify) -> None:
    clockify("tags", "add", "deep")
    assert "\tcreate\t" in clockify("history").out
    assert clockify("undo").out.startswith("Undone: create ")


def test_what_has_no_description_is_called_so(clockify: Clockify) -> None:
    clockify("add", "8-9")
    assert "(no description)" in clockify("history", "--format", "table").out
    assert clockify("history").out.split("\t")[3] == ""
    assert clockify("undo").out == "Undone: add (no description)\n"


def test_an_undo_names_the_names_that_go_too_and_a_redo_those_that_come_back(
    clockify: Clockify,
) -> None:
    clockify("add", "Write", "8-9", "-p", "Acme/Website", "-g", "deep")
    undone = clockify("undo")
    assert undone.err.startswith("Also removed: ")
    for name in ("project Website", "client Acme", "tag deep"):
        assert name in undone.err
    assert clockify("redo").err.startswith("Also restored: ")


def test_a_change_of_an_entry_alone_names_no_names(clockify: Clockify) -> None:
    clockify("add", "Write", "8-9", "-p", "Acme/Website")
    clockify("delete", "last")
    assert clockify("undo").err == ""


def numbers(clockify: Clockify) -> dict[str, str]:
    """Return the number of each change that can be undone, by what it did."""
    rows = [row.split("\t") for row in clockify("undo", "--list").out.splitlines()]
    return {f"{verb} {summary}": number for number, _, verb, summary, *_ in rows}


def test_a_refused_undo_names_the_change_and_the_one_that_is_in_its_way(
    clockify: Clockify,
) -> None:
    clockify("add", "Write", "8-9")
    (first,) = numbers(clockify).values()
    clockify("delete", "last")
    later = numbers(clockify)["delete Write"]
    done = clockify("undo", first)
    assert (done.code, done.out) == (2, "")
    assert f"change {first} (add Write) cannot be undone" in done.err
    assert f"by change {later} (delete Write)" in done.err
    assert f"`clockify undo {later}`" in done.err
    assert clockify("undo", later).code == clockify("undo", first).code == 0


def test_the_list_holds_what_can_be_taken_back_and_each_of_it_can(clockify: Clockify) -> None:
    clockify("add", "Write", "6-7")
    clockify("add", "Read", "7-8")
    clockify("add", "Talk", "8-9")
    clockify("delete", "last")
    listed = numbers(clockify)
    # `add Talk` can be undone only after the entry is restored.
    assert list(listed) == ["add Write", "add Read", "delete Talk"]
    before = clockify("log", "all").out
    for number in listed.values():
        assert clockify("undo", number, "--dry-run").code == 0
    assert clockify("log", "all").out == before
    for number in listed.values():
        assert clockify("undo", number).code == 0
    assert list(numbers(clockify)) == ["add Talk"]


def test_a_dry_run_says_what_would_be_undone_and_redone(clockify: Clockify) -> None:
    clockify("add", "Write", "8-9")
    looked = clockify("undo", "--dry-run")
    assert (looked.code, looked.out) == (0, "Would undo: add Write\n")
    assert clockify("undo").code == 0
    assert clockify("redo", "--dry-run").out == "Would redo: add Write\n"
    assert clockify("log", "all").out == ""


def stopped_before(clockify: Clockify) -> str:
    """Stop Reading, record another entry, and return the number of the stop."""
    clockify("start", "Reading")
    clockify("stop", now=TEN + timedelta(hours=1))
    clockify("add", "Call", "7-8")
    return numbers(clockify)["stop Reading"]


def running(clockify: Clockify) -> bool:
    return clockify("status", "--check").code == 0


def test_a_numbered_undo_that_lets_a_timer_run_again_wants_a_yes(clockify: Clockify) -> None:
    number = stopped_before(clockify)
    for _ in range(2):
        done = clockify("undo", number)
        assert (done.code, done.out) == (2, "")
        assert f"change {number} (stop Reading) would restart the timer Reading" in done.err
        assert "--yes" in done.err
        assert not running(clockify)
    looked = clockify("undo", number, "--dry-run")
    assert (looked.code, running(clockify)) == (0, False)
    assert clockify("undo", number, "--yes").code == 0
    assert running(clockify)


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("", 2)])
def test_a_person_is_asked_before_a_timer_runs_again(
    clockify: Clockify, answer: str, code: int
) -> None:
    number = stopped_before(clockify)
    done = clockify("undo", number, typed=answer, person=True)
    assert (done.code, running(clockify)) == (code, code == 0)
    assert done.err.count("(stop Reading) and restart the timer Reading? [y/N]") == 1


def test_the_undo_of_the_stop_just_made_asks_nothing(clockify: Clockify) -> None:
    clockify("start", "Reading")
    clockify("stop", now=TEN + timedelta(hours=1))
    assert clockify("undo").code == 0
    assert running(clockify)


def test_a_redo_of_an_older_start_wants_a_yes_as_well(clockify: Clockify) -> None:
    clockify("start", "Reading")
    clockify("add", "Call", "7-8")
    number = numbers(clockify)["start Reading"]
    assert clockify("undo", number).code == 0
    done = clockify("redo")
    assert (done.code, running(clockify)) == (2, False)
    assert "would restart the timer Reading" in done.err
    assert clockify("redo", "--yes").code == 0
    assert running(clockify)


def test_an_undo_that_would_start_a_second_timer_says_which_one_runs(clockify: Clockify) -> None:
    number = stopped_before(clockify)
    clockify("start", "Talk", now=TEN + timedelta(hours=2))
    done = clockify("undo", number, "--yes")
    assert done.code == 2
    assert "Talk runs" in done.err
    assert f"`clockify stop`, then `clockify undo {number}`" in done.err
