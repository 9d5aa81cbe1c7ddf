"""Tests that exports of a signed-in person name that person and send no request."""

from __future__ import annotations

import csv
import io

from tests.scenarios.signed_in.bench import Bench


def test_an_export_names_its_person_and_is_known_again(clockify: Bench) -> None:
    clockify.ok("add", "Spec", "8-9", "-p", "Acme/Website", "--create", "-b")
    me = clockify.ok("whoami", "--json").json

    done = clockify.ok("export", "today", "--format", "clockify")

    assert done.requests == ()
    (row,) = csv.DictReader(io.StringIO(done.out, newline=""))
    assert (row["User"], row["Email"]) == (me["name"], me["email"])
    again = clockify("import", "-", typed=done.out)
    assert (again.code, again.out) == (
        0,
        "Nothing new to import.\n1 entry already in your timesheet.\n",
    )
    page = clockify.ok("report", "today", "--format", "html")
    assert page.requests == ()
    assert f"<dt>Person</dt><dd>{me['name']}</dd>" in page.out
