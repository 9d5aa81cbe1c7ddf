"""Tests of the ledger of requests."""

from __future__ import annotations

from datetime import timedelta

from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import accounts
from tests.store.written import ACCOUNT, NOW, WORKSPACE

HOUR = timedelta(hours=1)


def test_requests_are_counted_by_workspace_and_in_order(db: Database) -> None:
    moments = [NOW - timedelta(minutes=90), NOW, NOW - timedelta(seconds=0.5)]
    for moment in moments:
        accounts.record_request(db, moment, ACCOUNT, WORKSPACE, "GET", "/user")
    accounts.record_request(db, NOW, ACCOUNT, "other", "GET", "/user")
    assert accounts.request_times(db, WORKSPACE, NOW - HOUR) == [moments[2], moments[1]]


def test_an_answer_is_noted_beside_its_request(db: Database) -> None:
    number = accounts.record_request(db, NOW, ACCOUNT, WORKSPACE, "POST", "/time-entries")
    accounts.request_answered(db, number, 201)
    assert db.all("SELECT method, path, status FROM ledger") == [("POST", "/time-entries", 201)]


def test_old_requests_are_forgotten(db: Database) -> None:
    accounts.record_request(db, NOW - accounts.KEPT - HOUR, ACCOUNT, WORKSPACE, "GET", "/user")
    accounts.record_request(db, NOW, ACCOUNT, WORKSPACE, "GET", "/user")
    assert db.one("SELECT count(*) FROM ledger") == (1,)


def test_a_closed_window_is_that_of_its_workspace(db: Database) -> None:
    assert accounts.closed_until(db, WORKSPACE) is None
    accounts.close_window(db, WORKSPACE, NOW)
    accounts.close_window(db, WORKSPACE, NOW + HOUR)
    assert accounts.closed_until(db, WORKSPACE) == NOW + HOUR
    assert accounts.closed_until(db, "other") is None


def test_the_last_answer_of_an_account_is_known_whatever_is_still_on_its_way(db: Database) -> None:
    assert accounts.last_status(db, ACCOUNT) is None
    for status in (200, 401):
        number = accounts.record_request(db, NOW, ACCOUNT, WORKSPACE, "GET", "/user")
        accounts.request_answered(db, number, status)
    accounts.record_request(db, NOW, ACCOUNT, WORKSPACE, "GET", "/user")
    accounts.request_answered(
        db, accounts.record_request(db, NOW, "other", WORKSPACE, "GET", "/user"), 200
    )
    assert accounts.last_status(db, ACCOUNT) == 401
