"""Tests of rates and amounts, against exact fractions and results worked out by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.money import (
    NO_RATES,
    Amount,
    Rate,
    Rates,
    decimal_text,
    half_up,
    hundredths,
    line_price,
    parse_rate,
    price,
    total,
)
from clockify_cli.errors import UsageError

EUR = Rate(9500, "EUR")
CENT = Decimal("0.01")


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("95EUR", Rate(9500, "EUR")),
        ("95 EUR", Rate(9500, "EUR")),
        ("95.5eur", Rate(9550, "EUR")),
        (" 95.05USD ", Rate(9505, "USD")),
        ("0.01CHF", Rate(1, "CHF")),
        ("999999999.99JPY", Rate(99_999_999_999, "JPY")),
    ],
)
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text",
    ["", "95", "EUR", "EUR95", "95,50EUR", "95.505EUR", "-95EUR", "95EURO", "0EUR", "0.00USD"],
)
def test_what_is_not_a_rate_is_quoted(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_rate(text)
    assert f'"{text}"' in refused.value.message
    assert "95EUR" in refused.value.hint


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (123_450, "1234.50"), (-5, "-0.05"), (-123_405, "-1234.05")],
)
def test_cents_are_written_as_a_decimal(cents: int, text: str) -> None:
    assert decimal_text(cents) == text
    assert Amount(cents, "EUR").text == text
    assert str(Amount(cents, "EUR")) == f"{text} EUR"


@pytest.mark.parametrize(
    ("seconds", "rate", "cents"),
    [
        (3600, EUR, 9500),
        (1, EUR, 3),
        (0, EUR, 0),
        # 0.5 cents are rounded up, 0.4997… are not.
        (18, Rate(100, "EUR"), 1),
        (17, Rate(100, "EUR"), 0),
        (1800, Rate(1, "EUR"), 1),
        (1799, Rate(1, "EUR"), 0),
        (5400, Rate(9501, "EUR"), 14_252),
    ],
)
def test_seconds_have_a_price_to_the_cent(seconds: int, rate: Rate, cents: int) -> None:
    assert price(seconds, rate) == cents


@pytest.mark.parametrize(
    ("seconds", "quantity"),
    [(3600, 100), (18, 1), (17, 0), (5400, 150), (900, 25), (6, 0), (54, 2)],
)
def test_a_quantity_is_hundredths_of_an_hour(seconds: int, quantity: int) -> None:
    assert hundredths(seconds) == quantity


@pytest.mark.parametrize(
    ("quantity", "rate", "cents"),
    [
        (150, EUR, 14_250),
        (1, Rate(50, "EUR"), 1),
        (1, Rate(49, "EUR"), 0),
        (33, Rate(9950, "EUR"), 3284),
    ],
)
def test_a_line_is_quantity_times_price_to_the_cent(quantity: int, rate: Rate, cents: int) -> None:
    assert line_price(quantity, rate) == cents


@given(st.integers(0, 10**8), st.integers(1, 10**7))
def test_a_price_is_what_decimals_say(seconds: int, cents: int) -> None:
    exact = Decimal(seconds) * Decimal(cents) / 100 / 3600
    assert abs(Decimal(decimal_text(price(seconds, Rate(cents, "EUR")))) - exact) <= CENT / 2
    quantity = (Decimal(seconds) / 3600).quantize(CENT, ROUND_HALF_UP)
    line = (quantity * Decimal(cents) / 100).quantize(CENT, ROUND_HALF_UP)
    assert decimal_text(hundredths(seconds)) == str(quantity)
    assert decimal_text(line_price(hundredths(seconds), Rate(cents, "EUR"))) == str(line)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_the_opposite_is_rounded_to_the_opposite(numerator: int, denominator: int) -> None:
    assert half_up(-numerator, denominator) == -half_up(numerator, denominator)
    assert abs(2 * (half_up(numerator, denominator) * denominator - numerator)) <= denominator


def test_currencies_are_never_added() -> None:
    amounts = [Amount(100, "USD"), Amount(5, "EUR"), Amount(-50, "USD"), Amount(1, "EUR")]
    assert total(amounts) == (Amount(6, "EUR"), Amount(50, "USD"))
    assert total([]) == ()


LEVELS = ("own", "task", "project member", "project", "member", "workspace", "setting", "usual")


def test_the_first_rate_that_is_set_holds() -> None:
    for chosen in product([False, True], repeat=len(LEVELS)):
        levels = {
            level: Rate(number, "EUR")
            for number, (level, there) in enumerate(zip(LEVELS, chosen, strict=True), 1)
            if there
        }
        wanted = next((levels[level] for level in LEVELS if level in levels), None)
        found = rates_of(levels).of(levels.get("own"), "t", "p")
        assert found == wanted, f"set: {', '.join(levels)}"


def rates_of(levels: dict[str, Rate]) -> Rates:
    """Return rates with *levels*, each with a different rate for another id."""

    def by(id_: str, level: str) -> dict[str, Rate]:
        return {id_: levels[level], "other": Rate(99, "USD")} if level in levels else {}

    return Rates(
        tasks=by("t", "task"),
        members=by("p", "project member"),
        projects=by("p", "project"),
        member=levels.get("member"),
        workspace=levels.get("workspace"),
        settings=by("p", "setting"),
        usual=levels.get("usual"),
    )


def test_time_without_project_has_the_rates_that_do_not_need_one() -> None:
    assert NO_RATES.of(None, None, None) is None
    assert Rates(projects={"p": EUR}).of(None, None, None) is None
    assert Rates(workspace=EUR).of(None, None, None) == EUR
