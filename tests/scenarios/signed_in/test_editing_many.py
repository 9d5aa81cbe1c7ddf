"""Tests of one command that changes fifty entries: a journal row each, three requests at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import TEN, Bench, FirstLogins, bench

COUNT = 50
LONG = pytest.mark.long


@pytest.fixture(params=["replaces", "merges"])
def office(
    request: pytest.FixtureRequest, tmp_path: Path, first_logins: FirstLogins
) -> Iterator[Bench]:
    """Fifty entries of yesterday with all fields, for each possible meaning of a bulk edit."""
    with bench(tmp_path, bulk_put=request.param) as found:
        project = found.fake.add_project("Webiste")
        found.fake.add_project("Website")
        tag = found.fake.add_tag("deep")
        for number in range(COUNT):
            start = TEN - timedelta(days=1, minutes=2 * number)
            found.fake.add_entry(
                start,
                start + timedelta(minutes=1),
                f"Work {number}",
                project_id=project.id,
                tag_ids=(tag.id,),
                billable=number % 2 == 0,
            )
        first_logins.sign_in(found)
        yield found


CHANGE = ("edit", "--range", "yesterday", "--where-project", "Webiste", "-p", "Website", "--yes")


@pytest.mark.parametrize(
    ("office", "minutes"),
    [
        ("replaces", 1),
        ("merges", 30),
        pytest.param("replaces", 30, marks=LONG),
        pytest.param("merges", 1, marks=LONG),
    ],
    indirect=["office"],
)
def test_fifty_entries_cost_three_requests_at_most(office: Bench, minutes: int) -> None:
    office.time.passes(minutes=minutes)
    before = {each.id: each for each in office.fake.entries()}
    done = office.ok(*CHANGE)
    assert len(done.requests) <= 3
    assert done.sent[-1] == "PUT time-entries"
    assert office.local_copy() == office.server_copy()
    for each in office.fake.entries():
        was = before[each.id]
        assert each.project_id != was.project_id
        kept = (each.description, each.tag_ids, each.start, each.end)
        assert kept == (was.description, was.tag_ids, was.start, was.end)


@pytest.mark.parametrize(
    "office", ["replaces", pytest.param("merges", marks=LONG)], indirect=["office"]
)
def test_each_of_them_is_a_row_of_its_own_and_undo_brings_all_back(office: Bench) -> None:
    before = office.server_copy()
    office.ok(*CHANGE, "--offline")
    assert len(office.ok("queue", "--json").json) == COUNT
    done = office.ok("sync")
    assert sum(each.method == "PUT" for each in done.requests) == 1
    assert office.local_copy() == office.server_copy()
    done = office.ok("undo")
    assert len(done.requests) <= 3
    assert office.server_copy() == office.local_copy() == before


@pytest.mark.parametrize(
    ("office", "fault"),
    [
        ("replaces", "S5"),
        ("merges", "S12"),
        ("replaces", "S13"),
        *(pytest.param("replaces", name, marks=LONG) for name in ("S3", "S6", "S9", "S12")),
        *(pytest.param("merges", name, marks=LONG) for name in ("S3", "S5", "S6", "S9", "S13")),
    ],
    indirect=["office"],
)
def test_through_a_fault_of_the_server_each_is_changed_once(office: Bench, fault: str) -> None:
    office.fake.fault(fault, {"method": "PUT", "path": "/time-entries$"})
    office.ok(*CHANGE)
    for _ in range(3):
        office.time.passes(minutes=4)
        office("sync")
    assert office.local_copy() == office.server_copy()
    assert len({each.project_id for each in office.fake.entries()}) == 1
    assert office.ok("queue", "--json").json == []


@pytest.mark.parametrize(
    "office", ["merges", pytest.param("replaces", marks=LONG)], indirect=["office"]
)
def test_one_that_clockify_refuses_holds_back_no_other(office: Bench) -> None:
    office.ok(*CHANGE, "--offline")
    (first, *_) = sorted(office.fake.entries(), key=lambda each: each.start)
    # Its tag is gone at Clockify, so it cannot be saved as it is.
    tag = office.fake.add_tag("gone")
    office.fake.change(first, tag_ids=(tag.id,))
    office.fake.delete(tag)
    done = office("sync")
    assert done.code in (0, 9)
    changed = [each for each in office.fake.entries() if each.project_id != first.project_id]
    assert len(changed) >= COUNT - 1


def test_a_field_of_fifty_entries_is_cleared(office: Bench, request: pytest.FixtureRequest) -> None:
    """Three requests at most; if a bulk edit clears nothing, each entry is sent separately."""
    done = office.ok("edit", "--range", "yesterday", "-p", "none", "--yes")
    if request.node.callspec.params["office"] == "replaces":
        assert len(done.requests) <= 3
    office.time.passes(minutes=4)
    office.ok("sync")
    assert {each.project_id for each in office.fake.entries()} == {None}
    assert office.local_copy() == office.server_copy()
    assert office.ok("queue", "--json").json == []
