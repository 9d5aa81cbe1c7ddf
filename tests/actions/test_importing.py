"""Tests of the import action: its progress, and that all of a file is imported or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clockify_cli.actions.data.importing import Imported, ImportRequest, import_entries
from tests.actions.office import Office, at
from tests.store.written import everything

ROWS = 3_000


def many(rows: int = ROWS) -> bytes:
    """Return a file with this number of entries, each a minute long."""

    def line(number: int) -> str:
        start: datetime = at(0, day=1) + timedelta(minutes=number)
        return f"{start.isoformat()},{(start + timedelta(seconds=59)).isoformat()},Row,Moved,deep"

    lines = ("start,end,description,projectName,tags", *map(line, range(rows)))
    return ("\n".join(lines) + "\n").encode()


def test_an_import_says_how_far_it_has_come_from_nothing_to_all(office: Office) -> None:
    told: list[float] = []

    import_entries(office.ctx(), ImportRequest(data=many(), name="many.csv"), told.append)

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len([part for part in told if 0.75 < part < 1]) >= 1


@pytest.mark.parametrize(
    ("part", "rows"),
    [
        (0.25, ROWS),
        *(pytest.param(n, 4 * ROWS, marks=pytest.mark.long) for n in (0.0, 0.25, 0.75, 0.9, 1.0)),
    ],
)
def test_an_import_that_is_interrupted_leaves_nothing_behind(
    office: Office, part: float, rows: int
) -> None:
    before = everything(office.db)

    def interrupt(done: float) -> None:
        if done >= part:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_entries(office.ctx(), ImportRequest(data=many(rows), name="many.csv"), interrupt)

    assert everything(office.db) == before
    whole = import_entries(office.ctx(), ImportRequest(data=many(rows), name="many.csv"))
    assert len(whole.entries) == rows


def test_the_entries_of_an_import_are_a_sequence(office: Office) -> None:
    done = import_entries(
        office.ctx(), ImportRequest(data=many(5), name="x.csv", dry_run=True)
    ).entries

    assert len(done) == 5
    assert done[0] == done[:2][0]
    assert list(done) == list(done[:])


IDS = b"""\
id,localId,start,end,description
,,2026-11-02T09:00:00Z,2026-11-02T10:00:00Z,without ids
,,2026-11-02T09:00:00Z,2026-11-02T10:00:00Z,without ids
64c777ddd3fcab07cfbb2101,,2026-11-02T10:00:00Z,2026-11-02T11:00:00Z,one of theirs
,865a25f786be0a2a2b551d76bc3f6856,2026-11-02T11:00:00Z,2026-11-02T12:00:00Z,one of ours
,865a25f786be0a2a2b551d76bc3f6856,2026-11-02T11:00:00Z,2026-11-02T12:00:00Z,one of ours
"""


def test_entries_get_the_same_ids_whether_or_not_anything_is_there(office: Office) -> None:
    def imported(*, dry_run: bool = False) -> Imported:
        return import_entries(
            office.ctx(), ImportRequest(data=IDS, name="ids.csv", dry_run=dry_run)
        )

    assert office.db.one("SELECT 1 FROM entry") is None
    first = imported(dry_run=True)
    import_entries(office.ctx(), ImportRequest(data=many(3), name="many.csv"))
    later = imported()

    assert [each.local_id for each in first.entries] == [each.local_id for each in later.entries]
    assert (len(first.entries), first.repeats, first.here) == (4, 1, 0)
    assert (later.repeats, later.here) == (1, 0)
    again = imported()
    assert (len(again.entries), again.repeats, again.here) == (0, 1, 4)
