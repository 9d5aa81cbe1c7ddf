"""The machine's zone: TZ, the link of the system, else UTC."""

from __future__ import annotations

from pathlib import Path

import pytest

from clockify_cli.config.machine import machine_zone


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Asia/Kathmandu", "Asia/Kathmandu"),
        (":/usr/share/zoneinfo/posix/Asia/Kathmandu", "Asia/Kathmandu"),
        ("UTC", "UTC"),
        ("", "UTC"),
        ("CET-1CEST", "UTC"),
        ("/etc/passwd", "UTC"),
        ("../../etc/passwd", "UTC"),
    ],
)
def test_the_variable_names_the_zone_else_it_is_utc(value: str, zone: str) -> None:
    assert machine_zone({"TZ": value}) == zone


def test_without_the_variable_the_link_of_the_system_names_it(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("../usr/share/zoneinfo/America/New_York")
    assert machine_zone({}, str(link)) == "America/New_York"


def test_where_the_link_says_nothing_a_known_zone_comes_back_all_the_same(tmp_path: Path) -> None:
    assert machine_zone({"TZ": machine_zone({}, str(tmp_path / "none"))}) != ""
