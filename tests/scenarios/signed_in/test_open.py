"""Tests that `open` finds the right page, and a browser for it if there is a desktop."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clockify_cli.api.session import REGIONS, custom_address, region_address, web_origin
from tests.scenarios.signed_in.bench import Bench


@pytest.mark.parametrize("region", REGIONS)
def test_the_pages_of_a_region_are_on_its_own_host(region: str) -> None:
    base = region_address(region).base
    label = "app" if region == "global" else REGIONS[region]
    assert web_origin(base) == f"https://{label}.clockify.me"
    assert web_origin(custom_address("https://acme.example/api/v1").base) == "https://acme.example"


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ((), "/tracker"),
        (("timesheet",), "/timesheet"),
        (("report",), "/reports/summary"),
        (
            ("last",),
            "/reports/detailed?start=2026-11-24T00:00:00.000Z&end=2026-11-24T23:59:59.999Z",
        ),
    ],
)
def test_without_a_desktop_the_address_is_printed_and_nothing_asked(
    clockify: Bench, words: tuple[str, ...], page: str
) -> None:
    clockify.ok("add", "Early", "0:10-0:20")
    for more in ((), ("--print",)):
        done = clockify.ok("open", *words, *more, DISPLAY=":1" if more else "")
        assert done.out == f"{clockify.fake.url.removesuffix('/api/v1')}{page}\n"
        assert done.requests == ()
    as_json = clockify.ok("open", *words, "--json", DISPLAY=":1").json
    assert as_json == {"url": done.out.strip()}


def test_a_browser_is_given_the_address_and_not_the_key(clockify: Bench, tmp_path: Path) -> None:
    told, browser = tmp_path / "told", tmp_path / "my browser"
    os.mkfifo(told)
    browser.write_text(f'#!/bin/sh\n(echo "$@"; env) > "{told}"\n')
    browser.chmod(0o755)
    done = clockify.ok("open", "report", BROWSER=f"'{browser}' --tab %s")
    assert done.out == ""
    assert "/reports/summary" in done.err
    said = told.read_text()
    assert said.startswith(f"--tab {clockify.fake.url.removesuffix('/api/v1')}/reports/summary\n")
    assert clockify.fake.key not in said


def test_a_browser_that_is_not_there_prints_the_address(clockify: Bench) -> None:
    done = clockify.ok("open", BROWSER="/no/such/browser")
    assert done.out.endswith("/tracker\n")


def test_what_is_not_there_and_who_is_not_signed_in(clockify: Bench) -> None:
    assert clockify("open", "@7").code == 3
    assert clockify("open", "nothing").code == 3
    assert clockify("open", "-w", "local").code == 4
    assert clockify("open", BROWSER="'").code == 2


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *((word, 3) for word in ("../../user", "a?x=1", "a#b", "%2e%2e/x", "f" * 24, "-")),
        *((word, 3) for word in ("timesheets", "a\0b", "\x1b[31mred", "caf\udce9", "x" * 10_000)),
        *((word, 2) for word in ("", " ", "@x", "@-1", "@1.5", "@" + "9" * 400)),
        ("@99", 3),
    ],
    ids=ascii,
)
def test_what_is_no_page_opens_none(clockify: Bench, word: str, code: int) -> None:
    done = clockify("open", word, BROWSER="false")
    assert (done.code, done.out, done.requests) == (code, "", ())
    message, *hint = done.err.splitlines()
    assert len(message) < 200
    assert message.isprintable()
    assert hint
