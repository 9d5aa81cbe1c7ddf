"""Tests that several changes that were never sent become one request, or none."""

from __future__ import annotations

import pytest

from clockify_cli.sync.model.row import Kind
from clockify_cli.sync.outbox import Draft, Merge, coalesce


def rows(*said: tuple[Kind, str | None, str | None]) -> list[Draft]:
    return [Draft(n, kind, "x", before, after) for n, (kind, before, after) in enumerate(said)]


TABLE: dict[str, tuple[list[Draft], tuple[Merge, ...]]] = {
    "start and stop are one addition": (
        rows(("start", None, "a"), ("stop", "a", "b")),
        (Merge(0, "b", (1,)),),
    ),
    "an edited new entry is sent as edited": (
        rows(("add", None, "a"), ("edit", "a", "b"), ("edit", "b", "c")),
        (Merge(0, "c", (1, 2)),),
    ),
    "what was made and deleted is not sent": (
        rows(("add", None, "a"), ("edit", "a", "b"), ("delete", "b", None)),
        (Merge(0, None, (1, 2), sent=False),),
    ),
    "what was made, deleted and brought back is sent once": (
        rows(("add", None, "a"), ("delete", "a", None), ("add", None, "a"), ("edit", "a", "b")),
        (Merge(0, None, (1,), sent=False), Merge(2, "b", (3,))),
    ),
    "two edits are one": (rows(("edit", "a", "b"), ("edit", "b", "c")), (Merge(0, "c", (1,)),)),
    "an edit before a deletion is not sent": (
        rows(("edit", "a", "b"), ("delete", "b", None)),
        (Merge(1, None, (0,)),),
    ),
    "a deletion taken back is not sent": (
        rows(("delete", "a", None), ("add", None, "a")),
        (Merge(0, None, (1,), sent=False),),
    ),
    "a stop of an entry that Clockify has stays alone": (
        rows(("stop", "a", "b"), ("edit", "b", "c")),
        (),
    ),
    "one row is one row": (rows(("add", None, "a")), ()),
    "a deletion of what Clockify has goes out": (rows(("delete", "a", None)), ()),
}


@pytest.mark.parametrize(("drafts", "merges"), TABLE.values(), ids=list(TABLE))
def test_rows_that_were_never_sent_merge(drafts: list[Draft], merges: tuple[Merge, ...]) -> None:
    assert coalesce(drafts) == merges


def test_a_row_that_was_sent_once_merges_with_nothing() -> None:
    sent = Draft(0, "start", "x", None, "a", fresh=False)
    assert coalesce([sent, Draft(1, "stop", "x", "a", "b")]) == ()


def test_rows_of_different_entries_never_merge() -> None:
    assert coalesce([Draft(0, "add", "x", None, "a"), Draft(1, "edit", "y", "a", "b")]) == ()


def test_the_rows_of_two_entries_may_interleave() -> None:
    drafts = [
        Draft(0, "start", "x", None, "a"),
        Draft(1, "add", "y", None, "b"),
        Draft(2, "stop", "x", "a", "c"),
        Draft(3, "delete", "y", "b", None),
    ]
    assert coalesce(drafts) == (Merge(0, "c", (2,)), Merge(1, None, (3,), sent=False))
