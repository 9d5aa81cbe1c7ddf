from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from clockify_cli.domain.entry import LOCAL, EntryFields
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import MANY
from clockify_cli.store.timesheet.imported import ids_elsewhere, known_ids

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ELSEWHERE = "5" * 24
SERVER = "64a687e29ae1f428e7ebe303"


def add(db: Database, workspace: str, *, deleted: bool = False) -> str:
    with db.change(workspace, verb="add", at=NOW) as change:
        local_id = change.create_entry(EntryFields(start=NOW, end=NOW))
    if deleted:
        with db.change(workspace, verb="delete", at=NOW) as change:
            change.delete_entry(local_id)
    return local_id


def test_both_ids_of_an_entry_are_known_and_lead_to_ours(tmp_path: Path) -> None:
    with Database(tmp_path / "timesheet.db") as db:
        local_id = add(db, ELSEWHERE)
        db.run("UPDATE entry SET server_id = ?", (SERVER,))

        known = known_ids(db, ELSEWHERE, [local_id, SERVER, "f" * 32])

    assert known == {local_id: local_id, SERVER: local_id}


def test_what_was_deleted_and_what_is_elsewhere_is_not_known(tmp_path: Path) -> None:
    with Database(tmp_path / "timesheet.db") as db:
        gone, there = add(db, LOCAL, deleted=True), add(db, ELSEWHERE)

        assert known_ids(db, LOCAL, [gone, there]) == {}


def test_an_id_of_another_workspace_is_elsewhere_even_when_deleted(tmp_path: Path) -> None:
    with Database(tmp_path / "timesheet.db") as db:
        here, there = add(db, LOCAL), add(db, ELSEWHERE, deleted=True)

        assert ids_elsewhere(db, LOCAL, [here, there, "f" * 32]) == {there}


def test_a_full_timesheet_is_asked_by_index_alone(tmp_path: Path) -> None:
    with Database(tmp_path / "timesheet.db") as db:
        with db.transaction():
            db.run_many(
                "INSERT INTO entry (local_id, workspace, start, description, billable,"
                " custom_fields, type) VALUES (?, 'local', 0, '', 0, '[]', 'REGULAR')",
                [(f"{number:032x}",) for number in range(MANY + 1)],
            )
        db.run("ANALYZE")
        steps: list[str] = []
        db.read.set_progress_handler(lambda: steps.append("many"), 100_000)

        known = known_ids(db, LOCAL, [f"{number:032x}" for number in range(MANY + 1)])

    assert len(known) == MANY + 1
    # Reading all entries for each id would take some twenty million steps.
    assert len(steps) < 5
