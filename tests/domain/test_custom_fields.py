from __future__ import annotations

import json

import pytest

from clockify_cli.domain.workspace import (
    CustomField,
    find_field,
    ids_said,
    read_value,
    split_field,
    with_values,
)
from clockify_cli.errors import Ambiguous, NotFound, UsageError


def field(type_: str, *allowed: str, name: str = "Ticket", id_: str = "a" * 24) -> CustomField:
    return CustomField(id=id_, name=name, type=type_, allowed=allowed)


@pytest.mark.parametrize(
    ("made", "text", "value"),
    [
        (field("TXT"), "ABC-12", "ABC-12"),
        (field("TXT"), "12", "12"),
        (field("NUMBER"), "12", 12),
        (field("NUMBER"), "0.5", 0.5),
        (field("NUMBER"), "-3", -3),
        (field("NUMBER"), "1e3", 1000),
        (field("CHECKBOX"), "Yes", True),
        (field("CHECKBOX"), "off", False),
        (field("DROPDOWN_SINGLE", "Lab", "Home"), "lab", "Lab"),
        (field("DROPDOWN_SINGLE", "lab", "Lab"), "Lab", "Lab"),
        (field("DROPDOWN_MULTIPLE", "Lab", "Home"), "home, LAB", ["Home", "Lab"]),
        (field("DROPDOWN_MULTIPLE", "a, b", "c"), "A, B", ["a, b"]),
        (field("LINK"), "https://example.com/1", "https://example.com/1"),
        (field("SOMETHING_NEW"), "text", "text"),
    ],
)
def test_a_value_is_read_as_its_type_wants_it(made: CustomField, text: str, value: object) -> None:
    found = read_value(made, text)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (field("TXT"), ""),
        (field("TXT"), "a\x1b[31m"),
        (field("TXT"), "x" * 3001),
        (field("NUMBER"), "twelve"),
        (field("NUMBER"), "nan"),
        (field("NUMBER"), "Infinity"),
        (field("NUMBER"), "1e400"),
        (field("CHECKBOX"), "perhaps"),
        (field("DROPDOWN_SINGLE", "Lab", "Home"), "La"),
        (field("DROPDOWN_MULTIPLE", "Lab", "Home"), "Lab, Moon"),
        (field("LINK"), "javascript:alert(1)"),
        (field("LINK"), "https://a b"),
    ],
)
def test_a_value_that_is_none_of_its_type_is_refused_and_quoted(
    made: CustomField, text: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        read_value(made, text)

    assert '"Ticket"' in refusal.value.message
    assert refusal.value.hint


def test_a_wrong_choice_names_the_right_ones() -> None:
    with pytest.raises(UsageError, match="not a value") as refusal:
        read_value(field("DROPDOWN_SINGLE", "Lab", "Home"), "Moon")

    assert refusal.value.hint == "Give one of: Lab, Home."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ticket=A=1", ("Ticket", "A=1")),
        (" Ticket = A ", ("Ticket", "A")),
        ("a=b=c", ("a=b", "c")),
        ("Ticket=", ("Ticket", "")),
    ],
)
def test_a_name_ends_at_the_first_equals_sign_unless_a_field_has_it(
    text: str, parts: tuple[str, str]
) -> None:
    assert split_field(text, [field("TXT"), field("TXT", name="a=b")]) == parts


def test_without_an_equals_sign_there_is_no_value() -> None:
    with pytest.raises(UsageError, match="NAME=VALUE"):
        split_field("Ticket", [])


def test_a_field_is_found_by_its_name_in_any_case_and_by_its_id() -> None:
    one, other = field("TXT"), field("TXT", name="Cost", id_="b" * 24)

    assert find_field("ticket", [one, other]) is one
    assert find_field("b" * 24, [one, other]) is other


def test_a_field_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(NotFound) as refusal:
        find_field("Tick", [field("TXT")])

    assert refusal.value.hint == "Custom fields: Ticket."


def test_two_fields_of_one_name_are_not_guessed_between() -> None:
    with pytest.raises(Ambiguous):
        find_field("TICKET", [field("TXT"), field("TXT", name="ticket", id_="b" * 24)])


def test_values_are_replaced_added_and_taken_away_and_the_rest_is_kept() -> None:
    before = json.dumps([{"customFieldId": id_, "value": id_} for id_ in "abc"])

    after = with_values(before, {"a": 1, "b": None, "d": ["x"]})

    assert json.loads(after) == [
        {"customFieldId": "a", "value": 1},
        {"customFieldId": "c", "value": "c"},
        {"customFieldId": "d", "value": ["x"]},
    ]
    assert with_values(before, {}) == before


def test_an_empty_value_says_nothing_and_an_unchecked_box_does() -> None:
    values: list[tuple[str, object]] = [("a", ""), ("b", None), ("c", []), ("d", False), ("e", 0)]
    text = json.dumps([{"customFieldId": id_, "value": value} for id_, value in values])

    assert ids_said(text) == {"d", "e"}
