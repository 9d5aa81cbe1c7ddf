"""What undo, redo and history call things."""

from __future__ import annotations

from tests.cli.conftest import Clockify


def test_making_a_name_is_creating_it(clockify: Clockify) -> None:
    clockify("tags", "add", "deep")
    assert "\tcreate\t" in clockify("history").out
    assert clockify("undo").out.startswith("Undone  create ")


def test_what_has_no_description_is_called_so(clockify: Clockify) -> None:
    clockify("add", "8-9")
    assert "(no description)" in clockify("history", "--format", "table").out
    assert clockify("history").out.split("\t")[3] == ""
    assert clockify("undo").out == "Undone  add (no description)\n"


def test_an_undo_names_the_names_that_go_too_and_a_redo_those_that_come_back(
    clockify: Clockify,
) -> None:
    clockify("add", "Write", "8-9", "-p", "Acme/Website", "-g", "deep")
    undone = clockify("undo")
    assert undone.err.startswith("Gone too: ")
    for name in ("project Website", "client Acme", "tag deep"):
        assert name in undone.err
    assert clockify("redo").err.startswith("Back too: ")


def test_a_change_of_an_entry_alone_names_no_names(clockify: Clockify) -> None:
    clockify("add", "Write", "8-9", "-p", "Acme/Website")
    clockify("delete", "last")
    assert clockify("undo").err == ""
