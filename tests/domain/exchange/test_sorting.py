from __future__ import annotations

from dataclasses import dataclass, replace

from clockify_cli.domain.entry import EntryFields
from clockify_cli.domain.exchange.sorting import Sorted, fingerprint, sort_out

from .files import utc

FIELDS = EntryFields(
    start=utc(23, 8),
    end=utc(23, 9),
    description="Write spec",
    project="p",
    task="t",
    tags=("a", "b"),
    billable=True,
)


@dataclass(frozen=True)
class Row:
    text: str
    ids: tuple[str, ...] = ()


def sort(rows: list[Row], known: dict[str, str], held: list[tuple[str, str]]) -> Sorted[Row]:
    return sort_out(rows, lambda row: row.text, lambda row: row.ids, known, held)


def test_two_entries_that_look_alike_have_one_fingerprint() -> None:
    alike = replace(FIELDS, description=" Write  spec ", tags=("b", "a"))

    assert fingerprint(alike) == fingerprint(FIELDS)


def test_every_field_that_a_person_sees_tells_entries_apart() -> None:
    others = [
        replace(FIELDS, start=utc(23, 7)),
        replace(FIELDS, end=utc(23, 10)),
        replace(FIELDS, description="write spec"),
        replace(FIELDS, project=None),
        replace(FIELDS, task=None),
        replace(FIELDS, tags=("a",)),
        replace(FIELDS, billable=False),
        replace(FIELDS, type="BREAK"),
    ]

    assert len({fingerprint(one) for one in [FIELDS, *others]}) == 9


def test_rows_into_an_empty_store_are_all_new() -> None:
    rows = [Row("one"), Row("two")]

    assert sort(rows, {}, []) == Sorted(tuple(rows), 0, 0)


def test_the_same_file_twice_adds_nothing() -> None:
    rows = [Row("one"), Row("two")]

    assert sort(rows, {}, [("a", "one"), ("b", "two")]) == Sorted((), 2, 0)


def test_a_row_whose_id_is_known_is_here_whatever_it_says_now() -> None:
    assert sort([Row("edited", ("a",))], {"a": "a"}, [("a", "before")]) == Sorted((), 1, 0)


def test_two_entries_that_look_alike_but_have_ids_are_both_kept() -> None:
    rows = [Row("same", ("a",)), Row("same", ("b",))]

    assert sort(rows, {}, []).new == tuple(rows)
    assert sort(rows, {"a": "a"}, [("a", "same")]).new == (rows[1],)
    assert sort(rows, {"a": "a", "b": "b"}, [("a", "same"), ("b", "same")]).new == ()


def test_a_row_with_an_unknown_id_that_looks_like_an_entry_here_is_here() -> None:
    assert sort([Row("one", ("x",))], {}, [("a", "one")]) == Sorted((), 1, 0)


def test_equal_rows_without_ids_are_as_many_entries() -> None:
    rows = [Row("one"), Row("one"), Row("one")]

    assert sort(rows, {}, []) == Sorted(tuple(rows), 0, 0)
    assert sort(rows, {}, [("a", "one"), ("b", "one")]) == Sorted((Row("one"),), 2, 0)


def test_a_row_whose_id_the_file_repeats_counts_once() -> None:
    assert sort([Row("x", ("a",)), Row("y", ("a",))], {}, []).repeats == 1
