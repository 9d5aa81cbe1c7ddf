"""Tests of bills: created once, never changed, corrected by the difference, and undone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from clockify_cli.actions.billing.bill_drafts import BillInput, draft, left_out_text, plan
from clockify_cli.actions.billing.bills import Put, check, every, make, outstanding, show, void
from clockify_cli.actions.viewing.filtering import FilterInput
from clockify_cli.domain.bill import Bill
from clockify_cli.domain.money import Amount
from clockify_cli.errors import ClockifyError, NotFound, UsageError
from clockify_cli.store.db.changes import Database
from tests.actions.office import HOUR, NOW, Office, at, given, rows

EUR = "EUR"


def billed(office: Office) -> int:
    """Return the cents of all live bills."""
    return sum(bill.total.cents for bill in every(office.ctx()) if bill.state == "live")


def found(office: Office, ref: str | None = None) -> list[tuple[str, str, str]]:
    return [(one.ref, one.what, one.why) for one in check(office.ctx(), ref).findings]


def refused(code: str) -> pytest.RaisesExc[UsageError]:
    return pytest.raises(UsageError, check=lambda error: error.code == code)


# ── making ───────────────────────────────────────────────────────────────────────────────────


def test_a_bill_has_a_line_for_each_project_and_task(office: Office) -> None:
    office.add(at(9), at(10.5), "Acme/Website/Draft", "a")
    office.add(at(11), at(12), "Acme/Website/Draft", "b")
    office.add(at(9, 23), at(9.25, 23), "Acme/Website")
    office.add(at(13), at(15), "Acme/App")
    made = office.bill("41")
    assert rows(made.bill.lines) == [
        ("App", "2.00", "95.00", "190.00"),
        ("Website · Draft", "2.50", "95.00", "237.50"),
        ("Website", "0.25", "95.00", "23.75"),
    ]
    assert made.bill.total == Amount(45_125, EUR)
    draft_line = made.bill.lines[1]
    assert (draft_line.project, draft_line.task, draft_line.seconds) == ("Website", "Draft", 9000)
    assert (str(draft_line.first), str(draft_line.last)) == ("2026-11-24", "2026-11-24")
    assert show(office.ctx(), "41") == made.bill


def test_what_is_left_out_is_said_with_its_reason(office: Office) -> None:
    office.add(at(7), at(8))
    office.bill("40")
    office.add(at(9), at(10))
    office.add(at(10), at(10.5), billable=False)
    office.add(at(11), at(11.5), billable=False)
    office.add(at(16), None)
    office.add(at(16, 25), at(17, 25))
    office.add(at(12), at(13), "Beta/Site")
    office.add(at(13), at(13))
    drafted = office.draft("41", "month")
    assert rows(drafted.bill.lines) == [("Website", "1.00", "95.00", "95.00")]
    assert [(one.why, one.count, one.seconds) for one in drafted.left_out] == [
        ("not billable", 2, 3600),
        ("in the future", 1, 3600),
        ("on bill 40", 1, 3600),
        ("still running", 1, 0),
    ]


def test_without_a_range_everything_up_to_now_is_billed(office: Office) -> None:
    office.add(at(9, 3, 2), at(10, 3, 2))
    office.add(at(9), at(10))
    office.add(at(18), at(19))
    made = office.bill("41")
    assert [line.quantity for line in made.bill.lines] == [200]
    assert made.bill.range.start is None
    assert made.bill.range.end == NOW


def test_an_entry_over_midnight_belongs_to_the_day_on_which_it_starts(office: Office) -> None:
    office.add(at(23, 31, 10), at(25, 31, 10))
    office.add(at(23, 23), at(26, 23))
    bill = office.bill("41", "2026-11").bill
    assert [(line.quantity, line.seconds) for line in bill.lines] == [(300, 10_800)]
    assert (str(bill.lines[0].first), str(bill.lines[0].last)) == ("2026-11-23", "2026-11-23")
    assert [line.quantity for line in office.bill("40", "2026-10").bill.lines] == [200]


def test_entries_that_start_before_the_range_and_end_in_it_are_named(office: Office) -> None:
    office.add(at(22, 31, 10), at(25, 31, 10), description="Night shift")
    office.add(at(9), at(10))
    office.add(at(23, 30), at(26, 30))
    says = (
        "left out: 1 entry (3:00), starts before the range (Night shift, Sat 31 Oct 2026):"
        " an entry is billed with the day on which it starts"
    )

    assert [left_out_text(one) for one in office.draft("41", "2026-11").left_out] == [
        says,
        "left out: 1 entry (3:00), in the future",
    ]
    assert office.draft("41").left_out == ()

    # The bill of the month before contains it; then there is nothing to report.
    office.bill("40", "2026-10")
    assert len(office.draft("41", "2026-11").left_out) == 1


def test_a_range_with_only_an_earlier_entry_says_why_there_is_nothing_to_bill(
    office: Office,
) -> None:
    office.add(at(23, 31, 10), at(25, 31, 10))
    office.add(at(22, 31, 10), at(24.5, 31, 10))
    with refused("nothing-to-bill") as error:
        office.draft("41", "2026-11")
    assert "left out: 2 entries (4:30), start before the range" in error.value.details[0]


def test_billable_breaks_are_billed(office: Office) -> None:
    office.add(at(9), at(10), type_="BREAK")
    assert [line.quantity for line in office.bill("41").bill.lines] == [100]


def test_a_filter_narrows_what_is_billed(office: Office) -> None:
    office.add(at(9), at(10), "Acme/Website")
    office.add(at(10), at(11), "Acme/App")
    assert rows(office.bill("41", project="App").bill.lines) == [("App", "1.00", "95.00", "95.00")]
    assert rows(office.bill("42").bill.lines) == [("Website", "1.00", "95.00", "95.00")]


def test_work_without_a_client_or_project_can_be_billed_too(office: Office) -> None:
    office.add(at(9), at(10), "")
    assert rows(office.bill("41", client="none").bill.lines) == [
        ("Hours", "1.00", "95.00", "95.00")
    ]


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("project", [("App", "0.50"), ("Website", "2.50")]),
        ("day", [("Mon 23 Nov 2026", "0.50"), ("Tue 24 Nov 2026", "2.50")]),
        ("week,project", [("Week 48 · App", "0.50"), ("Week 48 · Website", "2.50")]),
        ("client", [("Acme", "3.00")]),
        (
            "description",
            [("Fix", "1.50"), ("Plan", "0.50"), ("Hours", "1.00")],
        ),
    ],
)
def test_lines_are_divided_as_asked(office: Office, by: str, lines: list[tuple[str, str]]) -> None:
    office.add(at(9), at(10), "Acme/Website/Draft", "Fix")
    office.add(at(10), at(10.5), "Acme/Website", "Fix")
    office.add(at(11), at(12), "Acme/Website")
    office.add(at(9, 23), at(9.5, 23), "Acme/App", "Plan")
    bill = office.bill("41", by=by).bill
    assert [(line.description, line.quantity_text) for line in bill.lines] == lines


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"client": "Nobody"}, "not-found"),
        ({"by": "tag"}, "usage"),
        ({"by": "user"}, "usage"),
        ({"by": "nonsense"}, "usage"),
        ({"round": "soon"}, "bad-time"),
        ({"round_by": "week", "round": "15m"}, "usage"),
        ({"round_by": "day"}, "usage"),
        ({"currency": ""}, "usage"),
        ({"currency": "Euro"}, "nothing-to-bill"),
        ({"project": "!Website"}, "nothing-to-bill"),
    ],
)
def test_what_cannot_be_billed_is_refused_and_nothing_is_made(
    office: Office, more: dict[str, str], code: str
) -> None:
    office.add(at(9), at(10))
    with pytest.raises(ClockifyError) as error:
        office.bill("41", **more)
    assert error.value.code == code
    assert every(office.ctx()) == []


@pytest.mark.parametrize("ref", ["", "  ", "x" * 101, "a\nb", "-n"])
def test_a_ref_is_something_that_can_be_typed(office: Office, ref: str) -> None:
    office.add(at(9), at(10))
    with refused("usage"):
        office.bill(ref)


def test_a_bill_is_for_one_client(office: Office) -> None:
    office.add(at(9), at(10))
    office.add(at(10), at(11), "Beta/Site")
    ctx = office.ctx()
    for clients in ((), ("Acme", "Beta"), ("!Acme",), ("Acme", "!Beta")):
        with refused("usage"):
            plan(ctx, BillInput(ref="41", chosen=FilterInput(clients=clients)))
    with refused("usage"):
        plan(ctx, BillInput(ref="41", chosen=FilterInput(clients=("Acme",), billable=False)))


def test_entries_without_a_rate_refuse_the_bill_and_are_named(office: Office) -> None:
    office.configure('"rate.Acme/App" = "80EUR"')
    entry = office.add(at(9), at(10), "Acme/Website", "Fix login")
    office.add(at(10), at(11), "Acme/App")
    with refused("no-rate") as error:
        office.bill("41")
    assert error.value.message == "1 entry to bill has no rate"
    (line,) = error.value.details
    assert line == f"2026-11-24 09:00  1:00  Acme / Website · Fix login  {entry[-8:]}"
    assert every(office.ctx()) == []
    office.edit(entry, billable=False)
    assert rows(office.bill("41").bill.lines) == [("App", "1.00", "80.00", "80.00")]


def test_two_currencies_are_refused_and_one_can_be_chosen(office: Office) -> None:
    office.configure('rate = "95EUR"\n"rate.Acme/App" = "110USD"')
    office.add(at(9), at(10), "Acme/Website")
    office.add(at(10), at(12), "Acme/App")
    with refused("currencies") as error:
        office.bill("41")
    assert error.value.details == ("EUR: 1 entry (1:00)", "USD: 1 entry (2:00)")
    drafted = office.draft("41", currency="usd")
    assert rows(drafted.bill.lines) == [("App", "2.00", "110.00", "220.00")]
    assert [(one.why, one.count) for one in drafted.left_out] == [("in EUR", 1)]
    assert office.bill("41", currency="USD").bill.total == Amount(22_000, "USD")
    assert office.bill("42").bill.total == Amount(9500, "EUR")


# ── the same REF again ───────────────────────────────────────────────────────────────────────


def test_the_same_ref_range_and_filter_is_the_stored_bill_also_when_entries_were_added(
    office: Office,
) -> None:
    office.add(at(9), at(10))
    first = office.bill("41", "2026-11")
    office.add(at(10), at(11))
    office.now = at(17, 26)
    again = office.bill("41", "2026-11")
    assert (again.already, again.bill, again.change_id) == (True, first.bill, None)
    assert len(every(office.ctx())) == 1


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (("2026-10",), {}),
        ((), {}),
        (("2026-11",), {"client": "Beta"}),
        (("2026-11",), {"project": "Website"}),
        (("2026-11",), {"by": "day"}),
        (("2026-11",), {"round": "30m"}),
        (("2026-11",), {"currency": "USD"}),
    ],
)
def test_the_same_ref_with_other_content_is_refused(
    office: Office, words: tuple[str, ...], more: dict[str, str]
) -> None:
    office.add(at(9), at(10))
    office.add(at(10), at(11), "Beta/Site")
    office.bill("41", "2026-11", round="15m", by="project", currency="EUR")
    assert office.bill("41", "2026-11", round="15m").already
    with refused("other-content"):
        office.bill("41", *words, **more)


def test_a_ref_that_was_voided_is_never_used_again(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41")
    void(office.ctx(), "41")
    with refused("voided"):
        office.bill("41")
    assert office.bill("42").bill.total == Amount(9500, EUR)
    assert void(office.ctx(), "41").already
    with pytest.raises(NotFound):
        void(office.ctx(), "43")


# ── what was billed is frozen ────────────────────────────────────────────────────────────────


def test_what_was_billed_stays_whatever_becomes_of_names_rates_and_entries(office: Office) -> None:
    entry = office.add(at(9), at(10), "Acme/Website/Draft", "a")
    bill = office.bill("41").bill
    office.rename("Acme", "Acme Inc.")
    office.rename("Acme/Website", "Site")
    office.configure('rate = "120EUR"')
    office.edit(entry, end=at(12), description="b")
    assert show(office.ctx(), "41") == bill
    office.delete(entry)
    assert every(office.ctx()) == [bill]
    office.add(at(13), at(14))
    assert rows(office.bill("42").bill.lines) == [("Site", "1.00", "120.00", "120.00")]


def test_an_entry_is_on_one_live_bill_whatever_is_tried(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41")
    with refused("nothing-to-bill") as error:
        office.bill("42")
    assert error.value.details == ("left out: 1 entry (1:00), on bill 41",)
    assert billed(office) == 9500


def test_the_database_itself_keeps_an_entry_from_two_live_bills(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41")
    rows_ = office.db.all("SELECT * FROM bill_entries")
    with pytest.raises(sqlite3.IntegrityError):
        office.db.run(
            f"INSERT INTO bill_entries VALUES ({', '.join('?' * 18)})", ("f" * 32, *rows_[0][1:])
        )


# ── checking ─────────────────────────────────────────────────────────────────────────────────


def test_a_bill_that_still_holds_has_no_findings(office: Office) -> None:
    entry = office.add(at(9), at(10), description="a")
    office.bill("41", "2026-11")
    office.rename("Acme/Website", "Site")
    office.configure('rate = "120EUR"')
    office.edit(entry, description="another text", tags=("x" * 32,))
    assert found(office) == []
    assert check(office.ctx()).bills == ("41",)


def test_what_changed_vanished_or_came_late_is_found(office: Office) -> None:
    first = office.add(at(9), at(10))
    second = office.add(at(10), at(11))
    office.add(at(11), at(12))
    office.bill("41", "2026-11")
    office.edit(first, end=at(9.5))
    office.delete(second)
    office.add(at(13), at(14))
    office.add(at(14), at(15), billable=False)
    office.add(at(15), at(16), "Beta/Site")
    office.add(at(9, 31, 10), at(10, 31, 10))
    office.add(at(16), None)
    assert found(office) == [
        ("41", "changed", "1:00 became 0:30"),
        ("41", "vanished", "was deleted"),
        ("41", "new", "is not billed"),
    ]
    assert found(office, "41") == found(office)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"end": at(10, 24) + HOUR / 120}, "1:00 became 1:00:30"),
        ({"billable": False}, "is not billable any more"),
        ({"start": at(9, 23), "end": at(10, 23)}, "moved from 2026-11-24 to 2026-11-23"),
        (
            {"start": at(9, 31, 10), "end": at(10, 31, 10)},
            "is outside the bill's range now (2026-10-31)",
        ),
        ({"project": "Beta/Site"}, "belongs to Beta now, project Website became Site"),
        ({"project": "Acme/App"}, "project Website became App"),
        ({"task": "Acme/Website/Draft"}, "task none became Draft"),
        ({"project": None}, "belongs to no client now, project Website became none"),
        ({"end": None}, "runs again"),
        ({"start": at(9.5), "end": at(10.5)}, ""),
    ],
)
def test_what_changed_is_said(office: Office, changes: dict[str, object], why: str) -> None:
    entry = office.add(at(9), at(10))
    office.bill("41", "2026-11")
    named = {
        name: office.named(value) if isinstance(value, str) else value
        for name, value in changes.items()
    }
    office.edit(entry, **named)
    assert found(office) == ([("41", "changed", why)] if why else [])


def test_a_late_entry_is_that_of_the_bill_made_last(office: Office) -> None:
    office.add(at(9, 2), at(10, 2))
    office.bill("40")
    office.now = at(17, 26)
    office.add(at(9, 25), at(10, 25))
    office.bill("41")
    office.add(at(9, 3), at(10, 3))
    assert found(office) == [("41", "new", "is not billed")]
    assert found(office, "40") == [("40", "new", "is not billed")]


def test_a_voided_bill_is_not_checked_and_another_is_not_found(office: Office) -> None:
    entry = office.add(at(9), at(10))
    office.bill("41")
    void(office.ctx(), "41")
    office.delete(entry)
    assert found(office) == found(office, "41") == []
    with pytest.raises(NotFound):
        check(office.ctx(), "42")


# ── corrections ──────────────────────────────────────────────────────────────────────────────


def test_a_correction_bills_the_difference_alone(office: Office) -> None:
    entry = office.add(at(9), at(10), "Acme/Website")
    office.add(at(10), at(11), "Acme/App")
    office.bill("41", "2026-11")
    office.edit(entry, end=at(10.5))
    office.add(at(13), at(13.5), "Acme/Shop")
    made = office.correct("41-K", "41")
    assert made.bill.corrects == "41"
    assert rows(made.bill.lines) == [
        ("Website", "-1.00", "95.00", "-95.00"),
        ("Website", "1.50", "95.00", "142.50"),
        ("Shop", "0.50", "95.00", "47.50"),
    ]
    assert made.bill.total == Amount(9500, EUR)
    assert billed(office) == 9500 * 2 + 9500
    assert found(office) == []
    with refused("nothing-to-bill"):
        office.correct("41-K2", "41")
    assert office.correct("41-K", "41").already


def test_a_correction_of_a_correction_goes_on_from_there(office: Office) -> None:
    entry = office.add(at(9), at(10))
    office.bill("41", "2026-11")
    office.edit(entry, end=at(11))
    office.correct("41-K", "41")
    office.edit(entry, end=at(12))
    second = office.correct("41-L", "41-K").bill
    assert second.corrects == "41"
    assert rows(second.lines) == [
        ("Website", "-2.00", "95.00", "-190.00"),
        ("Website", "3.00", "95.00", "285.00"),
    ]
    assert (billed(office), found(office)) == (3 * 9500, [])


def test_what_was_billed_keeps_its_rate_in_a_correction(office: Office) -> None:
    entry = office.add(at(9), at(10))
    office.bill("41", "2026-11")
    office.configure('rate = "100EUR"')
    assert found(office) == []
    office.edit(entry, end=at(11))
    office.add(at(12), at(13))
    assert rows(office.correct("41-K", "41").bill.lines) == [
        ("Website", "-1.00", "95.00", "-95.00"),
        ("Website", "2.00", "95.00", "190.00"),
        ("Website", "1.00", "100.00", "100.00"),
    ]


def test_an_entry_that_moved_to_another_client_is_taken_off_and_free_again(office: Office) -> None:
    entry = office.add(at(9), at(10))
    office.add(at(10), at(11))
    office.bill("41", "2026-11")
    office.edit(entry, project=office.named("Beta/Site"))
    with refused("nothing-to-bill"):
        office.bill("B1", client="Beta")
    office.correct("41-K", "41")
    assert billed(office) == 9500
    assert rows(office.bill("B1", client="Beta").bill.lines) == [("Site", "1.00", "95.00", "95.00")]
    assert found(office) == []


def test_a_bill_of_which_nothing_is_left_is_taken_off_as_a_whole(office: Office) -> None:
    entry = office.add(at(9), at(10))
    office.bill("41", "2026-11")
    office.delete(entry)
    assert rows(office.correct("41-K", "41").bill.lines) == [
        ("Website", "-1.00", "95.00", "-95.00")
    ]
    assert (billed(office), found(office)) == (0, [])


def test_a_correction_has_the_terms_of_its_bill(office: Office) -> None:
    entry = office.add(at(9), at(9.1))
    office.bill("41", "2026-11", round="15m:up")
    office.edit(entry, end=at(9.3))
    ctx = office.ctx()
    for other in (
        BillInput(ref="41-K", correct="41", by="day"),
        BillInput(ref="41-K", correct="41", round="6m"),
        BillInput(ref="41-K", correct="41", round_by="day"),
        BillInput(ref="41-K", correct="41", currency="EUR"),
        BillInput(ref="41-K", correct="41", words=("2026-11",)),
        BillInput(ref="41-K", correct="41", chosen=FilterInput(clients=("Acme",))),
    ):
        with refused("usage"):
            plan(ctx, other)
    with pytest.raises(NotFound):
        plan(ctx, BillInput(ref="41-K", correct="42"))
    assert [line.quantity for line in office.correct("41-K", "41").bill.lines] == [-25, 50]


def test_the_ref_of_a_correction_is_not_that_of_another_bill(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41", "2026-11")
    office.add(at(10), at(11))
    with refused("other-content"):
        office.correct("41", "41")
    office.correct("41-K", "41")
    with refused("other-content"):
        office.bill("41-K", "2026-11")


def test_a_bill_in_another_currency_by_now_is_taken_off_and_said(office: Office) -> None:
    office.configure('rate = "95EUR"\n"rate.Acme/App" = "110USD"')
    entry = office.add(at(9), at(10))
    office.bill("41", "2026-11")
    office.edit(entry, project=office.named("Acme/App"))
    ctx = office.ctx()
    drafted = draft(ctx, plan(ctx, BillInput(ref="41-K", correct="41")))
    assert [line.amount for line in drafted.bill.lines] == [-9500]
    assert [(one.why, one.count) for one in drafted.left_out] == [("in USD", 1)]


# ── taking back ──────────────────────────────────────────────────────────────────────────────


def test_voiding_frees_the_entries_and_undo_and_redo_go_both_ways(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41")
    office.undo()
    assert (every(office.ctx()), billed(office)) == ([], 0)
    office.redo()
    assert billed(office) == 9500
    void(office.ctx(), "41")
    assert [(bill.ref, bill.state) for bill in every(office.ctx())] == [("41", "void")]
    assert office.draft("42").bill.total == Amount(9500, EUR)
    office.undo()
    assert show(office.ctx(), "41").state == "live"
    with refused("nothing-to-bill"):
        office.bill("42")
    office.undo()
    assert every(office.ctx()) == []
    assert office.bill("41").bill.total == Amount(9500, EUR)


def test_a_voided_bill_does_not_come_back_where_another_has_its_entries(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41")
    void(office.ctx(), "41")
    office.bill("42")
    with refused("billed") as error:
        office.undo(number_of(office, "void"))
    assert 'on bill "42"' in error.value.message
    assert billed(office) == 9500


def test_a_bill_that_is_corrected_is_voided_after_its_correction(office: Office) -> None:
    entry = office.add(at(9), at(10))
    office.bill("41", "2026-11")
    office.edit(entry, end=at(11))
    office.correct("41-K", "41")
    with refused("corrected"):
        void(office.ctx(), "41")
    with refused("corrected"):
        office.undo(number_of(office, "bill"))
    void(office.ctx(), "41-K")
    assert billed(office) == 9500
    assert found(office) == [("41", "changed", "1:00 became 2:00")]
    office.correct("41-L", "41")
    assert billed(office) == 19_000
    with refused("changed-since"):
        office.undo(number_of(office, "void"))
    void(office.ctx(), "41-L")
    void(office.ctx(), "41")
    assert billed(office) == 0
    assert office.draft("42").bill.total == Amount(19_000, EUR)


def number_of(office: Office, verb: str) -> int:
    """Return the number of the first change with *verb*."""
    row = office.db.one("SELECT min(id) FROM change WHERE verb = ?", (verb,))
    assert row is not None
    return int(row[0])


def test_history_tells_of_bills(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41")
    void(office.ctx(), "41")
    told = office.db.all("SELECT verb, summary FROM change ORDER BY id DESC LIMIT 2")
    assert told == [("void", "41 for Acme, 95.00 EUR"), ("bill", "41 for Acme, 95.00 EUR")]


# ── two at once, and the file ────────────────────────────────────────────────────────────────


def test_of_two_processes_the_second_finds_nothing_left(office: Office) -> None:
    office.add(at(9), at(10))
    with Database(office.paths.database) as other:
        theirs = office.ctx(other)
        planned = plan(theirs, given("42"))
        seen = draft(theirs, planned)
        office.bill("41")
        with refused("nothing-to-bill"):
            make(theirs, planned, seen)
    assert [bill.ref for bill in every(office.ctx())] == ["41"]


def test_of_two_processes_with_one_ref_the_second_gets_the_bill_of_the_first(
    office: Office,
) -> None:
    office.add(at(9), at(10))
    with Database(office.paths.database) as other:
        theirs = office.ctx(other)
        planned = plan(theirs, given("41"))
        seen = draft(theirs, planned)
        first = office.bill("41")
        second = make(theirs, planned, seen)
    assert second.already
    assert second.bill == first.bill


def test_what_was_agreed_to_is_what_is_billed(office: Office) -> None:
    office.add(at(9), at(10))
    ctx = office.ctx()
    planned = plan(ctx, given("41"))
    seen = draft(ctx, planned)
    office.add(at(10), at(11))
    with refused("changed-meanwhile"):
        make(ctx, planned, seen)
    assert every(ctx) == []


class Writer:
    """Replaces a file: records what was done in which order, and fails where it is told to."""

    def __init__(self, office: Office, fails: str = "") -> None:
        self.office, self.fails = office, fails
        self.done: list[str] = []

    @contextmanager
    def __call__(self, bill: Bill) -> Iterator[Put]:
        self._do("written")
        try:
            yield lambda: self._do("put")
        finally:
            self.done.append("cleared")

    def _do(self, what: str) -> None:
        with Database(self.office.paths.database) as other:
            made = len(every(self.office.ctx(other)))
        self.done.append(f"{what}, {made} made")
        if what == self.fails:
            raise OSError(what)


def test_the_file_is_written_before_the_bill_is_made_and_named_after(office: Office) -> None:
    office.add(at(9), at(10))
    writer = Writer(office)
    ctx = office.ctx()
    made = make(ctx, plan(ctx, given("41")), prepare=writer)
    assert writer.done == ["written, 0 made", "put, 1 made", "cleared"]
    again = Writer(office)
    assert make(ctx, plan(ctx, given("41")), prepare=again).bill == made.bill
    assert again.done == ["written, 1 made", "put, 1 made", "cleared"]


@pytest.mark.parametrize(("fails", "made"), [("written", 0), ("put", 1)])
def test_a_file_that_cannot_be_written_leaves_no_bill_or_the_bill(
    office: Office, fails: str, made: int
) -> None:
    office.add(at(9), at(10))
    ctx = office.ctx()
    with pytest.raises(OSError, match=fails):
        make(ctx, plan(ctx, given("41")), prepare=Writer(office, fails))
    assert len(every(office.ctx())) == made


# ── what is not billed yet ───────────────────────────────────────────────────────────────────


def test_what_is_not_billed_yet_is_told_by_client(office: Office) -> None:
    office.configure('"rate.Acme" = "95EUR"\n"rate.Acme/App" = "110USD"\n"rate.Beta" = "80EUR"')
    office.add(at(9, 3, 3), at(10, 3, 3), "Acme/Website")
    office.add(at(9), at(9.5), "Acme/App")
    office.add(at(10), at(12), "Beta/Site")
    office.add(at(9, 1, 1), at(10, 1, 1), "Gamma/Site")
    office.add(at(13), at(14), "Acme/Website", billable=False)
    office.add(at(16), None, "Acme/Website")
    sums = outstanding(office.ctx()).clients
    assert [
        (one.client.name, one.count, one.seconds, list(map(str, one.amounts)), one.unrated)
        for one in sums
    ] == [
        ("Gamma", 1, 3600, [], 1),
        ("Acme", 2, 5400, ["95.00 EUR", "55.00 USD"], 0),
        ("Beta", 1, 7200, ["160.00 EUR"], 0),
    ]
    assert sums[1].oldest == at(9, 3, 3)
    office.bill("41", client="Beta")
    office.bill("42", client="Acme", currency="USD")
    left = [(one.client.name, one.seconds) for one in outstanding(office.ctx()).clients]
    assert left == [("Gamma", 3600), ("Acme", 3600)]


@pytest.mark.parametrize("level", ["entry", "day", "group"])
def test_what_is_not_billed_yet_comes_to_what_its_bill_would(office: Office, level: str) -> None:
    office.configure(
        f'rate = "95EUR"\n"rate.Acme/App" = "33.33EUR"\nround = "15m:up:{level}"\n'
        '"round.Beta" = "none"\n"round.Gamma" = "6m:down:day"'
    )
    for client in ("Acme", "Beta", "Gamma"):
        for number in range(7):
            start = at(8 + number, 20 + number % 3)
            office.add(start, start + HOUR / 7, f"{client}/{('Web', 'App')[number % 2]}")
    for one in outstanding(office.ctx()).clients:
        bill = office.draft("41", client=one.client.name).bill
        assert one.amounts == (bill.total,)
        assert one.seconds == sum(line.seconds for line in bill.lines)


def test_what_was_asked_for_is_kept_as_json(office: Office) -> None:
    office.add(at(9), at(10))
    office.bill("41", "2026-11", round="15m")
    (text,) = office.db.one("SELECT asked FROM bills") or ("",)
    said = json.loads(text)
    assert (said["round"], said["by"], said["correct"]) == ("15m", None, None)
    assert said["filter"]["clients"] == [[office.names["Acme"]], []]
