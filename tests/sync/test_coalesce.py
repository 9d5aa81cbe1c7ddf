"""Tests that several changes that were never sent become one request, or none."""

from __future__ import annotations

import pytest

from clockify_cli.store.sync.journal import JournalRow
from clockify_cli.sync.model.row import Kind
from clockify_cli.sync.outbox import Merge, coalesce


def row(
    seq: int, kind: Kind, thing: str, before: str | None, after: str | None, attempts: int = 0
) -> JournalRow:
    return JournalRow(
        seq=seq,
        op_id=str(seq),
        change=seq,
        account="a",
        workspace="w",
        entity="entry",
        kind=kind,
        local_id=thing,
        before=before,
        after=after,
        attempts=attempts,
    )


def rows(*said: tuple[Kind, str | None, str | None]) -> list[JournalRow]:
    return [row(n, kind, "x", before, after) for n, (kind, before, after) in enumerate(said)]


TABLE: dict[str, tuple[list[JournalRow], tuple[Merge, ...]]] = {
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


@pytest.mark.parametrize(("unsent", "merges"), TABLE.values(), ids=list(TABLE))
def test_rows_that_were_never_sent_merge(
    unsent: list[JournalRow], merges: tuple[Merge, ...]
) -> None:
    assert coalesce(unsent) == merges


def test_a_row_that_was_sent_once_merges_with_nothing() -> None:
    sent = row(0, "start", "x", None, "a", attempts=1)
    assert coalesce([sent, row(1, "stop", "x", "a", "b")]) == ()


def test_rows_of_different_entries_never_merge() -> None:
    assert coalesce([row(0, "add", "x", None, "a"), row(1, "edit", "y", "a", "b")]) == ()


def test_the_rows_of_two_entries_may_interleave() -> None:
    both = [
        row(0, "start", "x", None, "a"),
        row(1, "add", "y", None, "b"),
        row(2, "stop", "x", "a", "c"),
        row(3, "delete", "y", "b", None),
    ]
    assert coalesce(both) == (Merge(0, "c", (2,)), Merge(1, None, (3,), sent=False))


def test_a_free_row_does_not_wait_with_one_that_needs_a_decision() -> None:
    both = [row(0, "edit", "x", "a", "b"), row(1, "edit", "x", "b", "c")]
    assert coalesce(both, held={1}) == ()
    assert coalesce(both, held={0, 1}) == (Merge(0, "c", (1,)),)
