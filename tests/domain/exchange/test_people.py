from __future__ import annotations

import pytest

from clockify_cli.domain.exchange.people import Said, find_people
from clockify_cli.errors import Ambiguous, NotFound, UsageError

from .files import json_entry, json_text, read

ADA, BO = "5a0ab5acb07987125438b60f", "5a0ab5acb07987125438b611"
HEAD = "start,end,user,email,userId\n"


def people(*rows: Said) -> list[str]:
    """Return the label of the person for each row."""
    found = find_people(rows)
    return [found[row].label for row in rows]


def text(*rows: Said) -> str:
    lines = [
        f"2026-11-23T0{hour}:00Z,2026-11-23T0{hour}:30Z,{','.join(row)}"
        for hour, row in enumerate(rows)
    ]
    return HEAD + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((("Ada", "a@x.com", ""), ("Ada", "A@X.com", "")), id="address in any case"),
        pytest.param((("Ada", "a@x.com", ""), ("Ada L", "a@x.com", "")), id="name that changed"),
        pytest.param((("Ada", "a@x.com", ""), ("ada", "", "")), id="address missing once"),
        pytest.param((("Ada", "", ADA), ("", "", ADA.upper())), id="id in any case"),
        pytest.param((("Ada", "a@x.com", ADA), ("", "a@x.com", "")), id="id by its address"),
        pytest.param((("Ada", "", ""), ("", "", "")), id="nobody named beside one"),
        pytest.param((("a@x.com", "", ""), ("Ada", "a@x.com", "")), id="address as the name"),
        pytest.param(((ADA, "", ""), ("Ada", "", ADA)), id="id as the name"),
    ],
)
def test_these_are_one_person(rows: tuple[Said, ...]) -> None:
    assert len(set(people(*rows))) == 1
    assert len(read(text(*rows)).rows) == 2


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        pytest.param((("Ada", "", ""), ("Bo", "", "")), ["Ada", "Bo"], id="names"),
        pytest.param(
            (("Ada", "a@x.com", ""), ("Ada", "a@y.com", "")), ["a@x.com", "a@y.com"], id="namesakes"
        ),
        pytest.param(
            (("Ada", "a@x.com", ""), ("Bo", "b@x.com", "")),
            ["Ada <a@x.com>", "Bo <b@x.com>"],
            id="both",
        ),
        pytest.param((("", "", ADA), ("", "", BO)), [ADA, BO], id="ids"),
        pytest.param((("Ada", "", ADA), ("Ada", "", BO)), [ADA, BO], id="namesakes with ids"),
    ],
)
def test_these_are_several_and_are_named(rows: tuple[Said, ...], labels: list[str]) -> None:
    assert people(*rows) == labels

    with pytest.raises(UsageError) as caught:
        read(text(*rows))

    assert caught.value.message == "the file holds the time of 2 people"
    assert caught.value.details == tuple(labels)
    assert "--person" in caught.value.hint


@pytest.mark.parametrize("wanted", ["Ada", "ada", "A@X.COM", ADA, "ad", "Love", "Ada <a@x.com>"])
def test_a_person_is_chosen_by_whatever_the_file_tells(wanted: str) -> None:
    rows = (("Ada Lovelace", "a@x.com", ADA), ("Bo", "b@x.com", BO))
    wanted = wanted.replace("Ada <", "Ada Lovelace <")

    file = read(text(*rows), person=wanted)

    assert [row.line for row in file.rows] == [2]
    assert file.person is not None
    assert file.person.id == ADA
    assert file.notes == ("Skipped 1 line of other people: Bo <b@x.com>.",)


def test_what_is_wrong_with_the_lines_of_others_does_not_matter() -> None:
    rows = text(("Ada", "", ""), ("Bo", "", ""))

    assert len(read(rows.replace("2026-11-23T01:30Z", ""), person="Ada").rows) == 1


def test_rows_of_nobody_are_passed_over_where_several_are_named() -> None:
    file = read(text(("Ada", "", ""), ("Bo", "", ""), ("", "", "")), person="Ada")

    assert [row.line for row in file.rows] == [2]
    assert file.notes == ("Skipped 2 lines of other people: Bo, nobody named.",)


def test_a_person_who_is_not_there_is_refused_with_those_who_are() -> None:
    with pytest.raises(NotFound) as caught:
        read(text(("Ada", "", "")), person="Zoe")
    assert caught.value.details == ("Ada",)

    with pytest.raises(Ambiguous):
        read(text(("Ada Lovelace", "", ""), ("Ada Byron", "", "")), person="Ada")

    with pytest.raises(UsageError, match="does not say whose time"):
        read("start,end\n2026-11-23T08:00Z,2026-11-23T09:00Z\n", person="Ada")


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("userId", ADA, BO),
        ("user", {"id": ADA, "name": "Ada"}, {"id": BO, "name": "Bo"}),
        ("user", "Ada", "Bo"),
        ("userName", "Ada", "Bo"),
        ("userEmail", "a@x.com", "b@x.com"),
        ("user_email", "a@x.com", "b@x.com"),
        ("user_name", "Ada", "Bo"),
    ],
)
def test_every_field_of_json_that_tells_a_person_is_looked_at(
    field: str, one: object, other: object
) -> None:
    both = json_text(
        json_entry(id="64a687e29ae1f428e7ebe303", localId=None, **{field: one}),
        json_entry(id="64a687e29ae1f428e7ebe304", localId=None, **{field: other}),
    )

    with pytest.raises(UsageError, match="2 people"):
        read(both)
    wanted = str(one["name"] if isinstance(one, dict) else one)
    assert [row.line for row in read(both, person=wanted).rows] == [1]


OTHER = "64a687e29ae1f428e7ebe303"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("user", ({"full_name": "Ada"}, {"full_name": "Bo"})),
        ("user", ({"displayName": "Ada"}, {"displayName": "Bo"})),
        ("user", ({"username": "ada"}, {"username": "bo"})),
        ("user", ({"email_address": "a@x.com"}, {"email_address": "b@x.com"})),
        ("User", ({"Id": ADA}, {"Id": BO})),
        ("member", ({"name": "Ada"}, {"name": "Bo"})),
        ("employee", ({"email": "a@x.com"}, {"email": "b@x.com"})),
        ("uid", (7, 8)),
        ("user", ("Ada", "Bo")),
    ],
)
def test_other_clients_tell_the_person_in_words_of_their_own(
    field: str, values: tuple[object, object]
) -> None:
    with pytest.raises(UsageError, match="2 people"):
        read(json_text(json_entry(**{field: values[0]}), _second(**{field: values[1]})))


def test_an_unknown_detail_of_a_person_is_not_passed_over() -> None:
    first, second = json_entry(user={"handle": "ada"}), _second(user={"handle": "bo"})
    with pytest.raises(UsageError, match=r'"user\.handle" is not understood'):
        read(json_text(first, second))
    assert (
        len(read(json_text({**first, "userName": "Ada"}, {**second, "userName": "Ada"})).rows) == 2
    )


def _second(**fields: object) -> dict[str, object]:
    return json_entry(id=OTHER, localId="0" * 31 + "2", description="Other", **fields)
