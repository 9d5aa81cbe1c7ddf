"""Tests of one user at two addresses of one Clockify: two accounts in one timesheet."""

from __future__ import annotations

from tests.scenarios.signed_in.bench import Bench


def test_what_is_asked_for_at_one_address_is_not_the_answer_to_what_the_other_sent(
    clockify: Bench,
) -> None:
    key = clockify.fake.key
    other = clockify.fake.url.replace("127.0.0.1", "localhost")
    clockify.fake.fault("S5", {"method": "POST"})
    clockify.fake.fault("S12", {"method": "GET"})
    clockify.ok("add", "Once", "7-8")
    clockify.ok("login", "--api-url", other, "--with-key", typed=key)
    clockify.ok("log", "--refresh")
    clockify.time.passes(minutes=10)
    clockify.ok("login", "--api-url", clockify.fake.url, "--with-key", typed=key)
    clockify.ok("sync")
    assert [entry.description for entry in clockify.fake.entries()] == ["Once"]
    assert clockify.local_copy() == clockify.server_copy()
