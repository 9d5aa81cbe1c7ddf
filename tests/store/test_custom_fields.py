from __future__ import annotations

from datetime import UTC, datetime

from clockify_cli.domain.workspace import CustomField
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet.entities import KnownFields, known_fields, save_fields

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PLACE = CustomField(
    id="a" * 24, name="Place", type="DROPDOWN_SINGLE", required=True, allowed=("Lab", "Heim")
)
COST = CustomField(id="b" * 24, name="Kosten €", type="NUMBER", filled=True)


def test_fields_come_back_as_they_were_saved_with_their_age(db: Database) -> None:
    save_fields(db, "w" * 24, [PLACE, COST], TEN)

    assert known_fields(db, "w" * 24) == KnownFields((PLACE, COST), TEN)


def test_a_workspace_that_was_never_asked_is_told_from_one_without_fields(db: Database) -> None:
    save_fields(db, "w" * 24, [], TEN)

    assert known_fields(db, "w" * 24).fetched == TEN
    assert known_fields(db, "v" * 24) == KnownFields()


def test_a_later_list_replaces_the_one_before(db: Database) -> None:
    save_fields(db, "w" * 24, [PLACE, COST], TEN)
    save_fields(db, "w" * 24, [COST], TEN.replace(hour=11))

    assert known_fields(db, "w" * 24) == KnownFields((COST,), TEN.replace(hour=11))
