"""Where an entry was: typed, kept, shown, compared, sent and taken back like its description."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from clockify_cli.api.wire import read_entry, write_whole_entry
from clockify_cli.store.db.schema import MIGRATIONS
from clockify_cli.store.timesheet.entities import entry_of, entry_text, touched
from tests.api.wire_samples import BODY, entry_json
from tests.cli.conftest import Clockify, clockify, home  # noqa: F401
from tests.sync.household import Household, at
from tests.sync.twin import Twin
from tests.sync.virtual_clock import VirtualClock


def test_a_location_is_typed_shown_cleared_and_taken_back(clockify: Clockify) -> None:  # noqa: F811
    def locations() -> str:
        return clockify("log", "--fields", "location", "--format", "tsv").out

    assert clockify("add", "Standup", "9-9:15", "--location", "Berlin").code == 0
    assert locations() == "Berlin\n"
    assert json.loads(clockify("log", "--json").out)[0]["location"] == "Berlin"
    assert clockify("edit", "last", "--location", "Hamburg").code == 0
    assert clockify("edit", "last", "-d", "Daily").code == 0
    assert clockify("undo", "2").code == 0
    assert locations() == "Berlin\n"
    assert clockify("fav", "add", "daily").code == 0
    assert clockify("edit", "last", "--location", "none").code == 0
    assert locations() == "\n"
    assert clockify("start", "--fav", "daily").code == 0
    assert locations() == "\nBerlin\n"
    assert clockify("backup", "kept.db").code == 0
    assert b"Berlin" in Path("kept.db").read_bytes()


def test_a_location_that_both_sides_changed_waits_for_a_decision(tmp_path: Path) -> None:
    clock = VirtualClock()
    house = Household(tmp_path / "home", clock, Twin(clock))
    local_id = house.add(at("07:00"), at("07:30"), "Standup")
    house.push()
    clock.advance(3600)
    house.twin.web_edit(house.there(local_id).id, lambda there: replace(there, location="Hamburg"))
    house.edit(local_id, lambda fields: replace(fields, location="Berlin"))
    result = house.push()
    assert [row.verdict for row in result.reviewed] == ["changed at Clockify too: location"]
    assert house.entry(local_id).location == "Berlin"


def test_a_location_that_changed_at_clockify_alone_comes_with_a_pull(tmp_path: Path) -> None:
    clock = VirtualClock()
    house = Household(tmp_path / "home", clock, Twin(clock))
    local_id = house.add(at("07:00"), at("07:30"), "Standup")
    house.push()
    clock.advance(3600)
    house.twin.web_edit(house.there(local_id).id, lambda there: replace(there, location="Hamburg"))
    house.pull()
    assert house.entry(local_id).location == "Hamburg"


def test_a_location_is_read_and_sent_in_clockifys_json() -> None:
    assert read_entry(entry_json(location="Berlin")).location == "Berlin"
    assert write_whole_entry(replace(BODY, location="Berlin"))["location"] == "Berlin"
    assert "location" not in write_whole_entry(BODY)


def test_what_was_written_before_there_were_locations_has_none() -> None:
    text = entry_text(
        entry_of(
            '{"start":0,"end":9,"description":"","project":null,"task":null,'
            '"tags":[],"billable":false,"customFields":"[]","type":"REGULAR"}'
        )
    )
    old = json.dumps({key: value for key, value in json.loads(text).items() if key != "location"})
    assert entry_of(old).location == ""
    assert not touched(old, text)
    assert "location" in MIGRATIONS[-1][0]
