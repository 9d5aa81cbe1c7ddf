"""Tests of the lines of a bill, by a table made by hand and by properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.bill import (
    NOBODY,
    Bill,
    BillRange,
    Line,
    Named,
    Place,
    Terms,
    Work,
    changes_in,
    corrected,
    lines_of,
    rate_then,
    still_billed,
)
from clockify_cli.domain.money import Amount, Rate, decimal_text, hundredths, line_price
from clockify_cli.domain.report import Dimension
from clockify_cli.domain.rounding import LEVELS, MODES, Rounding
from clockify_cli.values import replace

ACME, BETA = Named("c1", "Acme"), Named("c2", "Beta")
WEBSITE, APP = Named("p1", "Website"), Named("p2", "App")
DRAFT = Named("t1", "Draft")
EUR = Rate(9500, "EUR")


def work(
    minutes: float,
    day: int = 24,
    *,
    entry: str = "",
    project: Named = WEBSITE,
    task: Named = NOBODY,
    description: str = "",
    rate: Rate | None = EUR,
    hour: int = 9,
) -> Work:
    start = datetime(2026, 11, day, hour, tzinfo=UTC)
    return Work(
        entry=entry or f"{project.id}-{day}-{hour}-{minutes}",
        start=start,
        end=start + timedelta(seconds=round(minutes * 60)),
        day=start.date(),
        client=ACME,
        project=project,
        task=task,
        description=description,
        rate=rate,
    )


def told(lines: tuple[Line, ...]) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            line.description,
            line.quantity_text,
            line.price_text,
            line.amount_text,
            line.rate.currency,
        )
        for line in lines
    ]


# ── by hand ──────────────────────────────────────────────────────────────────────────────────

THREE = (work(7, 23), work(20, 23, hour=10), work(31, 24))


@pytest.mark.parametrize(
    ("rounding", "quantity", "amount"),
    [
        (None, "0.97", "92.15"),
        (Rounding(900, "up", "entry"), "1.50", "142.50"),
        (Rounding(900, "up", "day"), "1.25", "118.75"),
        (Rounding(900, "up", "group"), "1.00", "95.00"),
        (Rounding(900, "nearest", "entry"), "0.75", "71.25"),
        (Rounding(900, "nearest", "day"), "1.00", "95.00"),
        (Rounding(900, "down", "entry"), "0.75", "71.25"),
        (Rounding(900, "down", "day"), "0.75", "71.25"),
        (Rounding(900, "down", "group"), "0.75", "71.25"),
        (Rounding(360, "up", "entry"), "1.20", "114.00"),
        (Rounding(3600, "down", "group"), "0.00", "0.00"),
    ],
)
def test_a_line_is_rounded_as_asked(rounding: Rounding | None, quantity: str, amount: str) -> None:
    (line,) = lines_of(THREE, Terms(rounding=rounding))
    assert (line.quantity_text, line.amount_text) == (quantity, amount)
    assert line.seconds == 58 * 60
    assert (line.first, line.last) == (date(2026, 11, 23), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("seconds", "cents", "quantity", "amount"),
    [
        (18, 9500, "0.01", "0.95"),
        (17, 9500, "0.00", "0.00"),
        (54, 9500, "0.02", "1.90"),
        (53, 9500, "0.01", "0.95"),
        (36, 50, "0.01", "0.01"),
        (36, 49, "0.01", "0.00"),
        (36 * 3, 50, "0.03", "0.02"),
        (3600, 1, "1.00", "0.01"),
        (1800, 1, "0.50", "0.01"),
        (1764, 1, "0.49", "0.00"),
        (5400, 3333, "1.50", "50.00"),
        (4500, 6667, "1.25", "83.34"),
        (1200, 9900, "0.33", "32.67"),
        (2400, 9900, "0.67", "66.33"),
        (3600 * 999, 99_999_999, "999.00", "998999990.01"),
    ],
)
def test_a_quantity_is_rounded_first_and_the_amount_to_the_cent_half_up(
    seconds: int, cents: int, quantity: str, amount: str
) -> None:
    (line,) = lines_of([work(seconds / 60, rate=Rate(cents, "EUR"))], Terms())
    assert (line.quantity_text, line.amount_text) == (quantity, amount)


def test_each_rate_and_currency_has_its_own_line() -> None:
    found = lines_of(
        [
            work(60, 2),
            work(60, 3, rate=Rate(10_000, "EUR")),
            work(60, 4),
            work(60, 5, rate=Rate(9500, "USD")),
            work(30, 6, task=DRAFT),
            work(60, 7, project=APP),
        ],
        Terms(),
    )
    assert told(found) == [
        ("App", "1.00", "95.00", "95.00", "EUR"),
        ("Website · Draft", "0.50", "95.00", "47.50", "EUR"),
        ("Website", "1.00", "100.00", "100.00", "EUR"),
        ("Website", "2.00", "95.00", "190.00", "EUR"),
        ("Website", "1.00", "95.00", "95.00", "USD"),
    ]


@pytest.mark.parametrize(
    ("by", "descriptions"),
    [
        (("day",), ["Mon 23 Nov 2026", "Tue 24 Nov 2026"]),
        (("month", "project"), ["Nov 2026 · App", "Nov 2026 · Website"]),
        (("description",), ["fix", "Plan", "Hours"]),
        (("type",), ["REGULAR"]),
        ((), ["Hours"]),
    ],
)
def test_a_line_is_called_by_what_it_is_divided_by(
    by: tuple[Dimension, ...], descriptions: list[str]
) -> None:
    found = lines_of(
        [work(60, description="Plan"), work(60, 23, description="fix"), work(60, project=APP)],
        Terms(by=by),
    )
    assert [line.description for line in found] == descriptions


def test_a_line_of_several_projects_names_none() -> None:
    (line,) = lines_of([work(60), work(60, project=APP, task=DRAFT)], Terms(by=("client",)))
    assert (line.description, line.project, line.task) == ("Acme", "", "")


# ── laws ─────────────────────────────────────────────────────────────────────────────────────

works = st.lists(
    st.builds(
        lambda number, minutes, day, project, task, rate: work(
            minutes, day, entry=str(number), project=project, task=task, rate=rate
        ),
        st.integers(0, 10**6),
        st.integers(1, 600).map(lambda each: each / 7),
        st.integers(1, 30),
        st.sampled_from([WEBSITE, APP, Named()]),
        st.sampled_from([DRAFT, Named()]),
        st.builds(Rate, st.integers(1, 20_000), st.sampled_from(["EUR", "USD"])),
    ),
    max_size=8,
    unique_by=lambda one: one.entry,
)
roundings = st.none() | st.builds(
    Rounding, st.integers(1, 3600), st.sampled_from(MODES), st.sampled_from(LEVELS)
)
terms = st.builds(
    Terms,
    by=st.lists(
        st.sampled_from(["project", "task", "day", "week", "client", "description"]),
        unique=True,
        max_size=3,
    ).map(tuple),
    rounding=roundings,
)


@given(works, terms)
def test_every_entry_is_on_one_line_and_every_line_reckons_right(
    given_: list[Work], asked: Terms
) -> None:
    found = lines_of(given_, asked)
    assert sorted(entry for line in found for entry in line.entries) == sorted(
        one.entry for one in given_
    )
    assert sum(line.seconds for line in found) == sum(one.seconds for one in given_)
    assert len({line.key for line in found}) == len(found)
    for line in found:
        assert line.amount == line_price(line.quantity, line.rate)
        if asked.rounding is None:
            assert line.quantity == hundredths(line.seconds)


def placed(lines: tuple[Line, ...], bill: str = "b") -> dict[Place, Line]:
    return {Place(bill, number): line for number, line in enumerate(lines, 1)}


@given(works, works, terms)
def test_a_bill_and_its_correction_come_to_what_a_bill_of_now_would(
    then: list[Work], now: list[Work], asked: Terms
) -> None:
    before, after = lines_of(then, asked), lines_of(now, asked)
    difference = corrected(placed(before), after)

    def sums(lines: tuple[Line, ...]) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in lines:
            found[line.rate.currency] = found.get(line.rate.currency, 0) + line.amount
        return {currency: cents for currency, cents in found.items() if cents}

    assert sums((*before, *difference)) == sums(after)
    assert corrected(placed(after), after) == ()
    for line in difference:
        if line.takes_off is not None:
            assert line.amount <= 0
            assert placed(before)[line.takes_off].amount == -line.amount


def test_a_line_that_is_taken_off_is_followed_by_the_one_in_its_place() -> None:
    before = lines_of([work(60, entry="a"), work(60, entry="b", project=APP)], Terms())
    after = lines_of([work(90, entry="a"), work(30, entry="c", task=DRAFT)], Terms())
    assert told(corrected(placed(before), after)) == [
        ("App", "-1.00", "95.00", "-95.00", "EUR"),
        ("Website", "-1.00", "95.00", "-95.00", "EUR"),
        ("Website", "1.50", "95.00", "142.50", "EUR"),
        ("Website · Draft", "0.50", "95.00", "47.50", "EUR"),
    ]


# ── then and now ─────────────────────────────────────────────────────────────────────────────

RANGE = BillRange(
    start=datetime(2026, 11, 1, tzinfo=UTC),
    end=datetime(2026, 12, 1, tzinfo=UTC),
    time_zone="UTC",
)


def bill(*lines: Line, range_: BillRange = RANGE) -> Bill:
    return Bill(
        id="b",
        ref="41",
        state="live",
        client=ACME,
        currency="EUR",
        range=range_,
        terms=Terms(),
        created=datetime(2026, 12, 1, tzinfo=UTC),
        lines=lines,
    )


def test_a_bill_is_the_sum_of_its_lines() -> None:
    found = bill(*lines_of([work(60), work(45, project=APP)], Terms()))
    assert (found.total, decimal_text(found.quantity)) == (Amount(16_625, "EUR"), "1.75")
    assert bill().total == Amount(0, "EUR")


def test_a_name_is_the_same_when_it_is_renamed_or_carried_to_another_workspace() -> None:
    assert WEBSITE.same(Named("p1", "Site"))
    assert WEBSITE.same(Named("p9", " website"))
    assert not WEBSITE.same(APP)
    assert not Named().same(WEBSITE)
    assert Named().same(Named())
    assert not Named("p1").same(Named("p2"))


def test_what_changed_is_told_in_one_line() -> None:
    then = work(60)
    assert changes_in(then, replace(then, description="other"), ACME, covered=True) == ""
    now = replace(work(90, 23, project=APP), client=BETA, billable=False)
    assert changes_in(then, now, ACME, covered=True) == (
        "is not billable any more, belongs to Beta now, 1:00 became 1:30,"
        " project Website became App"
    )
    assert changes_in(then, work(60.5, 25), ACME, covered=True) == (
        "moved from 2026-11-24 to 2026-11-25, 1:00 became 1:00:30"
    )


@pytest.mark.parametrize(
    ("now", "still"),
    [
        (work(60), True),
        (work(0), False),
        (replace(work(60), billable=False), False),
        (replace(work(60), client=BETA), False),
        (replace(work(60), start=datetime(2026, 10, 31, tzinfo=UTC)), False),
    ],
)
def test_an_entry_is_still_billed_or_not(now: Work, still: bool) -> None:
    assert still_billed(now, bill()) is still


def test_a_range_without_a_start_covers_all_that_begins_before_its_end() -> None:
    endless = replace(RANGE, start=None)
    assert endless.covers(datetime(1999, 1, 1, tzinfo=UTC))
    assert not endless.covers(RANGE.end)
    assert RANGE.covers(datetime(2026, 11, 1, tzinfo=UTC))
    assert not RANGE.covers(datetime(2026, 10, 31, 23, tzinfo=UTC))


def test_a_rate_stays_while_the_work_is_the_same() -> None:
    dearer = Rate(10_000, "EUR")
    assert rate_then(work(60), work(90, rate=dearer)) == EUR
    assert rate_then(work(60), work(60, project=APP, rate=dearer)) == dearer
    assert rate_then(work(60), work(60, task=DRAFT, rate=None)) is None
