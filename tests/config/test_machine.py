"""Tests of the machine's zone: TZ, the system's link, else UTC."""

from __future__ import annotations

from pathlib import Path

import pytest

from clockify_cli.config.settings import machine_zone, unknown_zone


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Asia/Kathmandu", "Asia/Kathmandu"),
        (":/usr/share/zoneinfo/posix/Asia/Kathmandu", "Asia/Kathmandu"),
        ("UTC", "UTC"),
        ("UTC0", "UTC"),
        ("UTC-0", "UTC"),
        ("GMT0", "GMT0"),
        ("<+00>0", "UTC"),
        ("EST5", "Etc/GMT+5"),
        ("UTC-2", "Etc/GMT-2"),
        ("<+03>-3:00", "Etc/GMT-3"),
        ("IST-5:30", "UTC"),
        ("UTC99", "UTC"),
        ("EST5EDT", "EST5EDT"),
        (":", "UTC"),
        ("", "UTC"),
        ("CET-1CEST", "UTC"),
        ("/etc/passwd", "UTC"),
        ("../../etc/passwd", "UTC"),
    ],
)
def test_the_variable_names_the_zone_else_it_is_utc(value: str, zone: str) -> None:
    assert machine_zone({"TZ": value}) == zone


@pytest.mark.parametrize("value", ["{}", ":{}"])
@pytest.mark.parametrize("named", ["localtime", "my-zone"])
def test_the_variable_may_name_a_link_to_a_zone(tmp_path: Path, value: str, named: str) -> None:
    link = tmp_path / named
    link.symlink_to("/usr/share/zoneinfo/Asia/Kathmandu")
    environ = {"TZ": value.format(link)}
    assert machine_zone(environ, str(tmp_path / "localtime")) == "Asia/Kathmandu"
    assert unknown_zone(environ, str(tmp_path / "localtime")) == ""


@pytest.mark.parametrize(
    "value", ["", ":", "UTC0", ":UTC0", "EST5", ":Europe/Berlin", "/usr/share/zoneinfo/UTC"]
)
def test_what_is_a_zone_is_not_said_to_be_none(value: str) -> None:
    assert unknown_zone({"TZ": value}) == ""


@pytest.mark.parametrize("value", ["CET-1CEST", "Foo/Bar", "/etc/passwd", "IST-5:30", "UTC99"])
def test_what_is_no_zone_is_given_back_to_be_named(value: str) -> None:
    assert unknown_zone({"TZ": value}) == value


def test_without_the_variable_the_link_of_the_system_names_it(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("../usr/share/zoneinfo/America/New_York")
    assert machine_zone({}, str(link)) == "America/New_York"


def test_where_the_link_says_nothing_a_known_zone_comes_back_all_the_same(tmp_path: Path) -> None:
    assert machine_zone({"TZ": machine_zone({}, str(tmp_path / "none"))}) != ""
