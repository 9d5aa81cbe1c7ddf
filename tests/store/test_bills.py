"""Tests of bills as rows, also when entries and names get other ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clockify_cli.actions.billing.bills import check, every
from clockify_cli.domain.entry import LOCAL
from clockify_cli.store.sync import replica
from clockify_cli.store.timesheet import bills
from clockify_cli.store.timesheet.billable import unbilled
from tests.actions.office import Office, at, on_bills, open_office

WORKSPACE, USER = "5f0000000000000000000001", "5f00000000000000000000aa"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Yield a timesheet with one bill of two entries."""
    with open_office(tmp_path, 'rate = "95EUR"') as found:
        found.add(at(9), at(10), "Acme/Website/Draft")
        found.add(at(10), at(11), "Acme/App")
        found.bill("41", "2026-11", project="App")
        found.bill("42", "2026-11")
        yield found


def test_a_bill_goes_with_its_entries_to_another_workspace(office: Office) -> None:
    ids = {old: f"{number:032x}" for number, old in enumerate(office.names.values())}
    with office.db.transaction():
        bills.move(office.db, LOCAL, WORKSPACE, USER, ids)
    assert every(office.ctx()) == []
    found = bills.every(office.db, WORKSPACE, USER)
    assert [bill.ref for bill in found] == ["41", "42"]
    assert {bill.client.id for bill in found} == {ids[office.names["Acme"]]}
    work = bills.billed(office.db, found[1].id)
    assert [one.task.id for one in work.values()] == [ids[office.names["Acme/Website/Draft"]]]
    assert ids[office.names["Acme/App"]] in bills.by_id(office.db, found[0].id).given
    assert ids[office.names["Acme/Website"]] in found[1].lines[0].key


def test_a_bill_whose_ref_is_in_use_there_stays(office: Office) -> None:
    with office.db.transaction():
        office.db.run(
            "UPDATE bills SET workspace = ?, user = ? WHERE ref = '42'", (WORKSPACE, USER)
        )
        office.db.run("UPDATE bills SET ref = '42' WHERE ref = '41'")
        bills.move(office.db, LOCAL, WORKSPACE, USER, {})
    assert [bill.ref for bill in every(office.ctx())] == ["42"]


def test_an_entry_that_gives_way_to_its_double_stays_billed(office: Office) -> None:
    (entry,) = bills.billed(office.db, every(office.ctx())[1].id)
    double = office.add(at(9), at(10), "Acme/Website/Draft")
    office.db.run("UPDATE entry SET server_id = 'x' WHERE local_id = ?", (entry,))
    with office.db.transaction():
        replica.give_id(office.db, LOCAL, "entry", double, "x")
    assert on_bills(office.db, [entry, double]) == {double: "42"}
    assert check(office.ctx()).findings == ()


def test_a_name_that_gives_way_to_its_double_changes_nothing_of_a_bill(office: Office) -> None:
    before = office.names.pop("Acme/App")
    office.db.run("UPDATE item SET server_id = 'x' WHERE local_id = ?", (before,))
    after = office.named("Acme/App")
    with office.db.transaction():
        replica.give_id(office.db, LOCAL, "project", after, "x")
    assert check(office.ctx()).findings == ()
    entry = office.add(at(12), at(13), "Acme/App")
    assert [one.ref for one in check(office.ctx()).findings] == ["42"]
    made = office.correct("41-K", "41")
    assert [line.quantity for line in made.bill.lines] == [-100, 200]
    assert entry in made.bill.lines[1].entries


def test_what_is_not_billed_is_summed_from_an_index_alone(office: Office) -> None:
    given: list[str] = []
    office.db.read.set_trace_callback(given.append)
    unbilled(office.db, LOCAL, None, at(12))
    office.db.read.set_trace_callback(None)
    (summed,) = (sql for sql in given if "GROUP BY" in sql)
    plan = [row[3] for row in office.db.read.execute(f"EXPLAIN QUERY PLAN {summed}")]
    assert any("COVERING INDEX entry_billable" in line or
               "USING INDEX entry_billable" in line for line in plan)  # fmt: skip
    assert not any("TEMP B-TREE" in line or line == "SCAN e" for line in plan)
